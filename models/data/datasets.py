"""The data sets to train on, by name: CIFAR-10, and the built-in shapes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.data import cifar10, shapes
from models.data.download import Progress


@dataclass(frozen=True)
class Dataset:
    """Images (n, 32, 32, 3) and labels (n,), both uint8. `files` maps file name → SHA-256."""

    name: str
    classes: tuple[str, ...]
    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]
    files: dict[str, str] = field(default_factory=dict)


def load(name: str, on_progress: Progress | None = None) -> Dataset:
    """The named data set, downloaded first if necessary.

    Raises ValueError for an unknown name or a damaged file, DataUnavailableError if the data
    are missing and the download fails.
    """
    if name not in LOADERS:
        raise ValueError(f"data must be one of {', '.join(LOADERS)}; got {name!r}.")
    return LOADERS[name](on_progress)


def _load_cifar10(on_progress: Progress | None) -> Dataset:
    if not cifar10.is_present():
        cifar10.download(on_progress)
    folder = cifar10.folder()
    train = cifar10.read_records(folder, cifar10.TRAIN_FILES)
    test = cifar10.read_records(folder, cifar10.TEST_FILES)
    return Dataset("cifar10", cifar10.CLASSES, *train[:2], *test[:2], files={**train[2], **test[2]})


def _load_shapes(_: Progress | None) -> Dataset:
    rng = np.random.default_rng(20190913)
    labels = [(np.arange(count) % len(shapes.SHAPES)).astype(np.uint8) for count in (5_000, 1_000)]
    for part in labels:
        rng.shuffle(part)
    images = [shapes.draw(part, rng) for part in labels]
    return Dataset("shapes", tuple(shapes.SHAPES), images[0], labels[0], images[1], labels[1])


LOADERS: dict[str, Callable[[Progress | None], Dataset]] = {
    "cifar10": _load_cifar10,
    "shapes": _load_shapes,
}
