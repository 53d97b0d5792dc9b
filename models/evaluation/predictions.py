"""A trained network's softmax for images, kept small enough to ship."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import kl_core


@dataclass(frozen=True)
class Predictions:
    """log q (n, k) and labels (n,) of images, in the order of the data files.

    Logarithms, because float16 cannot hold a q below 6e-8, nor one between 0.9995 and 1: there the
    negative log-likelihood of the true class would be ∞ or 0. Logarithms keep three digits.
    """

    log_q: NDArray[np.floating]
    labels: NDArray[np.uint8]

    @classmethod
    def of(cls, q: NDArray[np.floating], labels: NDArray[np.uint8]) -> Predictions:
        """From probabilities."""
        log_q = np.full_like(q, -np.inf)
        np.log(q, out=log_q, where=q != 0)  # 0 stays −∞, and NaN, where training diverged, NaN
        return cls(log_q, labels)

    @property
    def q(self) -> NDArray[np.floating]:
        """The probabilities, each row with sum 1. Raises ValueError if training diverged."""
        return kl_core.softmax(self.log_q.astype(np.float64))

    @property
    def accuracy(self) -> float:
        """The proportion of images whose most probable class is the true one; ties: the first."""
        return float(np.mean(self.log_q.argmax(axis=1) == self.labels))


def to_arrays(predictions: Mapping[str, Predictions]) -> dict[str, NDArray[Any]]:
    """As arrays to save: for each kind of images ("validation", "test") log q and labels."""
    arrays: dict[str, NDArray[Any]] = {}
    for kind, each in predictions.items():
        arrays[f"{kind}_log_q"] = each.log_q.astype(np.float16)
        arrays[f"{kind}_labels"] = each.labels
    return arrays


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> dict[str, Predictions]:
    """Read the arrays of `to_arrays`. Raises ValueError for anything else."""
    kinds = [name.removesuffix("_labels") for name in arrays if name.endswith("_labels")]
    try:
        predictions = {k: Predictions(arrays[f"{k}_log_q"], arrays[f"{k}_labels"]) for k in kinds}
    except KeyError as error:
        raise ValueError(f"these are not predictions: {error} is missing.") from error
    for kind, each in predictions.items():
        if each.log_q.ndim != 2 or each.labels.shape != each.log_q.shape[:1]:
            raise ValueError(f"these are not predictions: {kind} has rows without a label.")
    return predictions
