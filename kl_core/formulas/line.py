"""KL divergence between two of the same family on the line, and between normal vectors.

Every formula is a sum of terms that are at least 0, and 0 where P equals Q, each to full precision:
no rounding makes it negative, or hides how near P is to Q.
"""

import numpy as np

from kl_core import _checks
from kl_core._excess import Floats, excess
from kl_core._extremes import exp_excess, gap_over, log_excess, log_over, plus
from kl_core._ieee import difference, product, quotient
from kl_core.families.line import Exponential, Laplace, Normal, Uniform
from kl_core.families.vectors import MultivariateNormal, diagonal, lower_solve, squares

NEAR = 0.1  # |L₂⁻¹L₁ − I|, up to which KL comes from the difference of the covariances


def _square(x: Floats) -> Floats:
    return product(x, x)


def normal_normal(p: Normal, q: Normal) -> Floats:
    """log(s₂ / s₁) − 1 + s₁ / s₂ + ½·((s₁ − s₂) / s₂)² + ½·((m₁ − m₂) / s₂)²."""
    spread = _square(gap_over(p.std, q.std, q.std))
    shift = _square(gap_over(p.mean, q.mean, q.std))
    return plus(log_excess(q.std, p.std), 0.5 * spread, 0.5 * shift)


def laplace_laplace(p: Laplace, q: Laplace) -> Floats:
    """log(b₂ / b₁) − 1 + b₁ / b₂ + (b₁ / b₂)·(t − 1 + exp(−t)), with t = |m₁ − m₂| / b₁."""
    t, ratio = abs(gap_over(p.loc, q.loc, p.scale)), quotient(p.scale, q.scale)
    small = np.where(ratio < np.inf, ratio, 0.0)  # where it is inf, so is the first term
    shift = np.where(t < 1, product(small, exp_excess(np.minimum(t, 1.0))), _shift(p, q, small, t))
    return plus(log_excess(q.scale, p.scale), shift)


def _shift(p: Laplace, q: Laplace, ratio: Floats, t: Floats) -> Floats:
    """(b₁ / b₂)·(t − 1 + exp(−t)), where t alone may be too large."""
    return plus(abs(gap_over(p.loc, q.loc, q.scale)), product(ratio, np.expm1(-t)))


def exponential_exponential(p: Exponential, q: Exponential) -> Floats:
    """log(r₁ / r₂) − 1 + r₂ / r₁."""
    return log_excess(p.rate, q.rate)


def uniform_uniform(p: Uniform, q: Uniform) -> Floats:
    """log(w₂ / w₁) where Q's interval holds P's, elsewhere inf."""
    inside = np.asarray((q.low <= p.low) & (p.high <= q.high))
    more = plus(gap_over(p.low, q.low, p.width), gap_over(q.high, p.high, p.width))
    near = np.log1p(np.where(inside & (more < 1), more, 0.0))  # more = w₂ / w₁ − 1
    return np.where(inside, np.where(more < 1, near, log_over(q.width, p.width)), np.inf)


def multivariate_normal(p: MultivariateNormal, q: MultivariateNormal) -> Floats:
    """½·‖X‖² + Σ (Xᵢᵢ − log(1 + Xᵢᵢ)) + ½·‖L₂⁻¹(m₁ − m₂)‖², with X = L₂⁻¹L₁ − I and L·Lᵀ = Σ."""
    _checks.equally_many("dimensions", p=p.mean.shape[-1], q=q.mean.shape[-1])
    lower1, lower2 = p.cholesky, q.cholesky
    distance = squares(lower_solve(lower2, difference(lower1, lower2)), 2)
    spread = log_excess(diagonal(lower2), diagonal(lower1))
    found = plus(np.einsum("...i->...", spread), 0.5 * distance)
    near = distance < NEAR**2
    if near.any():
        shape = (*near.shape, *p.cov.shape[-2:])
        gap, lower = (np.broadcast_to(m, shape)[near] for m in (p.cov - q.cov, lower2))
        found[near] = _near_covariances(gap, lower)
    shift = lower_solve(lower2, difference(p.mean, q.mean)[..., None])
    return plus(found, 0.5 * squares(shift, 2))


def _near_covariances(gap: Floats, lower2: Floats) -> Floats:
    """½·Σ (λᵢ − log(1 + λᵢ)), with λ the eigenvalues of L₂⁻¹(Σ₁ − Σ₂)L₂⁻ᵀ.

    L₁ − L₂ would have the rounding of both, which is felt where they are almost equal.
    """
    half = lower_solve(lower2, gap)
    both = lower_solve(lower2, np.swapaxes(half, -1, -2))
    eigenvalues = np.asarray(np.linalg.eigvalsh(both), np.float64)
    return 0.5 * excess(np.ones_like(eigenvalues), 1 + eigenvalues, eigenvalues).sum(axis=-1)
