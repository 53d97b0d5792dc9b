"""Single photographs of CIFAR-10, read from the visitor's copy without loading the rest."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models import datasets
from models.datasets import DataUnavailableError

Kind = Literal["validation", "test"]


def picture(kind: Kind, number: int, training: int) -> tuple[NDArray[np.uint8], int]:
    """One held-out or test image, as (32, 32, 3) red, green and blue, and its label.

    number: counted from 0 among its kind; training: how many images come before the held-out
    ones, as `Run.images["training"]` says.
    Raises DataUnavailableError where CIFAR-10 is missing, unreadable or too short.
    """
    files = datasets.TEST_FILES if kind == "test" else datasets.TRAIN_FILES
    left = number if kind == "test" else training + number
    try:
        for name in files:
            path = datasets.cifar10_dir() / name
            records = path.stat().st_size // datasets.RECORD
            if left < records:
                with path.open("rb") as file:
                    file.seek(left * datasets.RECORD)
                    record = np.frombuffer(file.read(datasets.RECORD), np.uint8)
                return record[1:].reshape(3, 32, 32).transpose(1, 2, 0), int(record[0])
            left -= records
    except OSError as error:
        reason = error.strerror or error
        raise DataUnavailableError(
            f"CIFAR-10 cannot be read in {datasets.cifar10_dir()} ({reason})."
        ) from error
    raise DataUnavailableError(
        f"CIFAR-10 in {datasets.cifar10_dir()} has too few images: number {number:,} is missing."
    )
