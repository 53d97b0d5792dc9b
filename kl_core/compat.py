"""KL divergence and related functions as other libraries compute them, clipping included.

Unlike the rest of kl_core, nothing here checks that rows are distributions, since those libraries
do not check it either. Results are theirs, including inf and nan.
"""

from __future__ import annotations

import math
from typing import Any, Literal, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _validation
from kl_core._numerics import gradual_underflow, ieee, log_ratio
from kl_core.discrete import Array, Result
from kl_core.gradients import logit_gradient, target_and_log_q

Floats = NDArray[Any]  # float32 if all arguments have at most 32 bits, otherwise float64

EPSILON = 1e-7  # keras.config.epsilon(), unless it was set to another


@ieee
def keras_kl_divergence(y_true: ArrayLike, y_pred: ArrayLike) -> Result:
    """The result of `keras.losses.kl_divergence`: P and Q are clipped and not normalised.

    Σ tᵢ log(tᵢ / cᵢ), in nats, with t = y_true and c = y_pred, both clipped to [10⁻⁷, 1].
    y_true, y_pred: (..., k), broadcast together → (...); any numbers.
    Raises TypeError for other than numbers, ValueError for shapes that do not broadcast.
    Source: Keras 3.15, `kl_divergence` in keras/src/losses/losses.py.

    >>> float(keras_kl_divergence([0.5, 0.5], [1, 0]).round(4))
    7.3659
    """
    true, pred = _outcomes_of("y_true", y_true, "y_pred", y_pred)
    true, pred = np.clip(true, EPSILON, 1), np.clip(pred, EPSILON, 1)
    return np.sum(true * np.log(true / pred), axis=-1)


@ieee
def keras_categorical_crossentropy(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
) -> Result:
    """The result of `keras.losses.categorical_crossentropy`: Q is normalised, then clipped.

    −Σ tᵢ log cᵢ, in nats, with t = (1 − label_smoothing)·y_true + label_smoothing / k, and
    c = y_pred / Σ y_pred clipped to [10⁻⁷, 1 − 10⁻⁷]; with from_logits, c = softmax(y_pred),
    which is not clipped.
    y_true, y_pred: (..., k), of one shape → (...); any numbers.
    Raises TypeError for other than numbers, ValueError for two shapes, and unless
    0 ≤ label_smoothing ≤ 1.
    Source: Keras 3.15, `categorical_crossentropy` in keras/src/losses/losses.py and
    keras/src/backend/tensorflow/nn.py.

    >>> float(keras_categorical_crossentropy([0, 1], [1, 3]).round(4))
    0.2877
    """
    true, pred = _outcomes_of("y_true", y_true, "y_pred", y_pred, may_broadcast=False)
    share = _validation.fraction("label_smoothing", label_smoothing)
    if share:
        true = true * (1 - share) + share / max(1, true.shape[-1])
    if from_logits:
        log_pred = _tensorflow_log_softmax(pred)
    else:
        pred = _normalised(pred)
        log_pred = np.log(np.clip(pred, EPSILON, 1 - EPSILON))
    return 0 - np.sum(true * log_pred, axis=-1)


@gradual_underflow
def keras_kl_logit_gradient(p: ArrayLike, logits: ArrayLike) -> Array:
    """The gradient of Keras's KL divergence in the logits: it vanishes where q is clipped.

    qᵢ·Σⱼ aⱼtⱼ − aᵢtᵢ, in nats per unit of z, with q = softmax(z), t = p clipped to [10⁻⁷, 1], and
    a = 1 where q ≥ 10⁻⁷, otherwise 0: a clip passes no gradient.
    p, logits: (..., k), broadcast together → (..., k).
    Raises ValueError unless p is a distribution, for nan and +inf in logits, and for rows of
    nothing but −inf.
    Source: the derivative of `kl_divergence` in Keras 3.15.

    >>> gradient = keras_kl_logit_gradient([0, 1], [0.0, -20.0])
    >>> float(abs(gradient).max()) < 1e-6
    True
    """
    target, log_q, dtype = target_and_log_q(p, logits)
    q = np.exp(log_q)
    passes = q.astype(dtype) >= EPSILON
    return _clipped_gradient(np.clip(target, EPSILON, 1), q, passes).astype(dtype)


@gradual_underflow
def keras_cross_entropy_logit_gradient(
    p: ArrayLike, logits: ArrayLike, *, recovers_logits: bool = True
) -> Array:
    """The gradient of Keras's categorical cross-entropy in the logits.

    If Keras recovers the logits, nothing is clipped: qᵢ − pᵢ, in nats per unit of z, with
    q = softmax(z). It does so with the TensorFlow backend, if softmax is the last operation, by a
    layer or `keras.activations.softmax`, and its output is not cast. Otherwise, as with the JAX and
    PyTorch backends, after a Reshape, in mixed precision or after an eager `tf.nn.softmax`, pass
    recovers_logits=False: qᵢ·Σⱼ aⱼpⱼ − aᵢpᵢ, with a = 1 where 10⁻⁷ ≤ q ≤ 1 − 10⁻⁷, otherwise 0.
    p, logits: (..., k), broadcast together → (..., k).
    Raises ValueError unless p is a distribution, for nan and +inf in logits, and for rows of
    nothing but −inf.
    Source: the derivative of `categorical_crossentropy` in Keras 3.15.

    >>> keras_cross_entropy_logit_gradient([0, 1], [0.0, -20.0]).round(4).tolist()
    [1.0, -1.0]
    >>> keras_cross_entropy_logit_gradient([0, 1], [0.0, -20.0], recovers_logits=False).tolist()
    [0.0, 0.0]
    """
    if recovers_logits:
        return logit_gradient(p, logits)
    target, log_q, dtype = target_and_log_q(p, logits)
    q = np.exp(log_q)
    seen = q.astype(dtype)
    return _clipped_gradient(target, q, (seen >= EPSILON) & (seen <= 1 - EPSILON)).astype(dtype)


@ieee
def scipy_entropy(
    pk: ArrayLike, qk: ArrayLike | None = None, base: float | None = None, axis: SupportsIndex = 0
) -> Result:
    """The result of `scipy.stats.entropy`: P and Q are normalised silently, along the first axis.

    KL(P‖Q) = Σ pᵢ log(pᵢ / qᵢ), or H(P) = −Σ pᵢ log pᵢ without qk, in nats, or in units of
    log(base), with p = pk / Σ pk and q = qk / Σ qk. A row of zeros gives nan; one with numbers on
    both sides of 0 gives inf, or −inf without qk.
    pk, qk: (k, ...), broadcast together → (...); any numbers.
    Raises TypeError for other than numbers, ValueError for shapes that do not broadcast, for an
    axis that does not exist, and unless base > 0.
    Source: SciPy 1.18, `entropy` in scipy/stats/_entropy.py.

    >>> float(scipy_entropy([9, 12, 4], [1, 1, 1]).round(4))
    0.0853
    """
    if base is not None:
        rule = "a number above 0"
        base = _validation.real("base", base, rule, lambda number: not number <= 0)  # nan is let in
    pair = [np.atleast_1d(x) for x in _floats("pk", pk, "qk", pk if qk is None else qk)]
    at = _validation.axis_index("pk", pair[0].ndim, axis)
    p, q = (_normalised(np.moveaxis(x, at, -1)) for x in pair)
    found = np.sum(_entr(p) if qk is None else _rel_entr(p, q), axis=-1)
    if base is not None:
        found = found / math.log(base)
    return found


@ieee
def torch_kl_div(
    input: ArrayLike,
    target: ArrayLike,
    *,
    reduction: Literal["none", "mean", "sum", "batchmean"] = "mean",
    log_target: bool = False,
) -> Result:
    """The result of `torch.nn.functional.kl_div`: log Q is the first argument, P the second.

    pᵢ log pᵢ − pᵢ·inputᵢ, in nats, with p = target, or p = exp(target) with log_target, each
    outcome by itself ("none"), or their sum divided by 1 ("sum"), by the number of outcomes in all
    rows together ("mean", which is not a KL divergence) or by the length of input's first axis
    ("batchmean", which is the mean KL divergence of a batch of rows). 0·∞ is nan here, so that
    p = q = 0 gives nan.
    input, target: any shapes, broadcast together → that shape for "none", otherwise ().
    Raises TypeError for other than numbers, ValueError for shapes that do not broadcast, and for
    other reductions.
    Source: PyTorch, `kl_div` in aten/src/ATen/native/Loss.cpp and torch/nn/functional.py.

    >>> float(torch_kl_div(np.log([0.75, 0.25]), [0.5, 0.5], reduction="sum").round(4))
    0.1438
    """
    given, wanted = _floats("input", input, "target", target)
    counts = {"none": 1, "mean": given.size, "sum": 1, "batchmean": (*np.shape(input), 1)[0]}
    _validation.one_of("reduction", reduction, counts)
    # PyTorch takes 0·log 0 as 0, but not 0·(−∞): where p = q = 0, that product is nan.
    plain = _x_log_x(wanted) - wanted * given
    losses = np.exp(wanted) * (wanted - given) if log_target else plain
    if reduction == "none":
        return losses[()]
    return np.sum(losses) / counts[reduction]


def _floats(first: str, a: ArrayLike, second: str, b: ArrayLike) -> tuple[Floats, Floats]:
    """Two arrays of numbers in one type and one shape."""
    pair = _validation.real_array(first, a), _validation.real_array(second, b)
    single = all(_validation.result_type(x) is np.float32 for x in pair)
    dtype = np.float32 if single else np.float64
    try:
        one, other = np.broadcast_arrays(*(x.astype(dtype) for x in pair))
    except ValueError:
        came = f"{first} is {pair[0].shape}, {second} is {pair[1].shape}"
        raise ValueError(f"{first} and {second} must broadcast; {came}.") from None
    return one, other


def _outcomes_of(
    first: str, a: ArrayLike, second: str, b: ArrayLike, *, may_broadcast: bool = True
) -> tuple[Floats, Floats]:
    """The same, with outcomes along the last axis."""
    pair = _floats(first, a, second, b)
    if pair[0].ndim == 0:
        raise ValueError(f"{first} and {second} must have an axis of outcomes; each is one number.")
    if not may_broadcast and np.shape(a) != np.shape(b):
        came = f"{first} is {np.shape(a)}, {second} is {np.shape(b)}"
        raise ValueError(f"{first} and {second} must have one shape; {came}.")
    return pair


def _tensorflow_log_softmax(logits: Floats) -> Floats:
    """The logarithm of softmax as TensorFlow has it: nan for rows with nan, ∞ or only −∞."""
    below = logits - logits.max(axis=-1, keepdims=True, initial=-np.inf)
    sums = np.exp(below).sum(axis=-1, keepdims=True)
    return below - np.log(np.maximum(sums, 1))  # only a sum without outcomes is below 1


def _normalised(weights: Floats) -> Floats:
    return weights / weights.sum(axis=-1, keepdims=True)


def _x_log_x(x: Floats) -> Floats:
    found = np.full_like(x, np.nan)  # x < 0 gives nan
    found[x == 0] = 0  # 0·log 0 = 0
    found[x > 0] = x[x > 0] * np.log(x[x > 0])
    return found


def _entr(p: Floats) -> Floats:
    """scipy.special.entr: −p log p; p < 0 gives −inf."""
    return np.where(p < 0, p.dtype.type(-np.inf), 0 - _x_log_x(p))


def _rel_entr(p: Floats, q: Floats) -> Floats:
    """scipy.special.rel_entr: p log(p / q); inf where p or q is below 0, or q = 0 < p."""
    found = np.full_like(p, np.inf)
    found[np.isnan(p) | np.isnan(q)] = np.nan
    found[(p == 0) & (q >= 0)] = 0  # 0·log 0 = 0
    most = (p > 0) & (q > 0) & (p <= 1) & (q <= 1)
    found[most] = p[most] * log_ratio(*(x[most].astype(np.float64) for x in (p, q)))
    huge = (p > 0) & (q > 0) & ~most  # from weights below 0, which leave the others a small sum
    found[huge] = p[huge] * (np.log(p[huge]) - np.log(q[huge]))
    return found


def _clipped_gradient(target: Array, q: Array, passes: NDArray[np.bool_]) -> Array:
    """The gradient of −Σ t log q, where only what passes it on counts, through softmax."""
    passed = np.where(passes, target, 0.0)
    return q * passed.sum(axis=-1, keepdims=True) - passed
