"""The terms that KL between families is made of, for parameters of any size."""

import math

import numpy as np
from numpy.typing import ArrayLike

from kl_core._excess import Floats, excess
from kl_core._ieee import difference, product, quotient

LOG_2, LOG_2_PI = math.log(2), math.log(2 * math.pi)
HALF_OF_LARGEST = np.finfo(np.float64).max / 2
FAR = 1000  # 2¹⁰⁰⁰ and 2⁻¹⁰⁰⁰ are normal numbers; beside one, 1 and its logarithm are nothing


def plus(*terms: ArrayLike) -> Floats:
    """A sum; what is too large is inf."""
    stack = np.stack(np.broadcast_arrays(*(np.asarray(term, np.float64) for term in terms)))
    return np.asarray(np.einsum("i...->...", stack))  # einsum overflows to inf without a warning


def gap_over(a: ArrayLike, b: ArrayLike, scale: ArrayLike) -> Floats:
    """(a − b) / scale with scale > 0, also where a − b alone would be too large."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    part = np.where(np.maximum(abs(a), abs(b)) > HALF_OF_LARGEST, 0.5, 1.0)
    return product(1 / part, quotient(difference(a * part, b * part), np.asarray(scale)))


def log_over(a: ArrayLike, b: ArrayLike) -> Floats:
    """log(a / b) with a, b > 0, also where a / b itself is too small or too large."""
    (m, e), (n, f) = np.frexp(a), np.frexp(b)
    return np.log(m / n) + (e - f) * LOG_2


def log_times(a: ArrayLike, b: ArrayLike) -> Floats:
    """log(a·b) with a, b > 0, also where a·b itself is too small or too large."""
    (m, e), (n, f) = np.frexp(a), np.frexp(b)
    return np.log(m * n) + (e + f) * LOG_2


def log_of(p: ArrayLike) -> Floats:
    """log p, with log 0 = −inf."""
    p = np.asarray(p, np.float64)
    return np.log(p, out=np.full(p.shape, -np.inf), where=p > 0)


def log_excess(a: ArrayLike, b: ArrayLike) -> Floats:
    """log(a / b) − 1 + b / a with a, b > 0: at least 0, and to full precision near a = b."""
    a, b = np.broadcast_arrays(a, b)
    (m, e), (n, f) = np.frexp(np.atleast_1d(a)), np.frexp(np.atleast_1d(b))
    shift = f - e
    # Where b / a is nothing beside 1, its logarithm still counts: its exponent is kept apart.
    kept = np.clip(shift, -FAR, FAR)
    found = excess(m, np.ldexp(n, kept)) / m + (kept - shift) * LOG_2
    ratio = np.atleast_1d(quotient(np.asarray(b), np.asarray(a)))
    return np.where(shift > FAR, ratio, found).reshape(
        np.broadcast_shapes(np.shape(a), np.shape(b))
    )


def any_excess(a: ArrayLike, b: ArrayLike) -> Floats:
    """a·log(a / b) − a + b with a ≥ 0 and b > 0, as excess gives it, but of any size."""
    a, b = np.broadcast_arrays(np.asarray(a, np.float64), b)
    some = a > 0
    per_a = np.where(some, log_excess(np.where(some, a, b), b), np.inf)
    small = per_a == np.inf  # a is 0, or nothing beside b
    return np.where(small, b, product(a, np.where(small, 0.0, per_a)))


def exp_excess(t: ArrayLike) -> Floats:
    """t − 1 + exp(−t): at least 0, and to full precision near t = 0."""
    t = np.asarray(t, np.float64)
    flat = t.ravel()
    gap = np.full(flat.shape, np.inf)
    np.expm1(-flat, out=gap, where=flat > -709)  # beyond, exp(−t) is too large
    found = plus(flat, gap)
    near = abs(flat) < 0.05
    found[near] = excess(np.ones(near.sum()), 1 + gap[near], gap[near])
    return found.reshape(t.shape)
