"""The script that the training page offers is run, and held against the engine."""

import ast
import re
import subprocess
import sys
from dataclasses import asdict

import pytest

from models import files
from models.data import datasets
from models.runs.spec import RunSpec
from pages.ui.scripts.fill import HEADING, fill


@pytest.mark.train
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_script_gives_the_engines_first_epoch(tmp_path, smoothing):
    from models.convnet.train import train

    spec = RunSpec("kl_divergence", epochs=1, data="shapes", label_smoothing=smoothing)
    history = "\nprint('history', {k: v[0] for k, v in history.history.items()})\n"
    path = tmp_path / "script.py"
    path.write_text(fill("training", **asdict(spec)) + history)
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
    "change",
    [
        {"loss": "categorical_crossentropy"},
        {"seed": 7, "epochs": 3},
        {"images": 5000},
        {"label_smoothing": 0.1},
        {"precision": "mixed_bfloat16"},
        {"data": "cifar10"},
    ],
)
def test_every_setting_is_in_the_script(change):
    spec = RunSpec(**{"loss": "kl_divergence", **change})
    script = fill("training", **asdict(spec))
    parameters, _, rest = script.partition(HEADING)[2].partition("\n\n")
    settings: dict[str, object] = {}
    exec(parameters, {}, settings)
    assert settings == asdict(spec)
    used = {node.id for node in ast.walk(ast.parse(rest)) if isinstance(node, ast.Name)}
    assert settings.keys() <= used
