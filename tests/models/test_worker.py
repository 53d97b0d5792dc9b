"""What a training process tells of itself."""

import itertools
import json

import pytest

from models import jobs, worker
from models.spec import RunSpec


@pytest.fixture
def directory(tmp_path):
    with jobs.create(RunSpec("kl_divergence", epochs=2, data="shapes"), tmp_path / "job"):
        yield tmp_path / "job"


def events(directory) -> list[dict]:
    return [json.loads(line) for line in (directory / "events.jsonl").open()]


def test_the_pace_leaves_out_what_an_epochs_start_takes(directory, monkeypatch):
    # A batch takes half a second by this clock; the first ended at 100 s.
    clock = itertools.count(100, 0.5)
    monkeypatch.setattr(worker.time, "monotonic", lambda: next(clock))
    report = worker._batch_reporter(directory)
    for done in range(1, 11):
        report(1, done, 20)
    assert {event["pace"] for event in events(directory)} == {0.5}
    assert [event["done"] for event in events(directory)] == [3, 5, 7, 9]
    # Half a second a batch: 11 of this epoch and 20 of the next are left.
    assert jobs.read(directory).seconds_left == pytest.approx(0.5 * 31)


def test_before_the_pace_is_known_no_time_is_promised(directory):
    worker._batch_reporter(directory)(1, 1, 20)
    assert jobs.read(directory).seconds_left is None


def test_a_batch_stops_the_training_once_asked(directory):
    report = worker._batch_reporter(directory)
    report(1, 1, 20)
    jobs.cancel(directory)
    with pytest.raises(jobs.Cancelled):
        report(1, 2, 20)


def test_a_download_is_told_by_the_percent(directory):
    heard = []
    report = worker._download_reporter(directory, lambda *bytes_: heard.append(bytes_))
    for received in range(0, 2_000_001, 1_000):
        report(received, 2_000_000)
    assert len(events(directory)) == len(heard) == 101
    assert jobs.read(directory).stage == "downloading CIFAR-10: 2 of 2 MB"


def test_a_visitor_is_told_the_first_line_of_an_error():
    assert worker.first_line(ValueError("no room\nGraph execution error …")) == "no room"
    assert worker.first_line(MemoryError()) == "MemoryError"
