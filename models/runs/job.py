"""The state of a run, read from its folder, and all runs of a folder as a queue.

The operating system says whether a worker trains a run, even if that worker was killed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from models import files
from models.runs.folder import (
    CANCEL,
    CHECKPOINT,
    EVENTS,
    KINDS,
    OWNER,
    PROCESS,
    RUN,
    SPEC,
    RunFolder,
)
from models.runs.process import is_held
from models.runs.record import EpochResult, from_json
from models.runs.spec import RunSpec

State = Literal["queued", "running", "done", "cancelled", "failed", "lost"]

FILES = (SPEC, EVENTS, PROCESS, OWNER, RUN, CHECKPOINT, CANCEL)  # the files that describe a job
TRAINS = {"batch", "epoch"}  # the events that a worker writes after its start


@dataclass(frozen=True)
class Job:
    """The state of a run, from its folder. `share_done`: the fraction of training that is done.

    `place` is its number in the order in which runs were asked for; `owner` the hash of its
    owner's token, "" for one made from the shell. `stage` is what a worker is doing before its
    first epoch, `stage_share` the fraction of that which is done; `error` why a job failed;
    `cancelling` whether it was asked to stop and has not stopped yet; `resumable` whether it has a
    checkpoint to resume from.
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
        """Whether it trains or waits for its turn."""
        return self.state in ("queued", "running")


@dataclass(frozen=True)
class Queue:
    """Every job in a folder of runs.

    `running` and `waiting` in the order in which they were asked for, `ended` newest first;
    `damaged`: folder → why it cannot be read.
    """

    running: tuple[Job, ...]
    waiting: tuple[Job, ...]
    ended: tuple[Job, ...]
    damaged: dict[str, str]

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All jobs that can be read."""
        return self.running + self.waiting + self.ended


def list_jobs(folder: Path) -> Queue:
    """The present state of all jobs."""
    jobs, damaged = [], {}
    for directory in _directories(folder):
        try:
            jobs.append(read_job(directory))
        except ValueError as error:
            damaged[directory.name] = str(error)
    jobs.sort(key=lambda job: (job.place, job.id))
    return Queue(
        tuple(job for job in jobs if job.state == "running"),
        tuple(job for job in jobs if job.state == "queued"),
        tuple(job for job in reversed(jobs) if not job.live),
        damaged,
    )


def _directories(folder: Path) -> list[Path]:
    try:
        paths = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError:
        return []
    return sorted(path for path in paths if os.path.lexists(path / SPEC))


def has_ended(directory: Path) -> bool:
    """Whether a job's last event is its end: its worker, if there is one, is about to exit."""
    return _summary(directory).latest == "end"


def read_job(directory: Path) -> Job:
    """The job in a folder. Raises ValueError if the folder is damaged."""
    return _cached(directory)


def _read(directory: Path) -> Job:
    try:
        job = _read_once(directory)
        # Its worker may have started between the two checks.
        return _read_once(directory) if job.state == "lost" else job
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{directory.name} cannot be read: {files.reason(error)}.") from error


# A job that has ended does not change until one of its files does.
_cached = files.FileCache(_read, FILES, lasts=lambda job: not job.live)


def _read_once(directory: Path) -> Job:
    held = is_held(directory)  # checked first: a job that ends now has an event
    run = RunFolder(directory)
    return _job(run, run.read_spec(), _summary(directory), held)


@dataclass(frozen=True)
class _Summary:
    """A summary of a job's events: the last of each kind, the epochs, the kind of the latest."""

    last: dict[str, dict[str, Any]]
    history: tuple[EpochResult, ...]
    latest: str


def _add_up(directory: Path) -> _Summary:
    # The last of its kind; of epochs, those that the latest worker goes on from, and its own.
    last: dict[str, dict[str, Any]] = {}
    history: dict[int, EpochResult] = {}
    kind = ""
    for kind, event in RunFolder(directory).read_events():
        if kind == "queued":
            last = {}  # the events of an earlier worker no longer count
        elif kind == "resumed":
            history = {n: result for n, result in history.items() if n <= event["epochs"]}
        elif kind == "epoch":
            result = files.convert(from_json(event), EpochResult)
            history[result.epoch] = result
        if kind in KINDS:
            last[kind] = event
    return _Summary(last, tuple(history[number] for number in sorted(history)), kind)


# Called every second for each visitor who watches; most files have not changed since.
_summary = files.FileCache(_add_up, (EVENTS,))


def _job(run: RunFolder, spec: RunSpec, summary: _Summary, held: bool) -> Job:
    last, epochs = summary.last, summary.history
    batch = last.get("batch", {})
    if batch.get("epoch") != len(epochs) + 1:
        batch = {}  # of an epoch that is over
    share = batch["done"] / batch["batches"] if batch else 0.0
    state = _state(run, last, held)
    trains = held and last.keys() & TRAINS and (epochs or batch)
    return Job(
        run.path.name,
        spec,
        state,
        last.get("queued", {}).get("place", 0),
        run.read_owner(),
        epochs,
        min(1.0, (len(epochs) + share) / spec.epochs),
        last.get("stage", {}).get("text", ""),
        last.get("stage", {}).get("share"),
        last.get("end", {}).get("error", ""),
        _seconds_left(spec, epochs, batch, share) if trains else None,
        held and run.has(CANCEL),
        state in ("cancelled", "failed", "lost") and run.has(CHECKPOINT),
    )


def _state(run: RunFolder, last: dict[str, Any], held: bool) -> State:
    if held:
        return "running"
    if run.has(RUN):
        return "done"  # even where the worker was killed before it could say so
    if "end" in last:
        ended: State = last["end"]["state"]
        return ended if ended in ("cancelled", "failed") else "lost"
    return "queued" if "queued" in last and "started" not in last else "lost"


def _seconds_left(
    spec: RunSpec, history: tuple[EpochResult, ...], batch: dict[str, Any], share: float
) -> float:
    """The remaining time at the pace of the last epoch, or of the batches of the first."""
    per_epoch = history[-1].seconds if history else batch["pace"] * batch["batches"]
    return max(0.0, (spec.epochs - len(history) - share) * per_epoch)
