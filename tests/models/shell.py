"""What the tests do by hand: type commands, wait, find and kill workers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from models import files
from models.runs import process
from models.runs.folder import EVENTS
from models.runs.job import Job, read_job
from models.runs.process import worker_of
from models.runs.record import EpochResult, Run


def wait_for(condition: Callable[[], Any], seconds: float = 180) -> Any:
    """What `condition` answers, once that is something; machines may be busy."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)
    return answer


def begin(*arguments: object, **environment: str) -> subprocess.Popen:
    """python -m models, under way."""
    # Whoever runs the tests in the background has Ctrl-C ignored, and children inherit that; what
    # a handler stands for is theirs anew.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "models", *map(str, arguments)],
            cwd=files.ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)


def finish(process: subprocess.Popen) -> subprocess.CompletedProcess:
    """The same, ended by itself."""
    out, err = process.communicate(timeout=300)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def models(*arguments: object, **environment: str) -> subprocess.CompletedProcess:
    """python -m models, to its end."""
    return finish(begin(*arguments, **environment))


def train(*arguments: object) -> subprocess.CompletedProcess:
    """python -m models train, to an end without an error."""
    done = models("train", *arguments)
    assert done.returncode == 0, done.stderr
    return done


def lying(home: Path) -> list[str]:
    """What a folder holds, but for the locks of downloads."""
    return sorted(path.name for path in home.iterdir() if path.suffix != ".lock")


def lines(text: str) -> list[dict[str, Any]]:
    """JSON, one object a line; raises for any line that is none."""
    return [json.loads(line) for line in text.splitlines()]


def events(directory: Path) -> list[dict[str, Any]]:
    """A job's events as they lie on disk; what is no JSON raises."""
    return lines((directory / EVENTS).read_text())


def ended(directory: Path) -> Job | None:
    job = read_job(directory)
    return None if job.live else job


def kill_worker(directory: Path) -> bool:
    """Kill, and wait until the system has let go of its lock; whether there was a worker."""
    worker = wait_for(lambda: worker_of(directory) or not process.is_held(directory))
    if worker is True:
        return False  # it has just ended by itself
    psutil.Process(worker).kill()
    wait_for(lambda: not process.is_held(directory))
    return True


def figures(run: Run) -> tuple[Any, ...]:
    """What a run killed and resumed must share with an uninterrupted one, to the last bit."""
    return timeless(run.history), run.test, run.weights, run.images


def timeless(history: tuple[EpochResult, ...]) -> tuple[EpochResult, ...]:
    """Epochs without how long they took."""
    return tuple(replace(result, seconds=0) for result in history)
