"""Fits worth looking at. Plain data."""

from __future__ import annotations

import math

from pages.ui import content
from pages.ui.fitting.state import CENTRES, TALLEST, Fit, Gaussian, Hill, few

# x²·exp(−x) from −5 on: it rises fast and falls slowly. No bin is empty.
HEAP = tuple(
    max(few(TALLEST * max(x + 5, 0.0) ** 2 * math.exp(-(x + 5)) / 0.5413), 0.1) for x in CENTRES
)
BOX = tuple(TALLEST if abs(x) < 3 else 0.0 for x in CENTRES)

PRESETS = (
    content.preset(
        "fitting/preset-two",
        Fit((Hill(-3, 0.8, 0.55), Hill(2.5, 1, 0.45)), (), Gaussian(0.4, 0.6)),
    ),
    content.preset(
        "fitting/preset-uneven",
        Fit((Hill(-1.5, 1.2, 0.85), Hill(4, 0.5, 0.15)), (), Gaussian(2.8, 0.6)),
    ),
    content.preset(
        "fitting/preset-three",
        Fit(
            (Hill(-4.8, 0.6, 0.35), Hill(0, 0.7, 0.4), Hill(4.8, 0.6, 0.25)), (), Gaussian(2.2, 0.6)
        ),
    ),
    content.preset("fitting/preset-one", Fit((Hill(1, 1.5, 1),), (), Gaussian(-3, 0.6))),
    content.preset("fitting/preset-heap", Fit((), HEAP, Gaussian(1, 2))),
    content.preset("fitting/preset-box", Fit((), BOX, Gaussian(0, 1))),
)
HOME = PRESETS[0].state
