"""A study: its file, what is skipped, and the runs made where they are missing."""

import json
import re
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from models.cli.main import main
from models.convnet import checkpoint
from models.runs import process, queue, store, study
from models.runs.folder import EVENTS
from models.runs.job import list_jobs, read_job
from models.runs.record import EpochResult, Run, TestResult
from models.runs.spec import RunSpec
from models.runs.store import Finished
from tests.models import kills, stand_in
from tests.models.shell import (
    begin,
    events,
    finish,
    kill_worker,
    lines,
    models,
    wait_for,
    worker_of,
)

LOSS = 'loss = "kl_divergence"'
ONE = f'[[runs]]\n{LOSS}\nseed = 1\ndata = "shapes"\nepochs = 1\n'
SPEC = RunSpec("kl_divergence", epochs=1, data="shapes")
THREE = [replace(SPEC, seed=seed) for seed in (1, 2, 3)]
KILLED = """[[runs]]
loss = ["kl_divergence", "categorical_crossentropy"]
seed = 7
epochs = 5
images = 1000
label_smoothing = 0.05
data = "shapes"
"""
FOUR = """[[runs]]
seed = [1, 2]
loss = ["kl_divergence", "categorical_crossentropy"]
epochs = 2
images = 500
data = "shapes"
"""


def run(folder: Path, spec: RunSpec) -> Run:
    """A recorded run that nobody has trained."""
    queue.claim(folder / spec.id, spec).close()
    return save(folder, spec)


def save(folder: Path, spec: RunSpec) -> Run:
    history = tuple(EpochResult(n + 1, 2.0, 0.3, 1.5, 0.6, 0, 1.0) for n in range(spec.epochs))
    made = Run(spec.id, spec, history, TestResult(0.9, 0.5, 10), {"training": 8, "validation": 2})
    return store.save(Finished(made, {"kernel": np.zeros(3, np.float32)}, {}), folder / spec.id)


def everything(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# The file


def test_lists_mean_every_combination_in_the_files_order_the_last_varying_first(written):
    specs = study.read(
        written(
            "[[runs]]\nseed = [2, 1]\n"
            'loss = ["kl_divergence", "categorical_crossentropy"]\nlabel_smoothing = 0.1\n'
            f"[[runs]]\n{LOSS}\nseed = 5\nepochs = [3, 1]\n"
        )
    )
    kl, ce = "kl_divergence", "categorical_crossentropy"
    assert specs == (
        *(RunSpec(loss, seed, label_smoothing=0.1) for seed in (2, 1) for loss in (kl, ce)),
        RunSpec(kl, seed=5, epochs=3),
        RunSpec(kl, seed=5, epochs=1),
    )


def test_the_projects_own_study_asks_ten_seeds_of_each_loss_and_three_smoothed():
    specs = study.read(store.SAVED / "study.toml")
    counts = [(spec.loss, spec.label_smoothing) for spec in specs]
    for loss in ("kl_divergence", "categorical_crossentropy"):
        assert (counts.count((loss, 0.0)), counts.count((loss, 0.1))) == (10, 3)
    assert {replace(s, loss="kl_divergence", seed=1, label_smoothing=0.0) for s in specs} == {
        RunSpec("kl_divergence")
    }


def test_a_study_is_utf_8_whatever_the_shell_speaks(tmp_path):
    (tmp_path / "study.toml").write_bytes("# größer\n[[runs]]\nloss = '∞'\nseed = 1".encode())
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = models("study", tmp_path / "study.toml", **ascii_only)
    assert "study.toml, table 1: loss must be 'kl_divergence' or" in done.stderr


BAD = {
    "unknown loss": (
        '[[runs]]\nloss = "mse"\nseed = 1',
        "table 1: loss must be 'kl_divergence'",
    ),
    "unknown setting": (
        f"[[runs]]\n{LOSS}\nseed = 1\nlr = 2",
        "'lr' is not a setting; settings are loss",
    ),
    "the same twice": (
        f"[[runs]]\n{LOSS}\nseed = [1, 2, 1]",
        "asks twice for cifar10-kl_diverg",
    ),
    "twice in two tables": (f"{ONE}{ONE}label_smoothing = 0.0", "asks twice for shapes-kl_diverg"),
    "no seed": (f"[[runs]]\n{LOSS}", "table 1: it names no seed."),
    "no seeds": (f"[[runs]]\n{LOSS}\nseed = []", "it names no seed."),
    "no loss": ("[[runs]]\nseed = 1", "it names no loss."),
    "no epochs": (f"[[runs]]\n{LOSS}\nseed = 1\nepochs = []", "it names no epochs."),
    "a word for a number": (
        f'[[runs]]\n{LOSS}\nseed = "1"',
        "seed must be a whole number from 0 to",
    ),
    "a word for a share": (
        f'{ONE}[[runs]]\n{LOSS}\nseed = 1\nlabel_smoothing = "0.1"',
        "table 2: label_smoothing must lie in [0, 1); got '0.1'.",
    ),
    "yes for a number": (
        f"{ONE}label_smoothing = false",
        "smoothing must lie in [0, 1); got False.",
    ),
    "a number for a word": ("[[runs]]\nloss = 1\nseed = 1", "loss must be 'kl_divergence' or"),
    "a list in a list": (
        f"[[runs]]\n{LOSS}\nseed = [[1]]",
        "seed must be a whole number from 0 to",
    ),
    "a table for a word": ("[[runs]]\nloss = {a = 1}\nseed = 1", "loss must be 'kl_divergence' or"),
    "a day for a number": (
        f"[[runs]]\n{LOSS}\nseed = 2026-01-01",
        "seed must be a whole number from 0 to",
    ),
    "seed -1": (f"[[runs]]\n{LOSS}\nseed = [1, -1]", "seed must be a whole number from 0 to"),
    "half a seed": (f"[[runs]]\n{LOSS}\nseed = 1.5", "seed must be a whole number from 0 to"),
    "no number": (f"{ONE}label_smoothing = nan", "label_smoothing must lie in [0, 1); got nan."),
    "no TOML": ("[[runs]\n", "study.toml is not valid TOML: "),
    "a key twice": (f"[[runs]]\n{LOSS}\n{LOSS}", "study.toml is not valid TOML: "),
    "nothing": ("", "must hold tables called [[runs]] and nothing else."),
    "other keys": (f"title = 'mine'\n{ONE}", "must hold tables called [[runs]] and nothing else."),
    "one table": (f"[runs]\n{LOSS}\nseed = 1", "must hold tables called [[runs]] and nothing"),
    "no tables": ("runs = [1, 2]", "table 1: it must hold settings."),
    "brackets without end": (f"runs = {'[' * 100_000}", "study.toml is not valid TOML: "),
    "millions of runs": (
        f"[[runs]]\n{LOSS}\nseed = {[*range(1500)]}\nepochs = {[*range(1, 1001)]}\n"
        "batch_size = [10, 20, 30]",
        "table 1: a study has at most 10,000 runs; this makes 4,500,000.",
    ),
    "too many in all": (
        f"{ONE}[[runs]]\n{LOSS}\nseed = {[*range(2, 10_002)]}\n",
        "table 2: a study has at most 10,000 runs; this makes 10,001.",
    ),
    "a file without end": (
        "#" * 1_000_001,
        "is not valid TOML: it is larger than 1,000,000 bytes.",
    ),
}


@pytest.mark.parametrize(("content", "says"), BAD.values(), ids=BAD)
def test_what_is_no_study_is_one_clear_line_and_nothing_is_written(
    written, folder, capsys, content, says
):
    path = written(content)
    run(folder, SPEC)
    before = everything(folder)
    for runs in (folder, folder / "not there"):
        assert main(["study", str(path), "--runs", str(runs)]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"python -m models: {path}")
        assert says in err
        assert err.count("\n") == 1
    assert everything(folder) == before
    assert not (folder / "not there").exists()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("none.toml", "No such file or directory."),
        (".", "Is a directory."),
        ("ö", "is not valid TOML: "),
        pytest.param(
            "/dev/zero",
            "is not valid TOML: it is larger than 1,000,000 bytes.",
            marks=pytest.mark.posix,
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path, capsys, name, says):
    (tmp_path / "ö").write_bytes(b"\xff\xfe")
    assert main(["study", str(tmp_path / name), "--runs", str(tmp_path / "runs")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.count("\n") == 1
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("at_once", ["0", "-1"])
def test_fewer_than_one_at_once_is_refused(written, folder, capsys, at_once):
    assert main(["study", str(written(ONE)), "--runs", str(folder), "--at-once", at_once]) == 1
    err = capsys.readouterr().err
    assert err == f"python -m models: --at-once must be at least 1; got {at_once}.\n"
    assert list(folder.iterdir()) == []


def test_a_wrong_number_of_jobs_is_told_before_anything_is_written(
    written, folder, capsys, monkeypatch
):
    monkeypatch.setenv("KL_MAX_JOBS", "many")
    assert main(["study", str(written(ONE)), "--runs", str(folder)]) == 1
    assert capsys.readouterr().err.startswith("python -m models: KL_MAX_JOBS must be a whole")
    assert list(folder.iterdir()) == []


# What lies there already


@pytest.fixture
def idle(folder, monkeypatch):
    """A folder of runs for which nothing may train."""
    monkeypatch.setattr(process, "start_worker", lambda *_, **__: pytest.fail("it trains"))
    return folder


def test_what_is_recorded_is_not_made_again_and_its_files_stay(idle, written, capsys):
    run(idle, SPEC)
    before = everything(idle)
    assert main(["study", str(written(ONE)), "--runs", str(idle)]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[0] == "1 of 1 runs are recorded"
    assert err == ""
    assert everything(idle) == before


def edit(path: Path, **settings: object) -> None:
    content = json.loads(path.read_text())
    content.get("spec", content).update(settings)
    path.write_text(json.dumps(content))


def recorded_otherwise(directory: Path) -> None:
    save(directory.parent, SPEC)
    edit(directory / "run.json", batch_size=50)


LYING_THERE = {
    "recorded with other settings": (
        recorded_otherwise,
        "holds a run with other settings: batch_size 50 instead of 250. It stays.",
    ),
    "unfinished with other settings": (
        lambda directory: edit(directory / "spec.json", seed=4, epochs=3),
        "holds a run with other settings: seed 4 instead of 1, epochs 3 instead of 1. It stays.",
    ),
    "a damaged run": (
        lambda directory: (directory / "run.json").write_text("{"),
        "run.json cannot be read: ",
    ),
    "a newer version's run": (
        lambda directory: (directory / "run.json").write_text('{"schema": 99}'),
        "it was written by a newer version",
    ),
    "a damaged unfinished run": (
        lambda directory: (directory / "spec.json").write_text("{"),
        f"{SPEC.id} cannot be read: ",
    ),
}


@pytest.mark.parametrize(("damage", "says"), LYING_THERE.values(), ids=LYING_THERE)
def test_what_lies_in_the_way_stops_the_study_before_anything_trains(
    idle, written, capsys, damage, says
):
    queue.claim(idle / SPEC.id, SPEC).close()
    damage(idle / SPEC.id)
    before = everything(idle)
    path = written(ONE.replace("seed = 1", "seed = [2, 1]"))  # seed 2 could be made
    assert main(["study", str(path), "--runs", str(idle)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert says in err
    assert err.count("\n") == 1
    assert everything(idle) == before


def test_a_file_where_a_run_belongs_stops_the_study_before_anything_trains(idle, written, capsys):
    (idle / SPEC.id).write_text("mine")
    assert main(["study", str(written(ONE)), "--runs", str(idle)]) == 1
    err = capsys.readouterr().err
    assert err == f"python -m models: {idle / SPEC.id} is a file: a run needs a folder.\n"
    assert everything(idle) == {idle / SPEC.id: b"mine"}


# With stand-ins for the workers


@pytest.fixture
def begun(folder, monkeypatch):
    """The processes that a study begins, by run, with how many trained when each had begun."""
    processes, training = {}, []

    def start(directory, lock, bound):
        processes[directory.name] = stand_in.start(directory, lock)
        training.append(sum(process.is_held(path) for path in folder.glob("*/")))
        return processes[directory.name]

    monkeypatch.setattr(process, "start_worker", start)
    # Stand-ins are ready at once: to look after them twice a second would be long to wait.
    monkeypatch.setattr(study, "time", SimpleNamespace(sleep=lambda seconds: time.sleep(0.02)))
    yield processes, training
    for worker in processes.values():
        worker.kill()
        worker.wait()


@pytest.mark.parametrize("at_once", [1, 2, 5])
def test_so_many_train_at_once_and_never_more_in_the_studys_order(folder, begun, at_once):
    processes, training = begun
    first_told = []

    def go(job):
        first_told.append([spec.seed for spec in THREE if process.is_held(folder / spec.id)])
        (folder / job.id / "GO").touch()

    assert study.make(THREE, folder, at_once, go) == []
    assert first_told[0] == [1, 2, 3][:at_once]
    assert max(training) == min(at_once, 3)
    assert list(processes) == [spec.id for spec in THREE]
    assert [run.spec for run in study.recorded(tuple(THREE), folder)] == THREE
    assert study.missing(tuple(THREE), folder) == []


def test_a_run_that_fails_is_told_and_the_others_are_made(folder, begun):
    told = []

    def on_job(job):
        told.append((job.spec.seed, job.state))
        (folder / job.id / ("FAIL" if job.spec.seed == 2 else "GO")).touch()

    (failed,) = study.make(THREE, folder, 1, on_job)
    assert (failed.id, failed.state, failed.error) == (THREE[1].id, "failed", "as it was told to")
    ends = [(seed, state) for seed, state in told if state != "running"]
    assert ends == [(1, "done"), (2, "failed"), (3, "done")]
    assert [run.spec.seed for run in study.recorded(tuple(THREE), folder)] == [1, 3]
    (folder / failed.id / "FAIL").unlink()
    missing = study.missing(tuple(THREE), folder)
    assert [spec.seed for spec in missing] == [2]
    assert study.make(missing, folder, 1, lambda job: (folder / job.id / "GO").touch()) == []


def test_one_that_somebody_cancels_did_not_get_done(folder, begun):
    def cancel(job):
        if job.live and not job.cancelling:
            queue.cancel(folder / job.id)

    (failed,) = study.make([SPEC], folder, 1, cancel)
    assert failed.state == "cancelled"


def interrupt(job):
    raise KeyboardInterrupt


def test_an_interrupted_study_returns_once_its_workers_have_ended_and_goes_on(folder, begun):
    processes, _ = begun
    with pytest.raises(KeyboardInterrupt):
        study.make(THREE, folder, 2, interrupt)
    assert [worker.returncode for worker in processes.values()] == [0, 0]
    assert [job.state for job in list_jobs(folder).jobs] == ["cancelled", "cancelled"]
    assert study.make(THREE, folder, 2, lambda job: (folder / job.id / "GO").touch()) == []
    assert [event["kind"] for event in events(folder / THREE[0].id)].count("started") == 2


def test_a_run_that_another_trains_is_waited_for_and_has_no_twin(folder, begun):
    lock, told = queue.claim(folder / SPEC.id, SPEC), []

    def on_job(job):
        told.append(job.state)
        if len(told) == 3:
            save(folder, SPEC)
            lock.close()

    assert study.make([SPEC], folder, 1, on_job) == []
    assert told == ["running"] * 3 + ["done"]
    assert begun[0] == {}
    assert [event["kind"] for event in events(folder / SPEC.id)] == ["queued", "started"]


def test_who_is_interrupted_leaves_alone_what_another_trains(folder, begun):
    with queue.claim(folder / SPEC.id, SPEC), pytest.raises(KeyboardInterrupt):
        study.make(THREE, folder, 2, interrupt)
    assert not (folder / SPEC.id / "CANCEL").exists()
    assert read_job(folder / THREE[1].id).state == "cancelled"


def test_a_run_that_another_has_made_meanwhile_stays_as_it_is(folder, begun):
    kept = {}

    def on_job(job):
        if not kept:
            run(folder, THREE[1])
            kept.update(everything(folder / THREE[1].id))
        (folder / job.id / "GO").touch()

    assert study.make(THREE[:2], folder, 1, on_job) == []
    assert list(begun[0]) == [THREE[0].id]
    assert everything(folder / THREE[1].id) == kept | {folder / THREE[1].id / "GO": b""}


DAMAGE = {
    "a run's folder vanishes": lambda directory: shutil.rmtree(directory),
    "its settings cannot be read": lambda directory: (directory / "spec.json").write_text("{"),
    "its events cannot be read": lambda directory: (directory / EVENTS).write_text("{\n"),
    "the folder of runs vanishes": lambda directory: shutil.rmtree(directory.parent),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_folder_lost_on_the_way_is_one_line_and_no_worker_is_left(
    folder, begun, written, capsys, damage
):
    processes, _ = begun
    path = written(ONE.replace("seed = 1", "seed = [1, 2]"))
    begin = process.start_worker

    def start(directory, lock, bound):
        worker = begin(directory, lock, bound)
        if len(processes) == 2:
            damage(folder / SPEC.id)
        return worker

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "start_worker", start)
        status = main(["study", str(path), "--runs", str(folder), "--at-once", "2"])
    out, err = capsys.readouterr()
    assert status == 1
    assert out == "0 of 2 runs are recorded\n"
    assert f"{SPEC.id} cannot be read: " in err
    assert err.count("\n") == 1
    assert all(worker.returncode is not None for worker in processes.values())
    if folder.exists():
        assert read_job(folder / THREE[1].id).state == "cancelled"


def test_what_did_not_get_done_is_the_last_line_and_the_status(folder, begun, written, capsys):
    (folder / SPEC.id).mkdir()
    (folder / SPEC.id / "FAIL").touch()
    assert main(["study", str(written(ONE)), "--runs", str(folder)]) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[-1] == f"0/1  {SPEC.id}  failed, 0 of 1 epochs, as it was told to"
    assert err == "python -m models: 1 of 1 runs failed.\n"


# With real workers


@pytest.mark.posix
@pytest.mark.parametrize("end", ["SIGTERM", "SIGKILL"])
def test_a_study_that_is_ended_from_outside_leaves_no_worker_training(folder, written, end):
    command = begin("study", written(ONE.replace("epochs = 1", "epochs = 50")), "--runs", folder)
    name = replace(SPEC, epochs=50).id
    wait_for(lambda: worker_of(folder / name))
    command.send_signal(getattr(signal, end))
    assert finish(command).returncode == -getattr(signal, end)
    wait_for(lambda: not process.is_held(folder / name))
    assert read_job(folder / name).state == "lost"


def test_where_nobody_reads_what_a_study_says_it_stops_and_its_workers_are_cancelled(
    folder, written
):
    command = begin("study", written(ONE), "--runs", folder)
    assert command.stdout is not None
    assert command.stdout.readline() == "0 of 1 runs are recorded\n"
    command.stdout.close()
    done = finish(command)
    assert done.returncode == 130
    assert done.stderr == (
        "\nStopped (standard output: Broken pipe); finished runs are kept; the same command "
        "resumes the study.\n"
    )
    assert read_job(folder / SPEC.id).state == "cancelled"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory, made_here):
    """The folders of the runs of KILLED that nothing disturbed, by name."""
    path = tmp_path_factory.mktemp("undisturbed") / "study.toml"
    path.write_text(KILLED)
    return made_here(*study.read(path))


def kinds(directory: Path) -> list[str]:
    return [event["kind"] for event in events(directory)]


@pytest.mark.train
def test_a_killed_study_goes_on_to_the_same_runs_bit_for_bit(folder, written, undisturbed):
    """Killed once itself, which ends its worker, and once its worker."""
    command = ("study", written(KILLED), "--runs", folder)
    first, second = (folder / name for name in undisturbed)
    running = begin(*command)
    wait_for(lambda: (first / EVENTS).exists() and "stage" in kinds(first))
    running.kill()
    finish(running)
    wait_for(lambda: not process.is_held(first))
    running = begin(*command)
    wait_for((second / "checkpoint.npz").exists)
    kill_worker(second)
    done = finish(running)
    assert done.returncode == 1
    assert f"{second.name}  lost" in done.stdout
    assert kinds(first).count("started") == 2
    done = models(*command)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("1 of 2 runs are recorded\n")
    assert kinds(second).count("started") == 2
    for name, expected in undisturbed.items():
        kills.assert_equal(folder / name, expected)


@pytest.mark.train
def test_ctrl_c_stops_the_workers_and_the_same_command_goes_on(folder, written, undisturbed):
    command = ("study", written(KILLED), "--runs", folder, "--at-once", "2")
    both = [folder / name for name in undisturbed]
    running = begin(*command)
    wait_for(lambda: all((d / "checkpoint.npz").exists() for d in both))
    running.send_signal(signal.SIGINT)
    done = finish(running)
    assert not any(map(process.is_held, both))
    assert done.returncode == 130
    assert done.stderr == "\nStopped; finished runs are kept; the same command resumes the study.\n"
    kept = [read_job(directory).history for directory in both]
    assert {read_job(directory).state for directory in both} == {"cancelled"}
    assert all(checkpoint.load(directory) for directory in both)
    done = models(*command)
    assert done.returncode == 0, done.stderr
    for directory, before in zip(both, kept, strict=True):
        kills.assert_kept(before, directory)
        kills.assert_equal(directory, undisturbed[directory.name])


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """A folder with the runs of FOUR, its study file, and what was printed."""
    above = tmp_path_factory.mktemp("four")
    (above / "study.toml").write_text(FOUR)
    done = models("study", above / "study.toml", "--runs", above / "runs", "--at-once", "2")
    assert done.returncode == 0, done.stderr
    return above / "runs", above / "study.toml", done


def summary(runs: list[Run]) -> tuple[float, float]:
    """Mean and standard deviation of two validation accuracies: sd is |a − b| / √2."""
    a, b = (run.last.val_accuracy for run in runs)
    return (a + b) / 2, abs(a - b) / 2**0.5


@pytest.mark.train
def test_a_study_prints_each_run_as_it_begins_and_ends_and_the_losses_mean_and_spread(four):
    folder, file, done = four
    specs = study.read(file)
    head, *told, kl, ce = done.stdout.splitlines()
    assert head == "0 of 4 runs are recorded"
    runs = study.recorded(specs, folder)
    for made in runs:
        begins, *_, ends = [line for line in told if made.id in line]
        assert f"  {made.id}  running, " in begins
        assert ends.endswith(
            f"  {made.id}  done, 2 of 2 epochs, validation accuracy {made.last.val_accuracy:.1%}"
        )
    assert [line[:3] for line in told if "done" in line] == ["1/4", "2/4", "3/4", "4/4"]
    for line, loss in ((kl, "kl_divergence"), (ce, "categorical_crossentropy")):
        mean, sd = summary([run for run in runs if run.spec.loss == loss])
        assert line == (
            f"shapes-{loss}-2epochs-images500: validation accuracy {mean:.2%} "
            f"± {sd:.2%} (sd), 2 seeds"
        )


@pytest.mark.train
def test_in_json_only_what_is_missing_is_made_and_told(four):
    folder, file, _ = four
    specs = study.read(file)
    shutil.rmtree(folder / specs[2].id)
    others = {d: everything(d) for d in folder.glob("*/")}
    done = models("study", file, "--runs", folder, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    *told, kl, ce = lines(done.stdout)
    assert [(job["id"], job["state"]) for job in told] == [
        (specs[2].id, "running"),
        (specs[2].id, "done"),
    ]
    assert len(told[-1]["history"]) == 2
    assert {d: everything(d) for d in others} == others
    runs = study.recorded(specs, folder)
    for found, loss in ((kl, "kl_divergence"), (ce, "categorical_crossentropy")):
        mean, sd = summary([run for run in runs if run.spec.loss == loss])
        assert found["kind"] == "study"
        assert found["seeds"] == 2
        assert found["validation_accuracy"] == pytest.approx(mean, rel=1e-12)
        assert found["sd"] == pytest.approx(sd, rel=1e-9, abs=1e-15)
        assert found["spec"] == {
            "loss": loss,
            "epochs": 2,
            "images": 500,
            "batch_size": 250,
            "validation_split": 0.2,
            "label_smoothing": 0.0,
            "precision": "float32",
            "data": "shapes",
        }


@pytest.mark.train
def test_a_real_run_that_fails_leaves_the_others_to_be_made(folder, written):
    path = written(FOUR)
    for spec in study.read(path):
        if spec.seed == 2:  # what it has learned cannot be kept
            (folder / spec.id / "weights.npz").mkdir(parents=True)
    done = models("study", path, "--runs", folder, "--at-once", "4")
    assert done.returncode == 1
    assert len(re.findall("failed, 2 of 2 epochs, .*Is a directory", done.stdout)) == 2
    assert done.stderr == "python -m models: 2 of 4 runs failed.\n"
    found = store.list_runs(folder)[0]
    assert sorted((run.spec.loss, run.spec.seed) for run in found) == [
        ("categorical_crossentropy", 1),
        ("kl_divergence", 1),
    ]
    assert done.stdout.count("validation accuracy") == 6  # four runs, two losses of one seed
    assert "1 seed\n" in done.stdout


@pytest.mark.parametrize("json_too", [[], ["--json"]], ids=["plain", "json"])
def test_offline_without_data_nothing_begins_and_a_line_says_what_to_do(
    offline, tmp_path, written, json_too
):
    done = offline("study", written(ONE + ONE.replace('data = "shapes"', "")), *json_too)
    assert done.returncode == 1
    assert done.stdout == ("" if json_too else "0 of 2 runs are recorded\n")
    assert "could not be downloaded" in done.stderr
    assert "or train on the built-in shapes" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "runs").exists()
