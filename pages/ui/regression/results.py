"""Everything computed: a line under each noise model, losses of residuals, KL between noises."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

import kl_core
from kl_core import Family, Laplace, LineFit, Normal, StudentT
from models.noise import simulation
from pages.ui.regression.state import DF, LEFT, NOISES, RIGHT, Dataset, Line

REACH = 6.0  # of the residuals in the charts, to either side
ALONG = np.round(np.linspace(-REACH, REACH, 241), 10)
NEAR = 1e-5  # half the step of a numerical derivative
ROUNDING = 1e-10  # nats; anything smaller is 0 up to rounding
SIMULATED, SEED = 4000, 1  # data sets behind `chance_gain`
GROWTHS = 161  # values of the growth that it tries, as fit_line: the ends of x differ in σ by
MOST_GROWTH = math.log(1000)  # a factor of at most 1000

What = Literal["loss", "influence"]


@dataclass(frozen=True)
class Results:
    """The fitted lines by noise model, why the others have none, and each line's error.

    errors: root mean square error to the true line; empty if that is unknown.
    """

    dataset: Dataset
    lines: dict[str, LineFit]
    refused: dict[str, str]
    errors: dict[str, float]

    @property
    def best(self) -> str:
        """The noise model with the lowest mean negative log-likelihood."""
        return min(self.lines, key=lambda noise: self.lines[noise].nats)

    @property
    def lead(self) -> float:
        """By how many nats per point its mean NLL is below that of least squares."""
        return self.lines["normal"].nats - self.lines[self.best].nats


@lru_cache(maxsize=256)
def solve(dataset: Dataset) -> Results:
    """Fit a line under each noise model."""
    x, y = np.array(dataset.points).T
    lines, refused = {}, {}
    for noise in NOISES:
        try:
            lines[noise] = kl_core.fit_line(x, y, noise, df=DF)
        except ValueError as error:
            refused[noise] = str(error)
    true = dataset.true
    errors = {noise: _error(line, true) for noise, line in lines.items() if true}
    return Results(dataset, lines, refused, errors)


def _error(line: LineFit, true: Line) -> float:
    """The root mean square error to the true line over the plot's x.

    Of a difference a + b·x it is √(m² + (b·w)²/12), with m its value in the middle, w the width.
    """
    slope = line.slope - true.slope
    middle = line.intercept - true.intercept + slope * (LEFT + RIGHT) / 2
    return float(np.hypot(middle, slope * (RIGHT - LEFT) / 12**0.5))


class Gain(NamedTuple):
    """A mean over simulated data sets, with its 95 % interval, in nats per point."""

    mean: float
    low: float
    high: float


@lru_cache(maxsize=64)
def chance_gain(x: tuple[float, ...]) -> Gain:
    """By how much varying σ lowers the mean NLL of points at x whose true σ is constant.

    Asymptotically 1/(2n), as 2n times the gain is then χ² with 1 degree of freedom (Wilks 1938);
    with few points it is larger, so it is simulated. It depends on neither the line nor σ.
    """
    gains = chance_gains(np.array(x), SIMULATED)
    mean = float(gains.mean())
    reach = 1.96 * float(gains.std(ddof=1)) / SIMULATED**0.5
    return Gain(mean, mean - reach, mean + reach)


def chance_gains(x: NDArray[np.floating], draws: int) -> NDArray[np.floating]:
    """The gain in each of so many simulated data sets: weighted least squares for each growth."""
    centred = x - x.mean()
    y = np.random.default_rng(SEED).standard_normal((draws, x.size))
    most = MOST_GROWTH / (x.max() - x.min())
    nll = []
    for growth in np.linspace(-most, most, GROWTHS):
        inverse = np.exp(-growth * centred)  # 1 / σ(x), whose mean logarithm is 0
        basis, _ = np.linalg.qr(np.column_stack([inverse, inverse * centred]))
        scaled = y * inverse
        left = (scaled**2).sum(axis=1) - ((scaled @ basis) ** 2).sum(axis=1)
        nll.append(np.log(left / x.size) / 2)  # but for a constant
    return np.asarray(nll[GROWTHS // 2] - np.min(nll, axis=0))


class ResidualLoss(NamedTuple):
    """−log q(r) + log q(0) in nats, and its derivative in r, in nats per unit of y."""

    loss: NDArray[np.floating]
    influence: NDArray[np.floating]


def residual_losses(
    results: Results, place: float, residuals: ArrayLike
) -> dict[str, ResidualLoss]:
    """Loss and influence of residuals at x = place, under each noise model that has a line."""
    return {
        noise: _residual_loss(line.noise_at(place), float(line.predict(place)), residuals)
        for noise, line in results.lines.items()
    }


def _residual_loss(assumed: Family, middle: float, residuals: ArrayLike) -> ResidualLoss:
    r = np.asarray(residuals)

    def loss(r: NDArray[np.floating]) -> NDArray[np.floating]:
        return np.asarray(assumed.log_prob(middle) - assumed.log_prob(middle + r))

    return ResidualLoss(loss(r), (loss(r + NEAR) - loss(r - NEAR)) / (2 * NEAR))


def influence_ratios(near: float, far: float) -> dict[str, float]:
    """The influence of a residual `far` over that of `near`, under noise models of scale 1."""
    noises = {"normal": Normal(0, 1), "laplace": Laplace(0, 1), "student_t": StudentT(DF, 0, 1)}
    influences = {
        noise: _residual_loss(assumed, 0.0, [near, far]).influence
        for noise, assumed in noises.items()
    }
    return {noise: float(farther / nearer) for noise, (nearer, farther) in influences.items()}


@lru_cache(maxsize=64)
def divergences(truth: str, fraction: float) -> dict[str, float]:
    """The least KL in nats from a true noise with a fraction of outliers to each noise model."""
    nats = {noise: simulation.divergence(truth, fraction, noise) for noise in NOISES}
    return {noise: each if each > ROUNDING else 0.0 for noise, each in nats.items()}
