"""Softmax, and all that starts from logits: distributions, KL divergence and its gradients.

Where P is fixed and Q is softmax(logits), KL(P‖Q) and the cross-entropy differ by H(P), which does
not depend on Q, so that they have one gradient; in Keras, which clips, they have two. Where P is
softmax(logits), H(P) moves with it, and they have two as well.
"""

from __future__ import annotations

from typing import Any, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _rowwise, _validation
from kl_core._numerics import LARGEST, Floats, gradual_underflow, ieee, kl_div
from kl_core._validation import Argument
from kl_core.discrete import Array, Result

LARGEST_GAP = 600.0  # nats, beyond which exp() could overflow a sum
NEVER = -1000.0  # a log probability whose exponential rounds to 0
PLAIN = 1 / 256  # of what a difference is of: above this share it keeps 13 digits


@gradual_underflow
def softmax(logits: ArrayLike, *, axis: SupportsIndex = -1) -> Array:
    """The distribution that a network's logits stand for.

    qᵢ = exp(zᵢ) / Σⱼ exp(zⱼ); a logit of −inf is a probability of 0.
    logits: (..., k) → (..., k).
    Raises ValueError for nan, +inf, and rows of nothing but −inf.
    Source: Bridle (1990).

    >>> softmax([2.0, 1.0, -np.inf]).round(4).tolist()
    [0.7311, 0.2689, 0.0]
    """
    given = _logits("logits", logits, axis)
    weights = _below_top(given.values.astype(np.float64, copy=False))
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=-1, keepdims=True)
    return given.restore(weights)


@gradual_underflow
def log_softmax(logits: ArrayLike, *, axis: SupportsIndex = -1) -> Array:
    """The log of softmax, in nats, precise also where the probability rounds to 0 or to 1.

    log qᵢ = zᵢ − log Σⱼ exp(zⱼ).
    logits: (..., k) → (..., k).
    Raises ValueError for nan, +inf, and rows of nothing but −inf.
    Source: Blanchard, Higham & Higham (2021).

    >>> log_softmax([0.0, -800.0]).tolist()
    [0.0, -800.0]
    """
    given = _logits("logits", logits, axis)
    return given.restore(_log_softmax(given.values.astype(np.float64, copy=False)))


@ieee
def kl_divergence_from_logits(
    p_logits: ArrayLike, q_logits: ArrayLike, *, axis: SupportsIndex = -1, base: float | None = None
) -> Result:
    """KL divergence between two softmaxes, precise also where a probability underflows.

    KL(softmax(p_logits)‖softmax(q_logits)), in nats, or in units of log(base). The logarithms of
    a distribution are logits too, −inf standing for a probability of 0.
    p_logits, q_logits: (..., k), broadcast together → (...).
    Raises ValueError for nan, +inf, and rows of nothing but −inf.

    >>> round(float(kl_divergence_from_logits([2.0, 1.0, 0.0], [0.0, 1.0, 2.0])), 4)
    1.1504
    >>> float(kl_divergence_from_logits([0.0, -800.0], [0.0, -900.0]))
    0.0
    """
    pair = _logits("p_logits", p_logits, axis), _logits("q_logits", q_logits, axis)
    unit, shape = _validation.log_base(base), _validation.common_shape(*pair)
    dtype = np.float32 if all(given.dtype is np.float32 for given in pair) else np.float64
    p, q = (np.broadcast_to(given.values, shape) for given in pair)
    result = np.empty(shape[:-1], dtype)
    for where in _rowwise.blocks(shape[:-1], _rowwise.BLOCK // shape[-1]):
        rows = (logits[where].reshape(-1, shape[-1]) for logits in (p, q))
        kl = _validation.cast(_kl_rows(*rows) / unit, dtype)
        result[where] = kl.reshape(result[where].shape)
    return result[()]


def _kl_rows(a: Array, b: Array) -> Floats:
    """KL divergence a row: plain sums, and careful ones where these lose digits.

    With p and q taken as exp(a) and exp(b) over their greatest, and S their sums, it is
    Σ p·log p / S(p) − log S(p), less the same with log q and S(q).
    """
    tops = [logits.max(axis=1).astype(np.float64) for logits in (a, b)]
    p_sum, q_sum, lost, due = np.zeros((4, len(a)))
    for where in _rowwise.blocks(a.shape, _rowwise.PIECE):  # a longer row comes in pieces
        row = where[:1]
        log_p, log_q = (
            np.subtract(logits[where], top[row][..., None], dtype=np.float64)
            for logits, top in zip((a, b), tops, strict=True)
        )
        p = np.exp(log_p)
        p_sum[row] += p.sum(axis=-1)
        lost[row] += np.einsum("...k,...k->...", p, log_p)
        due[row] += np.einsum("...k,...k->...", p, log_q)
        q_sum[row] += np.exp(log_q, out=log_q).sum(axis=-1)
    lost, due, log_p_sum, log_q_sum = lost / p_sum, due / p_sum, np.log(p_sum), np.log(q_sum)
    kl = lost - due + (log_q_sum - log_p_sum)
    size = log_p_sum + log_q_sum - lost - due  # of what it is the difference; all are above 0
    plain = (size < LARGEST) & (kl > (1 + size) * PLAIN)
    if not plain.all():
        kl[~plain] = _careful(*(logits[~plain].astype(np.float64) for logits in (a, b)))
    return kl


def _careful(a: Floats, b: Floats) -> Floats:
    log_p, log_q = _log_softmax(a), _log_softmax(b)
    log_ratio = _log_ratio(a, b, log_p, log_q)
    p, q = np.exp(log_p), np.exp(log_q)
    terms = p * (np.where(p > 0, log_ratio, 0.0) - 1) + q
    near = abs(log_ratio) < 1
    ratio = -log_ratio[near]
    terms[near] = p[near] * kl_div(np.ones(ratio.shape), np.exp(ratio), np.expm1(ratio))
    terms[(log_p > -np.inf) & (log_q == -np.inf)] = np.inf  # though exp(log p) may be 0
    return terms.sum(axis=-1)


def smooth_labels(labels: ArrayLike, smoothing: float, *, axis: SupportsIndex = -1) -> Array:
    """Labels mixed with the uniform distribution.

    (1 − smoothing)·labels + smoothing / k.
    labels: (..., k), distributions, usually one-hot → (..., k).
    Raises ValueError unless labels are distributions along `axis` and 0 ≤ smoothing ≤ 1.
    Source: Szegedy et al. (2016), section 7.

    >>> smooth_labels([0, 1, 0, 0], 0.1).round(4).tolist()
    [0.025, 0.925, 0.025, 0.025]
    """
    given = _validation.argument("labels", labels, axis)
    share = _validation.fraction("smoothing", smoothing)
    mixed = _rowwise.map_rows(
        lambda rows: (1 - share) * rows.values + share / rows.values.shape[1],
        given,
        per_outcome=True,
    )
    return given.restore(mixed)


@gradual_underflow
def logit_gradient(p: ArrayLike, logits: ArrayLike) -> Array:
    """How KL(P‖Q), and H(P, Q) just the same, change with the logits of Q.

    ∂KL(P‖Q)/∂zᵢ = ∂H(P, Q)/∂zᵢ = qᵢ − pᵢ, in nats per unit of z, with q = softmax(z), precise
    also where qᵢ rounds to 0 or to 1.
    p, logits: (..., k), broadcast together → (..., k).
    Raises ValueError unless p is a distribution, for nan and +inf in logits, and for rows of
    nothing but −inf.
    Source: Bridle (1990).

    >>> logit_gradient([0, 1, 0], [2.0, 1.0, 0.0]).round(4).tolist()
    [0.6652, -0.7553, 0.09]
    """
    target, log_q, dtype = target_and_log_q(p, logits)
    likely = (1 - target) + np.expm1(log_q)  # (1 − p) − (1 − q) keeps what q near 1 would round off
    return np.where(log_q > -np.log(2), likely, np.exp(log_q) - target).astype(dtype)


@gradual_underflow
def kl_target_gradient(logits: ArrayLike, q: ArrayLike) -> Array:
    """How KL(P‖Q) changes with the logits of P, where the target moves and Q is fixed.

    ∂KL(P‖Q)/∂wᵢ = pᵢ·(log(pᵢ / qᵢ) − KL(P‖Q)), in nats per unit of w, with p = softmax(w); 0 at
    P = Q.
    logits, q: (..., k), broadcast together → (..., k).
    Raises ValueError unless q is a distribution and above 0 wherever p is, for nan and +inf in
    logits, and for rows of nothing but −inf.
    Source: the chain rule, with ∂pⱼ/∂wᵢ = pⱼ·(δᵢⱼ − pᵢ) (Bridle 1990).

    >>> kl_target_gradient([1.0, 0.0], [0.5, 0.5]).round(4).tolist()
    [0.1966, -0.1966]
    """
    log_p, log_q, dtype = _moving_target(logits, q)
    return _about_its_mean(log_p, log_p - log_q).astype(dtype)


@gradual_underflow
def cross_entropy_target_gradient(logits: ArrayLike, q: ArrayLike) -> Array:
    """How H(P, Q) changes with the logits of P, where the target moves and Q is fixed.

    ∂H(P, Q)/∂wᵢ = pᵢ·(−log qᵢ − H(P, Q)), in nats per unit of w, with p = softmax(w). It is
    that of KL(P‖Q) and that of H(P) together; with q = p it is that of H(P) alone.
    logits, q: (..., k), broadcast together → (..., k).
    Raises ValueError unless q is a distribution and above 0 wherever p is, for nan and +inf in
    logits, and for rows of nothing but −inf.
    Source: the chain rule, with ∂pⱼ/∂wᵢ = pⱼ·(δᵢⱼ − pᵢ) (Bridle 1990).

    >>> cross_entropy_target_gradient([1.0, 0.0], [0.75, 0.25]).round(4).tolist()
    [-0.216, 0.216]
    """
    log_p, log_q, dtype = _moving_target(logits, q)
    return _about_its_mean(log_p, -log_q).astype(dtype)


def _logits(name: str, logits: ArrayLike, axis: SupportsIndex) -> Argument:
    given = _validation.argument(name, logits, axis)
    top = given.values.max(axis=-1)
    if not np.all(top < np.inf):  # nan, which is the greatest of its row, is not
        allowed = given.values < np.inf
        given.raise_where(~allowed, "be finite or -inf", "holds {}", given.values)
    given.raise_where(top == -np.inf, "have a finite number in every row", "holds only {}", top)
    return given


def _below_top(logits: Floats) -> Floats:
    """Logits less the greatest of their row, so that no exponential overflows."""
    top = logits.max(axis=-1, keepdims=True)
    below = np.full(logits.shape, -np.inf)  # what a distance beyond the largest float rounds to
    near = np.min(logits, initial=0) > -LARGEST / 2 and np.max(top, initial=0) < LARGEST / 2
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
    change = (np.exp(log_q) * np.expm1(np.minimum(gaps, LARGEST_GAP))).sum(axis=-1, keepdims=True)
    near = (change > -0.5) & (gaps.max(axis=-1, keepdims=True) < LARGEST_GAP)
    precise = gaps - np.log1p(np.maximum(change, -0.5))
    return np.where(near & usual, precise, plain)


def _difference(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """a − b as it rounds, and what the rounding took away.

    Source: Knuth, The Art of Computer Programming 2, section 4.2.2, theorem B.
    """
    found = a - b
    part = found - a
    return found, (a - (found - part)) - (b + part)


def target_and_log_q(p: ArrayLike, logits: ArrayLike) -> tuple[Array, Array, type[Any]]:
    """P, checked, and log softmax of the logits, in float64; and the type of the result."""
    given, scores = _validation.argument("p", p, -1), _validation.argument("logits", logits, -1)
    _validation.common_shape(given, scores)
    target = _rowwise.map_rows(lambda rows: rows.values, given, per_outcome=True)
    dtype = np.float32 if given.dtype is scores.dtype is np.float32 else np.float64
    return target.astype(np.float64), log_softmax(scores.values.astype(np.float64)), dtype


def _about_its_mean(log_p: Array, costs: Array) -> Array:
    """The gradient of Σ p·costs in P's logits: p times each cost less the mean of all."""
    p = np.exp(log_p)
    mean = (p * costs).sum(axis=-1, keepdims=True)
    return p * (costs - mean)


def _moving_target(logits: ArrayLike, q: ArrayLike) -> tuple[Array, Array, type[Any]]:
    """log softmax of the logits, and log Q, checked, in float64; and the type of the result.

    Where p = 0, which has no share in anything, both are taken as −1000, whose exponential is 0.
    """
    scores, given = _validation.argument("logits", logits, -1), _validation.argument("q", q, -1)
    shape = _validation.common_shape(scores, given)
    model = _rowwise.map_rows(lambda rows: rows.values, given, per_outcome=True).astype(np.float64)
    log_p = np.broadcast_to(log_softmax(scores.values.astype(np.float64)), shape)
    never, model = np.exp(log_p) == 0, np.broadcast_to(model, shape)
    given.raise_where((model == 0) & ~never, "be above 0 wherever p is", "holds {:g}", model)
    log_q = np.full(shape, NEVER)
    np.log(model, out=log_q, where=~never)
    dtype = np.float32 if scores.dtype is given.dtype is np.float32 else np.float64
    return np.where(never, NEVER, log_p), log_q, dtype
