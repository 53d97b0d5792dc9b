"""KL divergence between families on the line, and between normal vectors.

Every formula for two of one family is a sum of terms that are at least 0, and 0 where P equals Q,
each to full precision: no rounding makes it negative, or hides how near P is to Q. Two different
families are never equal.
"""

import math
from itertools import product
from typing import Any

import numpy as np

from kl_core import _validation
from kl_core._numerics import (
    LOG_2,
    LOG_2_PI,
    Floats,
    exp_remainder,
    itakura_saito,
    kl_div,
    log_product,
    log_quotient,
    scaled_difference,
)
from kl_core.distributions.continuous import Exponential, Laplace, Normal, Uniform
from kl_core.distributions.kl_registry import infinite, register_kl
from kl_core.distributions.multivariate import MultivariateNormal, diagonal, lower_solve, squares

NEAR = 0.1  # |L₂⁻¹L₁ − I|, up to which KL comes from the difference of the covariances


@register_kl(Normal, Normal)
def _normal_normal(p: Normal, q: Normal) -> Floats:
    """log(s₂ / s₁) − 1 + s₁ / s₂ + ½·((s₁ − s₂) / s₂)² + ½·((m₁ − m₂) / s₂)²."""
    spread = scaled_difference(p.std, q.std, q.std)
    shift = scaled_difference(p.mean, q.mean, q.std)
    return itakura_saito(q.std, p.std) + 0.5 * (spread * spread) + 0.5 * (shift * shift)


@register_kl(Laplace, Laplace)
def _laplace_laplace(p: Laplace, q: Laplace) -> Floats:
    """log(b₂ / b₁) − 1 + b₁ / b₂ + (b₁ / b₂)·(t − 1 + exp(−t)), with t = |m₁ − m₂| / b₁."""
    t, ratio = abs(scaled_difference(p.loc, q.loc, p.scale)), np.divide(p.scale, q.scale)
    ratio = np.where(ratio < np.inf, ratio, 0.0)  # where it is inf, so is the first term
    near = ratio * exp_remainder(np.minimum(t, 1.0))
    # Where t alone may be too large, its product with the ratio need not be.
    far = abs(scaled_difference(p.loc, q.loc, q.scale)) + ratio * np.expm1(-t)
    return itakura_saito(q.scale, p.scale) + np.where(t < 1, near, far)


@register_kl(Exponential, Exponential)
def _exponential_exponential(p: Exponential, q: Exponential) -> Floats:
    """log(r₁ / r₂) − 1 + r₂ / r₁."""
    return itakura_saito(p.rate, q.rate)


@register_kl(Uniform, Uniform)
def _uniform_uniform(p: Uniform, q: Uniform) -> Floats:
    """log(w₂ / w₁) where Q's interval holds P's, elsewhere inf."""
    inside = np.asarray((q.low <= p.low) & (p.high <= q.high))
    left, right = (
        scaled_difference(p.low, q.low, p.width),
        scaled_difference(q.high, p.high, p.width),
    )
    more = left + right  # w₂ / w₁ − 1
    near = np.log1p(np.where(inside & (more < 1), more, 0.0))
    return np.where(inside, np.where(more < 1, near, log_quotient(q.width, p.width)), np.inf)


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate_normal(p: MultivariateNormal, q: MultivariateNormal) -> Floats:
    """½·‖X‖² + Σ (Xᵢᵢ − log(1 + Xᵢᵢ)) + ½·‖L₂⁻¹(m₁ − m₂)‖², with X = L₂⁻¹L₁ − I and L·Lᵀ = Σ."""
    _validation.require_equal_counts("dimensions", p=p.mean.shape[-1], q=q.mean.shape[-1])
    lower1, lower2 = p.cholesky, q.cholesky
    distance = squares(lower_solve(lower2, lower1 - lower2), 2)
    spread = itakura_saito(diagonal(lower2), diagonal(lower1))
    found = np.asarray(np.einsum("...i->...", spread) + 0.5 * distance)
    near = distance < NEAR**2
    if near.any():
        shape = (*near.shape, *p.cov.shape[-2:])
        gap, lower = (np.broadcast_to(m, shape)[near] for m in (p.cov - q.cov, lower2))
        found[near] = _near_covariances(gap, lower)
    shift = lower_solve(lower2, (p.mean - q.mean)[..., None])
    return found + 0.5 * squares(shift, 2)


def _near_covariances(gap: Floats, lower2: Floats) -> Floats:
    """½·Σ (λᵢ − log(1 + λᵢ)), with λ the eigenvalues of L₂⁻¹(Σ₁ − Σ₂)L₂⁻ᵀ.

    L₁ − L₂ would have the rounding of both, which is felt where they are almost equal.
    """
    half = lower_solve(lower2, gap)
    both = lower_solve(lower2, np.swapaxes(half, -1, -2))
    eigenvalues = np.asarray(np.linalg.eigvalsh(both), np.float64)
    return 0.5 * kl_div(np.ones_like(eigenvalues), 1 + eigenvalues, eigenvalues).sum(axis=-1)


@register_kl(Uniform, Normal)
def _uniform_normal(p: Uniform, q: Normal) -> Floats:
    """log(s·√(2π) / w) + (w / s)² / 24 + ½·((c − m) / s)², with P's middle c and width w."""
    width = np.divide(p.width, q.std)
    shift = scaled_difference(_middle(p), q.mean, q.std)
    spread = width * width / 24 + 0.5 * (shift * shift)
    return log_quotient(q.std, p.width) + LOG_2_PI / 2 + spread


@register_kl(Uniform, Laplace)
def _uniform_laplace(p: Uniform, q: Laplace) -> Floats:
    """log(2b / w) + E|x − m| / b.

    E|x − m| = w·(¼ + (d / w)²) where d = |c − m| is below w / 2, elsewhere d.
    """
    beside = abs(scaled_difference(_middle(p), q.loc, q.scale))
    share = np.minimum(abs(scaled_difference(_middle(p), q.loc, p.width)), 0.5)
    within = np.divide(p.width, q.scale) * (0.25 + share * share)
    return log_quotient(q.scale, p.width) + LOG_2 + np.where(share < 0.5, within, beside)


@register_kl(Uniform, Exponential)
def _uniform_exponential(p: Uniform, q: Exponential) -> Floats:
    """r·c − log(r·w), with P's middle c and width w; inf where P goes below 0."""
    found = q.rate * _middle(p) - log_product(q.rate, p.width)
    return np.where(np.asarray(p.low) >= 0, found, np.inf)


@register_kl(Laplace, Normal)
def _laplace_normal(p: Laplace, q: Normal) -> Floats:
    """log(s / b) + ½·log(π / 2) − 1 + (b / s)² + ½·((m₁ − m₂) / s)²."""
    width, shift = np.divide(p.scale, q.std), scaled_difference(p.loc, q.mean, q.std)
    spread = width * width + 0.5 * (shift * shift)
    return log_quotient(q.std, p.scale) + (math.log(math.pi / 2) / 2 - 1) + spread


@register_kl(Normal, Laplace)
def _normal_laplace(p: Normal, q: Laplace) -> Floats:
    """log(2b / s) − ½·log(2πe) + E|x − m₂| / b, the mean of a folded normal distribution.

    E|x − m₂| = s·√(2/π)·exp(−t²/2) + |m₁ − m₂|·erf(t/√2), with t = |m₁ − m₂| / s.
    Source: Leone, Nelson & Nottingham (1961), for the mean.
    """
    t = abs(scaled_difference(p.mean, q.loc, p.std))
    shift = abs(scaled_difference(p.mean, q.loc, q.scale))
    around = np.divide(p.std, q.scale) * (math.sqrt(2 / math.pi) * np.exp(-(t * t) / 2))
    beside = shift * _erf(t / math.sqrt(2))
    around, beside = np.where(t < 30, around, 0.0), np.where(t > 0, beside, 0.0)  # 0·∞ = 0
    return log_quotient(q.scale, p.std) + (LOG_2 - LOG_2_PI / 2 - 0.5) + around + beside


@register_kl(Exponential, Normal)
def _exponential_normal(p: Exponential, q: Normal) -> Floats:
    """½·log(2π) − 1 − log(a / s) + ½·(a / s)² + ½·((a − m) / s)², with a = 1 / r the mean of P."""
    mean = _inverse(p.rate, q.std)
    shift = np.where(mean < np.inf, mean, 0.0) - np.divide(q.mean, q.std)
    spread = 0.5 * (mean * mean) + 0.5 * (shift * shift)
    return log_product(p.rate, q.std) + (LOG_2_PI / 2 - 1) + spread


@register_kl(Exponential, Laplace)
def _exponential_laplace(p: Exponential, q: Laplace) -> Floats:
    """log(2b / a) − 1 + E|x − m| / b, with a = 1 / r the mean of P.

    E|x − m| = a − m for m ≤ 0, and m − a + 2a·exp(−m / a) for m > 0.
    """
    mean = _inverse(p.rate, q.scale)
    missed = np.exp(-p.rate * np.maximum(q.loc, 0.0))  # the probability of x > m
    around = np.where(mean < np.inf, mean, 0.0) * (2 * missed - 1)
    distance = np.where(mean < np.inf, abs(np.divide(q.loc, q.scale)) + around, np.inf)
    return log_product(p.rate, q.scale) + (LOG_2 - 1) + distance


for _p, _q in product((Normal, Laplace), (Exponential, Uniform)):
    register_kl(_p, _q)(infinite)
register_kl(Exponential, Uniform)(infinite)


def _middle(p: Uniform) -> Floats:
    return np.asarray(p.low + p.width / 2)


def _inverse(rate: Any, unit: Any) -> Floats:
    """1 / (rate·unit), the mean of an exponential distribution in that unit."""
    return np.divide(1.0, rate * unit)


def _erf(x: Floats) -> Floats:
    return np.array([math.erf(value) for value in x.ravel()]).reshape(x.shape)
