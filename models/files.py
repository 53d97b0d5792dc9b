"""Files: size-checked before reading, written atomically, and cached until they change."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import stat
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import numpy as np
from filelock import BaseFileLock, FileLock
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]  # of the project
APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT
REPLACE = os.O_WRONLY | os.O_TRUNC | os.O_CREAT
LINE = 1 << 16  # bytes: more than any event has
# bytes: many times the size of a run's files, and small enough to be read at once
MOST_JSON, MOST_ARRAYS = 1 << 20, 1 << 26
ABOVE = re.compile(
    r"""(?<![\w./:~-])/(?:[^\s/:'"(),;]+/)+"""
)  # the folders of a path, not of a link
ROOM = 256  # cached results, beyond which obsolete ones are removed

T = TypeVar("T")


def open_plain(path: Path, flags: int = os.O_RDONLY) -> int:
    """A file's descriptor. Raises OSError unless it is a regular file, and to write, for a link.

    Opening a pipe blocks, a device has no end, and a link may lead outside the folder.
    """
    to_write = 0 if flags == os.O_RDONLY else getattr(os, "O_NOFOLLOW", 0)
    as_bytes = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags | to_write | as_bytes, 0o644)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(f"{path.name} is not a regular file")
    return descriptor


def lock(path: Path) -> BaseFileLock:
    """A lock for one thread of one process; the system releases it if that process ends.

    Raises OSError unless it is a regular file.
    """
    try:
        os.close(open_plain(path, os.O_RDWR))
    except FileNotFoundError:
        path.parent.stat()  # FileLock would create the folder
    return FileLock(path, poll_interval=0.01, thread_local=False)


def read(path: Path, most: int) -> bytes:
    """A file's content. Raises OSError if not regular, ValueError for more than `most` bytes."""
    with os.fdopen(open_plain(path), "rb") as file:
        if os.fstat(file.fileno()).st_size > most:
            raise ValueError(f"{path.name} holds more than {most:,} bytes")
        return file.read(most)


def lines(path: Path, most: int) -> Iterator[bytes]:
    """A file's complete lines, one at a time, without what follows the last line break.

    Raises OSError if not regular, ValueError for more than `most` bytes, or LINE in a line.
    """
    with os.fdopen(open_plain(path), "rb") as file:
        if os.fstat(file.fileno()).st_size > most:
            raise ValueError(f"{path.name} holds more than {most:,} bytes")
        while line := file.readline(LINE):
            if not line.endswith(b"\n"):
                if len(line) == LINE:
                    raise ValueError(f"{path.name} has a line of more than {LINE:,} bytes")
                return
            yield line


def arrays(content: bytes, most: int) -> dict[str, NDArray[Any]]:
    """The arrays in an .npz. Raises ValueError if they are damaged, or unpack to over `most` bytes.

    Other errors of zipfile and NumPy for damaged files are passed on.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if (size := sum(member.file_size for member in archive.infolist())) > most:
            raise ValueError(f"it would unpack to {size:,} bytes")
        # Reading to the end checks each array's checksum; NumPy may stop before it.
        if changed := archive.testzip():
            raise ValueError(f"{changed} has changed on disk")
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        return dict(found)


def reason(error: BaseException) -> str:
    """Why a file cannot be read, without its path on this machine."""
    said = error.strerror if isinstance(error, OSError) else None
    return without_folders(said or str(error) or type(error).__name__).rstrip(".")[:200]


def without_folders(text: str) -> str:
    """The same text without paths on this machine, because visitors read it."""
    return ABOVE.sub("", text)


def read_arrays(path: Path, digest: str | None) -> dict[str, NDArray[Any]]:
    """The arrays in a file with this SHA-256. Raises ValueError if it is missing or differs."""
    name = f"{path.parent.name}/{path.name}"
    try:
        content = read(path, MOST_ARRAYS)
    except FileNotFoundError:
        reason = "its SHA-256 is recorded, so a repeated run can be compared with it"
        raise ValueError(f"{name} is not kept here; {reason}.") from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(f"{name} is not the file that was recorded.")
    return arrays(content, MOST_ARRAYS)


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> str:
    """Write arrays by name as .npz; returns the file's SHA-256."""
    buffer = io.BytesIO()
    # savez takes names as keyword arguments, next to its own.
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    write_whole(path, buffer.getvalue())
    return hashlib.sha256(buffer.getvalue()).hexdigest()


def convert(content: Any, kind: type[T]) -> T:
    """JSON's content as a dataclass.

    Raises ValueError, in a plain sentence, for unknown fields and wrong types.
    """
    try:
        made = msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        said, at, place = str(error).replace("`", "").partition(" - at $")
        raise ValueError(said.rstrip(".") + (f" (at {place.lstrip('.')})" if at else "")) from error
    _refuse_unknown(content, made)
    return made


def _refuse_unknown(content: Any, made: object) -> None:
    # msgspec ignores fields that a dataclass does not have.
    if isinstance(made, tuple):
        for part, held in zip(content, made, strict=True):
            _refuse_unknown(part, held)
    elif is_dataclass(made):
        if unknown := content.keys() - {f.name for f in fields(made)}:
            raise ValueError(f"{type(made).__name__} has no field {min(unknown)!r}")
        for name, part in content.items():
            _refuse_unknown(part, getattr(made, name))


def write_json(path: Path, content: Any) -> None:
    """Write JSON atomically: a reader sees the old file or the complete new one."""
    write_whole(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file atomically: a reader sees the old one or the complete new one."""
    part = path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(open_plain(part, REPLACE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # or a power failure may leave the name without the content
        rename(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()  # on a full disk it takes the space that reporting the error needs
        raise named(error, path) from error


def rename(source: Path, target: Path) -> None:
    """Rename, replacing; on Windows once no process has it open, within a second."""
    for _ in range(100):
        try:
            source.replace(target)
            return
        except PermissionError:
            if os.name != "nt":
                raise
        time.sleep(0.01)
    source.replace(target)


def named(error: OSError, path: Path) -> OSError:
    """The same error with the file's name, which the system omits if a write fails."""
    name = f"{path.parent.name}/{path.name}"  # without the path, because visitors read it
    return OSError(error.errno, error.strerror, name)


class FileCache(Generic[T]):
    """A cache of what is computed from some files in a folder, valid until one of them changes.

    `lasts`: whether a result cannot change while the files do not. A ValueError for an unreadable
    folder is cached too. Results for deleted folders are removed soon.
    """

    def __init__(
        self,
        make: Callable[[Path], T],
        names: tuple[str, ...],
        lasts: Callable[[T], bool] = lambda made: True,
    ) -> None:
        self._make, self._names, self._lasts = make, names, lasts
        self._kept: dict[Path, tuple[tuple[object, ...], T | ValueError]] = {}
        self._room = ROOM

    def __call__(self, directory: Path) -> T:
        """The result, computed again if necessary. Raises what the computation raises."""
        now = tuple(_signature(directory / name) for name in self._names)  # before they are read
        then, made = self._kept.get(directory, (None, None))
        if then != now or made is None:
            self._kept.pop(directory, None)
            made = self._try(directory)
            if isinstance(made, ValueError) or self._lasts(made):
                self._prune()
                self._kept[directory] = now, made
        if isinstance(made, ValueError):
            raise ValueError(*made.args)
        return made

    def _try(self, directory: Path) -> T | ValueError:
        try:
            return self._make(directory)
        except ValueError as error:
            return ValueError(str(error))

    def _prune(self) -> None:
        if len(self._kept) >= self._room:
            for directory in list(self._kept):
                if not directory.exists():
                    self._kept.pop(directory, None)
            self._room = max(ROOM, 2 * len(self._kept))


def _signature(path: Path) -> tuple[int, ...] | None:
    try:
        now = path.stat()
    except OSError:
        return None
    return now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns
