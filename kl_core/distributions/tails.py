"""What is added up at a point, and what is left beyond the last one."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from kl_core._numerics import Floats, exp_remainder
from kl_core.distributions.base import Distribution
from kl_core.distributions.panels import FURTHEST, Rays
from kl_core.distributions.support import Bools

EPS = 2.0**-52
CERTAIN = 1e-290  # from such a density of P on, log q = −inf counts as such
LIMIT = 2e-14  # two exponents that differ by less may be equal
SETTLED = 1e-6
TOO_FAR = math.log(FURTHEST)  # what lies further out is not sought
NOISE = 16 * EPS  # of the logarithms whose differences a slope is


class Terms(NamedTuple):
    """What is added up: the divergence's terms, P's and Q's mass, and the roundings of both.

    A term is p·log(p / q) − p + q: at least 0, and precise where P is close to Q.
    """

    terms: Any
    p: Any
    q: Any
    rounding: Any
    mass_rounding: Any


class Tails(NamedTuple):
    """What is beyond the last point of each member of the batch, and whether it is without end.

    terms: of the divergence; p, q: of the masses.
    """

    terms: Floats
    p: Floats
    q: Floats
    error: Floats
    diverges: Bools


class Pair(NamedTuple):
    """P and Q, and the shape of the batch of both, which lies in one row, the last axis, here."""

    p: Distribution
    q: Distribution
    shape: tuple[int, ...]

    def log_probs(self, x: Floats) -> tuple[Floats, Floats]:
        inside = (*x.shape[:-1], *self.shape)
        of_p, of_q = (
            np.broadcast_to(each.log_prob(x.reshape(inside)), inside).reshape(x.shape)
            for each in (self.p, self.q)
        )
        return of_p, of_q

    def at(self, x: Floats, log_width: Any, blur: Any) -> Terms:
        """What is to be added up at x, each point standing for as much as log_width says.

        blur: by how much of its size an integral changes as each x is rounded, in units of EPS.
        """
        log_p, log_q = self.log_probs(x)
        p, q = np.exp(log_p + log_width), np.exp(log_q + log_width)
        log_ratio = np.where((p > 0) | (q > 0), log_p - log_q, 0.0)
        near = p * exp_remainder(np.clip(log_ratio, -1.0, 1.0))
        far = q + np.where(p > 0, p * (log_ratio - 1), 0.0)
        terms = np.where(abs(log_ratio) < 1, near, far)
        # By the derivatives by log p and log q; what rounding x does to both is `blur`.
        size_p, size_q = (np.where(v > 0, 4 + abs(log), 0.0) for v, log in ((p, log_p), (q, log_q)))
        by_p = np.where(p > 0, p * abs(log_ratio), 0.0) * size_p
        by_q = np.where(p != q, abs(p - q), 0.0) * np.where(p > 0, 4 + abs(log_q), size_q)
        shared = 4 + abs(log_width) + blur
        rounding = EPS * (by_p + by_q + terms * shared)
        unsure = (p > 0) & (p < CERTAIN) & (log_q == -np.inf)
        return Terms(
            np.where(unsure, 0.0, terms),
            p,
            q,
            np.where(unsure, np.inf, rounding),
            EPS * (p * (size_p + shared) + q * (size_q + shared)),
        )


def tails(pair: Pair, along: Rays) -> Tails:
    """What lies beyond the ends of the rays, where densities are powers of the distance.

    There log p + log |dx/du| falls by λ a unit of u, and log(p / q) is a + b·exp(g·u), or a + b·u
    with g = 0: the tail is p·(log(p / q) / λ + slope / (λ·(λ − g))), and infinite unless λ > g.
    The error is by how much the law found a step before would change it.
    """
    which, u = along.tails()
    x, log_width, off = along.x(u, which[None])
    log_p, log_q = (_unmoved(values + log_width, u, off) for values in pair.log_probs(x))
    step = abs(u[1] - u[0])
    now, before = (_law(log_p[i : i + 3], log_q[i : i + 3], step) for i in (1, 0))
    before = before._replace(slope=before.slope * np.exp(before.growth * step))
    p, q = np.exp(log_p[-1]), np.exp(log_q[-1])
    some = step > 0
    beyond_p = np.where(some & (p > 0), p / now.fall_p, 0.0)
    beyond_q = np.where(some & (q > 0), q / now.fall_q, 0.0)
    log_ratio = np.where(p > 0, log_p[-1] - log_q[-1], 0.0)
    last, earlier = (np.where(some, law.tail(p, log_ratio), 0.0) for law in (now, before))
    error = abs(last - earlier) + abs(last) * np.where(last != 0, now.blur, 0.0)
    for mass, size, fall in (
        (beyond_p, p, before.fall_p),
        (beyond_q, q, before.fall_q),
    ):
        error = error + np.where(mass != 0, abs(mass - size / fall), 0.0)
        error = np.where(mass < 0, np.inf, error)  # it rises
    total = last - beyond_p + beyond_q
    # Where the law has not settled yet, or x has too few digits, nothing is known.
    near = along.near[which, np.arange(which.shape[1])]
    settled = (before.margin <= SETTLED) & (abs(off).max(axis=0) <= SETTLED)
    settled &= near < TOO_FAR
    diverges = some & (now.margin <= LIMIT) & settled
    error = np.where(some & (now.margin <= LIMIT) & ~settled, np.inf, error)
    total, beyond_p, beyond_q, error = (
        np.where(diverges, 0.0, v).sum(axis=0) for v in (total, beyond_p, beyond_q, error)
    )
    return Tails(total, beyond_p, beyond_q, error, diverges.any(axis=0))


def _unmoved(values: Floats, u: Floats, off: Floats) -> Floats:
    """What a power of the distance would be at u; values: at what rounding makes of it."""
    slope = (values[-1] - values[0]) / (u[-1] - u[0])
    return np.where(off != 0, values - off * slope, values)


class Law(NamedTuple):
    """How P, Q and log(p / q) go on: what falls, by how much, and the exponent of what grows."""

    fall_p: Floats
    fall_q: Floats
    slope: Floats
    growth: Floats
    blur: Floats

    @property
    def margin(self) -> Floats:
        """By how much λ is above g, beside λ: not above 0 where the tail is without end."""
        known = np.isfinite(self.fall_p) & (self.slope > 0)
        margin = (self.fall_p - self.growth) / np.maximum(self.fall_p, 1.0)
        return np.where(known, margin, np.inf)

    def tail(self, p: Floats, log_ratio: Floats) -> Floats:
        some = p > 0
        found = p * log_ratio / self.fall_p
        more = p * self.slope / self.fall_p / (self.fall_p - self.growth)
        return np.where(some, found + np.where(self.slope != 0, more, 0.0), 0.0)


def _law(log_p: Floats, log_q: Floats, step: Floats) -> Law:
    """From three points that are a step apart."""
    fall_p, fall_q = (log_p[1] - log_p[2]) / step, (log_q[1] - log_q[2]) / step
    first, second = (log_p[1:] - log_q[1:]) - (log_p[:2] - log_q[:2])
    noise = NOISE * (abs(log_p) + abs(log_q)).max(axis=0)
    moving = (abs(second) > noise) & (first * second > 0)
    growth = np.where(moving, np.log(np.where(moving, second / first, 1.0)) / step, 0.0)
    grown = np.where(abs(growth * step) > 1e-8, growth * step / -np.expm1(-growth * step), 1.0)
    slope = np.where(moving, second / step * grown, 0.0)
    blur = NOISE * abs(log_p).max(axis=0) / step / (fall_p - growth)
    return Law(fall_p, fall_q, slope, growth, abs(blur))


def tail_of_counts(pair: Pair, start: int) -> tuple[Floats, Floats]:
    """How much the terms from `start` on can sum to without Q's mass, and that mass.

    If P and Q fall ever faster there, and log(p / q) grows at most twice as fast.
    """
    back = start // 8
    x = np.array([start - 1.0 - back, start - 1.0])[:, None] + np.zeros(math.prod(pair.shape))
    log_p, log_q = pair.log_probs(x)
    left, per_step = [], []
    for logs in (log_p, log_q):
        fall = (logs[0] - logs[1]) / back
        end = np.exp(logs[1])
        rest = np.where(fall > 0, end / np.expm1(fall), np.inf)
        left.append(np.where(logs[1] == -np.inf, 0.0, rest))
        per_step.append(1 / -np.expm1(-fall))
    ratios = log_p - log_q
    slope = 2 * abs(ratios[1] - ratios[0]) / back
    terms = left[0] * (1 + abs(ratios[1]) + slope * per_step[0])
    return np.where(left[0] > 0, terms, 0.0), left[1]
