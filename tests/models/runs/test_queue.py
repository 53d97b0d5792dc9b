"""The queue: real processes, but for a few that do all except train."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from models import files
from models.runs import process, queue, scheduler, store, worker
from models.runs.folder import EVENTS, LOCK, PROCESS, RunFolder
from models.runs.job import list_jobs, read_job
from models.runs.record import EpochResult, to_json
from models.runs.spec import RunSpec
from tests.models.shell import ended, events, kill_worker, wait_for, worker_of

SPEC = RunSpec("kl_divergence", epochs=2, images=500, data="shapes")
LONG = RunSpec("kl_divergence", epochs=1000, images=500, data="shapes")


def states(folder: Path) -> dict[str, str]:
    return {job.id: job.state for job in list_jobs(folder).jobs}


def submit(folder: Path, count: int, token: str | None = None) -> list[Path]:
    """So many runs; a visitor's differ by their seeds, or they would be one."""
    seeds = itertools.count(1 + len(list(folder.iterdir())))
    specs = [SPEC if token is None else replace(SPEC, seed=next(seeds)) for _ in range(count)]
    return [folder / queue.submit(spec, folder, token) for spec in specs]


def told(*directories: Path) -> list[str]:
    return [read_job(directory).state for directory in directories]


@contextmanager
def held(directory: Path):
    """The job's lock held here, as its worker would."""
    with process.RunLock(directory):
        yield


@pytest.fixture
def idle(folder, monkeypatch):
    """A folder of runs in which nothing starts."""
    monkeypatch.setattr(scheduler, "start_listed", lambda folder, queue, leaving=None: None)
    return folder


# With real workers


@pytest.mark.train
def test_a_submitted_job_trains_in_its_own_process_to_a_run(folder):
    name = queue.submit(SPEC, folder)
    assert name.startswith(f"{SPEC.id}-")
    assert read_job(folder / name).state == "running"
    job = wait_for(lambda: ended(folder / name))
    log = (folder / name / "worker.log").read_text()
    assert job.state == "done", log
    run = store.load(folder / name)
    assert run.spec == SPEC
    assert run.history == job.history
    assert [epoch.epoch for epoch in run.history] == [1, 2]
    assert store.load_weights(folder / name)["conv_1/kernel"].shape == (3, 3, 3, 32)
    assert not (folder / name / "checkpoint.npz").exists()


@pytest.fixture(scope="module")
def long_gone(tmp_path_factory):
    """A job that was cancelled after an epoch, what its worker saw, and another killed."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KL_RUNS_DIR", raising=False)
        patch.setenv("KL_MAX_JOBS", "2")
        patch.setenv("SERVER_SECRET_TOKEN", "hush")
        cancelled, killed = (folder / queue.submit(LONG, folder) for _ in range(2))
        both_at_once = told(cancelled, killed)
        seen = (Path("/proc") / str(worker_of(cancelled)) / "environ").read_bytes()
        wait_for(lambda: read_job(killed).history)
        kill_worker(killed)
        wait_for(lambda: read_job(cancelled).history)
        niceness = os.getpriority(os.PRIO_PROCESS, worker_of(cancelled) or 0)
        queue.cancel(cancelled)
        wait_for(lambda: ended(cancelled))
    return cancelled, killed, seen, both_at_once, niceness


@pytest.mark.train
def test_a_cancelled_job_stops_and_keeps_its_epochs_and_its_checkpoint(long_gone):
    job = read_job(long_gone[0])
    assert job.state == "cancelled"
    assert job.history
    assert job.resumable


@pytest.mark.train
def test_a_killed_worker_is_seen_and_its_epochs_and_its_checkpoint_are_kept(long_gone):
    job = read_job(long_gone[1])
    assert job.state == "lost"
    assert job.history
    assert job.resumable


@pytest.mark.train
def test_a_worker_sees_no_secrets_of_the_servers_environment(long_gone):
    names = {entry.split(b"=")[0].decode() for entry in long_gone[2].split(b"\0") if entry}
    strangers = {
        name
        for name in names
        if name not in process.ENVIRONMENT and not name.startswith(process.PREFIXES)
    }
    assert "SERVER_SECRET_TOKEN" not in names
    assert strangers <= {"LC_CTYPE"}  # Python sets it itself


@pytest.mark.train
def test_two_train_at_once_where_two_are_allowed(long_gone):
    assert long_gone[3] == ["running", "running"]


@pytest.mark.train
def test_a_worker_gives_way_to_the_server(long_gone):
    assert long_gone[4] >= os.getpriority(os.PRIO_PROCESS, 0) + worker.NICENESS


def test_a_job_fails_with_its_sentence(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("KL_DATA_DIR", str(tmp_path / "data"))
    files = tmp_path / "data" / "cifar-10-batches-bin"
    files.mkdir(parents=True)
    for name in (*(f"data_batch_{n}.bin" for n in range(1, 6)), "test_batch.bin"):
        (files / name).write_bytes(b"short")
    directory = folder / queue.submit(RunSpec("kl_divergence"), folder)
    job = wait_for(lambda: ended(directory))
    assert job.state == "failed"
    assert "data_batch_1.bin: the size must be a whole number of 3073-byte records" in job.error


# The queue


def test_one_job_trains_at_a_time_and_the_others_wait_in_order(stood_in):
    first, second, third = submit(stood_in, 3)
    assert told(first, second, third) == ["running", "queued", "queued"]
    assert [job.id for job in list_jobs(stood_in).waiting] == [second.name, third.name]


def test_as_many_train_as_the_environment_allows(stood_in, monkeypatch):
    monkeypatch.setenv("KL_MAX_JOBS", "2")
    assert told(*submit(stood_in, 3)) == ["running", "running", "queued"]


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", " 1", "01", "1000", "1e1", "²"])
def test_nonsense_for_the_number_of_jobs_is_one_clear_error_before_anything_is_written(
    folder, monkeypatch, value
):
    monkeypatch.setenv("KL_MAX_JOBS", value)
    with pytest.raises(ValueError, match="KL_MAX_JOBS must be a whole number from 1 to 999; got"):
        queue.submit(SPEC, folder)
    with pytest.raises(ValueError, match="KL_MAX_JOBS must be a whole number"):
        queue.claim(folder / "job", SPEC)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(("value", "number"), [("", 1), ("1", 1), ("12", 12), ("999", 999)])
def test_the_number_of_jobs_is_read_from_the_environment(monkeypatch, value, number):
    monkeypatch.setenv("KL_MAX_JOBS", value)
    assert scheduler.slots() == number


def test_five_may_wait_and_a_sixth_is_refused_and_leaves_nothing(stood_in):
    submit(stood_in, 1 + 5)
    before = sorted(stood_in.iterdir())
    with pytest.raises(queue.BusyError, match="The queue is full: 5 runs wait already"):
        queue.submit(SPEC, stood_in)
    assert sorted(stood_in.iterdir()) == before


def test_a_run_is_not_resumed_into_a_full_queue(stood_in):
    running, *_, last = submit(stood_in, 1 + 5)
    queue.cancel(last)
    submit(stood_in, 1)
    with pytest.raises(queue.BusyError, match="The queue is full"):
        queue.resume(last)
    assert told(running, last) == ["running", "cancelled"]


def test_of_eight_that_race_for_the_last_place_one_gets_it(stood_in, tmp_path):
    submit(stood_in, 1 + 4)
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from models.runs import queue\n"
        "from models.runs.spec import RunSpec\n"
        "spec = RunSpec('kl_divergence', epochs=2, images=500, data='shapes')\n"
        "print('ready', flush=True)\n"
        "while not Path(sys.argv[2]).exists(): time.sleep(0.001)\n"
        "try: print(queue.submit(spec, Path(sys.argv[1])))\n"
        "except queue.BusyError as error: print(error)\n"
    )
    go = tmp_path / "go"
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(stood_in), str(go)],
            cwd=files.ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    go.touch()
    answers = [racer.communicate(timeout=60)[0].strip() for racer in racers]
    refused = [answer for answer in answers if answer.startswith("The queue is full: 5 runs")]
    assert len(refused) == 7
    (admitted,) = set(answers) - set(refused)
    assert list_jobs(stood_in).waiting[-1].id == admitted
    places = [job.place for job in list_jobs(stood_in).jobs]
    assert len(set(places)) == len(places) == 6


@pytest.mark.parametrize("ending", ["GO", "FAIL", "CANCEL"])
def test_the_next_starts_when_one_ends_without_anybodys_doing(stood_in, ending):
    first, second, third = submit(stood_in, 3)
    queue.cancel(first) if ending == "CANCEL" else (first / ending).touch()
    wait_for(lambda: process.is_held(second))
    state = {"GO": "done", "FAIL": "failed", "CANCEL": "cancelled"}[ending]
    wait_for(lambda: told(first, second, third) == [state, "running", "queued"])


def test_a_line_of_jobs_is_trained_to_its_end_in_the_order_of_asking(stood_in):
    directories = submit(stood_in, 4)
    for directory in directories:
        (directory / "GO").touch()
    wait_for(lambda: told(*directories) == ["done"] * 4)
    ends = [(directory / "run.json").stat().st_mtime_ns for directory in directories]
    assert ends == sorted(ends)


def test_after_a_killed_worker_whoever_looks_next_starts_what_waits(stood_in):
    first, second = submit(stood_in, 2)
    kill_worker(first)
    assert told(first, second) == ["lost", "queued"]
    scheduler.start_waiting(stood_in)
    assert told(first, second) == ["lost", "running"]


def test_a_submitted_run_takes_its_turn_behind_what_a_killed_worker_left_waiting(stood_in):
    first, second = submit(stood_in, 2)
    kill_worker(first)
    (third,) = submit(stood_in, 1)
    assert told(first, second, third) == ["lost", "running", "queued"]


def test_two_that_end_at_once_leave_no_slot_idle(stood_in, monkeypatch):
    monkeypatch.setenv("KL_MAX_JOBS", "2")
    one, other, *waiting = submit(stood_in, 4)
    for directory in (one, other):
        kill_worker(directory)
    with held(one), held(other):  # both processes have told their end and are still there
        for directory in (one, other):
            RunFolder(directory).append("end", state="failed", error="")
        scheduler.start_waiting(stood_in, leaving=one)
        assert told(*waiting) == ["running", "running"]


def test_a_waiting_job_that_is_cancelled_never_starts(stood_in):
    first, second, third = submit(stood_in, 3)
    queue.cancel(second)
    assert told(second) == ["cancelled"]
    (first / "GO").touch()
    (third / "GO").touch()
    wait_for(lambda: told(third) == ["done"])
    assert "started" not in [event["kind"] for event in events(second)]


def test_a_cancelled_job_can_be_resumed_and_goes_to_the_end_of_the_line(stood_in):
    first, second, third = submit(stood_in, 3)
    queue.cancel(first)
    wait_for(lambda: told(first, second) == ["cancelled", "running"])
    queue.resume(first)
    assert [job.id for job in list_jobs(stood_in).waiting] == [third.name, first.name]
    for directory in (second, third, first):
        (directory / "GO").touch()
    wait_for(lambda: told(first, second, third) == ["done"] * 3)  # the old flag stops it no more


def test_the_order_survives_a_clock_that_goes_back(stood_in, monkeypatch):
    first, second = submit(stood_in, 2)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    (third,) = submit(stood_in, 1)
    for age, directory in enumerate((second, third)):
        for path in (directory, *directory.iterdir()):
            os.utime(path, (10**6 - age, 10**6 - age))  # the later one looks older
    assert [job.id for job in list_jobs(stood_in).waiting] == [second.name, third.name]
    kill_worker(first)
    scheduler.start_waiting(stood_in)
    assert told(second, third) == ["running", "queued"]


def test_a_job_that_is_under_way_or_finished_is_not_resumed(stood_in):
    first, second = submit(stood_in, 2)
    for directory, state in ((first, "running"), (second, "queued")):
        with pytest.raises(ValueError, match=f"is {state}: there is nothing to resume"):
            queue.resume(directory)
    (first / "GO").touch()
    wait_for(lambda: told(first) == ["done"])
    with pytest.raises(ValueError, match="is done: there is nothing to resume"):
        queue.resume(first)
    with pytest.raises(ValueError, match="is done: there is nothing to cancel"):
        queue.cancel(first)


def test_a_job_under_way_is_not_deleted_and_an_ended_one_is_gone(stood_in):
    first, second = submit(stood_in, 2)
    for directory, state in ((first, "running"), (second, "queued")):
        with pytest.raises(ValueError, match=f"is {state}: cancel it first"):
            queue.delete(directory)
    queue.cancel(second)
    queue.delete(second)
    assert not second.exists()
    assert sorted(path.name for path in stood_in.iterdir()) == sorted(["jobs.lock", first.name])


def test_a_job_that_cannot_start_fails_with_the_reason_and_the_next_is_tried(stood_in, monkeypatch):
    def no_process(*_, **__):
        raise OSError(12, "Cannot allocate memory")

    first, second = submit(stood_in, 2)
    kill_worker(first)
    with monkeypatch.context() as patch:
        patch.setattr(process, "start_worker", no_process)
        scheduler.start_waiting(stood_in)
    assert told(second) == ["failed"]
    error = read_job(second).error
    assert error == "The process could not be started: Cannot allocate memory."
    assert told(*submit(stood_in, 1)) == ["running"]


def test_a_job_whose_lock_cannot_be_opened_keeps_no_other_from_starting(stood_in):
    first, second, third = submit(stood_in, 3)
    (second / LOCK).mkdir()
    kill_worker(first)
    scheduler.start_waiting(stood_in)
    assert told(second) == ["failed"]
    assert "Is a directory" in read_job(second).error
    scheduler.start_waiting(stood_in)
    assert told(third) == ["running"]


def test_a_name_that_is_taken_is_refused_and_the_run_that_has_it_is_kept(stood_in, monkeypatch):
    monkeypatch.setattr(queue.secrets, "token_hex", lambda _: "00ff00")
    (first,) = submit(stood_in, 1)
    with pytest.raises(FileExistsError):
        queue.submit(SPEC, stood_in)
    assert told(first) == ["running"]


def test_a_job_that_cannot_be_written_leaves_nothing_behind(stood_in, monkeypatch):
    def no_room(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_whole", no_room)
    with pytest.raises(OSError, match="No space left on device"):
        queue.submit(SPEC, stood_in)
    assert [path.name for path in stood_in.iterdir()] == ["jobs.lock"]


@pytest.mark.parametrize("file", ["spec.json", EVENTS])
def test_a_worker_whose_folder_is_damaged_still_takes_its_slot(stood_in, file):
    (first,) = submit(stood_in, 1)
    (first / file).write_text("{\n")
    assert told(*submit(stood_in, 1)) == ["queued"]


@pytest.mark.posix
def test_a_killed_server_takes_no_job_with_it(folder):
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from models.runs import process, queue\n"
        "from models.runs.spec import RunSpec\n"
        "from tests.models import stand_in\n"
        "process.start_worker = stand_in.start\n"
        "spec = RunSpec('kl_divergence', data='shapes')\n"
        "print(queue.submit(spec, Path(sys.argv[1])), flush=True)\n"
        "time.sleep(600)\n"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", script, str(folder)],
        cwd=files.ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert server.stdout is not None
    directory = folder / server.stdout.readline().strip()
    os.killpg(server.pid, signal.SIGKILL)  # and what belongs to it, as a shell's Ctrl-C would
    server.wait()
    assert told(directory) == ["running"]
    (directory / "GO").touch()
    wait_for(lambda: told(directory) == ["done"])
    assert store.load(directory).spec == RunSpec("kl_divergence", data="shapes")


# One process's own


def test_who_takes_a_job_is_its_worker_until_the_lock_is_let_go(folder):
    with queue.claim(folder / "job", SPEC):
        assert told(folder / "job") == ["running"]
        with pytest.raises(queue.BusyError, match="is being trained"):
            queue.claim(folder / "job", SPEC)
    assert told(folder / "job") == ["lost"]


def test_a_worker_that_is_not_on_record_as_of_an_older_version_is_waited_for(stood_in):
    (directory,) = submit(stood_in, 1)
    kill_worker(directory)
    with files.lock(directory / LOCK):
        assert told(directory) == ["lost"]
        queue.resume(directory)
        assert told(directory) == ["queued"]
    scheduler.start_waiting(stood_in)
    assert told(directory) == ["running"]


@pytest.mark.parametrize(
    "line", [b"", b"1\n", b"-5 0.0\n", b"9" * 99 + b" 0.0\n", b"1 nan\n", b"\xff"]
)
def test_a_record_that_names_no_worker_names_none(folder, line):
    queue.claim(folder / "job", SPEC).close()
    (folder / "job" / PROCESS).write_bytes(line)
    assert not process.is_held(folder / "job")


def test_a_later_process_with_the_id_of_a_worker_is_not_that_worker(folder):
    queue.claim(folder / "job", SPEC).close()
    started = psutil.Process().create_time()
    (folder / "job" / PROCESS).write_text(f"{os.getpid()} {started}\n")
    assert process.is_held(folder / "job")
    (folder / "job" / PROCESS).write_text(f"{os.getpid()} {started - 60}\n")
    assert not process.is_held(folder / "job")


def test_a_job_is_taken_however_often_others_ask_for_it(folder):
    with queue.claim(folder / "job", SPEC):
        pass
    asking = True

    def ask():
        while asking:
            process.is_held(folder / "job")

    crowd = [threading.Thread(target=ask) for _ in range(4)]
    for one in crowd:
        one.start()
    try:
        for _ in range(200):
            queue.claim(folder / "job").close()
    finally:
        asking = False
        for one in crowd:
            one.join()


def test_an_unfinished_job_is_started_over_with_a_spec_and_goes_on_without(folder):
    directory = folder / "job"
    with queue.claim(directory, SPEC):
        RunFolder(directory).append("stage", text="reading shapes")
        RunFolder(directory).append("end", state="failed", error="no network")
        queue.cancel(directory)
        (directory / "checkpoint.npz").touch()
    with queue.claim(directory):
        assert (directory / "checkpoint.npz").exists()
        assert not (directory / "CANCEL").exists()
        assert "stage" in [event["kind"] for event in events(directory)]
        assert read_job(directory).error == ""
    with queue.claim(directory, SPEC):
        assert not (directory / "checkpoint.npz").exists()
        assert [event["kind"] for event in events(directory)] == ["queued", "started"]


def test_a_finished_run_is_never_taken(folder):
    directory = folder / "job"
    queue.claim(directory, SPEC).close()
    (directory / "run.json").write_text("{}")
    before = events(directory)
    for spec in (SPEC, None):
        with pytest.raises(ValueError, match="holds a finished run; delete it"):
            queue.claim(directory, spec)
    assert events(directory) == before


def test_what_trains_in_a_shell_takes_a_slot_too(stood_in):
    with queue.claim(stood_in / "job", SPEC):
        assert told(*submit(stood_in, 1)) == ["queued"]


@pytest.mark.parametrize("how", ["resume", "take", "cancel"])
def test_half_an_event_that_a_dying_worker_left_spoils_nothing(idle, how):
    (directory,) = submit(idle, 1)
    if how != "cancel":
        RunFolder(directory).append("end", state="failed", error="no power")
    whole = events(directory)
    with (directory / EVENTS).open("a") as file:
        file.write('{"kind": "epoch", "epo')
    if how == "take":
        queue.claim(directory).close()
    else:
        {"resume": queue.resume, "cancel": queue.cancel}[how](directory)
    assert events(directory)[: len(whole)] == whole
    assert read_job(directory).state == {"resume": "queued", "take": "lost"}.get(how, "cancelled")


# Owners


def snapshot(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_a_stranger_changes_nothing_and_the_owner_and_the_shell_may(idle):
    (directory,) = submit(idle, 1, "the owner's secret")
    for stranger in ("another's secret", "", "the owner's secret "):
        before = snapshot(directory)
        for deed in (queue.cancel, queue.resume, queue.delete):
            with pytest.raises(queue.NotOwnerError, match="belongs to another visitor"):
                deed(directory, stranger)
        assert snapshot(directory) == before
    queue.cancel(directory, "the owner's secret")
    before = snapshot(directory)
    for deed in (queue.resume, queue.delete):
        with pytest.raises(queue.NotOwnerError):
            deed(directory, "another's secret")
    assert snapshot(directory) == before
    queue.resume(directory, "the owner's secret")
    queue.cancel(directory)
    queue.delete(directory)
    assert not directory.exists()


def test_a_stranger_cannot_stop_a_job_that_trains(stood_in):
    (directory,) = submit(stood_in, 1, "secret")
    with pytest.raises(queue.NotOwnerError):
        queue.cancel(directory, "guess")
    assert not (directory / "CANCEL").exists()
    queue.cancel(directory, "secret")
    wait_for(lambda: told(directory) == ["cancelled"])


def test_a_run_from_the_shell_is_no_visitors(idle):
    (directory,) = submit(idle, 1)
    with pytest.raises(queue.NotOwnerError):
        queue.cancel(directory, "any token")
    assert not queue.owns(directory, "any token")
    assert not queue.owns(directory, "")
    assert not queue.owns(directory, None)


def test_the_owner_is_known_by_the_token_alone(idle):
    (directory,) = submit(idle, 1, "secret")
    assert queue.owns(directory, "secret")
    assert not queue.owns(directory, "Secret")
    assert not queue.owns(directory, None)


def test_a_foreign_owner_is_nobody_here(idle):
    (directory,) = submit(idle, 1, "secret")
    (directory / "owner").write_text("größer")
    assert not queue.owns(directory, "secret")


def test_the_token_itself_is_nowhere_on_disk(stood_in):
    token = "a-token-that-nobody-may-read-anywhere"
    (directory,) = submit(stood_in, 1, token)
    (directory / "GO").touch()
    wait_for(lambda: told(directory) == ["done"])
    written = [path for path in stood_in.rglob("*") if path.is_file()]
    assert directory / "worker.log" in written
    assert all(token.encode() not in path.read_bytes() for path in written)
    assert all(token not in str(path) for path in written)
    # printf %s TOKEN | sha256sum
    digest = subprocess.check_output(["sha256sum"], input=token.encode()).split()[0].decode()
    assert (directory / "owner").read_text() == digest


DAMAGED = ["spec.json", EVENTS]


@pytest.mark.parametrize("file", DAMAGED)
def test_a_damaged_run_is_deleted_by_its_owner_and_by_the_shell_and_by_no_stranger(idle, file):
    first, second = submit(idle, 2, "secret")
    for directory in (first, second):
        (directory / file).write_text("{\n")
        with pytest.raises(queue.NotOwnerError):
            queue.delete(directory, "another's secret")
    assert set(list_jobs(idle).damaged) == {first.name, second.name}
    queue.delete(first, "secret")
    queue.delete(second)
    assert list_jobs(idle).damaged == {}


def test_a_run_that_cannot_say_whose_it_is_is_deleted_by_the_shell_alone(idle):
    (directory,) = submit(idle, 1, "secret")
    (directory / "owner").unlink()
    (directory / "owner").mkdir()
    with pytest.raises(queue.NotOwnerError):
        queue.delete(directory, "secret")
    queue.delete(directory)
    assert not directory.exists()


@pytest.mark.parametrize("file", DAMAGED)
def test_a_damaged_run_that_trains_is_not_deleted_before_it_was_cancelled(stood_in, file):
    (directory,) = submit(stood_in, 1, "secret")
    wait_for(lambda: "started" in [event["kind"] for event in events(directory)])
    (directory / file).write_text("{\n")
    with pytest.raises(ValueError, match="is running: cancel it first"):
        queue.delete(directory, "secret")
    queue.cancel(directory, "secret")
    wait_for(lambda: not process.is_held(directory))
    queue.delete(directory, "secret")
    assert not directory.exists()


def test_a_run_that_is_gone_already_is_said_to_be(idle):
    (directory,) = make_ended(idle, 1, "secret")
    queue.delete(directory, "secret")
    with pytest.raises(ValueError, match=f"^{directory.name} no longer exists"):
        queue.delete(directory, "secret")


# Links, pipes and devices in place of files


@pytest.mark.parametrize("name", [LOCK, EVENTS, "worker.log", "CANCEL"])
@pytest.mark.posix
def test_a_link_in_place_of_a_file_changes_nothing_where_it_leads(stood_in, tmp_path, name):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("somebody's")
    first, second = submit(stood_in, 2)
    kill_worker(first)
    (second / name).unlink(missing_ok=True)
    (second / name).symlink_to(elsewhere)
    scheduler.start_waiting(stood_in)
    with suppress(OSError, ValueError):
        queue.cancel(second)
    assert elsewhere.read_text() == "somebody's"


@pytest.mark.parametrize("name", [LOCK, EVENTS, "spec.json", "owner", "worker.log"])
@pytest.mark.posix
def test_a_pipe_in_place_of_a_file_keeps_nobody_waiting(stood_in, name):
    first, second = submit(stood_in, 2)
    kill_worker(first)
    (second / name).unlink(missing_ok=True)
    os.mkfifo(second / name)
    (third,) = submit(stood_in, 1)
    scheduler.start_waiting(stood_in)
    assert told(third) == ["running"]
    queue.delete(second)
    assert not second.exists()


# Limits


def test_a_visitor_may_ask_for_a_hundred_epochs_and_no_more_the_shell_for_a_thousand(idle):
    asked = RunSpec("kl_divergence", epochs=101, data="shapes")
    with pytest.raises(ValueError, match="epochs must be at most 100 here; got 101"):
        queue.submit(asked, idle, "secret")
    assert list(idle.iterdir()) == []
    queue.submit(RunSpec("kl_divergence", epochs=100, data="shapes"), idle, "secret")
    queue.submit(RunSpec("kl_divergence", epochs=1000, data="shapes"), idle)


def make_ended(folder: Path, count: int, token: str | None) -> list[Path]:
    """Runs that were cancelled before they had an epoch."""
    found = []
    for _ in range(count):
        (directory,) = submit(folder, 1, token)
        queue.cancel(directory)
        found.append(directory)
    return found


def with_an_epoch(directory: Path) -> None:
    result = EpochResult(1, 2.3, 0.2, 2.2, 0.3, 4, 12.0)
    RunFolder(directory).append("epoch", **to_json(result))


def finish(directory: Path) -> None:
    with_an_epoch(directory)
    (directory / "run.json").touch()
    RunFolder(directory).append("end", state="done")


def make_finished(folder: Path, count: int, token: str | None) -> list[Path]:
    found = []
    for _ in range(count):
        (directory,) = submit(folder, 1, token)
        finish(directory)
        found.append(directory)
    return found


def test_beyond_thirty_visitors_runs_that_have_ended_the_oldest_goes_and_no_other(idle):
    shells = make_ended(idle, 3, None)
    live = submit(idle, 1, "early")  # older than all that have ended
    visitors = make_ended(idle, 31, "secret")
    assert all(directory.exists() for directory in [*shells, *live, *visitors])
    newest = submit(idle, 2, "another")
    assert [path.exists() for path in visitors] == [False] + [True] * 30
    assert all(directory.exists() for directory in [*shells, *live, *newest])
    assert len(list(idle.glob("*/owner"))) == 33
    assert not list(idle.glob(".*"))


def test_runs_of_the_shell_are_kept_however_many(idle):
    directories = make_ended(idle, 32, None)
    make_ended(idle, 1, "secret")
    assert all(directory.exists() for directory in directories)


def test_the_oldest_is_told_by_its_place_not_by_its_files_age(idle):
    visitors = make_ended(idle, 31, "secret")
    for path in (visitors[-1], *visitors[-1].iterdir()):
        os.utime(path, (0, 0))
    submit(idle, 1, "secret")
    assert not visitors[0].exists()
    assert visitors[-1].exists()


def test_who_submits_and_cancels_forty_times_pushes_out_nobodys_run_but_their_own(idle):
    finished = make_finished(idle, 10, "owner")
    (stopped,) = submit(idle, 1, "owner")
    with_an_epoch(stopped)
    queue.cancel(stopped)
    make_ended(idle, 40, "pushy")
    assert all(path.exists() for path in (*finished, stopped))
    for _ in range(40):  # and trains for an epoch before
        (directory,) = submit(idle, 1, "pushy")
        with_an_epoch(directory)
        queue.cancel(directory)
    assert all(path.exists() for path in (*finished, stopped))


def test_of_finished_runs_those_of_whoever_has_most_go_first(idle):
    (few,) = make_finished(idle, 1, "one run, the oldest")
    many = make_finished(idle, 30, "thirty runs")
    submit(idle, 1, "another")
    assert few.exists()
    assert [path.exists() for path in many] == [False] + [True] * 29


def test_one_visitor_has_three_places_and_leaves_the_others_to_others(idle):
    first, *_ = submit(idle, 3, "pushy")
    before = sorted(idle.iterdir())
    with pytest.raises(queue.BusyError, match=r"3 of your runs train or wait already\. Wait until"):
        submit(idle, 1, "pushy")
    assert sorted(idle.iterdir()) == before
    submit(idle, 2, "another")
    queue.cancel(first)
    submit(idle, 1, "pushy")
    with pytest.raises(queue.BusyError, match="3 of your runs"):
        queue.resume(first, "pushy")
    assert told(first) == ["cancelled"]


def test_twenty_clicks_for_one_spec_at_the_same_moment_make_one_run(stood_in):
    together = threading.Barrier(20)

    def click(number: int) -> str:
        together.wait()
        return queue.submit(SPEC, stood_in, f"visitor {number % 4}")

    with ThreadPoolExecutor(20) as crowd:
        (name,) = set(crowd.map(click, range(20)))
    assert states(stood_in) == {name: "running"}


@pytest.mark.posix
def test_a_run_that_was_asked_to_stop_is_not_handed_to_whoever_asks_for_the_same(stood_in):
    first = stood_in / queue.submit(SPEC, stood_in, "secret")
    os.kill(wait_for(lambda: worker_of(first)), signal.SIGSTOP)  # so that it does not stop yet
    queue.cancel(first)
    assert queue.submit(SPEC, stood_in, "secret") != first.name


def test_a_submission_looks_once(idle, monkeypatch):
    submit(idle, 2, "secret")
    looks = []
    look = list_jobs
    monkeypatch.setattr(queue, "list_jobs", lambda folder: looks.append(folder) or look(folder))
    submit(idle, 1, "secret")
    assert looks == [idle]


def test_an_absent_folder_holds_no_jobs(tmp_path):
    jobs = list_jobs(tmp_path / "nowhere")
    assert (jobs.jobs, jobs.damaged) == ((), {})
    scheduler.start_waiting(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("whoever", ["submits", "deletes"])
def test_what_is_being_deleted_is_seen_by_nobody_and_is_gone_when_somebody_next(
    idle, monkeypatch, whoever
):
    directory, another = make_ended(idle, 2, None)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)  # as if killed before it
        queue.delete(directory)
    assert [job.id for job in list_jobs(idle).jobs] == [another.name]
    assert list_jobs(idle).damaged == {}
    assert list(idle.glob(".*"))
    queue.delete(another) if whoever == "deletes" else submit(idle, 1)
    assert not list(idle.glob(".*"))


@pytest.mark.posix
def test_a_run_that_is_a_link_is_deleted_and_what_it_leads_to_is_not(idle, tmp_path):
    (directory,) = make_ended(idle, 1, None)
    elsewhere = directory.rename(tmp_path / "elsewhere")
    directory.symlink_to(elsewhere)
    queue.delete(directory)
    assert not os.path.lexists(directory)
    assert (elsewhere / "spec.json").exists()
    assert not list(idle.glob(".*"))


# How much it costs


def test_however_many_have_ended_none_is_read_again_until_it_changes(idle, monkeypatch):
    first, *others = make_ended(idle, 3, None)
    for number in range(300):
        shutil.copytree(first, idle / f"copy{number}")
    before = list_jobs(idle)
    opened = []
    monkeypatch.setattr(
        files, "open_plain", lambda path, *_: opened.append(path) or os.open(path, 0)
    )
    assert list_jobs(idle) == before
    assert opened == []
    (others[0] / "checkpoint.npz").touch()
    assert list_jobs(idle) != before
    assert {path.parent for path in opened} == {others[0]}


# A worker that hangs


@pytest.fixture
def stopped(stood_in):
    """A run whose worker stands still, and hears of nothing; and one that waits for it."""
    first, second = submit(stood_in, 2)
    os.kill(wait_for(lambda: worker_of(first)), signal.SIGSTOP)
    queue.cancel(first)
    return first, second


@pytest.mark.posix
def test_a_worker_that_hangs_is_ended_a_grace_time_after_a_cancel_and_the_next_starts(stopped):
    first, second = stopped
    scheduler.start_waiting(first.parent)
    assert told(first, second) == ["running", "queued"]  # it may still stop by itself
    long_ago = time.time() - scheduler.GRACE - 1
    os.utime(first / "CANCEL", (long_ago, long_ago))
    assert scheduler.can_go_on(list_jobs(first.parent), first.parent)
    scheduler.start_waiting(first.parent)
    assert told(first, second) == ["cancelled", "running"]
    assert worker_of(first) is None


@pytest.mark.posix
def test_a_second_cancel_does_not_begin_the_grace_time_anew(stopped):
    first, _ = stopped
    long_ago = time.time() - scheduler.GRACE - 1
    os.utime(first / "CANCEL", (long_ago, long_ago))
    queue.cancel(first)
    scheduler.start_waiting(first.parent)
    assert told(first) == ["cancelled"]


def test_a_worker_that_was_not_asked_to_stop_is_left_alone(stood_in):
    (first,) = submit(stood_in, 1)
    number = wait_for(lambda: worker_of(first))
    scheduler.start_waiting(stood_in)
    assert not scheduler.can_go_on(list_jobs(stood_in), stood_in)
    assert worker_of(first) == number
