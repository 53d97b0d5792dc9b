"""KL divergence estimated from samples or counts."""

from __future__ import annotations  # numpy.random would load where it is only named

import math
from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _validation
from kl_core._labels import require_same_labels
from kl_core._neighbours import POWER, kth_distance, points_of
from kl_core._numerics import Floats, gradual_underflow, ieee
from kl_core._validation import Argument, Axis
from kl_core.discrete import Array, kl_divergence, normalize
from kl_core.estimate import Estimate

MOST_COUNTED = 2.0**53  # above it, floats skip whole numbers


@gradual_underflow
def kl_from_samples(
    x: ArrayLike, y: ArrayLike, *, k: SupportsIndex = 1, base: float | None = None
) -> Estimate:
    """KL estimated from samples of P and Q, by nearest-neighbour distances.

    KL(P‖Q) ≈ d/n Σ log(νᵢ / ρᵢ) + log(m / (n − 1)), in nats, or in units of log(base), with ρᵢ the
    distance from xᵢ to its k-th nearest neighbour among the other x, and νᵢ to that among y. It can
    be negative.
    For d > 1 and large samples the neighbours come from SciPy's tree, where SciPy is installed, or
    else from all n·(n + m) distances, of which it keeps few at a time; the numbers are the same.
    x: (n,) or (n, d), drawn from P; y: (m,) or (m, d), drawn from Q; both continuous → one number.
    A point may occur k times in x and k − 1 times in y: use a larger k for rounded values.
    Raises ValueError unless x and y are finite, d is the same, 1 ≤ k < n and k ≤ m, and if a
    point occurs so often that a distance is 0.
    Source: Wang, Kulkarni & Verdú (2009).

    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.normal(0, 1, 2000), rng.normal(1, 1, 2000)
    >>> round(float(kl_from_samples(x, y, k=5)), 2)
    0.53
    """
    first, second = points_of("x", x), points_of("y", y)
    require_same_labels(x=first.labels, y=second.labels)
    (n, d), (m, other) = first.values.shape, second.values.shape
    _validation.require_equal_counts("coordinates", x=d, y=other)
    nearest, unit = _validation.positive_int("k", k), _validation.log_base(base)
    if nearest >= n or nearest > m:
        came = f"k is {nearest}, x has {n}, y has {m}"
        raise ValueError(f"k must be below the number of points of x and at most y's; {came}.")
    xs, ys = _scaled(first.values, second.values)
    own = kth_distance(xs, xs, nearest + 1)  # the nearest of all is the point itself
    others = kth_distance(xs, ys, nearest)
    _refuse_ties((own == 0) | (others == 0), xs, ys, nearest)
    found = d * np.mean(np.log(others) - np.log(own)) + math.log(m / (n - 1))
    return Estimate(found / unit, n=(n, m))


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


@gradual_underflow
def kl_from_counts(
    counts_p: ArrayLike,
    counts_q: ArrayLike,
    *,
    prior: float = 0.0,
    axis: Axis = -1,
    base: float | None = None,
) -> Estimate:
    """KL estimated from the counts of two samples, with its leading bias.

    estimate = Σ pᵢ log(pᵢ / qᵢ), with pᵢ = (counts_pᵢ + prior) / N and qᵢ = (counts_qᵢ + prior) / M
    adding up to 1, in nats, or in units of log(base); inf if Q has no count where P has one.
    bias = (s − 1) / 2N + (r − 1) / 2M, with s outcomes of pᵢ > 0 and r = Σ pᵢ / qᵢ, is the leading
    bias if Q has counts of every outcome: nan if the estimate is inf. With a prior, its two parts
    are scaled by the counted fractions of N and M, and the shift by the prior is added:
    prior·(Σ log(pᵢ / qᵢ) − k·Σ pᵢ log(pᵢ / qᵢ)) / N − prior·(r − k) / M.
    counts_p, counts_q: (..., k), whole numbers, broadcast together → (...); prior: a number, ½ for
    Jeffreys', 1 for Laplace's.
    Raises ValueError for counts that are not whole or negative, for rows of zeros without a prior,
    and for a prior that is negative or not finite.
    Source: Miller (1955), for the first term; Krichevsky & Trofimov (1981), for the prior ½.

    >>> found = kl_from_counts([30, 50, 20], [25, 45, 30])
    >>> round(float(found), 4), round(float(found.bias), 4)
    (0.0263, 0.0199)
    >>> round(float(kl_from_counts([3, 1], [4, 0], prior=0.5)), 4)
    0.1537
    """
    rule = "a finite number of at least 0"
    added = _validation.real("prior", prior, rule, lambda number: 0 <= number < math.inf)
    first = _counts("counts_p", counts_p, added, axis)
    second = _counts("counts_q", counts_q, added, axis)
    _validation.common_shape(first, second)
    p, q = normalize(first.values + added), normalize(second.values + added)
    found = np.asarray(kl_divergence(p, q, base=base), np.float64)
    bias = _bias(first.values, second.values, p, q, added) / _validation.log_base(base)
    counted = _counted(first, found.shape), _counted(second, found.shape)
    return Estimate(found[()], np.where(found < np.inf, bias, np.nan)[()], n=counted)


def _counts(name: str, values: ArrayLike, prior: float, axis: Axis) -> Argument:
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


def _counted(counts: Argument, batch: tuple[int, ...]) -> int | Floats:
    """How many were counted in each row."""
    totals = counts.values.sum(axis=-1)
    return np.broadcast_to(totals, batch) if batch else int(totals)


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
