"""The queue of training jobs: submit, cancel, resume, delete.

All of it lies on disk, and every change is made under one lock, so any number of servers and
shells may share a folder of runs. No process keeps the queue: whoever submits, ends or looks
starts what can start.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import re
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from models import alive, journal
from models.alive import BusyError
from models.journal import Job
from models.spec import RunSpec

WAITING = 5  # the most that may wait
KEPT = 30  # visitors' runs; beyond, the oldest that has ended goes
EPOCHS = 100  # the most that a visitor may ask for


class NotOwnerError(Exception):
    """Somebody else's run."""


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
        """All that can be read."""
        return self.running + self.waiting + self.ended


def look(folder: Path) -> Queue:
    """The jobs as they stand now."""
    jobs, damaged = [], {}
    for directory in _directories(folder):
        try:
            jobs.append(journal.read(directory))
        except ValueError as error:
            damaged[directory.name] = str(error)
    jobs.sort(key=lambda job: (job.place, job.id))
    return Queue(
        tuple(job for job in jobs if job.state == "running"),
        tuple(job for job in jobs if job.state == "queued"),
        tuple(job for job in reversed(jobs) if not job.live),
        damaged,
    )


def submit(spec: RunSpec, folder: Path, token: str | None = None) -> str:
    """Put a run into the queue, and start it if it is its turn; the new run's id.

    `token` is its owner's secret; without one it belongs to whoever has the shell.
    Raises BusyError if the queue is full, ValueError for more epochs than a visitor may have.
    """
    if token is not None and spec.epochs > EPOCHS:
        raise ValueError(f"epochs must be at most {EPOCHS} here; got {spec.epochs:,}.")
    slots()  # a wrong setting is told before anything is written
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        _refuse_if_full(folder)
        directory = new_directory(spec, folder)
        directory.mkdir()  # outside: should that name be taken, it is not ours to remove
        try:
            if token is not None:
                (directory / "owner").write_text(_hash(token))
            journal.append(directory, "queued", place=_next_place(folder))
            journal.write_spec(directory, spec)  # last: it is what makes the folder a job
        except OSError:
            shutil.rmtree(directory, ignore_errors=True)  # it never was a run
            raise
        _forget_the_oldest(folder)
        _start_waiting(folder)
    return directory.name


def resume(directory: Path, token: str | None = None) -> None:
    """Put a run that has not finished into the queue again; it goes on from its checkpoint.

    Raises BusyError if the queue is full, ValueError for a run that is finished or under way,
    NotOwnerError unless `token` is its owner's, or None.
    """
    slots()
    with _locked(directory.parent):
        job = _own(directory, token)
        if job.live or job.state == "done":
            raise ValueError(f"{job.id} is {job.state}: there is nothing to resume.")
        _refuse_if_full(directory.parent)
        (directory / "CANCEL").unlink(missing_ok=True)
        journal.append(directory, "queued", place=_next_place(directory.parent))
        _start_waiting(directory.parent)


def cancel(directory: Path, token: str | None = None) -> None:
    """Ask a job to stop; its worker looks after every batch. It keeps its checkpoint.

    Raises ValueError if it is not under way, NotOwnerError unless `token` is its owner's, or None.
    """
    with _locked(directory.parent):
        job = _own(directory, token)
        if job.state == "queued":
            journal.append(directory, "end", state="cancelled")
        elif job.state == "running":
            (directory / "CANCEL").touch()
        else:
            raise ValueError(f"{job.id} is {job.state}: there is nothing to cancel.")


def delete(directory: Path, token: str | None = None) -> None:
    """Remove a run that is not under way.

    Raises ValueError for one that is, NotOwnerError unless `token` is its owner's, or None.
    """
    with _locked(directory.parent):
        job = _own(directory, token)
        if job.live:
            raise ValueError(f"{job.id} is {job.state}: cancel it first.")
        _remove(directory)


def start_waiting(folder: Path, leaving: Path | None = None) -> None:
    """Start the jobs whose turn it is; `leaving` is one that ends, and counts no more."""
    if folder.is_dir():
        with _locked(folder):
            _start_waiting(folder, leaving)


def slots() -> int:
    """How many jobs may train at once: KL_MAX_JOBS, or one. Raises ValueError for nonsense."""
    value = os.environ.get("KL_MAX_JOBS") or "1"
    if not re.fullmatch(r"[1-9]\d{0,2}", value):
        raise ValueError(f"KL_MAX_JOBS must be a whole number from 1 to 999; got {value!r}.")
    return int(value)


def owns(job: Job, token: str | None) -> bool:
    """Whether the run belongs to who has this token."""
    return bool(token) and hmac.compare_digest(job.owner.encode(), _hash(token or "").encode())


def new_directory(spec: RunSpec, folder: Path) -> Path:
    """A name for one more run of this spec: the spec's own with a random suffix."""
    return folder / f"{spec.id}-{secrets.token_hex(3)}"


def take(directory: Path, spec: RunSpec | None = None) -> IO[bytes]:
    """Become the worker of a job, in this process: who holds the returned file is.

    With a spec it is begun, and what was there of an unfinished run is started over; without,
    it goes on. Raises ValueError where a finished run lies, BusyError where one trains.
    """
    folder = directory.parent
    slots()  # whoever ends starts what waits: a wrong setting is told before it trains
    if spec is None:
        journal.read(directory)  # there must be one, and it must be sound
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        directory.mkdir(exist_ok=True)
        if (directory / "run.json").exists():
            raise ValueError(f"{directory} holds a finished run; delete it to make that run again.")
        lock = alive.hold(directory)
        (directory / "CANCEL").unlink(missing_ok=True)
        if spec is not None:
            for leftover in (journal.EVENTS, "checkpoint.npz", "owner"):
                (directory / leftover).unlink(missing_ok=True)
        journal.append(directory, "queued", place=_next_place(folder))
        if spec is not None:
            journal.write_spec(directory, spec)
        journal.begin(directory)
    return lock


def _start_waiting(folder: Path, leaving: Path | None = None) -> None:
    busy = sum(_trains(path) for path in _directories(folder) if path != leaving)
    for job in look(folder).waiting[: max(0, slots() - busy)]:
        directory = folder / job.id
        try:
            with alive.hold(directory) as lock:
                journal.begin(directory)
                process = alive.start_worker(directory, lock)
        except BusyError:
            continue  # its turn comes when somebody looks again
        except OSError as error:  # of this job alone: the others shall have their turn
            reason = f"The process could not be started: {error.strerror or error}."
            with suppress(OSError):  # the disk is so full that not even this can be told
                journal.append(directory, "end", state="failed", error=reason)
            continue
        threading.Thread(target=process.wait, daemon=True).start()  # or it stays a zombie


def _trains(directory: Path) -> bool:
    """Whether a job takes a slot: by its lock, unless its worker has told its end and leaves."""
    try:
        return alive.is_held(directory) and not journal.has_ended(directory)
    except (OSError, TypeError, ValueError, LookupError, RecursionError):
        return True  # a worker whose folder is damaged still uses the machine


def _refuse_if_full(folder: Path) -> None:
    queue = look(folder)
    if len(queue.running) >= slots() and len(queue.waiting) >= WAITING:
        raise BusyError(
            f"The queue is full: {len(queue.waiting)} runs wait already. "
            "Wait until one has ended, or cancel one of yours."
        )


def _next_place(folder: Path) -> int:
    """A number greater than those before; no clock is asked, for clocks are set back."""
    return 1 + max((job.place for job in look(folder).jobs), default=0)


def _forget_the_oldest(folder: Path) -> None:
    queue = look(folder)
    ended = [job for job in queue.ended if job.owner]
    live = [job for job in queue.running + queue.waiting if job.owner]
    for job in ended[max(0, KEPT - len(live)) :]:
        _remove(folder / job.id)


def _own(directory: Path, token: str | None) -> Job:
    job = journal.read(directory)
    if token is not None and not owns(job, token):
        raise NotOwnerError(f"{job.id} belongs to somebody else.")
    return job


def _remove(directory: Path) -> None:
    # Renamed first: nobody shall meet half a run.
    grave = directory.with_name(f".{directory.name}.{secrets.token_hex(3)}")
    directory.rename(grave)
    shutil.rmtree(grave, ignore_errors=True)


def _directories(folder: Path) -> list[Path]:
    return sorted(
        path.parent for path in folder.glob("*/spec.json") if not path.parent.name.startswith(".")
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "jobs.lock").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
