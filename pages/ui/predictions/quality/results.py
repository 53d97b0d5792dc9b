"""What recorded predictions say of networks: of two side by side, and of many in pairs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.evaluation import metrics
from models.evaluation.agreement import Agreement, PredictedDistributions
from models.evaluation.metrics import Bin, Mean, Share
from models.evaluation.predictions import Predictions
from pages.ui.predictions.state import MatchedRuns

# What the two networks, and the kinds of pairs, are called in tables, charts and words.
NAMES = ("KL divergence", "Cross-entropy")
ROWS = ("KL against cross-entropy, same seed", "KL, two seeds", "cross-entropy, two seeds")


@dataclass(frozen=True)
class Mistake:
    """So many of the images of one class were taken for another, both by number."""

    truth: int
    guess: int
    images: Share


@dataclass(frozen=True)
class Quality:
    """One network on one kind of images.

    labels, guesses: (n,); losses: KL(label‖softmax) of each image in nats, (n,);
    error: the expected calibration error of `bins`; chance: about what it would be of a calibrated
    network of the same confidence; gap: right (0 or 1) minus confidence; half: the fewest images
    that make up half of all loss; confusion: (k, k), truth × guess.
    """

    labels: NDArray[np.uint8]
    guesses: NDArray[np.intp]
    losses: NDArray[np.floating]
    accuracy: Share
    bins: tuple[Bin, ...]
    error: float
    chance: float
    gap: Mean
    kl: Mean
    median: float
    half: Share
    by_class: tuple[Share, ...]
    confusion: NDArray[np.int64]

    @classmethod
    def of(cls, predictions: Predictions) -> Quality:
        """Raises ValueError if training diverged."""
        losses, bins = metrics.kl_from_labels(predictions), metrics.reliability(predictions)
        logs = metrics.log_q(predictions)
        guesses, confidence = logs.argmax(axis=1), np.exp(logs.max(axis=1))
        return cls(
            labels=predictions.labels,
            guesses=guesses,
            losses=losses,
            accuracy=metrics.accuracy(predictions),
            bins=bins,
            error=metrics.expected_calibration_error(bins),
            chance=metrics.calibration_error_by_chance(bins),
            gap=Mean.of((guesses == predictions.labels) - confidence),
            kl=Mean.of(losses),
            median=float(np.median(losses)),
            half=metrics.fewest_for_half(losses),
            by_class=metrics.class_accuracies(predictions),
            confusion=metrics.confusion(predictions),
        )

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which images it has right: (n,)."""
        return self.guesses == self.labels

    @property
    def mistake(self) -> Mistake | None:
        """The most frequent one; the first of equals; none where all is right."""
        wrong = self.confusion - np.diag(self.confusion.diagonal())
        truth, guess = divmod(int(wrong.argmax()), len(wrong))
        if not wrong[truth, guess]:
            return None
        of = int(self.confusion[truth].sum())
        return Mistake(truth, guess, Share(int(wrong[truth, guess]), of))


@dataclass(frozen=True)
class PairedEvaluation:
    """Both networks of a pair on the same images. Raises ValueError if the labels differ."""

    kl: Quality
    ce: Quality

    def __post_init__(self) -> None:
        if not np.array_equal(self.kl.labels, self.ce.labels):
            raise ValueError("These two nets were judged on different images: choose another pair.")

    @property
    def networks(self) -> tuple[Quality, Quality]:
        """Both, that of KL first."""
        return self.kl, self.ce

    @property
    def n(self) -> int:
        """The number of images."""
        return self.kl.accuracy.n

    @property
    def difference(self) -> Mean:
        """KL's accuracy minus cross-entropy's, image by image: each is −1, 0 or 1."""
        return Mean.of(np.subtract(self.kl.right, self.ce.right, dtype=np.float64))


@dataclass(frozen=True)
class Comparison:
    """Two networks, by their seeds, and how far they agree."""

    seeds: tuple[int, int]
    agreement: Agreement

    @property
    def same(self) -> float:
        """The share of the images of which both guess the same class."""
        return self.agreement.same.value

    @property
    def js(self) -> float:
        """The mean Jensen–Shannon divergence, in nats."""
        return self.agreement.js.value

    @property
    def kl(self) -> float:
        """The mean of KL in both directions, over the images, in nats."""
        both = self.agreement
        return (both.kl_first_second.value + both.kl_second_first.value) / 2


@dataclass(frozen=True)
class LossOrSeed:
    """Networks in pairs: of one seed and both losses, and of one loss and two seeds.

    left_out: the titles of the pairs of which a training diverged.
    """

    losses: tuple[Comparison, ...]
    kl_seeds: tuple[Comparison, ...]
    ce_seeds: tuple[Comparison, ...]
    left_out: tuple[str, ...]

    @property
    def seeds(self) -> tuple[Comparison, ...]:
        """All pairs of two seeds."""
        return self.kl_seeds + self.ce_seeds

    @property
    def rows(self) -> dict[str, tuple[Comparison, ...]]:
        """Each of `ROWS` that has a pair."""
        kinds = zip(ROWS, (self.losses, self.kl_seeds, self.ce_seeds), strict=True)
        return {row: pairs for row, pairs in kinds if pairs}


def loss_or_seed(pairs: Iterable[tuple[MatchedRuns, Predictions, Predictions]]) -> LossOrSeed:
    """What the networks of these pairs, KL's and cross-entropy's, predict for the same images."""
    kept, left_out = [], []
    for pair, kl, ce in pairs:
        try:
            both = PredictedDistributions.of(kl), PredictedDistributions.of(ce)
        except ValueError:
            left_out.append(pair.title)
        else:
            kept.append((pair.kl.spec.seed, *both))
    return LossOrSeed(
        tuple(Comparison((seed, seed), kl.agreement(ce)) for seed, kl, ce in kept),
        _ring([(seed, kl) for seed, kl, _ in kept]),
        _ring([(seed, ce) for seed, _, ce in kept]),
        tuple(left_out),
    )


def _ring(networks: list[tuple[int, PredictedDistributions]]) -> tuple[Comparison, ...]:
    """Each network with the next, and the last with the first: so each is in two pairs."""
    pairs = list(zip(networks, networks[1:] + networks[:1], strict=True))
    if len(networks) <= 2:  # of two, both ways round are one pair
        pairs = pairs[:-1]
    return tuple(
        Comparison((seed, other_seed), network.agreement(other))
        for (seed, network), (other_seed, other) in pairs
    )
