"""KL divergence where P or Q is a gamma or a log-normal distribution."""

import numpy as np

from kl_core._numerics import (
    LOG_2,
    LOG_2_PI,
    Floats,
    exp_remainder,
    kl_div_product,
    log_product,
    log_quotient,
    product_gap,
    scaled_difference,
)
from kl_core._special import (
    digamma,
    digamma_rest,
    log_gamma_rest,
    rest_divergence,
    trigamma,
)
from kl_core.distributions.continuous import Exponential, Normal, Uniform
from kl_core.distributions.kl_registry import kl, register_kl
from kl_core.distributions.positive import Gamma, LogNormal


@register_kl(Gamma, Gamma)
def _gamma_gamma(p: Gamma, q: Gamma) -> Floats:
    """That of Q from the gamma distribution with P's mean and Q's shape, and of that from P.

    s₂·(r − 1 − log r), with r = s₁·r₂ / (s₂·r₁) the quotient of the means, plus how far
    log Γ(s) − s·log s lies at s₂ above its tangent at s₁. Both are at least 0.
    """
    change = product_gap(p.shape, q.rate, q.shape, p.rate)
    means = kl_div_product(q.shape, p.shape, q.rate, p.rate, q.shape * change)
    return means + rest_divergence(q.shape, p.shape, np.subtract(q.shape, p.shape))


@register_kl(Gamma, Exponential)
def _gamma_exponential(p: Gamma, q: Exponential) -> Floats:
    """As of a gamma distribution of shape 1."""
    return _gamma_gamma(p, Gamma(1, q.rate))


@register_kl(Exponential, Gamma)
def _exponential_gamma(p: Exponential, q: Gamma) -> Floats:
    """As of a gamma distribution of shape 1."""
    return _gamma_gamma(Gamma(1, p.rate), q)


@register_kl(LogNormal, LogNormal)
def _lognormal_lognormal(p: LogNormal, q: LogNormal) -> Floats:
    """That of the logarithms, which are normal."""
    return np.asarray(kl(Normal(p.mean, p.std), Normal(q.mean, q.std)))


@register_kl(LogNormal, Gamma)
def _lognormal_gamma(p: LogNormal, q: Gamma) -> Floats:
    """s·log(s / m) − s + m + rest(s) + ½·s·σ² − log σ − ½·log(2πe), m = rate·E x.

    rest(s) = log Γ(s) − s·log s + s, and E x = exp(mean + ½·σ²).
    """
    half, s = np.square(p.std) / 2, np.asarray(q.shape)
    log_mean = p.mean + np.log(q.rate) + half
    means = s * exp_remainder(np.log(s) - log_mean)
    own = np.log(p.std) + (LOG_2_PI + 1) / 2
    found = means + log_gamma_rest(s) + s * half - own
    return known_to_rounding(np.where(log_mean < np.inf, found, np.inf))


@register_kl(LogNormal, Exponential)
def _lognormal_exponential(p: LogNormal, q: Exponential) -> Floats:
    """As of a gamma distribution of shape 1."""
    return _lognormal_gamma(p, Gamma(1, q.rate))


@register_kl(Gamma, LogNormal)
def _gamma_lognormal(p: Gamma, q: LogNormal) -> Floats:
    """log σ + ½·log(2π) + ½·(ψ′(s) + (E log x − mean)²) / σ² − rest(s) − s·(log s − ψ(s)).

    E log x = ψ(s) − log rate, and rest(s) = log Γ(s) − s·log s + s.
    """
    s = np.asarray(p.shape)
    shift = scaled_difference(digamma(s) - np.log(p.rate), q.mean, q.std)
    spread = trigamma(s) / q.std / q.std + shift * shift
    own = log_gamma_rest(s) + digamma_rest(s)
    return known_to_rounding(np.log(q.std) + LOG_2_PI / 2 + spread / 2 - own)


@register_kl(Exponential, LogNormal)
def _exponential_lognormal(p: Exponential, q: LogNormal) -> Floats:
    """As of a gamma distribution of shape 1."""
    return _gamma_lognormal(Gamma(1, p.rate), q)


@register_kl(Gamma, Normal)
def _gamma_normal(p: Gamma, q: Normal) -> Floats:
    """−H(P) + ½·log(2π·std²) + ½·(s / rate² + (s / rate − mean)²) / std²."""
    mean = np.divide(p.shape, p.rate)
    beyond = np.divide(p.shape, q.std) / p.rate  # the mean in units of Q's, which may be a float
    shift = np.where(mean < np.inf, scaled_difference(mean, q.mean, q.std), beyond - q.mean / q.std)
    width = np.sqrt(p.shape) / q.std / p.rate
    spread = 0.5 * (width * width) + 0.5 * (shift * shift)
    unit = p.entropy() + np.log(p.rate)
    found = log_product(q.std, p.rate) + LOG_2_PI / 2 - unit + spread
    return known_to_rounding(np.where(beyond < np.inf, found, np.inf))


@register_kl(LogNormal, Normal)
def _lognormal_normal(p: LogNormal, q: Normal) -> Floats:
    """−H(P) + ½·log(2π·std²) + ½·((e^σ² − 1)·(E x)² + (E x − mean)²) / std²."""
    variance = np.square(p.std)
    log_mean = p.mean + variance / 2
    log_width = log_mean + (variance + np.log(-np.expm1(-variance))) / 2 - np.log(q.std)
    shift = scaled_difference(np.exp(log_mean), q.mean, q.std)
    spread = np.exp(2 * log_width) / 2 + 0.5 * (shift * shift)
    found = np.log(q.std) + LOG_2_PI / 2 - p.entropy() + spread
    return known_to_rounding(np.where(spread < np.inf, found, np.inf))


@register_kl(Uniform, Gamma)
def _uniform_gamma(p: Uniform, q: Gamma) -> Floats:
    """s·log(s / g) − s + r·c + rest(s) + E log x − log w, with P's middle c and width w.

    g = r·exp(E log x), rest(s) = log Γ(s) − s·log s + s; KL is inf where P goes below 0.
    """
    low = np.asarray(p.low)
    mean_log, above = log_mean_gap(np.maximum(low, 0.0), np.where(low >= 0, p.high, 1.0))
    s, r = np.asarray(q.shape), np.asarray(q.rate)
    means = s * exp_remainder(log_quotient(s, r) - mean_log) + r * above
    found = means + log_gamma_rest(s) + mean_log - np.log(p.width)
    return np.where(low >= 0, known_to_rounding(found), np.inf)


def log_mean_gap(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """E log x and E x − exp(E log x) for x uniform from low ≥ 0 to high.

    log E x − E log x = Σ tᵏ / (k·(k + 1)) over k = 2, 4, …, with t = ½·(high − low) / E x.
    """
    ratio = low / high
    t = (high - low) / high / (1 + ratio)
    half = np.log1p(ratio) - LOG_2  # log(E x / high)
    inner = np.where(t < 1, (1 - 1 / t) * (log_quotient(low, high) - half), 0.0)
    gap = 1 - ((1 + 1 / t) * np.log1p(t) + inner) / 2
    series = np.zeros_like(t)
    for k in range(20, 0, -2):
        series = (series + 1 / (k * (k + 1))) * (t * t)
    gap = np.where(t < 0.2, series, gap)
    mean = low + (high - low) / 2
    return np.log(high) + half - gap, -mean * np.expm1(-gap)


def known_to_rounding(found: Floats) -> Floats:
    """KL between two families, which is above 0, where rounding may take it below."""
    return np.maximum(found, 0.0)
