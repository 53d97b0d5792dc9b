"""What a job's folder says of it: events written as it goes, and the state read from them.

A job is a folder: spec.json, events.jsonl, alive.lock, worker.log, checkpoint.npz, the flag
CANCEL, owner, and in the end run.json and weights.npz. All that is known of a job stands in these
files, so any process can follow it. Who holds alive.lock is its worker: however that dies, the
kernel tells. Anybody may have written to a folder: sizes and kinds are checked before use.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from models import files, store
from models.alive import is_held
from models.spec import FOR_EVER, SCHEMA, EpochResult, RunSpec, check_schema, from_json

State = Literal["queued", "running", "done", "cancelled", "failed", "lost"]

EVENTS = "events.jsonl"
# What tells of a job.
FILES = ("spec.json", EVENTS, "owner", "run.json", "checkpoint.npz", "CANCEL")
MOST_EVENTS, MOST_OWNER = 1 << 25, 1 << 10  # bytes; so many events come in five days
TRAINS = {"batch", "epoch"}  # what a worker tells once it is past its start


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**53


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1


def _is_word(value: object) -> bool:
    return isinstance(value, str)


# What an event of a kind must hold, and what it may. An epoch is an EpochResult.
HOLDS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "queued": {"place": _is_count},
    "resumed": {"epochs": _is_count},
    "stage": {"text": _is_word},
    "batch": {
        "epoch": _is_count,
        "done": _is_count,
        "batches": lambda value: _is_count(value) and value > 0,
        "pace": lambda value: isinstance(value, int | float) and 0 <= value < FOR_EVER,
    },
    "end": {"state": _is_word},
}
MAY_HOLD = {"stage": {"share": _is_share}, "end": {"error": _is_word}}
KINDS = {*HOLDS, "started", "epoch"}


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
    target = files.opened(directory / EVENTS, os.O_RDWR | os.O_APPEND | os.O_CREAT)
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
    if size > MOST_EVENTS:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), EVENTS)
    if size and os.pread(target, 1, size - 1) != b"\n":
        size = os.pread(target, size, 0).rfind(b"\n") + 1
        os.ftruncate(target, size)
    return size


def begin(directory: Path) -> None:
    """Say that a worker takes over."""
    append(directory, "started")


def has_ended(directory: Path) -> bool:
    """Whether the last that a job told is its end: its worker, if it has one still, is leaving."""
    return _told(directory).latest == "end"


def read(directory: Path) -> Job:
    """The job in a folder. Raises ValueError where the folder cannot be understood."""
    return _remembered(directory)


def _read(directory: Path) -> Job:
    try:
        job = _read_once(directory)
        # It may have been started after its lock was asked for, and before its events were read.
        return _read_once(directory) if job.state == "lost" else job
    except (OSError, TypeError, ValueError, LookupError, AttributeError, RecursionError) as error:
        raise ValueError(f"{directory.name} cannot be read: {files.reason(error)}.") from error


# What has ended, however it did, stays as it is until one of its files changes.
_remembered = files.Remembered(_read, FILES, lasts=lambda job: not job.live)


def _read_once(directory: Path) -> Job:
    alive = is_held(directory)  # asked first: a job that ends now has an event
    content = json.loads(files.read(directory / "spec.json", files.LINE))
    check_schema(content)
    spec = RunSpec(**{name: value for name, value in content.items() if name != "schema"})
    return _job(directory, spec, _told(directory), alive)


@dataclass(frozen=True)
class _Told:
    """What a job's events come to: the last of each kind, the epochs, the kind of the latest."""

    last: dict[str, dict[str, Any]]
    history: tuple[EpochResult, ...]
    latest: str


def _add_up(directory: Path) -> _Told:
    # The last of its kind; of epochs, those that the latest worker goes on from, and its own.
    last: dict[str, dict[str, Any]] = {}
    history: dict[int, EpochResult] = {}
    kind = ""
    for kind, event in events(directory):
        if kind == "queued":
            last = {}  # what an earlier worker said is over
        elif kind == "resumed":
            history = {n: result for n, result in history.items() if n <= event["epochs"]}
        elif kind == "epoch":
            result = EpochResult(**from_json(event))
            history[result.epoch] = result
        if kind in KINDS:
            last[kind] = event
    return _Told(last, tuple(history[number] for number in sorted(history)), kind)


# Asked every second by everybody who watches; most files have not changed since.
_told = files.Remembered(_add_up, (EVENTS,))


def _job(directory: Path, spec: RunSpec, told: _Told, alive: bool) -> Job:
    last, epochs = told.last, told.history
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
        last.get("queued", {}).get("place", 0),
        owner(directory),
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
    try:
        # What follows the last line break is still being written, or was when the power went.
        for line in files.lines(directory / EVENTS, MOST_EVENTS):
            yield _event(line)
    except FileNotFoundError:
        return


def _event(line: bytes) -> tuple[str, dict[str, Any]]:
    event = json.loads(line)
    kind = event.pop("kind", None) if isinstance(event, dict) else None
    if not isinstance(kind, str):
        raise ValueError(f"{EVENTS} holds something else than events")
    for name, fits in HOLDS.get(kind, {}).items():
        if not fits(event.get(name)):
            raise ValueError(f"{EVENTS} says {event.get(name)!r:.40} for {name} in {kind!r}")
    for name, fits in MAY_HOLD.get(kind, {}).items():
        if name in event and not fits(event[name]):
            raise ValueError(f"{EVENTS} says {event[name]!r:.40} for {name} in {kind!r}")
    return kind, event


def owner(directory: Path) -> str:
    """The hash of the token of a job's owner, "" for one from the shell.

    Raises OSError or ValueError where it cannot be read.
    """
    try:
        return files.read(directory / "owner", MOST_OWNER).decode()
    except FileNotFoundError:
        return ""


def _seconds_left(
    spec: RunSpec, history: tuple[EpochResult, ...], batch: dict[str, Any], share: float
) -> float:
    """Epochs to go at the pace of the last one, or of the batches so far in the first."""
    per_epoch = history[-1].seconds if history else batch["pace"] * batch["batches"]
    return max(0.0, (spec.epochs - len(history) - share) * per_epoch)
