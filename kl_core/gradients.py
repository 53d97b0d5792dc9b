"""Gradients of KL divergence and of cross-entropy, in the logits of Q or in those of P.

If P is fixed and Q is softmax(logits), KL(P‖Q) and the cross-entropy differ by H(P), which does not
depend on Q, so they have the same gradient; in Keras, which clips, they differ. If P is
softmax(logits), H(P) depends on the logits, and the gradients differ as well.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _rowwise, _validation
from kl_core._log_tail import log_tail
from kl_core._near import difference
from kl_core._numerics import LARGEST, Floats, ieee
from kl_core._validation import Axis
from kl_core._weights import Side, one_side
from kl_core.discrete import Array
from kl_core.logits import log_softmax, log_softmax_rows

LARGEST_GAP = 600.0  # nats, beyond which exp() could overflow a sum

Logits = Literal["p_logits", "q_logits"]


def kl_divergence_gradient(
    p: ArrayLike | None = None,
    q: ArrayLike | None = None,
    *,
    p_logits: ArrayLike | None = None,
    q_logits: ArrayLike | None = None,
    wrt: Logits = "q_logits",
    axis: Axis = -1,
) -> Array:
    """The gradient of KL(P‖Q) in the logits of Q, or in those of P.

    ∂KL(P‖Q)/∂zᵢ = qᵢ − pᵢ for Q = softmax(z), with wrt="q_logits"; for P = softmax(w), with
    wrt="p_logits", ∂KL(P‖Q)/∂wᵢ = pᵢ·(log(pᵢ / qᵢ) − KL(P‖Q)); in nats per unit of a logit, and
    precise even if a probability rounds to 0 or 1. P and Q are given by probabilities, whose
    logarithms are logits, or by logits.
    p or p_logits, q or q_logits: (..., k), broadcast together → (..., k).
    Raises ValueError unless p and q are distributions along `axis`, for nan and +inf in logits, for
    rows of nothing but −inf, for another wrt, and in P's logits where q = 0 < p; TypeError unless
    each of P and Q is given once.
    Source: the chain rule, with ∂pⱼ/∂wᵢ = pⱼ·(δᵢⱼ − pᵢ) (Bridle 1990).

    >>> kl_divergence_gradient([0, 1], q_logits=[0, 0]).tolist()
    [0.5, -0.5]
    """
    pair = one_side("p", p, p_logits, axis), one_side("q", q, q_logits, axis)
    return _gradient(*pair, wrt, less_entropy=True)


def cross_entropy_gradient(
    p: ArrayLike | None = None,
    q: ArrayLike | None = None,
    *,
    p_logits: ArrayLike | None = None,
    q_logits: ArrayLike | None = None,
    wrt: Logits = "q_logits",
    axis: Axis = -1,
) -> Array:
    """The gradient of H(P, Q) in the logits of Q, or in those of P.

    ∂H(P, Q)/∂zᵢ = qᵢ − pᵢ for Q = softmax(z), with wrt="q_logits"; for P = softmax(w), with
    wrt="p_logits", ∂H(P, Q)/∂wᵢ = pᵢ·(−log qᵢ − H(P, Q)); in nats per unit of a logit, and precise
    also where a probability rounds to 0 or to 1. P and Q are given by probabilities, whose
    logarithms are logits, or by logits.
    p or p_logits, q or q_logits: (..., k), broadcast together → (..., k).
    Raises ValueError unless p and q are distributions along `axis`, for nan and +inf in logits, for
    rows of nothing but −inf, for another wrt, and in P's logits where q = 0 < p; TypeError unless
    each of P and Q is given once.
    Source: the chain rule, with ∂pⱼ/∂wᵢ = pⱼ·(δᵢⱼ − pᵢ) (Bridle 1990).

    >>> cross_entropy_gradient([0, 1], q_logits=[0, 0]).tolist()
    [0.5, -0.5]
    """
    pair = one_side("p", p, p_logits, axis), one_side("q", q, q_logits, axis)
    return _gradient(*pair, wrt, less_entropy=False)


def logit_gradient(p: ArrayLike, logits: ArrayLike) -> Array:
    """The gradient of KL(P‖Q) in the logits of Q, which is also that of H(P, Q).

    ∂KL(P‖Q)/∂zᵢ = ∂H(P, Q)/∂zᵢ = qᵢ − pᵢ, in nats per unit of z, with q = softmax(z), precise
    also where qᵢ rounds to 0 or to 1: kl_divergence_gradient(p, q_logits=logits).
    p, logits: (..., k), broadcast together → (..., k).
    Raises ValueError unless p is a distribution, for nan and +inf in logits, and for rows of
    nothing but −inf.
    Source: Bridle (1990).

    >>> logit_gradient([0, 1], [0, 0]).tolist()
    [0.5, -0.5]
    """
    pair = _side("p", p, by_logits=False), _side("logits", logits, by_logits=True)
    return _gradient(*pair, "q_logits", less_entropy=True)


def kl_target_gradient(logits: ArrayLike, q: ArrayLike) -> Array:
    """The gradient of KL(P‖Q) in the logits of P, for a target that changes and a fixed Q.

    ∂KL(P‖Q)/∂wᵢ = pᵢ·(log(pᵢ / qᵢ) − KL(P‖Q)), in nats per unit of w, with p = softmax(w); 0 at
    P = Q: kl_divergence_gradient(p_logits=logits, q=q, wrt="p_logits").
    logits, q: (..., k), broadcast together → (..., k).
    Raises ValueError unless q is a distribution and above 0 wherever p is, for nan and +inf in
    logits, and for rows of nothing but −inf.
    Source: the chain rule, with ∂pⱼ/∂wᵢ = pⱼ·(δᵢⱼ − pᵢ) (Bridle 1990).

    >>> kl_target_gradient([0, 0], [0.8, 0.2]).round(4).tolist()
    [-0.3466, 0.3466]
    """
    pair = _side("logits", logits, by_logits=True), _side("q", q, by_logits=False)
    return _gradient(*pair, "p_logits", less_entropy=True)


def cross_entropy_target_gradient(logits: ArrayLike, q: ArrayLike) -> Array:
    """The gradient of H(P, Q) in the logits of P, for a target that changes and a fixed Q.

    ∂H(P, Q)/∂wᵢ = pᵢ·(−log qᵢ − H(P, Q)), in nats per unit of w, with p = softmax(w). It is
    that of KL(P‖Q) and that of H(P) together; with q = p it is that of H(P) alone. The same is
    cross_entropy_gradient(p_logits=logits, q=q, wrt="p_logits").
    logits, q: (..., k), broadcast together → (..., k).
    Raises ValueError unless q is a distribution and above 0 wherever p is, for nan and +inf in
    logits, and for rows of nothing but −inf.
    Source: the chain rule, with ∂pⱼ/∂wᵢ = pⱼ·(δᵢⱼ − pᵢ) (Bridle 1990).

    >>> cross_entropy_target_gradient([0, 0], [0.8, 0.2]).round(4).tolist()
    [-0.3466, 0.3466]
    """
    pair = _side("logits", logits, by_logits=True), _side("q", q, by_logits=False)
    return _gradient(*pair, "p_logits", less_entropy=False)


def target_and_log_q(p: ArrayLike, logits: ArrayLike) -> tuple[Array, Array, type[Any]]:
    """P, checked, and log softmax of the logits, in float64; and the type of the result."""
    given, scores = _validation.argument("p", p, -1), _validation.argument("logits", logits, -1)
    _validation.common_shape(given, scores)
    target = _rowwise.map_rows(lambda rows: rows.values, given, per_outcome=True)
    dtype = np.float32 if given.dtype is scores.dtype is np.float32 else np.float64
    return target.astype(np.float64), log_softmax(scores.values.astype(np.float64)), dtype


def _side(name: str, values: ArrayLike, *, by_logits: bool) -> Side:
    return Side(_validation.argument(name, values, -1), by_logits)


@ieee
def _gradient(p: Side, q: Side, wrt: Logits, *, less_entropy: bool) -> Array:
    _validation.one_of("wrt", wrt, ("q_logits", "p_logits"))
    shape = _validation.common_shape(p.given, q.given)
    dtype = np.float32 if p.given.dtype is q.given.dtype is np.float32 else np.float64
    p.require()
    q.require()
    if wrt == "p_logits":
        found = _in_p(p, q, shape, less_entropy=less_entropy)
    elif p.by_logits and q.by_logits:
        found = _between_softmaxes(*np.broadcast_arrays(_values(p), _values(q)))
    elif p.by_logits:
        found = -_softmax_less(_log_weights(p), _values(q))
    elif q.by_logits:
        found = _softmax_less(_log_weights(q), _values(p))
    else:
        found = _values(q) - _values(p)
    widest = _rowwise.widest([p.given, q.given])
    return widest.with_its_axes(_validation.cast(found + 0.0, dtype))


def _values(side: Side) -> Floats:
    return side.given.values.astype(np.float64, copy=False)


def _log_weights(side: Side) -> Floats:
    """The logarithm of each probability."""
    return log_softmax_rows(_values(side)) if side.by_logits else np.log(_values(side))


def _precise_logs(side: Side) -> tuple[Floats, Floats | float]:
    """Logits, or logarithms of probabilities, and what these lost by rounding."""
    values = _values(side)
    if side.by_logits:
        return values, 0.0
    logs, some = np.log(values), values > 0
    return logs, np.where(some, log_tail(np.where(some, values, 1.0), logs), 0.0)


def _softmax_less(log_q: Floats, p: Floats) -> Floats:
    """q − p, precise also where q rounds to 0 or to 1."""
    likely = (1 - p) + np.expm1(log_q)  # (1 − p) − (1 − q) keeps what q near 1 would round off
    return np.where(log_q > -np.log(2), likely, np.exp(log_q) - p)


def _between_softmaxes(a: Floats, b: Floats) -> Floats:
    """q − p = p·(q / p − 1), precise also where softmaxes p and q of logits a and b are near."""
    log_p, log_q = log_softmax_rows(a), log_softmax_rows(b)
    log_ratio = _log_ratio(a, b, log_p, log_q)
    near = abs(log_ratio) < 1
    likely = np.expm1(log_q) - np.expm1(log_p)
    apart = np.where(log_p + log_q > -np.log(2), likely, np.exp(log_q) - np.exp(log_p))
    return np.where(near, np.exp(log_p) * np.expm1(np.where(near, -log_ratio, 0.0)), apart)


def _in_p(p: Side, q: Side, shape: tuple[int, ...], *, less_entropy: bool) -> Floats:
    """p times each outcome's cost less the mean of all: the gradient of Σ p·cost in P's logits.

    The cost is −log q, or log p − log q, less that of the most probable outcome, so that a constant
    added to the logits cancels; where p = 0, which contributes nothing, it is taken as 0.
    """
    log_p, log_q = np.broadcast_to(_log_weights(p), shape), np.broadcast_to(_log_weights(q), shape)
    weights = np.exp(log_p)
    never = weights == 0
    rule = f"be above {'-inf' if q.by_logits else '0'} wherever p is"
    came = np.broadcast_to(q.given.values, shape)
    q.given.raise_where((log_q == -np.inf) & ~never, rule, "holds {:g}", came)
    likeliest = log_p.argmax(axis=-1, keepdims=True)
    (w, w_tail), (z, z_tail) = _precise_logs(p), _precise_logs(q)
    costs, rounding = difference(w, z) if less_entropy else (-z, np.zeros(()))
    rounding = rounding + (w_tail if less_entropy else 0.0) - z_tail
    costs, rounding = np.broadcast_to(costs, shape), np.broadcast_to(rounding, shape)
    plain = log_p - log_q if less_entropy else -log_q
    costs, rounding, plain = (
        each - np.take_along_axis(each, likeliest, axis=-1) for each in (costs, rounding, plain)
    )
    costs = np.where(np.isfinite(costs + rounding), costs + rounding, plain)  # or it overflows
    costs[never] = 0.0
    total = weights.sum(axis=-1, keepdims=True)
    return weights * (costs - (weights * costs).sum(axis=-1, keepdims=True) / total)


def _log_ratio(a: Floats, b: Floats, log_p: Floats, log_q: Floats) -> Floats:
    """log(p / q) from logits a and b: to full precision where a and b differ by little.

    With gaps a − b, of which one is taken as 0, it is the gap − log Σ q·exp(gap), which keeps the
    digits that log p − log q loses.
    """
    plain = np.full(a.shape, -np.inf)
    np.subtract(log_p, log_q, out=plain, where=log_p > -np.inf)  # q = 0 < p gives inf
    usual = (log_p > -np.inf) & (log_q > -np.inf) & (np.maximum(abs(a), abs(b)) < LARGEST / 2)
    likeliest = np.where(usual, log_q, -np.inf).argmax(axis=-1, keepdims=True)
    gaps, rounding = difference(np.where(usual, a, 0.0), np.where(usual, b, 0.0))
    gaps -= np.take_along_axis(gaps, likeliest, axis=-1)
    gaps += rounding - np.take_along_axis(rounding, likeliest, axis=-1)
    gaps[~usual] = -np.inf
    change = (np.exp(log_q) * np.expm1(np.minimum(gaps, LARGEST_GAP))).sum(axis=-1, keepdims=True)
    near = (change > -0.5) & (gaps.max(axis=-1, keepdims=True) < LARGEST_GAP)
    precise = gaps - np.log1p(np.maximum(change, -0.5))
    return np.where(near & usual, precise, plain)
