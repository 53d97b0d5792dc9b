"""Two matched networks, and a picture with its P and what both predict as Q."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.data.cifar10 import CLASSES
from models.runs.record import Run
from models.runs.spec import LOSSES, RunSpec
from pages.ui.pairs.state import Pair

KL, CE = LOSSES
DIGITS = 6  # of a weight, so that the bars' numbers are those of the figures
LabelSource = Literal["label", "people"]
Floats = NDArray[np.floating]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class MatchedRuns:
    """Two recorded runs that differ in the loss only: they began with the same weights."""

    kl: Run
    ce: Run

    @property
    def runs(self) -> tuple[Run, Run]:
        """Both, that of KL first."""
        return self.kl, self.ce

    @property
    def key(self) -> str:
        """A name that no other pair has."""
        return self.kl.id

    @property
    def file(self) -> str:
        """Its name in that of a file, which stands for both losses."""
        return self.key.replace(f"-{KL}", "")

    @property
    def title(self) -> str:
        """Its name for a visitor, without the usual settings."""
        spec, usual = self.kl.spec, RunSpec(KL)
        smoothing = spec.label_smoothing
        parts = [f"seed {spec.seed}", *([f"labels smoothed by {smoothing:g}"] if smoothing else [])]
        other = replace(spec, seed=usual.seed, label_smoothing=usual.label_smoothing)
        return ", ".join(parts if other == usual else [*parts, spec.settings])

    def of(self, loss: str) -> Run:
        """The one that was trained with this loss."""
        return self.kl if loss == KL else self.ce


def match(runs: Iterable[Run]) -> list[MatchedRuns]:
    """Every pair of these runs, plain labels first."""
    by_loss: dict[str, dict[RunSpec, Run]] = {loss: {} for loss in LOSSES}
    for run in runs:
        by_loss[run.spec.loss][replace(run.spec, loss=KL)] = run
    pairs = [
        MatchedRuns(run, by_loss[CE][spec])
        for spec, run in by_loss[KL].items()
        if spec in by_loss[CE]
    ]
    return sorted(pairs, key=lambda pair: (pair.kl.spec.label_smoothing, pair.kl.spec.seed))


@dataclass(frozen=True)
class Subject:
    """One picture.

    name: its own among all; description: in words that end with its class; label: that
    class's number; p: (10,), from the label or people's votes; people: how many voted, 0 where P
    is the label; q: of the network of each loss, (10,) each; pixels: (32, 32, 3), None where they
    are not here.
    """

    name: str
    description: str
    label: int
    p: Floats
    people: int
    q: dict[str, Floats]
    pixels: Pixels | None

    def pair(self, loss: str) -> Pair:
        """P, and as Q what the network of this loss predicts."""
        p, q = (
            tuple(float(f"{value:.{DIGITS}g}") for value in row) for row in (self.p, self.q[loss])
        )
        return Pair(CLASSES, p, q)
