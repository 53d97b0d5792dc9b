"""What Keras's losses answer to a one-hot label, by the probability q of its class."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

import kl_core

CLASSES = 10
EXAMPLES = Path(__file__).with_name("examples")
# The whole file is the loss that visitors copy.
PASTED = Path(__file__).parents[3] / "models" / "convnet" / "kl_from_logits.py"


class Answer(NamedTuple):
    """A loss in nats, and its gradient in the true class's logit."""

    loss: float
    gradient: float


def answers(q: float) -> dict[str, Answer]:
    """Three ways to write the loss → what each answers, for 0 < q < 1."""
    label = np.eye(CLASSES)[0]
    logits = np.log([q] + (CLASSES - 1) * [(1 - q) / (CLASSES - 1)])
    softmax = kl_core.softmax(logits)
    exact = kl_core.kl_divergence(label, q_logits=logits)
    clipped = kl_core.keras_kl_divergence(label, softmax)
    crossentropy = kl_core.keras_categorical_crossentropy(label, softmax)
    gradients = (
        kl_core.keras_kl_logit_gradient(label, logits),
        kl_core.keras_cross_entropy_logit_gradient(label, logits, recovers_logits=False),
        kl_core.logit_gradient(label, logits),
    )
    losses = clipped, crossentropy, exact
    names = '`"kl_divergence"`', '`"categorical_crossentropy"`, clipped', "either loss, from logits"
    return {
        name: Answer(float(loss), float(gradient[0]))
        for name, loss, gradient in zip(names, losses, gradients, strict=True)
    }


def example(name: str) -> str:
    """The code of an example, without its docstring."""
    text = (EXAMPLES / f"{name}.py").read_text(encoding="utf-8")
    return text.split("\n\n", 1)[1]


def pasted() -> str:
    """The loss function to copy."""
    return PASTED.read_text(encoding="utf-8")
