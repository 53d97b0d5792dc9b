"""The script of a Gaussian, run as a visitor would."""

import re
import subprocess
import sys

import pytest

from pages.ui.scripts.fill import fill
from pages.ui.vae import results
from pages.ui.vae.presets import PRESETS
from tests.theme import ROOT


@pytest.mark.parametrize("q", [preset.state for preset in PRESETS], ids=lambda q: q.encode())
def test_the_script_of_q_prints_what_the_page_shows(q):
    out = subprocess.run(
        [sys.executable, "-W", "error", "-c", fill("vae", mean=q.mean, std=q.std)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    one = results.solve(q)
    kl, cross = one.descents
    printed = {
        name: float(value.removesuffix(" nats"))
        for name, value in re.findall(r"^(.*?)(?: =|:) (.*)$", out, re.MULTILINE)
    }
    assert printed == {
        "KL(q‖p)": pytest.approx(one.kl, abs=1e-12),
        "closed form": pytest.approx(one.kl, abs=1e-12),
        "area above 0": pytest.approx(one.above, abs=1e-9),
        "area below 0": pytest.approx(one.below, abs=1e-9),
        "std after descent on KL": pytest.approx(kl.std[-1]),
        "std after descent on cross-entropy": pytest.approx(cross.std[-1]),
    }
