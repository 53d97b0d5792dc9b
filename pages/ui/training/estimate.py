"""How long training takes, from runs whose times were recorded."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median
from typing import NamedTuple

from models.runs.record import Run
from models.runs.spec import TRAINING_IMAGES

START_SECONDS = 8  # until the first batch is trained
UNMEASURED = 34 / 50_000  # seconds an image where no run was recorded: about the study's median


class Estimate(NamedTuple):
    """Seconds that training takes: the median of `runs` that were measured, and their range.

    `here`: whether they were trained on this machine; else they are the recorded ones.
    """

    seconds: float
    fastest: float
    slowest: float
    runs: int
    here: bool


def scaled(runs: Sequence[Run], samples: int, here: bool) -> Estimate:
    """The times of `runs`, scaled to so many training samples (images times epochs)."""
    paces = [_seconds_per_image(run) for run in runs] or [UNMEASURED]
    typical, fastest, slowest = (
        START_SECONDS + pace * samples for pace in (median(paces), min(paces), max(paces))
    )
    return Estimate(typical, fastest, slowest, len(runs), here)


def _seconds_per_image(run: Run) -> float:
    """The mean over epochs: the total time counts, with whatever slowed some of them."""
    epochs = run.history[1:] or run.history  # the first also compiles
    return fmean(e.seconds for e in epochs) / images(run)


def images(run: Run) -> int:
    """How many images a run was trained and validated with."""
    return run.spec.images or TRAINING_IMAGES[run.spec.data]
