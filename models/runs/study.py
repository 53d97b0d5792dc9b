"""A study: runs that differ by loss, seed and settings; those that are missing are trained.

A study file is TOML. Each table [[runs]] holds settings of a run by their names in `RunSpec`; a
list means one run with each of its values, in every combination.
"""

from __future__ import annotations

import itertools
import math
import subprocess
import time
import tomllib
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from models.runs import process, queue, store
from models.runs.folder import RUN, SPEC
from models.runs.job import Job, read_job
from models.runs.record import Run
from models.runs.spec import RunSpec

SETTINGS = tuple(f.name for f in fields(RunSpec))
NAMED = ("loss", "seed")  # what every table must name
MOST_RUNS = 10_000
MOST_BYTES = 1_000_000  # of a study's file

OnJob = Callable[[Job], None]
Process = subprocess.Popen[bytes]


def read(path: Path) -> tuple[RunSpec, ...]:
    """The runs that a study file describes, in its order.

    Raises ValueError with the reason, in one line, if the file is not a study.
    """
    specs: list[RunSpec] = []
    asked = 0
    for number, table in enumerate(_tables(path), 1):
        try:
            settings = _settings(table)
            asked += math.prod(map(len, settings.values()))
            if asked > MOST_RUNS:  # counted, not made
                raise ValueError(f"a study has at most {MOST_RUNS:,} runs; this makes {asked:,}.")
            specs += [
                RunSpec(**dict(zip(settings, chosen, strict=True)))
                for chosen in itertools.product(*settings.values())
            ]
        except ValueError as error:
            raise ValueError(f"{path}, table {number}: {error}") from error
    most, times = Counter(specs).most_common(1)[0]
    if times > 1:
        raise ValueError(f"{path} asks twice for {most.id}.")
    return tuple(specs)


def _tables(path: Path) -> list[Any]:
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1)  # at most, whatever the size of the file
        if len(text) > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES:,} bytes")
        content = tomllib.loads(text.decode())
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not valid TOML: {error}.") from error
    tables = content.pop("runs", None)
    if content or not isinstance(tables, list) or not tables:
        raise ValueError(f"{path} must hold tables called [[runs]] and nothing else.")
    return tables


def _settings(table: Any) -> dict[str, list[Any]]:
    """The values that a table gives to each setting it names."""
    if not isinstance(table, dict):
        raise ValueError("it must hold settings.")
    unknown = [name for name in table if name not in SETTINGS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is not a setting; settings are {', '.join(SETTINGS)}.")
    values = {name: v if isinstance(v, list) else [v] for name, v in table.items()}
    for name in (*NAMED, *values):
        if not values.get(name):
            raise ValueError(f"it names no {name}.")
    return values


def missing(specs: tuple[RunSpec, ...], folder: Path) -> list[RunSpec]:
    """Those of the runs that are not recorded in a folder.

    Raises ValueError if one there cannot be read, or was recorded with other settings.
    """
    return [spec for spec in specs if not _is_recorded(spec, folder / spec.id)]


def _is_recorded(spec: RunSpec, directory: Path) -> bool:
    done = (directory / RUN).exists()
    if done or (directory / SPEC).exists():
        found = store.load(directory) if done else read_job(directory)
        _refuse_another(spec, found.spec, directory)
    elif directory.exists() and not directory.is_dir():
        raise ValueError(f"{directory} is a file: a run needs a folder.")
    return done


def _refuse_another(spec: RunSpec, found: RunSpec, directory: Path) -> None:
    if found != spec:
        changed = ", ".join(
            f"{name} {getattr(found, name)} instead of {getattr(spec, name)}"
            for name in SETTINGS
            if getattr(found, name) != getattr(spec, name)
        )
        raise ValueError(f"{directory} holds a run with other settings: {changed}. It stays.")


def make(specs: list[RunSpec], folder: Path, at_once: int, on_job: OnJob) -> list[Job]:
    """Train runs in separate processes, `at_once` at a time; returns those that failed.

    `on_job` is called twice a second for each run that trains. A run that another process trains is
    awaited. An interrupt cancels the runs that this one trains, and all can be resumed later; if
    this process is killed, its workers end too.
    Raises ValueError or OSError if a run's folder can no longer be read or written.
    """
    waiting, running, failed = deque(specs), dict[Path, Process | None](), []
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                directory = folder / waiting[0].id
                running[directory] = _begin(waiting.popleft(), directory)
            time.sleep(0.5)
            for job in _read_jobs(running):
                on_job(job)
                if not job.live:
                    del running[folder / job.id]
                    failed += [job] if job.state != "done" else []
    except BaseException:
        _stop(running)
        raise
    return failed


def _begin(spec: RunSpec, directory: Path) -> Process | None:
    """The process that trains it; None if another process does, or has."""
    begun = (directory / SPEC).exists()
    try:
        with queue.claim(directory, None if begun else spec) as lock:
            return process.start_worker(directory, lock, bound=True)
    except queue.BusyError:
        return None
    except ValueError:
        if not (directory / RUN).exists():
            raise
        return None


def _read_jobs(running: Mapping[Path, Process | None]) -> list[Job]:
    for worker in running.values():
        if worker:
            worker.poll()  # otherwise it stays a zombie
    return [read_job(directory) for directory in running]


def _stop(running: Mapping[Path, Process | None]) -> None:
    """Cancel the runs begun here and wait for their end, so the study can be resumed at once."""
    for directory, worker in running.items():
        if worker and worker.poll() is None:
            try:
                queue.cancel(directory)
            except (OSError, ValueError):  # the request cannot be written to its folder
                worker.terminate()
    for worker in running.values():
        if worker:
            worker.wait()


def recorded(specs: tuple[RunSpec, ...], folder: Path) -> list[Run]:
    """The runs of a study that are recorded in a folder."""
    return [store.load(folder / s.id) for s in specs if (folder / s.id / RUN).exists()]
