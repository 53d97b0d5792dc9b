"""Downloads that are checked by their SHA-256, go on where they were cut, and happen once."""

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

SILENCE = 30  # seconds without a byte after which a connection counts as lost

Progress = Callable[[int, int], None]  # bytes so far, bytes in all


class DataUnavailableError(Exception):
    """The data are not here and could not be fetched; the message says what to do."""


def data_dir() -> Path:
    """Where data sets are kept: KL_DATA_DIR, or data/ beside the code."""
    return Path(os.environ.get("KL_DATA_DIR") or files.ROOT / "data").absolute()


def reason(error: Exception) -> object:
    """What went wrong, in as few words as the system has for it."""
    return getattr(error, "reason", None) or getattr(error, "strerror", None) or error


@contextmanager
def exclusive(size: int, path: Path, on_progress: Progress | None) -> Iterator[None]:
    """In here one alone fetches what becomes `path`, of all threads and processes.

    Who waits for another's end hears how far that one is.
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
    """What lies at an address, checked, in a file beside `path` that goes with the block.

    In an `exclusive` block. Where the transfer is cut or stopped, what has arrived stays there, and
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
    with _request(url, part) as response:
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


def _request(url: str, part: Path) -> Any:
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
