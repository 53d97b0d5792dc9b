"""A run's folder: the names of its files, and what is written there as the run goes.

These files hold everything about a run, so any process can follow it. Their content is not trusted:
sizes and types are checked before use.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, defstruct

from models import files
from models.runs.record import FOR_EVER
from models.runs.spec import SCHEMA, RunSpec, check_schema

SPEC = "spec.json"  # what makes a folder a run's
EVENTS = "events.jsonl"
LOCK = "alive.lock"  # held by the process that trains the run
PROCESS = "worker.pid"  # which one that is
LOG = "worker.log"
OWNER = "owner"
CANCEL = "CANCEL"  # if it exists, the worker was asked to stop
CHECKPOINT = "checkpoint.npz"
RUN = "run.json"  # the finished run
WEIGHTS = "weights.npz"
PREDICTIONS = "predictions.npz"

MOST_EVENTS, MOST_OWNER = 1 << 25, 1 << 10  # bytes; so many events come in five days

Count = Annotated[int, Meta(ge=0, lt=2**53)]
Positive = Annotated[int, Meta(ge=1, lt=2**53)]
Share = Annotated[float, Meta(ge=0, le=1)]
Seconds = Annotated[float, Meta(ge=0, lt=FOR_EVER)]

# What an event of a kind must hold, and, with a default, what it may. An epoch is an EpochResult.
HOLDS = {
    "queued": defstruct("Queued", [("place", Count)]),
    "resumed": defstruct("Resumed", [("epochs", Count)]),
    "stage": defstruct("Stage", [("text", str), ("share", Share, 0.0)]),
    "batch": defstruct(
        "Batch", [("epoch", Count), ("done", Count), ("batches", Positive), ("pace", Seconds)]
    ),
    "end": defstruct("End", [("state", str), ("error", str, "")]),
}
KINDS = {*HOLDS, "started", "epoch"}


@dataclass(frozen=True)
class RunFolder:
    """The files of one run."""

    path: Path

    def has(self, name: str) -> bool:
        """Whether it has a file of this name."""
        return (self.path / name).exists()

    def remove(self, *names: str) -> None:
        """Delete those of the files that exist."""
        for name in names:
            (self.path / name).unlink(missing_ok=True)

    def write_spec(self, spec: RunSpec) -> None:
        """Write the run's spec."""
        files.write_json(self.path / SPEC, {"schema": SCHEMA, **asdict(spec)})

    def read_spec(self) -> RunSpec:
        """The run's spec. Raises OSError or ValueError if it cannot be read."""
        content = json.loads(files.read(self.path / SPEC, files.LINE))
        check_schema(content)
        del content["schema"]
        return files.convert(content, RunSpec)

    def read_owner(self) -> str:
        """The hash of the token of the run's owner, "" for one from the shell.

        Raises OSError or ValueError where it cannot be read.
        """
        try:
            return files.read(self.path / OWNER, MOST_OWNER).decode()
        except FileNotFoundError:
            return ""

    def ask_to_stop(self) -> None:
        """Set the flag that the run's worker looks for after every batch."""
        os.close(files.open_plain(self.path / CANCEL, os.O_WRONLY | os.O_CREAT))

    def append(self, kind: str, **content: Any) -> None:
        """Add one event: one write, to a file opened for appending.

        Raises OSError on a full disk.
        """
        line = json.dumps({"kind": kind, **content}, allow_nan=False).encode() + b"\n"
        target = files.open_plain(self.path / EVENTS, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        try:
            before = _whole_lines(target)
            if os.write(target, line) < len(line):
                os.ftruncate(target, before)  # half an event would spoil the next
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            raise files.named(error, self.path / EVENTS) from error
        finally:
            os.close(target)

    def read_events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The events, oldest first: kind and content. Raises ValueError for foreign ones."""
        try:
            # What follows the last line break is still being written, or was when the power failed.
            for line in files.lines(self.path / EVENTS, MOST_EVENTS):
                yield _event(line)
        except FileNotFoundError:
            return


def _whole_lines(target: int) -> int:
    """The size of a file of events, after removing an incomplete last line."""
    size = os.fstat(target).st_size
    if size > MOST_EVENTS:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), EVENTS)
    if size and _read(target, 1, size - 1) != b"\n":
        size = _read(target, size, 0).rfind(b"\n") + 1
        os.ftruncate(target, size)
    return size


def _read(target: int, count: int, position: int) -> bytes:
    os.lseek(target, position, os.SEEK_SET)  # appending writes to the end in any case
    return os.read(target, count)


def _event(line: bytes) -> tuple[str, dict[str, Any]]:
    event = json.loads(line)
    kind = event.pop("kind", None) if isinstance(event, dict) else None
    if not isinstance(kind, str):
        raise ValueError(f"{EVENTS} holds something other than events")
    try:
        files.convert(event, HOLDS.get(kind, dict))
    except ValueError as error:
        raise ValueError(f"{EVENTS} holds a wrong {kind!r}: {error}") from error
    return kind, event
