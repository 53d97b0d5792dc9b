"""The picture on show: what it is said to be, P, and what both nets believe, Q."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

import kl_core
from pages.ui.pairs.state import Pair
from pages.ui.predictions import repository
from pages.ui.predictions.repository import Kind, MatchedRuns, Predictions

DIGITS = 6  # of a weight, so that the bars' numbers are those of the figures
Truth = Literal["label", "people"]
Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Subject:
    """One picture.

    name: its own among all; says: what it is, in words that end with its class; label: that
    class's number; p: (10,), from the label or people's votes; people: how many voted, 0 where P
    is the label; beliefs: what the net of each loss says, (10,) each; pixels: (32, 32, 3), None
    where they are not here.
    """

    name: str
    says: str
    label: int
    p: Floats
    people: int
    beliefs: dict[str, Floats]
    pixels: NDArray[np.uint8] | None

    def pair(self, loss: str) -> Pair:
        """P, and as Q what the net of this loss believes."""
        p, q = (
            tuple(float(f"{value:.{DIGITS}g}") for value in row)
            for row in (self.p, self.beliefs[loss])
        )
        return Pair(repository.CLASSES, p, q)


def photograph(pair: MatchedRuns, kind: Kind, number: int, truth: Truth) -> Subject:
    """A held-out or test photograph. Raises ValueError where the votes cannot be read."""
    believed = {
        loss: repository.believed(pair.of(loss), kind) for loss in (repository.KL, repository.CE)
    }
    label = int(believed[repository.KL].labels[number])
    votes = repository.votes() if truth == "people" and kind == "test" else None
    which = {"validation": "Held-out photograph", "test": "Test photograph"}[kind]
    return Subject(
        f"{kind} {number} {'people' if votes else 'label'}",
        f"{which} {number:,}, labelled",
        label,
        kl_core.normalize(votes.counts[number]) if votes else _certain(label),
        int(votes.people[number]) if votes else 0,
        {loss: _row(those, number) for loss, those in believed.items()},
        repository.picture(pair, kind, number),
    )


def uploaded(pair: MatchedRuns, pixels: NDArray[np.uint8], label: int, name: str) -> Subject:
    """A visitor's picture. Raises ValueError where the nets' weights are not kept."""
    beliefs = {
        loss: repository.look_at(pair.of(loss), pixels) for loss in (repository.KL, repository.CE)
    }
    return Subject(
        name,
        "Your picture, which you call",
        label,
        _certain(label),
        0,
        beliefs,
        pixels,
    )


def _row(believed: Predictions, number: int) -> Floats:
    # Of one image: all of them would take longer than all else that an edit needs.
    return Predictions(believed.log_q[[number]], believed.labels[[number]]).q[0]


def _certain(label: int) -> Floats:
    return np.eye(len(repository.CLASSES))[label]
