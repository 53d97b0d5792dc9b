"""The script that decodes a latent z, run as a visitor would."""

import re

import numpy as np
import pytest

from models.vae import decoder, record
from pages.ui.scripts.fill import fill
from tests.made_up_vaes import RATES, saved, weights


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
