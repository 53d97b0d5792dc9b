"""The line of maximum likelihood under Student's t, through points in standard units."""

import math
from typing import NamedTuple

import numpy as np

from kl_core._numerics import Floats, ieee
from kl_core.distributions.continuous import log_1_plus_square, log_height
from kl_core.regression import estimators
from kl_core.regression.estimators import Line

PIVOTS, CLIMBED = 64, 4
LEAST = 1e-9  # of the scale of least squares; a start's alone
STEPS = 1000  # where some 20 do
STILL = 1e-8  # of the scale: after so short a step of Newton's, the next is nothing
LONGEST = 2.0  # of the scale: from further off, second derivatives lead astray
SLACK = 1e-13  # nats that rounding may hide


class _Points(NamedTuple):
    x: Floats
    y: Floats
    df: float

    def residuals(self, at: Floats) -> Floats:
        """In units of the scale at (level, slope, log scale), for each of such rows."""
        level, slope, log_scale = np.moveaxis(at, -1, 0)[..., None]
        return (self.y - level - slope * self.x) * np.exp(-log_scale)

    def nats(self, at: Floats) -> Floats:
        """Minus the mean log-likelihood, less what it is at z = 0 on a scale of 1."""
        falls = log_1_plus_square(self.residuals(at) / math.sqrt(self.df))
        return (self.df + 1) / 2 * falls.mean(axis=-1) + at[..., 2]


def student_t(x: Floats, y: Floats, df: float) -> Line:
    """The highest of the local maxima reached from all starts."""
    points = _Points(x, y, df)
    ends = np.stack([_climb(points, start) for start in _starts(points)])
    nats = points.nats(ends)
    best = int(np.argmin(nats))
    level, slope, log_scale = (float(value) for value in ends[best])
    height = float(log_height(np.asarray(df)))
    return Line(level, slope, math.exp(log_scale), 0.0, float(nats[best]) - height)


def _starts(points: _Points) -> list[Floats]:
    """Least squares, and the few most likely of the best lines through each point."""
    x, y, _ = points
    evenly = np.unique(np.linspace(0, x.size - 1, PIVOTS).round().astype(np.int64))
    pivots = np.argsort(x, kind="stable")[evenly]
    slopes, sums = estimators.through(x, y, pivots)
    levels = y[pivots] - slopes * x[pivots]
    middles = np.median(abs(y - levels[:, None] - slopes[:, None] * x), axis=1)
    scales = np.maximum([sums / x.size, middles, middles / 4], LEAST)
    lines = np.stack(np.broadcast_arrays(levels, slopes, np.log(scales)), axis=-1).reshape(-1, 3)
    return [np.zeros(3), *lines[np.argsort(points.nats(lines))[:CLIMBED]]]


def _climb(points: _Points, at: Floats) -> Floats:
    for _ in range(STEPS):
        plain, newton = _reweighted(points, at), _newton(points, at)
        sharp = newton is not None and points.nats(newton) <= points.nats(plain) + SLACK
        last, at = at, newton if newton is not None and sharp else plain
        moved = np.max(abs(at - last) * [math.exp(-at[2]), math.exp(-at[2]), 1])
        if moved < (STILL if sharp else STILL * STILL):
            break
    return at


def _reweighted(points: _Points, at: Floats) -> Floats:
    """Least squares by weights that fall with the residuals: expectation and maximisation.

    Dividing by the sum of the weights, not by n, leads to the same place in fewer steps.
    Source: Kent, Tyler & Vardi (1994).
    """
    x, y, df = points
    weights = 1 / (df + points.residuals(at) ** 2)
    weights /= weights.sum()
    middle, height = weights @ x, weights @ y
    slope = weights @ ((x - middle) * (y - height)) / (weights @ (x - middle) ** 2)
    left = weights @ (y - height - slope * (x - middle)) ** 2
    return np.array([height - slope * middle, slope, math.log(left) / 2])


def _newton(points: _Points, at: Floats) -> Floats | None:
    """Where Newton's step leads, if the likelihood is concave here."""
    x, _, df = points
    z = points.residuals(at)
    falls = (df + 1) / (df + z * z)  # times z, the derivative of −log q(z)
    bends = falls * (df - z * z) / (df + z * z)  # and the second one
    columns = np.stack([np.ones_like(x), x, z])
    first = columns @ (falls * z)
    second = (columns * bends) @ columns.T
    second[2] += first
    second[:2, 2] += first[:2]
    try:
        np.linalg.cholesky(second)
    except np.linalg.LinAlgError:
        return None
    step = np.linalg.solve(second, first - [0, 0, x.size])
    return at + step * [math.exp(at[2]), math.exp(at[2]), 1] if abs(step).max() < LONGEST else None


def crowded(x: Floats, y: Floats, count: int, rounding: float) -> bool:
    """Whether `count` of the points lie on one line, but for rounding."""
    pivots = range(x.size - count + 1)  # so many cannot all be off it
    return any(_crowded(x - x[i], y - y[i], count, rounding) for i in pivots)


@ieee
def _crowded(x: Floats, y: Floats, count: int, rounding: float) -> bool:
    """Whether `count` of the points lie on one line through 0, which is one of them."""
    apart = x != 0
    needed = count - int(np.sum(~apart & (abs(y) <= rounding)))
    slopes = y[apart] / x[apart]
    if not 1 <= needed <= slopes.size:
        return needed < 1
    order = np.argsort(slopes)
    slopes = slopes[order]
    first = int(np.argmin(slopes[needed - 1 :] - slopes[: slopes.size - needed + 1]))
    alike = order[first : first + needed]
    farthest = alike[np.argmax(abs(x[apart][alike]))]  # which determines its slope best
    slope = y[apart][farthest] / x[apart][farthest]
    return bool(np.sum(abs(y - slope * x) <= rounding) >= count)
