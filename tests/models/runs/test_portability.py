"""What runs where nothing of POSIX is there, as far as that can be tried on a system that has it.

Locks fall back to files that name their holder, which stand in for those of Windows.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from models import files
from models.runs import store
from tests.models.shell import models

NO_POSIX = str(Path(__file__).resolve().parents[1] / "no_posix")
IMPORTS = """
import importlib, os, signal
from pathlib import Path

assert not hasattr(os, "fork") and not hasattr(signal, "pthread_kill")
for folder in ("kl_core", "models", "pages/ui"):
    for path in sorted(Path(folder).rglob("*.py")):
        if path.parts[-2:] not in SLOW and path.stem != "__main__" and "scripts" not in path.parts:
            importlib.import_module(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
"""
# What takes seconds to import; the test that trains imports it.
SLOW = {(room, f"{name}.py") for room in ("convnet", "vae") for name in ("network", "train")}
SLOW.add(("convnet", "losses.py"))
QUEUE = (
    "trained_to_its_end or next_starts or can_be_resumed or waiting_job_that_is_cancelled or "
    "killed_worker or killed_server or who_takes_a_job or race_for_the_last_place or "
    "hangs_is_ended or half_an_event"
)


def run(*words: str, environment: dict[str, str]) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, *words],
        cwd=files.ROOT,
        env={**environment, "PYTHONPATH": NO_POSIX},
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture
def environment() -> dict[str, str]:
    """As it is, but for what this run of pytest has set."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}


def test_every_module_can_be_imported(environment):
    done = run("-c", f"SLOW = {SLOW!r}\n{IMPORTS}", environment=environment)
    assert done.returncode == 0, done.stderr


def test_jobs_are_queued_started_cancelled_resumed_and_deleted(environment):
    done = run(
        *("-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "tests/models/runs/test_queue.py"),
        *("-k", QUEUE),
        environment=environment,
    )
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout


@pytest.mark.train
def test_a_worker_trains_and_goes_on(folder, written):
    study = written(
        '[[runs]]\nloss = "kl_divergence"\nseed = 1\nepochs = 1\nimages = 500\ndata = "shapes"\n'
    )
    done = models("study", study, "--runs", folder, PYTHONPATH=NO_POSIX)
    assert done.returncode == 0, done.stderr
    assert [run.last.epoch for run in store.list_runs(folder)[0]] == [1]
