"""Training jobs: start one in a process of its own, follow it from disk, cancel it.

A job is a folder: spec.json, events.jsonl, alive.lock, worker.log, the flag CANCEL, and in the
end run.json and weights.npz. Nothing about a job is kept in memory, so any process can follow it.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal

from models import datasets, store
from models.spec import EpochResult, RunSpec, from_json

State = Literal["running", "done", "cancelled", "failed", "lost"]

# What a worker may see of the server's environment: no tokens, no secrets.
ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
PREFIXES = ("KL_", "TF_", "OMP_")


class BusyError(Exception):
    """Another run is training; the message says which."""


class Cancelled(Exception):  # noqa: N818  # no error: a visitor asked for it
    """The job was asked to stop."""


@dataclass(frozen=True)
class Job:
    """What a run's folder says of it now. `share_done`: how much of the training lies behind.

    `stage` is what a worker is doing before its first epoch; `error` why a job failed;
    `cancelling` whether it was asked to stop and has not stopped yet.
    """

    id: str
    spec: RunSpec
    state: State
    history: tuple[EpochResult, ...] = ()
    share_done: float = 0.0
    stage: str = ""
    error: str = ""
    seconds_left: float | None = None
    cancelling: bool = False


def submit(spec: RunSpec, folder: Path) -> str:
    """Start training in a process of its own; the new run's id. Raises BusyError if one trains."""
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / "jobs.lock"):
        if (other := live(folder)) is not None:
            raise BusyError(f"Another run is training: {other.spec.title}.")
        directory = new_directory(spec, folder)
        try:
            with create(spec, directory) as alive:
                process = _start_worker(directory, alive)
        except OSError:
            shutil.rmtree(directory, ignore_errors=True)  # it never was a run
            raise
    threading.Thread(target=process.wait, daemon=True).start()  # or it stays a zombie
    return directory.name


def _start_worker(directory: Path, alive: IO[bytes]) -> subprocess.Popen[bytes]:
    """A process that trains the job in `directory` and holds its lock for as long as it lives."""
    names = [n for n in os.environ if n in ENVIRONMENT or n.startswith(PREFIXES)]
    environment = {name: os.environ[name] for name in names}
    with (directory / "worker.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "models.worker", str(directory)],
            cwd=datasets.ROOT,
            # A relative path would mean another folder there.
            env={**environment, "KL_DATA_DIR": str(datasets.data_dir())},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            # The child inherits the lock: however it dies, the kernel says so.
            pass_fds=[alive.fileno()],
        )


def new_directory(spec: RunSpec, folder: Path | None = None) -> Path:
    """A name for one more run of this spec: the spec's own with a random suffix."""
    return (folder or store.runs_dir()) / f"{spec.id}-{secrets.token_hex(3)}"


def create(spec: RunSpec, directory: Path) -> IO[bytes]:
    """Make a job's folder and take its alive.lock; who holds the returned file is its worker.

    A run that did not finish is started over. Raises ValueError where a finished run lies,
    BusyError where one trains.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if (directory / "run.json").exists():
        raise ValueError(f"{directory} holds a finished run; delete it to make that run again.")
    alive = (directory / "alive.lock").open("wb")
    try:
        fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        alive.close()
        raise BusyError(f"{directory} is being trained.") from None
    for leftover in ("events.jsonl", "CANCEL"):
        (directory / leftover).unlink(missing_ok=True)
    store.write_json(directory / "spec.json", asdict(spec))
    return alive


def append(directory: Path, kind: str, **content: Any) -> None:
    """Add one event: one write, to a file opened for appending."""
    line = json.dumps({"kind": kind, **content}, allow_nan=False)
    target = os.open(directory / "events.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(target, line.encode() + b"\n")
    finally:
        os.close(target)


def read(directory: Path) -> Job:
    """The job in a folder. Raises ValueError where the folder cannot be understood."""
    alive = _is_held(directory / "alive.lock")  # asked first: a job that ends now has an event
    try:
        spec = RunSpec(**json.loads((directory / "spec.json").read_bytes()))
        events = list(_events(directory / "events.jsonl"))
        history = tuple(
            EpochResult(**from_json(event)) for kind, event in events if kind == "epoch"
        )
        last = dict(events)  # the last event of each kind
        batch = last.get("batch", {})
        if batch.get("epoch") != len(history) + 1:
            batch = {}  # of an epoch that is over
        share = batch["done"] / batch["batches"] if batch else 0.0
        return Job(
            directory.name,
            spec,
            "running" if alive else last.get("end", {}).get("state", "lost"),
            history,
            min(1.0, (len(history) + share) / spec.epochs),
            last.get("stage", {}).get("text", ""),
            last.get("end", {}).get("error", ""),
            _seconds_left(spec, history, batch, share) if alive else None,
            alive and (directory / "CANCEL").exists(),
        )
    except (
        OSError,
        TypeError,
        ValueError,
        LookupError,
        AttributeError,
        ZeroDivisionError,
    ) as error:
        raise ValueError(f"{directory.name} cannot be read: {error}.") from error


def list_jobs(folder: Path) -> list[Job]:
    """Every readable job in a folder, newest first."""
    jobs = []
    for path in sorted(folder.glob("*/spec.json"), key=_age, reverse=True):
        try:
            jobs.append(read(path.parent))
        except ValueError:
            continue  # a folder that is not ours to understand stops nobody
    return jobs


def live(folder: Path) -> Job | None:
    """The job that trains now, if one does."""
    return next((job for job in list_jobs(folder) if job.state == "running"), None)


def cancel(directory: Path) -> None:
    """Ask the job to stop; its worker looks after every batch."""
    (directory / "CANCEL").touch()


def stop_if_cancelled(directory: Path) -> None:
    """Raise Cancelled if someone asked this job to stop."""
    if (directory / "CANCEL").exists():
        raise Cancelled


def _events(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if not path.exists():
        return
    # What follows the last line break is still being written, or was when the power went.
    for line in path.read_bytes().split(b"\n")[:-1]:
        event = json.loads(line)
        yield event.pop("kind"), event


def _seconds_left(
    spec: RunSpec, history: tuple[EpochResult, ...], batch: dict[str, Any], share: float
) -> float | None:
    """Epochs to go at the pace of the last one, or of the batches so far in the first."""
    if not history and not batch:
        return None
    per_epoch = history[-1].seconds if history else batch["pace"] * batch["batches"]
    return max(0.0, (spec.epochs - len(history) - share) * per_epoch)


def _is_held(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
