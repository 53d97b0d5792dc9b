"""Gaussians worth looking at, each with what to do with it and what to notice. Plain data."""

from __future__ import annotations

from pages.ui.editing.preset import Preset
from pages.ui.vae.state import Encoded

PRESETS = (
    Preset(
        "picture",
        "One picture’s code",
        Encoded(1.5, 0.4),
        "Widen q with its flat handle, and watch the area above 0 shrink.",
        "The net is rather sure where this picture belongs: q is narrow, and not at 0. Both cost.",
    ),
    Preset(
        "far",
        "Far away",
        Encoded(4, 1),
        "Carry q home to 0. Halfway, look at the price again.",
        "q is as wide as the prior, so only the distance costs: μ²/2. Half the way takes three "
        "quarters of the price away.",
    ),
    Preset(
        "narrow",
        "Too narrow",
        Encoded(0, 0.1),
        "Press the right arrow key on the flat handle, again and again.",
        "q stands in the right place, and pays for promising it so exactly: −ln σ − ½, nearly.",
    ),
    Preset(
        "wide",
        "Too wide",
        Encoded(0, 2.5),
        "Narrow q until the price is 0.",
        "Now the shaded area is above 0 on both sides: q goes where the prior hardly ever does.",
    ),
    Preset(
        "same",
        "The prior itself",
        Encoded(0, 1),
        "Move either handle by one key: each way costs.",
        "q is the prior: KL is 0, and the code says nothing about the picture.",
    ),
)
HOME = PRESETS[0].state
