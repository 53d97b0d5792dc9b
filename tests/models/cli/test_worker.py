"""What a training process tells of itself, and in which order."""

import itertools
import os
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from models.cli.worker import _batch_reporter, _download_reporter, train_convnet
from models.convnet import checkpoint
from models.convnet.checkpoint import Checkpoint
from models.data import datasets
from models.runs import environment, process, queue, store, worker
from models.runs.folder import RunFolder
from models.runs.job import read_job
from models.runs.record import EpochResult, Run, TestResult, to_json
from models.runs.spec import RunSpec
from tests.models import stand_in
from tests.models.shell import ended, events, wait_for, worker_of

SPEC = RunSpec("kl_divergence", epochs=2, images=500, data="shapes")
HISTORY = tuple(EpochResult(n, 2.0 / n, 0.3, 1.5, 0.6, 0, 1.0 + n) for n in (1, 2))
RUN = Run(SPEC.id, SPEC, HISTORY, TestResult(1.0, 0.5, 10), {"training": 8, "validation": 2})


def kept(epochs: int, spec: RunSpec = SPEC, threads: str = "3") -> Checkpoint:
    arrays = {"model_0": np.full(4, epochs, np.float32)}
    return Checkpoint(spec, HISTORY[:epochs], {"threads": threads}, arrays)


@pytest.fixture(autouse=True)
def own_threads(monkeypatch):
    """What a worker sets for TensorFlow is forgotten again."""
    monkeypatch.setenv(environment.THREADS, "2")


@pytest.fixture
def directory(tmp_path):
    with queue.claim(tmp_path / "job", SPEC):
        yield tmp_path / "job"


@pytest.fixture
def trainer(monkeypatch, shapes):
    """Stands in for the engine: goes on from `start`, and hears what it was given."""
    monkeypatch.setattr(datasets, "load", lambda name, progress: shapes)  # drawn once for all
    heard = SimpleNamespace(start=None, before_epoch=lambda epoch: None)

    def train(spec, data, on_epoch, on_batch, start):
        heard.start = start
        for epoch in range(len(start.history) + 1 if start else 1, spec.epochs + 1):
            heard.before_epoch(epoch)
            on_epoch(kept(epoch))
        return store.Finished(RUN, {"kernel": np.ones(3, np.float32)}, {})

    monkeypatch.setitem(sys.modules, "models.convnet.train", SimpleNamespace(train=train))
    return heard


def epochs_told(directory) -> list[int]:
    return [event["epoch"] for event in events(directory) if event["kind"] == "epoch"]


def test_a_worker_tells_its_epochs_and_its_end_and_leaves_a_run_and_no_checkpoint(
    directory, trainer
):
    heard = []
    run = worker.work(directory, train_convnet, lambda kind, content: heard.append(kind))
    kinds = ["resumed", "stage", "stage", "epoch", "epoch", "end"]
    assert heard == kinds
    assert [event["kind"] for event in events(directory)] == ["queued", "started", *kinds]
    assert events(directory)[-1] == {"kind": "end", "state": "done"}
    assert store.load(directory) == run
    assert not (directory / "checkpoint.npz").exists()


def test_an_epoch_is_told_after_its_checkpoint_is_on_disk(directory, trainer):
    def look(kind, content):
        if kind == "epoch":
            found = checkpoint.load(directory)
            assert found is not None
            assert len(found.history) == content["epoch"]

    worker.work(directory, train_convnet, look)
    assert epochs_told(directory) == [1, 2]


def test_killed_between_checkpoint_and_telling_the_epoch_is_told_on_resume_exactly_once(
    directory, trainer
):
    RunFolder(directory).append("resumed", epochs=0)
    checkpoint.save(kept(1), directory)
    worker.work(directory, train_convnet)
    assert epochs_told(directory) == [1, 2]
    assert read_job(directory).history == HISTORY


def test_an_epoch_that_was_told_is_not_told_again(directory, trainer):
    RunFolder(directory).append("epoch", **to_json(HISTORY[0]))
    checkpoint.save(kept(1), directory)
    worker.work(directory, train_convnet)
    assert epochs_told(directory) == [1, 2]
    assert trainer.start.history == HISTORY[:1]


def test_without_a_checkpoint_training_starts_over_and_says_so(directory, trainer):
    RunFolder(directory).append("epoch", **to_json(replace(HISTORY[0], loss=9.0)))
    seen = []
    trainer.before_epoch = lambda epoch: seen.append(read_job(directory).history)
    worker.work(directory, train_convnet)
    assert trainer.start is None
    assert seen == [(), HISTORY[:1]]
    assert read_job(directory).history == HISTORY


def test_a_resumed_run_uses_the_recorded_number_of_threads(directory, trainer):
    checkpoint.save(kept(1, threads="3"), directory)
    seen = []
    trainer.before_epoch = lambda epoch: seen.append(environment.threads())
    worker.work(directory, train_convnet)
    assert seen == ["3"]


@pytest.mark.parametrize("epochs", [1, 2])
def test_another_runs_checkpoint_is_refused_before_anything_of_it_is_told(
    directory, trainer, epochs
):
    for result in HISTORY[: 3 - epochs]:
        RunFolder(directory).append("epoch", **to_json(result))
    before = read_job(directory).history
    checkpoint.save(kept(epochs, spec=replace(SPEC, seed=2)), directory)
    with pytest.raises(ValueError, match=r"The checkpoint belongs to another run: .* seed 2"):
        worker.work(directory, train_convnet)
    assert read_job(directory).history == before
    assert events(directory)[-1]["state"] == "failed"
    assert trainer.start is None


def test_a_checkpoint_that_names_no_threads_is_left_to_the_training_to_refuse(directory, trainer):
    checkpoint.save(replace(kept(1), conditions={}), directory)
    worker.work(directory, train_convnet)
    assert trainer.start.conditions == {}


def test_what_training_raises_is_told_in_its_first_line(directory, trainer):
    def fail(epoch):
        raise ValueError("no room\nGraph execution error …")

    trainer.before_epoch = fail
    with pytest.raises(ValueError, match="no room"):
        worker.work(directory, train_convnet)
    assert events(directory)[-1] == {"kind": "end", "state": "failed", "error": "no room"}


@pytest.mark.parametrize("stop", [worker.Cancelled, KeyboardInterrupt])
def test_whoever_stops_a_worker_it_ends_cancelled(directory, trainer, stop):
    def stopped(epoch):
        if epoch == 2:
            raise stop

    trainer.before_epoch = stopped
    with pytest.raises(stop):
        worker.work(directory, train_convnet)
    assert events(directory)[-1] == {"kind": "end", "state": "cancelled"}
    assert epochs_told(directory) == [1]
    assert (directory / "checkpoint.npz").exists()


def test_killed_between_the_run_and_telling_its_end_the_job_is_done(tmp_path, trainer):
    directory = tmp_path / "job"
    with queue.claim(directory, SPEC):
        worker.work(directory, train_convnet)
    lines = (directory / "events.jsonl").read_text().splitlines(keepends=True)
    (directory / "events.jsonl").write_text("".join(lines[:-1]))
    assert read_job(directory).state == "done"


def test_the_pace_leaves_out_what_an_epochs_start_takes(directory, monkeypatch):
    # A batch takes half a second by this clock; the first ended at 100 s.
    clock = itertools.count(100, 0.5)
    told = []
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    report = _batch_reporter(directory, lambda kind, **event: told.append(event))
    for done in range(1, 11):
        report(1, done, 20)
    assert {event["pace"] for event in told} == {0.5}
    assert [event["done"] for event in told] == [3, 5, 7, 9]


def test_before_the_pace_is_known_nothing_is_told(directory):
    told = []
    _batch_reporter(directory, lambda kind, **event: told.append(kind))(1, 1, 20)
    assert told == []


def test_a_batch_stops_the_training_once_asked(directory):
    report = _batch_reporter(directory, lambda kind, **event: None)
    report(1, 1, 20)
    queue.cancel(directory)
    with pytest.raises(worker.Cancelled):
        report(1, 2, 20)


def test_a_download_is_told_by_the_percent_and_stops_once_asked(directory):
    told = []
    report = _download_reporter(directory, lambda kind, **event: told.append(event))
    for received in range(0, 2_000_001, 1_000):
        report(received, 2_000_000)
    assert len(told) == 101
    assert told[-1] == {"text": "downloading CIFAR-10: 2 of 2 MB", "share": 1.0}
    queue.cancel(directory)
    with pytest.raises(worker.Cancelled):
        report(0, 2_000_000)


def test_a_visitor_is_told_the_first_line_of_an_error():
    assert worker.first_line(ValueError("no room\nGraph execution error …")) == "no room"
    assert worker.first_line(MemoryError()) == "MemoryError"


def test_why_a_run_failed_is_recorded_without_the_servers_folders(directory, trainer):
    def fail(epoch):
        raise FileNotFoundError(2, "No such file", str(directory / "x"))

    trainer.before_epoch = fail
    with pytest.raises(FileNotFoundError):
        worker.work(directory, train_convnet)
    assert str(directory.parent) not in read_job(directory).error


@pytest.mark.posix
def test_a_worker_of_the_queue_gives_way_to_everything_else(stood_in):
    directory = stood_in / queue.submit(SPEC, stood_in)
    number = wait_for(lambda: worker_of(directory))
    wait_for(lambda: os.getpriority(os.PRIO_PROCESS, number) == 19)
    group = Path(f"/proc/{number}/autogroup")
    if group.exists():  # where Linux weighs sessions, a niceness within one says nothing
        wait_for(lambda: "nice 19" in group.read_text())


def test_a_worker_that_hangs_is_ended_by_cancel(folder, monkeypatch):
    """As in the seconds in which TensorFlow starts, or a server keeps a download waiting."""
    monkeypatch.setattr(process, "start_worker", partial(stand_in.start, hangs=True))
    directory = folder / queue.submit(SPEC, folder)
    wait_for(lambda: "resumed" in [event["kind"] for event in events(directory)])
    queue.cancel(directory)
    assert wait_for(lambda: ended(directory)).state == "cancelled"
