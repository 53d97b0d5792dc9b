"""KL divergence where P or Q is a beta or a Dirichlet distribution."""

from typing import Any, NamedTuple

import numpy as np

from kl_core import _validation
from kl_core._numerics import (
    LOG_2_PI,
    TINY,
    Floats,
    exp_remainder,
    kl_div_product,
    log1p_remainder,
    log_quotient,
    product_gap,
    scaled_difference,
)
from kl_core._special import (
    binet_divergence,
    digamma_gap,
    digamma_rest,
    log_gamma_rest,
    ratio_excess,
    trigamma_gap,
)
from kl_core.distributions.continuous import Exponential, Normal, Uniform
from kl_core.distributions.kl_gamma import known_to_rounding, log_mean_gap
from kl_core.distributions.kl_registry import register_kl
from kl_core.distributions.positive import Gamma, LogNormal
from kl_core.distributions.shares import Beta, Dirichlet


@register_kl(Beta, Beta)
def _beta_beta(p: Beta, q: Beta) -> Floats:
    """(a₂ + b₂)·KL(means) + what log B(a, b) has beyond that, above its tangent at P.

    KL(means) is that of the coin with Q's mean from the coin with P's.
    """
    a, b, a2, b2 = np.broadcast_arrays(p.alpha, p.beta, q.alpha, q.beta)
    return _beta_divergence(_Change(a, a2, a2 - a), _Change(b, b2, b2 - b))


@register_kl(Dirichlet, Dirichlet)
def _dirichlet_dirichlet(p: Dirichlet, q: Dirichlet) -> Floats:
    """Σ KL of each proportion's part of what the ones before it leave: independent betas.

    Source: Connor & Mosimann (1969), for that independence.
    """
    c, d = p.concentration, q.concentration
    _validation.require_equal_counts("shares", p=c.shape[-1], q=d.shape[-1])
    c, d = np.broadcast_arrays(c, d)
    gap = d - c
    (rest, lost), (rest2, lost2) = _sums_after(c), _sums_after(d)
    first = _Change(c[..., :-1], d[..., :-1], gap[..., :-1])
    after = _Change(rest, rest2, _sums_after(gap)[0], lost, lost2)
    return np.asarray(_beta_divergence(first, after).sum(axis=-1))


def _sums_after(values: Floats) -> tuple[Floats, Floats]:
    """The sum of all that come after each but the last, and what rounding took from it.

    Source: Knuth (1969), section 4.2.2, for the rounding of a sum of two.
    """
    added = values[..., :0:-1]
    sums = np.cumsum(added, axis=-1)
    before = np.concatenate([np.zeros_like(sums[..., :1]), sums[..., :-1]], axis=-1)
    part = sums - before
    lost = (before - (sums - part)) + (added - part)
    return sums[..., ::-1], np.cumsum(lost, axis=-1)[..., ::-1]


class _Change(NamedTuple):
    """A parameter of P, that of Q, and what is known of the two beyond their digits."""

    old: Floats
    new: Floats
    gap: Floats  # new − old
    old_lost: Any = 0.0  # to be added to old, for nearly equal products
    new_lost: Any = 0.0


def _beta_divergence(one: _Change, other: _Change) -> Floats:
    """KL(Beta(a, b)‖Beta(a2, b2)), where a2 and b2 are the new a and b.

    log B(a, b) = a·log(a / c) + b·log(b / c) + rest(a) + rest(b) − rest(c), c = a + b. The logs
    give the KL of the means; rest(t) = ½·log(2π / t) + μ(t) gives half of r − 1 − log r for the
    quotients r of a, b and c, together at least 0, and what is left of μ. Where one parameter of P
    is below 1e-3, and below 1e-3 of the other, that last part cancels to fewer than 13 digits.
    """
    # The first is to be the larger, so that c is next to it where the two differ in size.
    swap = one.old < other.old
    pairs = [(np.where(swap, y, x), np.where(swap, x, y)) for x, y in zip(one, other, strict=True)]
    (a, b), (a2, b2), (gap_a, gap_b), (a_lost, b_lost), (a2_lost, b2_lost) = pairs
    c, c2, gap_c = a + b, a2 + b2, gap_a + gap_b
    change = product_gap(a2, b, a, b2)  # of odds: that of a from that of b
    lost = (b_lost * a2 + a2_lost * b - b2_lost * a - a_lost * b2) / a / b2
    change += np.where(abs(change) < 0.5, lost, 0.0)
    shift = np.where(change < np.inf, change * (a / c) * b2, b / c * c2 - b2)
    # both means move by it, in units of 1 / c2
    means = kl_div_product(a2, a, c2, c, -shift) + kl_div_product(b2, b, c2, c, shift)

    slip = change * (b2 / c2)  # that of a from that of c
    near = abs(slip) < 0.5
    kept = (a2 / c2) * (c / a)  # 1 + slip
    log = np.where(kept > TINY, np.log(kept), log_quotient(a2, c2) + np.log(c / a))
    bent = np.where(near, log1p_remainder(np.where(near, slip, 0.0)), kept - 1 - log)
    logs = ratio_excess(b2, b, gap_b) + gap_c * np.where(near, slip, kept - 1) / c + bent
    curved = binet_divergence(b2, b, gap_b)
    curved += binet_divergence(a2, a, gap_a) - binet_divergence(c2, c, gap_c)
    found = means + np.maximum(logs / 2 + curved, 0.0)  # which rounding may take below 0
    beyond = np.maximum(gap_b / b, gap_c / c) == np.inf  # so is KL, or nearly so
    return np.where(beyond, np.inf, found)


@register_kl(Beta, Uniform)
def _beta_uniform(p: Beta, q: Uniform) -> Floats:
    """That from Beta(1, 1), and log w for the width w; inf where Q's interval lacks a part."""
    found = _beta_beta(p, Beta(1, 1)) + np.log(q.width)
    return np.where(np.asarray((q.low <= 0) & (q.high >= 1)), found, np.inf)


@register_kl(Uniform, Beta)
def _uniform_beta(p: Uniform, q: Beta) -> Floats:
    """log B(a, b) − log w − (a − 1)·E log x − (b − 1)·E log(1 − x), w the width of P.

    inf unless P lies within 0 to 1. It is at least 0 term by term, but for the last few:
    a·log(a / g) − a + g with g = (a + b)·exp(E log x), the same for b and 1 − x, and what is left.
    """
    low, high = np.asarray(p.low), np.asarray(p.high)
    inside = (low >= 0) & (high <= 1)
    low, high = np.where(inside, low, 0.0), np.where(inside, high, 1.0)
    a, b = np.asarray(q.alpha), np.asarray(q.beta)
    c, found = a + b, -np.log(high - low)
    for part, ends in ((a, (low, high)), (b, (1 - high, 1 - low))):
        mean_log, above = log_mean_gap(*ends)
        found = found + part * exp_remainder(log_quotient(part, c) - mean_log) + c * above
        found = found + log_gamma_rest(part) + mean_log
    part = known_to_rounding(found - log_gamma_rest(c))
    whole = _beta_beta(Beta(1, 1), q)
    return np.where(inside, np.where(high - low == 1, whole, part), np.inf)


@register_kl(Beta, Gamma)
def _beta_gamma(p: Beta, q: Gamma) -> Floats:
    """−H(P) + E log x + s·log(s / g) − s + r·E x + rest(s), with g = r·exp(E log x).

    rest(s) = log Γ(s) − s·log s + s.
    """
    s, r = np.asarray(q.shape), np.asarray(q.rate)
    mean_log = digamma_gap(p.alpha, p.beta)
    means = s * exp_remainder(log_quotient(s, r) - mean_log)
    means += r * np.maximum(_mean(p) - np.exp(mean_log), 0.0)
    return known_to_rounding(means + log_gamma_rest(s) - _log_scale_entropy(p))


@register_kl(Beta, Exponential)
def _beta_exponential(p: Beta, q: Exponential) -> Floats:
    """As of a gamma distribution of shape 1."""
    return _beta_gamma(p, Gamma(1, q.rate))


@register_kl(Beta, LogNormal)
def _beta_lognormal(p: Beta, q: LogNormal) -> Floats:
    """−H(P) + E log x + log σ + ½·log(2π) + ½·(V log x + (E log x − mean)²) / σ²."""
    shift = scaled_difference(digamma_gap(p.alpha, p.beta), q.mean, q.std)
    spread = trigamma_gap(p.alpha, p.beta) / q.std / q.std + shift * shift
    found = np.log(q.std) + LOG_2_PI / 2 + spread / 2 - _log_scale_entropy(p)
    return known_to_rounding(np.where(spread < np.inf, found, np.inf))


def _log_scale_entropy(p: Beta) -> Floats:
    """The entropy of log x."""
    a, b = np.asarray(p.alpha), np.asarray(p.beta)
    c = a + b
    rests = log_gamma_rest(a) + log_gamma_rest(b) - log_gamma_rest(c)
    return rests + digamma_rest(a) + digamma_rest(b) - digamma_rest(c) + digamma_gap(b, a)


@register_kl(Beta, Normal)
def _beta_normal(p: Beta, q: Normal) -> Floats:
    """−H(P) + log s + ½·log(2π) + ½·(V x + (E x − m)²) / s²."""
    a, b = np.asarray(p.alpha), np.asarray(p.beta)
    shift = scaled_difference(_mean(p), q.mean, q.std)
    variance = _mean(p) * (b / (a + b)) / (a + b + 1)
    spread = variance / q.std / q.std + shift * shift
    return known_to_rounding(np.log(q.std) + LOG_2_PI / 2 + spread / 2 - p.entropy())


def _mean(p: Beta) -> Floats:
    return np.asarray(p.alpha / np.add(p.alpha, p.beta))
