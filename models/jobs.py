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
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from models import alive, files, journal
from models.alive import BusyError
from models.journal import Job
from models.spec import RunSpec

WAITING = 5  # the most that may wait
PLACES = 3  # the most runs of one visitor that may train and wait
KEPT = 30  # visitors' runs that have ended; what goes beyond says `_forget`
EPOCHS = 100  # the most that a visitor may ask for
GRAVE = ".deleted-"  # how the name of a run begins that is being deleted
GRACE = 30.0  # seconds that a worker has to stop once it is asked to


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
    """Put a run into the queue, and start it if it is its turn; the run's id.

    `token` is its owner's secret; without one it belongs to whoever has the shell. A visitor who
    asks for a run that trains or waits already gets that one: it gives the same figures.
    Raises BusyError if the queue is full or the visitor has PLACES in it, ValueError for more
    epochs than a visitor may have.
    """
    if token is not None and spec.epochs > EPOCHS:
        raise ValueError(f"epochs must be at most {EPOCHS} here; got {spec.epochs:,}.")
    slots()  # a wrong setting is told before anything is written
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        queue = look(folder)
        if token is not None and (there := under_way(spec, queue)):
            return there
        _refuse_if_full(queue, token)
        directory = new_directory(spec, folder)
        directory.mkdir()  # outside: should that name be taken, it is not ours to remove
        try:
            if token is not None:
                (directory / "owner").write_text(_hash(token))
            journal.append(directory, "queued", place=_next_place(queue))
            journal.write_spec(directory, spec)  # last: it is what makes the folder a job
        except OSError:
            shutil.rmtree(directory, ignore_errors=True)  # it never was a run
            raise
        _forget(folder, queue)
        _sweep(folder)
        waiting = (*queue.waiting, journal.read(directory))
        _start_waiting(folder, replace(queue, waiting=waiting))
    return directory.name


def under_way(spec: RunSpec, queue: Queue) -> str | None:
    """The id of a run of exactly this spec that trains or waits, and was not asked to stop."""
    found = (job for job in queue.running + queue.waiting if job.spec == spec)
    return next((job.id for job in found if not job.cancelling), None)


def resume(directory: Path, token: str | None = None) -> None:
    """Put a run that has not finished into the queue again; it goes on from its checkpoint.

    Raises BusyError as `submit` does, ValueError for a run that is finished or under way,
    NotOwnerError unless `token` is its owner's, or None.
    """
    folder = directory.parent
    slots()
    with _locked(folder):
        _refuse_strangers(directory, token)
        job = journal.read(directory)
        if job.live or job.state == "done":
            raise ValueError(f"{job.id} is {job.state}: there is nothing to resume.")
        queue = look(folder)
        _refuse_if_full(queue, token)
        (directory / "CANCEL").unlink(missing_ok=True)
        journal.append(directory, "queued", place=_next_place(queue))
        waiting = (*queue.waiting, journal.read(directory))
        _start_waiting(folder, replace(queue, waiting=waiting))


def cancel(directory: Path, token: str | None = None) -> None:
    """Ask a job to stop; its worker looks after every batch. It keeps its checkpoint.

    One that has not stopped after GRACE is ended by whoever looks at the queue then.
    Raises ValueError if it is not under way, NotOwnerError unless `token` is its owner's, or None.
    """
    with _locked(directory.parent):
        _refuse_strangers(directory, token)
        state = _state(directory)
        if state == "queued":
            journal.append(directory, "end", state="cancelled")
        elif state == "running":
            os.close(files.opened(directory / "CANCEL", os.O_WRONLY | os.O_CREAT))
        else:
            raise ValueError(f"{directory.name} is {state}: there is nothing to cancel.")


def delete(directory: Path, token: str | None = None) -> None:
    """Remove a run that is not under way, be it damaged or not.

    Raises ValueError for one that is, NotOwnerError unless `token` is its owner's, or None.
    """
    with _locked(directory.parent):
        _refuse_strangers(directory, token)
        if (state := _state(directory)) in ("queued", "running"):
            raise ValueError(f"{directory.name} is {state}: cancel it first.")
        _remove(directory)


def start_waiting(folder: Path, leaving: Path | None = None) -> None:
    """Start the jobs whose turn it is; `leaving` is one that ends, and counts no more."""
    if folder.is_dir():
        with _locked(folder):
            _start_waiting(folder, look(folder), leaving)


def can_go_on(queue: Queue, folder: Path) -> bool:
    """Whether `start_waiting` has something to do: start a job, or end a worker that hangs."""
    starts = bool(queue.waiting) and len(queue.running) < slots()
    return starts or any(_hangs(folder, job) for job in queue.running)


def slots() -> int:
    """How many jobs may train at once: KL_MAX_JOBS, or one. Raises ValueError for nonsense."""
    value = os.environ.get("KL_MAX_JOBS") or "1"
    if not re.fullmatch(r"[1-9]\d{0,2}", value):
        raise ValueError(f"KL_MAX_JOBS must be a whole number from 1 to 999; got {value!r}.")
    return int(value)


def owns(directory: Path, token: str | None) -> bool:
    """Whether the run in a folder belongs to who has this token, damaged or not."""
    try:
        owner = journal.owner(directory)
    except (OSError, ValueError):
        return False  # of a run that does not say whose it is, nobody's but the shell's
    return bool(token) and hmac.compare_digest(owner.encode(), _hash(token or "").encode())


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
        journal.append(directory, "queued", place=_next_place(look(folder)))
        if spec is not None:
            journal.write_spec(directory, spec)
        journal.begin(directory)
    return lock


def _start_waiting(folder: Path, queue: Queue, leaving: Path | None = None) -> None:
    for job in queue.running:
        if _hangs(folder, job):
            _end(folder / job.id)
    # A worker whose folder is damaged uses the machine too.
    live = [folder / name for name in (*(job.id for job in queue.running), *queue.damaged)]
    busy = sum(_trains(directory) for directory in live if directory != leaving)
    for job in queue.waiting[: max(0, slots() - busy)]:
        directory = folder / job.id
        try:
            with alive.hold(directory) as lock:
                journal.begin(directory)
                process = alive.start_worker(directory, lock)
        except BusyError:
            continue  # its turn comes when somebody looks again
        except OSError as error:  # of this job alone: the others shall have their turn
            reason = f"The process could not be started: {files.reason(error)}."
            with suppress(OSError):  # the disk is so full that not even this can be told
                journal.append(directory, "end", state="failed", error=reason)
            continue
        threading.Thread(target=process.wait, daemon=True).start()  # or it stays a zombie


def _trains(directory: Path) -> bool:
    """Whether a job takes a slot: by its lock, unless its worker has told its end and leaves."""
    try:
        return alive.is_held(directory) and not journal.has_ended(directory)
    except (OSError, TypeError, ValueError, RecursionError):
        return True  # nobody knows what it told


def _hangs(folder: Path, job: Job) -> bool:
    """Whether a worker still trains long after it was asked to stop."""
    try:
        asked = (folder / job.id / "CANCEL").stat().st_mtime
    except OSError:
        return False
    return job.cancelling and time.time() - asked > GRACE and _trains(folder / job.id)


def _end(directory: Path) -> None:
    """End the worker of a job that hears of nothing. What it has written is whole, as ever."""
    if alive.kill(directory):
        with suppress(OSError):
            journal.append(directory, "end", state="cancelled")


def _refuse_if_full(queue: Queue, token: str | None) -> None:
    if token is not None:
        mine = sum(job.owner == _hash(token) for job in queue.running + queue.waiting)
        if mine >= PLACES:
            raise BusyError(
                f"{mine} of your runs train or wait already. "
                "Wait until one has ended, or cancel one of them."
            )
    if len(queue.running) >= slots() and len(queue.waiting) >= WAITING:
        raise BusyError(
            f"The queue is full: {len(queue.waiting)} runs wait already. "
            "Wait until one has ended, or cancel one of yours."
        )


def _next_place(queue: Queue) -> int:
    """A number greater than those before; no clock is asked, for clocks are set back."""
    return 1 + max((job.place for job in queue.jobs), default=0)


def _forget(folder: Path, queue: Queue) -> None:
    """Remove what goes beyond KEPT visitors' runs that have ended.

    First those without an epoch, then those that did not finish, then finished ones; among
    these, of whoever has most, the oldest. So who submits and cancels, or trains again and
    again, pushes out none but their own.
    """
    kept = [job for job in queue.ended if job.owner]
    while len(kept) > KEPT:
        has = Counter(job.owner for job in kept)
        least = min(kept, key=lambda job: (_worth(job), -has[job.owner], job.place))
        kept.remove(least)
        _remove(folder / least.id)


def _worth(job: Job) -> int:
    return 2 if job.state == "done" else bool(job.history)


def _refuse_strangers(directory: Path, token: str | None) -> None:
    if not directory.is_dir():
        raise ValueError(f"{directory.name} is not here any more.")
    if token is not None and not owns(directory, token):
        raise NotOwnerError(f"{directory.name} belongs to somebody else.")


def _state(directory: Path) -> str:
    """A job's state; of one that is damaged, whether a worker trains it."""
    try:
        return journal.read(directory).state
    except ValueError:
        return "running" if alive.is_held(directory) else "damaged"


def _remove(directory: Path) -> None:
    # Renamed first: nobody shall meet half a run.
    directory.rename(directory.with_name(f"{GRAVE}{secrets.token_hex(3)}.{directory.name}"))
    _sweep(directory.parent)


def _sweep(folder: Path) -> None:
    """Remove what is to be deleted, and what whoever was killed meanwhile has left of it."""
    for grave in folder.glob(f"{GRAVE}*"):
        if grave.is_symlink():
            grave.unlink(missing_ok=True)  # where it leads is not ours
        else:
            shutil.rmtree(grave, ignore_errors=True)


def _directories(folder: Path) -> list[Path]:
    try:
        found = [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError:
        return []
    return sorted(path for path in found if os.path.lexists(path / "spec.json"))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with os.fdopen(files.opened(folder / "jobs.lock", os.O_RDWR | os.O_CREAT), "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
