"""The command line, as a user types it."""

import json
import os
import subprocess
import sys

import pytest

from models import datasets, store


def models(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "models", *arguments],
        cwd=datasets.ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_train_writes_the_run_under_the_name_of_its_spec(tmp_path):
    arguments = "train --loss categorical_crossentropy --seed 3 --epochs 2 --images 500"
    done = models(*arguments.split(), "--data", "shapes", "--runs", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "Epoch 2/2" in done.stdout
    assert "test accuracy" in done.stdout.splitlines()[-1]
    (directory,) = tmp_path.iterdir()
    assert directory.name == "shapes-categorical_crossentropy-seed3-2epochs-images500"
    run = store.load(directory)
    assert (run.spec.seed, run.spec.epochs, run.spec.images) == (3, 2, 500)
    kinds = [json.loads(line)["kind"] for line in (directory / "events.jsonl").open()]
    assert kinds.count("epoch") == 2
    assert kinds[-1] == "end"

    again = models(*arguments.split(), "--data", "shapes", "--runs", str(tmp_path))
    assert again.returncode == 1
    assert "holds a finished run; delete it" in again.stderr
    assert store.load(directory) == run


def test_run_json_holds_what_is_promised(tmp_path):
    arguments = "train --loss kl_divergence --epochs 1 --images 500 --data shapes"
    done = models(*arguments.split(), "--label-smoothing", "0.1", KL_RUNS_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    (directory,) = tmp_path.iterdir()
    content = json.loads((directory / "run.json").read_text())
    assert {"schema", "id", "spec", "history", "test", "files", "versions"} <= content.keys()
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
        "epoch",
        "loss",
        "accuracy",
        "val_loss",
        "val_accuracy",
        "seconds",
    }
    assert content["test"].keys() == {"loss", "accuracy", "images"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("train", "--loss"),
        ("train --loss mse", "invalid choice"),
        ("train --loss kl_divergence --epochs 0", "epochs must be a whole number from 1"),
        ("train --loss kl_divergence --epochs many", "invalid int value"),
        ("train --loss kl_divergence --label-smoothing 2", "label_smoothing must lie in"),
        ("train --loss kl_divergence --images 6000 --data shapes", "images must be at most 5,000"),
        ("fly", "invalid choice"),
    ],
)
def test_bad_input_ends_with_one_clear_line_and_no_traceback(arguments, says, tmp_path):
    done = models(*arguments.split(), KL_RUNS_DIR=str(tmp_path))
    assert done.returncode != 0
    assert says in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_offline_without_data_the_command_says_what_to_do(tmp_path):
    script = (
        "from models import datasets, __main__ as m; "
        "datasets.ARCHIVE_URL = 'http://127.0.0.1:9/nothing'; "
        "raise SystemExit(m.main(['train', '--loss', 'kl_divergence']))"
    )
    environment = {"KL_DATA_DIR": str(tmp_path / "data"), "KL_RUNS_DIR": str(tmp_path / "runs")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=datasets.ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "could not be downloaded" in done.stderr
    assert "or train on the built-in shapes" in done.stderr
    assert "Traceback" not in done.stderr
