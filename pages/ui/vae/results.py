"""What is computed for the page: KL(q‖p) of a Gaussian q, and where codes lie.

The prior is p = N(0, 1), and N(0, I) in the plane of codes; all is in nats.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import kl_core
from models.data.fashion_mnist import CLASSES
from models.vae.record import Codes
from pages.ui.vae.state import FURTHEST, Encoded, Point

PRIOR = kl_core.Normal(0.0, 1.0)
POINTS, REACH = 4001, 9.0  # of the areas' grid, and standard deviations of q; gauss.js has the same
ROUNDING = 1e-10  # what is less is the rounding of 0; gauss.js has the same
RATE, STEPS = 0.1, 100  # of gradient descent
ENTROPY_GRADIENT = (0.0, 1.0)  # of H(q) = ½ log(2πe) + log σ in μ and in log σ

Plane = NDArray[np.float64]

DIMENSIONS = ("z₁", "z₂")
RINGS = (1, 2, 3)  # of the prior, by their radius
LEAST_REACH, MOST_OF = 3.5, 0.995  # of the plane on show: from 0, and the share of codes in it
NEIGHBOURS = 20
TILES = 15  # a side
DRAWS = 12
SAMPLE = 200  # codes, at most, whose nearest is searched for


class Gradients(NamedTuple):
    """How much each grows for a unit of q's mean, and for a unit of log σ."""

    kl: tuple[float, float]
    cross_entropy: tuple[float, float]
    entropy: tuple[float, float]


class Descent(NamedTuple):
    """Gradient descent: q's mean and σ, at first and after each step."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


class Results(NamedTuple):
    """KL(q‖p) by its closed form; the areas of q·log(q/p) above and below 0; where q is led.

    distance, width: KL's two terms, ½μ² and ½(σ² − 1) − log σ; descents: from q down KL and down
    the cross-entropy, in steps of `RATE` times the gradient.
    """

    kl: float
    above: float
    below: float
    distance: float
    width: float
    gradients: Gradients
    descents: tuple[Descent, Descent]


def solve(q: Encoded) -> Results:
    """All of q; the areas by the trapezoid rule on a grid over all of it."""
    normal = kl_core.Normal(q.mean, q.std)
    x = q.mean + q.std * np.linspace(-REACH, REACH, POINTS)
    log_q = normal.log_prob(x)
    adds = np.exp(log_q) * (log_q - PRIOR.log_prob(x))
    step = 2 * REACH * q.std / (POINTS - 1)
    above, below = (float(np.clip(sign * adds, 0, None).sum() * step) for sign in (1, -1))
    return Results(
        float(kl_core.kl(normal, PRIOR)),
        _clean(above),
        -_clean(below),
        q.mean**2 / 2,
        (q.std**2 - 1) / 2 - math.log(q.std),
        _gradients(q.mean, q.std),
        (_descent(q, "kl"), _descent(q, "cross_entropy")),
    )


def _clean(value: float) -> float:
    return value if value > ROUNDING else 0.0


def _gradients(mean: float, std: float) -> Gradients:
    """In μ and in log σ: KL = ½(μ² + σ² − 1) − log σ, H(q, p) = ½(log 2π + μ² + σ²)."""
    return Gradients((mean, std**2 - 1), (mean, std**2), ENTROPY_GRADIENT)


def _descent(q: Encoded, of: str) -> Descent:
    steps = [(q.mean, q.std)]
    for _ in range(STEPS):
        mean, std = steps[-1]
        in_mean, in_log = getattr(_gradients(mean, std), of)
        steps.append((mean - RATE * in_mean, std * math.exp(-RATE * in_log)))
    return Descent(*zip(*steps, strict=True))


class LatentPlane(NamedTuple):
    """Where a network's codes lie.

    reach: how far the plane on show goes from 0, either way: to nearly all codes and the rings;
    medians: the place of each class, 0 for one without codes; within: the share of the codes'
    means within the outermost ring; std: the median of the codes' σ; spacing: the median distance
    from a code to the next one.
    """

    codes: int
    reach: float
    medians: list[list[float]]
    within: float
    std: float
    spacing: float


class Near(NamedTuple):
    """Of the 20 nearest codes, the commonest class and its votes; the nearest code's distance."""

    label: int
    votes: int
    distance: float


def latent_plane(codes: Codes) -> LatentPlane:
    """What lies where."""
    classes = [codes.mean[codes.labels == label] for label in range(len(CLASSES))]
    return LatentPlane(
        len(codes.labels),
        _reach(codes),
        [np.median(part, axis=0).tolist() if len(part) else [0.0, 0.0] for part in classes],
        share_within(codes, RINGS[-1]),
        float(np.median(codes.std)),
        _spacing(codes.mean.astype(np.float64)),
    )


def _reach(codes: Codes) -> float:
    wanted = max(LEAST_REACH, float(np.quantile(abs(codes.mean).max(axis=1), MOST_OF)))
    step = 10.0 ** math.floor(math.log10(wanted)) / 2
    return min(FURTHEST, math.ceil(wanted / step) * step)


def _spacing(mean: Plane) -> float:
    some = mean[:: max(1, len(mean) // SAMPLE)]
    return float(np.median([np.sort(np.hypot(*(mean - z).T))[1] for z in some]))


def share_within(codes: Codes, radius: float) -> float:
    """The share of the codes' means within a radius of 0."""
    return float((np.hypot(*codes.mean.T) <= radius).mean())


def prior_within(radius: float) -> float:
    """The share of N(0, I) in two dimensions within a radius: 1 − exp(−r²/2)."""
    return -math.expm1(-(radius**2) / 2)


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
