"""What one residual costs under each fitted noise, and how hard it pulls at the line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kl_core import LineFit
from pages.ui.regression.cloud import Cloud
from pages.ui.regression.results import solve

Array = NDArray[np.floating]

REACH = 6.0  # of the residuals on show, to either side
ALONG = np.round(np.linspace(-REACH, REACH, 241), 10)
NEAR = 1e-5  # half the step over which a slope is taken


@dataclass(frozen=True)
class Cost:
    """−log q(r) + log q(0) in nats, and its slope in r, in nats per unit of y."""

    loss: Array
    pull: Array


def cost(cloud: Cloud, place: float, residuals: Array) -> dict[str, Cost]:
    """What residuals cost at x = place, under each noise that has a line."""
    found = {}
    for noise, line in solve(cloud).lines.items():
        low, high = (_loss(line, place, residuals + side * NEAR) for side in (-1, 1))
        found[noise] = Cost(_loss(line, place, residuals), (high - low) / (2 * NEAR))
    return found


def _loss(line: LineFit, place: float, residuals: Array) -> Array:
    middle, assumed = line.predict(place), line.noise_at(place)
    return np.asarray(assumed.log_prob(middle) - assumed.log_prob(middle + residuals))


@lru_cache(maxsize=64)
def curves(cloud: Cloud, place: float) -> dict[str, Cost]:
    """What the residuals of a chart cost."""
    return cost(cloud, place, ALONG)


def one(cloud: Cloud, place: float, r: float) -> dict[str, tuple[float, float]]:
    """Loss and pull of one residual, by noise."""
    given = cost(cloud, place, np.array([r]))
    return {noise: (float(each.loss[0]), float(each.pull[0])) for noise, each in given.items()}
