"""The scheduler: starts the jobs that wait for a slot, and kills workers that hang."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from models import files
from models.runs import process
from models.runs.folder import CANCEL, RunFolder
from models.runs.job import Job, Queue, has_ended, list_jobs
from models.runs.process import BusyError, RunLock

QUEUE_LOCK = "jobs.lock"
GRACE = 30.0  # seconds that a worker has to stop once it is asked to


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """A lock under which one thread of one process changes the queue of a folder."""
    with files.lock(folder / QUEUE_LOCK):
        yield


def start_waiting(folder: Path, leaving: Path | None = None) -> None:
    """Start the jobs whose turn it is; `leaving`, which is ending, takes no slot."""
    if folder.is_dir():
        with locked(folder):
            start_listed(folder, list_jobs(folder), leaving)


def can_go_on(queue: Queue, folder: Path) -> bool:
    """Whether `start_waiting` has something to do: start a job, or kill a worker that hangs."""
    starts = bool(queue.waiting) and len(queue.running) < slots()
    return starts or any(_hangs(folder, job) for job in queue.running)


def slots() -> int:
    """How many jobs may train at once: KL_MAX_JOBS, or one. Raises ValueError if it is invalid."""
    value = os.environ.get("KL_MAX_JOBS") or "1"
    if not re.fullmatch(r"[1-9]\d{0,2}", value):
        raise ValueError(f"KL_MAX_JOBS must be a whole number from 1 to 999; got {value!r}.")
    return int(value)


def start_listed(folder: Path, queue: Queue, leaving: Path | None = None) -> None:
    """The same under the lock, for the jobs as listed."""
    for job in queue.running:
        if _hangs(folder, job):
            _end(folder / job.id)
    # A worker whose folder is damaged uses the machine too.
    live = [folder / name for name in (*(job.id for job in queue.running), *queue.damaged)]
    busy = sum(_trains(directory) for directory in live if directory != leaving)
    for job in queue.waiting[: max(0, slots() - busy)]:
        directory = folder / job.id
        run = RunFolder(directory)
        try:
            with RunLock(directory) as lock:
                run.append("started")
                worker = process.start_worker(directory, lock)
        except BusyError:
            continue  # its turn comes when the queue is read next
        except OSError as error:  # an error of this job alone must not stop the others
            reason = f"The process could not be started: {files.reason(error)}."
            with suppress(OSError):  # the disk is too full to record even this
                run.append("end", state="failed", error=reason)
            continue
        threading.Thread(target=worker.wait, daemon=True).start()  # otherwise it stays a zombie


def _trains(directory: Path) -> bool:
    """Whether a job takes a slot: if it is locked and its worker has not written its end."""
    try:
        return process.is_held(directory) and not has_ended(directory)
    except (OSError, ValueError, RecursionError):
        return True  # its events are unknown


def _hangs(folder: Path, job: Job) -> bool:
    """Whether a worker still trains long after it was asked to stop."""
    try:
        asked = (folder / job.id / CANCEL).stat().st_mtime
    except OSError:
        return False
    return job.cancelling and time.time() - asked > GRACE and _trains(folder / job.id)


def _end(directory: Path) -> None:
    """Kill the worker of a job that does not react. Its files stay complete."""
    if process.kill(directory):
        with suppress(OSError):
            RunFolder(directory).append("end", state="cancelled")
