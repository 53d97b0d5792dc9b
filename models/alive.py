"""Who trains a job: the process that holds its lock. However it dies, the kernel lets go of it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from models import datasets

ALIVE = "alive.lock"
BOUND = "bound"
# What a worker may see of the server's environment: no tokens, no secrets.
ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH")
PREFIXES = ("KL_", "TF_", "OMP_")


class BusyError(Exception):
    """No room: the queue is full, or the run is being trained. The message says which."""


def is_held(directory: Path) -> bool:
    """Whether a worker lives that trains the job in a folder."""
    try:
        with (directory / ALIVE).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def hold(directory: Path) -> IO[bytes]:
    """The job's lock. Who asks whether it is held takes it for an instant: one try says little."""
    alive = (directory / ALIVE).open("wb")
    for _ in range(20):
        try:
            fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.01)
        else:
            return alive
    alive.close()
    raise BusyError(f"{directory} is being trained.")


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
    with (directory / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "models.worker", str(directory.absolute()), *[BOUND] * bound],
            cwd=datasets.ROOT,
            # A relative path would mean another folder there.
            env={**environment, "KL_DATA_DIR": str(datasets.data_dir())},
            # Nothing is ever written: it is closed by the death of whom the worker is bound to.
            stdin=subprocess.PIPE if bound else subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[lock.fileno()],
        )
