"""True noises to choose from, those of the study, and KL from each to every assumed kind."""

from __future__ import annotations

from functools import lru_cache

import kl_core
from kl_core import NearestNoise
from models.noise import simulation
from pages.ui.regression.noises import DF, NOISES


@lru_cache(maxsize=64)
def nearest(truth: str, share: float) -> dict[str, NearestNoise]:
    """The nearest noise of each assumed kind, the growing one with the true noise's own x."""
    p, x = simulation.true_noise(truth, share), simulation.grid()
    return {noise: kl_core.nearest_noise(p, noise, x=x, df=DF) for noise in NOISES}
