"""How good predicted distributions are: accuracy, calibration, KL from the labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import kl_core
from models.evaluation.predictions import Predictions
from models.evaluation.statistics import Z

Floats = NDArray[np.floating]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Share:
    """A number of hits among n images."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """hits / n, from 0 to 1; NaN of no images."""
        return self.hits / self.n if self.n else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the proportion among all such images; (0, 1) for no images.

        (p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n), with z = 1.96.
        Source: Wilson (1927).
        """
        if self.n == 0:
            return 0.0, 1.0
        p, n = self.value, self.n
        centre = p + Z**2 / (2 * n)
        reach = Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
        low, high = ((centre + sign * reach) / (1 + Z**2 / n) for sign in (-1, 1))
        # At the ends they are exactly 0 and 1, up to rounding.
        return (low if self.hits else 0.0), (high if self.hits < n else 1.0)


@dataclass(frozen=True)
class Mean:
    """The mean of a value over n images, with its standard error s / √n: NaN of one image."""

    value: float
    standard_error: float
    n: int

    @classmethod
    def of(cls, values: Floats) -> Mean:
        """Of one value an image. An infinite one makes the mean infinite and its error NaN."""
        n, mean = len(values), float(np.mean(values))
        if n < 2 or math.isinf(mean):
            return cls(mean, math.nan, n)
        return cls(mean, float(np.std(values, ddof=1)) / math.sqrt(n), n)

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the mean over all such images, for this one network.

        value ± 1.96 standard errors: the normal approximation, good for hundreds of images.
        """
        return self.value - Z * self.standard_error, self.value + Z * self.standard_error


def log_q(predictions: Predictions) -> Floats:
    """The logarithms of the softmax, (n, k), normalised again after the rounding to float16.

    Raises ValueError if training diverged, as do all functions below.
    """
    if np.isnan(predictions.log_q).any():
        raise ValueError("This network's training diverged: its predictions are NaN.")
    return kl_core.log_softmax(predictions.log_q.astype(np.float64))


def accuracy(predictions: Predictions) -> Share:
    """The images whose most probable class is the true class; of ties, the first class counts."""
    right = _guesses(predictions) == predictions.labels
    return Share(int(np.count_nonzero(right)), len(right))


def confusion(predictions: Predictions) -> Counts:
    """The confusion matrix: images of each class by predicted class, (k, k), true × predicted."""
    guesses, classes = _guesses(predictions), predictions.log_q.shape[1]
    cells = predictions.labels.astype(np.int64) * classes + guesses
    return np.bincount(cells, minlength=classes**2).reshape(classes, classes)


def class_accuracies(predictions: Predictions) -> tuple[Share, ...]:
    """The accuracy among the images of each class, also called its recall."""
    table = confusion(predictions)
    return tuple(Share(int(row[c]), int(row.sum())) for c, row in enumerate(table))


@dataclass(frozen=True)
class Bin:
    """The images with confidence max q in one interval: low < max q ≤ high.

    confidence: the mean of max q over them, NaN of none; accuracy: how many are predicted
    correctly; variance: Σ max q (1 − max q), the variance of that number under perfect calibration.
    """

    low: float
    high: float
    confidence: float
    accuracy: Share
    variance: float


def reliability(predictions: Predictions, bins: int = 10) -> tuple[Bin, ...]:
    """The reliability diagram: accuracy by confidence, in bins of equal width.

    Source: Guo, Pleiss, Sun & Weinberger (2017), section 2.
    """
    confidence = np.exp(log_q(predictions).max(axis=1))
    right = _guesses(predictions) == predictions.labels
    edges = np.arange(bins + 1) / bins
    place = np.searchsorted(edges[1:-1], confidence, side="left")
    n, hits, total, variance = (
        np.bincount(place, weights, bins)
        for weights in (None, right, confidence, confidence * (1 - confidence))
    )
    return tuple(
        Bin(
            float(edges[b]),
            float(edges[b + 1]),
            float(total[b] / n[b]) if n[b] else math.nan,
            Share(int(hits[b]), int(n[b])),
            float(variance[b]),
        )
        for b in range(bins)
    )


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """The expected calibration error (ECE), from 0 to 1.

    ECE = Σ n_b/n |accuracy_b − confidence_b| over the bins.
    Source: Guo, Pleiss, Sun & Weinberger (2017), eq. 3, after Naeini, Cooper & Hauskrecht (2015).
    """
    filled = [b for b in bins if b.accuracy.n]
    gaps = [b.accuracy.n * abs(b.accuracy.value - b.confidence) for b in filled]
    return math.fsum(gaps) / sum(b.accuracy.n for b in filled)


def calibration_error_by_chance(bins: Sequence[Bin]) -> float:
    """About the mean ECE of a perfectly calibrated network with the same confidences.

    √(2/π) Σ √variance_b / n over the bins: that of a normal gap of mean 0 is σ √(2/π) on average.
    """
    spread = math.fsum(math.sqrt(b.variance) for b in bins)
    return math.sqrt(2 / math.pi) * spread / sum(b.accuracy.n for b in bins)


def kl_from_labels(predictions: Predictions) -> Floats:
    """KL(label‖softmax) of each image in nats, which is the negative log-likelihood: (n,).

    −log q of the true class, from the logarithms, so that none is ∞ by underflow.
    """
    rows = np.arange(len(predictions.labels))
    # 0 − 0 is 0 for a class with q = 1, where the negation would be −0.
    return 0.0 - log_q(predictions)[rows, predictions.labels]


def fewest_for_half(losses: Floats) -> Share:
    """The fewest images whose losses sum to half of the total: those with the largest, of (n,)."""
    so_far = np.cumsum(np.sort(losses)[::-1])
    return Share(int(np.searchsorted(so_far, so_far[-1] / 2)) + 1, len(losses))


def _guesses(predictions: Predictions) -> NDArray[np.intp]:
    return log_q(predictions).argmax(axis=1)
