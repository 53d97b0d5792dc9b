"""What a training run is made of and what it leaves behind: plain frozen data."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any

SCHEMA = 3


@dataclass(frozen=True)
class Choice:
    """One entry of a table of choices: what a visitor reads for a key."""

    title: str
    short: str


LOSSES = {
    "kl_divergence": Choice("KL divergence", "KL"),
    "categorical_crossentropy": Choice("Categorical cross-entropy", "CE"),
}
DATASETS = {
    "cifar10": Choice("60,000 small photographs of animals and vehicles", "CIFAR-10"),
    "shapes": Choice("6,000 drawings, made on the spot; no download", "shapes"),
}
PRECISIONS = ("float32", "mixed_bfloat16")


@dataclass(frozen=True)
class RunSpec:
    """Everything that decides a run; the defaults are the source article's settings.

    `images` is how many training images to use, counted before the last
    `validation_split` of them is held out; None means all.
    Raises ValueError for a value that cannot be trained.
    """

    loss: str
    seed: int = 1
    epochs: int = 25
    images: int | None = None
    batch_size: int = 250
    validation_split: float = 0.2
    label_smoothing: float = 0.0
    precision: str = "float32"
    data: str = "cifar10"

    def __post_init__(self) -> None:
        tables: dict[str, Collection[str]]
        tables = {"loss": LOSSES, "data": DATASETS, "precision": PRECISIONS}
        for name, table in tables.items():
            if getattr(self, name) not in table:
                raise ValueError(f"{name} must be {_one_of(table)}; got {getattr(self, name)!r}.")
        for name, low, high in (
            ("seed", 0, 2**32 - 1),
            ("epochs", 1, 1000),
            ("batch_size", 1, 10_000),
            ("images", 10, 1_000_000),
        ):
            value = getattr(self, name)
            if name == "images" and value is None:
                continue
            if type(value) is not int or not low <= value <= high:
                raise ValueError(
                    f"{name} must be a whole number from {low} to {high:,}; got {value!r}."
                )
        if not 0.0 < self.validation_split < 1.0:
            raise ValueError(
                f"validation_split must lie between 0 and 1; got {self.validation_split!r}."
            )
        if not 0.0 <= self.label_smoothing < 1.0:
            raise ValueError(f"label_smoothing must lie in [0, 1); got {self.label_smoothing!r}.")

    @property
    def id(self) -> str:
        """A name that two specs share only if they are equal; settings left alone are left out."""
        changed = [
            f"{short}{getattr(self, name)}"
            for name, short in _ID_PARTS.items()
            if getattr(self, name) != _DEFAULTS[name]
        ]
        return "-".join(
            [self.data, self.loss, f"seed{self.seed}", f"{self.epochs}epochs", *changed]
        )

    @property
    def title(self) -> str:
        """The spec in a visitor's words; settings left alone are left out."""
        return f"{LOSSES[self.loss].title} · {self.settings}"

    @property
    def settings(self) -> str:
        """The title without the loss: what two runs to be compared should share."""
        parts = [DATASETS[self.data].short, f"seed {self.seed}"]
        parts.append(f"{self.epochs} epoch" + "s" * (self.epochs != 1))
        if self.images is not None:
            parts.append(f"{self.images:,} images")
        if self.label_smoothing:
            parts.append(f"label smoothing {self.label_smoothing:g}")
        if self.precision != "float32":
            parts.append(self.precision)
        return " · ".join(parts)


_DEFAULTS = {f.name: f.default for f in fields(RunSpec)}
_ID_PARTS = {
    "images": "images",
    "batch_size": "batch",
    "validation_split": "validation",
    "label_smoothing": "smoothing",
    "precision": "",
}


def _one_of(table: Iterable[str]) -> str:
    return " or ".join(repr(key) for key in table)


@dataclass(frozen=True)
class EpochResult:
    """One epoch's mean losses and accuracies (shares from 0 to 1), and how long it took.

    `dead_zone` counts the training images to whose true class the net gave less than 1e-7 when
    it was trained on them, dropout on: there the gradient of Keras's KL vanishes.
    """

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    dead_zone: int
    seconds: float


@dataclass(frozen=True)
class TestResult:
    """Loss and accuracy on the test images, with the number of images they rest on."""

    __test__ = False  # pytest collects classes called Test…; this one is data.

    loss: float
    accuracy: float
    images: int


def to_json(result: EpochResult | TestResult) -> dict[str, Any]:
    """A result as JSON can hold it: what diverged, NaN or ∞, becomes null."""
    return {k: v if math.isfinite(v) else None for k, v in asdict(result).items()}


def from_json(content: dict[str, Any]) -> dict[str, Any]:
    """The fields of what `to_json` wrote, null read as NaN."""
    return {k: math.nan if v is None else v for k, v in content.items()}


def check_schema(content: Any) -> None:
    """Raise ValueError unless a file's content was written by this version's rules."""
    if not isinstance(content, dict):
        raise ValueError("it holds something else.")
    schema = content.get("schema")
    if schema != SCHEMA:
        newer = type(schema) is int and schema > SCHEMA
        who = "a newer" if newer else "another"
        raise ValueError(
            f"it was written by {who} version of this project (schema {schema!r}, not {SCHEMA})."
        )


@dataclass(frozen=True)
class Run:
    """A finished run. `files` maps each data file to its SHA-256.

    `weights` and `predictions` are the SHA-256 of the files that hold them.
    `images` says how many images each figure rests on: "training" and "validation"; `test` has
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
        """The epoch the run ended with."""
        return self.history[-1]

    @property
    def best(self) -> EpochResult:
        """The epoch with the highest validation accuracy; the earliest of equals."""
        return max(self.history, key=lambda result: result.val_accuracy)

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
        try:
            check_schema(content)
            if not content["history"]:
                raise ValueError("this run has no epochs.")
            return cls(
                id=str(content["id"]),
                spec=RunSpec(**content["spec"]),
                history=tuple(EpochResult(**from_json(epoch)) for epoch in content["history"]),
                test=TestResult(**from_json(content["test"])),
                images={kind: int(content["images"][kind]) for kind in ("training", "validation")},
                files=dict(content["files"]),
                versions=dict(content["versions"]),
                machine=dict(content["machine"]),
                weights=content["weights"],
                predictions=content["predictions"],
            )
        except (LookupError, TypeError, AttributeError) as error:
            raise ValueError(f"this is not a run: {error}.") from error
