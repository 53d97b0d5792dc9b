"""Images to train on: CIFAR-10 in its standard binary layout, and the built-in shapes."""

from __future__ import annotations

import hashlib
import os
import tarfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError

import numpy as np
from numpy.typing import NDArray

from models import shapes, store

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "cifar-10-batches-bin"
ARCHIVE = "cifar-10-binary.tar.gz"
ARCHIVE_URL = f"https://www.cs.toronto.edu/~kriz/{ARCHIVE}"
# Published on the data set's page as an MD5; this is the SHA-256 of the same file.
ARCHIVE_SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
ARCHIVE_BYTES = 170_052_171
SILENCE = 30  # seconds without a byte after which a connection counts as lost

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
    source = (ARCHIVE_BYTES, target / ARCHIVE, on_progress)
    try:
        with turn(*source):
            if not have_cifar10():
                with fetched(ARCHIVE_URL, ARCHIVE_SHA256, *source) as archive:
                    _extract(archive, cifar10_dir())
    except (OSError, tarfile.TarError) as error:
        raise DataUnavailableError(
            f"CIFAR-10 is not in {target} and could not be downloaded ({reason(error)}): put the "
            f".bin files of {ARCHIVE} into {cifar10_dir()}, or train on the built-in shapes."
        ) from error


def reason(error: Exception) -> object:
    """What went wrong, in as few words as the system has for it."""
    return getattr(error, "reason", None) or getattr(error, "strerror", None) or error


@contextmanager
def turn(size: int, path: Path, on_progress: Progress | None) -> Iterator[None]:
    """In here one alone fetches what becomes `path`, of all threads and processes.

    Who waits for another's end hears how far that one is.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.with_name(f"{path.name}.lock").open("ab") as lock:
        told = None
        while not _lock(lock):
            now = _size(_part(path))
            if on_progress and now != told:
                on_progress(now, size)
            told = now
            time.sleep(0.2)
        yield


def _lock(file: IO[bytes]) -> bool:
    """Whether the file's lock could be had."""
    try:
        import fcntl
    except ImportError:  # on Windows, where two at once are not kept apart
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def fetched(
    url: str, sha256: str, size: int, path: Path, on_progress: Progress | None
) -> Iterator[Path]:
    """What lies at an address, checked, in a file beside `path` that goes with the block.

    It is one's `turn`. Where the transfer is cut or stopped, what has arrived stays there, and
    the next one goes on from it. Raises OSError where it cannot be had, cannot be kept, is larger
    than `size` bytes or has another SHA-256.
    """
    part = _part(path)
    if _size(part) != size:
        _receive(url, size, part, on_progress)
    try:
        with part.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        if digest != sha256:
            raise OSError(f"what arrived has the wrong SHA-256 ({digest[:12]}…)")
        yield part
    finally:
        part.unlink(missing_ok=True)


def _receive(url: str, size: int, part: Path, on_progress: Progress | None) -> None:
    with _asked(url, part) as response:
        begins = _size(part) if response.status == 206 else 0  # else it sends the whole
        received = begins
        try:
            with part.open("ab" if begins else "wb") as out:
                for chunk in _chunks(response):
                    received += len(chunk)
                    if received > size:
                        raise OSError(f"more arrived than the {size / 1e6:.1f} MB that it has")
                    out.write(chunk)
                    if on_progress:
                        on_progress(received, size)
        except OSError:
            part.unlink(missing_ok=True)  # on a full disk the room is needed
            raise
        whole = response.headers["Content-Length"] == str(received - begins)
    if received < size and not whole:
        raise OSError(
            f"the connection was lost after {received / 1e6:.1f} of {size / 1e6:.1f} MB; try "
            "again, and it goes on from there"
        )


def _asked(url: str, part: Path) -> Any:
    """The answer, to a question for what is not in `part` yet."""
    there = _size(part)
    request = urllib.request.Request(url, headers={"Range": f"bytes={there}-"} if there else {})
    try:
        return urllib.request.urlopen(request, timeout=SILENCE)
    except HTTPError as error:
        if error.code == 416:  # no file there is that long
            part.unlink(missing_ok=True)
        raise
    except (HTTPException, ValueError) as error:
        raise OSError(f"the server did not answer as one does: {error!r}") from error


def _chunks(response: Any) -> Iterator[bytes]:
    """What arrives, as it does. However that ends: what has arrived is good, and is counted."""
    with suppress(OSError, HTTPException):
        while chunk := response.read1(1 << 18):
            yield chunk


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


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
            store.write_whole(folder / name, member.read())


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
