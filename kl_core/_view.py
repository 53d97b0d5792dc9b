"""A distribution P on the line, a mixture or a density on a grid, as a Normal Q sees it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kl_core import _checks
from kl_core._excess import Floats
from kl_core._extremes import gap_over, log_over
from kl_core._ieee import product, quotient
from kl_core.families import Normal, NormalMixture
from kl_core.softmax import log_softmax

HALF_LOG_2_PI = math.log(2 * math.pi) / 2
REACH = 9.0  # standard deviations; beyond lies 2e-19 of a Normal
MARKS = np.array([-REACH, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, REACH])
DECADES = np.outer([-1, 1], 10.0 ** np.arange(-9, 1)).ravel()
POINTS, WEIGHTS = np.polynomial.legendre.leggauss(16)
TOLERANCE = 1e-13  # by how much halving a panel may change its share of the integral
NARROWEST = 1e-9  # a panel whose integral counts no more
LARGEST = 1e300  # for numbers of which tens may be added up


@dataclass(frozen=True, eq=False)
class GridDensity:
    """A density on the line, known at the points of a grid and 0 beyond it.

    p(x[i]) = p[i] / (x[1] − x[0]).
    x: (n,), at least 3 points, equally spaced and rising; p: (n,), the probability of the cell
    around each point.
    Raises ValueError unless x is such a grid, between −1e300 and 1e300 in steps of at least
    1e-300, and p a distribution on it.
    """

    x: NDArray[np.float64]
    p: NDArray[np.float64]

    def __post_init__(self) -> None:
        x, p = _checks.argument("x", self.x, -1), _checks.argument("p", self.p, -1)
        x.refuse(~np.isfinite(x.values), "be finite", "holds {}", x.values)
        x.refuse(abs(x.values) > LARGEST, "be within ±1e300", "holds {:.6g}", x.values)
        p.refuse_bad_weights()
        p.refuse_bad_sums()
        if x.values.ndim != 1 or x.values.shape != p.values.shape or x.values.size < 3:
            came = f"x is {x.values.shape}, p is {p.values.shape}"
            raise ValueError(f"x and p must both be shaped (n,) with n at least 3; {came}.")
        gaps = np.diff(x.values.astype(np.float64))
        came = f"its steps run from {gaps.min():.6g} to {gaps.max():.6g}"
        if not (gaps[0] > 0 and np.ptp(gaps) <= 1e-6 * gaps[0]):
            raise ValueError(f"x must rise in equal steps; {came}.")
        if gaps[0] < 1 / LARGEST:
            raise ValueError(f"x must rise in steps of at least 1e-300; {came}.")
        self.__setstate__({"x": x.values, "p": p.values})

    def __setstate__(self, state: dict[str, NDArray[Any]]) -> None:
        """Keep both, read-only, in the object that is made or copied."""
        for name, values in state.items():
            kept = values.astype(np.float64) + 0.0  # −0.0 becomes 0.0, so that equals hash equally
            kept.flags.writeable = False
            object.__setattr__(self, name, kept)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GridDensity):
            return NotImplemented
        return np.array_equal(self.x, other.x) and np.array_equal(self.p, other.p)

    def __hash__(self) -> int:
        return hash((self.x.tobytes(), self.p.tobytes()))


Target = NormalMixture | GridDensity


class View(NamedTuple):
    """Points z in Q's units, weights that stand for Q, and log(q / p) there."""

    q: Normal
    z: Floats
    weights: Floats
    log_ratio: Floats

    @property
    def divergence(self) -> float:
        """KL(Q‖P) in nats, which rounding may leave below 0."""
        return float(self.weights @ self.log_ratio)

    @property
    def steps(self) -> list[Floats]:
        """The natural gradient's step and, where KL(Q‖P) curves upwards, Newton's.

        They are what to add to the coefficients of z and z² in log q.
        """
        powers = np.stack([self.z, self.z**2])
        powers -= (powers @ self.weights)[:, np.newaxis]
        weighted, excess = powers * self.weights, self.log_ratio - self.divergence
        fisher, slope = weighted @ powers.T, weighted @ excess
        hessian = fisher + (weighted * excess) @ powers.T
        upwards = np.linalg.eigvalsh(hessian)[0] > 0
        matrices = [fisher, hessian] if upwards else [fisher]
        return [np.asarray(-np.linalg.lstsq(m, slope)[0], np.float64) for m in matrices]


def view(q: Normal, p: Target) -> View:
    """From points of Q's own, or else those of the grid, where Q is cut off at the ends."""
    if isinstance(p, GridDensity):
        z = gap_over(p.x, q.mean, q.std)
        log_q = np.asarray(log_softmax(-z * z / 2), np.float64)
        return View(q, z, np.exp(log_q), log_q - np.log(p.p))
    z, weights, log_p = _nodes(_in_units_of(q, p))
    return View(q, z, weights, -z * z / 2 - HALF_LOG_2_PI - log_p)


def moments(p: Target) -> tuple[float, float]:
    """Mean and standard deviation."""
    if isinstance(p, GridDensity):
        return grid_moments(p.x, p.p, float(p.x[1] - p.x[0]))
    # Σ wᵢmᵢ, and from the variance Σ wᵢ(sᵢ² + (mᵢ − mean)²)
    heaviest = p.means[p.weights.argmax()]
    spread = abs(gap_over(p.means, heaviest, 1.0)).max()
    scale = float(np.clip(spread, p.stds.max(), np.finfo(np.float64).max))
    gaps = gap_over(p.means, heaviest, scale)
    shift = p.weights @ gaps
    variance = p.weights @ ((p.stds / scale) ** 2 + (gaps - shift) ** 2)
    return float(heaviest) + scale * float(shift), scale * math.sqrt(variance)


def grid_moments(x: Floats, weights: Floats, step: float) -> tuple[float, float]:
    """Mean and standard deviation of points of a grid, with weights that sum to 1."""
    steps = gap_over(x, x[0], step)  # squares of x itself may overflow
    mean = float(weights @ steps)
    return float(x[0]) + step * mean, step * math.sqrt(weights @ (steps - mean) ** 2)


def kl_to(q: Normal, p: Target) -> float:
    """KL(P‖Q) in nats, which rounding may leave below 0."""
    if isinstance(p, GridDensity):
        kept = p.p > 0  # 0·log 0 = 0
        log_p = np.log(p.p[kept]) - math.log(p.x[1] - p.x[0])
        return float(p.p[kept] @ (log_p - q.log_prob(p.x[kept])))
    averages = []  # of log p over each component, in its units
    for mean, std in zip(p.means, p.stds, strict=True):
        _, weights, log_p = _nodes(_in_units_of(Normal(mean, std), p))
        averages.append(weights @ log_p)
    mean, std = moments(p)  # which the average of log q depends on alone
    z, ratio = gap_over(mean, q.mean, q.std), quotient(np.asarray(std), np.asarray(q.std))
    shares = averages + log_over(q.std, p.stds) + HALF_LOG_2_PI
    return float(p.weights @ shares + (product(z, z) + product(ratio, ratio)) / 2)


def _in_units_of(q: Normal, p: NormalMixture) -> NormalMixture:
    """P where Q is Normal(0, 1), so that no digits are lost far from 0."""
    # What is farther or wider than floats go changes no average where it is cut.
    means = np.clip(gap_over(p.means, q.mean, q.std), -LARGEST, LARGEST)
    stds = np.clip(quotient(p.stds, np.asarray(q.std)), 1 / LARGEST, LARGEST)
    return NormalMixture(p.weights, means, stds)


def _nodes(p: NormalMixture) -> tuple[Floats, Floats, Floats]:
    """Points and weights that stand for Normal(0, 1), and log p there: fit to average log p.

    Panels start between marks on Normal(0, 1) and around each narrow component, so that none is
    missed, and are halved until the integral stays as it is.
    """
    narrow = p.stds < 0.1  # the marks of Normal(0, 1) miss no other
    marks = p.means[narrow, None] + DECADES * np.maximum(1, p.stds[narrow, None] / abs(DECADES))
    edges = np.unique(np.clip(np.append(marks, MARKS), -REACH, REACH))
    left, right, found, size = edges[:-1], edges[1:], [], 0.0
    while left.size:
        middle = (left + right) / 2
        panels = _panels(p, np.stack([left, left, middle]), np.stack([right, middle, right]))
        whole, *halves = (panels[1] * panels[2]).sum(axis=-1)
        size = max(size, abs(whole).sum())
        done = (abs(sum(halves) - whole) <= TOLERANCE * size) | (right - left < NARROWEST)
        found.append([values[1:, done].ravel() for values in panels])
        left = np.append(left[~done], middle[~done])
        right = np.append(middle[~done], right[~done])
    z, weights, log_p = np.concatenate(found, axis=1)
    return z, weights, log_p


def _panels(p: NormalMixture, left: Floats, right: Floats) -> tuple[Floats, Floats, Floats]:
    """Gauss–Legendre points of each panel, their weights under Normal(0, 1), and log p there."""
    half = (right - left)[..., None] / 2
    z = left[..., None] + half * (1 + POINTS)
    weights = half * WEIGHTS * np.exp(-z * z / 2 - HALF_LOG_2_PI)
    return z, weights, np.asarray(p.log_prob(z))
