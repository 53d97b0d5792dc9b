"""Example samples. Plain data."""

from __future__ import annotations

from pages.ui import content
from pages.ui.loss.state import Descent, Sample

NAMES = "cat", "dog", "frog", "ship", "truck"

PRESETS = (
    content.preset("loss/preset-start", Sample(NAMES, (0, 0, 0, 0, 0))),
    content.preset("loss/preset-right", Sample(NAMES, (6, 1, 0.5, 0, -1))),
    content.preset(
        "loss/preset-wrong", Sample(NAMES, (-12, 6, 1, 0, 0), descent=Descent(keras=True))
    ),
    content.preset("loss/preset-smoothed", Sample(NAMES, (2, 1, 0, 0, -1), smoothing=0.1)),
    content.preset(
        "loss/preset-undecided", Sample(NAMES, (0, 0, 2, 0, 0), weights=(0.5, 0.4, 0.1, 0, 0))
    ),
)
HOME = PRESETS[0].state
