"""Mixtures on the line: of normal distributions, and of one distribution with outliers."""

from __future__ import annotations  # numpy.random would load where it is only named

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _validation
from kl_core._labels import require_same_labels
from kl_core._numerics import (
    LARGEST,
    LOG_2_PI,
    Floats,
    ieee,
    log_or_neg_inf,
    scaled_difference,
)
from kl_core.distributions.base import (
    Distribution,
    Family,
    Landmarks,
    Parameter,
    broadcast,
    draws,
    points,
    positive,
)
from kl_core.distributions.continuous import Laplace, Normal, StudentT
from kl_core.distributions.support import Interval, whole_line


@dataclass(frozen=True, eq=False)
class NormalMixture(Family):
    """A mixture of normal distributions on the line, or a batch of mixtures.

    p(x) = Σᵢ weightsᵢ·N(x; meansᵢ, stdsᵢ).
    weights, means, stds: (..., k), broadcast together; weights a distribution along the last axis,
    stds > 0.
    Raises ValueError unless weights are distributions, means and stds finite and stds above 0,
    all of equally many components, and where their batches do not broadcast.
    Source: Pearson (1894).

    >>> NormalMixture([0.5, 0.5], [[-1, 1], [-3, 3]], [1, 1]).log_prob(0).round(4).tolist()
    [-1.4189, -5.4189]
    """

    outcomes = "line"
    weights: Parameter
    means: Parameter
    stds: Parameter

    def __post_init__(self) -> None:
        weights = _validation.distribution("weights", self.weights)
        means, stds = _validation.finite_array("means", self.means), positive("stds", self.stds)
        require_same_labels(weights=weights.labels, means=means.labels[:-1], stds=stds.labels[:-1])
        given = {"weights": weights.values.astype(np.float64), "means": means.values[..., 0]}
        given["stds"] = stds.values[..., 0]
        if len({values.shape[-1:] for values in given.values()}) > 1:
            came = ", ".join(f"{name} is {values.shape}" for name, values in given.items())
            raise ValueError(f"weights, means and stds must all be shaped (..., k); {came}.")
        shape = broadcast(*given, shapes=[values.shape for values in given.values()])
        self._keep(**{name: np.broadcast_to(values, shape) for name, values in given.items()})

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return self.means.shape[:-1]

    @property
    def support(self) -> Interval:
        return whole_line(self.batch_shape)

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)[..., None]
        z = scaled_difference(x, self.means, self.stds)
        terms = (log_or_neg_inf(self.weights) - np.log(self.stds) - LOG_2_PI / 2) - 0.5 * (z * z)
        greatest = terms.max(axis=-1, keepdims=True)
        shares = np.exp(terms - np.maximum(greatest, -LARGEST))  # where all are −inf, so is the sum
        return (greatest[..., 0] + np.log(shares.sum(axis=-1)))[()]

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.batch_shape)
        sums = np.cumsum(self.weights, axis=-1)
        # The first component at which the cumulative weight exceeds u: never one of weight 0.
        component = (sums / sums[..., -1:] <= rng.random(size)[..., None]).sum(axis=-1)
        means, stds = (
            np.take_along_axis(np.broadcast_to(v, (*size, v.shape[-1])), component[..., None], -1)
            for v in (self.means, self.stds)
        )
        return rng.normal(means[..., 0], stds[..., 0])

    def _landmarks(self) -> Landmarks:
        return [(self.means[..., i], self.stds[..., i]) for i in range(self.means.shape[-1])]


@dataclass(frozen=True)
class Contaminated(Distribution):
    """A contaminated distribution on the line: a proportion of the draws are outliers.

    p(x) = (1 − share)·core(x) + share·outliers(x).
    core, outliers: each a Normal, a Laplace or a StudentT, whose batches broadcast; share: one
    number from 0 to 1.
    Raises TypeError for a core or outliers of another type, ValueError for batches that do not
    broadcast, and unless share is from 0 to 1.
    Source: Huber (1964), "Robust estimation of a location parameter".

    >>> noise = Contaminated(Normal(0, 1), Normal(0, 10), 0.1)
    >>> round(float(kl(noise, Normal(0, 1))), 4)
    4.4962
    """

    outcomes = "line"
    core: Normal | Laplace | StudentT
    outliers: Normal | Laplace | StudentT
    share: float

    def __post_init__(self) -> None:
        for name in ("core", "outliers"):
            came = type(getattr(self, name)).__name__
            if not isinstance(getattr(self, name), Normal | Laplace | StudentT):
                raise TypeError(f"{name} must be a Normal, a Laplace or a StudentT; got {came}.")
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

    def _landmarks(self) -> Landmarks:
        return [*self.core._landmarks(), *self.outliers._landmarks()]


def spread(family: Any, shape: tuple[int, ...]) -> Any:
    """A family's parameters in the shape of a larger batch."""
    values = (getattr(family, field.name) for field in fields(family))
    return type(family)(*(np.broadcast_to(value, shape) for value in values))
