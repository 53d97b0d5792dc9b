"""KL divergence where P or Q is a gamma or a log-normal distribution."""

import numpy as np

from kl_core._numerics import (
    LOG_2_PI,
    Floats,
    kl_div_extreme,
    kl_div_product,
    log_quotient,
    product_gap,
    scaled_difference,
)
from kl_core._special import (
    digamma,
    log_gamma,
    log_gamma_rest,
    log_minus_digamma,
    rest_divergence,
    trigamma,
)
from kl_core.distributions.continuous import Exponential, Normal, Uniform
from kl_core.distributions.kl_continuous import middle
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
    variance = np.square(p.std)
    mean = np.exp(p.mean + np.log(q.rate) + variance / 2)
    shape = log_gamma_rest(q.shape) + q.shape * variance / 2
    return kl_div_extreme(q.shape, mean) + shape - np.log(p.std) - (LOG_2_PI + 1) / 2


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
    own = log_gamma_rest(s) + s * log_minus_digamma(s)
    return np.log(q.std) + LOG_2_PI / 2 + spread / 2 - own


@register_kl(Exponential, LogNormal)
def _exponential_lognormal(p: Exponential, q: LogNormal) -> Floats:
    """As of a gamma distribution of shape 1."""
    return _gamma_lognormal(Gamma(1, p.rate), q)


@register_kl(Gamma, Normal)
def _gamma_normal(p: Gamma, q: Normal) -> Floats:
    """−H(P) + ½·log(2π·std²) + ½·(s / rate² + (s / rate − mean)²) / std²."""
    mean = np.divide(p.shape, p.rate) / q.std
    width = np.sqrt(p.shape) / p.rate / q.std
    shift = mean - np.divide(q.mean, q.std)
    spread = 0.5 * (width * width) + 0.5 * (shift * shift)
    unit = p.entropy() + np.log(p.rate)
    return log_quotient(q.std, 1 / np.asarray(p.rate)) + LOG_2_PI / 2 - unit + spread


@register_kl(LogNormal, Normal)
def _lognormal_normal(p: LogNormal, q: Normal) -> Floats:
    """−H(P) + ½·log(2π·std²) + ½·((e^σ² − 1)·(E x)² + (E x − mean)²) / std²."""
    mean = np.exp(p.mean + np.square(p.std) / 2)
    width = mean / q.std * np.sqrt(np.expm1(np.square(p.std)))
    shift = scaled_difference(mean, q.mean, q.std)
    spread = 0.5 * (width * width) + 0.5 * (shift * shift)
    return np.log(q.std) + LOG_2_PI / 2 - p.entropy() + spread


@register_kl(Uniform, Gamma)
def _uniform_gamma(p: Uniform, q: Gamma) -> Floats:
    """log Γ(s) − log w − s·log r − (s − 1)·E log x + r·c, with P's middle c and width w.

    E log x = log h − 1 + l·log(h / l) / w for 0 ≤ l < h; KL is inf where P goes below 0.
    """
    low, high = np.maximum(p.low, 0.0), np.where(np.asarray(p.low) >= 0, p.high, 1.0)
    part = np.where(low > 0, low / (high - low) * np.log1p((high - low) / low), 0.0)
    mean_log = np.log(high) - 1 + part
    shape = log_gamma(q.shape) - q.shape * np.log(q.rate) - (np.asarray(q.shape) - 1) * mean_log
    found = shape - np.log(p.width) + q.rate * middle(p)
    return np.where(np.asarray(p.low) >= 0, found, np.inf)
