"""Who trains a job: the process that holds its lock. However it dies, the kernel lets go of it."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from models import files
from models.runs.folder import LOCK, LOG

WORKER = "models.cli.worker"  # the module that a worker runs: it knows what to train
BOUND = "bound"
# What a worker may see of the server's environment: no tokens, no secrets.
ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
PREFIXES = ("KL_", "TF_", "OMP_")


class BusyError(Exception):
    """No room: the queue is full, or the run is being trained. The message says which."""


def is_held(directory: Path) -> bool:
    """Whether a worker lives that trains the job in a folder."""
    try:
        asked = files.open_plain(directory / LOCK)
    except OSError:
        return False
    try:
        fcntl.flock(asked, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(asked)  # at once: who wants to become the worker meets this lock
    return False


def acquire(directory: Path) -> IO[bytes]:
    """Acquire the job's lock; retry, because `is_held` takes it briefly."""
    lock = os.fdopen(files.open_plain(directory / LOCK, os.O_RDWR | os.O_CREAT), "r+b")
    for _ in range(100):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.01)
        else:
            return lock
    lock.close()
    raise BusyError(f"{directory.name} is being trained.")


def kill(directory: Path) -> bool:
    """End the worker of a job at once, if it is a process of this machine; whether it is gone."""
    if (number := worker_of(directory)) is None:
        return False
    with suppress(OSError):  # it has just gone, or is another user's
        os.kill(number, signal.SIGKILL)
    deadline = time.monotonic() + 2
    while is_held(directory):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def worker_of(directory: Path) -> int | None:
    """The number of the process that was started for a job; None where the system does not tell."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        # python -m MODULE FOLDER
        if words[1:2] == [b"-m"] and words[3:4] == [os.fsencode(directory.absolute())]:
            return int(process.name)
    return None


def start_worker(directory: Path, lock: IO[bytes], bound: bool = False) -> subprocess.Popen[bytes]:
    """A process that trains the job in `directory` and holds its lock for as long as it lives.

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
        command = [sys.executable, "-m", WORKER, str(directory.absolute()), *[BOUND] * bound]
        return subprocess.Popen(
            command,
            cwd=files.ROOT,
            env=environment,
            # Nothing is ever written: it is closed by the death of whom the worker is bound to.
            stdin=subprocess.PIPE if bound else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[lock.fileno()],
        )
