"""Gradients of KL divergence and cross-entropy with respect to logits.

Where P is fixed and Q is softmax(logits), the two differ by H(P), which does not depend on Q, so
that they have one gradient; in Keras, which clips, they have two. Where P is softmax(logits), H(P)
moves with it, and they have two as well.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _checks, _rows
from kl_core.conventions import EPSILON
from kl_core.discrete import Array
from kl_core.softmax import log_softmax

NEVER = -1000.0  # a log probability whose exponential rounds to 0


def logit_gradient(p: ArrayLike, logits: ArrayLike) -> Array:
    """How KL(P‖Q), and H(P, Q) just the same, change with the logits of Q.

    ∂KL(P‖Q)/∂zᵢ = ∂H(P, Q)/∂zᵢ = qᵢ − pᵢ, in nats per unit of z, with q = softmax(z), precise
    also where qᵢ rounds to 0 or to 1.
    p, logits: (..., k), broadcast together → (..., k).
    Raises ValueError unless p is a distribution, for nan and +inf in logits, and for rows of
    nothing but −inf.
    Source: Bridle (1990).
    """
    target, log_q, dtype = _target_and_log_q(p, logits)
    likely = (1 - target) + np.expm1(log_q)  # (1 − p) − (1 − q) keeps what q near 1 would round off
    return np.where(log_q > -np.log(2), likely, np.exp(log_q) - target).astype(dtype)


def kl_target_gradient(logits: ArrayLike, q: ArrayLike) -> Array:
    """How KL(P‖Q) changes with the logits of P, where the target moves and Q is fixed.

    ∂KL(P‖Q)/∂wᵢ = pᵢ·(log(pᵢ / qᵢ) − KL(P‖Q)), in nats per unit of w, with p = softmax(w); 0 at
    P = Q.
    logits, q: (..., k), broadcast together → (..., k).
    Raises ValueError unless q is a distribution and above 0 wherever p is, for nan and +inf in
    logits, and for rows of nothing but −inf.
    Source: the chain rule, with ∂pⱼ/∂wᵢ = pⱼ·(δᵢⱼ − pᵢ) (Bridle 1990).
    """
    log_p, log_q, dtype = _moving_target(logits, q)
    return _about_its_mean(log_p, log_p - log_q).astype(dtype)


def cross_entropy_target_gradient(logits: ArrayLike, q: ArrayLike) -> Array:
    """How H(P, Q) changes with the logits of P, where the target moves and Q is fixed.

    ∂H(P, Q)/∂wᵢ = pᵢ·(−log qᵢ − H(P, Q)), in nats per unit of w, with p = softmax(w). It is
    that of KL(P‖Q) and that of H(P) together; with q = p it is that of H(P) alone.
    logits, q: (..., k), broadcast together → (..., k).
    Raises ValueError unless q is a distribution and above 0 wherever p is, for nan and +inf in
    logits, and for rows of nothing but −inf.
    Source: the chain rule, with ∂pⱼ/∂wᵢ = pⱼ·(δᵢⱼ − pᵢ) (Bridle 1990).
    """
    log_p, log_q, dtype = _moving_target(logits, q)
    return _about_its_mean(log_p, -log_q).astype(dtype)


def keras_kl_logit_gradient(p: ArrayLike, logits: ArrayLike) -> Array:
    """How Keras's KL divergence changes with the logits: not at all where the clip hides Q.

    qᵢ·Σⱼ aⱼtⱼ − aᵢtᵢ, in nats per unit of z, with q = softmax(z), t = p clipped to [10⁻⁷, 1], and
    a = 1 where q ≥ 10⁻⁷, otherwise 0: a clip passes no gradient on.
    p, logits: (..., k), broadcast together → (..., k).
    Raises ValueError unless p is a distribution, for nan and +inf in logits, and for rows of
    nothing but −inf.
    Source: the derivative of `kl_divergence` in Keras 3.15.
    """
    target, log_q, dtype = _target_and_log_q(p, logits)
    q = np.exp(log_q)
    alive = q.astype(dtype) >= EPSILON
    return _clipped_gradient(np.clip(target, EPSILON, 1), q, alive).astype(dtype)


def keras_cross_entropy_logit_gradient(
    p: ArrayLike, logits: ArrayLike, *, recovers_logits: bool = True
) -> Array:
    """How Keras's categorical cross-entropy changes with the logits.

    Where Keras recovers the logits, as it does in a compiled model and after
    `keras.activations.softmax`, nothing is clipped: qᵢ − pᵢ, in nats per unit of z, with
    q = softmax(z). Where it cannot, as after `tf.nn.softmax` run eagerly, recovers_logits=False:
    qᵢ·Σⱼ aⱼpⱼ − aᵢpᵢ, with a = 1 where 10⁻⁷ ≤ q ≤ 1 − 10⁻⁷, otherwise 0.
    p, logits: (..., k), broadcast together → (..., k).
    Raises ValueError unless p is a distribution, for nan and +inf in logits, and for rows of
    nothing but −inf.
    Source: the derivative of `categorical_crossentropy` in Keras 3.15.
    """
    if recovers_logits:
        return logit_gradient(p, logits)
    target, log_q, dtype = _target_and_log_q(p, logits)
    q = np.exp(log_q)
    seen = q.astype(dtype)
    return _clipped_gradient(target, q, (seen >= EPSILON) & (seen <= 1 - EPSILON)).astype(dtype)


def _clipped_gradient(target: Array, q: Array, alive: NDArray[np.bool_]) -> Array:
    """The gradient of −Σ t log q, where only what is alive passes it on, through softmax."""
    passed = np.where(alive, target, 0.0)
    return q * passed.sum(axis=-1, keepdims=True) - passed


def _target_and_log_q(p: ArrayLike, logits: ArrayLike) -> tuple[Array, Array, type[Any]]:
    """P, checked, and log softmax of the logits, in float64; and the type of the result."""
    given, scores = _checks.argument("p", p, -1), _checks.argument("logits", logits, -1)
    _checks.common_shape(given, scores)
    target = _rows.collect(lambda rows: rows.values, given, per_outcome=True)
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
    scores, given = _checks.argument("logits", logits, -1), _checks.argument("q", q, -1)
    shape = _checks.common_shape(scores, given)
    model = _rows.collect(lambda rows: rows.values, given, per_outcome=True).astype(np.float64)
    log_p = np.broadcast_to(log_softmax(scores.values.astype(np.float64)), shape)
    never, model = np.exp(log_p) == 0, np.broadcast_to(model, shape)
    given.refuse((model == 0) & ~never, "be above 0 wherever p is", "holds {:g}", model)
    log_q = np.full(shape, NEVER)
    np.log(model, out=log_q, where=~never)
    dtype = np.float32 if scores.dtype is given.dtype is np.float32 else np.float64
    return np.where(never, NEVER, log_p), log_q, dtype
