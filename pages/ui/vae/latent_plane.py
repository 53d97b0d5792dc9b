"""What lies where in the plane of codes: classes, rings of the prior, neighbours, a grid."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pages.ui.vae.point import FURTHEST, Point
from pages.ui.vae.repository import Codes

Plane = NDArray[np.float64]

RINGS = (1, 2, 3)
LEAST_REACH, MOST_OF = 3.5, 0.995  # of the plane on show: from 0, and the share of codes in it
NEIGHBOURS = 20
TILES = 15  # a side
DRAWS = 12


class Near(NamedTuple):
    """Of the 20 nearest codes, the commonest class and its votes; the nearest code's distance."""

    label: int
    votes: int
    distance: float


def inside(radius: float) -> float:
    """The share of N(0, I) in two dimensions within a radius: 1 − exp(−r²/2)."""
    return -math.expm1(-(radius**2) / 2)


def share_within(codes: Codes, radius: float) -> float:
    """The share of the codes' means within a radius of 0."""
    return float((np.hypot(*codes.mean.T) <= radius).mean())


def reach(codes: Codes) -> float:
    """How far the plane on show goes from 0, either way: to nearly all codes and the rings."""
    wanted = max(LEAST_REACH, float(np.quantile(abs(codes.mean).max(axis=1), MOST_OF)))
    step = 10.0 ** math.floor(math.log10(wanted)) / 2
    return min(FURTHEST, math.ceil(wanted / step) * step)


def heads(codes: Codes, classes: int) -> list[list[float]]:
    """For each class the median of its codes; 0 for one without any."""
    each = [codes.mean[codes.labels == label] for label in range(classes)]
    return [np.median(part, axis=0).tolist() if len(part) else [0.0, 0.0] for part in each]


def nearest(codes: Codes, z: Point) -> Near:
    """What lies next to a point."""
    away = np.hypot(*(codes.mean - (z.first, z.second)).T)
    closest = np.argsort(away, kind="stable")[:NEIGHBOURS]
    counts = np.bincount(codes.labels[closest])
    label = int(counts.argmax())
    return Near(label, int(counts[label]), float(away[closest[0]]))


def tiles(reach: float) -> Plane:
    """The middles of 15 × 15 squares that fill the plane, row by row from the upper left."""
    middles = reach * ((2 * np.arange(TILES) + 1) / TILES - 1)
    second, first = np.meshgrid(middles[::-1], middles, indexing="ij")
    return np.stack([first.ravel(), second.ravel()], axis=1)


def draws(seed: int) -> Plane:
    """Twelve draws from the prior N(0, I)."""
    return np.random.default_rng(seed).standard_normal((DRAWS, 2))


def spacing(codes: Codes) -> float:
    """The median distance from a code to the next one."""
    mean = codes.mean.astype(np.float64)
    nearest = [np.sort(np.hypot(*(mean - z).T))[1] for z in mean[:: max(1, len(mean) // 200)]]
    return float(np.median(nearest))
