"""The Wasserstein distance of two samples on the line."""

from __future__ import annotations  # numpy.random would load where it is only named

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core._inversion import Place, invert, share_as_large
from kl_core._numerics import Floats, gradual_underflow
from kl_core.estimate import Estimate
from kl_core.histograms import sample

MOST_VALUES = 512  # different values; beyond, neighbours are merged for the test
PLACES = 11  # true values, from no difference to far beyond the observed one
REACH = 4.5  # standard errors, which an interval does not pass
RESOLVED = 2.5  # standard errors, from which on a difference has a known sign


@gradual_underflow
def wasserstein_distance(x: ArrayLike, y: ArrayLike) -> float:
    """The Wasserstein distance: how far values have to move, on average, to match another sample.

    W(P, Q) = ∫ |F(t) − G(t)| dt, F and G the distribution functions of x and y, in the unit of x:
    the first Wasserstein distance, or earth mover's distance.
    x: (n,); y: (m,) → one number.
    Raises ValueError unless x and y are finite and not empty.
    Source: Vallender (1974).

    >>> wasserstein_distance([0, 1, 3], [5, 6, 8])
    5.0
    """
    first, second = sample("x", x), sample("y", y)
    values = np.sort(np.concatenate([first, second]))
    shares = (
        np.searchsorted(np.sort(of), values[:-1], side="right") / of.size for of in (first, second)
    )
    return _area(np.subtract(*shares), values)


def _area(gaps: Floats, values: Floats) -> float:
    """∫ |F − G|, from the differences at all values but the last."""
    halves = values / 2  # the difference of the largest floats is no float
    found = float(abs(gaps) @ np.diff(halves))
    return 2 * found if found < np.finfo(np.float64).max / 2 else math.inf


def compare(x: Floats, y: Floats, tail: float, times: int, rng: np.random.Generator) -> Estimate:
    """The distance of two samples, with its distribution under chance."""
    n, m = x.size, y.size
    observed = wasserstein_distance(x, y)
    line = Line(*merged(x, y))
    at_hand = float(line.area(line.gap))
    null = line.dealt(times, rng)
    p_value = share_as_large(at_hand, null)
    noise = line.noise(times, rng)
    found = invert(at_hand, null, line.places(noise, float(null.mean())), tail)
    lower, upper = found.interval
    interval = (
        np.float64(0.0 if p_value > tail else lower) * line.unit,
        np.float64(upper) * line.unit,
    )
    bias, error = (np.float64(each) * line.unit for each in (found.bias, found.standard_error))
    return Estimate(np.float64(observed), bias, error, interval, np.float64(p_value), (n, m))


def merged(x: Floats, y: Floats) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64], float]:
    """The different values, and how often x and y have each; of many, means of neighbours.

    In a unit of their range, in which nothing overflows.
    """
    values, place = np.unique(np.concatenate([x, y]), return_inverse=True)
    unit = float(np.ldexp(1.0, int(np.frexp(max(abs(values[0]), abs(values[-1])))[1]) - 1))
    values = values / unit
    of_x, of_y = (
        np.bincount(part, minlength=values.size) for part in np.split(place.ravel(), [x.size])
    )
    if values.size > MOST_VALUES:
        both = of_x + of_y
        at = (np.cumsum(both) - both / 2) / both.sum()
        # Even in the middle, and towards the ends a seventh fewer from one cell to the next.
        cell = np.floor(MOST_VALUES * 0.75 * at + 7 * np.log(at / (1 - at)))
        starts = np.flatnonzero(np.diff(cell, prepend=-np.inf))
        values = np.add.reduceat(values * both, starts) / np.add.reduceat(both, starts)
        of_x, of_y = np.add.reduceat(of_x, starts), np.add.reduceat(of_y, starts)
    return values, of_x, of_y, unit


class Line:
    """Values on a line, and how often each sample has them."""

    def __init__(
        self, values: Floats, of_x: NDArray[np.int64], of_y: NDArray[np.int64], unit: float
    ) -> None:
        self.of_x, self.of_y, self.counts, self.unit = of_x, of_y, of_x + of_y, unit
        self.values, self.widths = values, np.diff(values)
        self.n, self.m = int(of_x.sum()), int(of_y.sum())
        below_x, below_y = (np.cumsum(of)[:-1] / of.sum() for of in (of_x, of_y))
        self.below_x, self.below_y, self.gap = below_x, below_y, below_x - below_y
        self.below = np.cumsum(self.counts)[:-1] / (self.n + self.m)

    def area(self, gaps: Floats) -> Floats:
        """∫ |F − G|."""
        found: Floats = abs(gaps) @ self.widths
        return found

    def dealt(self, times: int, rng: np.random.Generator) -> Floats:
        """The distance if all values are reassigned to x and y at random."""
        first = rng.multivariate_hypergeometric(self.counts, self.n, times)[:, :-1].cumsum(axis=1)
        return self.area(first / self.n - (np.cumsum(self.counts)[:-1] - first) / self.m)

    def noise(self, times: int, rng: np.random.Generator) -> Floats:
        """How far F − G is off from sample to sample; (times, values − 1).

        A sample's own spread is that of Student's t: wider than a Normal's where n is small.
        """
        total = np.zeros((times, self.widths.size))
        for sign, of, below in ((1, self.of_x, self.below_x), (-1, self.of_y, self.below_y)):
            n = int(of.sum())
            drawn = np.cumsum(rng.multinomial(n, of / n, times)[:, :-1], axis=1) / n - below
            total += sign * math.sqrt(n / max(n - 3, 1)) * drawn
        return total

    def places(self, noise: Floats, excess: float) -> list[Place]:
        """True distances from 0 to far beyond the observed one, with estimates under each.

        The difference F − G as observed, t times as large; for the upper end also a shift, wherever
        chance explains all of the difference that has the other sign, because a shift's estimates
        spread most.
        """
        observed = float(self.area(self.gap))
        spread = float(self.area(self.gap + noise).std())
        shifted = float((noise @ self.widths).std())
        error = np.sqrt(self.below * (1 - self.below) * (1 / self.n + 1 / self.m))
        sign = 1.0 if self.gap @ self.widths >= 0 else -1.0
        turned = (self.gap * sign < 0) & (abs(self.gap) > RESOLVED * error)
        one_way = not turned.any()
        scale = max(spread, shifted) if one_way else spread
        scale = scale or excess  # two samples without spread
        start = max(observed - excess - REACH * scale, 0.0)
        found = []
        for truth in np.linspace(start, observed + REACH * scale, PLACES):
            if truth == 0:
                continue
            shift = sign * self._shift(truth)
            shape = self.gap * (truth / observed) if observed > scale / 10 else shift
            drawn = self.area(shape + noise)
            for_upper = self.area(shift + noise) if one_way else drawn
            found.append(Place(float(truth), drawn, truth / scale, for_upper))
        return found

    def _shift(self, by: float) -> Floats:
        """F − G where G is about F, moved up, and all of it has to be moved by so much."""
        values, before = self.values[:-1], 2 * self.values[0] - self.values[1]
        points, shares = np.append(before, values), np.append(0.0, self.below)
        shape: Floats = self.below - np.interp(values - by, points, shares)
        return shape * (by / self.area(shape))
