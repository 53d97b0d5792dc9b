"""The pages' door to models/: cached reads of runs; start, follow and stop one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import streamlit as st

from models import files
from models.data import cifar10
from models.runs import queue, scheduler, store
from models.runs.folder import RUN
from models.runs.job import Job, Queue, list_jobs, read_job
from models.runs.record import Run
from models.runs.spec import LOSSES, TRAINING_IMAGES, RunSpec
from pages.ui.training import visitor
from pages.ui.training.estimate import Estimate, images, scaled

MOST_EPOCHS, MOST_RUNS = queue.EPOCHS, queue.KEPT


# A resource, as runs are frozen: to copy them all for each question takes milliseconds.
@st.cache_resource(max_entries=1)
def recorded() -> dict[str, Run]:
    """The runs that ship with the project, by id, KL first. Damaged ones are left out."""
    losses = list(LOSSES)
    runs = store.list_runs(store.SAVED)[0]
    runs.sort(key=lambda run: (run.spec.data, run.spec.seed, losses.index(run.spec.loss)))
    return {run.id: run for run in runs}


@st.cache_resource(max_entries=1)
def _thread_control() -> dict[str, Run]:
    return {run.id: run for run in store.list_runs(store.THREAD_CONTROL)[0]}


def retrained(runs: Iterable[Run]) -> list[tuple[Run, Run]]:
    """The recorded runs that were trained a second time with other rounding, each with it."""
    first, again = recorded(), _thread_control()
    return [(run, again[run.id]) for run in runs if run.id in again and run.id in first]


def place(run: Run) -> str:
    """The folder of a run, from the project's; of one elsewhere, without where that is."""
    folder = store.SAVED / run.id
    if not (folder / RUN).exists():
        folder = store.runs_dir() / run.id
    above = files.ROOT if folder.is_relative_to(files.ROOT) else folder.parents[1]
    return str(folder.relative_to(above))


def current_queue() -> Queue:
    """Every job on this machine and its state. Reading the queue also starts waiting jobs."""
    folder = store.runs_dir()
    queue = list_jobs(folder)
    with suppress(ValueError, OSError):  # a wrong setting or a full disk is reported on submission
        if scheduler.can_go_on(queue, folder):
            scheduler.start_waiting(folder)
            queue = list_jobs(folder)
    return queue


def visitors(queue: Queue) -> dict[str, Run]:
    """The finished runs made here, newest first, by id."""
    done = [job.id for job in _made_here(queue) if job.state == "done"]
    return {run.id: run for name in done if (run := _finished(store.runs_dir() / name))}


def choices(queue: Queue) -> dict[str, str]:
    """Every run that can be shown, finished or not: id → a title that does not change.

    First the visitor's own, then the recorded ones, then those of others.
    """
    mine: dict[str, str] = {}
    others: dict[str, str] = {}
    for job in _made_here(queue):
        made = job.id.removeprefix(job.spec.id).strip("-") or "made here"
        titles = mine if is_mine(job.id) else others
        titles[job.id] = f"{job.spec.title} · {made}"
    return mine | {run.id: recorded_title(run) for run in recorded().values()} | others


def recorded_title(run: Run) -> str:
    """The title of a recorded run in the pickers and in the address."""
    return f"{run.spec.title} · recorded"


def _made_here(queue: Queue) -> list[Job]:
    """Jobs, newest first; a recorded run comes before another of its name."""
    known = recorded()
    jobs = [job for job in queue.jobs if job.id not in known]
    return sorted(jobs, key=lambda job: -job.place)


def find(name: str) -> Run | Job | None:
    """The run of this id: finished, or as far as it is."""
    if name in recorded():
        return recorded()[name]
    directory = store.runs_dir() / name
    try:
        job = read_job(directory)
    except ValueError:
        return None
    return (_finished(directory) if job.state == "done" else None) or job


def like(spec: RunSpec, queue: Queue) -> str | None:
    """The id of a run of exactly this spec that is finished or under way; a recorded one first."""
    if spec.id in recorded():
        return spec.id
    same = (job for job in _made_here(queue) if job.spec == spec)
    return next((job.id for job in same if job.live or job.state == "done"), None)


def under_way(spec: RunSpec) -> str | None:
    """The id of a run of exactly this spec that trains or waits: it would give the same results."""
    return queue.under_way(spec, current_queue())


def start(spec: RunSpec) -> str:
    """Put a run into the queue; its id, or that of the same run under way.

    Raises BusyError if there is no room, ValueError for what a visitor may not ask for.
    """
    return queue.submit(spec, store.runs_dir(), visitor.token())


def cancel(name: str) -> None:
    """Ask a run to stop. Raises ValueError where there is nothing to stop, NotOwnerError."""
    queue.cancel(store.runs_dir() / name, visitor.token())


def resume(name: str) -> None:
    """Go on with a run from its checkpoint. Raises BusyError, ValueError, NotOwnerError."""
    queue.resume(store.runs_dir() / name, visitor.token())


def why_unreadable(name: str) -> str:
    """Why the run.json of a finished run cannot be read; "" if it can."""
    try:
        store.load(store.runs_dir() / name)
    except ValueError as error:
        return str(error)
    return ""


def delete(name: str) -> None:
    """Remove a run. Raises ValueError while it is under way, NotOwnerError."""
    queue.delete(store.runs_dir() / name, visitor.token())


def is_mine(name: str) -> bool:
    """Whether a run belongs to this visitor."""
    return queue.owns(store.runs_dir() / name, visitor.token())


def estimate(spec: RunSpec, queue: Queue) -> Estimate:
    """The time of training, by runs on this machine if there are any, else by recorded ones."""
    wanted = spec.images or TRAINING_IMAGES[spec.data]
    # Much smaller runs do not count: most of their time does not grow with the images.
    here = [run for run in visitors(queue).values() if 2 * images(run) >= wanted]
    here = [run for run in here if run.spec.precision == spec.precision]
    return scaled(here or recorded_all(), spec.epochs * wanted, bool(here))


def recorded_all() -> list[Run]:
    """The recorded runs and those that were trained a second time."""
    return [*recorded().values(), *_thread_control().values()]


def seconds_until(job: Job, queue: Queue) -> float:
    """The estimated time until a waiting run starts."""
    ahead = [other for other in queue.waiting if other.place < job.place]
    running = [
        left
        if (left := other.seconds_left) is not None
        else estimate(other.spec, queue).seconds * (1 - other.share_done)
        for other in queue.running
    ]
    at_once = max(1, len(queue.running))
    return (sum(running) + sum(estimate(o.spec, queue).seconds for o in ahead)) / at_once


def needs_download(spec: RunSpec) -> bool:
    """Whether training this would first fetch CIFAR-10."""
    return spec.data == "cifar10" and not cifar10.is_present()


def place_for_data() -> tuple[str, str]:
    """The archive of CIFAR-10, and where on the server its .bin files go, in Markdown."""
    folder = cifar10.folder()
    if folder.is_relative_to(files.ROOT):
        return cifar10.ARCHIVE_URL, f"`{folder.relative_to(files.ROOT)}` in this app’s folder"
    above = "the folder that `KL_DATA_DIR` names on the machine that serves this page"
    return cifar10.ARCHIVE_URL, f"`{folder.name}` in {above}"


def _finished(directory: Path) -> Run | None:
    try:
        return store.load(directory)
    except ValueError:
        return None
