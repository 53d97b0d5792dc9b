"""Distributions on the line with heavy tails, and with outliers."""

from __future__ import annotations  # numpy.random would load where it is only named

import math
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _checks
from kl_core._excess import Floats
from kl_core._extremes import LOG_2_PI, gap_over, log_of
from kl_core._ieee import product, quotient
from kl_core.families.family import Batched, Parameter, broadcast, draws, points, positive
from kl_core.families.line import Laplace, Normal

FAR = 1e8  # from here on, log(1 + q²) is 2 log q to the last bit
SERIES = (-1 / 8, 1 / 192, -1 / 640, 17 / 14336, -31 / 18432, 691 / 180224)


@dataclass(frozen=True, eq=False)
class StudentT(Batched):
    """Student's t distribution: like the normal, but with tails that fall by a power.

    p(x) = Γ((df+1)/2) / (Γ(df/2)·√(π·df)·scale) · (1 + z²/df)^(−(df+1)/2), z = (x − loc) / scale.
    df, loc, scale: broadcast together; df > 0, the degrees of freedom; scale > 0, in the units of
    x. Only moments below the df-th are finite: the variance is scale²·df / (df − 2) for df > 2.
    Raises ValueError unless all are finite and df and scale are above 0.
    Source: Student (1908).
    """

    outcomes = "line"
    df: Parameter
    loc: Parameter
    scale: Parameter

    def __post_init__(self) -> None:
        df, scale = positive("df", self.df), positive("scale", self.scale)
        self._broadcast(df, _checks.each("loc", self.loc), scale)

    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x, df = points(x, self.batch_shape), np.asarray(self.df)
        q = quotient(gap_over(x, self.loc, self.scale), np.sqrt(df))
        fall = product((df + 1) / 2, log_1_plus_square(q))
        return (log_height(df) - np.log(self.scale) - fall)[()]

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.batch_shape)
        return self.loc + product(rng.standard_t(self.df, size), np.asarray(self.scale))


@dataclass(frozen=True)
class Contaminated:
    """A distribution on the line of whose draws a share comes from another: the outliers.

    p(x) = (1 − share)·core(x) + share·outliers(x).
    core, outliers: each a Normal, a Laplace or a StudentT, whose batches broadcast; share: one
    number from 0 to 1.
    Raises ValueError for a core or outliers of another type, for batches that do not broadcast,
    and unless share is from 0 to 1.
    Source: Huber (1964), "Robust estimation of a location parameter".
    """

    core: Normal | Laplace | StudentT
    outliers: Normal | Laplace | StudentT
    share: float

    def __post_init__(self) -> None:
        for name in ("core", "outliers"):
            came = type(getattr(self, name)).__name__
            if not isinstance(getattr(self, name), Normal | Laplace | StudentT):
                raise ValueError(f"{name} must be a Normal, a Laplace or a StudentT; {came} came.")
        object.__setattr__(self, "share", _checks.fraction("share", self.share))
        _ = self.batch_shape  # or it would be refused only when it is used

    @property
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the batch: () for one distribution.

        What the shapes of core and outliers broadcast to.
        Raises nothing.
        """
        shapes = [self.core.batch_shape, self.outliers.batch_shape]
        return broadcast("the batch of core", "that of outliers", shapes=shapes)

    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        """Log of the density at x, in nats.

        x: broadcast against the batch.
        Raises ValueError for nan, and for shapes that do not broadcast.
        """
        x = points(x, self.batch_shape)
        core, other = self.core.log_prob(x), self.outliers.log_prob(x)
        return np.logaddexp(log_of(1 - self.share) + core, log_of(self.share) + other)

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        """Independent draws x ~ P.

        → (n, *batch).
        Raises ValueError unless rng is a numpy Generator and n a positive integer.
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
    near = np.minimum(size, FAR)
    return np.log1p(near * near) + 2 * np.log(np.maximum(size, FAR) / FAR)


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
