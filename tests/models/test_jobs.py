"""Jobs: real processes, followed from disk."""

import fcntl
import os
import signal
import time
from pathlib import Path

import pytest

from models import jobs, store
from models.spec import EpochResult, RunSpec, to_json

SPEC = RunSpec("kl_divergence", epochs=2, images=500, data="shapes")
LONG = RunSpec("kl_divergence", epochs=500, data="shapes")


def wait_for(condition, seconds=90):
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.1)
    return answer


def ended(directory: Path):
    job = jobs.read(directory)
    return job if job.state != "running" else None


@pytest.fixture
def a_long_job(tmp_path):
    directory = tmp_path / jobs.submit(LONG, tmp_path)
    yield directory
    jobs.cancel(directory)
    wait_for(lambda: ended(directory))


@pytest.fixture
def by_hand(tmp_path):
    """A job's folder with its lock held here, as a worker would hold it."""
    with jobs.create(SPEC, tmp_path / "job"):
        yield tmp_path / "job"


def test_a_submitted_job_trains_in_its_own_process_to_a_run(tmp_path):
    name = jobs.submit(SPEC, tmp_path)
    assert name.startswith(f"{SPEC.id}-")
    assert jobs.read(tmp_path / name).state == "running"
    job = wait_for(lambda: ended(tmp_path / name))
    log = (tmp_path / name / "worker.log").read_text()
    assert job.state == "done", log
    run = store.load(tmp_path / name)
    assert run.spec == SPEC
    assert run.history == job.history
    assert [epoch.epoch for epoch in run.history] == [1, 2]
    assert store.load_weights(tmp_path / name)["conv_1/kernel"].shape == (3, 3, 3, 32)


def test_only_one_job_trains_at_a_time(a_long_job):
    with pytest.raises(jobs.BusyError, match="Another run is training: KL divergence · shapes"):
        jobs.submit(SPEC, a_long_job.parent)
    assert len(jobs.list_jobs(a_long_job.parent)) == 1


def test_a_cancelled_job_stops_and_keeps_its_epochs(a_long_job):
    wait_for(lambda: jobs.read(a_long_job).history)
    jobs.cancel(a_long_job)
    job = wait_for(lambda: ended(a_long_job), seconds=10)
    assert job.state == "cancelled"
    assert job.history
    assert jobs.live(a_long_job.parent) is None


def test_a_killed_worker_is_seen_at_once_and_its_epochs_are_kept(a_long_job):
    wait_for(lambda: jobs.read(a_long_job).history)
    os.kill(worker_of(a_long_job), signal.SIGKILL)
    job = wait_for(lambda: ended(a_long_job), seconds=10)
    assert job.state == "lost"
    assert job.history


@pytest.fixture
def secret(monkeypatch):
    monkeypatch.setenv("SERVER_SECRET_TOKEN", "hush")


def worker_of(directory: Path) -> int:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"models.worker" in words and str(directory).encode() in words:
            return int(process.name)
    raise AssertionError("no worker")


def test_a_worker_sees_no_secrets_of_the_servers_environment(secret, a_long_job):
    environment = (Path("/proc") / str(worker_of(a_long_job)) / "environ").read_bytes()
    names = {entry.split(b"=")[0].decode() for entry in environment.split(b"\0") if entry}
    strangers = {
        name
        for name in names
        if name not in jobs.ENVIRONMENT and not name.startswith(jobs.PREFIXES)
    }
    assert "SERVER_SECRET_TOKEN" not in names
    assert strangers <= {"LC_CTYPE"}  # Python sets it itself


def test_a_job_fails_with_its_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("KL_DATA_DIR", str(tmp_path / "data"))
    folder = tmp_path / "data" / "cifar-10-batches-bin"
    folder.mkdir(parents=True)
    for name in (*(f"data_batch_{n}.bin" for n in range(1, 6)), "test_batch.bin"):
        (folder / name).write_bytes(b"short")
    directory = tmp_path / "runs" / jobs.submit(RunSpec("kl_divergence"), tmp_path / "runs")
    job = wait_for(lambda: ended(directory))
    assert job.state == "failed"
    assert "data_batch_1.bin: the size must be a whole number of 3073-byte records" in job.error


def test_whoever_holds_the_lock_is_the_worker(by_hand):
    assert jobs.read(by_hand).state == "running"
    assert jobs.live(by_hand.parent).id == "job"


def test_asking_does_not_take_the_lock(by_hand):
    jobs.read(by_hand)
    with (by_hand / "alive.lock").open("rb") as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)


def test_a_new_job_says_what_it_waits_for(by_hand):
    jobs.append(by_hand, "stage", text="downloading CIFAR-10: 17 of 170 MB")
    job = jobs.read(by_hand)
    assert (job.stage, job.seconds_left, job.share_done) == (
        "downloading CIFAR-10: 17 of 170 MB",
        None,
        0,
    )


def test_time_left_follows_the_batches_then_the_epochs(by_hand):
    jobs.append(by_hand, "batch", epoch=1, done=5, batches=20, pace=0.5)
    # 0.5 s a batch: 15 batches of this epoch and 20 of the next are left.
    assert jobs.read(by_hand).seconds_left == pytest.approx(0.5 * 35)
    assert jobs.read(by_hand).share_done == pytest.approx(5 / 40)
    jobs.append(by_hand, "epoch", **to_json(EpochResult(1, 1.0, 0.5, 1.0, 0.5, 12.0)))
    assert jobs.read(by_hand).seconds_left == pytest.approx(12)
    assert jobs.read(by_hand).share_done == pytest.approx(0.5)
    jobs.append(by_hand, "batch", epoch=2, done=10, batches=20, pace=0.5)
    assert jobs.read(by_hand).seconds_left == pytest.approx(6)
    assert jobs.read(by_hand).share_done == pytest.approx(0.75)


def test_a_diverged_epoch_is_kept(by_hand):
    diverged = EpochResult(1, float("nan"), 0.1, float("inf"), 0.1, 1.0)
    jobs.append(by_hand, "epoch", **to_json(diverged))
    assert "NaN" not in (by_hand / "events.jsonl").read_text()
    assert jobs.read(by_hand).history[0].accuracy == 0.1


def test_a_running_job_is_not_started_twice(by_hand):
    with pytest.raises(jobs.BusyError, match="is being trained"):
        jobs.create(SPEC, by_hand)


def test_an_unfinished_job_is_started_over_a_finished_one_is_not(tmp_path):
    with jobs.create(SPEC, tmp_path / "job"):
        jobs.append(tmp_path / "job", "end", state="failed", error="no network")
        jobs.cancel(tmp_path / "job")
    with jobs.create(SPEC, tmp_path / "job"):
        assert jobs.read(tmp_path / "job").error == ""
        jobs.stop_if_cancelled(tmp_path / "job")
    (tmp_path / "job" / "run.json").write_text("{}")
    with pytest.raises(ValueError, match="holds a finished run"):
        jobs.create(SPEC, tmp_path / "job")


@pytest.mark.parametrize("damage", [b"{", b"[1]", b"\xff", b'{"loss": "mse"}', b""])
def test_a_foreign_folder_stops_no_other_job(by_hand, damage):
    other = by_hand.parent / "other"
    other.mkdir()
    (other / "spec.json").write_bytes(damage)
    assert [job.id for job in jobs.list_jobs(by_hand.parent)] == ["job"]
    with pytest.raises(ValueError, match="other cannot be read"):
        jobs.read(other)


@pytest.mark.parametrize(
    "line",
    [
        '{"kind": "epoch", "epoch": 1}',
        '{"epoch": 1}',
        "5",
        "{",
        '{"kind": "batch", "epoch": 1, "done": 1, "batches": 0, "pace": 1}',
        '{"kind": "batch", "epoch": 1}',
    ],
)
def test_foreign_events_are_refused_not_guessed(by_hand, line):
    (by_hand / "events.jsonl").write_text(f"{line}\n")
    with pytest.raises(ValueError, match="cannot be read"):
        jobs.read(by_hand)
    assert jobs.list_jobs(by_hand.parent) == []


def test_a_line_still_being_written_is_left_for_later(by_hand):
    jobs.append(by_hand, "stage", text="reading shapes")
    with (by_hand / "events.jsonl").open("a") as file:
        file.write('{"kind": "sta')
    assert jobs.read(by_hand).stage == "reading shapes"


def test_a_job_that_cannot_start_leaves_nothing_behind(tmp_path, monkeypatch):
    def no_process(*_, **__):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(jobs.subprocess, "Popen", no_process)
    with pytest.raises(OSError, match="Cannot allocate memory"):
        jobs.submit(SPEC, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["jobs.lock"]
