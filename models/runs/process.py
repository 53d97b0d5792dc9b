"""The process that trains a run: a lock admits one; its id and start time identify it.

When it ends, its id becomes free; a later process with the same id has another start time.
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

WORKER = "models.cli.worker"  # the module that a worker runs
BOUND = "bound"
# The part of the server's environment that a worker gets: no tokens, no secrets.
ENVIRONMENT = (
    *("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH"),
    *("SYSTEMROOT", "TEMP", "TMP", "USERPROFILE", "APPDATA", "LOCALAPPDATA"),  # of Windows
)
PREFIXES = ("KL_", "TF_", "OMP_")
PATIENCE = 30.0  # seconds within which the process that starts a worker releases the run
CLOCK = 5.0  # seconds by which a start time can shift when the system's clock is corrected


class BusyError(Exception):
    """No room: the queue is full, or the run is being trained. The message says which."""


class RunLock:
    """A run's lock, with this process on record as the one that trains it, until it hands over.

    Raises BusyError if another process trains the run.
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
        """A process that has not acquired its lock yet; on Windows, the launcher of this one."""
        process = _process(self._directory)
        if process and process.pid not in (os.getpid(), os.getppid()):
            raise BusyError(f"{self._directory.name} is being trained.")

    def hand_over(self, number: int) -> None:
        """Record another process, which acquires the lock as soon as it is free."""
        _record(self._directory, number)

    def close(self) -> None:
        """Release the run."""
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
    """The process on record, if it is running."""
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
    """Whether a process trains the run in a folder, or is starting one that will."""
    return _process(directory) is not None


def worker_of(directory: Path) -> int | None:
    """The id of the process that was started for a run; None if it trains in a shell."""
    process = _process(directory)
    with suppress(psutil.Error):
        if process and _is_worker(process, directory):
            return process.pid
    return None


def kill(directory: Path) -> bool:
    """Kill the process that was started for a run; returns whether it has ended."""
    if (number := worker_of(directory)) is None:
        return False
    with suppress(psutil.Error):  # it has just ended, or belongs to another user
        psutil.Process(number).kill()
    deadline = time.monotonic() + 2
    while is_held(directory):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def start_worker(directory: Path, lock: RunLock, bound: bool = False) -> subprocess.Popen[bytes]:
    """Start a process that trains the run in `directory`, and record it.

    A `bound` process ends together with the one that starts it, even if that is killed, and gets
    its whole environment, as that is no server's.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if bound or name in ENVIRONMENT or name.startswith(PREFIXES)
    }
    if data := environment.get("KL_DATA_DIR"):  # relative to another folder there
        environment["KL_DATA_DIR"] = str(Path(data).absolute())
    with os.fdopen(files.open_plain(directory / LOG, files.APPEND), "ab") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", WORKER, str(directory.absolute()), *[BOUND] * bound],
            cwd=files.ROOT,
            env=environment,
            # Nothing is written to it: it closes when the process that the worker is bound to ends.
            stdin=subprocess.PIPE if bound else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C is for the process that started it.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    lock.hand_over(worker.pid)
    return worker
