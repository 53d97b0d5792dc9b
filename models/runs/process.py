"""Which process trains a run: one at a time by a lock, known by its id and when it started.

However it dies, its id goes with it; a later process of the same id has started at another time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

import psutil
from filelock import Timeout

from models import files
from models.runs.folder import LOCK, LOG, PROCESS

WORKER = "models.cli.worker"  # the module that a worker runs: it knows what to train
BOUND = "bound"
# What a worker may see of the server's environment: no tokens, no secrets.
ENVIRONMENT = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH"),
    *("SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA"),  # of Windows
)
PREFIXES = ("KL_", "TF_", "OMP_")
PATIENCE = 30.0  # seconds in which whoever starts a worker has let go of the run
CLOCK = 5.0  # seconds by which a start seems to move when the system's clock is corrected


class BusyError(Exception):
    """No room: the queue is full, or the run is being trained. The message says which."""


class RunLock:
    """A run's lock, and this process on record as the one that trains it, until it hands it over.

    Raises BusyError where another process trains the run.
    """

    def __init__(self, directory: Path, seconds: float = 1.0) -> None:
        self._directory = directory
        self._lock = files.lock(directory / LOCK)
        try:
            self._lock.acquire(timeout=seconds)
            self._refuse_another()
            _record(directory, os.getpid())
        except BaseException as error:
            self._lock.release()
            if isinstance(error, Timeout):
                raise BusyError(f"{directory.name} is being trained.") from None
            raise

    def _refuse_another(self) -> None:
        """One that was started and has not got to its lock yet; on Windows this one's launcher."""
        process = _process(self._directory)
        if process and process.pid not in (os.getpid(), os.getppid()):
            raise BusyError(f"{self._directory.name} is being trained.")

    def hand_over(self, number: int) -> None:
        """Record another process, which takes the lock as soon as it is free."""
        _record(self._directory, number)

    def close(self) -> None:
        """Let go of the run."""
        process = _process(self._directory)
        if process and process.pid == os.getpid():
            with suppress(OSError):
                (self._directory / PROCESS).unlink(missing_ok=True)
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _record(directory: Path, number: int) -> None:
    with suppress(psutil.NoSuchProcess):  # it has ended already
        line = f"{number} {psutil.Process(number).create_time()}\n"
        files.write_whole(directory / PROCESS, line.encode())


def _process(directory: Path) -> psutil.Process | None:
    """The process on record, if it lives."""
    try:
        number, started = files.read(directory / PROCESS, files.LINE).split()
        process = psutil.Process(int(number))
        same = abs(process.create_time() - float(started)) < CLOCK
        if process.status() != psutil.STATUS_ZOMBIE and (same or _is_worker(process, directory)):
            return process
    except (OSError, ValueError, OverflowError, psutil.Error):
        pass
    return None


def _is_worker(process: psutil.Process, directory: Path) -> bool:
    """Whether it was started for a run: python -m MODULE FOLDER."""
    return process.cmdline()[1:4:2] == ["-m", str(directory.absolute())]


def is_held(directory: Path) -> bool:
    """Whether a process lives that trains the run in a folder, or starts one that will."""
    return _process(directory) is not None


def worker_of(directory: Path) -> int | None:
    """The id of the process that was started for a run; None for one that trains it in a shell."""
    process = _process(directory)
    with suppress(psutil.Error):
        if process and _is_worker(process, directory):
            return process.pid
    return None


def kill(directory: Path) -> bool:
    """End the process that was started for a run at once; whether it is gone."""
    if (number := worker_of(directory)) is None:
        return False
    with suppress(psutil.Error):  # it has just gone, or is another user's
        psutil.Process(number).kill()
    deadline = time.monotonic() + 2
    while is_held(directory):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def start_worker(directory: Path, lock: RunLock, bound: bool = False) -> subprocess.Popen[bytes]:
    """A process that trains the run in `directory`, on record as the one that does.

    One that is `bound` ends when the process that starts it does, however that dies, and sees
    all of its environment: that is no server's.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if bound or name in ENVIRONMENT or name.startswith(PREFIXES)
    }
    if data := environment.get("KL_DATA_DIR"):  # a relative path would mean another folder there
        environment["KL_DATA_DIR"] = str(Path(data).absolute())
    with os.fdopen(files.open_plain(directory / LOG, files.APPEND), "ab") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", WORKER, str(directory.absolute()), *[BOUND] * bound],
            cwd=files.ROOT,
            env=environment,
            # Nothing is ever written: it is closed by the death of whom the worker is bound to.
            stdin=subprocess.PIPE if bound else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C is for whoever started it.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    lock.hand_over(worker.pid)
    return worker
