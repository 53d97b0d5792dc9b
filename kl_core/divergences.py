"""Other divergences and distances of two distributions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _rowwise, _validation
from kl_core._numerics import TINY, Floats, kl_div, log_ratio
from kl_core._rowwise import CLOSE, Rows, kl_rows, least_of
from kl_core._validation import Axis
from kl_core.discrete import Result

LARGEST_ROOT = math.sqrt(np.finfo(np.float64).max)
LIFT_OF_ROOTS = 2.0**500  # of which no square underflows, and no sum of them overflows
POWERS_REACH = 0.05  # up to which the first terms of exp's series are exact to 1e-16
LARGEST_EXPONENT = 600.0  # exp() of 709 overflows, or of less where there are many
LARGEST_ORDER = 1e280  # above which the divergence is that of order ∞ to the last digit


def jeffreys_divergence(
    p: ArrayLike,
    q: ArrayLike,
    *,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result:
    """The sum of forward and reverse KL, which is symmetric.

    J(P, Q) = KL(P‖Q) + KL(Q‖P) = Σ (pᵢ − qᵢ) log(pᵢ / qᵢ), in nats, or in units of log(base).
    p, q: (..., k), broadcast together → (...).
    Raises ValueError unless p and q are distributions along `axis`.
    Source: Jeffreys (1946).

    >>> round(float(jeffreys_divergence([0.5, 0.5], [0.75, 0.25])), 4)
    0.2747
    """
    pair = _validation.argument("p", p, axis), _validation.argument("q", q, axis)
    return _rowwise.map_rows(_jeffreys, *pair, base=base, keepdims=keepdims)[()]


def js_divergence(
    p: ArrayLike,
    q: ArrayLike,
    *,
    weight: float = 0.5,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result:
    """Mean KL divergence of P and of Q from their mixture, always finite.

    JS(P, Q) = w KL(P‖M) + (1 − w) KL(Q‖M) with M = w P + (1 − w) Q and w the weight, in nats, or
    in units of log(base); at most log 2 where w = ½. Its square root is the Jensen–Shannon
    distance.
    p, q: (..., k), broadcast together → (...).
    Raises ValueError unless p and q are distributions along `axis` and 0 ≤ weight ≤ 1.
    Source: Lin (1991).

    >>> float(js_divergence([1, 0], [0, 1], base=2))
    1.0
    >>> distance = np.sqrt(js_divergence([0.5, 0.5], [0.75, 0.25]))
    >>> round(float(distance), 4)
    0.1839
    """
    pair = _validation.argument("p", p, axis), _validation.argument("q", q, axis)
    share = _validation.fraction("weight", weight)
    return _rowwise.map_rows(
        lambda p, q: _jensen_shannon(p, q, share), *pair, base=base, keepdims=keepdims
    )[()]


def psi(p: ArrayLike, q: ArrayLike, *, axis: Axis = -1, keepdims: bool = False) -> Result:
    """The population stability index: how far the proportions in bins moved from q to p.

    PSI(P, Q) = Σ (pᵢ − qᵢ) log(pᵢ / qᵢ), the Jeffreys divergence in nats; inf if a bin is
    empty in only one: pass normalize(counts + 0.5) of both to keep it finite.
    p, q: (..., k), broadcast together → (...).
    Raises ValueError unless p and q are distributions along `axis`.
    Source: Yurdakul & Naranjo (2020); "below 0.1, no change" and "from 0.25 on, a large one" are
    rules of thumb, whatever the sample size.

    >>> round(float(psi([0.2, 0.3, 0.5], [0.25, 0.35, 0.4])), 4)
    0.0412
    """
    return jeffreys_divergence(p, q, axis=axis, keepdims=keepdims)


def renyi_divergence(
    p: ArrayLike,
    q: ArrayLike,
    order: float,
    *,
    axis: Axis = -1,
    base: float | None = None,
    keepdims: bool = False,
) -> Result:
    """The Rényi divergence: KL at order 1, the logarithm of the largest ratio p / q at order ∞.

    Dₐ(P‖Q) = log(Σ pᵢᵃ qᵢ¹⁻ᵃ) / (a − 1), in nats, or in units of log(base), where a is the order;
    its limits are −log Q(p > 0) at 0, KL(P‖Q) at 1, and log max pᵢ / qᵢ at ∞.
    p, q: (..., k), broadcast together → (...).
    Raises ValueError unless p and q are distributions along `axis` and 0 ≤ order ≤ ∞.
    Source: van Erven & Harremoës (2014).

    >>> orders = 0.5, 1, 2, np.inf
    >>> [round(float(renyi_divergence([0.5, 0.5], [0.75, 0.25], a)), 4) for a in orders]
    [0.0693, 0.1438, 0.2877, 0.6931]
    """
    pair = _validation.argument("p", p, axis), _validation.argument("q", q, axis)
    a = _validation.real("order", order, "a number from 0 to inf", lambda number: number >= 0)
    return _rowwise.map_rows(lambda p, q: _renyi(p, q, a), *pair, base=base, keepdims=keepdims)[()]


def chi2_divergence(
    p: ArrayLike, q: ArrayLike, *, axis: Axis = -1, keepdims: bool = False
) -> Result:
    """Pearson's χ², about twice KL(P‖Q) where Q is near P.

    χ²(P‖Q) = Σ (pᵢ − qᵢ)² / qᵢ, a number without a unit; inf where some qᵢ = 0 < pᵢ.
    p, q: (..., k), broadcast together → (...).
    Raises ValueError unless p and q are distributions along `axis`.
    Source: Pearson (1900).

    >>> round(float(chi2_divergence([0.5, 0.5], [0.75, 0.25])), 4)
    0.3333
    """
    pair = _validation.argument("p", p, axis), _validation.argument("q", q, axis)
    return _rowwise.map_rows(_chi2, *pair, keepdims=keepdims)[()]


def total_variation(
    p: ArrayLike, q: ArrayLike, *, axis: Axis = -1, keepdims: bool = False
) -> Result:
    """The largest difference between the probabilities that P and Q give to the same event.

    TV(P, Q) = ½ Σ |pᵢ − qᵢ|, a number from 0 to 1 without a unit.
    p, q: (..., k), broadcast together → (...).
    Raises ValueError unless p and q are distributions along `axis`.
    Source: Levin, Peres & Wilmer (2009), proposition 4.2.

    >>> float(total_variation([0.5, 0.5], [0.75, 0.25]))
    0.25
    """
    pair = _validation.argument("p", p, axis), _validation.argument("q", q, axis)
    return _rowwise.map_rows(_total_variation, *pair, keepdims=keepdims)[()]


def hellinger_distance(
    p: ArrayLike, q: ArrayLike, *, axis: Axis = -1, keepdims: bool = False
) -> Result:
    """The distance between the square roots of two distributions, scaled to at most 1.

    Hel(P, Q) = √(½ Σ (√pᵢ − √qᵢ)²), a number from 0 to 1 without a unit.
    p, q: (..., k), broadcast together → (...).
    Raises ValueError unless p and q are distributions along `axis`.
    Source: Le Cam (1986).

    >>> round(float(hellinger_distance([0.5, 0.5], [0.75, 0.25])), 4)
    0.1846
    """
    pair = _validation.argument("p", p, axis), _validation.argument("q", q, axis)
    return _rowwise.map_rows(_hellinger, *pair, keepdims=keepdims)[()]


def _jeffreys(p: Rows, q: Rows) -> Floats:
    return kl_rows(p, q) + kl_rows(q, p)


def _jensen_shannon(p: Rows, q: Rows, weight: float) -> Floats:
    found = _in_pieces(_plain_js, p.values, q.values, weight)
    if least_of(found) < CLOSE:
        close: Any = (found < CLOSE).nonzero()[0]
        close = slice(None) if close.size == found.size else close  # all of them need no copy
        found[close] = _in_pieces(_careful_js, p.values[close], q.values[close], weight)
    return np.minimum(found, _entropy_of(weight))  # not above it by rounding


def _in_pieces(kernel: Callable[..., Floats], p: Floats, q: Floats, weight: float) -> Floats:
    """Sums of a row, of which a long one comes in pieces."""
    sums = np.zeros(len(p))
    for where in _rowwise.blocks(p.shape, _rowwise.PIECE):
        sums[where[:1]] += kernel(p[where], q[where], weight)
    return sums


def _plain_js(p: Floats, q: Floats, weight: float) -> Floats:
    mixture = weight * p + (1 - weight) * q
    np.maximum(mixture, TINY, out=mixture)  # what is less than that counts for nothing here
    sums: Floats = np.zeros(p.shape[:-1])
    for share, values in ((weight, p), (1 - weight, q)):
        ratio = values / mixture
        np.maximum(ratio, TINY, out=ratio)  # 0·log 0 = 0, as it is 0 times a finite number
        np.log(ratio, out=ratio)
        sums = sums + share * np.einsum("...k,...k->...", values, ratio)
    return sums


def _careful_js(p: Floats, q: Floats, weight: float) -> Floats:
    gap = q - p
    mixture = weight * p + (1 - weight) * q
    # M is 0 only where P and Q are, though its floats may underflow, or weight be 0.
    mixture[(mixture == 0) & (gap != 0)] = np.finfo(np.float64).smallest_subnormal
    from_p, from_q = kl_div(p, mixture, (1 - weight) * gap), kl_div(q, mixture, -weight * gap)
    return np.einsum("...k->...", weight * from_p + (1 - weight) * from_q)


def _entropy_of(weight: float) -> float:
    if weight in (0, 1):
        return 0.0  # 0·log 0 = 0
    return -(weight * math.log(weight) + (1 - weight) * math.log1p(-weight))


def _chi2(p: Rows, q: Rows) -> Floats:
    gap = abs(p.values - q.values)
    root = np.full_like(gap, np.inf)  # q = 0 < p gives inf
    np.divide(gap, np.sqrt(q.values), out=root, where=q.values > 0)
    root[gap == 0] = 0.0  # p = q = 0 gives 0
    fits = root <= LARGEST_ROOT  # a square beyond the largest float is inf
    terms = np.square(root, out=np.full_like(root, np.inf), where=fits)
    return np.einsum("ij->i", terms)  # sum() warns of overflow


def _total_variation(p: Rows, q: Rows) -> Floats:
    return np.minimum(abs(p.values - q.values).sum(axis=1) / 2, 1.0)  # not 1 by rounding more


def _hellinger(p: Rows, q: Rows) -> Floats:
    roots = np.sqrt(p.values) + np.sqrt(q.values)
    gap = (p.values - q.values) / (roots + (roots == 0))  # √p − √q, without cancellation
    gap *= LIFT_OF_ROOTS
    found = np.sqrt(np.square(gap).sum(axis=1) / 2) / LIFT_OF_ROOTS
    return np.minimum(found, 1.0)  # not 1 by rounding more


def _renyi(p: Rows, q: Rows, order: float) -> Floats:
    """A divergence a row; 0 ≤ order ≤ ∞.

    Where order·log(p / q) is above 1, the rounding of the sums of p and q stays in, some 1e-16
    nats: it is felt where the divergence itself is hardly more.
    """
    if order == 0:
        return _renyi_of_order_0(p.values, q.values)
    if order == 1:
        return kl_rows(p, q)
    if order > LARGEST_ORDER:
        return np.maximum(log_ratio(p.values, q.values).max(axis=1), 0.0)
    if order < 0.5:  # Σ pᵃ q¹⁻ᵃ with the roles of P and Q exchanged, as 1 − a loses a's digits
        found = _log_of_powers(q.values, p.values, -order)
    else:
        found = _log_of_powers(p.values, q.values, order - 1)
    return np.maximum(found / (order - 1), 0.0) + 0.0  # not negative by rounding, nor −0.0


def _renyi_of_order_0(p: Floats, q: Floats) -> Floats:
    """−log Q(p > 0), exactly 0 where that is all of Q."""
    lost, kept = (np.where(part, q, 0.0).sum(axis=1) for part in (p == 0, p > 0))
    found = np.full(len(p), -np.inf)  # all of Q lies where P has nothing
    np.log(kept, out=found, where=(lost >= 0.5) & (kept > 0))
    np.log1p(-lost, out=found, where=lost < 0.5)
    return 0.0 - found


def _log_of_powers(p: Floats, q: Floats, above: float) -> Floats:
    """log Σ p¹⁺ᵃ q⁻ᵃ, where a = above is at least −½ and not 0.

    With l = log(p / q) and x = a·l the sum is 1 + Σ (p·(eˣ − 1) + a·(q − p)), whose terms have
    the sign of a, so that nothing cancels. For small l they are p·x·(g(x) − g(−l)), with
    g(x) = (eˣ − 1) / x − 1.
    """
    logs = log_ratio(p, q)
    powers = np.minimum(above * logs, LARGEST_EXPONENT)
    terms = p * np.expm1(powers) + above * (q - p)
    near = (p > 0) & (np.maximum(abs(logs), abs(powers)) < POWERS_REACH)
    terms[near] = p[near] * powers[near] * (_exprel_m1(powers[near]) - _exprel_m1(-logs[near]))
    sums = terms.sum(axis=1)
    found = np.log1p(np.clip(sums, -0.5, 1.0))
    far = (sums < -0.5) | (sums > 1) | (powers == LARGEST_EXPONENT).any(axis=1)
    found[far] = _log_of_far_powers(p[far], q[far], logs[far], above)
    return found


def _exprel_m1(x: Floats) -> Floats:
    """scipy.special.exprel(x) − 1 = (eˣ − 1) / x − 1 = x/2! + x²/3! + … for small x."""
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
