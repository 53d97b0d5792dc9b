"""The script of a fit, run as a visitor would."""

import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pages.ui.fitting import results
from pages.ui.fitting.presets import PRESETS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("key", ["two", "heap", "box"])
def test_the_script_prints_what_the_page_shows(key):
    fit = next(preset.state for preset in PRESETS if preset.key == key)
    out = subprocess.run(
        [sys.executable, "-c", results.script(fit, "nats")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = results.solve(fit)
    first = re.search(r"KL\(P‖Q\), step 0: .* (\S+) nats", out)
    assert float(first[1]) == pytest.approx(found.pq)
    if found.seeking is None:
        assert "KL(Q‖P) = inf for every Gaussian" in out
        return
    last = re.search(rf"KL\(Q‖P\), step {len(found.seeking.path) - 1}: .* (\S+) nats", out)
    assert float(last[1]) == pytest.approx(found.seeking.end.nats)
    ends = [float(value) for value in re.findall(r"^Normal.* (\S+) nats", out, re.MULTILINE)]
    assert ends == pytest.approx(sorted(search.end.nats for search in found.others))


def test_in_bits_every_number_is_divided_by_the_logarithm_of_2(capsys):
    fit = PRESETS[0].state
    nats, bits = (_printed(results.script(fit, unit), unit, capsys) for unit in ("nats", "bits"))
    assert bits == pytest.approx([value / math.log(2) for value in nats])


def _printed(script, unit, capsys):
    exec(compile(script, "script", "exec"), {})
    return [float(value) for value in re.findall(rf" (\S+) {unit}", capsys.readouterr().out)]
