"""Everything computed: a line under each noise, what a residual costs there, KL between noises."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

import kl_core
from kl_core import Family, Laplace, LineFit, Normal, StudentT
from models.noise import simulation
from pages.ui.regression.state import DF, LEFT, NOISES, RIGHT, Cloud, Line

REACH = 6.0  # of the residuals in the charts, to either side
ALONG = np.round(np.linspace(-REACH, REACH, 241), 10)
NEAR = 1e-5  # half the step over which a slope is taken
ROUNDING = 1e-10  # nats; what is less is the rounding of 0

What = Literal["loss", "pull"]


@dataclass(frozen=True)
class Results:
    """The lines by noise, why there is none under the others, and each line's error.

    errors: how far off the true line; of none where that is not known.
    """

    cloud: Cloud
    lines: dict[str, LineFit]
    refused: dict[str, str]
    errors: dict[str, float]

    @property
    def nearest(self) -> str:
        """The noise whose mean −log q is the least."""
        return min(self.lines, key=lambda noise: self.lines[noise].nats)


@lru_cache(maxsize=256)
def solve(cloud: Cloud) -> Results:
    """A line under each noise."""
    x, y = np.array(cloud.points).T
    lines, refused = {}, {}
    for noise in NOISES:
        try:
            lines[noise] = kl_core.fit_line(x, y, noise, df=DF)
        except ValueError as error:
            refused[noise] = str(error)
    errors = {noise: _error(line, cloud.true) for noise, line in lines.items() if cloud.true}
    return Results(cloud, lines, refused, errors)


def _error(line: LineFit, true: Line) -> float:
    """The root of the mean squared distance from the true line over the plot's x.

    Of a difference a + b·x it is √(m² + (b·w)²/12), with m its value in the middle, w the width.
    """
    slope = line.slope - true.slope
    middle = line.intercept - true.intercept + slope * (LEFT + RIGHT) / 2
    return float(np.hypot(middle, slope * (RIGHT - LEFT) / 12**0.5))


class Cost(NamedTuple):
    """−log q(r) + log q(0) in nats, and its slope in r, in nats per unit of y."""

    loss: NDArray[np.floating]
    pull: NDArray[np.floating]


def costs(results: Results, place: float, residuals: ArrayLike) -> dict[str, Cost]:
    """What residuals cost at x = place, under each noise that has a line."""
    return {
        noise: _cost(line.noise_at(place), float(line.predict(place)), residuals)
        for noise, line in results.lines.items()
    }


def _cost(assumed: Family, middle: float, residuals: ArrayLike) -> Cost:
    r = np.asarray(residuals)

    def loss(r: NDArray[np.floating]) -> NDArray[np.floating]:
        return np.asarray(assumed.log_prob(middle) - assumed.log_prob(middle + r))

    return Cost(loss(r), (loss(r + NEAR) - loss(r - NEAR)) / (2 * NEAR))


def times_the_pull(near: float, far: float) -> dict[str, float]:
    """How many times as hard a point pulls from `far` as from `near`, under noises of scale 1."""
    noises = {"normal": Normal(0, 1), "laplace": Laplace(0, 1), "student_t": StudentT(DF, 0, 1)}
    pulls = {noise: _cost(assumed, 0.0, [near, far]).pull for noise, assumed in noises.items()}
    return {noise: float(farther / nearer) for noise, (nearer, farther) in pulls.items()}


@lru_cache(maxsize=64)
def divergences(truth: str, share: float) -> dict[str, float]:
    """KL in nats from a true noise with a share of outliers to the nearest of each assumed kind."""
    nats = {noise: simulation.divergence(truth, share, noise) for noise in NOISES}
    return {noise: each if each > ROUNDING else 0.0 for noise, each in nats.items()}
