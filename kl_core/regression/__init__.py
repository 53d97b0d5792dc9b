"""Least squares as KL: lines fitted under a noise model, and the model nearest to a true noise."""

from kl_core.regression.fit import LineFit, fit_line
from kl_core.regression.noise import NOISES, NearestNoise, nearest_noise

__all__ = ["NOISES", "LineFit", "NearestNoise", "fit_line", "nearest_noise"]
