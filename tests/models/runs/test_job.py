"""What a job's folder says of it, written here by hand."""

import json
import os
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from models.runs import job, process, queue, store
from models.runs.folder import RunFolder
from models.runs.job import has_ended, list_jobs, read_job
from models.runs.record import EpochResult, to_json
from models.runs.spec import SCHEMA, RunSpec
from tests.models.shell import events

SPEC = RunSpec("kl_divergence", epochs=2, images=500, data="shapes")
FIRST = EpochResult(1, 2.3, 0.2, 2.2, 0.3, 4, 12.0)
SECOND = EpochResult(2, 2.0, 0.4, 1.9, 0.5, 0, 11.0)


@pytest.fixture
def directory(tmp_path):
    """The folder of a job that nobody trains."""
    directory = tmp_path / "job"
    directory.mkdir()
    RunFolder(directory).append("queued", place=3)
    RunFolder(directory).write_spec(SPEC)
    return directory


@pytest.fixture
def by_hand(directory):
    """The same with its lock held here, as a worker would hold it."""
    with process.RunLock(directory):
        RunFolder(directory).append("started")
        yield directory


def test_a_job_waits_until_a_worker_takes_over(directory):
    job = read_job(directory)
    assert (job.id, job.spec, job.state, job.place) == ("job", SPEC, "queued", 3)
    assert job.live


def test_whoever_holds_the_lock_is_the_worker(by_hand):
    assert read_job(by_hand).state == "running"
    assert process.is_held(by_hand)


def test_asking_does_not_take_the_lock(by_hand):
    read_job(by_hand)
    with pytest.raises(Timeout):
        FileLock(by_hand / "alive.lock").acquire(timeout=0)


@pytest.mark.parametrize("state", ["cancelled", "failed"])
def test_a_job_that_told_its_end_is_what_it_told(directory, state):
    RunFolder(directory).append("started")
    RunFolder(directory).append("end", state=state, error="no network")
    assert read_job(directory).state == state
    assert read_job(directory).error == "no network"
    assert not read_job(directory).live


def test_a_job_whose_worker_died_without_a_word_is_lost(directory):
    RunFolder(directory).append("started")
    assert read_job(directory).state == "lost"


def test_a_job_with_a_run_is_done_even_if_its_worker_could_not_say_so(directory):
    RunFolder(directory).append("started")
    (directory / "run.json").write_text("{}")
    assert read_job(directory).state == "done"


def test_a_job_that_told_of_a_run_that_is_not_there_is_lost(directory):
    RunFolder(directory).append("started")
    RunFolder(directory).append("end", state="done")
    assert read_job(directory).state == "lost"


def test_a_job_that_starts_while_it_is_looked_at_is_not_called_lost(directory, monkeypatch):
    asked = process.is_held
    with ExitStack() as started:

        def starts_after_the_first_question(path: Path) -> bool:
            monkeypatch.setattr(job, "is_held", asked)
            answer = asked(path)
            started.enter_context(process.RunLock(directory))
            RunFolder(directory).append("started")
            return answer

        monkeypatch.setattr(job, "is_held", starts_after_the_first_question)
        assert read_job(directory).state == "running"


def test_a_new_job_says_what_it_waits_for(by_hand):
    RunFolder(by_hand).append("stage", text="downloading CIFAR-10: 17 of 170 MB", share=0.1)
    job = read_job(by_hand)
    assert (job.stage, job.stage_share) == ("downloading CIFAR-10: 17 of 170 MB", 0.1)
    assert (job.seconds_left, job.share_done) == (None, 0)


def test_time_left_follows_the_batches_then_the_epochs(by_hand):
    RunFolder(by_hand).append("batch", epoch=1, done=5, batches=20, pace=0.5)
    # 0.5 s a batch: 15 batches of this epoch and 20 of the next are left.
    assert read_job(by_hand).seconds_left == pytest.approx(0.5 * 35)
    assert read_job(by_hand).share_done == pytest.approx(5 / 40)
    RunFolder(by_hand).append("epoch", **to_json(FIRST))
    assert read_job(by_hand).seconds_left == pytest.approx(12)
    assert read_job(by_hand).share_done == pytest.approx(0.5)
    RunFolder(by_hand).append("batch", epoch=2, done=10, batches=20, pace=0.5)
    assert read_job(by_hand).seconds_left == pytest.approx(6)
    assert read_job(by_hand).share_done == pytest.approx(0.75)


def test_nobody_is_promised_a_time_by_a_job_that_is_not_trained(directory):
    RunFolder(directory).append("epoch", **to_json(FIRST))
    assert read_job(directory).seconds_left is None


def test_epochs_are_read_as_they_were_told(by_hand):
    for result in (FIRST, SECOND):
        RunFolder(by_hand).append("epoch", **to_json(result))
    assert read_job(by_hand).history == (FIRST, SECOND)


def test_a_diverged_epoch_is_kept(by_hand):
    diverged = EpochResult(1, float("nan"), 0.1, float("inf"), 0.1, 400, 1.0)
    RunFolder(by_hand).append("epoch", **to_json(diverged))
    assert "NaN" not in (by_hand / "events.jsonl").read_text()
    assert read_job(by_hand).history[0].accuracy == 0.1


def test_a_resumed_job_keeps_the_epochs_it_goes_on_from_and_no_others(by_hand):
    for result in (FIRST, SECOND):
        RunFolder(by_hand).append("epoch", **to_json(result))
    RunFolder(by_hand).append("end", state="failed", error="no room")
    RunFolder(by_hand).append("queued", place=9)
    assert read_job(by_hand).history == (FIRST, SECOND)
    assert read_job(by_hand).error == ""
    assert read_job(by_hand).place == 9
    RunFolder(by_hand).append("resumed", epochs=1)
    assert read_job(by_hand).history == (FIRST,)


def test_an_epoch_told_twice_counts_once(by_hand):
    for _ in range(2):
        RunFolder(by_hand).append("epoch", **to_json(FIRST))
    assert read_job(by_hand).history == (FIRST,)


def test_only_what_has_a_checkpoint_and_has_not_finished_can_be_resumed(directory):
    RunFolder(directory).append("started")
    assert not read_job(directory).resumable
    (directory / "checkpoint.npz").touch()
    assert read_job(directory).resumable
    RunFolder(directory).append("queued", place=4)
    assert not read_job(directory).resumable  # it waits already
    (directory / "run.json").touch()
    assert not read_job(directory).resumable


def test_a_job_that_was_asked_to_stop_says_so_while_it_runs(by_hand):
    assert not read_job(by_hand).cancelling
    (by_hand / "CANCEL").touch()
    assert read_job(by_hand).cancelling


def test_the_last_word_alone_tells_whether_a_job_has_ended(directory):
    assert not has_ended(directory)
    RunFolder(directory).append("end", state="cancelled")
    assert has_ended(directory)
    RunFolder(directory).append("queued", place=4)
    assert not has_ended(directory)


def test_a_line_still_being_written_is_left_for_later(by_hand):
    RunFolder(by_hand).append("stage", text="reading shapes")
    with (by_hand / "events.jsonl").open("a") as file:
        file.write('{"kind": "sta')
    assert read_job(by_hand).stage == "reading shapes"


@pytest.mark.parametrize("half", ['{"kind": "epoch", "epo', "{", '{"kind": "end"}'])
def test_half_a_line_at_the_end_is_cut_off_by_whatever_is_told_next(directory, half):
    whole = events(directory)
    with (directory / "events.jsonl").open("a") as file:
        file.write(half)
    RunFolder(directory).append("stage", text="next")
    assert events(directory) == [*whole, {"kind": "stage", "text": "next"}]


def test_a_file_of_half_a_line_alone_is_begun_anew(directory):
    (directory / "events.jsonl").write_text('{"kind"')
    RunFolder(directory).append("queued", place=1)
    assert events(directory) == [{"kind": "queued", "place": 1}]


@pytest.mark.posix
def test_an_event_that_does_not_fit_leaves_nothing_of_itself(directory):
    import resource

    path = directory / "events.jsonl"
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The kernel writes as much as a file may still hold, as it does on a disk nearly full.
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, limits[1]))
    try:
        where = f"No space left on device: '{directory.name}/events.jsonl'"
        with pytest.raises(OSError, match=where):
            RunFolder(directory).append("stage", text="reading shapes")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    RunFolder(directory).append("stage", text="reading shapes")
    assert read_job(directory).stage == "reading shapes"


def test_what_two_threads_tell_at_once_is_told_whole(directory):
    def tell(name: str) -> None:
        for number in range(200):
            RunFolder(directory).append("batch", name=name, number=number)

    threads = [threading.Thread(target=tell, args=(name * 50,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(events(directory)) == 1 + 400


def foreign(name: str, content: bytes | None):
    def damage(directory: Path) -> None:
        path = directory / name
        path.unlink(missing_ok=True)
        path.mkdir() if content is None else path.write_bytes(content)

    return damage


def line(**event) -> bytes:
    return json.dumps({"kind": "queued", "place": 1} | event).encode() + b"\n"


def epoch(**figures) -> bytes:
    return line() + line(kind="epoch", **{**to_json(FIRST), **figures})


def posix() -> None:
    if os.name != "posix":
        pytest.skip("Windows has no such links or pipes")


def pipe(name: str):
    def damage(directory: Path) -> None:
        (directory / name).unlink(missing_ok=True)
        posix()
        os.mkfifo(directory / name)

    return damage


def endless(name: str):
    def damage(directory: Path) -> None:
        (directory / name).unlink(missing_ok=True)
        posix()
        (directory / name).symlink_to("/dev/zero")

    return damage


def huge(name: str):
    """As large as a disk: a hole that takes no room there."""

    def damage(directory: Path) -> None:
        with (directory / name).open("wb") as file:
            file.truncate(1 << 40)

    return damage


DAMAGES = {
    "half a spec": foreign("spec.json", b"{"),
    "a list for a spec": foreign("spec.json", b"[1]"),
    "binary junk for a spec": foreign("spec.json", os.urandom(500) + b"\xff"),
    "an empty spec": foreign("spec.json", b""),
    "an impossible spec": foreign(
        "spec.json", json.dumps({"schema": SCHEMA, "loss": "mse"}).encode()
    ),
    "a spec with more in it": foreign(
        "spec.json", json.dumps({"schema": SCHEMA, "loss": "kl_divergence", "gpu": 1}).encode()
    ),
    "a number too many digits long": foreign("spec.json", b"9" * 10_000),
    "brackets without end": foreign("spec.json", b"[" * 100_000),
    "a folder for a spec": foreign("spec.json", None),
    "a folder for events": foreign("events.jsonl", None),
    "binary junk for events": foreign("events.jsonl", b"\xff\xfe\n"),
    "an event that is no object": foreign("events.jsonl", b"5\n"),
    "an empty list for an event": foreign("events.jsonl", b"[]\n"),
    "half an event, ended": foreign("events.jsonl", b"{\n"),
    "an event of no kind": foreign("events.jsonl", b'{"epoch": 1}\n'),
    "an event of a strange kind": foreign("events.jsonl", line(kind=["epoch"])),
    "half an epoch": foreign("events.jsonl", line(kind="epoch", epoch=1)),
    "no batches in all": foreign(
        "events.jsonl", line() + line(kind="batch", epoch=1, done=1, batches=0, pace=1)
    ),
    "half a batch": foreign("events.jsonl", line(kind="batch", epoch=1)),
    "an infinite place": foreign("events.jsonl", line(place=float("inf"))),
    "a place that is a word": foreign("events.jsonl", line(place="first")),
    "an end that says not how": foreign("events.jsonl", line(kind="end")),
    "a folder for an owner": foreign("owner", None),
    "binary junk for an owner": foreign("owner", b"\xff\xfe"),
    "a number for an error": foreign(
        "events.jsonl", line() + line(kind="end", state="failed", error=5)
    ),
    "a list for a state": foreign("events.jsonl", line(kind="end", state=["failed"])),
    "a list for a figure": foreign("events.jsonl", epoch(val_accuracy=[1])),
    "a word for a figure": foreign("events.jsonl", epoch(loss="2.3")),
    "a figure of 400 digits": foreign("events.jsonl", epoch(loss=10**400)),
    "an epoch before the first": foreign("events.jsonl", epoch(epoch=0)),
    "an epoch of a list": foreign("events.jsonl", epoch(epoch=[1])),
    "an epoch that took less than no time": foreign("events.jsonl", epoch(seconds=-1)),
    "an epoch that took no time to tell": foreign("events.jsonl", epoch(seconds=None)),
    "a stage of a number": foreign("events.jsonl", line(kind="stage", text=5)),
    "more than all of a stage": foreign("events.jsonl", line(kind="stage", text="a", share=2)),
    "a word for a pace": foreign(
        "events.jsonl", line(kind="batch", epoch=1, done=1, batches=2, pace="quick")
    ),
    "a list for where it goes on": foreign("events.jsonl", line(kind="resumed", epochs=[1])),
    "brackets without end in an event": foreign("events.jsonl", b"[" * 50_000 + b"\n"),
    "a line without end": foreign("events.jsonl", b"1" * 100_000 + b"\n"),
    "a list for a loss": foreign(
        "spec.json", json.dumps({"schema": SCHEMA, "loss": ["kl_divergence"]}).encode()
    ),
    "a word for a share": foreign(
        "spec.json",
        json.dumps({"schema": SCHEMA, "loss": "kl_divergence", "label_smoothing": "a"}).encode(),
    ),
    **{f"a pipe for {name}": pipe(name) for name in ("spec.json", "events.jsonl", "owner")},
    **{f"an endless {name}": endless(name) for name in ("spec.json", "events.jsonl", "owner")},
    **{f"a huge {name}": huge(name) for name in ("spec.json", "events.jsonl", "owner")},
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_foreign_folder_is_listed_with_a_reason_and_stops_no_other_job(directory, damage):
    other = directory.parent / "other"
    other.mkdir()
    RunFolder(other).append("queued", place=1)
    RunFolder(other).write_spec(SPEC)
    damage(other)
    with pytest.raises(ValueError, match=r"^other cannot be read: .{3}"):
        read_job(other)
    jobs = list_jobs(directory.parent)
    assert [job.id for job in jobs.jobs] == ["job"]
    assert jobs.damaged["other"].startswith("other cannot be read: ")
    assert str(directory.parent) not in jobs.damaged["other"]  # visitors read it
    assert len(jobs.damaged["other"]) < 300
    queue.delete(other)
    assert list_jobs(directory.parent).damaged == {}


@pytest.mark.parametrize(("schema", "who"), [(SCHEMA + 1, "a newer"), (SCHEMA - 1, "another")])
def test_a_spec_of_another_version_is_listed_as_damaged_and_a_newer_one_is_called_newer(
    directory, schema, who
):
    content = json.loads((directory / "spec.json").read_text())
    (directory / "spec.json").write_text(json.dumps({**content, "schema": schema}))
    reason = list_jobs(directory.parent).damaged["job"]
    says = f"it was written by {who} version of this project (schema {schema}, not {SCHEMA})."
    assert says in reason


def test_events_are_read_again_when_they_have_changed(directory):
    assert len(list(RunFolder(directory).read_events())) == 1
    RunFolder(directory).append("stage", text="a")
    assert [kind for kind, _ in RunFolder(directory).read_events()] == ["queued", "stage"]


def test_a_job_is_named_by_its_folder_alone(directory):
    moved = directory.rename(directory.with_name("moved"))
    assert read_job(moved).id == "moved"
    assert not store.list_runs(directory.parent)[0]


def test_a_resumed_run_has_no_time_left_to_tell_until_it_trains_again(directory):
    RunFolder(directory).append("epoch", **to_json(EpochResult(1, 1.0, 0.5, 1.0, 0.5, 0, 12.0)))
    with process.RunLock(directory):
        RunFolder(directory).append("queued", place=2)
        RunFolder(directory).append("started")
        RunFolder(directory).append("stage", text="starting TensorFlow")
        assert read_job(directory).seconds_left is None
        RunFolder(directory).append("batch", epoch=2, done=5, batches=10, pace=1.0)
        # Half of an epoch of 12 s is left, of two epochs in all.
        assert read_job(directory).seconds_left == pytest.approx(6)
