import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from models import alive, datasets, store
from tests.models import kills, stand_in
from tests.models.shell import worker_of


@pytest.fixture(autouse=True)
def settings(monkeypatch):
    """Whatever the shell has set, one job trains at a time."""
    monkeypatch.delenv("KL_MAX_JOBS", raising=False)
    monkeypatch.delenv("KL_RUNS_DIR", raising=False)


@pytest.fixture
def folder(tmp_path):
    """A folder of runs; workers that a test leaves behind are ended."""
    runs = tmp_path / "runs"
    runs.mkdir()
    yield runs
    while left := [
        pid for path in runs.glob("*") if alive.is_held(path) and (pid := worker_of(path))
    ]:
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def stood_in(folder, monkeypatch):
    """A folder of runs whose workers are stand-ins."""
    monkeypatch.setattr(alive, "start_worker", stand_in.start)
    return folder


@pytest.fixture(scope="session")
def uninterrupted(tmp_path_factory):
    """The folder of a run of `kills.SPEC` that nothing disturbed, made in this process."""
    from models.train import train  # TensorFlow takes seconds: only where it is needed

    directory = tmp_path_factory.mktemp("uninterrupted")
    store.save(train(kills.SPEC, datasets.load("shapes"), lambda checkpoint: None), directory)
    return directory


@pytest.fixture
def written(tmp_path):
    """What writes a study file."""

    def write(content: str) -> Path:
        path = tmp_path / "study.toml"
        path.write_text(content)
        return path

    return write
