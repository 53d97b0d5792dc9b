"""The script of a fit, run as a visitor would."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pages.ui import snippets
from pages.ui.fitting import fits
from pages.ui.fitting.presets import PRESETS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("key", ["two", "heap", "box"])
def test_the_script_prints_what_the_page_shows(key):
    fit = next(preset.state for preset in PRESETS if preset.key == key)
    script = snippets.fit_script(fit.hills, fit.bins, fit.q, "nats")
    out = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    found = fits.find(fit)
    first = re.search(r"KL\(P‖Q\), step 0: .* (\S+) nats", out)
    assert float(first[1]) == pytest.approx(found.pq)
    if found.seeking is None:
        assert "KL(Q‖P) = inf for every Gaussian" in out
        return
    last = re.search(rf"KL\(Q‖P\), step {len(found.seeking.path) - 1}: .* (\S+) nats", out)
    assert float(last[1]) == pytest.approx(found.seeking.end.nats)
    ends = [float(value) for value in re.findall(r"^Normal.* (\S+) nats", out, re.MULTILINE)]
    assert ends == pytest.approx(sorted(search.end.nats for search in found.others))


def test_in_bits_every_number_is_divided_by_the_logarithm_of_2():
    fit = PRESETS[0].state
    script = snippets.fit_script(fit.hills, fit.bins, fit.q, "bits")
    assert "unit = 1 / np.log(2)  # bits in a nat" in script
