"""Rényi's divergence of any order, to full precision also where the order is near 0 or 1.

Where order·log(p / q) is above 1, the rounding of the sums of p and q stays in, some 1e-16 nats: it
is felt where the divergence itself is hardly more.
"""

import math

import numpy as np

from kl_core._excess import log_ratio
from kl_core._kl import divergence
from kl_core._rows import Floats, Rows

NEAR = 0.05  # up to which the first terms of the series are exact to 1e-16
LARGEST_EXPONENT = 600.0  # exp() of 709 overflows, or of less where there are many
LARGEST_ORDER = 1e280  # above which the divergence is that of order ∞ to the last digit


def renyi(p: Rows, q: Rows, order: float) -> Floats:
    """A divergence a row; 0 ≤ order ≤ ∞."""
    if order == 0:
        return _order_0(p.values, q.values)
    if order == 1:
        return divergence(p, q)
    if order > LARGEST_ORDER:
        return np.maximum(log_ratio(p.values, q.values).max(axis=1), 0.0)
    if order < 0.5:  # Σ pᵃ q¹⁻ᵃ with the roles of P and Q exchanged, as 1 − a loses a's digits
        found = _log_of_powers(q.values, p.values, -order)
    else:
        found = _log_of_powers(p.values, q.values, order - 1)
    return np.maximum(found / (order - 1), 0.0) + 0.0  # not negative by rounding, nor −0.0


def _order_0(p: Floats, q: Floats) -> Floats:
    """−log Q(p > 0), exactly 0 where that is all of Q."""
    lost, kept = (np.where(part, q, 0.0).sum(axis=1) for part in (p == 0, p > 0))
    found = np.full(len(p), -np.inf)  # all of Q lies where P has nothing
    np.log(kept, out=found, where=(lost >= 0.5) & (kept > 0))
    np.log1p(-lost, out=found, where=lost < 0.5)
    return 0.0 - found


def _log_of_powers(p: Floats, q: Floats, above: float) -> Floats:
    """log Σ p¹⁺ᵃ q⁻ᵃ, where a = above is at least −½ and not 0.

    With l = log(p / q) and x = a·l the sum is 1 + Σ (p·(eˣ − 1) + a·(q − p)), whose terms have
    the sign of a, so that nothing cancels. For small l they are p·x·(g(x) − g(−l)).
    """
    logs = log_ratio(p, q)
    powers = np.minimum(above * logs, LARGEST_EXPONENT)
    terms = p * np.expm1(powers) + above * (q - p)
    near = (p > 0) & (np.maximum(abs(logs), abs(powers)) < NEAR)
    terms[near] = p[near] * powers[near] * (_g(powers[near]) - _g(-logs[near]))
    sums = terms.sum(axis=1)
    found = np.log1p(np.clip(sums, -0.5, 1.0))
    far = (sums < -0.5) | (sums > 1) | (powers == LARGEST_EXPONENT).any(axis=1)
    found[far] = _log_of_far_powers(p[far], q[far], logs[far], above)
    return found


def _g(x: Floats) -> Floats:
    """(eˣ − 1) / x − 1 = x/2! + x²/3! + … for small x."""
    found = np.zeros_like(x)
    for n in range(10, 1, -1):
        found += 1 / math.factorial(n)
        found *= x
    return found


def _log_of_far_powers(p: Floats, q: Floats, logs: Floats, above: float) -> Floats:
    """The same as a log-sum-exp, which neither overflows nor underflows."""
    both = (p > 0) & (q > 0)
    exponents = np.where((p > 0) & (above > 0), np.inf, -np.inf)  # above 1, q = 0 < p gives inf
    np.log(p, out=exponents, where=both)
    np.add(exponents, above * logs, out=exponents, where=both)
    top = exponents.max(axis=1)
    finite = np.isfinite(top)
    shifted = np.exp(exponents[finite] - top[finite, np.newaxis])
    top[finite] += np.log(shifted.sum(axis=1))
    return top
