"""The command line, as a user types it: what it says in this process, a few in one of its own."""

import json
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from models.convnet import checkpoint
from models.data import cifar10
from models.runs import environment, queue, store
from models.runs.folder import RunFolder
from models.runs.job import read_job
from models.runs.record import EpochResult, to_json
from models.runs.spec import RunSpec
from tests.made_up import a_run, saved
from tests.models import kills
from tests.models.shell import (
    begin,
    events,
    finish,
    lines,
    models,
    train,
    wait_for,
)

SPEC = RunSpec("kl_divergence", epochs=2, images=500, data="shapes")
FIRST = EpochResult(1, 2.3, 0.1, 2.2, 0.25, 0, 3.1)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A folder of runs with one from the command line, and what was printed."""
    folder = tmp_path_factory.mktemp("plain") / "not yet there"
    settings = "--loss categorical_crossentropy --seed 3 --epochs 2 --images 500 --data shapes"
    return folder, train(*settings.split(), "--runs", folder)


@pytest.fixture(scope="module")
def as_json(tmp_path_factory):
    """The same in JSON, into the visitors' folder."""
    folder = tmp_path_factory.mktemp("json")
    settings = "--loss kl_divergence --epochs 1 --images 500 --data shapes --label-smoothing 0.1"
    done = models("train", *settings.split(), "--json", KL_RUNS_DIR=str(folder))
    assert done.returncode == 0, done.stderr
    return folder, done


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The folder of a run of SPEC that nobody trained, alone in a folder of runs."""
    images = {"training": 400, "validation": 100}
    run = replace(a_run(images=500), images=images)
    assert run.spec == SPEC
    directory = saved(run, tmp_path_factory.mktemp("finished"))
    for result in run.history:
        RunFolder(directory).append("epoch", **to_json(result))
    return directory


@pytest.fixture
def waiting(folder):
    """A job that waits, because another trains: that one's lock is held here."""
    with queue.claim(folder / "other", SPEC):
        yield folder / queue.submit(SPEC, folder)


@pytest.mark.train
def test_train_writes_the_run_under_the_name_of_its_spec(plain):
    folder, done = plain
    (directory,) = folder.glob("*/")
    assert directory.name == "shapes-categorical_crossentropy-seed3-2epochs-images500"
    run = store.load(directory)
    assert (run.spec.seed, run.spec.epochs, run.spec.images) == (3, 2, 500)
    assert [event["kind"] for event in events(directory)].count("epoch") == 2
    assert events(directory)[-1] == {"kind": "end", "state": "done"}
    title, where, *epochs, last = done.stdout.splitlines()
    assert title == run.spec.title
    assert where == str(directory)
    assert [line.split(":")[0] for line in epochs] == ["epoch 1/2", "epoch 2/2"]
    assert f"validation accuracy {run.last.val_accuracy:.1%} after epoch 2, on 100" in last
    assert f"test accuracy {run.test.accuracy:.1%} on 1,000 images" in last


def test_a_finished_run_is_not_made_again(finished, typed):
    before = (finished / "run.json").read_bytes()
    settings = "--loss kl_divergence --epochs 2 --images 500 --data shapes"
    again = typed("train", *settings.split(), "--runs", finished.parent)
    assert again.returncode == 1
    assert "holds a finished run; delete it" in again.stderr
    assert "Traceback" not in again.stderr
    assert (finished / "run.json").read_bytes() == before


@pytest.mark.train
def test_train_in_json_tells_each_event_and_then_the_run(as_json):
    folder, done = as_json
    (directory,) = folder.glob("*/")
    *told, run = lines(done.stdout)
    kept = events(directory)
    assert told == kept[[event["kind"] for event in kept].index("resumed") :]
    assert run == {"kind": "run", **json.loads((directory / "run.json").read_text())}


@pytest.mark.train
def test_run_json_holds_what_is_promised(as_json):
    (directory,) = as_json[0].glob("*/")
    content = json.loads((directory / "run.json").read_text())
    assert content.keys() == {
        *"schema id spec history test images files versions machine weights predictions".split()
    }
    assert content["schema"] == 3
    assert content["id"] == directory.name
    assert content["id"].startswith("shapes-kl_divergence-seed1-1epochs-images500-smoothing0.1-")
    assert content["spec"] == {
        "loss": "kl_divergence",
        "seed": 1,
        "epochs": 1,
        "images": 500,
        "batch_size": 250,
        "validation_split": 0.2,
        "label_smoothing": 0.1,
        "precision": "float32",
        "data": "shapes",
    }
    assert content["history"][0].keys() == {
        *"epoch loss accuracy val_loss val_accuracy dead_zone seconds".split()
    }
    assert type(content["history"][0]["dead_zone"]) is int
    assert content["test"].keys() == {"loss", "accuracy", "images"}
    assert content["machine"].keys() == {"processor", "threads", "onednn"}


def test_runs_are_listed_and_shown_in_plain(finished, typed):
    folder, run = finished.parent, store.load(finished)
    accuracy = f"{run.last.val_accuracy:.1%}"
    for command in ("runs", "runs list"):
        done = typed(*command.split(), "--runs", folder)
        assert done.returncode == 0
        expected = f"{run.id}  done, 2 of 2 epochs, validation accuracy {accuracy}\n"
        assert (done.stdout, done.stderr) == (expected, "")
    done = typed("runs", "show", run.id, "--runs", folder)
    assert done.stdout.startswith(f"validation accuracy {accuracy} after epoch 2, on 100 images")
    assert done.stdout.count("\n") == 1


def test_a_folder_without_runs_says_so_to_people_alone(typed, tmp_path):
    done = typed("runs", "--runs", tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"{tmp_path} has no runs yet: python -m models train makes one.\n"
    done = typed("runs", "--json", "--runs", tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_help_names_the_settings_that_a_run_has_unless_told(typed):
    said = " ".join(typed("train", "--help").stdout.split())
    for setting in ("--seed SEED (1)", "--epochs EPOCHS (25)", "(float32)", "(cifar10)"):
        assert setting in said


def test_runs_are_listed_and_shown_in_json(finished, typed):
    folder = finished.parent
    (job,) = lines(typed("runs", "list", "--json", "--runs", folder).stdout)
    assert (job["id"], job["state"], len(job["history"])) == (finished.name, "done", 2)
    assert "owner" not in job
    (shown,) = lines(typed("runs", "show", job["id"], "--json", "--runs", folder).stdout)
    assert shown == {"kind": "run", **json.loads((finished / "run.json").read_text())}


@pytest.mark.parametrize("json_too", [[], ["--json"]], ids=["plain", "json"])
def test_a_damaged_folder_is_listed_with_its_reason_beside_the_others(folder, typed, json_too):
    queue.claim(folder / "sound", SPEC).close()
    (folder / "broken").mkdir()
    (folder / "broken" / "spec.json").write_bytes(b"\xff{")
    done = typed("runs", *json_too, "--runs", folder)
    assert done.returncode == 0
    if json_too:
        found = {job["id"]: job["state"] for job in lines(done.stdout)}
        assert found == {"sound": "lost", "broken": "damaged"}
    else:
        first, second = done.stdout.splitlines()
        assert first == "sound  lost, 0 of 2 epochs"
        assert second.startswith("broken  damaged: broken cannot be read: ")


@pytest.mark.parametrize("json_too", [[], ["--json"]], ids=["plain", "json"])
def test_train_with_queue_hands_the_run_over_and_cancel_and_delete_take_it_back(
    waiting, typed, json_too
):
    folder = waiting.parent
    settings = [word for word in kills.SETTINGS if word]
    done = typed("train", *settings, "--queue", *json_too, "--runs", folder)
    assert done.returncode == 0, done.stderr
    name = lines(done.stdout)[0]["id"] if json_too else done.stdout.strip()
    job = read_job(folder / name)
    assert (job.spec, job.state, job.owner) == (kills.SPEC, "queued", "")
    for action, left in (("cancel", "cancelled"), ("delete", "")):
        done = typed("runs", action, name, *json_too, "--runs", folder)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert (read_job(folder / name).state if left else "") == left
    assert not (folder / name).exists()


def test_following_tells_what_was_and_what_comes_until_the_job_has_ended(waiting):
    other = waiting.parent / "other"
    RunFolder(other).append("epoch", **to_json(FIRST))
    process = begin("runs", "follow", "other", "--json", "--runs", waiting.parent)
    assert process.stdout is not None
    first = [json.loads(process.stdout.readline()) for _ in range(3)]
    assert [event["kind"] for event in first] == ["queued", "started", "epoch"]
    second = EpochResult(2, 1.3, 0.5, 1.2, 0.5, 0, 3.0)
    RunFolder(other).append("epoch", **to_json(second))
    assert json.loads(process.stdout.readline()) == {"kind": "epoch", **to_json(second)}
    process.kill()
    finish(process)


def test_following_an_ended_job_tells_it_all_and_shows_it(folder):
    with queue.claim(folder / "job", SPEC):
        RunFolder(folder / "job").append("epoch", **to_json(FIRST))
        RunFolder(folder / "job").append("end", state="failed", error="no room")
    done = models("runs", "follow", "job", "--runs", folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "epoch 1/2: loss 2.3000, accuracy 10.0%; validation loss 2.2000, accuracy 25.0%; "
        "0 images with q(true class) < 1e-7; 3.1 s",
        "job  failed, 1 of 2 epochs, validation accuracy 25.0%, no room",
    ]


@pytest.mark.posix
def test_ctrl_c_ends_following_and_leaves_the_job_alone(waiting):
    before = {path.name: path.read_bytes() for path in waiting.iterdir()}
    process = begin("runs", "follow", waiting.name, "--json", "--runs", waiting.parent)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["kind"] == "queued"
    process.send_signal(signal.SIGINT)
    done = finish(process)
    assert done.returncode == 130
    assert done.stderr == "\nStopped.\n"
    assert {path.name: path.read_bytes() for path in waiting.iterdir()} == before
    assert read_job(waiting).state == "queued"


@pytest.mark.train
def test_ctrl_c_in_an_epoch_keeps_the_checkpoint_and_says_how_to_go_on_to_the_same_run(
    folder, uninterrupted
):
    process, directory = kills.start(folder)
    kills.Moment("mid-epoch", 2, 0.4).wait(directory, lambda: process.poll() is None)
    process.send_signal(signal.SIGINT)
    done = finish(process)
    assert done.returncode == 130
    again = f"python -m models train --resume {directory.name} --runs {folder}"
    assert done.stderr.splitlines()[-1] == (
        f"Stopped; finished epochs are kept. Resume with: {again}"
    )
    assert "Traceback" not in done.stderr
    kept = checkpoint.load(directory)
    job = read_job(directory)
    assert job.state == "cancelled"
    assert kept is not None
    assert len(kept.history) >= len(job.history) >= 2
    done = models(*again.split()[3:])
    assert done.returncode == 0, done.stderr
    assert f"resuming after epoch {len(kept.history)}" in done.stdout
    kills.assert_equal(directory, uninterrupted)


@pytest.mark.train
def test_ctrl_c_before_the_first_epoch_ends_quietly_and_what_waited_gets_its_turn(folder):
    process, directory = kills.start(folder)
    waiting = folder / queue.submit(SPEC, folder)
    assert read_job(waiting).state == "queued"
    wait_for(lambda: "starting TensorFlow" in (directory / "events.jsonl").read_text())
    loaded = Path(f"/proc/{process.pid}/maps")
    wait_for(lambda: "tensorflow" in loaded.read_text())  # the first of it, and more is to come
    process.send_signal(signal.SIGINT)
    done = finish(process)
    assert done.returncode == 130
    assert "Resume with: python -m models train --resume" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert read_job(directory).state == "cancelled"
    assert read_job(waiting).state == "running"


@pytest.mark.parametrize("json_too", [[], ["--json"]], ids=["plain", "json"])
@pytest.mark.posix
def test_where_nobody_reads_what_train_says_it_stops_as_by_ctrl_c(folder, json_too):
    words = ["train", *kills.SETTINGS, *json_too, "--runs", folder]
    process = begin(*words, PYTHONUNBUFFERED="1")  # else the first line waits for an epoch
    assert process.stdout is not None
    process.stdout.close()  # as `head` does, once it has its lines
    done = finish(process)
    assert done.returncode == 130
    assert done.stderr == (
        "\nStopped (standard output: Broken pipe); finished epochs are kept. "
        f"Resume with: python -m models train --resume {kills.SPEC.id} --runs {folder}\n"
    )
    assert read_job(folder / kills.SPEC.id).state == "cancelled"


@pytest.mark.posix
def test_a_list_that_nobody_reads_to_its_end_is_no_error(finished):
    process = begin("runs", "--runs", finished.parent)
    assert process.stdout is not None
    process.stdout.close()
    done = finish(process)
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize("at_once", [False, True], ids=["buffered", "unbuffered"])
@pytest.mark.posix
def test_a_list_that_finds_no_room_says_where(finished, typed, monkeypatch, at_once):
    with suppress(OSError), Path("/dev/full").open("w") as full:
        full.reconfigure(write_through=at_once)  # as by PYTHONUNBUFFERED
        monkeypatch.setattr(sys, "stdout", full)
        done = typed("runs", "--runs", finished.parent)
    assert done.returncode == 1
    assert done.stderr == (
        "python -m models: [Errno 28] No space left on device: 'standard output'\n"
    )


BAD = {
    "no loss": ("train", "name the --loss: kl_divergence or categorical_crossentropy"),
    "unknown loss": ("train --loss mse", "invalid choice"),
    "no epochs": ("train --loss kl_divergence --epochs 0", "epochs must be a whole number from 1"),
    "words for numbers": ("train --loss kl_divergence --epochs many", "invalid int value"),
    "smoothing": ("train --loss kl_divergence --label-smoothing 2", "label_smoothing must lie in"),
    "no number": ("train --loss kl_divergence --label-smoothing nan", "must lie in [0, 1)"),
    "unknown command": ("fly", "invalid choice"),
    "no command": ("", "required"),
    "unknown action": ("runs burn", "invalid choice"),
    "show nothing": ("runs show", "name the run to show: runs show ID"),
    "cancel nothing": ("runs cancel", "name the run to cancel"),
    "list one": ("runs list job", "runs list takes no ID"),
    "resume and settings": ("train --resume job --epochs 3", "give no other setting"),
    "resume and a setting of nought": ("train --resume job --seed 0", "give no other setting"),
    "resume and queue": ("train --resume job --queue", "not allowed with argument"),
    **{
        f"{action} {name!r}": (f"{action} {name}", f"has no run {name!r}; python -m models runs")
        for action in ("train --resume", "runs show", "runs follow", "runs cancel", "runs delete")
        for name in ("unknown", "../job", "/etc", "..", ".", "job/../job")
    },
    "resume what is done": ("train --resume job", "holds a finished run"),
    "cancel what is done": ("runs cancel job", "is done: there is nothing to cancel"),
    "resume what is damaged": ("train --resume broken", "broken cannot be read"),
    "show what is damaged": ("runs show broken", "broken cannot be read"),
    "show a newer run": ("runs show job", "run.json cannot be read: it was written by a newer"),
}


@pytest.fixture(scope="module")
def bad(tmp_path_factory):
    """A folder of runs: one of a newer version, one damaged; and one in the folder above it."""
    above = tmp_path_factory.mktemp("bad")
    for directory in (above / "runs" / "job", above / "job"):
        queue.claim(directory, SPEC).close()
        (directory / "run.json").write_text(json.dumps({"schema": 99}))
    RunFolder(above).write_spec(SPEC)  # so that ".." is a job's folder
    (above / "runs" / "broken").mkdir()
    (above / "runs" / "broken" / "spec.json").write_text("{")
    return above / "runs"


def everything(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("command", ["train --resume", "runs show", "runs delete"])
def test_a_name_without_a_letter_is_a_run_that_is_not_there(bad, typed, command):
    done = typed(*command.split(), "", KL_RUNS_DIR=str(bad.parent))  # a folder with a spec.json
    assert done.returncode == 1
    assert f"{bad.parent} has no run ''; python -m models runs" in done.stderr


@pytest.mark.parametrize(("command", "says"), BAD.values(), ids=BAD)
def test_bad_input_ends_with_one_clear_line_and_changes_nothing(bad, typed, command, says):
    before = everything(bad.parent)
    done = typed(*command.split(), KL_RUNS_DIR=str(bad))
    assert done.returncode in (1, 2)
    assert says in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    if done.returncode == 1:  # with 2 argparse prints its usage before
        assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert everything(bad.parent) == before


@pytest.mark.usefixtures("keras")
def test_more_images_than_there_are_is_told_in_the_last_line(tmp_path, typed):
    settings = "--loss kl_divergence --images 6000 --data shapes".split()
    done = typed("train", *settings, "--runs", tmp_path)
    assert done.returncode == 1
    assert "images must be a whole number from 10 to 5,000; got 6000" in done.stderr
    assert not list(tmp_path.iterdir())  # told before anything is written
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("queue", [[], ["--queue"]], ids=["here", "queue"])
def test_a_wrong_number_of_jobs_is_told_before_anything_is_written(tmp_path, typed, queue):
    done = typed(
        *["train", *kills.SETTINGS, *queue, "--runs", tmp_path / "runs"], KL_MAX_JOBS="many"
    )
    assert done.returncode == 1
    assert done.stderr == (
        "python -m models: KL_MAX_JOBS must be a whole number from 1 to 999; got 'many'.\n"
    )
    assert not list(tmp_path.glob("*/*"))


@pytest.mark.parametrize("command", ["runs", "runs show job", "train --loss kl_divergence"])
def test_a_file_where_the_folder_of_runs_should_be_is_named(tmp_path, typed, command):
    (tmp_path / "file").write_text("")
    done = typed(*command.split(), KL_RUNS_DIR=str(tmp_path / "file"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"python -m models: {tmp_path / 'file'} is a file: runs need a folder.\n"


def test_a_full_queue_is_told_in_one_line(folder):
    with queue.claim(folder / "other", SPEC):
        for _ in range(queue.WAITING):
            queue.submit(SPEC, folder)
        done = models("train", *kills.SETTINGS, "--queue", "--runs", folder)
    assert done.returncode == 1
    assert done.stderr.startswith("python -m models: The queue is full: 5 runs wait already.")
    assert done.stderr.count("\n") == 1


def test_a_run_that_trains_is_not_taken_over(waiting, typed):
    done = typed("train", "--resume", "other", "--runs", waiting.parent)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "is being trained" in done.stderr


@pytest.mark.usefixtures("keras")
def test_a_run_that_began_with_another_version_is_refused_in_one_sentence(
    folder, typed, monkeypatch
):
    monkeypatch.setenv(
        environment.THREADS, environment.threads()
    )  # what training sets is forgotten
    directory = folder / "job"
    with queue.claim(directory, SPEC):
        RunFolder(directory).append("epoch", **to_json(FIRST))
    conditions = {**environment.describe(), "tensorflow": "1.0"}
    checkpoint.save(checkpoint.Checkpoint(SPEC, (FIRST,), conditions, {}), directory)
    done = typed("train", "--resume", "job", "--runs", folder)
    assert done.returncode == 1
    assert "This run began under other conditions" in done.stderr.splitlines()[-1]
    assert "tensorflow 1.0, now " in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert read_job(directory).history == (FIRST,)


@pytest.mark.parametrize("json_too", [[], ["--json"]], ids=["plain", "json"])
def test_data_are_counted(tmp_path, typed, json_too):
    files = tmp_path / cifar10.FOLDER
    files.mkdir()
    for name in (*cifar10.TRAIN_FILES, *cifar10.TEST_FILES):
        (files / name).write_bytes(bytes(2 * cifar10.RECORD))
    done = typed("data", *json_too, KL_DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    if json_too:
        (found,) = lines(done.stdout)
        assert (found["folder"], found["training"], found["test"]) == (str(files), 10, 2)
        assert found["files"].keys() == {*cifar10.TRAIN_FILES, *cifar10.TEST_FILES}
    else:
        assert done.stdout == f"{files}: 10 images to train on, 2 to test on\n"


def test_offline_without_data_the_command_says_what_to_do(offline):
    done = offline("train", "--loss", "kl_divergence")
    assert done.returncode == 1
    assert "could not be downloaded" in done.stderr
    assert "or train on the built-in shapes" in done.stderr
    assert "Traceback" not in done.stderr
