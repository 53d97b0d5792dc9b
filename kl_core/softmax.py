"""Distributions from logits, and labels made soft."""

from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _checks, _rows
from kl_core._checks import LARGEST, Argument
from kl_core._excess import Floats, excess
from kl_core._ieee import quotient
from kl_core.discrete import Array, Result

FAR = 600.0  # nats, beyond which exp() could overflow a sum


def softmax(logits: ArrayLike, *, axis: SupportsIndex = -1) -> Array:
    """The distribution that a network's logits stand for.

    qᵢ = exp(zᵢ) / Σⱼ exp(zⱼ); a logit of −inf is a probability of 0.
    logits: (..., k) → (..., k).
    Raises ValueError for nan, +inf, and rows of nothing but −inf.
    Source: Bridle (1990).
    """
    given = _logits("logits", logits, axis)
    weights = _below_top(given.values.astype(np.float64, copy=False))
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=-1, keepdims=True)
    return given.restore(weights)


def log_softmax(logits: ArrayLike, *, axis: SupportsIndex = -1) -> Array:
    """The log of softmax, in nats, precise also where the probability rounds to 0 or to 1.

    log qᵢ = zᵢ − log Σⱼ exp(zⱼ).
    logits: (..., k) → (..., k).
    Raises ValueError for nan, +inf, and rows of nothing but −inf.
    Source: Blanchard, Higham & Higham (2021).
    """
    given = _logits("logits", logits, axis)
    return given.restore(_log_softmax(given.values.astype(np.float64, copy=False)))


def kl_divergence_from_logits(
    p_logits: ArrayLike, q_logits: ArrayLike, *, axis: SupportsIndex = -1, base: float | None = None
) -> Result:
    """KL divergence between two softmaxes, precise also where a probability underflows.

    KL(softmax(p_logits)‖softmax(q_logits)), in nats, or in units of log(base). The logarithms of
    a distribution are logits too, −inf standing for a probability of 0.
    p_logits, q_logits: (..., k), broadcast together → (...).
    Raises ValueError for nan, +inf, and rows of nothing but −inf.
    """
    pair = _logits("p_logits", p_logits, axis), _logits("q_logits", q_logits, axis)
    unit, shape = _checks.unit(base), _checks.common_shape(*pair)
    dtype = np.float32 if all(given.dtype is np.float32 for given in pair) else np.float64
    a, b = (np.broadcast_to(given.values, shape).astype(np.float64) for given in pair)
    log_p, log_q = _log_softmax(a), _log_softmax(b)
    log_ratio = _log_ratio(a, b, log_p, log_q)
    p, q = np.exp(log_p), np.exp(log_q)
    terms = p * (np.where(p > 0, log_ratio, 0.0) - 1) + q
    near = abs(log_ratio) < 1
    ratio = -log_ratio[near]
    terms[near] = p[near] * excess(np.ones(ratio.shape), np.exp(ratio), np.expm1(ratio))
    terms[(log_p > -np.inf) & (log_q == -np.inf)] = np.inf  # though exp(log p) may be 0
    return _checks.cast(quotient(terms.sum(axis=-1), np.asarray(unit)), dtype)[()]


def smooth_labels(labels: ArrayLike, smoothing: float, *, axis: SupportsIndex = -1) -> Array:
    """Labels mixed with the uniform distribution.

    (1 − smoothing)·labels + smoothing / k.
    labels: (..., k), distributions, usually one-hot → (..., k).
    Raises ValueError unless labels are distributions along `axis` and 0 ≤ smoothing ≤ 1.
    Source: Szegedy et al. (2016), section 7.
    """
    given = _checks.argument("labels", labels, axis)
    share = _checks.fraction("smoothing", smoothing)
    mixed = _rows.collect(
        lambda rows: (1 - share) * rows.values + share / rows.values.shape[1],
        given,
        per_outcome=True,
    )
    return given.restore(mixed)


def _logits(name: str, logits: ArrayLike, axis: SupportsIndex) -> Argument:
    given = _checks.argument(name, logits, axis)
    allowed = given.values < np.inf  # nan is not
    given.refuse(~allowed, "be finite or -inf", "holds {}", given.values)
    top = given.values.max(axis=-1)
    given.refuse(top == -np.inf, "have a finite number in every row", "holds only {}", top)
    return given


def _below_top(logits: Floats) -> Floats:
    """Logits less the greatest of their row, so that no exponential overflows."""
    top = logits.max(axis=-1, keepdims=True)
    below = np.full(logits.shape, -np.inf)  # what a distance beyond the largest float rounds to
    near = np.min(logits) > -LARGEST / 2 and np.max(top) < LARGEST / 2
    where = True if near else logits / 2 >= top / 2 - LARGEST / 2
    return np.subtract(logits, top, out=below, where=where)


def _log_softmax(logits: Floats) -> Floats:
    below = _below_top(logits)
    others = np.exp(below)
    # Without the top's own 1, the sum keeps what 1 would absorb.
    np.put_along_axis(others, below.argmax(axis=-1, keepdims=True), 0.0, axis=-1)
    return below - np.log1p(others.sum(axis=-1, keepdims=True))


def _log_ratio(a: Floats, b: Floats, log_p: Floats, log_q: Floats) -> Floats:
    """log(p / q) from logits a and b: to full precision where a and b differ by little.

    With gaps a − b, of which one is taken as 0, it is the gap − log Σ q·exp(gap), which keeps the
    digits that log p − log q loses.
    """
    plain = np.full(a.shape, -np.inf)
    np.subtract(log_p, log_q, out=plain, where=log_p > -np.inf)  # q = 0 < p gives inf
    usual = (log_p > -np.inf) & (log_q > -np.inf) & (np.maximum(abs(a), abs(b)) < LARGEST / 2)
    likeliest = np.where(usual, log_q, -np.inf).argmax(axis=-1, keepdims=True)
    gaps, rounding = _difference(np.where(usual, a, 0.0), np.where(usual, b, 0.0))
    gaps -= np.take_along_axis(gaps, likeliest, axis=-1)
    gaps += rounding - np.take_along_axis(rounding, likeliest, axis=-1)
    gaps[~usual] = -np.inf
    change = (np.exp(log_q) * np.expm1(np.minimum(gaps, FAR))).sum(axis=-1, keepdims=True)
    near = (change > -0.5) & (gaps.max(axis=-1, keepdims=True) < FAR)
    precise = gaps - np.log1p(np.maximum(change, -0.5))
    return np.where(near & usual, precise, plain)


def _difference(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """a − b as it rounds, and what the rounding took away.

    Source: Knuth, The Art of Computer Programming 2, section 4.2.2, theorem B.
    """
    found = a - b
    part = found - a
    return found, (a - (found - part)) - (b + part)
