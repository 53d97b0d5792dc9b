"""The terms that KL divergences are made of, to full precision, for numbers of any size."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# The decorator of what answers inf and nan as IEEE 754 has them: 1 / 0, ∞ − ∞, 0·∞, 10³⁰⁰·10³⁰⁰.
ieee = np.errstate(all="ignore")

# The decorator of what rounds to 0, or to few digits, where the exact number is too small for a
# float: that is no fault, whatever the caller has numpy do about it.
gradual_underflow = np.errstate(under="ignore")

TINY = np.finfo(np.float64).tiny  # the least normal number: no p ≤ 1 divided by it overflows
LARGEST = np.finfo(np.float64).max
HALF_OF_LARGEST = LARGEST / 2
LOG_2, LOG_2_PI = math.log(2), math.log(2 * math.pi)
SERIES_REACH = 0.02  # |q − p| / (q + p), up to which four terms of the series are exact to 1e-16
LIFT = 2.0**104  # makes of a subnormal number a normal one, of the same digits
EXPONENTS = 1000  # 2¹⁰⁰⁰ and 2⁻¹⁰⁰⁰ are normal numbers; beside one, 1 and its logarithm are nothing


def kl_div(p: Floats, q: Floats, gap: Floats | None = None) -> Floats:
    """p·log(p / q) − p + q, at least 0 and to full precision, however near q is to p.

    With z = (q − p) / (q + p) it is z·(q − p − p·(2z²/3 + 2z⁴/5 + 2z⁶/7 + …)).
    p, q: arrays of one shape, at least 0, p at most 1; gap: q − p, where it is known better than q
    and p are.
    Source: Loader (2000), "Fast and accurate computation of binomial probabilities", eq. 5.2; the
    name is that of scipy.special.
    """
    gap, both = q - p if gap is None else gap, q + p
    z = gap / (both + (both == 0))  # 0 where p and q are both 0
    square = z * z
    series = square * (2 / 9)
    for odd in (7, 5, 3):
        series += 2 / odd
        series *= square
    found = z * (gap - p * series)
    far = abs(z) > SERIES_REACH
    if far.any():
        found[far] = p[far] * log_ratio(p[far], q[far], gap[far]) + gap[far]
    return found


def log_ratio(p: Floats, q: Floats, gap: Floats | None = None) -> Floats:
    """log(p / q), to full precision also near 0; 0 where p = 0; inf where q = 0 < p.

    gap: q − p, where it is known better than q and p are.
    """
    gap, lesser = q - p if gap is None else gap, np.minimum(p, q)
    ratio: Floats = np.full_like(p, np.inf)  # q = 0 < p gives inf
    np.divide(abs(gap), lesser, out=ratio, where=lesser >= TINY)
    found = np.log1p(ratio)
    faint = (lesser > 0) & (lesser < TINY)
    found[faint] = _log1p_quotient(abs(gap[faint]), lesser[faint])
    found = np.copysign(found, -gap)
    found[p == 0] = 0.0  # 0·log 0 = 0
    return found


def _log1p_quotient(a: Floats, b: Floats) -> Floats:
    """log(1 + a / b) with b > 0 so small that a / b could overflow."""
    ratio = a / (b * LIFT)
    far = ratio > 1  # beside a / b > 2¹⁰⁴, 1 is nothing
    ratio[~far] *= LIFT
    return np.where(far, np.log(np.where(far, ratio, 1)) + math.log(LIFT), np.log1p(ratio))


def log_or_neg_inf(p: ArrayLike) -> Floats:
    """log p, with log 0 = −inf."""
    p = np.asarray(p, np.float64)
    return np.log(p, out=np.full(p.shape, -np.inf), where=p > 0)


def log_quotient(a: ArrayLike, b: ArrayLike) -> Floats:
    """log(a / b) with a, b > 0, also where a / b itself is too small or too large."""
    (m, e), (n, f) = np.frexp(a), np.frexp(b)
    return np.log(m / n) + (e - f) * LOG_2


def log_product(a: ArrayLike, b: ArrayLike) -> Floats:
    """log(a·b) with a, b > 0, also where a·b itself is too small or too large."""
    (m, e), (n, f) = np.frexp(a), np.frexp(b)
    return np.log(m * n) + (e + f) * LOG_2


@ieee
def scaled_difference(a: ArrayLike, b: ArrayLike, scale: ArrayLike) -> Floats:
    """(a − b) / scale with scale > 0, also where a − b alone would be too large."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    part = np.where(np.maximum(abs(a), abs(b)) > HALF_OF_LARGEST, 0.5, 1.0)
    return (a * part - b * part) / scale / part


@ieee
def itakura_saito(a: ArrayLike, b: ArrayLike) -> Floats:
    """b / a − log(b / a) − 1 with a, b > 0: at least 0, and to full precision near a = b.

    Source: Itakura & Saito (1968), whose divergence of b from a it is.
    """
    a, b = np.broadcast_arrays(a, b)
    (m, e), (n, f) = np.frexp(np.atleast_1d(a)), np.frexp(np.atleast_1d(b))
    shift = f - e
    # Where b / a is nothing beside 1, its logarithm still counts: its exponent is kept apart.
    kept = np.clip(shift, -EXPONENTS, EXPONENTS)
    found = kl_div(m, np.ldexp(n, kept)) / m + (kept - shift) * LOG_2
    return np.where(shift > EXPONENTS, np.atleast_1d(b / a), found).reshape(a.shape)


@ieee
def kl_div_extreme(a: ArrayLike, b: ArrayLike) -> Floats:
    """a·log(a / b) − a + b with a, b ≥ 0, as kl_div gives it, but of any size."""
    a, b = np.broadcast_arrays(np.asarray(a, np.float64), b)
    some = a > 0
    per_a = np.where(some, itakura_saito(np.where(some, a, b), b), np.inf)
    small = per_a == np.inf  # a is 0, or nothing beside b
    found = np.where(small, b, a * np.where(small, 0.0, per_a))
    return np.where(some & (b == 0), np.inf, found)  # b = 0 < a gives inf


@ieee
def kl_div_product(
    a: ArrayLike, x: ArrayLike, y: ArrayLike, z: ArrayLike, gap: ArrayLike
) -> Floats:
    """a·log(a / b) − a + b with b = x·y / z, where gap, b − a, is known better than b and a are.

    a, x, y ≥ 0, z > 0, of any size: b need be no float.
    """
    a, x, y, z, gap = np.broadcast_arrays(*(np.asarray(v, np.float64) for v in (a, x, y, z, gap)))
    (i, d), (k, e), (m, f), (n, g) = (np.frexp(value) for value in (a, x, y, z))
    b, share = np.ldexp(k * m / n, e + f - g), gap / a
    near = abs(share) < 0.5
    close = a * log1p_remainder(np.where(near, share, 0.0))
    far = a * (np.log(i * n / (k * m)) + (d + g - e - f) * LOG_2) - a + b
    return np.where(near, close, np.where((a == 0) | (b == np.inf), b, far))


@ieee
def product_gap(a: ArrayLike, b: ArrayLike, c: ArrayLike, d: ArrayLike) -> Floats:
    """a·b / (c·d) − 1 with a, b, c, d > 0, to full precision also near 0.

    Source: Dekker (1971), for the products' rounding, which near 0 is not lost.
    """
    (a, e), (b, f), (c, g), (d, h) = (np.frexp(value) for value in (a, b, c, d))
    shift = e + f - g - h
    near = abs(shift) <= 2
    a = np.ldexp(a, np.where(near, shift, 0))
    one, other = a * b, c * d
    rounding = _product_rounding(a, b, one) - _product_rounding(c, d, other)
    return np.where(near, (one - other + rounding) / other, np.ldexp(one / other, shift) - 1)


def _product_rounding(a: Floats, b: Floats, product: Floats) -> Floats:
    """a·b − product, exactly, for numbers of moderate size."""
    (a1, a2), (b1, b2) = _halves(a), _halves(b)
    return ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2


def _halves(a: Floats) -> tuple[Floats, Floats]:
    """Two numbers of 26 bits that add up to a."""
    large = a * (2.0**27 + 1)
    first = large - (large - a)
    return first, a - first


@ieee
def log1p_remainder(t: ArrayLike) -> Floats:
    """t − log(1 + t) for t > −1: at least 0, and to full precision near t = 0."""
    t = np.asarray(t, np.float64)
    flat = t.ravel()
    return kl_div(np.ones_like(flat), 1 + flat, flat).reshape(t.shape)


@ieee
def exp_remainder(t: ArrayLike) -> Floats:
    """exp(−t) − 1 + t: at least 0, and to full precision near t = 0."""
    t = np.asarray(t, np.float64)
    flat = t.ravel()
    gap = np.expm1(-flat)
    found = flat + gap
    near = abs(flat) < 0.05
    found[near] = kl_div(np.ones(near.sum()), 1 + gap[near], gap[near])
    return found.reshape(t.shape)
