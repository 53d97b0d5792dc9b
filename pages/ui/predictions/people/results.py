"""What people's votes say of two nets: computed once for each pair, image by image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import kl_core
from models.data import cifar10h
from models.evaluation import metrics
from models.evaluation.metrics import Mean
from models.evaluation.predictions import Predictions
from models.runs.record import Run
from pages.ui.predictions import repository
from pages.ui.predictions.repository import MatchedRuns, Votes

Floats = NDArray[np.floating]
Where = Literal["people", "nets", "part"]


@dataclass(frozen=True)
class Net:
    """One net beside people's votes: its guess, that guess's q, and values in nats, all (n,).

    entropy: H(Q); kl: KL(people‖net); cross_entropy: H(people, net).
    """

    guess: NDArray[np.intp]
    sure: Floats
    entropy: Floats
    kl: Floats
    cross_entropy: Floats

    @classmethod
    def of(cls, votes: Votes, predictions: Predictions) -> Net:
        """Raises ValueError if there are more images than votes, or training diverged."""
        kl, cross_entropy = (
            ask(votes, predictions) for ask in (cifar10h.kl, cifar10h.cross_entropy)
        )
        q = predictions.q
        entropy = np.asarray(kl_core.entropy(q))
        return cls(q.argmax(axis=1), q.max(axis=1), entropy, kl, cross_entropy)


@dataclass(frozen=True)
class Rank:
    """Spearman's rank correlation over n images; NaN where one side has the same value in all."""

    rho: float
    n: int

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval: tanh(artanh ρ ± 1.96 √((1 + ρ²/2) / (n − 3))); NaN of less than four.

        Source: Bonett & Wright (2000).
        """
        if math.isnan(self.rho) or self.n < 4:
            return math.nan, math.nan
        if abs(self.rho) == 1:
            return self.rho, self.rho
        reach = metrics.Z * math.sqrt((1 + self.rho**2 / 2) / (self.n - 3))
        middle = math.atanh(self.rho)
        return math.tanh(middle - reach), math.tanh(middle + reach)


@dataclass(frozen=True, eq=False)  # the same only as itself, so that frames can be kept for it
class Results:
    """People's votes on n images, and both nets beside them.

    entropy: H(P) of the votes, and corrected: `Votes.corrected_entropy`, in nats, (n,).
    """

    votes: Votes
    labels: NDArray[np.uint8]
    entropy: Floats
    corrected: Floats
    kl: Net
    ce: Net

    @classmethod
    def of(cls, votes: Votes, kl: Predictions, ce: Predictions) -> Results:
        """The votes may be on more images. Raises ValueError as `Net.of`."""
        those = votes.first(len(kl.labels))
        entropies = those.entropy, those.corrected_entropy
        return cls(those, kl.labels, *entropies, Net.of(those, kl), Net.of(those, ce))

    @property
    def n(self) -> int:
        """How many images."""
        return len(self.labels)

    @property
    def nets(self) -> tuple[Net, Net]:
        """Both, KL's first."""
        return self.kl, self.ce

    @property
    def correction(self) -> Floats:
        """By how much the correction raises H(P), and so lowers KL: (m − 1) / 2n votes, (n,)."""
        return self.corrected - self.entropy

    @cached_property
    def difference(self) -> Mean:
        """KL(people‖net) of KL's net minus that of cross-entropy's, image by image.

        NaN where one of them is ∞ for some image.
        """
        if not (np.isfinite(self.kl.kl).all() and np.isfinite(self.ce.kl).all()):
            return Mean(math.nan, math.nan, self.n)
        return Mean.of(self.kl.kl - self.ce.kl)

    @cached_property
    def doubts(self) -> Rank:
        """Whether KL's net doubts where people doubt: H(Q) against H(P)."""
        return Rank(spearman(self.entropy, self.kl.entropy), self.n)


@dataclass(frozen=True)
class Apart:
    """How far so many nets are apart on each image, in nats: (n,)."""

    values: Floats
    nets: int


def held(pair: MatchedRuns, votes: Votes) -> Results:
    """Both nets of a pair beside people's votes on the test images.

    Raises ValueError where a net's predictions are missing, or its training diverged.
    """
    runs = pair.kl, pair.ce
    # Of votes there is one file only, the one with this digest.
    return _held((*map(_name, runs), cifar10h.SHA256), votes, runs)


@st.cache_resource(max_entries=16, show_spinner=False)
def _held(names: tuple[object, ...], _votes: Votes, _runs: tuple[Run, Run]) -> Results:
    kl, ce = (repository.believed(run, "test") for run in _runs)
    return Results.of(_votes, kl, ce)


def apart(found: Results) -> Apart:
    """How far all recorded nets with plain labels are apart on the same images.

    H(mean q) − mean H(q), the Jensen–Shannon divergence of them all with equal weights.
    Those that cannot be read, or saw other images, are left out. Source: Lin (1991), eq. 5.1.
    """
    plain = [pair for pair in repository.twins().values() if not pair.kl.spec.label_smoothing]
    runs = [run for pair in plain for run in (pair.kl, pair.ce)]
    return _apart(tuple(map(_name, runs)), found.labels.tobytes(), runs)


@st.cache_resource(max_entries=4, show_spinner=False)
def _apart(names: tuple[object, ...], labels: bytes, _runs: Sequence[Run]) -> Apart:
    beliefs = []
    for run in _runs:
        with suppress(ValueError):
            those = repository.believed(run, "test")
            if those.labels.tobytes() == labels:
                beliefs.append(those.q)
    return Apart(jensen_shannon(beliefs) if beliefs else np.zeros(len(labels)), len(beliefs))


def _name(run: Run) -> tuple[str, str | None]:
    return run.id, run.predictions


def jensen_shannon(beliefs: Sequence[Floats]) -> Floats:
    """H(mean q) − mean H(q) of several nets' q, each (n, k), in nats: (n,)."""
    mixture = kl_core.normalize(np.mean(beliefs, axis=0))
    apart = kl_core.entropy(mixture) - np.mean([kl_core.entropy(q) for q in beliefs], axis=0)
    return np.maximum(apart, 0.0)  # where all agree, rounding can leave less


def order(where: Where, found: Results, apart: Floats | None = None) -> NDArray[np.intp]:
    """The images' numbers, those first where this is largest; of equals, the first."""
    values = found.entropy if where == "people" else found.kl.kl
    if where == "nets" and apart is not None:
        values = apart
    return np.argsort(-values, kind="stable")


def spearman(x: Floats, y: Floats) -> float:
    """Spearman's rank correlation, of equals the mean rank; NaN where all are equal.

    Source: Spearman (1904).
    """
    one, other = (ranks - ranks.mean() for ranks in (_ranks(x), _ranks(y)))
    size = math.sqrt(float(one @ one) * float(other @ other))
    return float(one @ other) / size if size else math.nan


def _ranks(values: Floats) -> Floats:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]
