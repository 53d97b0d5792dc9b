"""All that is computed of a sample, in nats: both losses, their slopes, Keras's, the descents.

And how often the recorded runs met Keras's dead zone.
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
Bars = Literal["distributions", "gradients", "moving"]  # what is drawn class by class
Cliff = Literal["value", "slope"]  # what is drawn along the true class's logit

# Exactly, then as Keras computes them in a compiled model: the slope of KL, that of cross-entropy.
SLOPES = {
    False: (kl_core.logit_gradient, kl_core.logit_gradient),
    True: (kl_core.keras_kl_logit_gradient, kl_core.keras_cross_entropy_logit_gradient),
}
NOTHING = 1e-12  # nats; what is less is the rounding of 0
SOFT = 0.1  # the smoothing of a target that has zeros, where it has to be a softmax
PLACES = np.linspace(LOW, HIGH, 161)  # of the true class's logit, a quarter apart


@dataclass(frozen=True)
class Path:
    """One loss on its way down: its value before each step and after the last, and Q by class."""

    loss: Array
    q: Array


@dataclass(frozen=True)
class Answers:
    """What Keras answers for the true class's logit: the value, and the slope in that logit.

    `compiled`: cross-entropy in a compiled model, or after keras.activations.softmax;
    `eager`: after tf.nn.softmax, run eagerly.
    """

    logit: Array
    q: Array
    kl: Array
    kl_slope: Array
    compiled: Array
    compiled_slope: Array
    eager: Array
    eager_slope: Array


@dataclass(frozen=True)
class Moving:
    """The slopes in P's logits, where P is a softmax too; `softened`: whether P had zeros."""

    p: Array
    softened: bool
    kl: Array
    cross_entropy: Array
    entropy: Array


@dataclass(frozen=True)
class Results:
    """All of a sample.

    gradient: the slope of both losses in every logit. paths: down KL and down cross-entropy, from
    the same logits. border: the true class's logit at which its q is 10⁻⁷. here: what Keras answers
    for the sample; along: for other logits of the true class. moving: where P moves and Q stays.
    """

    sample: Sample
    p: Array
    q: Array
    kl: float
    cross_entropy: float
    entropy: float
    gradient: Array
    paths: tuple[Path, Path]
    border: float
    here: Answers
    along: Answers
    moving: Moving


@lru_cache(maxsize=128)
def solve(sample: Sample) -> Results:
    """All of a sample."""
    p, logits = target(sample), np.array(sample.logits, float)
    q, border = kl_core.softmax(logits), _border(sample)
    # On both sides of the border, so that its fall is drawn upright.
    near = [border - 1e-6, border + 1e-6] if LOW < border < HIGH else []
    places = np.sort([*PLACES, *near, sample.logits[sample.true]])
    rows = np.tile(logits, (len(places), 1))
    rows[:, sample.true] = places
    return Results(
        sample=sample,
        p=p,
        q=q,
        kl=float(kl_core.kl_divergence(p, q)),
        cross_entropy=float(kl_core.cross_entropy(p, q)),
        entropy=float(kl_core.entropy(p)),
        gradient=kl_core.logit_gradient(p, logits),
        paths=_paths(sample, p),
        border=border,
        here=_answers(p, logits, sample.true),
        along=_answers(p, rows, sample.true),
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
    logits, others = (_descend(sample, p, slope) for slope in SLOPES[keras])
    q, r = kl_core.softmax(logits), kl_core.softmax(others)
    if keras:
        kl = kl_core.keras_kl_divergence(p, q)
        every = np.broadcast_to(p, others.shape)
        cross_entropy = kl_core.keras_categorical_crossentropy(every, others, from_logits=True)
    else:
        kl, cross_entropy = kl_core.kl_divergence(p, q), kl_core.cross_entropy(p, r)
    return Path(np.asarray(kl), q), Path(np.asarray(cross_entropy), r)


def _descend(sample: Sample, p: Array, slope: Any) -> Array:
    """The logits before each step, and after the last."""
    path = [np.array(sample.logits, float)]
    for _ in range(sample.descent.steps):
        path.append(path[-1] - sample.descent.rate * slope(p, path[-1]))
    return np.array(path)


def _border(sample: Sample) -> float:
    """log q/(1 − q) above the log-sum of the other classes' logits, at q = 10⁻⁷."""
    others = [z for place, z in enumerate(sample.logits) if place != sample.true]
    top = max(others)
    together = top + math.log(sum(math.exp(z - top) for z in others))
    return together + math.log(EPSILON / (1 - EPSILON))


def _answers(p: Array, logits: Array, true: int) -> Answers:
    """What Keras answers for logits (..., k)."""
    p, q = np.broadcast_to(p, logits.shape), kl_core.softmax(logits)
    of_keras, slope = (
        kl_core.keras_categorical_crossentropy,
        kl_core.keras_cross_entropy_logit_gradient,
    )
    return Answers(
        logit=logits[..., true],
        q=q[..., true],
        kl=np.asarray(kl_core.keras_kl_divergence(p, q)),
        kl_slope=kl_core.keras_kl_logit_gradient(p, logits)[..., true],
        compiled=np.asarray(of_keras(p, logits, from_logits=True)),
        compiled_slope=slope(p, logits)[..., true],
        eager=np.asarray(of_keras(p, q)),
        eager_slope=slope(p, logits, recovers_logits=False)[..., true],
    )


def _moving(p: Array, q: Array) -> Moving:
    """The slopes of both losses and of H(P) in P's logits."""
    softened = not p.all()
    if softened:
        p = kl_core.smooth_labels(p, SOFT)
    log_p = np.log(p)
    return Moving(
        p,
        softened,
        kl_core.kl_target_gradient(log_p, q),
        kl_core.cross_entropy_target_gradient(log_p, q),
        kl_core.cross_entropy_target_gradient(log_p, p),
    )


def clean(value: SupportsFloat) -> float:
    """A number without the rounding of 0."""
    return 0.0 if abs(float(value)) < NOTHING else float(value)


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


@dataclass(frozen=True)
class Count:
    """One epoch of all runs with one loss: images seen in training, those in the dead zone."""

    loss: str
    epoch: int
    runs: int
    images: int
    dead: int


def counts(runs: Iterable[Run]) -> tuple[Count, ...]:
    """The counts of every epoch, KL first; `loss` is its title."""
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


def worst(counts: Sequence[Count]) -> float:
    """The highest share of any epoch, in a million images."""
    return max(1e6 * count.dead / count.images for count in counts)
