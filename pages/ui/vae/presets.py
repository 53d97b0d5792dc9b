"""Gaussians worth looking at, each with what to do with it and what to notice. Plain data."""

from __future__ import annotations

from pages.ui import content
from pages.ui.vae.state import Encoded

PRESETS = (
    content.preset("vae/preset-picture", Encoded(1.5, 0.4)),
    content.preset("vae/preset-far", Encoded(4, 1)),
    content.preset("vae/preset-narrow", Encoded(0, 0.1)),
    content.preset("vae/preset-wide", Encoded(0, 2.5)),
    content.preset("vae/preset-same", Encoded(0, 1)),
)
HOME = PRESETS[0].state
