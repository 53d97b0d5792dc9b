"""Whatever goes wrong, a job says why, and nothing that was trained is lost."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from models import files
from models.cli.worker import train_convnet
from models.convnet import checkpoint
from models.runs import environment, queue, store, worker
from models.runs.folder import RunFolder
from models.runs.job import read_job
from models.runs.record import to_json
from models.runs.spec import SCHEMA
from tests.models import kills
from tests.models.shell import ended, events, timeless, wait_for

SPEC = kills.QUICK


@pytest.fixture(scope="module")
def uninterrupted(made_here):
    """The folder of a run of SPEC that nothing disturbed."""
    return made_here(SPEC)[SPEC.id]


@pytest.fixture(autouse=True)
def own_threads(monkeypatch):
    """What a worker sets for TensorFlow is forgotten again."""
    monkeypatch.setenv(environment.THREADS, environment.threads())


def work(directory: Path, spec=None, tell=lambda kind, content: None) -> None:
    """What `python -m models train` does, in this process."""
    with queue.claim(directory, spec):
        worker.work(directory, train_convnet, tell)


def after_epoch(number: int, deed):
    """A listener that does `deed` once that epoch has been told."""

    def tell(kind, content):
        if kind == "epoch" and content["epoch"] == number:
            deed()

    return tell


def assert_failed_after(directory: Path, epochs: int, uninterrupted: Path) -> None:
    job = read_job(directory)
    assert job.state == "failed"
    assert "No space left on device" in job.error
    assert job.resumable
    expected = timeless(store.load(uninterrupted).history)[:epochs]
    assert timeless(job.history) == expected
    kept = checkpoint.load(directory)
    assert kept is not None
    assert timeless(kept.history) == expected
    assert not list(directory.glob("*.part"))


@contextmanager
def small_disk(place: Path):
    """A file system of 12 MiB: room for one checkpoint of 7 MiB, not for the next beside it."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)]
    try:
        done = subprocess.run(mount, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no mount here")
    if done.returncode:
        pytest.skip("mounting is not permitted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.train
def test_on_a_full_disk_a_run_fails_keeps_its_epochs_and_goes_on_once_there_is_room(
    tmp_path, uninterrupted
):
    place = tmp_path / "disk"
    place.mkdir()
    with small_disk(place):
        directory = place / "job"
        with pytest.raises(OSError, match="No space left on device"):
            work(directory, SPEC)
        assert_failed_after(directory, 1, uninterrupted)
        room = ["mount", "-o", "remount,size=64m", str(place)]
        subprocess.run(room, check=True, capture_output=True)
        work(directory)
        kills.assert_equal(directory, uninterrupted)


@pytest.mark.train
def test_a_checkpoint_that_cannot_be_written_costs_no_earlier_epoch(tmp_path, uninterrupted, full):
    directory = tmp_path / "job"
    part = directory / "checkpoint.npz.part"
    with pytest.raises(OSError, match="No space left on device"):
        work(directory, SPEC, after_epoch(2, lambda: full(part)))
    assert_failed_after(directory, 2, uninterrupted)
    work(directory)
    kills.assert_equal(directory, uninterrupted)


@pytest.mark.train
def test_weights_that_cannot_be_written_are_written_on_resume_without_training_again(
    tmp_path, uninterrupted, full
):
    directory = tmp_path / "job"
    part = directory / "weights.npz.part"
    with pytest.raises(OSError, match="No space left on device"):
        work(directory, SPEC, after_epoch(5, lambda: full(part)))
    assert_failed_after(directory, 5, uninterrupted)
    assert not (directory / "run.json").exists()
    told = []
    work(directory, tell=lambda kind, content: told.append(kind))
    assert "epoch" not in told
    kills.assert_equal(directory, uninterrupted)


@pytest.mark.train
def test_where_not_even_the_end_can_be_told_the_job_is_lost_and_goes_on(
    tmp_path, uninterrupted, monkeypatch
):
    directory = tmp_path / "job"
    append = RunFolder.append

    def full(run, kind, **content):
        if kind == "end" or (kind == "epoch" and content["epoch"] == 2):
            raise OSError(28, "No space left on device")
        append(run, kind, **content)

    with monkeypatch.context() as patch:
        patch.setattr(RunFolder, "append", full)
        with pytest.raises(OSError, match="No space left on device"):
            work(directory, SPEC)
    assert read_job(directory).state == "lost"
    work(directory)
    kills.assert_equal(directory, uninterrupted)
    told = [event["epoch"] for event in events(directory) if event["kind"] == "epoch"]
    assert told == [1, 2, 3, 4, 5]  # the second, whose checkpoint was there, once


KILLED_THERE = """
import os, signal, sys
from pathlib import Path
from models.cli.worker import train_convnet
from models.convnet import checkpoint
from models.runs import queue, worker
from tests.models.kills import QUICK

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def save_the_second_and_die(now, directory):
    save(now, directory)
    if len(now.history) == 2:
        die()

save = checkpoint.save
if sys.argv[2] == "checkpoint":
    checkpoint.save = save_the_second_and_die
else:
    checkpoint.remove = die
directory = Path(sys.argv[1])
with queue.claim(directory, None if directory.exists() else QUICK):
    worker.work(directory, train_convnet)
"""


def killed_after(what: str, directory: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED_THERE, str(directory), what],
        cwd=files.ROOT,
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.train
def test_killed_right_after_a_checkpoint_and_right_after_the_run_nothing_is_lost_or_told_twice(
    tmp_path, uninterrupted
):
    directory = tmp_path / "job"
    killed_after("checkpoint", directory)
    job = read_job(directory)
    assert (job.state, [result.epoch for result in job.history]) == ("lost", [1])
    killed_after("run", directory)
    kills.assert_equal(directory, uninterrupted)
    kinds = [(event["kind"], event.get("epoch")) for event in events(directory)]
    assert [epoch for kind, epoch in kinds if kind == "epoch"] == [1, 2, 3, 4, 5]
    assert ("end", None) not in kinds


@pytest.fixture
def stopped(tmp_path):
    """A run that was stopped after an epoch, with a checkpoint made up for it."""
    directory = tmp_path / "job"
    result = kills.EpochResult(1, 2.3, 0.1, 2.2, 0.2, 0, 3.1)
    with queue.claim(directory, SPEC):
        RunFolder(directory).append("epoch", **to_json(result))
    arrays = {"model_0": np.ones((3, 3), np.float32)}
    conditions = environment.describe()
    checkpoint.save(checkpoint.Checkpoint(SPEC, (result,), conditions, arrays), directory)
    return directory


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    place = content.index(np.ones(9, np.float32).tobytes())  # in the midst of the weights
    content[place + 5] ^= 1
    path.write_bytes(content)


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def fill_with_junk(path: Path) -> None:
    path.write_bytes(os.urandom(5000))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def pickle(path: Path) -> None:
    np.savez(path, about=np.array([{"a": 1}], dtype=object))


def make_newer(path: Path) -> None:
    with np.load(path) as content:
        arrays = dict(content)
    about = {**json.loads(arrays.pop("about").tobytes()), "schema": SCHEMA + 1}
    np.savez(path, about=np.frombuffer(json.dumps(about).encode(), np.uint8), **arrays)


DAMAGES = {
    flip: "has changed on disk",
    halve: "",
    fill_with_junk: "",
    empty: "",
    pickle: "allow_pickle=False",
    make_newer: "written by a newer version of this project",
}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_checkpoint_ends_the_job_with_the_reason_and_its_epochs_are_kept(stopped, damage):
    path = stopped / "checkpoint.npz"
    damage(path)
    before, content = read_job(stopped).history, path.read_bytes()
    assert len(before) == 1
    with pytest.raises(ValueError, match="The checkpoint is damaged"):
        work(stopped)
    job = read_job(stopped)
    assert job.state == "failed"
    assert job.error.startswith("The checkpoint is damaged, so this run cannot go on (")
    assert job.error.endswith("). Train it again.")
    assert DAMAGES[damage] in job.error
    assert job.history == before
    assert path.read_bytes() == content


def test_through_the_queue_a_damaged_checkpoint_is_told_in_the_same_sentence(folder, stopped):
    fill_with_junk(stopped / "checkpoint.npz")
    directory = stopped.rename(folder / "job")
    queue.resume(directory)
    job = wait_for(lambda: ended(directory))
    assert job.state == "failed"
    assert job.error.startswith("The checkpoint is damaged")
    assert len(job.history) == 1


@pytest.mark.usefixtures("keras")
def test_a_checkpoint_of_another_net_ends_the_job_with_the_reason(stopped):
    with pytest.raises(ValueError, match=r"another network|other conditions"):
        work(stopped)
    job = read_job(stopped)
    assert job.state == "failed"
    assert len(job.history) == 1


@pytest.mark.train
def test_after_a_power_cut_a_run_that_is_not_whole_is_named_and_its_weights_are_not_used(
    tmp_path, uninterrupted
):
    directory = tmp_path / uninterrupted.name
    directory.mkdir()
    for name in ("run.json", "weights.npz"):
        (directory / name).write_bytes((uninterrupted / name).read_bytes())
    assert store.load_weights(directory)
    halve(directory / "weights.npz")
    with pytest.raises(ValueError, match=r"not the file that was recorded"):
        store.load_weights(directory)
    halve(directory / "run.json")
    runs, damaged = store.list_runs(tmp_path)
    assert runs == []
    assert "cannot be read" in damaged[directory.name]
