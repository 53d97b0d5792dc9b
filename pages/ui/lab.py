"""The pages' door to models/: cached reads of runs; start, follow and cancel one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import streamlit as st

from models import datasets, jobs, store
from models.jobs import BusyError, Job
from models.spec import LOSSES, Run, RunSpec

__all__ = ["BusyError", "Job", "Run"]  # the pages' names for them

SECOND = 1.0
START_SECONDS = 8  # until TensorFlow runs
ALL = {"cifar10": 50_000, "shapes": 5_000}  # training images


@st.cache_data(max_entries=1)
def recorded() -> dict[str, Run]:
    """The runs that ship with the project, by id, KL first. Damaged ones are left out."""
    losses = list(LOSSES)
    runs = store.list_runs(store.SAVED)[0]
    runs.sort(key=lambda run: (run.spec.data, run.spec.seed, losses.index(run.spec.loss)))
    return {run.id: run for run in runs}


def visitors() -> dict[str, Run]:
    """The finished runs made here, newest first, by id."""
    done = [job.id for job in _made_here() if job.state == "done"]
    return {run.id: run for name in done if (run := _finished(store.runs_dir() / name))}


def finished() -> dict[str, Run]:
    """Every finished run: the recorded ones, then the visitors'."""
    return {**recorded(), **visitors()}


def choices() -> dict[str, str]:
    """Every run that can be shown, finished or not: id → a title that does not change."""
    made_here = {
        job.id: f"{job.spec.title} · {job.id.removeprefix(job.spec.id).strip('-') or 'made here'}"
        for job in _made_here()
    }
    return {run.id: f"{run.spec.title} · recorded" for run in recorded().values()} | made_here


def _made_here() -> list[Job]:
    """Visitors' jobs, newest first; a recorded run comes before another of its name."""
    return [job for job in jobs.list_jobs(store.runs_dir()) if job.id not in recorded()]


def find(name: str) -> Run | Job | None:
    """The run of this id: finished, or as far as it is."""
    if name in recorded():
        return recorded()[name]
    directory = store.runs_dir() / name
    try:
        job = jobs.read(directory)
    except ValueError:
        return None
    return (_finished(directory) if job.state == "done" else None) or job


def recorded_like(spec: RunSpec) -> Run | None:
    """The recorded run of exactly this spec."""
    return recorded().get(spec.id)


def live() -> Job | None:
    """The run that trains now, whoever started it."""
    return jobs.live(store.runs_dir())


def start(spec: RunSpec) -> str:
    """Start training; the new run's id. Raises BusyError if another run trains."""
    return jobs.submit(spec, store.runs_dir())


def pace(name: str | None) -> float | None:
    """How often, in seconds, a run on show changes; None for one that has ended."""
    run = find(name) if name else None
    return SECOND if isinstance(run, Job) and run.state == "running" else None


def expected_seconds(spec: RunSpec) -> float:
    """How long training took where the recorded runs were made, scaled to this spec."""
    per_image = [
        sum(e.seconds for e in run.history) / run.spec.epochs / (run.spec.images or ALL["cifar10"])
        for run in recorded().values()
        if run.spec.data == "cifar10"
    ]
    pace = min(per_image, default=12 / 50_000)
    return START_SECONDS + pace * spec.epochs * (spec.images or ALL[spec.data])


def cancel(name: str) -> None:
    """Ask a run to stop."""
    with suppress(OSError):  # its folder is gone: there is nothing left to stop
        jobs.cancel(store.runs_dir() / name)


def needs_download(spec: RunSpec) -> bool:
    """Whether training this would first fetch CIFAR-10."""
    return spec.data == "cifar10" and not datasets.have_cifar10()


def _finished(directory: Path) -> Run | None:
    try:
        return _load(str(directory), (directory / "run.json").stat().st_mtime_ns)
    except (OSError, ValueError):
        return None


@st.cache_data(max_entries=200)
def _load(directory: str, _changed: int) -> Run:
    return store.load(Path(directory))
