"""A worker that does all but train: a real process for tests of the queue, ready at once.

Told by a file in the job's folder: GO ends it with a run, FAIL with an error; CANCEL is the
queue's own.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from models import files
from models.runs import process, store, worker
from models.runs.job import read_job
from models.runs.process import RunLock
from models.runs.record import EpochResult, Run, TestResult
from models.runs.store import Finished


def start(
    directory: Path, lock: RunLock, bound: bool = False, hangs: bool = False
) -> subprocess.Popen:
    """Takes the place of process.start_worker; one that hangs hears of nothing by itself."""
    with os.fdopen(files.open_plain(directory / "worker.log", files.APPEND), "ab") as log:
        popen = subprocess.Popen(
            [sys.executable, "-m", "tests.models.stand_in", str(directory), *["hang"] * hangs],
            cwd=files.ROOT,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    lock.hand_over(popen.pid)
    return popen


def _wait(directory: Path, _: object) -> Run:
    while not (directory / "GO").exists():
        worker.stop_if_cancelled(directory)
        if (directory / "FAIL").exists():
            raise ValueError("as it was told to")
        time.sleep(0.01)
    spec = read_job(directory).spec
    history = (EpochResult(1, 2.0, 0.3, 1.5, 0.6, 0, 1.25),)
    run = Run(spec.id, spec, history, TestResult(0.9, 0.5, 10), {"training": 8, "validation": 2})
    return store.save(Finished(run, {"kernel": np.zeros(3, np.float32)}, {}), directory)


def _hang(directory: Path, say: Callable[..., None]) -> Run:
    say("resumed", epochs=0)
    time.sleep(600)
    raise AssertionError("nobody has stopped it")


if __name__ == "__main__":
    process.start_worker = start
    sys.exit(worker.run(Path(sys.argv[1]), _hang if "hang" in sys.argv else _wait))
