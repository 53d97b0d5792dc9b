"""The terms that KL divergences are made of, to full precision, for numbers of any size."""

import math
from collections.abc import Callable
from typing import Any

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
# Of erf(x) / x in x² up to ERF_REACH, and of erfc(x)·exp(x²) in x beyond: the highest power first.
ERF_REACH = 0.46875
ERF_ABOVE = (
    *(1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2),
    *(3.77485237685302021e2, 3.20937758913846947e3),
)
ERF_BELOW = (
    *(1.0, 2.36012909523441209e1, 2.44024637934444173e2),
    *(1.28261652607737228e3, 2.84423683343917062e3),
)
ERFC_ABOVE = (
    *(2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594),
    *(6.61191906371416295e1, 2.98635138197400131e2, 8.81952221241769090e2),
    *(1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3),
)
ERFC_BELOW = (
    *(1.0, 1.57449261107098347e1, 1.17693950891312499e2),
    *(5.37181101862009858e2, 1.62138957456669019e3, 3.29079923573345963e3),
    *(4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3),
)
SERIES_REACH = 0.02  # |q − p| / (q + p), up to which four terms of the series are exact to 1e-16
LIFT = 2.0**104  # makes of a subnormal number a normal one, of the same digits
ROUGH = 0.05  # nats; a sum of terms like 1 and log(p / q) is off by some 2e-16, felt below this


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
    far = (abs(z) > SERIES_REACH).nonzero()
    if len(far[0]) == z.size > 0:  # all of them need no copy
        return p * log_ratio(p, q, gap) + gap
    found = z * (gap - p * _series(z))
    if len(far[0]):
        p, q, gap = p[far], q[far], gap[far]
        found[far] = p * log_ratio(p, q, gap) + gap
    return found


def _series(z: Floats) -> Floats:
    """2z²/3 + 2z⁴/5 + 2z⁶/7 + 2z⁸/9."""
    square = z * z
    found = square * (2 / 9)
    for odd in (7, 5, 3):
        found += 2 / odd
        found *= square
    return found


def log_ratio(p: Floats, q: Floats, gap: Floats | None = None) -> Floats:
    """log(p / q), to full precision also near 0; 0 where p = 0; inf where q = 0 < p.

    gap: q − p, where it is known better than q and p are.
    """
    gap, lesser = q - p if gap is None else gap, np.minimum(p, q)
    if np.minimum.reduce(lesser, axis=None, initial=1.0) >= TINY:  # it is so most often
        return np.copysign(np.log1p(abs(gap) / lesser), -gap)
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


def refined(
    quick: Callable[..., Floats], careful: Callable[..., Floats], *values: Floats
) -> Floats:
    """What `quick` makes of arrays of one shape, and `careful` where that is near 0, inf or nan."""
    found = quick(*values)
    if found.size == 1:
        return found if ROUGH < found.item() < np.inf else careful(*values)
    rough = ~((found > ROUGH) & (found < np.inf))
    where = rough.nonzero()
    if len(where[0]) == found.size:  # all of them need no copy
        return careful(*values) if found.size else found
    if len(where[0]):
        found[where] = careful(*[value[where] for value in values])
    return found


def with_digits(ratio: Floats) -> Floats:
    """A ratio above 0, or nan where it is too small to have all its digits."""
    if ratio.size and np.minimum.reduce(ratio, axis=None) < TINY:
        return np.where(ratio < TINY, np.nan, ratio)
    return ratio


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
    found: Any = np.subtract(a, b) / scale
    if np.isfinite(found).all():
        return found
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    part = np.where(np.maximum(abs(a), abs(b)) > HALF_OF_LARGEST, 0.5, 1.0)
    return (a * part - b * part) / scale / part


@ieee
def itakura_saito(a: ArrayLike, b: ArrayLike) -> Floats:
    """b / a − log(b / a) − 1 with a, b > 0: at least 0, and to full precision near a = b.

    Source: Itakura & Saito (1968), whose divergence of b from a it is.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if a.shape != b.shape:
        a, b = np.broadcast_arrays(a, b)
    if a.ndim:
        return refined(_quick_itakura_saito, careful_itakura_saito, a, b)
    return itakura_saito(a[None], b[None])[0]


def _quick_itakura_saito(a: Floats, b: Floats) -> Floats:
    ratio = with_digits(b / a)
    found = ratio - np.log(ratio)
    found -= 1
    return found


def careful_itakura_saito(a: Floats, b: Floats) -> Floats:
    """`itakura_saito` of arrays of one shape, to full precision wherever it is."""
    apart, ratio = b - a, b / a
    gap = apart / a
    z = gap / (1 + ratio)
    found = z * (gap - _series(z))
    far = ~(abs(z) <= SERIES_REACH)  # also where b / a is inf
    if far.any():
        more = np.log1p(abs(apart[far]) / np.minimum(a[far], b[far]))
        found[far] = gap[far] - np.copysign(more, apart[far])
        found[ratio == np.inf] = np.inf
        faint = ratio < TINY  # beside its logarithm it is nothing itself
        found[faint] = -log_quotient(b[faint], a[faint]) - 1
    return found


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


def erf(x: Floats) -> Floats:
    """The error function for x ≥ 0, to full precision.

    Source: Cody (1969), "Rational Chebyshev approximations for the error function".
    """
    small, large = np.minimum(x, ERF_REACH), np.minimum(x, 6.0)  # from where on it is 1
    square = small * small
    near = small * (_polynomial(ERF_ABOVE, square) / _polynomial(ERF_BELOW, square))
    beyond = _polynomial(ERFC_ABOVE, large) / _polynomial(ERFC_BELOW, large)
    return np.where(x <= ERF_REACH, near, 1 - np.exp(-large * large) * beyond)


def _polynomial(coefficients: tuple[float, ...], x: Floats) -> Floats:
    found = x * coefficients[0]
    for coefficient in coefficients[1:-1]:
        found += coefficient
        found *= x
    found += coefficients[-1]
    return found
