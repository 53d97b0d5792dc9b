"""A study's runs on a real Dask scheduler and real workers, on this machine."""

import gc
import importlib.util
import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from models import files
from models.cli.main import main
from models.convnet import checkpoint
from models.evaluation import predictions
from models.runs import dask, process, queue, store, study
from models.runs.job import has_ended, list_jobs
from models.runs.record import EpochResult, Run, TestResult
from models.runs.spec import SCHEMA, RunSpec
from tests.models import kills
from tests.models.shell import begin, finish, models, wait_for

if not importlib.util.find_spec("distributed"):  # to import it here would cost every run a second
    pytest.skip("Dask is not here", allow_module_level=True)

EPOCHS = 8
STUDY = f"""[[runs]]
seed = 1
loss = ["kl_divergence", "categorical_crossentropy"]
epochs = {EPOCHS}
images = 500
data = "shapes"
"""
SPEC = RunSpec("kl_divergence", epochs=1, images=500, data="shapes")
ONE = '[[runs]]\nloss = "kl_divergence"\nseed = 1\nepochs = 1\nimages = 500\ndata = "shapes"\n'


@contextmanager
def running(*words: object, cwd: Path, **environment: str):
    """A process of Dask's, ended with the test."""
    with (cwd / "dask.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *map(str, words), "--no-dashboard"],
            cwd=cwd if words[0] == "scheduler" else files.ROOT,
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def scheduler(directory: Path):
    """A scheduler, far from any checkout; the process and its address."""
    told = directory / "scheduler.json"
    words = ("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", told)
    with running(*words, cwd=directory) as process:
        wait_for(lambda: told.exists() and told.read_text().endswith("}"), 60)
        yield process, json.loads(told.read_text())["address"]


def worker(directory: Path, address: str, name: str, **environment: str):
    """A worker that is one process, so that to kill it is to lose it; runs lie in its TMPDIR."""
    home = directory / name
    home.mkdir()
    words = ("--name", name, "--nthreads", "1", "--no-nanny", "--local-directory", home)
    return running("worker", address, *words, cwd=directory, TMPDIR=str(home), **environment)


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory):
    """A scheduler's address, and by folder its two workers, without CIFAR-10 and a network."""
    directory = tmp_path_factory.mktemp("dask")
    nothing = {"KL_DATA_DIR": str(directory), "https_proxy": "http://127.0.0.1:9"}
    with ExitStack() as stack:
        _, address = stack.enter_context(scheduler(directory))
        yield (
            address,
            {
                directory / name: stack.enter_context(worker(directory, address, name, **nothing))
                for name in ("first", "second")
            },
        )


@pytest.fixture
def alone(tmp_path):
    """A scheduler without workers."""
    with scheduler(tmp_path) as (process, address):
        yield process, address


def in_the_midst(home: Path) -> Path | None:
    """The run's folder in which a worker has ended an epoch and not the last."""
    found = [path.parent for path in home.glob("*/*/checkpoint.npz")]
    return next((d for d in found if process.is_held(d) and not has_ended(d)), None)


@pytest.mark.train
def test_a_failed_run_is_told_and_the_others_come_back(two_workers, folder, written):
    path = written(ONE + ONE.replace('data = "shapes"', ""))
    done = models("study", path, "--runs", folder, "--scheduler", two_workers[0])
    assert done.returncode == 1
    assert done.stderr == "python -m models: 1 of 2 runs failed.\n"
    (told,) = (line for line in done.stdout.splitlines() if "failed" in line)
    assert "cifar10-kl_divergence-seed1-1epochs-images500  failed, 0 of 1 epochs, CIFAR" in told
    assert "could not be downloaded" in told
    assert [run.spec for run in store.list_runs(folder)[0]] == [SPEC]
    assert [path.name for path in folder.glob("*/")] == [SPEC.id]


@pytest.mark.train
def test_runs_come_back_as_made_here_though_a_worker_is_killed_in_the_midst_of_one(
    two_workers, folder, written, made_here
):
    from distributed import Client

    path, (address, workers) = written(STUDY), two_workers
    first, second = workers
    command = begin("study", path, "--runs", folder, "--scheduler", address)
    lost = wait_for(lambda: in_the_midst(first))
    workers[first].kill()
    assert len(kills.history(lost)) < EPOCHS
    assert not (folder / lost.name).exists()
    wait_for(lambda: not process.is_held(lost))  # what it had begun ends with it
    with Client(address, set_as_default=False) as client:
        known = client.scheduler_info()["workers"].values
        wait_for(lambda: [worker["name"] for worker in known()] == ["second"])
    wait_for(lambda: [*second.glob(f"*/{lost.name}")])
    expected = made_here(*study.read(path)).values()
    done = finish(command)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert [line[:3] for line in done.stdout.splitlines() if "done" in line][-1] == "2/2"
    for directory in expected:
        kills.assert_equal(folder / directory.name, directory)
        run, here = store.load(folder / directory.name), store.load(directory)
        assert (run.predictions, run.versions) == (here.predictions, here.versions)
        assert run.machine == here.machine


# Without workers


@pytest.mark.train
def test_runs_that_find_no_worker_are_told_to_wait_and_ctrl_c_drops_them(alone, folder, written):
    from distributed import Client

    command = begin("study", written(ONE), "--runs", folder, "--scheduler", alone[1])
    assert command.stdout is not None
    assert command.stdout.readline() == "0 of 1 runs are recorded\n"
    assert command.stdout.readline() == f"0/1  {SPEC.id}  queued, 0 of 1 epochs\n"
    with Client(alone[1], set_as_default=False) as client:
        asked = lambda: client.run_on_scheduler(  # noqa: E731
            lambda dask_scheduler: [*dask_scheduler.tasks]
        )
        wait_for(lambda: asked() == [SPEC.id])
        assert command.stderr is not None
        assert command.stderr.readline() == (
            "The scheduler has no workers, so the runs wait. Start one in a checkout: "
            f"python -m dask worker {alone[1]} --nthreads 1\n"
        )
        command.send_signal(signal.SIGINT)
        done = finish(command)
        wait_for(lambda: asked() == [])
    assert done.returncode == 130
    assert done.stderr == "\nStopped; finished runs are kept; the same command resumes the study.\n"
    assert list(folder.iterdir()) == []


@pytest.mark.train
def test_a_scheduler_that_is_lost_is_one_line(alone, folder, written):
    scheduler, address = alone
    command = begin("study", written(ONE), "--runs", folder, "--scheduler", address)
    assert command.stdout is not None
    wait_for(lambda: "queued" in command.stdout.readline())
    assert command.stderr is not None
    assert "has no workers" in command.stderr.readline()
    scheduler.kill()
    done = finish(command)
    assert done.returncode == 1
    assert done.stderr == (
        f"python -m models: The Dask scheduler at {address} is lost; its results are kept.\n"
    )
    assert list(folder.iterdir()) == []


# Without a scheduler


NOWHERE = ["127.0.0.1:9", "127.0.0.1", "", "a:b:c", "http://127.0.0.1:9", "tls://127.0.0.1:9"]


@pytest.mark.parametrize("address", NOWHERE)
def test_an_address_where_none_answers_is_one_line_and_nothing_is_written(
    folder, written, typed, monkeypatch, address
):
    monkeypatch.setattr(dask, "PATIENCE", 0.5)  # none will answer, however long one waits
    done = typed("study", written(ONE), "--runs", folder, "--scheduler", address)
    assert (done.returncode, done.stdout) == (1, "0 of 1 runs are recorded\n")
    assert done.stderr.startswith(f"python -m models: No Dask scheduler answers at {address!r}: ")
    assert done.stderr.count("\n") == 1
    assert list(folder.iterdir()) == []
    gc.collect()  # Dask's client ends its thread when it is collected: here, not in that thread


def test_without_dask_a_line_says_how_to_get_it(tmp_path, written, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = ["study", str(written(ONE)), "--runs", str(tmp_path / "runs")]
    assert main([*words, "--scheduler", "127.0.0.1:9"]) == 1
    assert capsys.readouterr().err == (
        'python -m models: Dask is not installed: pip install -e ".[cluster]", '
        "or leave out --scheduler.\n"
    )
    assert not (tmp_path / "runs").exists()


def test_it_is_either_so_many_here_or_a_scheduler(written, typed):
    done = typed("study", written(ONE), "--at-once", "2", "--scheduler", "127.0.0.1:9")
    assert done.returncode == 2
    assert "not allowed with argument" in done.stderr


# What a worker sends


HISTORY = (EpochResult(1, 2.0, 0.3, float("nan"), 0.6, 0, 1.0),)
MADE = Run(SPEC.id, SPEC, HISTORY, TestResult(0.9, 0.5, 10), {"training": 8, "validation": 2})
BELIEVED = predictions.Predictions(np.zeros((2, 10), np.float16), np.zeros(2, np.uint8))
PARTS = (
    MADE.to_json(),
    {"kernel": np.zeros(3, np.float32)},
    predictions.to_arrays({"test": BELIEVED}),
)


class Task:
    """A task of Dask's that has ended."""

    def __init__(self, result):
        self.sent = result

    def result(self):
        if isinstance(self.sent, Exception):
            raise self.sent
        return self.sent


def test_a_run_that_comes_back_is_a_run_as_any_other(folder):
    job = dask._ended(Task(PARTS), SPEC, folder / SPEC.id)
    assert (job.id, job.spec, job.state) == (SPEC.id, SPEC, "done")
    assert [job.id for job in list_jobs(folder).ended] == [SPEC.id]
    run = store.load(folder / SPEC.id)
    assert np.isnan(run.last.val_loss)
    assert np.array_equal(store.load_weights(folder / SPEC.id)["kernel"], np.zeros(3))
    assert store.load_predictions(folder / SPEC.id)["test"].log_q.shape == (2, 10)


WRONG = {
    "another version's run": (
        ({**PARTS[0], "schema": SCHEMA + 1}, *PARTS[1:]),
        "it was written by a newer version of this project",
    ),
    "a run without its settings": (({"schema": SCHEMA}, *PARTS[1:]), "this is not a run: "),
    "another run": (
        (replace(MADE, spec=replace(SPEC, seed=2)).to_json(), *PARTS[1:]),
        f"a worker returned another run: {replace(SPEC, seed=2).id}.",
    ),
    "predictions without labels": (
        (*PARTS[:2], {"test_labels": np.zeros(2, np.uint8)}),
        "these are not predictions",
    ),
    "less than a run": (PARTS[:1], "not enough values to unpack"),
    "an error": (ModuleNotFoundError("No module named 'models'\nTraceback"), "No module named 'mo"),
}


@pytest.mark.parametrize(("sent", "says"), WRONG.values(), ids=WRONG)
def test_what_is_no_run_of_this_study_is_told_as_failed_and_not_written(folder, sent, says):
    job = dask._ended(Task(sent), SPEC, folder / SPEC.id)
    assert (job.id, job.state) == (SPEC.id, "failed")
    assert says in job.error
    assert "\n" not in job.error
    assert list(folder.iterdir()) == []


def test_a_run_that_was_recorded_meanwhile_stays_as_it_is(folder):
    directory = folder / SPEC.id
    dask._ended(Task(PARTS), SPEC, directory)
    before = {path: path.read_bytes() for path in directory.iterdir()}
    again = ({**PARTS[0], "test": {"loss": 0.1, "accuracy": 0.9, "images": 10}}, *PARTS[1:])
    assert dask._ended(Task(again), SPEC, directory).state == "done"
    assert {path: path.read_bytes() for path in directory.iterdir()} == before


def test_a_run_that_comes_back_replaces_what_was_left_unfinished(folder):
    directory = folder / SPEC.id
    queue.claim(directory, SPEC).close()
    checkpoint.save(checkpoint.Checkpoint(SPEC, HISTORY, {}, {}), directory)
    assert dask._ended(Task(PARTS), SPEC, directory).state == "done"
    assert not (directory / "checkpoint.npz").exists()


def test_a_run_that_comes_back_leaves_alone_who_trains_it_here(folder):
    with queue.claim(folder / SPEC.id, SPEC):
        before = {path: path.read_bytes() for path in (folder / SPEC.id).iterdir()}
        job = dask._ended(Task(PARTS), SPEC, folder / SPEC.id)
        assert (job.state, job.error) == ("failed", f"{SPEC.id} is being trained.")
        assert {path: path.read_bytes() for path in (folder / SPEC.id).iterdir()} == before
