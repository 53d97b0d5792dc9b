"""Intervals by inverted tests: the true values that a test does not reject."""

import math
from typing import Any, Literal, NamedTuple

import numpy as np

from kl_core._numerics import Floats


class Inverted(NamedTuple):
    """What simulations at several truths say of the one that is behind an estimate."""

    interval: tuple[float, float]
    bias: float
    standard_error: float


class Place(NamedTuple):
    """One truth, the estimates simulated under it, and how far it is from 0, in standard errors.

    estimates: whose upper quantiles the lower end is found by; for_upper: those for the upper end.
    """

    truth: float
    estimates: Floats
    distance: float
    for_upper: Floats


def low_tail(distance: float, tail: float) -> float:
    """How much of the error is spent on small estimates: none near 0, half from two errors on.

    An estimate is never too small for a truth of 0, so all of the error is spent there on large
    ones, as by the test of no difference.
    """
    return tail / 2 * min(max(distance - 1, 0.0), 1.0)


def share_as_large(observed: float, null: Floats) -> float:
    """The p-value: the proportion of estimates under no difference that are at least as large.

    What differs by rounding alone is as large.
    """
    return float((1 + np.count_nonzero(null >= observed * (1 - 1e-9))) / (1 + null.size))


def invert(observed: float, null: Floats, places: list[Place], tail: float) -> Inverted:
    """The interval, the bias and the standard error, from simulations at rising truths.

    observed: the estimate; null: estimates under no difference, the place before the first. All
    that is interpolated is nearly linear in the square root of the truth, however far apart the
    places are.
    """
    truths = np.sqrt([0.0, *(place.truth for place in places)])
    root = math.sqrt(observed)
    highs = [_quantile(null, 1 - tail, "higher")]
    lows, means, spreads = [0.0], [null.mean()], [null.std()]
    for place in places:
        low = low_tail(place.distance, tail)
        highs.append(_quantile(place.estimates, 1 - tail + low, "higher"))
        lows.append(_quantile(place.for_upper, low, "lower") if low > 0 else 0.0)
        means.append(place.estimates.mean())
        spreads.append(place.estimates.std())
    lower = _crossing(root, np.sqrt(highs), truths, "left")
    upper = _crossing(root, np.sqrt(lows), truths, "right")
    at = _crossing(root * (1 + 1e-9), np.sqrt(means), truths, "left")
    if at == math.inf:  # the estimate is as large as can be: what is behind it is not known
        return Inverted((lower * lower, upper * upper), math.nan, math.nan)
    spread = float(np.interp(at, truths, spreads))
    bias = means[0] if at == 0 else observed - at * at
    return Inverted((lower * lower, upper * upper), float(bias), spread)


def _quantile(estimates: Floats, share: float, method: Any) -> float:
    # Not below 0 by rounding, since roots are drawn of it.
    return max(float(np.quantile(estimates, share, method=method)), 0.0)


def _crossing(
    level: float, values: Floats, truths: Floats, side: Literal["left", "right"]
) -> float:
    """The first or last truth at which values, rising with it, are at the level; inf for none."""
    values = np.maximum.accumulate(values)
    at = int(np.searchsorted(values, level, side=side))
    if at == values.size:
        return math.inf
    if at == 0:
        return 0.0
    share = (level - values[at - 1]) / (values[at] - values[at - 1])
    return float(truths[at - 1] + share * (truths[at] - truths[at - 1]))
