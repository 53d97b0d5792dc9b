"""The settings of a training run, as plain frozen data."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from typing import Any

SCHEMA = 3


@dataclass(frozen=True)
class Choice:
    """One entry of a table of choices: the text that a visitor reads for a key."""

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
        check_whole(self, "seed", 0, 2**32 - 1)
        check_whole(self, "epochs", 1, MOST_EPOCHS)
        check_whole(self, "batch_size", 1, 10_000)
        if self.images is not None:
            check_whole(self, "images", 10, there)
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
        """A name, unique to the spec; default settings are left out."""
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
        """The spec in words; default settings are left out."""
        return f"{LOSSES[self.loss].title} · {self.settings}"

    @property
    def settings(self) -> str:
        """The title without the loss: equal for two runs that are compared."""
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
    """Whether it is finite as a float: integers in JSON may have thousands of digits."""
    return isinstance(value, float) or (type(value) is int and abs(value) < 2**63)


def check_whole(held: object, name: str, low: int, high: int) -> None:
    """Raise ValueError unless a field is a whole number from low to high."""
    value = getattr(held, name)
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high:,}; got {value!r}.")


def check_numbers(held: object, *names: str) -> None:
    """Raise ValueError unless fields are numbers, of which NaN and ∞ are some."""
    for name in names:
        if not _is_number(getattr(held, name)):
            raise ValueError(f"{name} must be a number; got {getattr(held, name)!r}.")


def _one_of(table: Iterable[str]) -> str:
    return " or ".join(repr(key) for key in table)


def check_schema(content: Any) -> None:
    """Raise ValueError unless a file's content has this version's schema."""
    if not isinstance(content, dict):
        raise ValueError("it has no schema.")
    schema = content.get("schema")
    if schema != SCHEMA:
        newer = type(schema) is int and schema > SCHEMA
        who = "a newer" if newer else "another"
        raise ValueError(
            f"it was written by {who} version of this project (schema {schema!r}, not {SCHEMA})."
        )
