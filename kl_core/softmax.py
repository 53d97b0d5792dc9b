"""Distributions from logits, and labels made soft."""

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _checks, _rows
from kl_core._checks import Argument
from kl_core.discrete import Array, Floats

LARGEST = np.finfo(np.float64).max


def softmax(logits: ArrayLike, *, axis: int = -1) -> Array:
    """The distribution that a network's logits stand for.

    qᵢ = exp(zᵢ) / Σⱼ exp(zⱼ); a logit of −inf is a probability of 0.
    logits: (..., k) → (..., k).
    Raises ValueError for nan, +inf, and rows of nothing but −inf.
    Source: Bridle (1990).
    """
    given = _logits(logits, axis)
    weights = _below_top(given)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=-1, keepdims=True)
    return given.restore(weights)


def log_softmax(logits: ArrayLike, *, axis: int = -1) -> Array:
    """The log of softmax, in nats, precise also where the probability rounds to 0 or to 1.

    log qᵢ = zᵢ − log Σⱼ exp(zⱼ).
    logits: (..., k) → (..., k).
    Raises ValueError for nan, +inf, and rows of nothing but −inf.
    Source: Blanchard, Higham & Higham (2021).
    """
    given = _logits(logits, axis)
    below = _below_top(given)
    others = np.exp(below)
    # Without the top's own 1, the sum keeps what 1 would absorb.
    np.put_along_axis(others, below.argmax(axis=-1, keepdims=True), 0.0, axis=-1)
    return given.restore(below - np.log1p(others.sum(axis=-1, keepdims=True)))


def smooth_labels(labels: ArrayLike, smoothing: float, *, axis: int = -1) -> Array:
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


def _logits(logits: ArrayLike, axis: int) -> Argument:
    given = _checks.argument("logits", logits, axis)
    allowed = given.values < np.inf  # nan is not
    given.refuse(~allowed, "be finite or -inf", "holds {}", given.values)
    top = given.values.max(axis=-1)
    given.refuse(top == -np.inf, "have a finite number in every row", "holds only {}", top)
    return given


def _below_top(given: Argument) -> Floats:
    """Logits less the greatest of their row, so that no exponential overflows."""
    values = given.values.astype(np.float64, copy=False)
    top = values.max(axis=-1, keepdims=True)
    below = np.full(values.shape, -np.inf)  # what a distance beyond the largest float rounds to
    near = np.min(values) > -LARGEST / 2 and np.max(top) < LARGEST / 2
    where = True if near else values / 2 >= top / 2 - LARGEST / 2
    return np.subtract(values, top, out=below, where=where)
