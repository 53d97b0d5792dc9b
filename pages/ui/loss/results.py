"""What kl_core finds for a sample, in nats: both losses, their slopes, and the way down."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

import kl_core
from pages.ui.loss.sample import Sample
from pages.ui.scripts.fill import fill

Array = NDArray[np.floating[Any]]

# Exactly, then as Keras computes them in a compiled model: the slope of KL, that of cross-entropy.
SLOPES = {
    False: (kl_core.logit_gradient, kl_core.logit_gradient),
    True: (kl_core.keras_kl_logit_gradient, kl_core.keras_cross_entropy_logit_gradient),
}
SOFT = 0.1  # the smoothing of a target that has zeros, where it has to be a softmax


@dataclass(frozen=True)
class Results:
    """P and Q, both losses, the entropy between them, and the slope of both in every logit."""

    p: Array
    q: Array
    kl: float
    cross_entropy: float
    entropy: float
    gradient: Array


@dataclass(frozen=True)
class Way:
    """One loss on its way down: its value before each step and after the last, and Q by class."""

    loss: Array
    q: Array


@dataclass(frozen=True)
class Moving:
    """The slopes in P's logits, where P is a softmax too; `softened`: whether P had zeros."""

    p: Array
    softened: bool
    kl: Array
    cross_entropy: Array
    entropy: Array


def target(sample: Sample) -> Array:
    """The target P."""
    if sample.weights:
        return kl_core.normalize(sample.weights)
    return kl_core.smooth_labels(np.eye(len(sample.names))[sample.label], sample.smoothing or 0.0)


@lru_cache(maxsize=256)
def solve(sample: Sample) -> Results:
    """Both losses of a sample, exactly."""
    p, q = target(sample), kl_core.softmax(sample.logits)
    return Results(
        p,
        q,
        float(kl_core.kl_divergence(p, q)),
        float(kl_core.cross_entropy(p, q)),
        float(kl_core.entropy(p)),
        kl_core.logit_gradient(p, sample.logits),
    )


@lru_cache(maxsize=64)
def ways(sample: Sample) -> tuple[Way, Way]:
    """Gradient descent on KL and on cross-entropy, from the same logits."""
    p, keras = target(sample), sample.descent.keras
    kl, cross_entropy = (_logits(sample, p, slope) for slope in SLOPES[keras])
    q, r = kl_core.softmax(kl), kl_core.softmax(cross_entropy)
    if not keras:
        value, other = kl_core.kl_divergence(p, q), kl_core.cross_entropy(p, r)
        return Way(np.asarray(value), q), Way(np.asarray(other), r)
    every = np.broadcast_to(p, cross_entropy.shape)
    value = kl_core.keras_kl_divergence(p, q)
    other = kl_core.keras_categorical_crossentropy(every, cross_entropy, from_logits=True)
    return Way(np.asarray(value), q), Way(np.asarray(other), r)


def _logits(sample: Sample, p: Array, slope: Any) -> Array:
    """The logits before each step, and after the last."""
    path = [np.array(sample.logits, float)]
    for _ in range(sample.descent.steps):
        path.append(path[-1] - sample.descent.rate * slope(p, path[-1]))
    return np.array(path)


def moving(sample: Sample) -> Moving:
    """The slopes of both losses and of H(P) where P moves and Q stays."""
    p = target(sample)
    softened = not p.all()
    if softened:
        p = kl_core.smooth_labels(p, SOFT)
    log_p, q = np.log(p), kl_core.softmax(sample.logits)
    return Moving(
        p,
        softened,
        kl_core.kl_target_gradient(log_p, q),
        kl_core.cross_entropy_target_gradient(log_p, q),
        kl_core.cross_entropy_target_gradient(log_p, p),
    )


def script(sample: Sample) -> str:
    """The Python that prints all this."""
    label = tuple(int(place == sample.label) for place in range(len(sample.names)))
    return fill(
        "loss",
        logits=dict(zip(sample.names, sample.logits, strict=True)),
        target=sample.weights or label,
        smoothing=sample.smoothing or 0,
        step_size=sample.descent.rate,
        steps=sample.descent.steps,
        as_keras=sample.descent.keras,
    )
