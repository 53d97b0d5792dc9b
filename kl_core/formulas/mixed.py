"""KL divergence between two different families on the line, where P is never equal to Q."""

import math
from typing import Any

import numpy as np

from kl_core._excess import Floats
from kl_core._extremes import LOG_2, LOG_2_PI, gap_over, log_over, log_times, plus
from kl_core._ieee import product, quotient
from kl_core.families.line import Exponential, Laplace, Normal, Uniform


def uniform_normal(p: Uniform, q: Normal) -> Floats:
    """log(s·√(2π) / w) + (w / s)² / 24 + ½·((c − m) / s)², with P's middle c and width w."""
    width = quotient(np.asarray(p.width), q.std)
    shift = gap_over(_middle(p), q.mean, q.std)
    squares = plus(product(width, width) / 24, 0.5 * product(shift, shift))
    return plus(log_over(q.std, p.width), LOG_2_PI / 2, squares)


def uniform_laplace(p: Uniform, q: Laplace) -> Floats:
    """log(2b / w) + E|x − m| / b.

    E|x − m| = w·(¼ + (d / w)²) where d = |c − m| is below w / 2, elsewhere d.
    """
    beside = abs(gap_over(_middle(p), q.loc, q.scale))
    share = np.minimum(abs(gap_over(_middle(p), q.loc, p.width)), 0.5)
    within = product(quotient(np.asarray(p.width), q.scale), 0.25 + share * share)
    return plus(log_over(q.scale, p.width), LOG_2, np.where(share < 0.5, within, beside))


def uniform_exponential(p: Uniform, q: Exponential) -> Floats:
    """r·c − log(r·w), with P's middle c and width w; inf where P goes below 0."""
    found = plus(product(q.rate, _middle(p)), -log_times(q.rate, p.width))
    return np.where(np.asarray(p.low) >= 0, found, np.inf)


def laplace_normal(p: Laplace, q: Normal) -> Floats:
    """log(s / b) + ½·log(π / 2) − 1 + (b / s)² + ½·((m₁ − m₂) / s)²."""
    width, shift = quotient(p.scale, q.std), gap_over(p.loc, q.mean, q.std)
    squares = plus(product(width, width), 0.5 * product(shift, shift))
    return plus(log_over(q.std, p.scale), math.log(math.pi / 2) / 2 - 1, squares)


def normal_laplace(p: Normal, q: Laplace) -> Floats:
    """log(2b / s) − ½·log(2πe) + E|x − m₂| / b, the mean of a folded normal distribution.

    E|x − m₂| = s·√(2/π)·exp(−t²/2) + |m₁ − m₂|·erf(t/√2), with t = |m₁ − m₂| / s.
    Source: Leone, Nelson & Nottingham (1961), for the mean.
    """
    t, shift = abs(gap_over(p.mean, q.loc, p.std)), abs(gap_over(p.mean, q.loc, q.scale))
    around = product(quotient(p.std, q.scale), math.sqrt(2 / math.pi) * np.exp(-product(t, t) / 2))
    beside = product(shift, _erf(t / math.sqrt(2)))
    around, beside = np.where(t < 50, around, 0.0), np.where(t > 0, beside, 0.0)  # 0·∞ = 0
    return plus(log_over(q.scale, p.std), LOG_2 - LOG_2_PI / 2 - 0.5, around, beside)


def exponential_normal(p: Exponential, q: Normal) -> Floats:
    """½·log(2π) − 1 − log(a / s) + ½·(a / s)² + ½·((a − m) / s)², with a = 1 / r the mean of P."""
    mean = _inverse(p.rate, q.std)
    shift = plus(np.where(mean < np.inf, mean, 0.0), -quotient(q.mean, q.std))
    squares = plus(0.5 * product(mean, mean), 0.5 * product(shift, shift))
    return plus(log_times(p.rate, q.std), LOG_2_PI / 2 - 1, squares)


def exponential_laplace(p: Exponential, q: Laplace) -> Floats:
    """log(2b / a) − 1 + E|x − m| / b, with a = 1 / r the mean of P.

    E|x − m| = a − m for m ≤ 0, and m − a + 2a·exp(−m / a) for m > 0.
    """
    mean = _inverse(p.rate, q.scale)
    missed = np.exp(-product(p.rate, np.maximum(q.loc, 0.0)))  # the probability of x > m
    around = product(np.where(mean < np.inf, mean, 0.0), 2 * missed - 1)
    distance = np.where(mean < np.inf, plus(abs(quotient(q.loc, q.scale)), around), np.inf)
    return plus(log_times(p.rate, q.scale), LOG_2 - 1, distance)


def nowhere(p: object, q: object) -> float:
    """Inf: P has mass where Q has none, whatever their parameters."""
    return np.inf


def _middle(p: Uniform) -> Floats:
    return np.asarray(p.low + p.width / 2)


def _inverse(rate: Any, unit: Any) -> Floats:
    """1 / (rate·unit), the mean of an exponential distribution in that unit."""
    return quotient(np.asarray(1.0), product(rate, unit))


def _erf(x: Floats) -> Floats:
    return np.array([math.erf(value) for value in x.ravel()]).reshape(x.shape)
