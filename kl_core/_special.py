"""Gamma functions of positive numbers, and how far they lie above their tangents.

log Γ(t) = t·log t − t + rest(t), where rest(t) = ½·log(2π / t) + μ(t) and Binet's μ(t) =
1/(12t) − 1/(360t³) + … is convex and falls to 0. What KL divergences need of log Γ are differences
that cancel; each is taken apart along these lines, so that no digits are lost.
Source: Abramowitz & Stegun (1964), 6.1.40–41, 6.3.18 and 6.4.12 for the series; their steps of 1
back from where these hold are from Γ(t + 1) = t·Γ(t).
"""

import numpy as np
from numpy.typing import ArrayLike

from kl_core._numerics import (
    LOG_2_PI,
    TINY,
    Floats,
    ieee,
    itakura_saito,
    kl_div,
    log1p_remainder,
    log_quotient,
)

SMALL = 1e-9  # below it, ψ(t) is −1 / t − γ, and ψ′(t) 1 / t², to 1e-16 of their differences
FAR = 1e6  # new / old, from which on the tangent at old is all that counts
REACH = 10  # from here on, eight terms of each series are exact to 1e-16
BERNOULLI = np.array([1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510])
EVEN = 2.0 * np.arange(1, 9)
LOG_GAMMA_TERMS, DIGAMMA_TERMS = BERNOULLI / (EVEN * (EVEN - 1)), BERNOULLI / EVEN
STEPS = np.arange(REACH, dtype=np.float64)[:, None]
DIGAMMA = {1: -0.5772156649015329, 2: 0.42278433509846713}  # at the roots of log Γ


@ieee
def log_gamma(t: ArrayLike) -> Floats:
    """log Γ(t), to 1e-14 of itself also near its roots 1 and 2."""
    t = np.asarray(t, np.float64)
    flat = t.ravel()
    found = (flat * (np.log(flat) - 1)) + _large_rest(flat)
    small = flat < REACH
    if small.any():
        found[small] = _small_log_gamma(flat[small])
    return found.reshape(t.shape)


def _small_log_gamma(t: Floats) -> Floats:
    """Down by steps of 1 to the nearer root, from whose tangent it is known how far it lies."""
    tiny = t < 0.5
    steps = np.where(tiny, -1.0, np.maximum(np.floor(t - 0.5) - 1, 0.0))
    places = np.arange(1.0, REACH)[:, None]
    factors = np.cumprod(np.where(places <= steps, t - places, 1.0), axis=0)[-1]
    # One step up where t is tiny: Γ(t) = Γ(t + 1) / t.
    root = np.where(tiny | (t < 1.5), 1.0, 2.0)
    gap = np.where(tiny, t, t - steps - root)
    tangent = gap * np.where(root == 1, DIGAMMA[1], DIGAMMA[2])
    above = rest_divergence(root + gap, root, gap) + kl_div(root + gap, root, -gap)
    return tangent + above + np.log(np.where(tiny, 1.0, factors)) - np.log(np.where(tiny, t, 1.0))


@ieee
def log_gamma_rest(t: ArrayLike) -> Floats:
    """rest(t) = log Γ(t) − t·log t + t, which is about −log t near 0 and −½·log t far off."""
    t = np.asarray(t, np.float64)
    flat = t.ravel()
    found, near = _large_rest(flat), flat < REACH
    if near.any():
        u = flat[near]
        found[near] = log_gamma(u) - u * np.log(u) + u
    return found.reshape(t.shape)


@ieee
def log_factorial_rest(x: ArrayLike) -> Floats:
    """log x! − x·log x + x = rest(x) + log x, for x ≥ 0, which need be no integer."""
    x = np.asarray(x, np.float64)
    flat = x.ravel()
    found, near = _large_rest(flat) + np.log(flat), flat < REACH
    if near.any():
        u = flat[near]
        found[near] = log_gamma(u + 1) - u * np.log(np.where(u > 0, u, 1.0)) + u  # 0·log 0 = 0
    return found.reshape(x.shape)


@ieee
def log_falling_rest(x: ArrayLike, y: ArrayLike) -> Floats:
    """log_factorial_rest at x + y, less that at y, for x, y ≥ 0."""
    x, y = np.broadcast_arrays(np.asarray(x, np.float64), y)
    both, far = x + y, np.maximum(y, REACH)
    found = np.asarray(np.log1p(x / far) / 2 + _series(far + x) - _series(far))
    near = y < REACH
    if near.any():
        found[near] = log_factorial_rest(both[near]) - log_factorial_rest(y[near])
    return found


@ieee
def log_choices_rest(x: Floats, y: Floats) -> Floats:
    """log_factorial_rest at x + y, less those at x and at y, for x, y ≥ 0."""
    small = np.minimum(x, y)
    return log_falling_rest(small, np.maximum(x, y)) - log_factorial_rest(small)


@ieee
def log_beta(a: ArrayLike, b: ArrayLike) -> Floats:
    """log B(a, b) = log Γ(a) + log Γ(b) − log Γ(a + b), to 1e-14 also where one is far larger."""
    small, large = np.minimum(a, b), np.maximum(a, b)
    both = small + large
    far = np.maximum(large, REACH)
    step = np.log1p(small / far) / 2 + _series(far) - _series(far + small)
    near = log_gamma_rest(large) - log_gamma_rest(both)
    rests = log_gamma_rest(small) + np.where(large < REACH, near, step)
    return rests - large * np.log1p(small / large) + small * log_quotient(small, both)


@ieee
def digamma(t: ArrayLike) -> Floats:
    """ψ(t) = (log Γ)′(t), to 1e-14 of itself, and to 1e-15 near its root at 1.46."""
    t = np.asarray(t, np.float64)
    return _from_afar(t, np.log(_far(t)) - _log_minus_digamma(_far(t)), -1.0, 1)


@ieee
def log_minus_digamma(t: ArrayLike) -> Floats:
    """log t − ψ(t), which is about 1 / (2t) for large t."""
    t = np.asarray(t, np.float64)
    found = np.asarray(_log_minus_digamma(_far(t)))
    near = t < REACH
    if near.any():
        x = 1 / (t[near] + STEPS)
        found[near] += _total(x - np.log1p(x))
    return found


@ieee
def digamma_gap(t: ArrayLike, step: ArrayLike) -> Floats:
    """ψ(t) − ψ(t + step), at most 0, with step > 0."""
    t, step = np.broadcast_arrays(np.asarray(t, np.float64), step)
    both = t + step
    far = log_minus_digamma(both) - log_minus_digamma(t) - np.log1p(step / t)
    found = np.where(t < REACH, digamma(t) - digamma(both), far)
    return np.where(both < SMALL, -(step / both) / t, found)


@ieee
def trigamma_gap(t: ArrayLike, step: ArrayLike) -> Floats:
    """ψ′(t) − ψ′(t + step), at least 0, with step > 0."""
    t, step = np.broadcast_arrays(np.asarray(t, np.float64), step)
    both = t + step
    close = step / both / t * (1 / t + 1 / both)
    return np.where(both < SMALL, close, np.maximum(trigamma(t) - trigamma(both), 0.0))


@ieee
def digamma_rest(t: ArrayLike) -> Floats:
    """t·(log t − ψ(t)), which falls from 1 at 0 to ½ far off."""
    t = np.asarray(t, np.float64)
    return np.where(t < TINY, 1.0, t * log_minus_digamma(t))


@ieee
def trigamma(t: ArrayLike) -> Floats:
    """ψ′(t), to 1e-14 of itself."""
    t = np.asarray(t, np.float64)
    x = 1 / _far(t)
    return _from_afar(t, x + x * x / 2 + x * _polynomial(BERNOULLI, x * x), 1.0, 2)


@ieee
def rest_divergence(new: ArrayLike, old: ArrayLike, gap: ArrayLike) -> Floats:
    """How far rest(new) lies above the tangent to rest at old; at least 0.

    It is half of itakura_saito(old, new), and the rest of μ. gap: new − old, where it is known
    better than both are.
    """
    new, old, gap = np.broadcast_arrays(*(np.asarray(v, np.float64) for v in (new, old, gap)))
    return ratio_excess(new, old, gap) / 2 + binet_divergence(new, old, gap)


@ieee
def ratio_excess(new: Floats, old: Floats, gap: Floats) -> Floats:
    """r − 1 − log r with r = new / old = 1 + gap / old, gap known better than new and old are."""
    change = gap / old
    near = abs(change) < 0.5
    close = log1p_remainder(np.where(near, change, 0.0))
    return np.where(near, close, itakura_saito(old, new))


@ieee
def binet_divergence(new: Floats, old: Floats, gap: Floats) -> Floats:
    """How far μ(new) lies above the tangent to μ at old; gap: new − old.

    From new, old ≥ 10 on, by the terms of the series: tⁿ⁻¹ with n = 0, −2, −4, … lies above its
    tangent by gap² times a sum of positive products. Below, by steps of 1, of which each is
    (t + ½)·log(1 + 1/t) − 1.
    """
    near = np.minimum(new, old) < REACH
    x, y = (1 / np.where(near, t + REACH, t) for t in (new, old))
    products, power, total = np.zeros_like(x), np.ones_like(x), np.zeros_like(x)
    for n in range(1, 16):
        products = x * products + n * power
        power = power * y
        if n % 2:
            total += LOG_GAMMA_TERMS[n // 2] * products
    found = np.asarray((gap * y) * (gap * x) * y * total)
    if near.any():
        found[near] += _total(_steps(new[near], old[near], gap[near]))
    far = near & (new > FAR * old)
    if far.any():
        u, v, step = old[far], new[far], gap[far]
        fall = np.where(u < TINY, step / u / 2, step * (log_minus_digamma(u) - 0.5 / u))  # −μ′
        found[far] = fall + log_gamma_rest(v) - log_gamma_rest(u) + np.log(v / u) / 2
    return found


def _steps(new: Floats, old: Floats, gap: Floats) -> Floats:
    """How far each of ten steps of 1 lies above its tangent, (10, n) for numbers shaped (n,)."""
    u, v = old + STEPS, new + STEPS
    z = gap / v / (u + 1)
    quotient = (u / v) * ((v + 1) / (u + 1))  # 1 − z, of (1 + 1/v) / (1 + 1/u)
    change = gap / u
    close = change * (gap / v) / (2 * (u + 1)) - (v + 0.5) * kl_div(np.ones_like(z), quotient, -z)
    inside = (quotient > 0) & (quotient < np.inf)
    log = np.where(inside, np.log(quotient), log_quotient(u, v) + np.log((v + 1) / (u + 1)))
    far = (v + 0.5) * log + change * ((u + 0.5) / (u + 1))
    return np.where(abs(z) < 0.5, close, far)


def _polynomial(terms: Floats, x: Floats) -> Floats:
    """Σ termsₙ·xⁿ, n = 1, 2, …"""
    found = np.zeros_like(x)
    for term in terms[::-1]:
        found = (found + term) * x
    return found


def _total(terms: Floats) -> Floats:
    """The sum over the first axis, in order, as sum() adds it only where there are many columns."""
    return np.asarray(np.cumsum(terms, axis=0)[-1])


def _far(t: Floats) -> Floats:
    """Where the series is taken for t."""
    return np.where(t < REACH, t + REACH, t)


def _series(t: Floats) -> Floats:
    """μ(t) for t ≥ 10."""
    x = 1 / t
    return _polynomial(LOG_GAMMA_TERMS, x * x) * t


def _large_rest(t: Floats) -> Floats:
    return (LOG_2_PI - np.log(t)) / 2 + _series(t)


def _log_minus_digamma(t: Floats) -> Floats:
    x = 1 / t
    return x / 2 + _polynomial(DIGAMMA_TERMS, x * x)


def _from_afar(t: Floats, found: Floats, sign: float, power: int) -> Floats:
    """Back to t < 10 from t + 10, by sign / tᵖ a step of 1."""
    near = t < REACH
    if near.any():
        found = np.asarray(found)
        found[near] += sign * _total((t[near] + STEPS) ** -float(power))
    return found
