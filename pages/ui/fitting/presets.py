"""Fits worth looking at. Plain data."""

from __future__ import annotations

import math

from pages.ui import content
from pages.ui.fitting.state import CENTRES, TALLEST, Component, Fit, Gaussian, three_digits

# x²·exp(−x) from −5 on, a gamma density: a steep rise and a long tail. No bin is empty.
SKEWED = tuple(
    max(three_digits(TALLEST * max(x + 5, 0.0) ** 2 * math.exp(-(x + 5)) / 0.5413), 0.1)
    for x in CENTRES
)
UNIFORM = tuple(TALLEST if abs(x) < 3 else 0.0 for x in CENTRES)

PRESETS = (
    content.preset(
        "fitting/preset-two",
        Fit((Component(-3, 0.8, 0.55), Component(2.5, 1, 0.45)), (), Gaussian(0.4, 0.6)),
    ),
    content.preset(
        "fitting/preset-uneven",
        Fit((Component(-1.5, 1.2, 0.85), Component(4, 0.5, 0.15)), (), Gaussian(2.8, 0.6)),
    ),
    content.preset(
        "fitting/preset-three",
        Fit(
            (Component(-4.8, 0.6, 0.35), Component(0, 0.7, 0.4), Component(4.8, 0.6, 0.25)),
            (),
            Gaussian(2.2, 0.6),
        ),
    ),
    content.preset("fitting/preset-one", Fit((Component(1, 1.5, 1),), (), Gaussian(-3, 0.6))),
    content.preset("fitting/preset-skewed", Fit((), SKEWED, Gaussian(1, 2))),
    content.preset("fitting/preset-uniform", Fit((), UNIFORM, Gaussian(0, 1))),
)
HOME = PRESETS[0].state
