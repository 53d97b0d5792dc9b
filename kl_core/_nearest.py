"""Distances to the k-th nearest neighbour, by numpy alone."""

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _checks
from kl_core._checks import Argument
from kl_core._excess import Floats

BLOCK = 2**18  # distances, or 2 MiB: what is in work at one time
SCALE = 500  # squares of what is below 2⁵⁰⁰ do not overflow, and few differences vanish


def points_of(name: str, values: ArrayLike) -> Argument:
    """Points on the line or in space, as rows of coordinates."""
    array = _checks.numbers(name, values).astype(np.float64)
    if array.ndim not in (1, 2) or array.size == 0:
        raise ValueError(f"{name} must be shaped (n,) or (n, d); its shape is {array.shape}.")
    given = Argument(name, array.reshape(len(array), -1), -1, np.float64)
    given.refuse(~np.isfinite(given.values), "be finite", "holds {}", given.values)
    return given


def scaled(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Both by one power of two, which changes no ratio of distances."""
    exponent = np.frexp(max(abs(x).max(), abs(y).max()))[1]
    return np.ldexp(x, SCALE - exponent), np.ldexp(y, SCALE - exponent)


def kth_distance(points: Floats, among: Floats, k: int) -> Floats:
    """How far each point's k-th nearest neighbour is; points: (n, d), among: (m, d) → (n,)."""
    if points.shape[1] == 1:
        return _on_the_line(points[:, 0], np.sort(among[:, 0]), k)
    rows = max(1, BLOCK // len(among))
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
