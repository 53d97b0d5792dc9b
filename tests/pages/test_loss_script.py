"""The script of a sample, run as a visitor would."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pages.ui.loss import cliff, results
from pages.ui.loss.presets import PRESETS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("key", ["wrong", "smoothed", "undecided"])
def test_the_script_prints_what_the_page_shows(key):
    sample = next(preset.state for preset in PRESETS if preset.key == key)
    out = subprocess.run(
        [sys.executable, "-W", "error", "-c", results.script(sample)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    one, both, here = results.solve(sample), results.ways(sample), cliff.here(sample)

    def printed(before: str) -> list[float]:
        (line,) = re.findall(rf"^{re.escape(before)}([^a-z]*(?:e-\d+[^a-z]*)*)", out, re.MULTILINE)
        return [float(x) for x in re.findall(r"-?\d[\d.]*(?:e[+-]\d+)?", line)]

    assert printed("KL(P‖Q) =") == pytest.approx([one.kl])
    assert printed("H(P, Q) =") == pytest.approx([one.cross_entropy])
    assert printed("H(P) =") == pytest.approx([one.entropy], abs=1e-12)
    first = sample.names[0]
    slope = printed(f"slope of both losses in the logit of {first}:")
    assert slope == pytest.approx([one.gradient[0]])
    assert np.allclose(_list(out, "taught by KL, Q is in the end"), both[0].q[-1])
    assert np.allclose(_list(out, "taught by H(P, Q), it is"), both[1].q[-1])
    assert printed("Keras's KL =") == pytest.approx([float(here.kl)])
    assert printed("compiled:") == pytest.approx([float(here.compiled)])
    moving = results.moving(sample)
    assert np.allclose(_list(out, "slopes of KL(P‖Q) in P's logits:"), moving.kl, atol=1e-7)
    assert np.allclose(
        _list(out, "slopes of H(P, Q) in P's logits:"), moving.cross_entropy, atol=1e-7
    )


def _list(out: str, before: str) -> list[float]:
    """The numbers of an array that numpy printed, perhaps over several lines."""
    inside = out.partition(f"{before} [")[2].partition("]")[0]
    return [float(x) for x in inside.split()]
