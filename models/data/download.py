"""Downloads: checked by SHA-256, resumed after an interruption, and never run twice at once."""

from __future__ import annotations

import hashlib
import os
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from filelock import BaseFileLock, Timeout

from models import files

SILENCE = 30  # seconds without data after which a connection counts as lost

Progress = Callable[[int, int], None]  # bytes so far, bytes in all


class DataUnavailableError(Exception):
    """The data are missing and could not be downloaded; the message says what to do."""


def data_dir() -> Path:
    """Where data sets are kept: KL_DATA_DIR, or data/ beside the code."""
    return Path(os.environ.get("KL_DATA_DIR") or files.ROOT / "data").absolute()


def reason(error: Exception) -> object:
    """The system's short description of an error."""
    return getattr(error, "reason", None) or getattr(error, "strerror", None) or error


@contextmanager
def exclusive(size: int, path: Path, on_progress: Progress | None) -> Iterator[None]:
    """A lock under which one thread of one process downloads `path`.

    While it waits for another download, it reports the progress of that one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = files.lock(path.with_name(f"{path.name}.lock"))
    reported = None
    while not _try(lock):
        now = _size(_part(path))
        if on_progress and now != reported:
            on_progress(now, size)
        reported = now
        time.sleep(0.2)
    try:
        yield
    finally:
        lock.release()


def _try(lock: BaseFileLock) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    return True


@contextmanager
def fetched(
    url: str, sha256: str, size: int, path: Path, on_progress: Progress | None
) -> Iterator[Path]:
    """Download an address, checked, into a file beside `path` that is deleted after the block.

    Use it in an `exclusive` block. If the transfer is interrupted, the next one resumes it. Raises
    OSError if the download fails, cannot be stored, is larger than `size` bytes, or has another
    SHA-256.
    """
    part = _part(path)
    if _size(part) != size:
        _receive(url, size, part, on_progress)
    try:
        with part.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        if digest != sha256:
            raise OSError(f"the download has the wrong SHA-256 ({digest[:12]}…)")
        yield part
    finally:
        part.unlink(missing_ok=True)


def _receive(url: str, size: int, part: Path, on_progress: Progress | None) -> None:
    with _request(url, part) as response:
        begins = _size(part) if response.status == 206 else 0  # or it sends the whole file
        received = begins
        try:
            with part.open("ab" if begins else "wb") as out:
                for chunk in _chunks(response):
                    received += len(chunk)
                    if received > size:
                        raise OSError(f"the server sent more than the expected {size / 1e6:.1f} MB")
                    out.write(chunk)
                    if on_progress:
                        on_progress(received, size)
        except OSError:
            part.unlink(missing_ok=True)  # on a full disk the space is needed
            raise
        whole = response.headers["Content-Length"] == str(received - begins)
    if received < size and not whole:
        raise OSError(
            f"the connection was lost after {received / 1e6:.1f} of {size / 1e6:.1f} MB; try "
            "again, and it resumes from there"
        )


def _request(url: str, part: Path) -> Any:
    """The response to a request for the bytes that are not in `part` yet."""
    there = _size(part)
    request = urllib.request.Request(url, headers={"Range": f"bytes={there}-"} if there else {})
    try:
        return urllib.request.urlopen(request, timeout=SILENCE)
    except HTTPError as error:
        if error.code == 416:  # the partial file is too long
            part.unlink(missing_ok=True)
        raise
    except (HTTPException, ValueError) as error:
        raise OSError(f"the server sent an invalid response: {error!r}") from error


def _chunks(response: Any) -> Iterator[bytes]:
    """Append the data as they arrive; whatever ends the transfer, complete blocks are kept."""
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
