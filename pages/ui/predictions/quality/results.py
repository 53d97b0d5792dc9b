"""What the stored predictions say of nets: of two side by side, and of many in pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from models.evaluation import metrics
from models.evaluation.agreement import Agreement, PredictedDistributions
from models.evaluation.metrics import Bin, Mean, Share
from models.evaluation.predictions import Predictions
from models.runs.record import Run
from pages.ui.predictions import repository
from pages.ui.predictions.repository import Kind, MatchedRuns

Numbers = tuple[tuple[str, str | None], ...]  # of each run, its name and its file's SHA-256


@dataclass(frozen=True)
class Mistake:
    """So many of the images of one class were taken for another, both by number."""

    truth: int
    guess: int
    images: Share


@dataclass(frozen=True)
class Quality:
    """One net on one kind of images.

    labels, guesses: (n,); costs: KL(label‖softmax) of each image in nats, (n,);
    error: the expected calibration error of `bins`; chance: about what it would be of a calibrated
    net as sure as this one; gap: right (0 or 1) minus confidence; half: the fewest images that make
    up half of all costs; confusion: (k, k), truth × guess.
    """

    labels: NDArray[np.uint8]
    guesses: NDArray[np.intp]
    costs: NDArray[np.floating]
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
        costs, bins = metrics.kl_from_labels(predictions), metrics.reliability(predictions)
        logs = metrics.log_q(predictions)
        guesses, confidence = logs.argmax(axis=1), np.exp(logs.max(axis=1))
        return cls(
            labels=predictions.labels,
            guesses=guesses,
            costs=costs,
            accuracy=metrics.accuracy(predictions),
            bins=bins,
            error=metrics.expected_calibration_error(bins),
            chance=metrics.calibration_error_by_chance(bins),
            gap=Mean.of((guesses == predictions.labels) - confidence),
            kl=Mean.of(costs),
            median=float(np.median(costs)),
            half=Share(_half(costs), len(costs)),
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


def _half(costs: NDArray[np.floating]) -> int:
    """How many of the dearest images make up half of all costs."""
    so_far = np.cumsum(np.sort(costs)[::-1])
    return int(np.searchsorted(so_far, so_far[-1] / 2)) + 1


@dataclass(frozen=True)
class PairedEvaluation:
    """Both nets of a pair on the same images. Raises ValueError if the labels say otherwise."""

    kl: Quality
    ce: Quality

    def __post_init__(self) -> None:
        if not np.array_equal(self.kl.labels, self.ce.labels):
            raise ValueError("These two nets were judged on different images: choose another pair.")

    @property
    def nets(self) -> tuple[Quality, Quality]:
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


def both(pair: MatchedRuns, kind: Kind) -> PairedEvaluation:
    """Both nets of a pair. Raises ValueError where a file is missing or a training diverged."""
    kl, ce = (_quality(run.id, run.predictions, kind, run) for run in (pair.kl, pair.ce))
    return PairedEvaluation(kl, ce)


@st.cache_resource(max_entries=60, show_spinner=False)
def _quality(name: str, digest: str | None, kind: Kind, _run: Run) -> Quality:
    return Quality.of(repository.believed(_run, kind))


@dataclass(frozen=True)
class Alike:
    """Two nets, by their seeds, and how alike they believe."""

    seeds: tuple[int, int]
    agreement: Agreement

    @property
    def kl(self) -> float:
        """The mean of KL in both directions, over the images, in nats."""
        found = self.agreement
        return (found.kl_first_second.value + found.kl_second_first.value) / 2


@dataclass(frozen=True)
class LossOrSeed:
    """Nets in pairs: of one seed and both losses, and of one loss and two seeds.

    left_out: the titles of the pairs of which a training diverged.
    """

    losses: tuple[Alike, ...]
    kl_seeds: tuple[Alike, ...]
    ce_seeds: tuple[Alike, ...]
    left_out: tuple[str, ...]

    @property
    def seeds(self) -> tuple[Alike, ...]:
        """All pairs of two seeds."""
        return self.kl_seeds + self.ce_seeds


def loss_or_seed(kind: Kind) -> LossOrSeed:
    """All recorded pairs with plain labels."""
    pairs = [pair for pair in repository.twins().values() if pair.kl.spec.label_smoothing == 0]
    runs = tuple((run.id, run.predictions) for pair in pairs for run in (pair.kl, pair.ce))
    return _loss_or_seed(runs, kind, pairs)


@st.cache_resource(max_entries=4, show_spinner="Comparing all recorded nets …")
def _loss_or_seed(runs: Numbers, kind: Kind, _pairs: Sequence[MatchedRuns]) -> LossOrSeed:
    seeds, kl, ce, left_out = [], [], [], []
    for pair in _pairs:
        try:
            both = [
                PredictedDistributions.of(repository.believed(run, kind))
                for run in (pair.kl, pair.ce)
            ]
        except ValueError:
            left_out.append(pair.title)
            continue
        seeds.append(pair.kl.spec.seed)
        kl.append(both[0])
        ce.append(both[1])
    same_seed = zip(seeds, kl, ce, strict=True)
    return LossOrSeed(
        tuple(Alike((seed, seed), one.agreement(other)) for seed, one, other in same_seed),
        _ring(seeds, kl),
        _ring(seeds, ce),
        tuple(left_out),
    )


def _ring(seeds: Sequence[int], nets: Sequence[PredictedDistributions]) -> tuple[Alike, ...]:
    """Each net with the next, and the last with the first: so each is in two pairs."""
    count = len(nets)
    steps = count if count > 2 else count - 1  # of two, both ways round are one pair
    return tuple(
        Alike((seeds[i], seeds[j]), nets[i].agreement(nets[j]))
        for i, j in ((i, (i + 1) % count) for i in range(steps))
    )
