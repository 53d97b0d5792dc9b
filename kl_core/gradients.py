"""Gradients of KL divergence and cross-entropy with respect to logits, for a target that is fixed.

Q is softmax(logits). The two losses differ by H(P), which does not depend on Q, so that they have
one gradient; in Keras, which clips, they have two.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _checks, _rows
from kl_core.conventions import EPSILON
from kl_core.discrete import Array
from kl_core.softmax import log_softmax


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
