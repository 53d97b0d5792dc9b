"""The Normal nearest to a distribution on the line, in either direction of KL divergence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from kl_core import _checks
from kl_core._excess import Floats
from kl_core.families import Normal, NormalMixture
from kl_core.softmax import log_softmax

HALF_WIDTH, NODES = 9.0, 1201  # in standard deviations; beyond lies 2e-19 of a Normal
Z = np.linspace(-HALF_WIDTH, HALF_WIDTH, NODES)
Z_WEIGHTS = np.exp(log_softmax(-Z * Z / 2))  # for smooth functions exact to the last digits
STEPS = 500
STILL = 1e-10  # standard deviations; a step shorter than that ends the search
SLACK = 1e-13  # nats, by which the rounding of a divergence may hide that it fell
HILLS = 8
WIDEST = 10  # widths of the grid, where Q is flat on it to a part in a thousand


@dataclass(frozen=True, eq=False)
class GridDensity:
    """A density on the line, known at the points of a grid and 0 beyond it.

    p(x[i]) = p[i] / (x[1] − x[0]).
    x: (n,), at least 3 points, equally spaced and rising; p: (n,), the probability of the cell
    around each point.
    Raises ValueError unless x is such a grid and p a distribution on it.
    """

    x: Any
    p: Any

    def __post_init__(self) -> None:
        grid = _checks.each("x", self.x).values[..., 0]
        given = _checks.argument("p", self.p, -1)
        given.refuse_bad_weights()
        given.refuse_bad_sums()
        if grid.ndim != 1 or grid.shape != given.values.shape or grid.size < 3:
            came = f"x is {grid.shape}, p is {given.values.shape}"
            raise ValueError(f"x and p must both be shaped (n,) with n at least 3; {came}.")
        gaps = np.diff(grid)
        if not (gaps[0] > 0 and np.ptp(gaps) <= 1e-6 * gaps[0]):
            came = f"its steps run from {gaps.min():.6g} to {gaps.max():.6g}"
            raise ValueError(f"x must rise in equal steps; {came}.")
        for name, values in (("x", grid), ("p", given.values.astype(np.float64))):
            values.flags.writeable = False
            object.__setattr__(self, name, values)


class Step(NamedTuple):
    """One Normal on the way to a projection, and its divergence in nats."""

    mean: float
    std: float
    divergence: float


@dataclass(frozen=True)
class Projection:
    """Where a search for the nearest Normal ended.

    fit: the Normal; divergence: between it and P, in nats; path: every step from the start to
    the fit, both included.
    """

    fit: Normal
    divergence: float
    path: tuple[Step, ...]


class _Nodes(NamedTuple):
    """Points with weights that stand for a distribution, and both log-densities there."""

    x: Floats
    weights: Floats
    log_p: Any
    log_q: Any


def moment_projection(p: NormalMixture | GridDensity, *, start: Normal | None = None) -> Projection:
    """The Normal Q with the least KL(P‖Q): it has P's mean and P's variance.

    argmin over Q of KL(P‖Q), in one step of the natural gradient from wherever it starts.
    p: a mixture or a density on a grid; start: the first step of the path, if one is wanted.
    Raises ValueError unless P's standard deviation is at least the grid's step.
    Source: Koller & Friedman (2009), section 8.5.
    """
    _refuse_other_targets(p)
    x, weights, log_p = _points_of(p)
    mean, std = _moments(x, weights)
    if isinstance(p, GridDensity) and std < x[1] - x[0]:
        came = f"P's standard deviation is {std:.6g}, the grid's step {x[1] - x[0]:.6g}"
        raise ValueError(f"P must be as wide as a step of its grid; {came}.")
    fit = Normal(mean, std)
    normals = [fit] if start is None else [_single("start", start), fit]
    kept = weights > 0  # 0·log 0 = 0
    path = tuple(
        _step(q, float(weights[kept] @ (log_p[kept] - q.log_prob(x[kept])))) for q in normals
    )
    return Projection(fit, path[-1].divergence, path)


def information_projection(
    p: NormalMixture | GridDensity, *, starts: Sequence[Normal] | None = None
) -> tuple[Projection, ...]:
    """The Normals Q where KL(Q‖P) is least around: one for each start, the best first.

    argmin over Q of KL(Q‖P), by the natural gradient: a step fits a parabola to log p, weighted
    by Q, and moves log q towards it. Where P has several modes, starts end at several of them.
    On a grid, Q is cut off where the grid ends, and grows to at most ten times the grid's width.
    p: a mixture or a density on a grid; starts: by default P's components or hills, and all of P.
    Raises ValueError where p is 0 somewhere on its grid, as KL(Q‖P) is inf for every Q.
    Source: Koller & Friedman (2009), section 8.5; Khan & Lin (2017) for the step.
    """
    _refuse_other_targets(p)
    if isinstance(p, GridDensity) and not p.p.all():
        raise ValueError("p must be above 0 on all of its grid; KL(Q‖P) is inf for every Normal.")
    chosen = _starts(p) if starts is None else [_single("starts", start) for start in starts]
    if not chosen:
        raise ValueError("starts must hold at least one Normal; it is empty.")
    ends = [_descend(p, start) for start in chosen]
    return tuple(sorted(ends, key=lambda end: end.divergence))


def _refuse_other_targets(p: object) -> None:
    if not isinstance(p, NormalMixture | GridDensity):
        raise ValueError(f"p must be a NormalMixture or a GridDensity; {type(p).__name__} came.")


def _single(name: str, q: Normal) -> Normal:
    if not isinstance(q, Normal):
        raise ValueError(f"{name} must be Normal; {type(q).__name__} came.")
    if q.batch_shape:
        raise ValueError(f"{name} must be single; a batch shaped {q.batch_shape} came.")
    return q


def _points_of(p: NormalMixture | GridDensity) -> tuple[Floats, Floats, Any]:
    """Points, their weights under P, and log p there."""
    if isinstance(p, GridDensity):
        log_p = np.log(p.p, out=np.full(p.p.shape, -np.inf), where=p.p > 0)
        return p.x, p.p, log_p - math.log(p.x[1] - p.x[0])
    x = (p.means[:, None] + p.stds[:, None] * Z).ravel()
    return x, np.multiply.outer(p.weights, Z_WEIGHTS).ravel(), p.log_prob(x)


def _nodes(p: NormalMixture | GridDensity, q: Normal) -> _Nodes:
    """What stands for Q beside P: P's grid, or else points of its own."""
    if isinstance(p, GridDensity):
        x, _, log_p = _points_of(p)
        log_q = log_softmax(-(((x - q.mean) / q.std) ** 2) / 2)
        return _Nodes(x, np.exp(log_q), log_p, log_q - math.log(x[1] - x[0]))
    x = q.mean + q.std * Z
    return _Nodes(x, Z_WEIGHTS, p.log_prob(x), q.log_prob(x))


def _starts(p: NormalMixture | GridDensity) -> list[Normal]:
    """P's mean and variance, and those of each of its components or hills."""
    whole = moment_projection(p).fit
    if isinstance(p, NormalMixture):
        return [*map(Normal, p.means, p.stds), whole]
    rises = np.diff(p.p) > 0
    valleys = np.flatnonzero(~rises[:-1] & rises[1:]) + 1
    hills = np.split(np.stack([p.x, p.p]), valleys, axis=1)
    hills.sort(key=lambda hill: -hill[1].sum())
    parts = [_moments(x, weights / weights.sum()) for x, weights in hills[:HILLS]]
    step = p.x[1] - p.x[0]
    return [*(Normal(mean, max(std, step)) for mean, std in parts), whole]


def _moments(x: Floats, weights: Floats) -> tuple[float, float]:
    """Mean and standard deviation of points with weights that sum to 1."""
    mean = float(weights @ x)
    return mean, math.sqrt(weights @ (x - mean) ** 2)


def _descend(p: NormalMixture | GridDensity, start: Normal) -> Projection:
    widest = WIDEST * np.ptp(p.x) if isinstance(p, GridDensity) else math.inf
    q, nodes = start, _nodes(p, start)
    path = [_step(q, _divergence(nodes))]
    for _ in range(STEPS):
        for ahead in _candidates(q, nodes):
            nodes = _nodes(p, ahead)
            divergence = _divergence(nodes)
            if divergence <= path[-1].divergence + SLACK and ahead.std <= widest:
                break
        else:
            break
        moved = abs(ahead.mean - q.mean) / q.std + abs(math.log(ahead.std / q.std))
        q = ahead
        path.append(_step(q, divergence))
        if moved < STILL:
            break
    return Projection(q, path[-1].divergence, tuple(path))


def _candidates(q: Normal, nodes: _Nodes) -> Iterator[Normal]:
    """The Normals that shorter and shorter shares of a step lead to."""
    u = (nodes.x - q.mean) / q.std
    root = np.sqrt(nodes.weights)[:, np.newaxis]
    parabola = root * np.stack([np.ones_like(u), u, u * u], axis=1)
    slope, curve = np.linalg.lstsq(parabola, root[:, 0] * nodes.log_p)[0][1:]
    for halvings in range(30):
        share = 0.5**halvings
        precision = 1 - share - 2 * share * curve  # in units of that of Q
        if precision > 0:
            yield Normal(q.mean + q.std * share * slope / precision, q.std / math.sqrt(precision))


def _divergence(nodes: _Nodes) -> float:
    kept = nodes.weights > 0  # far from Q the weights underflow
    return float(nodes.weights[kept] @ (nodes.log_q[kept] - nodes.log_p[kept]))


def _step(q: Normal, divergence: float) -> Step:
    return Step(q.mean, q.std, max(0.0, float(divergence)))  # not negative by rounding
