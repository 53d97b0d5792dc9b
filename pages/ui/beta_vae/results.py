"""What is computed in the latent space, with the prior N(0, I) in two dimensions: all in nats."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.data.fashion_mnist import CLASSES
from models.vae.record import Codes as Latents
from pages.ui.beta_vae.state import FURTHEST, Point

LatentArray = NDArray[np.float64]

DIMENSIONS = ("z₁", "z₂")
RINGS = (1, 2, 3)  # circles on the prior, by their radius
MIN_REACH, COVERED = 3.5, 0.995  # of the plane on show: from 0, and the fraction of means in it
NEIGHBOURS = 20
TILES = 15  # a side
SAMPLES = 12
SEARCHED = 200  # latents, at most, whose nearest neighbour is searched for


class LatentPlane(NamedTuple):
    """Where a network puts the test images in its latent space.

    images: how many; reach: how far the plane on show goes from 0, either way: to nearly all means
    and the circles; medians: of each class's means, 0 for a class without images; within: the
    fraction of means within the outermost circle; std: the median of all σ, a σ per image and
    dimension; spacing: the median distance from a mean to its nearest neighbour.
    """

    images: int
    reach: float
    medians: list[list[float]]
    within: float
    std: float
    spacing: float


class Near(NamedTuple):
    """The most frequent class of the 20 nearest means, its votes, and the nearest's distance."""

    label: int
    votes: int
    distance: float


def latent_plane(latents: Latents) -> LatentPlane:
    """Summarise where the latents lie."""
    classes = [latents.mean[latents.labels == label] for label in range(len(CLASSES))]
    return LatentPlane(
        len(latents.labels),
        _reach(latents),
        [np.median(part, axis=0).tolist() if len(part) else [0.0, 0.0] for part in classes],
        fraction_within(latents, RINGS[-1]),
        float(np.median(latents.std)),
        _spacing(latents.mean.astype(np.float64)),
    )


def _reach(latents: Latents) -> float:
    wanted = max(MIN_REACH, float(np.quantile(abs(latents.mean).max(axis=1), COVERED)))
    step = 10.0 ** math.floor(math.log10(wanted)) / 2
    return min(FURTHEST, math.ceil(wanted / step) * step)


def _spacing(mean: LatentArray) -> float:
    some = mean[:: max(1, len(mean) // SEARCHED)]
    return float(np.median([np.sort(np.hypot(*(mean - z).T))[1] for z in some]))


def fraction_within(latents: Latents, radius: float) -> float:
    """The fraction of the means within a radius of 0."""
    return float((np.hypot(*latents.mean.T) <= radius).mean())


def prior_within(radius: float) -> float:
    """The probability of N(0, I) in two dimensions within a radius: 1 − exp(−r²/2)."""
    return -math.expm1(-(radius**2) / 2)


def nearest(latents: Latents, z: Point) -> Near:
    """Find the test images whose means are nearest to a point."""
    distances = np.hypot(*(latents.mean - (z.first, z.second)).T)
    closest = np.argsort(distances, kind="stable")[:NEIGHBOURS]
    counts = np.bincount(latents.labels[closest])
    label = int(counts.argmax())
    return Near(label, int(counts[label]), float(distances[closest[0]]))


def tiles(reach: float) -> LatentArray:
    """The centres of 15 × 15 squares that fill the plane, row by row from the upper left."""
    centres = reach * ((2 * np.arange(TILES) + 1) / TILES - 1)
    second, first = np.meshgrid(centres[::-1], centres, indexing="ij")
    return np.stack([first.ravel(), second.ravel()], axis=1)


def samples(seed: int) -> LatentArray:
    """Twelve samples from the prior N(0, I)."""
    return np.random.default_rng(seed).standard_normal((SAMPLES, 2))
