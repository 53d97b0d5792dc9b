"""Arithmetic whose answer may be inf or nan, as IEEE 754 has it and other libraries report it."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[Any]  # float32 or float64, as it came


def product(a: Numbers, b: Numbers) -> Numbers:
    """a·b; 0·∞ is nan, and what is too large is inf."""
    return np.einsum("...,...->...", a, b)  # unlike a * b, einsum takes nan for an answer


def difference(a: Numbers, b: Numbers) -> Numbers:
    """a − b; ∞ − ∞ is nan, and what is too large is inf."""
    return np.einsum("i...->...", np.stack(np.broadcast_arrays(a, -b)))


def quotient(a: Numbers, b: Numbers) -> Numbers:
    """a / b; 0 / 0 and ∞ / ∞ are nan, and what is too large is inf."""
    a, b = np.broadcast_arrays(a, b)
    found = np.copysign(np.inf, a, out=np.empty_like(a))  # 1 / 0, 1e308 / 1e-308, ∞ / 1
    found *= np.copysign(np.ones_like(b), b)
    found[(a == 0) & (b == 0) | np.isinf(a) & np.isinf(b) | np.isnan(a) | np.isnan(b)] = np.nan
    fits = (abs(b) >= 1) | (abs(a) / np.finfo(a.dtype).max < abs(b))
    return np.divide(a, b, out=found, where=np.isfinite(a) & fits)


def total(values: Numbers) -> Numbers:
    """Σ over the last axis; ∞ − ∞ is nan, and what is too large is inf."""
    largest = np.finfo(values.dtype).max / max(1, values.shape[-1])
    if np.all(abs(values) <= largest):  # nan is not
        return np.sum(values, axis=-1)
    return np.einsum("...k->...", values)
