"""Images to train on: CIFAR-10 in its standard binary layout, and the built-in shapes."""

from __future__ import annotations

import hashlib
import os
import tarfile
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models import shapes

ROOT = Path(__file__).resolve().parent.parent
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

Progress = Callable[[int, int], None]  # bytes so far, bytes in all


class DataUnavailableError(Exception):
    """The data are not here and could not be fetched; the message says what to do."""


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
    """The named data set, downloaded first if it must and can be.

    Raises ValueError for an unknown name or a damaged file, DataUnavailableError where the
    data are missing and the download fails.
    """
    if name not in LOADERS:
        raise ValueError(f"data must be one of {', '.join(LOADERS)}; got {name!r}.")
    return LOADERS[name](on_progress)


def data_dir() -> Path:
    """Where CIFAR-10 is kept: KL_DATA_DIR, or data/ beside the code."""
    return Path(os.environ.get("KL_DATA_DIR") or ROOT / "data").absolute()


def cifar10_dir() -> Path:
    """Where the .bin files of CIFAR-10 lie, or would."""
    return data_dir() / FOLDER


def have_cifar10() -> bool:
    """Whether every file of CIFAR-10 is in place (not whether it is sound)."""
    return all((cifar10_dir() / name).is_file() for name in TRAIN_FILES + TEST_FILES)


def _load_cifar10(on_progress: Progress | None) -> Dataset:
    if not have_cifar10():
        download_cifar10(on_progress)
    folder = cifar10_dir()
    train, test = read_records(folder, TRAIN_FILES), read_records(folder, TEST_FILES)
    return Dataset("cifar10", CLASSES, *train[:2], *test[:2], files={**train[2], **test[2]})


def read_records(
    folder: Path, names: tuple[str, ...]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], dict[str, str]]:
    """Images, labels and digests of the named files; the file sizes say how many records."""
    counts = [_count_records(folder / name) for name in names]
    images = np.empty((sum(counts), 32, 32, 3), np.uint8)
    labels = np.empty(sum(counts), np.uint8)
    digests, start = {}, 0
    for name, count in zip(names, counts, strict=True):
        content = (folder / name).read_bytes()
        digests[name] = hashlib.sha256(content).hexdigest()
        records = np.frombuffer(content, np.uint8).reshape(count, RECORD)
        if (wrong := np.flatnonzero(records[:, 0] >= len(CLASSES))).size:
            raise ValueError(
                f"{folder / name}: labels must be 0 to 9; record {wrong[0]} has "
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


def download_cifar10(on_progress: Progress | None = None) -> None:
    """Fetch the official archive, check its SHA-256, and keep its six data files, nothing else."""
    target = data_dir()
    try:
        with fetched(
            ARCHIVE_URL, ARCHIVE_SHA256, ARCHIVE_BYTES, target / ARCHIVE, on_progress
        ) as archive:
            _extract(archive, cifar10_dir())
    except (OSError, tarfile.TarError) as error:
        reason = getattr(error, "reason", error)
        raise DataUnavailableError(
            f"CIFAR-10 is not in {target} and could not be downloaded ({reason}): put the .bin "
            f"files of {ARCHIVE} into {cifar10_dir()}, or train on the built-in shapes."
        ) from error


@contextmanager
def fetched(
    url: str, sha256: str, size: int, beside: Path, on_progress: Progress | None
) -> Iterator[Path]:
    """What lies at an address, checked, in a file beside `beside` that goes with the block.

    `size` in bytes is told to `on_progress` where the server does not.
    Raises OSError where it cannot be had, cannot be kept or has another SHA-256.
    """
    who = f"{os.getpid()}-{threading.get_ident()}"  # two may fetch at once
    part = beside.with_name(f"{beside.name}.{who}.part")
    try:
        beside.parent.mkdir(parents=True, exist_ok=True)
        digest = _receive(url, part, size, on_progress)
        if digest != sha256:
            raise OSError(f"what arrived has the wrong SHA-256 ({digest[:12]}…)")
        yield part
    finally:
        with suppress(OSError):
            part.unlink()


def _receive(url: str, path: Path, size: int, on_progress: Progress | None) -> str:
    digest, received = hashlib.sha256(), 0
    try:
        with urllib.request.urlopen(url, timeout=30) as response, path.open("wb") as out:
            total = int(response.headers.get("Content-Length") or size)
            while chunk := response.read(1 << 18):
                out.write(chunk)
                digest.update(chunk)
                received += len(chunk)
                if on_progress:
                    on_progress(received, total)
    except HTTPException as error:
        raise OSError(f"the server did not answer as one does: {error!r}") from error
    return digest.hexdigest()


def _extract(archive: Path, folder: Path) -> None:
    """Copy the expected members' bytes; names and links in the archive decide no path."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as tar:
        for name in TRAIN_FILES + TEST_FILES:
            try:
                member = tar.extractfile(f"{FOLDER}/{name}")
            except KeyError:
                member = None
            if member is None:
                raise OSError(f"the archive has no file {name}")
            part = folder / f"{name}.part"
            part.write_bytes(member.read())
            part.replace(folder / name)


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
