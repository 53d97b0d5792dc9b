"""p·log(p / q) − p + q, the term that KL divergences are made of, to full precision."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TINY = np.finfo(np.float64).tiny  # the least normal number: no p ≤ 1 divided by it overflows
NEAR = 0.02  # |q − p| / (q + p), up to which four terms of the series are exact to 1e-16


def excess(p: Floats, q: Floats, gap: Floats | None = None) -> Floats:
    """p·log(p / q) − p + q, at least 0 and to full precision, however near q is to p.

    With z = (q − p) / (q + p) it is z·(q − p − p·(2z²/3 + 2z⁴/5 + 2z⁶/7 + …)).
    p, q: arrays of one shape, at least 0; gap: q − p, where it is known better than q and p are.
    Source: Loader (2000), "Fast and accurate computation of binomial probabilities", eq. 5.2.
    """
    gap, both = q - p if gap is None else gap, q + p
    z = gap / (both + (both == 0))  # 0 where p and q are both 0
    square = z * z
    series = square * (2 / 9)
    for odd in (7, 5, 3):
        series += 2 / odd
        series *= square
    excess = z * (gap - p * series)
    far = abs(z) > NEAR
    if far.any():
        excess[far] = p[far] * log_ratio(p[far], q[far], gap[far]) + gap[far]
    return excess


def log_ratio(p: Floats, q: Floats, gap: Floats | None = None) -> Floats:
    """log(p / q), to full precision also near 0; 0 where p = 0; inf where q = 0 < p.

    gap: q − p, where it is known better than q and p are.
    """
    gap, lesser = q - p if gap is None else gap, np.minimum(p, q)
    ratio: NDArray[Any] = np.full_like(p, np.inf)  # q = 0 < p gives inf
    np.divide(abs(gap), lesser, out=ratio, where=lesser >= TINY)
    log_ratio = np.copysign(np.log1p(ratio), -gap)
    faint = (lesser > 0) & (lesser < TINY)  # p / q could overflow
    log_ratio[faint] = np.log(p[faint]) - np.log(q[faint])
    log_ratio[p == 0] = 0.0  # 0·log 0 = 0
    return log_ratio
