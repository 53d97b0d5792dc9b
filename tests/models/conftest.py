import errno
import gc
import os
from contextlib import suppress
from pathlib import Path
from subprocess import CompletedProcess

import psutil
import pytest

from models.cli.main import main
from models.data import cifar10, datasets
from models.runs import process, store
from models.runs.spec import RunSpec
from tests.models import kills, stand_in
from tests.models.shell import wait_for, worker_of


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

    def all_ended() -> bool:
        held = [path for path in runs.glob("*") if process.is_held(path)]
        for number in filter(None, map(worker_of, held)):  # one that just starts has no name yet
            with suppress(psutil.NoSuchProcess):
                psutil.Process(number).kill()
        return not held

    wait_for(all_ended)


@pytest.fixture
def stood_in(folder, monkeypatch):
    """A folder of runs whose workers are stand-ins."""
    monkeypatch.setattr(process, "start_worker", stand_in.start)
    return folder


@pytest.fixture
def full(monkeypatch):
    """Call it with a file: its next writer finds no room on the disk."""
    if not Path("/proc/self/fd").exists():
        pytest.skip("which file a descriptor writes is read in /proc")
    files, sync = set(), os.fsync

    def fsync(descriptor):
        if (path := Path(f"/proc/self/fd/{descriptor}").resolve()) in files:
            files.remove(path)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return files.add


@pytest.fixture(scope="session")
def keras():
    """Keras on TensorFlow: seconds to import, and then no garbage, however often one looks."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    gc.collect()
    gc.freeze()
    return keras


@pytest.fixture(scope="session")
def tf(keras):
    import tensorflow

    return tensorflow


@pytest.fixture(scope="session")
def engine(keras):
    """models.convnet.train."""
    from models.convnet import train

    return train


@pytest.fixture(scope="session")
def convnet(keras):
    """models.convnet.network."""
    from models.convnet import network

    return network


@pytest.fixture(scope="session")
def shapes():
    return datasets.load("shapes")


@pytest.fixture(scope="session")
def made_here(tmp_path_factory, engine, shapes):
    """What makes runs that nothing disturbs, in this process; the folder of each, by name."""

    def make(*specs: RunSpec) -> dict[str, Path]:
        above, made = tmp_path_factory.mktemp("made_here"), {}
        for spec in specs:
            made[spec.id] = above / spec.id
            made[spec.id].mkdir()
            store.save(engine.train(spec, shapes, lambda checkpoint: None), made[spec.id])
        return made

    return make


@pytest.fixture(scope="session")
def uninterrupted(made_here):
    """The folder of a run of `kills.SPEC` that nothing disturbed."""
    return made_here(kills.SPEC)[kills.SPEC.id]


@pytest.fixture
def written(tmp_path):
    """What writes a study file."""

    def write(content: str) -> Path:
        path = tmp_path / "study.toml"
        path.write_text(content)
        return path

    return write


@pytest.fixture
def typed(capsys):
    """python -m models, to its end, in this process: for what is said, not how it is started."""

    def run(*arguments: object, **environment: str) -> CompletedProcess:
        words = [*map(str, arguments)]
        capsys.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            try:
                status = main(words)
            except SystemExit as left:  # argparse has refused the words
                status = left.code
        return CompletedProcess(words, status, *capsys.readouterr())

    return run


@pytest.fixture
def offline(typed, monkeypatch, tmp_path):
    """The same with its folders in `tmp_path`, where nothing can be downloaded."""
    monkeypatch.setattr(cifar10, "ARCHIVE_URL", "http://127.0.0.1:9/nothing")
    monkeypatch.setenv("KL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KL_RUNS_DIR", str(tmp_path / "runs"))
    return typed
