"""Fits worth looking at, each with what to do with it and what to notice. Plain data."""

from __future__ import annotations

import math

from pages.ui.editing.preset import Preset
from pages.ui.fitting.fit import CENTRES, TALLEST, Fit, Gaussian, Hill, few

# x²·exp(−x) from −5 on: it rises fast and falls slowly. No bin is empty.
HEAP = tuple(
    max(few(TALLEST * max(x + 5, 0.0) ** 2 * math.exp(-(x + 5)) / 0.5413), 0.1) for x in CENTRES
)
BOX = tuple(TALLEST if abs(x) < 3 else 0.0 for x in CENTRES)

PRESETS = (
    Preset(
        "two",
        "Two hills",
        Fit((Hill(-3, 0.8, 0.55), Hill(2.5, 1, 0.45)), (), Gaussian(0.4, 0.6)),
        "Press “To the end”. Then drag Q onto the other hill and press it again.",
        "KL(P‖Q) ends in the same place from everywhere. KL(Q‖P) ends on whichever hill was near.",
    ),
    Preset(
        "uneven",
        "A large and a small hill",
        Fit((Hill(-1.5, 1.2, 0.85), Hill(4, 0.5, 0.15)), (), Gaussian(2.8, 0.6)),
        "Press “To the end”, then drag the small hill’s peak down, little by little.",
        "Beside the small hill the search for the least KL(Q‖P) stays there, though the large one "
        "is far better: it never looks across the valley.",
    ),
    Preset(
        "three",
        "Three hills",
        Fit(
            (Hill(-4.8, 0.6, 0.35), Hill(0, 0.7, 0.4), Hill(4.8, 0.6, 0.25)), (), Gaussian(2.2, 0.6)
        ),
        "Count the stars in the orange map, and reach each of them from a Q nearby.",
        "Every hill has a lowest point of its own, and one broad Q may have one too.",
    ),
    Preset(
        "one",
        "One Gaussian",
        Fit((Hill(1, 1.5, 1),), (), Gaussian(-3, 0.6)),
        "Press “To the end”, then press “Add a hill” below.",
        "P is a Gaussian itself, so one Q makes both numbers 0. Away from it they still differ.",
    ),
    Preset(
        "heap",
        "A skewed heap",
        Fit((), HEAP, Gaussian(1, 2)),
        "Draw a second hill into the tail, and watch the orange map grow a second lowest point.",
        "A long tail pulls KL(P‖Q)’s Q to the right and widens it. KL(Q‖P)’s stays at the peak.",
    ),
    Preset(
        "box",
        "A box",
        Fit((), BOX, Gaussian(0, 1)),
        "Press “Give empty bins a little” below.",
        "Outside its box P is 0, and a Gaussian reaches everywhere: KL(Q‖P) is ∞ for every Q.",
    ),
)
HOME = PRESETS[0].state
