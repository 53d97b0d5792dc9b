"""What a job's folder says of it: events written as it goes, and the state read from them.

A job is a folder: spec.json, events.jsonl, alive.lock, worker.log, checkpoint.npz, the flag
CANCEL, owner, and in the end run.json and weights.npz. Nothing about a job is kept in memory, so
any process can follow it. Who holds alive.lock is its worker: however that dies, the kernel tells.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from models import store
from models.alive import is_held
from models.spec import SCHEMA, EpochResult, RunSpec, check_schema, from_json

State = Literal["queued", "running", "done", "cancelled", "failed", "lost"]

EVENTS = "events.jsonl"
TRAINS = {"batch", "epoch"}  # what a worker tells once it is past its start


@dataclass(frozen=True)
class Job:
    """What a run's folder says of it now. `share_done`: how much of the training lies behind.

    `place` is its number in the order in which runs were asked for; `owner` the hash of its
    owner's token, "" for one made from the shell. `stage` is what a worker is doing before its
    first epoch, `stage_share` how much of that is done; `error` why a job failed; `cancelling`
    whether it was asked to stop and has not stopped yet; `resumable` whether a checkpoint lies
    there to go on from.
    """

    id: str
    spec: RunSpec
    state: State
    place: int = 0
    owner: str = ""
    history: tuple[EpochResult, ...] = ()
    share_done: float = 0.0
    stage: str = ""
    stage_share: float | None = None
    error: str = ""
    seconds_left: float | None = None
    cancelling: bool = False
    resumable: bool = False

    @property
    def live(self) -> bool:
        """Whether it trains, or will without anybody's doing."""
        return self.state in ("queued", "running")


def write_spec(directory: Path, spec: RunSpec) -> None:
    """Say what the job in a folder trains."""
    store.write_json(directory / "spec.json", {"schema": SCHEMA, **asdict(spec)})


def append(directory: Path, kind: str, **content: Any) -> None:
    """Add one event: one write, to a file opened for appending. Raises OSError on a full disk."""
    line = json.dumps({"kind": kind, **content}, allow_nan=False).encode() + b"\n"
    target = os.open(directory / EVENTS, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        before = _whole_lines(target)
        if os.write(target, line) < len(line):
            os.ftruncate(target, before)  # half an event would spoil the next
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        raise store.named(error, directory / EVENTS) from error
    finally:
        os.close(target)


def _whole_lines(target: int) -> int:
    """The size of a file of events, after cutting off half a line that a dying one left."""
    size = os.fstat(target).st_size
    if size and os.pread(target, 1, size - 1) != b"\n":
        size = os.pread(target, size, 0).rfind(b"\n") + 1
        os.ftruncate(target, size)
    return size


def begin(directory: Path) -> None:
    """Say that a worker takes over."""
    append(directory, "started")


def has_ended(directory: Path) -> bool:
    """Whether the last that a job told is its end: its worker, if it has one still, is leaving."""
    return [kind for kind, _ in events(directory)][-1:] == ["end"]


def read(directory: Path) -> Job:
    """The job in a folder. Raises ValueError where the folder cannot be understood."""
    job = _read(directory)
    # It may have been started after its lock was asked for, and before its events were read.
    return _read(directory) if job.state == "lost" else job


def _read(directory: Path) -> Job:
    alive = is_held(directory)  # asked first: a job that ends now has an event
    try:
        content = json.loads((directory / "spec.json").read_bytes())
        check_schema(content)
        spec = RunSpec(**{name: value for name, value in content.items() if name != "schema"})
        return _job(directory, spec, list(events(directory)), alive)
    except (
        OSError,
        TypeError,
        ValueError,
        LookupError,
        AttributeError,
        ArithmeticError,  # no batches in all; a place that is infinite
        RecursionError,  # JSON nested without end
    ) as error:
        reason = str(error).rstrip(".")
        raise ValueError(f"{directory.name} cannot be read: {reason}.") from error


def _job(directory: Path, spec: RunSpec, found: list[tuple[str, Any]], alive: bool) -> Job:
    # The last of its kind; of epochs, those that the latest worker goes on from, and its own.
    last: dict[str, Any] = {}
    history: dict[int, EpochResult] = {}
    for kind, event in found:
        if kind == "queued":
            last = {kind: event}  # what an earlier worker said is over
        elif kind == "resumed":
            history = {n: result for n, result in history.items() if n <= event["epochs"]}
        elif kind == "epoch":
            history[event["epoch"]] = EpochResult(**from_json(event))
        last[kind] = event
    epochs = tuple(history[number] for number in sorted(history))
    batch = last.get("batch", {})
    if batch.get("epoch") != len(epochs) + 1:
        batch = {}  # of an epoch that is over
    share = batch["done"] / batch["batches"] if batch else 0.0
    state = _state(directory, last, alive)
    trains = alive and last.keys() & TRAINS and (epochs or batch)
    return Job(
        directory.name,
        spec,
        state,
        int(last.get("queued", {}).get("place", 0)),
        _owner(directory),
        epochs,
        min(1.0, (len(epochs) + share) / spec.epochs),
        last.get("stage", {}).get("text", ""),
        last.get("stage", {}).get("share"),
        last.get("end", {}).get("error", ""),
        _seconds_left(spec, epochs, batch, share) if trains else None,
        alive and (directory / "CANCEL").exists(),
        state in ("cancelled", "failed", "lost") and (directory / "checkpoint.npz").exists(),
    )


def _state(directory: Path, last: dict[str, Any], alive: bool) -> State:
    if alive:
        return "running"
    if (directory / "run.json").exists():
        return "done"  # even where the worker was killed before it could say so
    if "end" in last:
        ended: State = last["end"]["state"]
        return ended if ended in ("cancelled", "failed") else "lost"
    return "queued" if "queued" in last and "started" not in last else "lost"


def events(directory: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events of a job, oldest first: kind and content. Raises ValueError for foreign ones."""
    path = directory / EVENTS
    try:
        now = path.stat()
    except FileNotFoundError:
        return
    # Asked every second by everybody who watches; most files have not changed since.
    for event in _parsed(path, now.st_mtime_ns, now.st_size):
        content = dict(event)
        yield content.pop("kind"), content


@lru_cache(maxsize=64)
def _parsed(path: Path, _changed: int, _size: int) -> tuple[dict[str, Any], ...]:
    # What follows the last line break is still being written, or was when the power went.
    return tuple(json.loads(line) for line in path.read_bytes().split(b"\n")[:-1])


def _owner(directory: Path) -> str:
    try:
        return (directory / "owner").read_text()
    except FileNotFoundError:
        return ""


def _seconds_left(
    spec: RunSpec, history: tuple[EpochResult, ...], batch: dict[str, Any], share: float
) -> float:
    """Epochs to go at the pace of the last one, or of the batches so far in the first."""
    per_epoch = history[-1].seconds if history else batch["pace"] * batch["batches"]
    return max(0.0, (spec.epochs - len(history) - share) * per_epoch)
