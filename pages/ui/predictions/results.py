"""What is computed of one picture, and of the list of photographs that it stands in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import kl_core
from models.data.cifar10 import CLASSES
from models.data.cifar10h import Votes
from models.evaluation import metrics
from models.evaluation.predictions import Predictions
from pages.ui.predictions.state import KL, Floats, Subject

ANY = "any"  # class


def js_divergence(subject: Subject) -> float:
    """How far both networks are apart on this picture, in nats."""
    return float(kl_core.js_divergence(*map(kl_core.normalize, subject.q.values())))


@dataclass(frozen=True)
class Photographs:
    """What both networks predict for all photographs of a kind, and what people voted.

    loss: that of the network whose Q is shown; votes: None where they are not here.
    """

    kl: Predictions
    ce: Predictions
    loss: str
    votes: Votes | None

    @property
    def shown(self) -> Predictions:
        """What the network whose Q is shown predicts."""
        return self.kl if self.loss == KL else self.ce

    def order(self, by: str) -> NDArray[np.intp]:
        """Their numbers, a key of `ORDERS` says in which order; of equals, the first comes first.

        Raises ValueError where the votes are needed and not here.
        """
        return np.argsort(-ORDERS[by](self), kind="stable")


def _people(those: Photographs) -> Floats:
    if those.votes is None:
        raise ValueError("People’s votes are not here: choose another order.")
    return those.votes.first(len(those.kl.labels)).entropy


# Of each order, the value by which it falls.
ORDERS: dict[str, Callable[[Photographs], Floats]] = {
    "loss": lambda those: metrics.kl_from_labels(those.shown),
    "entropy": lambda those: np.asarray(kl_core.entropy(those.shown.q)),
    "apart": lambda those: np.asarray(kl_core.js_divergence(those.kl.q, those.ce.q)),
    "people": _people,
    "file": lambda those: -np.arange(len(those.kl.labels), dtype=np.float64),
}


def listed(
    numbers: NDArray[np.intp], predictions: Predictions, true: str, predicted: str
) -> list[int]:
    """Those of the numbers whose photograph is of one true class and of one predicted class."""
    wanted = np.ones(len(predictions.labels), bool)
    if true != ANY:
        wanted &= predictions.labels == CLASSES.index(true)
    if predicted != ANY:
        wanted &= predictions.log_q.argmax(axis=1) == CLASSES.index(predicted)
    return numbers[wanted[numbers]].tolist()
