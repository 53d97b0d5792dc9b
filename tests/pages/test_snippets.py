"""The script that the training page offers is run, and held against the engine."""

import re
import subprocess
import sys

import pytest

from models import files
from models.data import datasets
from models.runs.spec import RunSpec
from pages.ui.snippets import keras_script


@pytest.mark.train
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_script_gives_the_engines_first_epoch(tmp_path, smoothing):
    from models.convnet.train import train

    spec = RunSpec("kl_divergence", epochs=1, data="shapes", label_smoothing=smoothing)
    history = "\nprint('history', {k: v[0] for k, v in history.history.items()})\n"
    path = tmp_path / "script.py"
    path.write_text(keras_script(spec) + history)
    done = subprocess.run(
        [sys.executable, path],
        env={"PYTHONPATH": str(files.ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    shown = {k: float(v) for k, v in re.findall(r"'(\w+)': ([\d.]+)", done.stdout)}
    run, *_ = train(spec, datasets.load("shapes"), lambda _: None)
    engine = run.history[0]
    assert shown["loss"] == pytest.approx(engine.loss, rel=1e-5)
    assert shown["val_loss"] == pytest.approx(engine.val_loss, rel=1e-5)
    assert f"on {run.test.images:,} images" in done.stdout


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"loss": "categorical_crossentropy"}, 'loss="categorical_crossentropy"'),
        ({"seed": 7, "epochs": 3}, "seed, epochs, batch_size = 7, 3, 250"),
        ({"images": 5000}, "x_train, y_train = x_train[:5000], y_train[:5000]"),
        ({"label_smoothing": 0.1}, "smoothing = 0.1"),
        ({"precision": "mixed_bfloat16"}, 'keras.config.set_dtype_policy("mixed_bfloat16")'),
        ({"data": "cifar10"}, "keras.datasets.cifar10.load_data()"),
    ],
)
def test_every_setting_is_in_the_script(change, line):
    spec = RunSpec(**{"loss": "kl_divergence", **change})
    script = keras_script(spec)
    assert line in script
    compile(script, "script", "exec")
