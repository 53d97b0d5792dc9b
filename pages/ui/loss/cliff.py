"""Both losses and their slopes as Keras computes them, along the true class's logit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

import kl_core
from pages.ui.loss.limits import HIGH, LOW
from pages.ui.loss.results import target
from pages.ui.loss.sample import Sample

Array = NDArray[np.floating[Any]]

EPSILON = 1e-7  # below it Keras's KL hides Q
STEPS = 161  # from the least logit to the greatest, a quarter apart


@dataclass(frozen=True)
class Answers:
    """What Keras answers for logits: the value, and the slope in the true class's logit.

    `compiled`: cross-entropy in a compiled model, or after keras.activations.softmax;
    `eager`: after tf.nn.softmax, run eagerly.
    """

    q: Array
    kl: Array
    kl_slope: Array
    compiled: Array
    compiled_slope: Array
    eager: Array
    eager_slope: Array


def answers(sample: Sample, logits: Array) -> Answers:
    """What Keras answers for logits (..., k) and the target of a sample."""
    p = np.broadcast_to(target(sample), logits.shape)
    q, true = kl_core.softmax(logits), (..., sample.true)
    slopes = (
        kl_core.keras_kl_logit_gradient(p, logits),
        kl_core.keras_cross_entropy_logit_gradient(p, logits),
        kl_core.keras_cross_entropy_logit_gradient(p, logits, recovers_logits=False),
    )
    of_kl, of_compiled, of_eager = (slope[true] for slope in slopes)
    return Answers(
        q[true],
        np.asarray(kl_core.keras_kl_divergence(p, q)),
        of_kl,
        np.asarray(kl_core.keras_categorical_crossentropy(p, logits, from_logits=True)),
        of_compiled,
        np.asarray(kl_core.keras_categorical_crossentropy(p, q)),
        of_eager,
    )


def here(sample: Sample) -> Answers:
    """What Keras answers for the sample itself."""
    return answers(sample, np.array(sample.logits, float))


@lru_cache(maxsize=64)
def along(sample: Sample) -> tuple[Array, Answers]:
    """Logits of the true class and what Keras answers there; the other logits stay."""
    edge = border(sample)
    # On both sides of the edge, so that its fall is drawn upright.
    near = [edge - 1e-6, edge + 1e-6] if LOW < edge < HIGH else []
    places = np.sort([*np.linspace(LOW, HIGH, STEPS), *near, sample.logits[sample.true]])
    rows = np.tile(np.array(sample.logits, float), (len(places), 1))
    rows[:, sample.true] = places
    return places, answers(sample, rows)


def border(sample: Sample) -> float:
    """The true class's logit at which its q is 10⁻⁷: log q/(1 − q) above the others' log-sum."""
    others = [z for place, z in enumerate(sample.logits) if place != sample.true]
    top = max(others)
    together = top + math.log(sum(math.exp(z - top) for z in others))
    return together + math.log(EPSILON / (1 - EPSILON))
