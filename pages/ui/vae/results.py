"""KL(q‖p) of a Gaussian q and the prior p = N(0, 1), its gradients, and gradient descent on it.

All in nats.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

import kl_core
from pages.ui.vae.state import Posterior

PRIOR = kl_core.Normal(0.0, 1.0)
POINTS, REACH = 4001, 9.0  # of the areas' grid, and standard deviations of q; gauss.js has the same
ROUNDING = 1e-10  # what is less is the rounding of 0; gauss.js has the same
LEARNING_RATE, STEPS = 0.1, 100
ENTROPY_GRADIENT = (0.0, 1.0)  # of H(q) = ½ log(2πe) + log σ in μ and in log σ


class Gradients(NamedTuple):
    """The partial derivatives of each, in q's mean and in log σ."""

    kl: tuple[float, float]
    cross_entropy: tuple[float, float]
    entropy: tuple[float, float]


class Descent(NamedTuple):
    """Gradient descent: q's mean and σ, at first and after each step."""

    mean: tuple[float, ...]
    std: tuple[float, ...]


class Results(NamedTuple):
    """KL(q‖p) by its closed form, and the areas of q·log(q/p) above and below 0.

    mean_term, std_term: the two terms of KL, ½μ² and ½(σ² − 1) − log σ; descents: from q on KL and
    on the cross-entropy, with `LEARNING_RATE`.
    """

    kl: float
    above: float
    below: float
    mean_term: float
    std_term: float
    gradients: Gradients
    descents: tuple[Descent, Descent]


def solve(q: Posterior) -> Results:
    """All of q; the areas by the trapezoid rule on a grid over all of it."""
    normal = kl_core.Normal(q.mean, q.std)
    z = q.mean + q.std * np.linspace(-REACH, REACH, POINTS)
    log_q = normal.log_prob(z)
    integrand = np.exp(log_q) * (log_q - PRIOR.log_prob(z))
    step = 2 * REACH * q.std / (POINTS - 1)
    above, below = (float(np.clip(sign * integrand, 0, None).sum() * step) for sign in (1, -1))
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


def _descent(q: Posterior, loss: str) -> Descent:
    steps = [(q.mean, q.std)]
    for _ in range(STEPS):
        mean, std = steps[-1]
        in_mean, in_log = getattr(_gradients(mean, std), loss)
        steps.append((mean - LEARNING_RATE * in_mean, std * math.exp(-LEARNING_RATE * in_log)))
    return Descent(*zip(*steps, strict=True))
