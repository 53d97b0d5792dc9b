"""CIFAR-10 in its standard binary layout: downloaded, read whole, or a photograph at a time."""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models import files
from models.data.download import (
    DataUnavailableError,
    Progress,
    data_dir,
    exclusive,
    fetched,
    reason,
)

FOLDER = "cifar-10-batches-bin"
ARCHIVE = "cifar-10-binary.tar.gz"
ARCHIVE_URL = f"https://www.cs.toronto.edu/~kriz/{ARCHIVE}"
# Published on the data set's page as an MD5; this is the SHA-256 of the same file.
ARCHIVE_SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
ARCHIVE_BYTES = 170_052_171

TRAIN_FILES = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST_FILES = ("test_batch.bin",)
CLASSES = tuple("airplane automobile bird cat deer dog frog horse ship truck".split())

PIXELS = 32 * 32 * 3
RECORD = 1 + PIXELS  # one label byte, then the red, the green and the blue plane

Kind = Literal["validation", "test"]


def folder() -> Path:
    """The folder of CIFAR-10's .bin files, whether or not they exist."""
    return data_dir() / FOLDER


def is_present() -> bool:
    """Whether every file of CIFAR-10 exists (not whether it is intact)."""
    return all((folder() / name).is_file() for name in TRAIN_FILES + TEST_FILES)


def read_records(
    directory: Path, names: tuple[str, ...]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], dict[str, str]]:
    """Images, labels and digests of the named files; their number follows from the file sizes."""
    counts = [_count_records(directory / name) for name in names]
    images = np.empty((sum(counts), 32, 32, 3), np.uint8)
    labels = np.empty(sum(counts), np.uint8)
    digests, start = {}, 0
    for name, count in zip(names, counts, strict=True):
        content = (directory / name).read_bytes()
        digests[name] = hashlib.sha256(content).hexdigest()
        records = np.frombuffer(content, np.uint8).reshape(count, RECORD)
        if (wrong := np.flatnonzero(records[:, 0] >= len(CLASSES))).size:
            raise ValueError(
                f"{directory / name}: labels must be 0 to 9; record {wrong[0]} has "
                f"{records[wrong[0], 0]}."
            )
        labels[start : start + count] = records[:, 0]
        planes = records[:, 1:].reshape(count, 3, 32, 32)
        images[start : start + count] = planes.transpose(0, 2, 3, 1)
        start += count
    return images, labels, digests


def _count_records(path: Path) -> int:
    size = path.stat().st_size
    if size == 0 or size % RECORD:
        raise ValueError(
            f"{path}: the size must be a whole number of {RECORD}-byte records; "
            f"it is {size:,} bytes. Delete the file to have it downloaded again."
        )
    return size // RECORD


def download(on_progress: Progress | None = None) -> None:
    """Fetch the official archive, check its SHA-256, and keep its six data files, nothing else."""
    target = data_dir()
    source = (ARCHIVE_BYTES, target / ARCHIVE, on_progress)
    try:
        with exclusive(*source):
            if not is_present():
                with fetched(ARCHIVE_URL, ARCHIVE_SHA256, *source) as archive:
                    _extract(archive, folder())
    except (OSError, tarfile.TarError) as error:
        raise DataUnavailableError(
            f"CIFAR-10 is not in {target} and could not be downloaded ({reason(error)}): put the "
            f".bin files of {ARCHIVE} into {folder()}, or train on the built-in shapes."
        ) from error


def _extract(archive: Path, directory: Path) -> None:
    """Copy the expected members' bytes; no path comes from names or links in the archive."""
    directory.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as tar:
        for name in TRAIN_FILES + TEST_FILES:
            try:
                member = tar.extractfile(f"{FOLDER}/{name}")
            except KeyError:
                member = None
            if member is None:
                raise OSError(f"the archive has no file {name}")
            files.write_whole(directory / name, member.read())


def picture(kind: Kind, number: int, training: int) -> tuple[NDArray[np.uint8], int]:
    """One held-out or test image, as (32, 32, 3) red, green and blue, and its label.

    number: counted from 0 among its kind; training: how many images come before the held-out
    ones, as `Run.images["training"]` says.
    Raises DataUnavailableError where CIFAR-10 is missing, unreadable or too short.
    """
    names = TEST_FILES if kind == "test" else TRAIN_FILES
    left = number if kind == "test" else training + number
    try:
        for name in names:
            path = folder() / name
            records = path.stat().st_size // RECORD
            if left < records:
                with path.open("rb") as file:
                    file.seek(left * RECORD)
                    record = np.frombuffer(file.read(RECORD), np.uint8)
                return record[1:].reshape(3, 32, 32).transpose(1, 2, 0), int(record[0])
            left -= records
    except OSError as error:
        raise DataUnavailableError(
            f"CIFAR-10 cannot be read in {folder()} ({error.strerror or error})."
        ) from error
    raise DataUnavailableError(
        f"CIFAR-10 in {folder()} has too few images: number {number:,} is missing."
    )
