"""KL divergence where P and Q are known by samples or counts alone."""

from __future__ import annotations  # numpy.random would load where it is only named

import math
from typing import NamedTuple, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _validation
from kl_core._labels import axis_labels, require_same_labels
from kl_core._numerics import Floats, gradual_underflow, ieee
from kl_core._validation import Argument
from kl_core.discrete import Array, kl_divergence, normalize

MOST_COUNTED = 2.0**53  # above it, floats skip whole numbers
DISTANCES = 2**18  # distances, or 2 MiB: what is in work at one time
POWER = 500  # squares of what is below 2⁵⁰⁰ do not overflow, and few differences vanish


class CountsEstimate(NamedTuple):
    """KL of the observed shares, and how much of it is to be expected of chance alone.

    plug_in − bias is the estimate less its leading bias, and may be negative.

    >>> found = kl_from_counts([30, 50, 20], [25, 45, 30])
    >>> round(float(found.plug_in - found.bias), 4)
    0.0064
    """

    plug_in: np.float64 | Floats
    bias: np.float64 | Floats


@gradual_underflow
def kl_from_samples(x: ArrayLike, y: ArrayLike, *, k: SupportsIndex = 1) -> float:
    """KL estimated from samples of P and Q alone, by the distances to nearest neighbours.

    KL(P‖Q) ≈ d/n Σ log(νᵢ / ρᵢ) + log(m / (n − 1)), in nats, with ρᵢ the distance from xᵢ to its
    k-th nearest neighbour among the other x, and νᵢ to that among y. It may come out negative.
    For d > 1 it computes all n·(n + m) distances, though it keeps few at a time.
    x: (n,) or (n, d), drawn from P; y: (m,) or (m, d), drawn from Q; both continuous → one number.
    A point may come k times in x and k − 1 times in y: where values are rounded, take a larger k.
    Raises ValueError unless x and y are finite, d is the same, 1 ≤ k < n and k ≤ m, and where a
    point comes so often that a distance is 0.
    Source: Wang, Kulkarni & Verdú (2009).

    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.normal(0, 1, 2000), rng.normal(1, 1, 2000)
    >>> round(kl_from_samples(x, y, k=5), 2)
    0.53
    """
    first, second = _points_of("x", x), _points_of("y", y)
    require_same_labels(x=first.labels, y=second.labels)
    (n, d), (m, other) = first.values.shape, second.values.shape
    _validation.require_equal_counts("coordinates", x=d, y=other)
    nearest = _validation.positive_int("k", k)
    if nearest >= n or nearest > m:
        came = f"k is {nearest}, x has {n}, y has {m}"
        raise ValueError(f"k must be below the number of points of x and at most y's; {came}.")
    xs, ys = _scaled(first.values, second.values)
    own = _kth_distance(xs, xs, nearest + 1)  # the nearest of all is the point itself
    others = _kth_distance(xs, ys, nearest)
    _refuse_ties((own == 0) | (others == 0), xs, ys, nearest)
    return float(d * np.mean(np.log(others) - np.log(own)) + math.log(m / (n - 1)))


def _points_of(name: str, values: ArrayLike) -> Argument:
    """Points on the line or in space, as rows of coordinates."""
    array = _validation.real_array(name, values).astype(np.float64)
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(f"{name} must be shaped (n,) or (n, d); its shape is {array.shape}.")
    labels = axis_labels(name, values)[1:]  # each sample has rows of its own
    given = Argument(name, array.reshape(len(array), -1), -1, np.float64, labels)
    given.raise_where(~np.isfinite(given.values), "be finite", "holds {}", given.values)
    return given


def _refuse_ties(tied: NDArray[np.bool_], x: Floats, y: Floats, k: int) -> None:
    """Raise where a point comes so often that a distance is 0; say which k is large enough."""
    if not tied.any():
        return
    points, places = np.unique(np.concatenate([x, y]), axis=0, return_inverse=True)
    of_x, of_y = np.split(places.ravel(), [len(x)])  # numpy 2.0 gives a column
    in_x, in_y = (np.bincount(part, minlength=len(points))[of_x] for part in (of_x, of_y))
    least = max(np.maximum(in_x, in_y + 1).max(), k + 1)
    enough = least < len(x) and least <= len(y)
    larger = f"k={least}, or for a few values that all recur " if enough else ""
    row = int(tied.argmax())
    came = f"k is {k}, row {row} comes {in_x[row]} times in x and {in_y[row]} times in y"
    rule = "hold no point more than k times, nor one that y holds k times"
    raise ValueError(f"x must {rule}; {came}: use {larger}kl_from_counts.")


def _scaled(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Both by one power of two, which changes no ratio of distances."""
    exponent = np.frexp(max(abs(x).max(), abs(y).max()))[1]
    return np.ldexp(x, POWER - exponent), np.ldexp(y, POWER - exponent)


def _kth_distance(points: Floats, among: Floats, k: int) -> Floats:
    """How far each point's k-th nearest neighbour is; points: (n, d), among: (m, d) → (n,)."""
    if points.shape[1] == 1:
        return _on_the_line(points[:, 0], np.sort(among[:, 0]), k)
    rows = max(1, DISTANCES // len(among))
    found = np.empty(len(points))
    for start in range(0, len(points), rows):
        squares = _squares(points[start : start + rows], among)
        squares.partition(k - 1, axis=1)
        found[start : start + rows] = squares[:, k - 1]
    return np.sqrt(found)


def _on_the_line(points: Floats, among: Floats, k: int) -> Floats:
    """The k nearest lie side by side, so the narrowest run of k around a point holds them."""
    right = np.searchsorted(among, points)
    nearest = np.full(points.shape, np.inf)
    for before in range(k + 1):
        first = np.clip(right - before, 0, len(among) - k)
        reach = np.maximum(points - among[first], among[first + k - 1] - points)
        nearest = np.minimum(nearest, reach)
    return nearest


def _squares(points: Floats, among: Floats) -> Floats:
    """Squared distances from differences: |x|² − 2xy + |y|² would lose those of near points."""
    total = np.zeros((len(points), len(among)))
    for x, y in zip(points.T, among.T, strict=True):
        gap = x[:, None] - y
        total += gap * gap
    return total


@gradual_underflow
def kl_from_counts(
    counts_p: ArrayLike,
    counts_q: ArrayLike,
    *,
    prior: float = 0.0,
    axis: SupportsIndex = -1,
    base: float | None = None,
) -> CountsEstimate:
    """KL of the shares p and q of what was counted, and the bias to expect of it.

    plug_in = Σ pᵢ log(pᵢ / qᵢ), with pᵢ = (counts_pᵢ + prior) / N and qᵢ = (counts_qᵢ + prior) / M
    adding up to 1, in nats, or in units of log(base); inf where Q's counts miss what P's have.
    bias = (s − 1) / 2N + (r − 1) / 2M, with s outcomes of pᵢ > 0 and r = Σ pᵢ / qᵢ, is the leading
    bias if Q's counts miss nothing: nan where plug_in is inf. With a prior, its two parts shrink by
    the share of N and M that was counted, and what the prior moves comes on top:
    prior·(Σ log(pᵢ / qᵢ) − k·Σ pᵢ log(pᵢ / qᵢ)) / N − prior·(r − k) / M.
    counts_p, counts_q: (..., k), whole numbers, broadcast together → (...); prior: a number, ½ for
    Jeffreys', 1 for Laplace's.
    Raises ValueError for counts that are not whole or negative, for rows of zeros without a prior,
    and for a prior that is negative or not finite.
    Source: Miller (1955), for the first term; Krichevsky & Trofimov (1981), for the prior ½.

    >>> found = kl_from_counts([30, 50, 20], [25, 45, 30])
    >>> round(float(found.plug_in), 4), round(float(found.bias), 4)
    (0.0263, 0.0199)
    >>> round(float(kl_from_counts([3, 1], [4, 0], prior=0.5).plug_in), 4)
    0.1537
    """
    rule = "a finite number of at least 0"
    added = _validation.real("prior", prior, rule, lambda number: 0 <= number < math.inf)
    first = _counts("counts_p", counts_p, added, axis)
    second = _counts("counts_q", counts_q, added, axis)
    _validation.common_shape(first, second)
    p, q = normalize(first.values + added), normalize(second.values + added)
    plug_in = np.asarray(kl_divergence(p, q, base=base), np.float64)
    bias = _bias(first.values, second.values, p, q, added) / _validation.log_base(base)
    return CountsEstimate(plug_in[()], np.where(plug_in < np.inf, bias, np.nan)[()])


def _counts(name: str, values: ArrayLike, prior: float, axis: SupportsIndex) -> Argument:
    given = _validation.argument(name, values, axis)
    given.require_weights()
    counts = given.values.astype(np.float64)
    odd = (counts != np.floor(counts)) | (counts > MOST_COUNTED)
    given.raise_where(odd, "be whole numbers up to 2**53", "holds {:.12g}", counts)
    if prior == 0:
        greatest = counts.max(axis=-1)
        given.raise_where(
            greatest == 0, "not be all 0 without a prior", "holds only {:g}", greatest
        )
    return given._replace(values=counts, dtype=np.float64)


@ieee
def _bias(counts_p: Floats, counts_q: Floats, p: Array, q: Array, prior: float) -> Floats:
    """By the delta method: half of variance times second derivative, and shift times first."""
    outcomes = p.shape[-1]
    both = (p > 0) & (q > 0)
    ratio = np.where(both, p / np.where(both, q, 1.0), 0.0)
    log_ratio = np.log(np.where(both, ratio, 1.0))
    counted_p, counted_q = counts_p.sum(axis=-1), counts_q.sum(axis=-1)
    total_p, total_q = counted_p + outcomes * prior, counted_q + outcomes * prior
    chance_p = ((p > 0).sum(axis=-1) - 1) / 2 * (counted_p / total_p)
    chance_q = (ratio.sum(axis=-1) - 1) / 2 * (counted_q / total_q)
    moved_p = prior * (log_ratio - outcomes * p * log_ratio).sum(axis=-1)
    moved_q = prior * (outcomes - ratio.sum(axis=-1))
    return (chance_p + moved_p) / total_p + (chance_q + moved_q) / total_q
