"""The record of a training run: the figures of its epochs, and the finished run."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from models import files
from models.runs.spec import MOST_EPOCHS, SCHEMA, RunSpec, check_numbers, check_schema, check_whole

FOR_EVER = 1e9  # seconds: no epoch takes thirty years


@dataclass(frozen=True)
class EpochResult:
    """One epoch's mean losses and accuracies (from 0 to 1), and its duration.

    `dead_zone` counts the training images to whose true class the network gave less than 1e-7
    when it was trained on them, with dropout: there the gradient of Keras's KL vanishes.
    Raises ValueError for impossible figures.
    """

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    dead_zone: int
    seconds: float

    def __post_init__(self) -> None:
        check_whole(self, "epoch", 1, MOST_EPOCHS)
        check_numbers(self, "loss", "accuracy", "val_loss", "val_accuracy", "seconds")
        check_whole(self, "dead_zone", 0, 2**63)
        if not 0 <= self.seconds < FOR_EVER:
            raise ValueError(f"seconds must be a time; got {self.seconds!r}.")


@dataclass(frozen=True)
class TestResult:
    """Loss and accuracy on the test images, with the number of images they are computed from.

    Raises ValueError for impossible figures.
    """

    __test__ = False  # pytest collects classes called Test…; this one is data.

    loss: float
    accuracy: float
    images: int

    def __post_init__(self) -> None:
        check_numbers(self, "loss", "accuracy")
        check_whole(self, "images", 0, 2**63)


def to_json(result: EpochResult | TestResult) -> dict[str, Any]:
    """A result for JSON: NaN and ∞, from a run that diverged, become null."""
    return {k: v if math.isfinite(v) else None for k, v in asdict(result).items()}


def from_json(content: dict[str, Any]) -> dict[str, Any]:
    """The fields of what `to_json` wrote, null read as NaN."""
    return {k: math.nan if v is None else v for k, v in content.items()}


@dataclass(frozen=True)
class Run:
    """A finished run. `files` maps each data file to its SHA-256.

    `weights` and `predictions` are the SHA-256 of the files that hold them.
    `images` is the number of images behind each figure: "training" and "validation"; `test` has
    its own. Losses are in nats. On the same `machine` with the same `versions` the same spec gives
    the same figures, to the last digit.
    """

    id: str
    spec: RunSpec
    history: tuple[EpochResult, ...]
    test: TestResult
    images: dict[str, int]
    files: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    machine: dict[str, str] = field(default_factory=dict)
    weights: str | None = None
    predictions: str | None = None

    @property
    def last(self) -> EpochResult:
        """The last epoch."""
        return self.history[-1]

    @property
    def best(self) -> EpochResult:
        """The epoch with the highest validation accuracy; the earliest of equals."""
        return max(self.history, key=lambda result: result.val_accuracy)

    @property
    def dead_zone(self) -> int:
        """How often a training image was in the dead zone, over all epochs."""
        return sum(result.dead_zone for result in self.history)

    def to_json(self) -> dict[str, Any]:
        """The content of run.json."""
        return {
            "schema": SCHEMA,
            **asdict(self),
            "history": [to_json(epoch) for epoch in self.history],
            "test": to_json(self.test),
        }

    @classmethod
    def from_json(cls, content: Any) -> Run:
        """The run that `to_json` wrote. Raises ValueError for anything else."""
        check_schema(content)
        try:
            parts = {f.name: content[f.name] for f in fields(cls)}
            parts["history"] = [from_json(epoch) for epoch in parts["history"]]
            parts["test"] = from_json(parts["test"])
            parts["images"] = {kind: parts["images"][kind] for kind in ("training", "validation")}
        except (LookupError, TypeError, AttributeError) as error:
            raise ValueError(f"this is not a run: {error}.") from error
        run = files.convert(parts, cls)
        if not run.history:
            raise ValueError("this run has no epochs.")
        if [result.epoch for result in run.history] != list(range(1, len(run.history) + 1)):
            raise ValueError("its epochs are not numbered 1, 2, 3 and so on.")
        if min(run.images.values()) < 0:
            raise ValueError("it lacks the number of images behind its figures.")
        return run
