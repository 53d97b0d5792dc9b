"""Families of distributions on the line, some with heavy tails or outliers."""

from __future__ import annotations  # numpy.random would load where it is only named

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _validation
from kl_core._numerics import (
    LOG_2,
    LOG_2_PI,
    Floats,
    ieee,
    scaled_difference,
)
from kl_core._special import log_minus_digamma
from kl_core.distributions.base import (
    Batched,
    Landmarks,
    Parameter,
    draws,
    points,
    positive,
)
from kl_core.distributions.support import Interval, whole_line

LARGE_Q = 1e8  # from here on, log(1 + q²) is 2 log q to the last bit
SERIES = (-1 / 8, 1 / 192, -1 / 640, 17 / 14336, -31 / 18432, 691 / 180224)


@dataclass(frozen=True, eq=False)
class Normal(Batched):
    """The normal (Gaussian) distribution, by its mean and its standard deviation.

    p(x) = exp(−(x − mean)² / (2·std²)) / (std·√(2π)).
    mean, std: broadcast together; std > 0, in the units of x.
    Raises ValueError unless both are finite and std is above 0.
    Source: Gauss (1809).

    >>> round(float(Normal(0, 1).log_prob(1.96)), 4)
    -2.8397
    >>> Normal([0, 5], 1).sample(np.random.default_rng(0), 3).shape
    (3, 2)
    """

    outcomes = "line"
    mean: Parameter
    std: Parameter

    def __post_init__(self) -> None:
        self._broadcast(_validation.finite_array("mean", self.mean), positive("std", self.std))

    @property
    def support(self) -> Interval:
        return whole_line(self.batch_shape)

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        z = scaled_difference(x, self.mean, self.std)
        return (-0.5 * (z * z) - np.log(self.std) - LOG_2_PI / 2)[()]

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.batch_shape)
        return rng.normal(self.mean, self.std, size)

    @ieee
    def entropy(self) -> np.float64 | Floats:
        return (np.log(self.std) + (LOG_2_PI + 1) / 2)[()]

    def _landmarks(self) -> Landmarks:
        return [(self.mean, self.std)]


@dataclass(frozen=True, eq=False)
class Laplace(Batched):
    """The Laplace distribution: exponential on both sides of its centre.

    p(x) = exp(−|x − loc| / scale) / (2·scale).
    loc, scale: broadcast together; scale > 0, in the units of x.
    Raises ValueError unless both are finite and scale is above 0.
    Source: Laplace (1774).

    >>> float(np.exp(Laplace(0, 1).log_prob(0)))
    0.5
    """

    outcomes = "line"
    loc: Parameter
    scale: Parameter

    def __post_init__(self) -> None:
        self._broadcast(_validation.finite_array("loc", self.loc), positive("scale", self.scale))

    @property
    def support(self) -> Interval:
        return whole_line(self.batch_shape)

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        return (-abs(scaled_difference(x, self.loc, self.scale)) - np.log(self.scale) - LOG_2)[()]

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.batch_shape)
        return rng.laplace(self.loc, self.scale, size)

    @ieee
    def entropy(self) -> np.float64 | Floats:
        return (np.log(self.scale) + (LOG_2 + 1))[()]

    def _landmarks(self) -> Landmarks:
        return [(self.loc, self.scale)]


@dataclass(frozen=True, eq=False)
class Exponential(Batched):
    """The exponential distribution of waiting times, by its rate.

    p(x) = rate·exp(−rate·x) for x ≥ 0, with mean 1 / rate.
    rate: any shape; above 0, per unit of x.
    Raises ValueError unless rate is finite and above 0.

    >>> np.exp(Exponential(2).log_prob([-1, 0, 1])).round(4).tolist()
    [0.0, 2.0, 0.2707]
    """

    outcomes = "line"
    rate: Parameter

    def __post_init__(self) -> None:
        self._broadcast(positive("rate", self.rate))

    @property
    def support(self) -> Interval:
        return Interval(np.zeros(self.batch_shape), np.full(self.batch_shape, np.inf))

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        inside = np.log(self.rate) - np.maximum(x, 0.0) * self.rate
        return np.where(x >= 0, inside, -np.inf)[()]

    @ieee
    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.batch_shape)
        return rng.standard_exponential(size) / self.rate

    @ieee
    def entropy(self) -> np.float64 | Floats:
        return (1 - np.log(self.rate))[()]

    @ieee
    def _landmarks(self) -> Landmarks:
        return [(1 / self.rate, 1 / self.rate)]


@dataclass(frozen=True, eq=False)
class Uniform(Batched):
    """The uniform distribution on an interval, its ends included.

    p(x) = 1 / (high − low) for low ≤ x ≤ high.
    low, high: broadcast together; low < high, in the units of x.
    Raises ValueError unless both are finite, low is below high and high − low is finite.

    >>> np.exp(Uniform(0, 4).log_prob([2, 5])).tolist()
    [0.25, 0.0]
    """

    outcomes = "line"
    low: Parameter
    high: Parameter

    @ieee
    def __post_init__(self) -> None:
        low = _validation.finite_array("low", self.low)
        high = _validation.finite_array("high", self.high)
        self._broadcast(low, high)
        ends = np.stack([self.low, self.high], axis=-1)
        width = ends[..., 1] - ends[..., 0]
        low = low._replace(values=ends)
        came = "is {0[0]:.12g}, and high is {0[1]:.12g}"
        low.raise_where(width <= 0, "be below high", came, ends)
        low.raise_where(width == np.inf, "be a finite distance below high", came, ends)

    @property
    def width(self) -> float | Floats:
        """The length of the interval.

        high − low, in the units of x.
        """
        return self.high - self.low

    @property
    def support(self) -> Interval:
        return Interval(np.asarray(self.low), np.asarray(self.high))

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        return np.where((self.low <= x) & (x <= self.high), -np.log(self.width), -np.inf)[()]

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.batch_shape)
        return rng.uniform(self.low, self.high, size)

    @ieee
    def entropy(self) -> np.float64 | Floats:
        return np.log(self.width)[()]

    def _landmarks(self) -> Landmarks:
        return [(self.low + self.width / 2, self.width)]


@dataclass(frozen=True, eq=False)
class StudentT(Batched):
    """Student's t distribution: like the normal, but with tails that fall by a power.

    p(x) = Γ((df+1)/2) / (Γ(df/2)·√(π·df)·scale) · (1 + z²/df)^(−(df+1)/2), z = (x − loc) / scale.
    df, loc, scale: broadcast together; df > 0, the degrees of freedom; scale > 0, in the units of
    x. Only moments below the df-th are finite: the variance is scale²·df / (df − 2) for df > 2.
    Raises ValueError unless all are finite and df and scale are above 0.
    Source: Student (1908).

    >>> round(float(StudentT(3, 0, 1).log_prob(10) - Normal(0, 1).log_prob(10)), 2)
    42.85
    """

    outcomes = "line"
    df: Parameter
    loc: Parameter
    scale: Parameter

    def __post_init__(self) -> None:
        df, scale = positive("df", self.df), positive("scale", self.scale)
        self._broadcast(df, _validation.finite_array("loc", self.loc), scale)

    @property
    def support(self) -> Interval:
        return whole_line(self.batch_shape)

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x, df = points(x, self.batch_shape), np.asarray(self.df)
        q = scaled_difference(x, self.loc, self.scale) / np.sqrt(df)
        fall = (df + 1) / 2 * log_1_plus_square(q)
        return (log_height(df) - np.log(self.scale) - fall)[()]

    @ieee
    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.batch_shape)
        return self.loc + rng.standard_t(self.df, size) * self.scale

    @ieee
    def entropy(self) -> np.float64 | Floats:
        df = np.asarray(self.df)
        half = np.maximum(df / 2, np.finfo(np.float64).tiny)
        # ψ(half + ½) − ψ(half), which is about 1 / df where both are large.
        step = np.log1p(0.5 / half) + log_minus_digamma(half) - log_minus_digamma(half + 0.5)
        return ((half + 0.5) * step - log_height(df) + np.log(self.scale))[()]

    def _landmarks(self) -> Landmarks:
        return [(self.loc, self.scale * np.sqrt(np.minimum(self.df, 1.0)))]


def log_1_plus_square(q: Floats) -> Floats:
    """log(1 + q²), also where q² is too large for a float."""
    size = abs(q)
    near = np.minimum(size, LARGE_Q)
    return np.log1p(near * near) + 2 * np.log(np.maximum(size, LARGE_Q) / LARGE_Q)


def log_height(df: Floats) -> Floats:
    """log Γ((df+1)/2) − log Γ(df/2) − ½ log(π·df): the log-density of T at 0.

    From df = 32 on, by the expansion in 2/df of what parts it from the normal's.
    Source: Tricomi & Erdélyi (1951), for the ratio of Γ at arguments that differ by ½.
    """
    half = np.maximum(df / 2, np.finfo(np.float64).tiny)
    small = np.ravel(np.minimum(half, 16.0))
    near = [math.lgamma(a + 0.5) - math.lgamma(a) - math.log(a) / 2 for a in small]
    large = np.maximum(half, 16.0)
    gap = sum(term * large ** (-1.0 - 2 * k) for k, term in enumerate(SERIES))
    return np.where(half < 16, np.reshape(near, half.shape), gap) - LOG_2_PI / 2
