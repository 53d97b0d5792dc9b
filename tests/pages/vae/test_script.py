"""The scripts of a Gaussian and of a point, run as a visitor would."""

import re
import subprocess
import sys

import numpy as np
import pytest

from models.vae import decoder, record
from pages.ui.scripts.fill import fill
from pages.ui.vae import results
from pages.ui.vae.presets import PRESETS
from tests.made_up_vaes import RATES, saved, weights
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
        "std down KL": pytest.approx(kl.std[-1]),
        "std down cross-entropy": pytest.approx(cross.std[-1]),
    }


def test_the_script_of_a_point_decodes_it_from_the_weights(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(record, "SAVED", tmp_path)
    saved(tmp_path, [1.0])
    exec(compile(fill("vae_decoder", beta=1.0, z=(0.5, -1.25)), "script", "exec"), {})
    out = capsys.readouterr().out
    picture = decoder.decode(weights(1), np.array([[0.5, -1.25]]))[0]
    assert f"rate: {RATES[1.0]} nats" in out
    assert float(re.search(r"mean brightness: (\S+)", out)[1]) == pytest.approx(picture.mean())
    drawing = out.rstrip("\n").split("\n")[-14:]
    assert {len(line) for line in drawing} == {28}
    brightest = np.unravel_index(picture[::2].argmax(), (14, 28))
    darkest = np.unravel_index(picture[::2].argmin(), (14, 28))
    for row, column in (brightest, darkest):
        bright = picture[2 * row, column]
        assert drawing[row][column] == " .:-=+*#%@"[int(9.99 * bright)]
