"""The script that visitors copy, run as they would."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pages.ui.regression.presets import PRESETS
from pages.ui.regression.results import residual_losses, solve
from pages.ui.regression.sections import script
from pages.ui.regression.state import decode

ROOT = Path(__file__).resolve().parents[3]
CROWDED = decode("0:0 2:1 4:2 6:3 8:4 10:6")  # too many on one line for Student-t


@pytest.mark.parametrize("dataset", [PRESETS[0].state, CROWDED], ids=["preset", "no t"])
def test_the_script_prints_what_the_page_shows(dataset):
    results = solve(dataset)
    out = subprocess.run(
        [sys.executable, "-W", "error", "-c", script(results, -2.5, 5.0)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    first, *rest = re.split(r"^(?=[a-z_]+$)", out, flags=re.MULTILINE)
    assert _numbers(first) == pytest.approx([results.lines["normal"].slope])
    here = residual_losses(results, 5.0, -2.5)
    assert [part.split("\n")[0] for part in rest] == list(results.lines)
    for part, (noise, line) in zip(rest, results.lines.items(), strict=True):
        shown = [line.slope, line.intercept, line.scale, line.growth, line.centre, line.nats]
        shown += [results.errors[noise]] if dataset.true else []
        assert _numbers(part) == pytest.approx([*shown, float(here[noise].loss)]), noise


def _numbers(text: str) -> list[float]:
    return [float(x) for x in re.findall(r"(?<![\w])-?\d[\d.]*(?:e[+-]?\d+)?", text)]
