"""Computes both losses of a sample, in nats: exact and in Keras, with gradients and descents.

And counts how often the recorded runs met the dead zone of Keras's KL.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, SupportsFloat

import numpy as np
from numpy.typing import NDArray

import kl_core
from kl_core.compat import EPSILON
from models.runs.record import Run
from models.runs.spec import LOSSES
from pages.ui.loss.state import HIGH, LOW, Sample
from pages.ui.scripts.fill import fill

Array = NDArray[np.floating[Any]]
Bars = Literal["distributions", "gradients", "moving"]  # what is drawn for each class
Sweep = Literal["value", "gradient"]  # what is drawn against the true class's logit

# The gradients of KL and of cross-entropy in the logits: exact, then as Keras computes them, if its
# cross-entropy finds the logits.
GRADIENTS = {
    False: (kl_core.logit_gradient, kl_core.logit_gradient),
    True: (kl_core.keras_kl_logit_gradient, kl_core.keras_cross_entropy_logit_gradient),
}
ROUNDING = 1e-12  # nats; a smaller value is 0, rounded
TARGET_SMOOTHING = 0.1  # makes a target with zeros a softmax of finite logits
SWEPT = np.linspace(LOW, HIGH, 161)  # values of the true class's logit


@dataclass(frozen=True)
class Path:
    """Gradient descent on one loss: its value and Q, before each step and after the last."""

    loss: Array
    q: Array


@dataclass(frozen=True)
class KerasValues:
    """Keras's losses for a logit of the true class, and their gradients in that logit.

    kl: KL divergence; from_logits: cross-entropy, where Keras has or finds the logits; clipped:
    cross-entropy, where it does not.
    """

    logit: Array
    q: Array
    kl: Array
    kl_gradient: Array
    from_logits: Array
    from_logits_gradient: Array
    clipped: Array
    clipped_gradient: Array


@dataclass(frozen=True)
class MovingTarget:
    """Gradients in P's own logits, where Q is fixed; `smoothed`: whether P had zeros."""

    p: Array
    smoothed: bool
    kl: Array
    cross_entropy: Array
    entropy: Array


@dataclass(frozen=True)
class Results:
    """All that the page shows of a sample.

    gradient: of both losses in the logits. paths: descents on KL and on cross-entropy from the same
    logits. threshold: the true class's logit at which its q is 10⁻⁷. current: Keras's losses at the
    sample's own logits; sweep: at other logits of the true class. moving: P's logits are learned.
    """

    sample: Sample
    p: Array
    q: Array
    kl: float
    cross_entropy: float
    entropy: float
    gradient: Array
    paths: tuple[Path, Path]
    threshold: float
    current: KerasValues
    sweep: KerasValues
    moving: MovingTarget


@lru_cache(maxsize=128)
def solve(sample: Sample) -> Results:
    """Compute everything for a sample."""
    p, logits = target(sample), np.array(sample.logits, float)
    q, threshold = kl_core.softmax(logits), _threshold(sample)
    # Just below and above the threshold, so that the gradient's jump is drawn vertically.
    near = [threshold - 1e-6, threshold + 1e-6] if LOW < threshold < HIGH else []
    swept = np.sort([*SWEPT, *near, sample.logits[sample.true]])
    rows = np.tile(logits, (len(swept), 1))
    rows[:, sample.true] = swept
    return Results(
        sample=sample,
        p=p,
        q=q,
        kl=float(kl_core.kl_divergence(p, q)),
        cross_entropy=float(kl_core.cross_entropy(p, q)),
        entropy=float(kl_core.entropy(p)),
        gradient=kl_core.logit_gradient(p, logits),
        paths=_paths(sample, p),
        threshold=threshold,
        current=_keras_values(p, logits, sample.true),
        sweep=_keras_values(p, rows, sample.true),
        moving=_moving(p, q),
    )


def target(sample: Sample) -> Array:
    """The target P."""
    if sample.weights:
        return kl_core.normalize(sample.weights)
    return kl_core.smooth_labels(np.eye(len(sample.names))[sample.label], sample.smoothing or 0.0)


def _paths(sample: Sample, p: Array) -> tuple[Path, Path]:
    """Gradient descent on KL and on cross-entropy."""
    keras = sample.descent.keras
    logits, others = (_descend(sample, p, gradient) for gradient in GRADIENTS[keras])
    q, r = kl_core.softmax(logits), kl_core.softmax(others)
    if keras:
        kl = kl_core.keras_kl_divergence(p, q)
        every = np.broadcast_to(p, others.shape)
        cross_entropy = kl_core.keras_categorical_crossentropy(every, others, from_logits=True)
    else:
        kl, cross_entropy = kl_core.kl_divergence(p, q), kl_core.cross_entropy(p, r)
    return Path(np.asarray(kl), q), Path(np.asarray(cross_entropy), r)


def _descend(sample: Sample, p: Array, gradient: Any) -> Array:
    """The logits before each step and after the last."""
    path = [np.array(sample.logits, float)]
    for _ in range(sample.descent.steps):
        path.append(path[-1] - sample.descent.rate * gradient(p, path[-1]))
    return np.array(path)


def _threshold(sample: Sample) -> float:
    """The true logit at q = 10⁻⁷: log(q/(1 − q)) + log-sum-exp of the other logits."""
    others = [z for place, z in enumerate(sample.logits) if place != sample.true]
    top = max(others)
    together = top + math.log(sum(math.exp(z - top) for z in others))
    return together + math.log(EPSILON / (1 - EPSILON))


def _keras_values(p: Array, logits: Array, true: int) -> KerasValues:
    """Keras's losses for logits (..., k)."""
    p, q = np.broadcast_to(p, logits.shape), kl_core.softmax(logits)
    cross_entropy, gradient = (
        kl_core.keras_categorical_crossentropy,
        kl_core.keras_cross_entropy_logit_gradient,
    )
    return KerasValues(
        logit=logits[..., true],
        q=q[..., true],
        kl=np.asarray(kl_core.keras_kl_divergence(p, q)),
        kl_gradient=kl_core.keras_kl_logit_gradient(p, logits)[..., true],
        from_logits=np.asarray(cross_entropy(p, logits, from_logits=True)),
        from_logits_gradient=gradient(p, logits)[..., true],
        clipped=np.asarray(cross_entropy(p, q)),
        clipped_gradient=gradient(p, logits, recovers_logits=False)[..., true],
    )


def _moving(p: Array, q: Array) -> MovingTarget:
    """Gradients of both losses and of H(P) in P's logits."""
    smoothed = not p.all()
    if smoothed:
        p = kl_core.smooth_labels(p, TARGET_SMOOTHING)
    log_p = np.log(p)
    return MovingTarget(
        p,
        smoothed,
        kl_core.kl_target_gradient(log_p, q),
        kl_core.cross_entropy_target_gradient(log_p, q),
        kl_core.cross_entropy_target_gradient(log_p, p),
    )


def clean(value: SupportsFloat) -> float:
    """The number, or 0 where it is only a rounded 0."""
    return 0.0 if abs(float(value)) < ROUNDING else float(value)


def script(sample: Sample) -> str:
    """Python that prints the same values."""
    label = tuple(int(i == sample.label) for i in range(len(sample.names)))
    return fill(
        "loss",
        logits=dict(zip(sample.names, sample.logits, strict=True)),
        target=sample.weights or label,
        smoothing=sample.smoothing or 0,
        step_size=sample.descent.rate,
        steps=sample.descent.steps,
        as_keras=sample.descent.keras,
    )


@dataclass(frozen=True)
class Count:
    """One epoch of all runs with one loss: training images, and those in the dead zone."""

    loss: str
    epoch: int
    runs: int
    images: int
    dead: int


def counts(runs: Iterable[Run]) -> tuple[Count, ...]:
    """Counts for each loss and epoch, KL first; `loss` is its title."""
    epochs: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for run in runs:
        for epoch in run.history:
            epochs[run.spec.loss, epoch.epoch].append((run.images["training"], epoch.dead_zone))
    return tuple(
        Count(LOSSES[loss].title, epoch, len(seen), *map(sum, zip(*seen, strict=True)))
        for loss in LOSSES
        for (of, epoch), seen in sorted(epochs.items())
        if of == loss
    )


def highest_rate(counts: Sequence[Count]) -> float:
    """The highest rate of any epoch, per million images."""
    return max(1e6 * count.dead / count.images for count in counts)
