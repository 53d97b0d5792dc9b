"""Where a distribution has mass: on which counts, or on which interval of the line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Counts:
    """The counts that have mass.

    present: (..., k), whether 0 to k − 1 have; of the others, those from low to high have, and no
    more where high is below low. low, high: (...), whole numbers; high may be infinite.
    """

    present: Bools
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def first(self, size: int) -> Bools:
        """Whether 0 to size − 1 have mass, for a size of at least k."""
        further = np.arange(self.present.shape[-1], size)
        rest = (self.low[..., None] <= further) & (further <= self.high[..., None])
        return np.concatenate([self.present, rest], axis=-1)

    def holds(self, other: Counts) -> Bools:
        """Whether all that has mass in `other` has it here; their batches broadcast."""
        size = max(self.present.shape[-1], other.present.shape[-1])
        missed = other.first(size) & ~self.first(size)
        low = np.maximum(other.low, size)
        beyond = (low > other.high) | ((self.low <= low) & (other.high <= self.high))
        return np.asarray(~missed.any(axis=-1) & beyond)


def whole_range(low: NDArray[np.float64], high: NDArray[np.float64]) -> Counts:
    """All counts from low to high, each (...)."""
    return Counts(np.ones((*np.shape(low), 0), bool), np.asarray(low), np.asarray(high))


@dataclass(frozen=True, eq=False)
class Interval:
    """The interval of the line on which there is a density above 0; whether its ends are in it
    does not matter, for they have no mass.

    low, high: (...), each a number or infinite.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def holds(self, other: Interval) -> Bools:
        """Whether it contains the interval `other`; their batches broadcast."""
        return np.asarray((self.low <= other.low) & (other.high <= self.high))


def whole_line(shape: tuple[int, ...]) -> Interval:
    """A batch of lines without an end."""
    return Interval(np.full(shape, -np.inf), np.full(shape, np.inf))
