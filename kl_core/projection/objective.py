"""Forward and reverse KL between a P on the line and a Normal Q, and steps that lower KL(Q‖P)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from kl_core._numerics import Floats, ieee, log_quotient, scaled_difference
from kl_core.distributions import Normal, NormalMixture
from kl_core.logits import log_softmax
from kl_core.projection.targets import LARGEST, GridDensity, Target, grid_moments, moments

HALF_LOG_2_PI = math.log(2 * math.pi) / 2
REACH = 9.0  # standard deviations; beyond lies 2e-19 of a Normal
MARKS = np.array([-REACH, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, REACH])
DECADES = np.outer([-1, 1], 10.0 ** np.arange(-9, 1)).ravel()
POINTS, WEIGHTS = np.polynomial.legendre.leggauss(16)
TOLERANCE = 1e-13  # by how much halving a panel may change its part of the integral
NARROWEST = 1e-9  # a panel whose integral counts no more


class ReverseKL(NamedTuple):
    """KL(Q‖P) as a sum: points z in Q's units, weights that stand for Q, and log(q / p) there."""

    q: Normal
    z: Floats
    weights: Floats
    log_ratio: Floats

    @property
    def divergence(self) -> float:
        """KL(Q‖P) in nats, which rounding may make negative."""
        return float(self.weights @ self.log_ratio)

    @property
    def steps(self) -> list[Floats]:
        """The natural gradient's step and, where KL(Q‖P) curves upwards, Newton's.

        They are what to add to the coefficients of z and z² in log q.
        """
        fisher, hessian, slope = self._curvature()
        upwards = np.linalg.eigvalsh(hessian)[0] > 0
        matrices = [fisher, hessian] if upwards else [fisher]
        return [np.asarray(-np.linalg.lstsq(m, slope)[0], np.float64) for m in matrices]

    @property
    def steps_along_bounds(self) -> list[Floats]:
        """The natural gradient's step of the std alone, and that of the mean alone."""
        fisher, _, slope = self._curvature()
        spread = np.diag(fisher)
        alone = np.divide(-slope, spread, out=np.zeros(2), where=spread > 0)  # 0 on one point
        return [alone * [0, 1], alone * [1, 0]]

    def _curvature(self) -> tuple[Floats, Floats, Floats]:
        powers = np.stack([self.z, self.z**2])
        powers -= (powers @ self.weights)[:, np.newaxis]
        weighted, above = powers * self.weights, self.log_ratio - self.divergence
        fisher = weighted @ powers.T
        return fisher, fisher + (weighted * above) @ powers.T, weighted @ above


def reverse_kl(q: Normal, p: Target) -> ReverseKL:
    """From points of Q's own, or else those of the grid, where Q is cut off at the ends."""
    if isinstance(p, GridDensity):
        z = scaled_difference(p.x, q.mean, q.std)
        log_q = np.asarray(log_softmax(-z * z / 2), np.float64)
        return ReverseKL(q, z, np.exp(log_q), log_q - np.log(p.p))
    z, weights, log_p = _nodes(_in_units_of(q, p))
    return ReverseKL(q, z, weights, -z * z / 2 - HALF_LOG_2_PI - log_p)


@ieee
def forward_kl(q: Normal, p: Target) -> float:
    """KL(P‖Q) in nats, which rounding may make negative."""
    if isinstance(p, GridDensity):
        kept = p.p > 0  # 0·log 0 = 0
        log_p = np.log(p.p[kept]) - math.log(p.x[1] - p.x[0])
        return float(p.p[kept] @ (log_p - q.log_prob(p.x[kept])))
    averages = []  # of log p over each component, in its units
    for mean, std in zip(p.means, p.stds, strict=True):
        _, weights, log_p = _nodes(_in_units_of(Normal(mean, std), p))
        averages.append(weights @ log_p)
    mean, std = moments(p)  # which the average of log q depends on alone
    z, ratio = scaled_difference(mean, q.mean, q.std), std / np.float64(q.std)
    shares = averages + log_quotient(q.std, p.stds) + HALF_LOG_2_PI
    return float(p.weights @ shares + (z * z + ratio * ratio) / 2)


def moments_in_units_of(q: Normal, p: Target) -> tuple[float, float]:
    """P's mean and standard deviation where Q is Normal(0, 1)."""
    if isinstance(p, GridDensity):
        z = scaled_difference(p.x, q.mean, q.std)
        return grid_moments(z, p.p, float(p.x[1] - p.x[0]) / q.std)
    return moments(_in_units_of(q, p))


@ieee
def _in_units_of(q: Normal, p: NormalMixture) -> NormalMixture:
    """P where Q is Normal(0, 1), so that no digits are lost far from 0."""
    # What is farther or wider than floats go changes no average where it is cut.
    means = np.clip(scaled_difference(p.means, q.mean, q.std), -LARGEST, LARGEST)
    stds = np.clip(p.stds / q.std, 1 / LARGEST, LARGEST)
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
