"""Recorded predictions evaluated: of two networks, and of many in pairs."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.evaluation import metrics
from models.evaluation.agreement import Agreement, PredictedDistributions
from models.evaluation.metrics import Bin, Mean, Share
from models.evaluation.predictions import Predictions
from models.runs.record import Run
from pages.ui.predictions.state import CE, KL, MatchedRuns

# What the two networks, and the kinds of pairs, are called in tables, charts and words.
NAMES = ("KL divergence", "Cross-entropy")
ROWS = (
    "only the loss differs",
    "only the seed differs, KL",
    "only the seed differs, cross-entropy",
    "only rounding differs",
)


@dataclass(frozen=True)
class Confusion:
    """How many images of one true class got another predicted class, both by number."""

    true: int
    predicted: int
    images: Share


@dataclass(frozen=True)
class Evaluation:
    """One network on one kind of images.

    labels, predicted: classes, (n,); losses: KL(label‖softmax) = −ln q of the true class in nats,
    (n,); ece: the expected calibration error of `bins`; ece_by_chance: about the mean ECE of
    calibrated networks with the same confidences; gap: correct (0 or 1) minus confidence; half: the
    fewest images that make up half of the sum of the losses; confusion: (k, k), true × predicted.
    """

    labels: NDArray[np.uint8]
    predicted: NDArray[np.intp]
    losses: NDArray[np.floating]
    accuracy: Share
    bins: tuple[Bin, ...]
    ece: float
    ece_by_chance: float
    gap: Mean
    kl: Mean
    median: float
    half: Share
    by_class: tuple[Share, ...]
    confusion: NDArray[np.int64]

    @classmethod
    def of(cls, predictions: Predictions) -> Evaluation:
        """Raises ValueError if training diverged."""
        losses, bins = metrics.kl_from_labels(predictions), metrics.reliability(predictions)
        logs = metrics.log_q(predictions)
        predicted, confidence = logs.argmax(axis=1), np.exp(logs.max(axis=1))
        return cls(
            labels=predictions.labels,
            predicted=predicted,
            losses=losses,
            accuracy=metrics.accuracy(predictions),
            bins=bins,
            ece=metrics.expected_calibration_error(bins),
            ece_by_chance=metrics.calibration_error_by_chance(bins),
            gap=Mean.of((predicted == predictions.labels) - confidence),
            kl=Mean.of(losses),
            median=float(np.median(losses)),
            half=metrics.fewest_for_half(losses),
            by_class=metrics.class_accuracies(predictions),
            confusion=metrics.confusion(predictions),
        )

    @property
    def correct(self) -> NDArray[np.bool_]:
        """Which images it predicts correctly: (n,)."""
        return self.predicted == self.labels

    @property
    def most_confused(self) -> Confusion | None:
        """The most frequent one; the first of equals; none where all are correct."""
        wrong = self.confusion - np.diag(self.confusion.diagonal())
        true, predicted = divmod(int(wrong.argmax()), len(wrong))
        if not wrong[true, predicted]:
            return None
        of = int(self.confusion[true].sum())
        return Confusion(true, predicted, Share(int(wrong[true, predicted]), of))


@dataclass(frozen=True)
class PairedEvaluation:
    """Both networks of a pair on the same images. Raises ValueError if the labels differ."""

    kl: Evaluation
    ce: Evaluation

    def __post_init__(self) -> None:
        if not np.array_equal(self.kl.labels, self.ce.labels):
            raise ValueError("These two networks predicted different images: choose another pair.")

    @property
    def networks(self) -> tuple[Evaluation, Evaluation]:
        """Both, that of KL first."""
        return self.kl, self.ce

    @property
    def n(self) -> int:
        """The number of images."""
        return self.kl.accuracy.n

    @property
    def difference(self) -> Mean:
        """KL's accuracy minus cross-entropy's, image by image: each is −1, 0 or 1."""
        return Mean.of(np.subtract(self.kl.correct, self.ce.correct, dtype=np.float64))


@dataclass(frozen=True)
class Comparison:
    """Two networks, by their seeds, and how far they agree; `loss` where both have the same."""

    seeds: tuple[int, int]
    agreement: Agreement
    loss: str = ""

    @property
    def same(self) -> float:
        """The fraction of the images for which both predict the same class."""
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
    """Networks in pairs that differ in one thing: the loss, the seed, or rounding.

    left_out: the titles of the pairs of which a training diverged.
    """

    losses: tuple[Comparison, ...]
    kl_seeds: tuple[Comparison, ...]
    ce_seeds: tuple[Comparison, ...]
    left_out: tuple[str, ...]
    rounding: tuple[Comparison, ...] = ()

    @property
    def seeds(self) -> tuple[Comparison, ...]:
        """All pairs of two seeds."""
        return self.kl_seeds + self.ce_seeds

    @property
    def rows(self) -> dict[str, tuple[Comparison, ...]]:
        """Each of `ROWS` that has a pair."""
        kinds = zip(ROWS, (self.losses, self.kl_seeds, self.ce_seeds, self.rounding), strict=True)
        return {row: pairs for row, pairs in kinds if pairs}


def loss_or_seed(
    pairs: Iterable[tuple[MatchedRuns, Predictions, Predictions]],
    controls: Iterable[tuple[Run, Predictions, Predictions]] = (),
) -> LossOrSeed:
    """How far networks agree on the same images.

    pairs: KL's and cross-entropy's of one seed; controls: one network, and the same trained again
    with other rounding.
    """
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
        _ring([(seed, kl) for seed, kl, _ in kept], KL),
        _ring([(seed, ce) for seed, _, ce in kept], CE),
        tuple(left_out),
        _rounding(controls),
    )


def _rounding(controls: Iterable[tuple[Run, Predictions, Predictions]]) -> tuple[Comparison, ...]:
    """Each with itself, trained again; a control of which a training diverged is left out."""
    pairs = []
    for run, first, again in controls:
        with suppress(ValueError):
            both = PredictedDistributions.of(first), PredictedDistributions.of(again)
            seeds = run.spec.seed, run.spec.seed
            pairs.append(Comparison(seeds, both[0].agreement(both[1]), run.spec.loss))
    return tuple(pairs)


def _ring(networks: list[tuple[int, PredictedDistributions]], loss: str) -> tuple[Comparison, ...]:
    """Each network with the next, and the last with the first: so each is in two pairs."""
    pairs = list(zip(networks, networks[1:] + networks[:1], strict=True))
    if len(networks) <= 2:  # of two, both ways round are one pair
        pairs = pairs[:-1]
    return tuple(
        Comparison((seed, other_seed), network.agreement(other), loss)
        for (seed, network), (other_seed, other) in pairs
    )
