"""The Normal nearest to a distribution on the line, by forward or reverse KL."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from kl_core._numerics import gradual_underflow
from kl_core.distributions import Normal, NormalMixture
from kl_core.projection.objective import ReverseKL, forward_kl, moments_in_units_of, reverse_kl
from kl_core.projection.targets import LARGEST, GridDensity, Target, grid_moments, moments

STEPS = 100
STILL = 1e-10  # standard deviations; a step shorter than that ends the search
SLACK = 1e-13  # by how much, relatively, rounding may hide that a divergence fell
FRACTIONS = 0.5 ** np.arange(30)
PARTS = 8
REACH = 1000
WIDEST = 10  # widths of the grid, where Q is flat on it to a part in a thousand
NARROWEST = 0.1  # of the grid's step, where Q is one point of it to 21 digits
THINNEST = 1e-120  # of P's standard deviation; beyond, divergences overflow


class Step(NamedTuple):
    """One step of a projection: a Normal, and its divergence in nats.

    >>> mixture = NormalMixture([0.5, 0.5], [-3, 3], [1, 1])
    >>> path = moment_projection(mixture, start=Normal(1, 1)).path
    >>> [round(step.divergence, 4) for step in path]
    [4.3107, 0.462]
    """

    mean: float
    std: float
    divergence: float


@dataclass(frozen=True)
class Projection:
    """The result of a search for the nearest Normal.

    fit: the Normal; divergence: between it and P, in nats, where KL(Q‖P) on a grid is that of
    the fit cut off at the grid's ends; path: every step from the start to the fit, both included;
    converged: whether the next step would be shorter than 1e-10 of Q's standard deviations, neither
    at a bound nor on one point of a grid.

    >>> found = moment_projection(NormalMixture([0.5, 0.5], [-3, 3], [1, 1]))
    >>> found.converged, round(found.divergence, 4), len(found.path)
    (True, 0.462, 1)
    """

    fit: Normal
    divergence: float
    path: tuple[Step, ...]
    converged: bool


@gradual_underflow
def moment_projection(p: NormalMixture | GridDensity, *, start: Normal | None = None) -> Projection:
    """The Normal Q that minimises forward KL, KL(P‖Q): it has the mean and the variance of P.

    argmin over Q of KL(P‖Q), the moment projection, which is mass-covering. In the coordinates E x
    and E x² one step of the natural gradient leads there from any start. It does not converge if no
    float is near enough to P's mean, as beside 1e16 for a standard deviation of 1.
    p: a mixture or a density on a grid; start: the first step of the path, if one is wanted.
    Raises TypeError for p or start of another type; ValueError if p's moments are too large for
    a float; for a density on a grid, unless its standard deviation is at least the grid's step; and
    unless start is one Normal.
    Source: Koller & Friedman (2009), section 8.5.

    >>> mixture = NormalMixture([0.5, 0.5], [-3, 3], [1, 1])
    >>> fit = moment_projection(mixture).fit
    >>> fit.mean, round(fit.std, 4)
    (0.0, 3.1623)
    """
    _refuse_other_targets(p)
    mean, std = _finite_moments(p)
    if isinstance(p, GridDensity):
        step = float(p.x[1] - p.x[0])
        if std < step * (1 - 1e-9):  # by more than rounding
            came = f"P's standard deviation is {std:.12g}, the grid's step {step:.12g}"
            raise ValueError(f"P must be as wide as a step of its grid; {came}.")
    fit = Normal(mean, std)
    normals = [fit] if start is None else [_single("start", start), fit]
    path = tuple(_step(q, forward_kl(q, p)) for q in normals)
    return Projection(fit, path[-1].divergence, path, _is_still(*moments_in_units_of(fit, p)))


@gradual_underflow
def information_projection(
    p: NormalMixture | GridDensity, *, starts: Iterable[Normal] | None = None
) -> tuple[Projection, ...]:
    """The local minima of reverse KL, KL(Q‖P), over Normals Q: one per start, the smallest first.

    argmin over Q of KL(Q‖P), the information projection, which is mode-seeking. A step of the
    natural gradient fits a parabola to log p, weighted by Q, and moves log q towards it; Newton's
    step is used if it leads lower.
    If P has several modes, starts end at several of them. On a grid, Q is truncated at the ends of
    the grid. A search that finds no local minimum ends at the minimum along a bound; it has not
    converged, and comes first if its divergence is the smallest of all.
    p: a mixture or a density on a grid; starts: by default P's components or modes (at most the
    eight largest), and all of P.
    Q stays within bounds. Beside a mixture: its mean within 1000 of P's standard deviations of
    P's mean, its std above a thousandth of the narrowest component's and below 1000 times P's.
    On a grid: its mean within one width of the grid, its std above a tenth of the grid's step and
    below ten times its width.
    Raises TypeError for p or starts of another type; ValueError where p is 0 somewhere on its grid,
    as KL(Q‖P) is inf for every Q; where P's moments are too large for a float; where a component's
    std is below 1e-120 times P's; and unless starts are single Normals within these bounds, at
    least one.
    Source: Koller & Friedman (2009), section 8.5; Salimans & Knowles (2013), "Fixed-form
    variational posterior approximation through stochastic linear regression", for the parabola.

    >>> mixture = NormalMixture([0.4, 0.6], [-3, 3], [1, 1])
    >>> [round(end.fit.mean, 2) for end in information_projection(mixture)]
    [2.99, 0.47, -2.98]
    """
    _refuse_other_targets(p)
    if isinstance(p, GridDensity) and not p.p.all():
        raise ValueError("p must be above 0 on all of its grid; KL(Q‖P) is inf for every Normal.")
    if isinstance(p, NormalMixture):
        kept = p.weights > 0
        p = NormalMixture(p.weights[kept], p.means[kept], p.stds[kept])
    bounds = _bounds(p)
    chosen = _starts(p) if starts is None else _chosen(starts, bounds)
    ends = [_search(p, start, bounds) for start in chosen]
    return tuple(sorted(ends, key=lambda end: (end.divergence, not end.converged)))


class _Bounds(NamedTuple):
    low: float
    high: float
    narrowest: float
    widest: float

    def contains(self, q: Normal) -> bool:
        return self.low < q.mean < self.high and self.narrowest < q.std < self.widest

    def nearest(self, mean: float, std: float) -> Normal:
        mean = min(max(mean, self.low), self.high)
        return Normal(mean, min(max(std, self.narrowest), self.widest))


def _refuse_other_targets(p: object) -> None:
    if not isinstance(p, NormalMixture | GridDensity):
        raise TypeError(f"p must be a NormalMixture or a GridDensity; got {type(p).__name__}.")
    if isinstance(p, NormalMixture) and p.batch_shape:
        raise ValueError(f"p must be one mixture, not a batch; its batch is {p.batch_shape}.")


def _finite_moments(p: Target) -> tuple[float, float]:
    mean, std = moments(p)
    if not (math.isfinite(mean) and math.isfinite(std)):
        raise ValueError(f"p must have a finite mean and std; they are {mean:.6g} and {std:.6g}.")
    return mean, std


def _single(name: str, q: Normal) -> Normal:
    if not isinstance(q, Normal):
        raise TypeError(f"{name} must be Normal; got {type(q).__name__}.")
    if q.batch_shape:
        raise ValueError(f"{name} must be single; got a batch shaped {q.batch_shape}.")
    return q


def _chosen(starts: Iterable[Normal], bounds: _Bounds) -> list[Normal]:
    if not isinstance(starts, Iterable):
        raise TypeError(f"starts must be a list of Normals; got {type(starts).__name__}.")
    chosen = [_single("starts", start) for start in starts]
    if not chosen:
        raise ValueError("starts must hold at least one Normal; it is empty.")
    for q in chosen:
        if not bounds.contains(q):
            low, high, narrowest, widest = (f"{bound:.6g}" for bound in bounds)
            rule = f"means between {low} and {high} and stds between {narrowest} and {widest}"
            raise ValueError(f"starts must have {rule}; got {q}.")
    return chosen


def _starts(p: Target) -> list[Normal]:
    """P's mean and variance, and those of its largest components or modes."""
    mean, std = moments(p)
    if isinstance(p, NormalMixture):
        largest = np.argsort(-p.weights, kind="stable")[:PARTS]
        return [*map(Normal, p.means[largest], p.stds[largest]), Normal(mean, std)]
    rises = np.diff(p.p) > 0
    valleys = np.flatnonzero(~rises[:-1] & rises[1:]) + 1
    modes = np.split(np.stack([p.x, p.p]), valleys, axis=1)
    modes.sort(key=lambda mode: -mode[1].sum())
    step = float(p.x[1] - p.x[0])
    parts = [grid_moments(x, weights / weights.sum(), step) for x, weights in modes[:PARTS]]
    return [Normal(m, max(s, step)) for m, s in [*parts, (mean, std)]]


def _bounds(p: Target) -> _Bounds:
    if isinstance(p, GridDensity):
        step, width = float(p.x[1] - p.x[0]), float(p.x[-1] - p.x[0])
        low, high = float(p.x[0]) - width, float(p.x[-1]) + width
        return _Bounds(low, high, NARROWEST * step, WIDEST * width)
    mean, std = _finite_moments(p)
    least = float(p.stds.min())
    if least < THINNEST * std:
        came = f"p has {std:.6g}, a component {least:.6g}"
        raise ValueError(f"p must have no std 1e120 times that of a component; {came}.")
    reach = REACH * min(std, LARGEST)
    return _Bounds(mean - reach, mean + reach, least / REACH, reach)


def _search(p: Target, start: Normal, bounds: _Bounds) -> Projection:
    here, still = reverse_kl(start, p), False
    path = [_step(start, here.divergence)]
    while not still and len(path) <= STEPS:
        highest = here.divergence + SLACK * (1 + here.divergence)
        lower = next((v for v in _ahead(p, here, bounds) if v.divergence <= highest), None)
        if lower is None:
            break
        q, last = lower.q, here.q
        still = _is_still(abs(q.mean - last.mean) / last.std, q.std / last.std)
        path.append(_step(q, lower.divergence))
        here = lower
    one_point = here.weights.max() == 1  # which a longer step might leave, but no gradient shows it
    converged = still and bounds.contains(here.q) and not one_point
    return Projection(here.q, path[-1].divergence, tuple(path), converged)


def _is_still(shift: float, ratio: float) -> bool:
    """Whether a step is negligible: it moves the mean by `shift` stds, and widens by `ratio`."""
    return abs(shift) + abs(math.log(ratio)) < STILL


def _ahead(p: Target, here: ReverseKL, bounds: _Bounds) -> Iterator[ReverseKL]:
    """Where shorter and shorter fractions of a step lead; of two steps, the lower."""
    q, steps = here.q, here.steps
    if not bounds.contains(q):
        steps += here.steps_along_bounds
    for fraction in FRACTIONS:
        found = []
        for linear, square in (fraction * step for step in steps):
            precision = 1 - 2 * float(square)  # in units of that of Q
            if precision > 0:
                mean = q.mean + q.std * float(linear) / precision
                found.append(reverse_kl(bounds.nearest(mean, q.std / math.sqrt(precision)), p))
        if found:
            yield min(found, key=lambda v: v.divergence)


def _step(q: Normal, divergence: float) -> Step:
    return Step(q.mean, q.std, max(0.0, divergence))  # not negative by rounding
