"""What kl_core finds of KL(q‖p), q a Gaussian and p = N(0, 1), and where its descent leads."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

import kl_core
from pages.ui.vae.state import Encoded

PRIOR = kl_core.Normal(0.0, 1.0)
POINTS, REACH = 4001, 9.0  # of the areas' grid, and standard deviations of q; gauss.js has the same
ROUNDING = 1e-10  # what is less is the rounding of 0; gauss.js has the same
RATE, STEPS = 0.1, 100  # of the descents
ENTROPY_SLOPE = (0.0, 1.0)  # of H(q) = ½ log(2πe) + log σ in μ and in log σ


class Slopes(NamedTuple):
    """How much each grows for a unit of q's mean, and for a unit of log σ."""

    kl: tuple[float, float]
    cross_entropy: tuple[float, float]
    entropy: tuple[float, float]


class Results(NamedTuple):
    """KL(q‖p) by its closed form; the areas of q·log(q/p) above and below 0; all in nats."""

    kl: float
    above: float
    below: float


class Way(NamedTuple):
    """A descent: q's mean and σ, at first and after each step."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


def solve(q: Encoded) -> Results:
    """KL and its two areas, by the trapezoid rule on a grid over all of q."""
    normal = kl_core.Normal(q.mean, q.std)
    x = q.mean + q.std * np.linspace(-REACH, REACH, POINTS)
    log_q = normal.log_prob(x)
    adds = np.exp(log_q) * (log_q - PRIOR.log_prob(x))
    step = 2 * REACH * q.std / (POINTS - 1)
    above, below = (float(np.clip(sign * adds, 0, None).sum() * step) for sign in (1, -1))
    return Results(float(kl_core.kl(normal, PRIOR)), _clean(above), -_clean(below))


def slopes(q: Encoded) -> Slopes:
    """In μ and in log σ: KL = ½(μ² + σ² − 1) − log σ, H(q, p) = ½(log 2π + μ² + σ²)."""
    variance = q.std**2
    return Slopes((q.mean, variance - 1), (q.mean, variance), ENTROPY_SLOPE)


def descents(q: Encoded) -> tuple[Way, Way]:
    """From q down KL and down the cross-entropy, in steps of `RATE` times the slopes."""
    return _descend(q, "kl"), _descend(q, "cross_entropy")


def _descend(q: Encoded, of: str) -> Way:
    now, means, stds = q, [q.mean], [q.std]
    for _ in range(STEPS):
        in_mean, in_log = getattr(slopes(now), of)
        now = Encoded(now.mean - RATE * in_mean, now.std * math.exp(-RATE * in_log))
        means.append(now.mean)
        stds.append(now.std)
    return Way(tuple(means), tuple(stds))


def _clean(value: float) -> float:
    return value if value > ROUNDING else 0.0
