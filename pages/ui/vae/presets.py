"""Examples of q, each with what to do and what to notice. Plain data."""

from __future__ import annotations

from pages.ui import content
from pages.ui.vae.state import Posterior

PRESETS = (
    content.preset("vae/preset-picture", Posterior(1.5, 0.4)),
    content.preset("vae/preset-far", Posterior(4, 1)),
    content.preset("vae/preset-narrow", Posterior(0, 0.1)),
    content.preset("vae/preset-wide", Posterior(0, 2.5)),
    content.preset("vae/preset-same", Posterior(0, 1)),
)
HOME = PRESETS[0].state
