"""Entropy and mutual information, of tables and from samples."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _rowwise, _validation
from kl_core._labels import axis_labels, require_same_labels
from kl_core._neighbours import DISTANCES, POWER, kth_distance, points_of, tree_of
from kl_core._numerics import LOG_2, TINY, Floats, gradual_underflow, kl_div
from kl_core._rowwise import Rows
from kl_core.discrete import Result
from kl_core.estimate import Estimate

Counts = NDArray[np.intp]


def mutual_information(
    joint: ArrayLike,
    *,
    axis: Sequence[SupportsIndex] = (-2, -1),
    base: float | None = None,
    keepdims: bool = False,
) -> Result:
    """Mutual information: the KL divergence of a joint distribution from independence.

    I(X; Y) = KL(joint‖product of its marginals) = Σ pᵢⱼ log(pᵢⱼ / (pᵢ pⱼ)), in nats, or in units
    of log(base).
    joint: (..., m, n), with X along the first and Y along the second of two axes → (...).
    Raises ValueError unless each table along `axis` is a distribution.
    Source: Shannon (1948), section 12.

    >>> joint = [[0.4, 0.1], [0.1, 0.4]]
    >>> round(float(mutual_information(joint, base=2)), 4)
    0.2781
    """
    table, sizes = _validation.table("joint", joint, axis)
    return _rowwise.map_rows(
        lambda rows: _of_tables(rows, sizes), table, base=base, keepdims=keepdims
    )[()]


def _of_tables(rows: Rows, sizes: tuple[int, int]) -> Floats:
    joint = rows.values.reshape(-1, *sizes)
    first, second = (np.broadcast_to(joint.sum(axis=a, keepdims=True), joint.shape) for a in (2, 1))
    product = first * second
    terms = kl_div(joint, product)
    faint = (joint > 0) & (product < TINY)  # the product underflows
    log_ratio = np.log(joint[faint]) - np.log(first[faint]) - np.log(second[faint])
    terms[faint] = joint[faint] * (log_ratio - 1) + product[faint]
    return terms.sum(axis=(1, 2))


@gradual_underflow
def entropy_from_samples(
    x: ArrayLike, *, k: SupportsIndex = 3, base: float | None = None
) -> Estimate:
    """Differential entropy of a density, from the nearest-neighbour distances of its draws.

    h(X) = −∫ p log p ≈ ψ(n) − ψ(k) + log V + d/n Σ log ρᵢ, in nats, or in units of log(base), with
    ρᵢ the distance from xᵢ to its k-th nearest neighbour, V the volume of the unit ball and ψ the
    digamma function. Unlike that of counts it can be negative, and depends on the unit of x. It has
    no standard error, as its unknown bias is often as large.
    x: (n,) or (n, d), independent draws → one number.
    Raises ValueError unless x is finite and 1 ≤ k < n, and if a point occurs more than k times.
    Source: Kozachenko & Leonenko (1987); Kraskov, Stögbauer & Grassberger (2004), eq. 20.

    >>> x = Normal(0, 1).sample(np.random.default_rng(0), 20_000)
    >>> round(float(entropy_from_samples(x)), 1)
    1.4
    """
    points = points_of("x", x).values
    nearest, unit = _below("k", k, len(points)), _validation.log_base(base)
    _refuse_repeats("x", points, nearest, "entropy of their proportions")
    n, d = points.shape
    exponent = int(np.frexp(abs(points).max())[1]) - POWER  # so that no square overflows
    scaled = np.ldexp(points, -exponent)
    distances = kth_distance(scaled, scaled, nearest + 1)  # the nearest of all is the point itself
    log_volume = d / 2 * math.log(math.pi) - math.lgamma(d / 2 + 1)
    harmonic = _harmonic(n)
    found = harmonic[n - 1] - harmonic[nearest - 1] + log_volume
    found += d * (np.log(distances).mean() + exponent * LOG_2)
    return Estimate(found / unit, n=n)


@gradual_underflow
def mutual_information_from_samples(
    x: ArrayLike, y: ArrayLike, *, k: SupportsIndex = 3, base: float | None = None
) -> Estimate:
    """Mutual information of two continuous variables, from the nearest neighbours of draws.

    I(X; Y) ≈ ψ(k) + ψ(n) − 1/n Σ (ψ(nᵢ + 1) + ψ(mᵢ + 1)), in nats, or in units of log(base), where
    nᵢ of the other x and mᵢ of the other y are nearer to xᵢ and to yᵢ than the k-th nearest pair is
    to the pair (xᵢ, yᵢ), by the largest difference of a coordinate, and ψ is the digamma function.
    Each coordinate is scaled by its interquartile range, as units do not change I. Logarithms and
    ranks do not change it either: pass these for strongly skewed variables, for which the estimate
    is too small. It can be negative; a larger k has less variance, and more bias if X and Y nearly
    determine each other.
    x: (n,) or (n, d), y: (n,) or (n, e), independent draws of pairs → one number.
    Raises ValueError unless x and y are finite, equally many and 1 ≤ k < n, and if x or y has a
    point more than k times.
    Source: Kraskov, Stögbauer & Grassberger (2004), eq. 8, their first algorithm.

    >>> x, noise = np.random.default_rng(0).normal(size=(2, 1000))
    >>> round(float(mutual_information_from_samples(x, x + noise)), 2)
    0.36
    """
    require_same_labels(x=axis_labels("x", x)[:1], y=axis_labels("y", y)[:1])  # a pair a row
    first, second = points_of("x", x).values, points_of("y", y).values
    _validation.require_equal_counts("points", x=len(first), y=len(second))
    n = len(first)
    nearest, unit = _below("k", k, n), _validation.log_base(base)
    for name, points in (("x", first), ("y", second)):
        _refuse_repeats(name, points, nearest, "mutual_information of a table of their counts")
    xs, ys = _in_units_of_its_own(first), _in_units_of_its_own(second)
    reach = _reach(np.concatenate([xs, ys], axis=1), nearest)
    harmonic = _harmonic(n)  # ψ(n) is that of n − 1, less Euler's constant, which cancels
    within = harmonic[_nearer(xs, reach)] + harmonic[_nearer(ys, reach)]
    found = harmonic[nearest - 1] + harmonic[n - 1] - within.mean()
    return Estimate(found / unit, n=n)


def _below(name: str, value: SupportsIndex, points: int) -> int:
    found = _validation.positive_int(name, value)
    if found >= points:
        raise ValueError(f"{name} must be below the number of points; got {found} of {points}.")
    return found


def _refuse_repeats(name: str, points: Floats, k: int, instead: str) -> None:
    """Raise where a point comes so often that its neighbours are itself."""
    _, places, counts = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    most = int(counts.max())
    if most <= k:
        return
    row = int((counts[places.ravel()] > k).argmax())  # numpy 2.0 gives a column
    came = f"k is {k}, row {row} comes {counts[places.ravel()[row]]} times"
    larger = f"k={most}, or for values that all recur " if most < len(points) else ""
    raise ValueError(f"{name} must hold no point more than k times; {came}: use {larger}{instead}.")


def _harmonic(n: int) -> Floats:
    """The harmonic numbers 0, 1, 1 + ½, … up to that of n − 1."""
    return np.concatenate([[0.0], np.cumsum(1 / np.arange(1, n))])


def _in_units_of_its_own(points: Floats) -> Floats:
    """Each coordinate by the length of its middle half, or of all where that is a single point."""
    scaled = np.ldexp(points, -np.frexp(abs(points).max(axis=0))[1])  # so that nothing overflows
    low, high = np.quantile(scaled, (0.25, 0.75), axis=0)
    length = np.ptp(scaled, axis=0)
    # Of less than 2⁻⁹⁰⁰ of all, the middle half would make a number too large of the rest.
    spread = np.where(high > low, np.maximum(high - low, np.ldexp(length, -900)), length)
    return scaled / np.where(spread > 0, spread, 1.0)  # one value alone is no further from itself


def _reach(points: Floats, k: int) -> Floats:
    """How far each point's k-th nearest other is, by the largest difference of a coordinate."""
    tree = tree_of(points, len(points))
    if tree:
        return tree.query(points, k=[k + 1], p=np.inf)[0][:, 0]
    return _by_blocks(points, lambda gaps, rows: np.partition(gaps, k, axis=1)[:, k])


def _nearer(points: Floats, reach: Floats) -> Counts:
    """How many others are nearer to each point than its reach."""
    if points.shape[1] == 1:
        return _nearer_on_the_line(points[:, 0], reach)
    tree = tree_of(points, len(points))
    if tree:
        inside = np.nextafter(reach, 0)
        return tree.query_ball_point(points, inside, p=np.inf, return_length=True) - 1
    nearer = _by_blocks(points, lambda gaps, rows: (gaps < reach[rows, None]).sum(axis=1))
    return nearer.astype(np.intp) - 1


def _nearer_on_the_line(points: Floats, reach: Floats) -> Counts:
    """From where the others are nearer, up to where: exact, though a sum of two floats is not."""
    line = np.sort(points)
    below = np.searchsorted(line, points - reach)
    above = np.searchsorted(line, points + reach, side="right")
    last = len(line) - 1
    while (far := (points - line[below] >= reach) & (below < above)).any():
        below += far
    while (near := (below > 0) & (points - line[below - 1] < reach)).any():
        below -= near
    while (far := (line[above - 1] - points >= reach) & (above > below)).any():
        above -= far
    while (near := (above <= last) & (line[np.minimum(above, last)] - points < reach)).any():
        above += near
    return above - below - 1


def _by_blocks(points: Floats, kernel: Callable[[Floats, slice], Any]) -> Floats:
    """What `kernel` makes of the distances of each block of points from all."""
    n, step = len(points), max(1, DISTANCES // len(points))
    found = np.empty(n)
    for start in range(0, n, step):
        rows = slice(start, start + step)
        gaps = np.zeros((len(points[rows]), n))
        for column in points.T:
            np.maximum(gaps, abs(column[rows, None] - column), out=gaps)
        found[rows] = kernel(gaps, rows)
    return found
