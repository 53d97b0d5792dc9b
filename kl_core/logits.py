"""Softmax, its logarithm, and KL divergence between two of them."""

from __future__ import annotations

from typing import SupportsIndex

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _from_logits, _rowwise, _validation
from kl_core._numerics import LARGEST, Floats, gradual_underflow
from kl_core._validation import Argument
from kl_core._weights import Side, require_logits
from kl_core.discrete import Array, Result


@gradual_underflow
def softmax(logits: ArrayLike, *, axis: SupportsIndex = -1) -> Array:
    """The distribution that belongs to a network's logits.

    qᵢ = exp(zᵢ) / Σⱼ exp(zⱼ); a logit of −inf is a probability of 0.
    logits: (..., k) → (..., k).
    Raises ValueError for nan, +inf, and rows of nothing but −inf.
    Source: Bridle (1990).

    >>> softmax([2.0, 1.0, -np.inf]).round(4).tolist()
    [0.7311, 0.2689, 0.0]
    """
    given = _read("logits", logits, axis)
    weights = _below_top(given.values.astype(np.float64, copy=False))
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=-1, keepdims=True)
    return given.restore(weights)


@gradual_underflow
def log_softmax(logits: ArrayLike, *, axis: SupportsIndex = -1) -> Array:
    """The log of softmax, in nats, precise even if the probability rounds to 0 or 1.

    log qᵢ = zᵢ − log Σⱼ exp(zⱼ).
    logits: (..., k) → (..., k).
    Raises ValueError for nan, +inf, and rows of nothing but −inf.
    Source: Blanchard, Higham & Higham (2021).

    >>> log_softmax([0.0, -800.0]).tolist()
    [0.0, -800.0]
    """
    given = _read("logits", logits, axis)
    return given.restore(log_softmax_rows(given.values.astype(np.float64, copy=False)))


def kl_divergence_from_logits(
    p_logits: ArrayLike, q_logits: ArrayLike, *, axis: SupportsIndex = -1, base: float | None = None
) -> Result:
    """KL divergence between two softmaxes, precise even if a probability underflows.

    KL(softmax(p_logits)‖softmax(q_logits)), in nats, or in units of log(base): the same as
    kl_divergence with p_logits= and q_logits=. The logarithms of a distribution are logits too,
    with −inf for a probability of 0.
    p_logits, q_logits: (..., k), broadcast together → (...).
    Raises ValueError for nan, +inf, and rows of nothing but −inf.

    >>> round(float(kl_divergence_from_logits([7, 7], [0, -2000])), 4)
    999.3069
    """
    p, q = (
        Side(_validation.argument(name, logits, axis), by_logits=True)
        for name, logits in (("p_logits", p_logits), ("q_logits", q_logits))
    )
    return _from_logits.map_rows(_from_logits.kl_rows, p, q, base)


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


def _read(name: str, logits: ArrayLike, axis: SupportsIndex) -> Argument:
    given = _validation.argument(name, logits, axis)
    require_logits(given)
    return given


def _below_top(logits: Floats) -> Floats:
    """Logits less the greatest of their row, so that no exponential overflows."""
    top = logits.max(axis=-1, keepdims=True)
    below = np.full(logits.shape, -np.inf)  # what a distance beyond the largest float rounds to
    near = np.min(logits, initial=0) > -LARGEST / 2 and np.max(top, initial=0) < LARGEST / 2
    where = True if near else logits / 2 >= top / 2 - LARGEST / 2
    return np.subtract(logits, top, out=below, where=where)


def log_softmax_rows(logits: Floats) -> Floats:
    """Log softmax of each row of checked logits."""
    below = _below_top(logits)
    others = np.exp(below)
    # Without the top's own 1, the sum keeps what 1 would absorb.
    np.put_along_axis(others, below.argmax(axis=-1, keepdims=True), 0.0, axis=-1)
    return below - np.log1p(others.sum(axis=-1, keepdims=True))
