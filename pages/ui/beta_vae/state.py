"""What a visitor edits: the latent z that a network decodes."""

from __future__ import annotations

from dataclasses import dataclass

from pages.ui.editing.numbers import Numbers

FURTHEST = 100.0  # beyond, no decoder is asked; models/vae/decoder.py has the same


@dataclass(frozen=True)
class Point(Numbers):
    """z = (first, second), a point of the latent space."""

    first: float
    second: float

    KIND = "point"
    RULE = "The share text of z has the form “first:second”, as in “0.5:-1.2”"
    BOUNDS = (
        ("The first coordinate", -FURTHEST, FURTHEST),
        ("The second coordinate", -FURTHEST, FURTHEST),
    )
