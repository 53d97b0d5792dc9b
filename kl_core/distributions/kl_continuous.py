"""KL divergence between families on the line, and between normal vectors.

Every formula for two of one family is a sum of terms that are at least 0, and 0 where P equals Q,
each to full precision: no rounding makes it negative, or hides how near P is to Q. Two different
families are never equal.
"""

import math

import numpy as np

from kl_core import _validation
from kl_core._numerics import (
    LOG_2,
    LOG_2_PI,
    Floats,
    careful_itakura_saito,
    erf,
    exp_remainder,
    itakura_saito,
    kl_div,
    log_product,
    log_quotient,
    refined,
    scaled_difference,
    with_digits,
)
from kl_core.distributions.base import by_blocks
from kl_core.distributions.continuous import Exponential, Laplace, Normal, Uniform
from kl_core.distributions.kl_registry import register_kl
from kl_core.distributions.multivariate import MultivariateNormal, diagonal, lower_solve, squares

NEAR = 0.1  # |L₂⁻¹L₁ − I|, up to which KL comes from the difference of the covariances


@register_kl(Normal, Normal)
@by_blocks
def _normal_normal(p: Normal, q: Normal) -> Floats:
    """log(s₂ / s₁) − 1 + s₁ / s₂ + ½·((s₁ − s₂) / s₂)² + ½·((m₁ − m₂) / s₂)²."""
    return refined(_quick_normal, _careful_normal, p.mean, p.std, q.mean, q.std)


def _quick_normal(mean1: Floats, std1: Floats, mean2: Floats, std2: Floats) -> Floats:
    """½·((m₁ − m₂) / s₂)² + ½·(s₁ / s₂)² − ½ − log(s₁ / s₂)."""
    ratio, found = with_digits(std1 / std2), mean1 - mean2
    found /= std2
    found *= found
    found += ratio * ratio
    found -= 1
    found *= 0.5
    found -= np.log(ratio, out=ratio)
    return found


def _careful_normal(mean1: Floats, std1: Floats, mean2: Floats, std2: Floats) -> Floats:
    spread, shift = (std1 - std2) / std2, scaled_difference(mean1, mean2, std2)
    return careful_itakura_saito(std2, std1) + 0.5 * (spread * spread + shift * shift)


@register_kl(Laplace, Laplace)
@by_blocks
def _laplace_laplace(p: Laplace, q: Laplace) -> Floats:
    """log(b₂ / b₁) − 1 + b₁ / b₂ + (b₁ / b₂)·(t − 1 + exp(−t)), with t = |m₁ − m₂| / b₁."""
    return refined(_quick_laplace, _careful_laplace, p.loc, p.scale, q.loc, q.scale)


def _quick_laplace(loc1: Floats, scale1: Floats, loc2: Floats, scale2: Floats) -> Floats:
    """|m₁ − m₂| / b₂ + (b₁ / b₂)·exp(−t) − 1 − log(b₁ / b₂)."""
    ratio, gap = with_digits(scale1 / scale2), abs(loc1 - loc2)
    found = np.exp(gap / -scale1)
    found *= ratio
    found += gap / scale2
    found -= 1
    found -= np.log(ratio, out=ratio)
    return found


def _careful_laplace(loc1: Floats, scale1: Floats, loc2: Floats, scale2: Floats) -> Floats:
    t, ratio = abs(scaled_difference(loc1, loc2, scale1)), scale1 / scale2
    ratio = np.where(ratio < np.inf, ratio, 0.0)  # where it is inf, so is the first term
    near = ratio * exp_remainder(np.minimum(t, 1.0))
    # Where t alone may be too large, its product with the ratio need not be.
    far = abs(scaled_difference(loc1, loc2, scale2)) + ratio * np.expm1(-t)
    return careful_itakura_saito(scale2, scale1) + np.where(t < 1, near, far)


@register_kl(Exponential, Exponential)
@by_blocks
def _exponential_exponential(p: Exponential, q: Exponential) -> Floats:
    """log(r₁ / r₂) − 1 + r₂ / r₁."""
    return itakura_saito(p.rate, q.rate)


@register_kl(Uniform, Uniform)
@by_blocks
def _uniform_uniform(p: Uniform, q: Uniform) -> Floats:
    """log(w₂ / w₁) where Q's interval holds P's, elsewhere inf."""
    found = np.full(p.low.shape, np.inf)
    inside = ((q.low <= p.low) & (p.high <= q.high)).nonzero()
    ends = (values[inside] for values in (p.low, p.high, q.low, q.high))
    found[inside] = refined(_quick_uniform, _careful_uniform, *ends)
    return found


def _quick_uniform(low1: Floats, high1: Floats, low2: Floats, high2: Floats) -> Floats:
    return np.log((high2 - low2) / (high1 - low1))


def _careful_uniform(low1: Floats, high1: Floats, low2: Floats, high2: Floats) -> Floats:
    width = high1 - low1
    more = scaled_difference(low1, low2, width) + scaled_difference(high2, high1, width)
    near = np.log1p(np.minimum(more, 1.0))  # w₂ / w₁ − 1
    return np.where(more < 1, near, log_quotient(high2 - low2, width))


@register_kl(MultivariateNormal, MultivariateNormal)
def _multivariate_normal(p: MultivariateNormal, q: MultivariateNormal) -> Floats:
    """½·‖X‖² + Σ (Xᵢᵢ − log(1 + Xᵢᵢ)) + ½·‖L₂⁻¹(m₁ − m₂)‖², with X = L₂⁻¹L₁ − I and L·Lᵀ = Σ."""
    _validation.require_equal_counts("dimensions", p=p.mean.shape[-1], q=q.mean.shape[-1])
    lower1, lower2 = p.cholesky, q.cholesky
    right = np.concatenate([lower1 - lower2, (p.mean - q.mean)[..., None]], axis=-1)
    solved = lower_solve(lower2, right)
    distance = squares(solved[..., :-1], 2)
    spread = itakura_saito(diagonal(lower2), diagonal(lower1))
    found = np.asarray(np.einsum("...i->...", spread) + 0.5 * distance)
    near = distance < NEAR**2
    if near.any():
        shape = (*near.shape, *p.cov.shape[-2:])
        gap, lower = (np.broadcast_to(m, shape)[near] for m in (p.cov - q.cov, lower2))
        found[near] = _near_covariances(gap, lower)
    return found + 0.5 * squares(solved[..., -1], 1)


def _near_covariances(gap: Floats, lower2: Floats) -> Floats:
    """½·Σ (λᵢ − log(1 + λᵢ)), with λ the eigenvalues of L₂⁻¹(Σ₁ − Σ₂)L₂⁻ᵀ.

    L₁ − L₂ would have the rounding of both, which is felt where they are almost equal.
    """
    half = lower_solve(lower2, gap)
    both = lower_solve(lower2, np.swapaxes(half, -1, -2))
    eigenvalues = np.asarray(np.linalg.eigvalsh(both), np.float64)
    return 0.5 * kl_div(np.ones_like(eigenvalues), 1 + eigenvalues, eigenvalues).sum(axis=-1)


@register_kl(Uniform, Normal)
@by_blocks
def _uniform_normal(p: Uniform, q: Normal) -> Floats:
    """log(s·√(2π) / w) + (w / s)² / 24 + ½·((c − m) / s)², with P's middle c and width w."""
    width = p.width / q.std
    shift = scaled_difference(_middle(p), q.mean, q.std)
    spread = width * width / 24 + 0.5 * (shift * shift)
    return log_quotient(q.std, p.width) + LOG_2_PI / 2 + spread


@register_kl(Uniform, Laplace)
@by_blocks
def _uniform_laplace(p: Uniform, q: Laplace) -> Floats:
    """log(2b / w) + E|x − m| / b.

    E|x − m| = w·(¼ + (d / w)²) where d = |c − m| is below w / 2, elsewhere d.
    """
    beside = abs(scaled_difference(_middle(p), q.loc, q.scale))
    share = np.minimum(abs(scaled_difference(_middle(p), q.loc, p.width)), 0.5)
    within = p.width / q.scale * (0.25 + share * share)
    return log_quotient(q.scale, p.width) + LOG_2 + np.where(share < 0.5, within, beside)


@register_kl(Uniform, Exponential)
@by_blocks
def _uniform_exponential(p: Uniform, q: Exponential) -> Floats:
    """r·c − log(r·w), with P's middle c and width w; inf where P goes below 0."""
    found = q.rate * _middle(p) - log_product(q.rate, p.width)
    return np.where(p.low >= 0, found, np.inf)


@register_kl(Laplace, Normal)
@by_blocks
def _laplace_normal(p: Laplace, q: Normal) -> Floats:
    """log(s / b) + ½·log(π / 2) − 1 + (b / s)² + ½·((m₁ − m₂) / s)²."""
    width, shift = p.scale / q.std, scaled_difference(p.loc, q.mean, q.std)
    spread = width * width + 0.5 * (shift * shift)
    return log_quotient(q.std, p.scale) + (math.log(math.pi / 2) / 2 - 1) + spread


@register_kl(Normal, Laplace)
@by_blocks
def _normal_laplace(p: Normal, q: Laplace) -> Floats:
    """log(2b / s) − ½·log(2πe) + E|x − m₂| / b, the mean of a folded normal distribution.

    E|x − m₂| = s·√(2/π)·exp(−t²/2) + |m₁ − m₂|·erf(t/√2), with t = |m₁ − m₂| / s.
    Source: Leone, Nelson & Nottingham (1961), for the mean.
    """
    t = abs(scaled_difference(p.mean, q.loc, p.std))
    shift = abs(scaled_difference(p.mean, q.loc, q.scale))
    around = p.std / q.scale * (math.sqrt(2 / math.pi) * np.exp(-(t * t) / 2))
    beside = shift * erf(t / math.sqrt(2))
    around, beside = np.where(t < 30, around, 0.0), np.where(t > 0, beside, 0.0)  # 0·∞ = 0
    return log_quotient(q.scale, p.std) + (LOG_2 - LOG_2_PI / 2 - 0.5) + around + beside


@register_kl(Exponential, Normal)
@by_blocks
def _exponential_normal(p: Exponential, q: Normal) -> Floats:
    """½·log(2π) − 1 − log(a / s) + ½·(a / s)² + ½·((a − m) / s)², with a = 1 / r the mean of P."""
    mean = _inverse(p.rate, q.std)
    shift = np.where(mean < np.inf, mean, 0.0) - q.mean / q.std
    spread = 0.5 * (mean * mean) + 0.5 * (shift * shift)
    return log_product(p.rate, q.std) + (LOG_2_PI / 2 - 1) + spread


@register_kl(Exponential, Laplace)
@by_blocks
def _exponential_laplace(p: Exponential, q: Laplace) -> Floats:
    """log(2b / a) − 1 + E|x − m| / b, with a = 1 / r the mean of P.

    E|x − m| = a − m for m ≤ 0, and m − a + 2a·exp(−m / a) for m > 0.
    """
    mean = _inverse(p.rate, q.scale)
    missed = np.exp(-p.rate * np.maximum(q.loc, 0.0))  # the probability of x > m
    around = np.where(mean < np.inf, mean, 0.0) * (2 * missed - 1)
    distance = np.where(mean < np.inf, abs(q.loc / q.scale) + around, np.inf)
    return log_product(p.rate, q.scale) + (LOG_2 - 1) + distance


def _middle(p: Uniform) -> Floats:
    return p.low + p.width / 2


def _inverse(rate: Floats, unit: Floats) -> Floats:
    """1 / (rate·unit), the mean of an exponential distribution in that unit."""
    return 1 / (rate * unit)
