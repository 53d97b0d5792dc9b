"""Ten classes of small drawings, made from a seed: data for a machine with no network.

A shape is an inequality on a 32 × 32 grid of points; each image moves, turns, scales and
recolours that grid and adds noise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.floating[Any]]
SIDE = 32


def _polygon(x: Grid, y: Grid, corners: int) -> Grid:
    """Signed distance-like field of a regular polygon with circumradius 1: ≤ 0 inside."""
    turn = np.float32(2 * np.pi / corners)
    angle = np.arctan2(y, x)
    inner = np.cos(turn / 2)
    return np.hypot(x, y) * np.cos(angle - turn * np.round(angle / turn)) - inner


def _box(x: Grid, y: Grid, width: float, height: float) -> Grid:
    return np.maximum(np.abs(x) - width, np.abs(y) - height)


def _star(x: Grid, y: Grid) -> Grid:
    return np.hypot(x, y) - (0.7 + 0.35 * np.cos(5 * np.arctan2(y, x)))


# Each is ≤ 0 inside the shape, for coordinates in which the shape fills about [-1, 1]².
SHAPES: dict[str, Callable[[Grid, Grid], Grid]] = {
    "disc": lambda x, y: np.hypot(x, y) - 0.9,
    "ring": lambda x, y: np.abs(np.hypot(x, y) - 0.75) - 0.2,
    "square": lambda x, y: _box(x, y, 0.8, 0.8),
    "frame": lambda x, y: np.abs(_box(x, y, 0.7, 0.7)) - 0.18,
    "triangle": lambda x, y: _polygon(x, y, 3),
    "bar": lambda x, y: _box(x, y, 1.1, 0.25),
    "plus": lambda x, y: np.minimum(_box(x, y, 1.0, 0.25), _box(x, y, 0.25, 1.0)),
    "crescent": lambda x, y: np.maximum(np.hypot(x, y) - 0.95, 0.75 - np.hypot(x - 0.5, y)),
    "star": _star,
    "pair": lambda x, y: np.hypot(np.abs(x) - 0.65, y) - 0.4,
}


def draw(labels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """One image for each label: (n,) → (n, 32, 32, 3)."""
    images = np.empty((len(labels), SIDE, SIDE, 3), np.uint8)
    for label, field in enumerate(SHAPES.values()):
        images[labels == label] = _draw_one_shape(field, int(np.sum(labels == label)), rng)
    return images


def _draw_one_shape(
    field: Callable[[Grid, Grid], Grid], count: int, rng: np.random.Generator
) -> Grid:
    def uniform(low: float, high: float, *shape: int) -> Grid:
        return rng.uniform(low, high, (count, *shape)).astype(np.float32)

    axis = np.linspace(-1, 1, SIDE, dtype=np.float32)
    size, turn = uniform(0.6, 0.9, 1, 1), uniform(-0.4, 0.4, 1, 1)
    dx = axis[None, None, :] - uniform(-0.15, 0.15, 1, 1)
    dy = axis[None, :, None] - uniform(-0.15, 0.15, 1, 1)
    x = (np.cos(turn) * dx + np.sin(turn) * dy) / size
    y = (np.cos(turn) * dy - np.sin(turn) * dx) / size
    # One pixel of blur at the edge, as a camera would give.
    inside = np.clip(0.5 - field(x, y) * size * (SIDE / 2), 0, 1)[..., None]
    ground, colour = uniform(0, 110, 1, 1, 3), uniform(130, 255, 1, 1, 3)
    noise = rng.standard_normal((count, SIDE, SIDE, 3), dtype=np.float32) * uniform(5, 40, 1, 1, 1)
    return np.clip(ground + inside * (colour - ground) + noise, 0, 255)
