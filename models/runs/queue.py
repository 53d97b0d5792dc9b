"""The queue of training jobs: submit, cancel, resume, delete.

It is on disk, and every change is made under one lock, so any number of servers and shells may use
the same folder of runs. No process owns the queue: each submit, end or listing of a run starts the
jobs whose turn it is.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

from models import files
from models.runs import process, scheduler
from models.runs.folder import CANCEL, CHECKPOINT, EVENTS, OWNER, RUN, RunFolder
from models.runs.job import Job, Queue, list_jobs, read_job
from models.runs.process import BusyError, RunLock
from models.runs.spec import RunSpec

WAITING = 5  # the most that may wait
PLACES = 3  # the most runs of one visitor that may train and wait
KEPT = 30  # visitors' runs that have ended; `_forget` removes others
EPOCHS = 100  # the most that a visitor may ask for
GRAVE = ".deleted-"  # prefix of the name of a run that is being deleted


class NotOwnerError(Exception):
    """The run belongs to another visitor."""


def submit(spec: RunSpec, folder: Path, token: str | None = None) -> str:
    """Put a run into the queue, start it if it is its turn, and return its id.

    `token` is its owner's secret; without one the run belongs to the shell. If a run of the same
    spec already trains or waits, its id is returned: it gives the same figures.
    Raises BusyError if the queue is full or the visitor has PLACES in it, ValueError for more
    epochs than a visitor may have.
    """
    if token is not None and spec.epochs > EPOCHS:
        raise ValueError(f"epochs must be at most {EPOCHS} here; got {spec.epochs:,}.")
    scheduler.slots()  # a wrong setting raises before anything is written
    folder.mkdir(parents=True, exist_ok=True)
    with scheduler.locked(folder):
        queue = list_jobs(folder)
        if token is not None and (there := under_way(spec, queue)):
            return there
        _refuse_if_full(queue, token)
        directory = new_directory(spec, folder)
        directory.mkdir()  # outside `try`: if the name is taken, the folder is not ours to remove
        run = RunFolder(directory)
        try:
            if token is not None:
                (directory / OWNER).write_text(_hash(token))
            run.append("queued", place=_next_place(queue))
            run.write_spec(spec)  # last, because this file makes the folder a job
        except OSError:
            shutil.rmtree(directory, ignore_errors=True)  # it never became a run
            raise
        _forget(folder, queue)
        _sweep(folder)
        waiting = (*queue.waiting, read_job(directory))
        scheduler.start_listed(folder, replace(queue, waiting=waiting))
    return directory.name


def under_way(spec: RunSpec, queue: Queue) -> str | None:
    """The id of a run of exactly this spec that trains or waits, and was not asked to stop."""
    found = (job for job in queue.running + queue.waiting if job.spec == spec)
    return next((job.id for job in found if not job.cancelling), None)


def resume(directory: Path, token: str | None = None) -> None:
    """Put an unfinished run into the queue again, to resume from its checkpoint.

    Raises BusyError as `submit` does, ValueError for a run that is finished or under way,
    NotOwnerError unless `token` is its owner's, or None.
    """
    folder = directory.parent
    scheduler.slots()
    with scheduler.locked(folder):
        _refuse_strangers(directory, token)
        job = read_job(directory)
        if job.live or job.state == "done":
            raise ValueError(f"{job.id} is {job.state}: there is nothing to resume.")
        queue = list_jobs(folder)
        _refuse_if_full(queue, token)
        run = RunFolder(directory)
        run.remove(CANCEL)
        run.append("queued", place=_next_place(queue))
        waiting = (*queue.waiting, read_job(directory))
        scheduler.start_listed(folder, replace(queue, waiting=waiting))


def cancel(directory: Path, token: str | None = None) -> None:
    """Ask a job to stop; its worker looks after every batch. It keeps its checkpoint.

    A worker that has not stopped after GRACE is killed the next time the queue is read.
    Raises ValueError if it is not under way, NotOwnerError unless `token` is its owner's, or None.
    """
    with scheduler.locked(directory.parent):
        _refuse_strangers(directory, token)
        state = _state(directory)
        if state == "queued":
            RunFolder(directory).append("end", state="cancelled")
        elif state == "running":
            RunFolder(directory).ask_to_stop()
        else:
            raise ValueError(f"{directory.name} is {state}: there is nothing to cancel.")


def delete(directory: Path, token: str | None = None) -> None:
    """Remove a run that is not under way, be it damaged or not.

    Raises ValueError for one that is, NotOwnerError unless `token` is its owner's, or None.
    """
    with scheduler.locked(directory.parent):
        _refuse_strangers(directory, token)
        if (state := _state(directory)) in ("queued", "running"):
            raise ValueError(f"{directory.name} is {state}: cancel it first.")
        _remove(directory)


def owns(directory: Path, token: str | None) -> bool:
    """Whether the run in a folder, damaged or not, belongs to the owner of this token."""
    try:
        owner = RunFolder(directory).read_owner()
    except (OSError, ValueError):
        return False  # a run without a readable owner belongs to the shell
    return bool(token) and hmac.compare_digest(owner.encode(), _hash(token or "").encode())


def new_directory(spec: RunSpec, folder: Path) -> Path:
    """A name for one more run of this spec: the spec's own with a random suffix."""
    return folder / f"{spec.id}-{secrets.token_hex(3)}"


def claim(directory: Path, spec: RunSpec | None = None) -> RunLock:
    """Make this process the worker of a job, for as long as it holds the returned lock.

    With a spec the job begins anew, discarding an unfinished run; without, it resumes. Raises
    ValueError if the folder has a finished run, BusyError if one trains there.
    """
    run, folder = RunFolder(directory), directory.parent
    scheduler.slots()  # its end starts the next job: a wrong setting raises before it trains
    if spec is None:
        read_job(directory)  # it must exist and be readable
    folder.mkdir(parents=True, exist_ok=True)
    with scheduler.locked(folder):
        directory.mkdir(exist_ok=True)
        if run.has(RUN):
            raise ValueError(f"{directory} holds a finished run; delete it to make that run again.")
        lock = RunLock(directory)
        run.remove(CANCEL)
        if spec is not None:
            run.remove(EVENTS, CHECKPOINT, OWNER)
        run.append("queued", place=_next_place(list_jobs(folder)))
        if spec is not None:
            run.write_spec(spec)
        run.append("started")
    return lock


def _refuse_if_full(queue: Queue, token: str | None) -> None:
    if token is not None:
        mine = sum(job.owner == _hash(token) for job in queue.running + queue.waiting)
        if mine >= PLACES:
            raise BusyError(
                f"{mine} of your runs train or wait already. "
                "Wait until one has ended, or cancel one of them."
            )
    if len(queue.running) >= scheduler.slots() and len(queue.waiting) >= WAITING:
        raise BusyError(
            f"The queue is full: {len(queue.waiting)} runs wait already. "
            "Wait until one has ended, or cancel one of yours."
        )


def _next_place(queue: Queue) -> int:
    """A number greater than those before; not from a clock, as clocks can be set back."""
    return 1 + max((job.place for job in queue.jobs), default=0)


def _forget(folder: Path, queue: Queue) -> None:
    """Keep at most KEPT of the visitors' runs that have ended.

    Runs without an epoch go first, then unfinished runs, then finished ones; within each group,
    the oldest run of the visitor with the most runs. So a visitor who submits and cancels, or
    trains again and again, displaces only their own runs.
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
        raise ValueError(f"{directory.name} no longer exists.")
    if token is not None and not owns(directory, token):
        raise NotOwnerError(f"{directory.name} belongs to another visitor.")


def _state(directory: Path) -> str:
    """A job's state; for a damaged one, whether a worker trains it."""
    try:
        return read_job(directory).state
    except ValueError:
        return "running" if process.is_held(directory) else "damaged"


def _remove(directory: Path) -> None:
    # Renamed first, so that no process reads half a run.
    files.rename(directory, directory.with_name(f"{GRAVE}{secrets.token_hex(3)}.{directory.name}"))
    _sweep(directory.parent)


def _sweep(folder: Path) -> None:
    """Remove what is marked as deleted, also by processes that were killed meanwhile."""
    for grave in folder.glob(f"{GRAVE}*"):
        if grave.is_symlink():
            grave.unlink(missing_ok=True)  # its target is not ours
        else:
            shutil.rmtree(grave, ignore_errors=True)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
