"""Families of distributions on the line, some with heavy tails or outliers."""

from __future__ import annotations  # numpy.random would load where it is only named

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _validation
from kl_core._labels import require_same_labels
from kl_core._numerics import (
    LOG_2,
    LOG_2_PI,
    Floats,
    ieee,
    log_or_neg_inf,
    scaled_difference,
)
from kl_core.distributions.base import (
    Batched,
    Distribution,
    Family,
    Parameter,
    broadcast,
    draws,
    points,
    positive,
    sample_categorical,
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


@dataclass(frozen=True, eq=False)
class NormalMixture(Family):
    """A mixture of normal distributions on the line; one mixture, not a batch.

    p(x) = Σᵢ weightsᵢ·N(x; meansᵢ, stdsᵢ).
    weights, means, stds: (k,); weights a distribution, stds > 0.
    Raises ValueError unless weights are a distribution, means and stds finite and stds above 0,
    all of one length.
    Source: Pearson (1894).

    >>> hills = NormalMixture([0.3, 0.7], [-2, 2], [1, 1])
    >>> round(float(hills.log_prob(0)), 4)
    -2.9189
    """

    outcomes = "line"
    weights: Parameter
    means: Parameter
    stds: Parameter

    def __post_init__(self) -> None:
        weights = _validation.distribution("weights", self.weights)
        means, stds = _validation.finite_array("means", self.means), positive("stds", self.stds)
        require_same_labels(weights=weights.labels, means=means.labels[:-1], stds=stds.labels[:-1])
        given = {"weights": weights.values, "means": means.values[..., 0]}
        given["stds"] = stds.values[..., 0]
        if len({values.shape for values in given.values()}) > 1 or weights.values.ndim > 1:
            came = ", ".join(f"{name} is {values.shape}" for name, values in given.items())
            raise ValueError(f"weights, means and stds must all be shaped (k,); {came}.")
        self._keep(**given)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return ()

    @property
    def support(self) -> Interval:
        return whole_line(self.batch_shape)

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, ())[..., None]
        terms = log_or_neg_inf(self.weights) + Normal(self.means, self.stds).log_prob(x)
        return np.logaddexp.reduce(terms, axis=-1)

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        component = sample_categorical(rng, self.weights, *draws(rng, n))
        return rng.normal(self.means[component], self.stds[component])


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


@dataclass(frozen=True)
class Contaminated(Distribution):
    """A distribution on the line of whose draws a share comes from another: the outliers.

    p(x) = (1 − share)·core(x) + share·outliers(x).
    core, outliers: each a Normal, a Laplace or a StudentT, whose batches broadcast; share: one
    number from 0 to 1.
    Raises TypeError for a core or outliers of another type, ValueError for batches that do not
    broadcast, and unless share is from 0 to 1.
    Source: Huber (1964), "Robust estimation of a location parameter".

    >>> noise = Contaminated(Normal(0, 1), Normal(0, 10), 0.05)
    >>> round(float(noise.log_prob(10)), 4)
    -6.7173
    """

    outcomes = "line"
    core: Normal | Laplace | StudentT
    outliers: Normal | Laplace | StudentT
    share: float

    def __post_init__(self) -> None:
        for name in ("core", "outliers"):
            came = type(getattr(self, name)).__name__
            if not isinstance(getattr(self, name), Normal | Laplace | StudentT):
                raise TypeError(f"{name} must be a Normal, a Laplace or a StudentT; {came} came.")
        object.__setattr__(self, "share", _validation.fraction("share", self.share))
        _ = self.batch_shape  # or it would be refused only when it is used

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the batch: () for one distribution.

        What the shapes of core and outliers broadcast to.
        """
        shapes = [self.core.batch_shape, self.outliers.batch_shape]
        return broadcast("the batch of core", "that of outliers", shapes=shapes)

    @property
    def support(self) -> Interval:
        return whole_line(self.batch_shape)

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        """Log of the density at x, in nats.

        x: broadcast against the batch.
        Raises ValueError for nan, and for shapes that do not broadcast.
        """
        x = points(x, self.batch_shape)
        core, other = self.core.log_prob(x), self.outliers.log_prob(x)
        return np.logaddexp(
            log_or_neg_inf(1 - self.share) + core, log_or_neg_inf(self.share) + other
        )

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        """Independent draws x ~ P.

        → (n, *batch).
        Raises TypeError unless rng is a numpy Generator and n an integer, ValueError for n below 1.
        """
        size = draws(rng, n, *self.batch_shape)
        odd = rng.random(size) < self.share
        parts = [spread(part, self.batch_shape) for part in (self.outliers, self.core)]
        return np.where(odd, *(part.sample(rng, n) for part in parts))


def spread(family: Any, shape: tuple[int, ...]) -> Any:
    """A family's parameters in the shape of a larger batch."""
    values = (getattr(family, field.name) for field in fields(family))
    return type(family)(*(np.broadcast_to(value, shape) for value in values))


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
