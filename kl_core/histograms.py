"""Two samples of numbers, counted in the same bins."""

from __future__ import annotations  # help() shows short signatures

import math
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _validation
from kl_core._numerics import Floats
from kl_core._validation import Argument

Bins = ArrayLike | Literal["quantiles", "reference", "fd"]

SHARES = np.arange(1, 10) / 10  # ten bins, as is usual
MOST_BINS = 100_000  # a larger number comes from a few extreme values


class HistogramPair(NamedTuple):
    """How many values of x and of y each bin holds, and the edges between the bins.

    counts_x, counts_y: (k,), integers; edges: (k + 1,), increasing.

    >>> counts_x, counts_y, edges = histogram_pair([1, 2, 2, 5], [3, 4, 9], bins=2)
    >>> counts_x.tolist(), counts_y.tolist(), edges.tolist()
    ([3, 1], [2, 1], [1.0, 5.0, 9.0])
    """

    counts_x: NDArray[np.int64]
    counts_y: NDArray[np.int64]
    edges: Floats


def histogram_pair(x: ArrayLike, y: ArrayLike, *, bins: Bins = "quantiles") -> HistogramPair:
    """Counts of two samples in the same bins, so that their proportions can be compared.

    A bin includes its lower edge but not its upper one; the last bin includes both.
    bins: "quantiles", ten bins with equally many values of x and y together; "reference", ten
    with equally many of y, as is usual for the population stability index; "fd", as wide as
    Freedman and Diaconis say for x and y together; a number of equally wide bins; or the edges.
    The outer edges of quantiles are −inf and inf, as given ones may be. Edges that coincide,
    because a value comes often, are one.
    x: (n,); y: (m,) → counts of x (k,), counts of y (k,), edges (k + 1,).
    Raises ValueError unless x and y are finite and not empty, for bins that are none of these, for
    fewer than two bins of quantiles, and where a value lies outside the edges.
    Source: Freedman & Diaconis (1981), for "fd".

    >>> histogram_pair([1, 2, 2, 5], [3, 4, 9], bins=[0, 3, 6, np.inf]).counts_x.tolist()
    [3, 1, 0]
    """
    first, second = sample("x", x), sample("y", y)
    edges = _edges(first, second, bins)
    return HistogramPair(_count("x", first, edges), _count("y", second, edges), edges)


def sample(name: str, values: ArrayLike, least: int = 1) -> Floats:
    """Read at least so many finite numbers."""
    given: Argument = _validation.finite_array(name, values)
    numbers = given.values[..., 0]
    if numbers.ndim != 1 or numbers.size < least:
        count = "one value" if least == 1 else f"{least} values"
        rule = f"shaped (n,), with at least {count}"
        raise ValueError(f"{name} must be {rule}; its shape is {numbers.shape}.")
    return numbers


def require_difference(x: Floats, y: Floats) -> None:
    """Raise where there is but one value."""
    if min(x.min(), y.min()) == max(x.max(), y.max()):
        raise ValueError(f"x and y must hold more than one value; all of them are {x[0]:.12g}.")


def _edges(x: Floats, y: Floats, bins: Bins) -> Floats:
    if isinstance(bins, str):
        return _named_edges(x, y, bins)
    if not isinstance(bins, int | np.integer):
        return _given_edges(bins)
    number = _validation.positive_int("bins", bins)
    if number > MOST_BINS:
        raise ValueError(f"bins must be at most {MOST_BINS}; got {number}.")
    return _equal_widths(x, y, number)


def _named_edges(x: Floats, y: Floats, bins: str) -> Floats:
    if bins == "fd":
        return _freedman_diaconis(x, y)
    if bins not in ("quantiles", "reference"):
        known = 'a number, edges, "quantiles", "reference" or "fd"'
        raise ValueError(f"bins must be {known}; got {bins!r}.")
    among, whose = (np.concatenate([x, y]), "x and y") if bins == "quantiles" else (y, "y")
    # Quantiles that are themselves values: none between two equal ones differs from them by
    # rounding.
    inner = np.unique(np.quantile(among, SHARES, method="inverted_cdf"))
    inner = inner[inner > among.min()]  # the first bin would hold none of these
    if inner.size == 0:
        came = f"nearly all of them are {among.min():.12g}"
        rule = f"hold more than one value in at least a tenth for bins={bins!r}"
        raise ValueError(f"{whose} must {rule}; {came}.")
    return np.concatenate([[-np.inf], inner, [np.inf]])


def _freedman_diaconis(x: Floats, y: Floats) -> Floats:
    """Bins of 2·IQR / ∛N."""
    both = np.concatenate([x, y])
    low, high = np.quantile(both, [0.25, 0.75])
    width = 2 * (high - low) / np.cbrt(both.size)
    if width == 0:
        rule = 'differ in their middle half for bins="fd"'
        raise ValueError(f"x and y must {rule}; there all of them are {low:.12g}.")
    # Halves, since the range of the largest floats is no float.
    number = math.ceil(min((both.max() / 2 - both.min() / 2) / (width / 2), 2.0 * MOST_BINS))
    if number > MOST_BINS:
        came = f'more than {MOST_BINS} came: use bins="quantiles"'
        raise ValueError(f'x and y must hold no values so far out for bins="fd"; {came}.')
    return _equal_widths(x, y, number)


def _equal_widths(x: Floats, y: Floats, number: int) -> Floats:
    require_difference(x, y)
    low, high = float(min(x.min(), y.min())), float(max(x.max(), y.max()))
    shares = np.arange(number + 1) / number
    edges = low * (1 - shares) + high * shares  # which does not overflow, unlike high − low
    if np.any(np.diff(edges) <= 0):
        raise ValueError(f"bins must be wider than rounding; got {number}, from {low} to {high}.")
    edges[-1] = high
    return edges


def _given_edges(bins: Any) -> Floats:
    edges = _validation.real_array("bins", bins).astype(np.float64)
    if edges.ndim != 1 or edges.size < 2:
        came = f"their shape is {edges.shape}"
        raise ValueError(f"bins must be shaped (k + 1,), with at least two edges; {came}.")
    broken = ~(edges[1:] > edges[:-1])
    if broken.any():
        at = int(broken.argmax())
        raise ValueError(f"bins must increase; got {edges[at]:.12g} and {edges[at + 1]:.12g}.")
    return edges


def _count(name: str, values: Floats, edges: Floats) -> NDArray[np.int64]:
    outside = int(np.count_nonzero((values < edges[0]) | (values > edges[-1])))
    if outside:
        came = f"{outside} of its {values.size} values {'lies' if outside == 1 else 'lie'} outside"
        ends = f"from {edges[0]:.12g} to {edges[-1]:.12g}"
        raise ValueError(f"{name} must lie within the bins, {ends}; {came}: ±inf may be an edge.")
    counts = np.bincount(
        np.searchsorted(edges[1:-1], values, side="right"), minlength=edges.size - 1
    )
    return counts.astype(np.int64)
