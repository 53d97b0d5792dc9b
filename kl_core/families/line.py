"""Families of distributions on the line."""

from __future__ import annotations  # numpy.random would load where it is only named

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _checks
from kl_core._excess import Floats
from kl_core._extremes import LOG_2, LOG_2_PI, gap_over, log_of
from kl_core._ieee import difference, product, quotient
from kl_core.families.family import (
    Batched,
    Family,
    Parameter,
    choose,
    draws,
    points,
    positive,
)


@dataclass(frozen=True, eq=False)
class Normal(Batched):
    """The normal (Gaussian) distribution, by its mean and its standard deviation.

    p(x) = exp(−(x − mean)² / (2·std²)) / (std·√(2π)).
    mean, std: broadcast together; std > 0, in the units of x.
    Raises ValueError unless both are finite and std is above 0.
    Source: Gauss (1809).
    """

    outcomes = "line"
    mean: Parameter
    std: Parameter

    def __post_init__(self) -> None:
        self._broadcast(_checks.each("mean", self.mean), positive("std", self.std))

    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        z = gap_over(x, self.mean, self.std)
        return (-0.5 * product(z, z) - np.log(self.std) - LOG_2_PI / 2)[()]

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.batch_shape)
        return rng.normal(self.mean, self.std, size)


@dataclass(frozen=True, eq=False)
class Laplace(Batched):
    """The Laplace distribution: exponential on both sides of its centre.

    p(x) = exp(−|x − loc| / scale) / (2·scale).
    loc, scale: broadcast together; scale > 0, in the units of x.
    Raises ValueError unless both are finite and scale is above 0.
    Source: Laplace (1774).
    """

    outcomes = "line"
    loc: Parameter
    scale: Parameter

    def __post_init__(self) -> None:
        self._broadcast(_checks.each("loc", self.loc), positive("scale", self.scale))

    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        return (-abs(gap_over(x, self.loc, self.scale)) - np.log(self.scale) - LOG_2)[()]

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.batch_shape)
        return rng.laplace(self.loc, self.scale, size)


@dataclass(frozen=True, eq=False)
class Exponential(Batched):
    """The exponential distribution of waiting times, by its rate.

    p(x) = rate·exp(−rate·x) for x ≥ 0, with mean 1 / rate.
    rate: any shape; above 0, per unit of x.
    Raises ValueError unless rate is finite and above 0.
    """

    outcomes = "line"
    rate: Parameter

    def __post_init__(self) -> None:
        self._broadcast(positive("rate", self.rate))

    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        inside = np.log(self.rate) - product(np.maximum(x, 0.0), np.asarray(self.rate))
        return np.where(x >= 0, inside, -np.inf)[()]

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.batch_shape)
        return quotient(rng.standard_exponential(size), np.asarray(self.rate))


@dataclass(frozen=True, eq=False)
class Uniform(Batched):
    """The uniform distribution on an interval, its ends included.

    p(x) = 1 / (high − low) for low ≤ x ≤ high.
    low, high: broadcast together; low < high, in the units of x.
    Raises ValueError unless both are finite, low is below high and high − low is finite.
    """

    outcomes = "line"
    low: Parameter
    high: Parameter

    def __post_init__(self) -> None:
        low, high = _checks.each("low", self.low), _checks.each("high", self.high)
        self._broadcast(low, high)
        ends = np.stack([self.low, self.high], axis=-1)
        width = difference(ends[..., 1], ends[..., 0])
        low = low._replace(values=ends)
        came = "is {0[0]:.12g}, and high is {0[1]:.12g}"
        low.refuse(width <= 0, "be below high", came, ends)
        low.refuse(width == np.inf, "be a finite distance below high", came, ends)

    @property
    def width(self) -> float | Floats:
        """The length of the interval.

        high − low, in the units of x.
        Raises nothing.
        """
        return self.high - self.low

    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        return np.where((self.low <= x) & (x <= self.high), -np.log(self.width), -np.inf)[()]

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.batch_shape)
        return rng.uniform(self.low, self.high, size)


@dataclass(frozen=True, eq=False)
class NormalMixture(Family):
    """A mixture of normal distributions on the line; one mixture, not a batch.

    p(x) = Σᵢ weightsᵢ·N(x; meansᵢ, stdsᵢ).
    weights, means, stds: (k,); weights a distribution, stds > 0.
    Raises ValueError unless weights are a distribution, means and stds finite and stds above 0,
    all of one length.
    Source: Pearson (1894).
    """

    outcomes = "line"
    weights: Parameter
    means: Parameter
    stds: Parameter

    def __post_init__(self) -> None:
        weights = _checks.distribution("weights", self.weights)
        means, stds = _checks.each("means", self.means), positive("stds", self.stds)
        given = {"weights": weights.values, "means": means.values[..., 0]}
        given["stds"] = stds.values[..., 0]
        if len({values.shape for values in given.values()}) > 1 or weights.values.ndim > 1:
            came = ", ".join(f"{name} is {values.shape}" for name, values in given.items())
            raise ValueError(f"weights, means and stds must all be shaped (k,); {came}.")
        self._keep(**given)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return ()

    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, ())[..., None]
        terms = log_of(self.weights) + Normal(self.means, self.stds).log_prob(x)
        return np.logaddexp.reduce(terms, axis=-1)

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        component = choose(rng, self.weights, *draws(rng, n))
        return rng.normal(self.means[component], self.stds[component])
