"""The pages' door to models/: cached reads of runs; start, follow and stop one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from statistics import median

import streamlit as st

from models import files
from models.data import cifar10
from models.runs import queue, scheduler, store
from models.runs.folder import RUN
from models.runs.job import Job, Queue, list_jobs, read_job
from models.runs.record import Run
from models.runs.spec import LOSSES, TRAINING_IMAGES, RunSpec
from pages.ui.training import visitor

MOST_EPOCHS, MOST_RUNS = queue.EPOCHS, queue.KEPT
START_SECONDS = 8  # until the first batch is trained


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


def made_again(runs: Iterable[Run]) -> list[tuple[Run, Run]]:
    """Those of the recorded runs that were made twice, with other rounding: both."""
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
    """Every job made here, as it stands now. Who looks keeps the queue going."""
    folder = store.runs_dir()
    queue = list_jobs(folder)
    with suppress(ValueError, OSError):  # a wrong setting or a full disk is told to who submits
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
    own: dict[str, str] = {}
    others: dict[str, str] = {}
    for job in _made_here(queue):
        made = job.id.removeprefix(job.spec.id).strip("-") or "made here"
        titles = own if is_mine(job.id) else others
        titles[job.id] = f"{job.spec.title} · {made}"
    return own | {run.id: recorded_title(run) for run in recorded().values()} | others


def recorded_title(run: Run) -> str:
    """What a recorded run is called, where one chooses and in the address."""
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
    """The id of a run of exactly this spec that trains or waits: it would give the same figures."""
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
    """What keeps the run.json of a finished run from being read."""
    try:
        store.load(store.runs_dir() / name)
    except ValueError as error:
        return str(error)
    return ""


def delete(name: str) -> None:
    """Remove a run. Raises ValueError while it is under way, NotOwnerError."""
    queue.delete(store.runs_dir() / name, visitor.token())


def is_mine(name: str) -> bool:
    """Whether a run belongs to who looks."""
    return queue.owns(store.runs_dir() / name, visitor.token())


def expected_seconds(spec: RunSpec, queue: Queue) -> tuple[float, bool]:
    """How long training takes, and whether runs made here say so; else the recorded ones do."""
    images = spec.images or TRAINING_IMAGES[spec.data]
    # Not the much smaller ones: most of their time does not grow with the images.
    here = [run for run in visitors(queue).values() if 2 * _images(run) >= images]
    here = [run for run in here if run.spec.precision == spec.precision]
    if here:
        pace = median(map(_seconds_per_image, here))
    else:
        # Of those the least disturbed: others were made two at a time, beside other work.
        made = [*recorded().values(), *_thread_control().values()]
        pace = min(map(_seconds_per_image, made), default=12 / 50_000)
    return START_SECONDS + pace * spec.epochs * images, bool(here)


def _seconds_per_image(run: Run) -> float:
    epochs = run.history[1:] or run.history  # the first also compiles
    return median(e.seconds for e in epochs) / _images(run)


def _images(run: Run) -> int:
    return run.spec.images or TRAINING_IMAGES[run.spec.data]


def seconds_until(job: Job, queue: Queue) -> float:
    """About how long a run has to wait for its turn."""
    ahead = [other for other in queue.waiting if other.place < job.place]
    running = [
        left
        if (left := other.seconds_left) is not None
        else expected_seconds(other.spec, queue)[0] * (1 - other.share_done)
        for other in queue.running
    ]
    rows = max(1, len(queue.running))
    return (sum(running) + sum(expected_seconds(o.spec, queue)[0] for o in ahead)) / rows


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
