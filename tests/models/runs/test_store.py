import hashlib
import json
import os
import re

import numpy as np
import pytest

from models import files
from models.evaluation.predictions import Predictions
from models.runs import store
from models.runs.record import EpochResult, Run, TestResult
from models.runs.spec import SCHEMA, RunSpec


@pytest.fixture
def run() -> Run:
    spec = RunSpec("kl_divergence", epochs=1, data="shapes")
    history = (EpochResult(1, 2.0, 0.3, 1.5, 0.6, 3, 1.25),)
    images = {"training": 4000, "validation": 1000}
    return Run(spec.id, spec, history, TestResult(0.9, 0.68, 1000), images)


@pytest.fixture
def weights():
    return {"dense/kernel": np.arange(6, dtype=np.float32).reshape(2, 3)}


@pytest.fixture
def believed():
    q = np.array([[0.7, 0.2, 0.1], [0.25, 0.5, 0.25]], np.float32)
    return {"test": Predictions.of(q, np.array([0, 2], np.uint8))}


@pytest.fixture
def folder(tmp_path, run, weights, believed):
    (tmp_path / run.id).mkdir()
    store.save(store.Finished(run, weights, believed), tmp_path / run.id)
    return tmp_path


def test_a_saved_run_is_listed_and_loaded_as_it_was(folder, run):
    runs, damaged = store.list_runs(folder)
    assert not damaged
    assert [r.spec for r in runs] == [run.spec]
    assert runs[0].history == run.history


def test_a_run_takes_its_folders_name(tmp_path, run, weights):
    (tmp_path / "another").mkdir()
    finished = store.Finished(run, weights, {})
    assert store.save(finished, tmp_path / "another").id == "another"
    assert store.load(tmp_path / "another").id == "another"


def test_weights_return_bit_for_bit(folder, run, weights):
    loaded = store.load_weights(folder / run.id)
    assert loaded.keys() == weights.keys()
    assert loaded["dense/kernel"].tobytes() == weights["dense/kernel"].tobytes()


def test_predictions_return_as_they_were_to_three_digits(folder, run, believed):
    found = store.load_predictions(folder / run.id)
    assert found.keys() == believed.keys()
    assert np.allclose(found["test"].q, [[0.7, 0.2, 0.1], [0.25, 0.5, 0.25]], rtol=1e-3)
    assert found["test"].labels.tolist() == [0, 2]


FILES = {"weights.npz": store.load_weights, "predictions.npz": store.load_predictions}


@pytest.mark.parametrize("name", FILES)
def test_what_changed_on_disk_is_refused(folder, run, name):
    path = folder / run.id / name
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ValueError, match=r"not the file that was recorded"):
        FILES[name](folder / run.id)


@pytest.mark.parametrize("name", FILES)
def test_what_is_not_kept_is_named(folder, run, name):
    (folder / run.id / name).unlink()
    with pytest.raises(ValueError, match=rf"{name} is not kept here; its SHA-256 is recorded"):
        FILES[name](folder / run.id)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"{", b"[1, 2]", b'{"schema": 99}', b"[" * 100_000]
)
def test_a_damaged_run_is_named_with_its_reason_and_stops_no_other(folder, content):
    (folder / "broken").mkdir()
    (folder / "broken" / "run.json").write_bytes(content)
    runs, damaged = store.list_runs(folder)
    assert len(runs) == 1
    assert list(damaged) == ["broken"]
    assert len(damaged["broken"]) > 10


@pytest.mark.parametrize(
    "how", ["huge", *(pytest.param(how, marks=pytest.mark.posix) for how in ("pipe", "endless"))]
)
def test_a_run_that_is_no_file_or_too_large_is_listed_as_damaged_unread(folder, run, how):
    path = folder / run.id / "run.json"
    path.unlink()
    if how == "pipe":
        os.mkfifo(path)
    elif how == "endless":
        path.symlink_to("/dev/zero")
    else:
        with path.open("wb") as file:
            file.truncate(1 << 40)
    runs, damaged = store.list_runs(folder)
    assert runs == []
    assert re.search("is not a regular file|holds more than", damaged[run.id])
    assert str(folder) not in damaged[run.id]


def test_a_run_is_read_again_when_it_has_changed_and_not_before(folder, run):
    path = folder / run.id / "run.json"
    content = json.loads(path.read_text())
    assert store.load(folder / run.id) is store.load(folder / run.id)
    path.write_text(json.dumps({**content, "test": {**content["test"], "images": 17}}))
    assert store.load(folder / run.id).test.images == 17
    path.write_text("{")
    with pytest.raises(ValueError, match="cannot be read"):
        store.load(folder / run.id)


def test_a_run_in_another_runs_folder_is_refused(folder, run):
    (folder / "copy").mkdir()
    (folder / "copy" / "run.json").write_bytes((folder / run.id / "run.json").read_bytes())
    with pytest.raises(ValueError, match="holds another run"):
        store.load(folder / "copy")


def test_a_run_of_a_newer_version_is_listed_as_damaged_and_called_newer(folder, run):
    path = folder / run.id / "run.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": SCHEMA + 1}))
    runs, damaged = store.list_runs(folder)
    assert runs == []
    assert f"written by a newer version of this project (schema {SCHEMA + 1}" in damaged[run.id]


def test_a_run_that_is_being_deleted_is_not_listed(folder, run):
    (folder / run.id).rename(folder / f".{run.id}.0")
    assert store.list_runs(folder) == ([], {})


def test_weights_that_need_unpickling_are_refused(folder, run, tmp_path):
    flag = tmp_path / "unpickled"

    class Evil:
        def __reduce__(self):
            return flag.touch, ()

    directory = folder / run.id
    np.savez(directory / "weights.npz", kernel=np.array([Evil()], dtype=object))
    content = json.loads((directory / "run.json").read_text())
    digest = hashlib.sha256((directory / "weights.npz").read_bytes()).hexdigest()
    (directory / "run.json").write_text(json.dumps({**content, "weights": digest}))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        store.load_weights(directory)
    assert not flag.exists()


def test_the_recorded_digest_is_that_of_the_file(folder, run):
    directory = folder / run.id
    content = (directory / "weights.npz").read_bytes()
    assert store.load(directory).weights == hashlib.sha256(content).hexdigest()


def test_an_absent_folder_holds_no_runs(tmp_path):
    assert store.list_runs(tmp_path / "nowhere") == ([], {})


def test_visitors_runs_go_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("KL_RUNS_DIR", str(tmp_path))
    assert store.runs_dir() == tmp_path
    monkeypatch.delenv("KL_RUNS_DIR")
    assert store.runs_dir().name == "runs"


@pytest.fixture(scope="module")
def recorded():
    return store.list_runs(store.SAVED)


def test_every_recorded_run_can_be_read_and_what_it_keeps_verified(recorded):
    runs, damaged = recorded
    assert not damaged
    assert {run.spec.loss for run in runs} == {"kl_divergence", "categorical_crossentropy"}
    for run in runs:
        assert run.id == run.spec.id
        assert len(run.history) == run.spec.epochs
        found = store.load_predictions(store.SAVED / run.id)
        assert found["validation"].q.shape == (10_000, 10)
        # float16 makes equals of what differed in the fourth digit: some images change sides.
        assert found["validation"].accuracy == pytest.approx(run.last.val_accuracy, abs=5e-4)
        assert found["test"].accuracy == pytest.approx(run.test.accuracy, abs=2e-3)


@pytest.mark.parametrize("loss", ["kl_divergence", "categorical_crossentropy"])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_weights_of_two_seeds_are_kept_and_verified(loss, seed):
    weights = store.load_weights(store.SAVED / f"cifar10-{loss}-seed{seed}-25epochs")
    assert sum(array.size for array in weights.values()) == 612_042


def test_recorded_runs_name_the_official_training_files(recorded):
    # Published digests of the official binary archive's members.
    official = {
        "data_batch_1.bin": "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5",
        "data_batch_5.bin": "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add",
    }
    for run in recorded[0]:
        assert official.items() <= run.files.items()
        assert run.images == {"training": 40_000, "validation": 10_000}


def test_json_is_replaced_whole(tmp_path):
    files.write_json(tmp_path / "a.json", {"a": 1})
    files.write_json(tmp_path / "a.json", {"a": 2})
    assert json.loads((tmp_path / "a.json").read_text()) == {"a": 2}
    assert list(tmp_path.iterdir()) == [tmp_path / "a.json"]


@pytest.mark.posix
def test_what_lies_where_a_part_goes_is_not_written_through(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("somebody's")
    part = tmp_path / "a.json.part"
    for put in (lambda: part.symlink_to(victim), lambda: os.mkfifo(part)):
        put()
        with pytest.raises(OSError):  # noqa: PT011  # a link and a pipe are told in other words
            files.write_whole(tmp_path / "a.json", b"new")
        assert victim.read_text() == "somebody's"
        files.write_whole(tmp_path / "a.json", b"new")
    assert (tmp_path / "a.json").read_bytes() == b"new"


def test_a_file_that_cannot_be_written_whole_leaves_the_old_one_and_no_part(tmp_path, full):
    (tmp_path / "a.json").write_text("old")
    full(tmp_path / "a.json.part")
    with pytest.raises(OSError, match=f"No space left on device: '{tmp_path.name}/a.json'"):
        files.write_whole(tmp_path / "a.json", b"new")
    assert (tmp_path / "a.json").read_text() == "old"
    assert list(tmp_path.iterdir()) == [tmp_path / "a.json"]
