"""Least squares as KL: lines fitted under an assumed noise, and the noise nearest to the true."""

from kl_core.regression.fit import LineFit, fit_line
from kl_core.regression.noise import NOISES, NearestNoise, nearest_noise

__all__ = ["NOISES", "LineFit", "NearestNoise", "fit_line", "nearest_noise"]
