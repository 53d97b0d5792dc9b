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
TRAINING_IMAGES = {"cifar10": 50_000, "shapes": 5_000}  # before any are held out
PRECISIONS = ("float32", "mixed_bfloat16")
MOST_EPOCHS = 1000
FOR_EVER = 1e9  # seconds: no epoch takes thirty years


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
            value = getattr(self, name)
            if not isinstance(value, str) or value not in table:
                raise ValueError(f"{name} must be {_one_of(table)}; got {value!r}.")
        there = TRAINING_IMAGES[self.data]
        _check_whole(self, "seed", 0, 2**32 - 1)
        _check_whole(self, "epochs", 1, MOST_EPOCHS)
        _check_whole(self, "batch_size", 1, 10_000)
        if self.images is not None:
            _check_whole(self, "images", 10, there)
        if not (_is_number(self.validation_split) and 0 < self.validation_split < 1):
            raise ValueError(
                f"validation_split must lie between 0 and 1; got {self.validation_split!r}."
            )
        if not (_is_number(self.label_smoothing) and 0 <= self.label_smoothing < 1):
            raise ValueError(f"label_smoothing must lie in [0, 1); got {self.label_smoothing!r}.")
        images = self.images or there
        if not 0 < self.trained_on(images) < images:
            raise ValueError(
                f"validation_split must leave an image to train on and hold one out; of "
                f"{images:,}, {self.validation_split!r} does not."
            )

    def trained_on(self, images: int) -> int:
        """How many of so many images are trained on; the others are held out."""
        return math.floor(images * (1 - self.validation_split))

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


def _is_number(value: object) -> bool:
    """Whether it can be reckoned with: JSON's whole numbers may have thousands of digits."""
    return isinstance(value, float) or (type(value) is int and abs(value) < 2**63)


def _check_whole(held: object, name: str, low: int, high: int) -> None:
    value = getattr(held, name)
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high:,}; got {value!r}.")


def _check_numbers(held: object, *names: str) -> None:
    for name in names:
        if not _is_number(getattr(held, name)):
            raise ValueError(f"{name} must be a number; got {getattr(held, name)!r}.")


def _one_of(table: Iterable[str]) -> str:
    return " or ".join(repr(key) for key in table)


@dataclass(frozen=True)
class EpochResult:
    """One epoch's mean losses and accuracies (shares from 0 to 1), and how long it took.

    `dead_zone` counts the training images to whose true class the net gave less than 1e-7 when
    it was trained on them, dropout on: there the gradient of Keras's KL vanishes.
    Raises ValueError for what is no such figure.
    """

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    dead_zone: int
    seconds: float

    def __post_init__(self) -> None:
        _check_whole(self, "epoch", 1, MOST_EPOCHS)
        _check_numbers(self, "loss", "accuracy", "val_loss", "val_accuracy", "seconds")
        _check_whole(self, "dead_zone", 0, 2**63)
        if not 0 <= self.seconds < FOR_EVER:
            raise ValueError(f"seconds must be a time; got {self.seconds!r}.")


@dataclass(frozen=True)
class TestResult:
    """Loss and accuracy on the test images, with the number of images they rest on.

    Raises ValueError for what is no such figure.
    """

    __test__ = False  # pytest collects classes called Test…; this one is data.

    loss: float
    accuracy: float
    images: int

    def __post_init__(self) -> None:
        _check_numbers(self, "loss", "accuracy")
        _check_whole(self, "images", 0, 2**63)


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


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"this is not a run: {value!r} stands where a word should.")
    return value


def _word_or_none(value: Any) -> str | None:
    return None if value is None else _word(value)


def _words(content: Any) -> dict[str, str]:
    return {_word(name): _word(value) for name, value in content.items()}


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
            history = tuple(EpochResult(**from_json(epoch)) for epoch in content["history"])
            if [result.epoch for result in history] != list(range(1, len(history) + 1)):
                raise ValueError("its epochs are not numbered 1, 2, 3 and so on.")
            images = {kind: content["images"][kind] for kind in ("training", "validation")}
            if not all(type(count) is int and count >= 0 for count in images.values()):
                raise ValueError("it does not say how many images its figures rest on.")
            return cls(
                id=_word(content["id"]),
                spec=RunSpec(**content["spec"]),
                history=history,
                test=TestResult(**from_json(content["test"])),
                images=images,
                files=_words(content["files"]),
                versions=_words(content["versions"]),
                machine=_words(content["machine"]),
                weights=_word_or_none(content["weights"]),
                predictions=_word_or_none(content["predictions"]),
            )
        except (LookupError, TypeError, AttributeError) as error:
            raise ValueError(f"this is not a run: {error}.") from error
