"""Lines of maximum likelihood through points in standard units.

The points come as fit_line brings them: x with mean 0 and mean square 1, and y as the residuals of
least squares, with mean square 1. So every number here is near 1, whatever the units were.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kl_core._numerics import LOG_2, LOG_2_PI, Floats, ieee

EVEN = 1e-12  # relatively; lines whose sums differ by less are equally good
TABLE = 2**20  # numbers in a table of pivots by points
STEEPEST = math.log(1000)  # of the ratio of the scales at both ends of x
SCANNED, NARROWED = 81, 17


class Line(NamedTuple):
    """level + slope·x, and around it noise of scale·exp(growth·x); nats: its −mean log q(y|x)."""

    level: float
    slope: float
    scale: float
    growth: float
    nats: float


def normal(x: Floats, y: Floats) -> Line:
    """Least squares, of which nothing is left to do in standard units."""
    return Line(0.0, 0.0, 1.0, 0.0, (1 + LOG_2_PI) / 2)


def laplace(x: Floats, y: Floats) -> Line:
    """Least absolute deviations: of the best lines through each point, the best."""
    order = np.lexsort((y, x))  # so that the order of the points does not matter
    x, y = x[order], y[order]
    rows = max(1, TABLE // x.size)
    blocks = np.split(np.arange(x.size), range(rows, x.size, rows))
    found = [through(x, y, pivots) for pivots in blocks]
    slopes, sums = (np.concatenate(parts) for parts in zip(*found, strict=True))
    first = int(np.argmax(sums <= sums.min() * (1 + EVEN)))
    slope, scale = float(slopes[first]), float(sums[first]) / x.size
    return Line(float(y[first] - slope * x[first]), slope, scale, 0.0, 1 + LOG_2 + math.log(scale))


@ieee
def through(x: Floats, y: Floats, pivots: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """The slope of the line of least absolute deviations through each pivot, and their sum.

    Σ|yⱼ − yᵢ − b·(xⱼ − xᵢ)| is least where b is the median of the slopes, weighted by |xⱼ − xᵢ|.
    """
    dx, dy = x - x[pivots, None], y - y[pivots, None]
    slopes = dy / np.where(dx == 0, np.inf, dx)  # where dx is 0, so is the weight
    order = np.argsort(slopes, axis=1)
    weights = np.cumsum(np.take_along_axis(abs(dx), order, axis=1), axis=1)
    middle = np.argmax(weights >= weights[:, -1:] / 2 * (1 - EVEN), axis=1)
    at = np.take_along_axis(order, middle[:, None], axis=1)
    slope = np.take_along_axis(slopes, at, axis=1)
    return slope[:, 0], abs(dy - slope * dx).sum(axis=1)


def heteroscedastic(x: Floats, y: Floats) -> Line:
    """Normal noise whose log scale is linear in x: what is best for one growth is a formula.

    So the growth alone is searched: scanned within its bounds, and narrowed down from the best.
    """
    reach = STEEPEST / float(x.max() - x.min())
    tried = np.linspace(-reach, reach, SCANNED)
    best = int(np.argmin(_weighted(x, y, tried)[2]))
    low, high = tried[max(best - 1, 0)], tried[min(best + 1, SCANNED - 1)]
    while high - low > 1e-15 * reach:
        tried = np.linspace(low, high, NARROWED)
        rising = np.append(_weighted(x, y, tried)[3] >= 0, True)
        after = int(np.argmax(rising))
        low, high = tried[max(after - 1, 0)], tried[min(after, NARROWED - 1)]
    level, slope, log_scale, _ = (float(v[0]) for v in _weighted(x, y, np.array([low])))
    return Line(level, slope, math.exp(log_scale), float(low), (1 + LOG_2_PI) / 2 + log_scale)


def _weighted(x: Floats, y: Floats, growths: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Weighted least squares for each growth: level, slope, log scale and its derivative.

    With residuals r, scale² = mean r²·exp(−2·growth·x); as mean x = 0, minus the mean
    log-likelihood is log scale + a constant, and its derivative that of log scale.
    """
    weights = np.exp(-2 * growths[:, None] * x)
    totals = weights.sum(axis=1)
    middle, height = weights @ x / totals, weights @ y / totals
    dx, dy = x - middle[:, None], y - height[:, None]
    slope = (weights * dx * dy).sum(axis=1) / (weights * dx * dx).sum(axis=1)
    squares = weights * (dy - slope[:, None] * dx) ** 2
    left = squares.sum(axis=1)
    return height - slope * middle, slope, np.log(left / x.size) / 2, -(squares @ x) / left
