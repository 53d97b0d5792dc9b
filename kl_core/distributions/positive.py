"""Families of distributions on the positive numbers."""

from __future__ import annotations  # numpy.random would load where it is only named

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _validation
from kl_core._numerics import LOG_2_PI, Floats, ieee, kl_div_product, scaled_difference
from kl_core._special import (
    digamma,
    digamma_rest,
    log_factorial_rest,
    log_gamma,
    log_gamma_rest,
)
from kl_core.distributions.base import Batched, Parameter, draws, points, positive
from kl_core.distributions.support import Interval


@dataclass(frozen=True, eq=False)
class Gamma(Batched):
    """The gamma distribution, of which the exponential and χ² are special cases.

    p(x) = rateˢ·xˢ⁻¹·exp(−rate·x) / Γ(s) for x ≥ 0, with s = shape and mean s / rate.
    shape, rate: broadcast together; above 0; rate is per unit of x, 1 / scale.
    Raises ValueError unless both are finite and above 0.

    >>> float(Gamma(3, 2).entropy().round(4))
    1.1544
    """

    outcomes = "line"
    shape: Parameter
    rate: Parameter

    def __post_init__(self) -> None:
        self._broadcast(positive("shape", self.shape), positive("rate", self.rate))

    @property
    def support(self) -> Interval:
        return _half_line(self.batch_shape)

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        a, rate = np.asarray(self.shape), np.asarray(self.rate)
        t = np.maximum(x, 0.0)
        # As of a Poisson count of shape − 1, which keeps the digits of large shapes.
        more = np.maximum(a - 1, 0.0)
        peaked = -kl_div_product(more, t, rate, 1.0, t * rate - more) - log_factorial_rest(more)
        low = np.minimum(a, 1.0)
        falling = (low - 1) * (np.log(t) + np.log(rate)) - rate * t - log_gamma(low)
        inside = np.log(rate) + np.where(a < 1, falling, peaked)
        return np.where(x >= 0, inside, -np.inf)[()]

    @ieee
    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.batch_shape)
        return rng.standard_gamma(self.shape, size) / self.rate

    @ieee
    def entropy(self) -> np.float64 | Floats:
        a = np.asarray(self.shape)
        # log Γ(a) + a − (a − 1)·ψ(a), of which nothing large is left to cancel.
        unit = log_gamma_rest(a) + digamma_rest(a) + digamma(a)
        return (unit - np.log(self.rate))[()]


@dataclass(frozen=True, eq=False)
class LogNormal(Batched):
    """The distribution of a number whose logarithm is normal.

    p(x) = exp(−(log x − mean)² / (2·std²)) / (x·std·√(2π)) for x > 0, with median exp(mean).
    mean, std: those of log x, broadcast together; std > 0.
    Raises ValueError unless both are finite and std is above 0.
    Source: Galton (1879), "The geometric mean, in vital and social statistics".

    >>> float(LogNormal(1, 0.5).log_prob(2).round(4))
    -1.1073
    """

    outcomes = "line"
    mean: Parameter
    std: Parameter

    def __post_init__(self) -> None:
        self._broadcast(_validation.finite_array("mean", self.mean), positive("std", self.std))

    @property
    def support(self) -> Interval:
        return _half_line(self.batch_shape)

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        inside = (x > 0) & (x < np.inf)
        log_x = np.log(np.where(inside, x, 1.0))
        z = scaled_difference(log_x, self.mean, self.std)
        found = -0.5 * (z * z) - np.log(self.std) - LOG_2_PI / 2 - log_x
        return np.where(inside, found, -np.inf)[()]

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.batch_shape)
        return rng.lognormal(self.mean, self.std, size)

    @ieee
    def entropy(self) -> np.float64 | Floats:
        return (self.mean + np.log(self.std) + (LOG_2_PI + 1) / 2)[()]


def _half_line(shape: tuple[int, ...]) -> Interval:
    return Interval(np.zeros(shape), np.full(shape, np.inf))
