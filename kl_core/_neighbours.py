"""The nearest neighbours of points: on the line, by SciPy's search tree, or by all distances."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _validation
from kl_core._labels import axis_labels
from kl_core._numerics import Floats
from kl_core._validation import Argument

DISTANCES = 2**15  # or 256 KiB: what is in work at one time stays in the processor's cache
MANY = 2**22  # distances, which take longer than to import SciPy
FEW = 16  # nearest neighbours, to which one goes faster one by one
POWER = 500  # squares of what is below 2⁵⁰⁰ do not overflow, and few differences vanish


def points_of(name: str, values: ArrayLike) -> Argument:
    """Points on the line or in space, as rows of coordinates."""
    array = _validation.real_array(name, values).astype(np.float64)
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(f"{name} must be shaped (n,) or (n, d); its shape is {array.shape}.")
    labels = axis_labels(name, values)[1:]  # each sample has rows of its own
    given = Argument(name, array.reshape(len(array), -1), -1, np.float64, labels)
    given.raise_where(~np.isfinite(given.values), "be finite", "holds {}", given.values)
    return given


def kth_distance(points: Floats, among: Floats, k: int) -> Floats:
    """How far each point's k-th nearest neighbour is; points: (n, d), among: (m, d) → (n,)."""
    if points.shape[1] == 1:
        return _on_the_line(points[:, 0], np.sort(among[:, 0]), k)
    tree = tree_of(among, len(points))
    if tree:
        _, places = tree.query(points, k=[k])  # distances in another order of rounding
        return np.sqrt(_squares(points.T, among[places[:, 0]].T))
    rows = max(1, DISTANCES // len(among))
    found, columns = np.empty(len(points)), np.ascontiguousarray(among.T)
    for start in range(0, len(points), rows):
        block = points[start : start + rows]
        found[start : start + rows] = _kth_least(_squares(block.T[..., None], columns), k)
    return np.sqrt(found)


def tree_of(points: Floats, asked: int) -> Any:
    """SciPy's search tree of points, for as many questions; it takes points that recur.

    None where so few distances are computed sooner than SciPy is loaded, and where it is missing.
    """
    if len(points) * asked <= MANY:
        return None
    try:
        spatial = import_module("scipy.spatial")
    except ImportError:
        return None
    return spatial.cKDTree(points, balanced_tree=False, compact_nodes=False)


def _kth_least(rows: Floats, k: int) -> Floats:
    """The k-th least of each row, which it disarranges."""
    if k > FEW:
        rows.partition(k - 1, axis=1)
        return rows[:, k - 1]
    for _ in range(k - 1):
        rows[np.arange(len(rows)), rows.argmin(axis=1)] = np.inf
    return rows.min(axis=1)


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
    """Squared distances from differences: |x|² − 2xy + |y|² would lose those of near points.

    points, among: (d, …), broadcast together → (…).
    """
    total: Floats = np.zeros(np.broadcast_shapes(points.shape[1:], among.shape[1:]))
    gap = np.empty_like(total)
    for x, y in zip(points, among, strict=True):
        np.subtract(x, y, out=gap)
        gap *= gap
        total += gap
    return total
