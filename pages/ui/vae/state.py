"""What a visitor edits: the Gaussian that an encoder computes for one image."""

from __future__ import annotations

from dataclasses import dataclass

from pages.ui.editing.numbers import Numbers

LOW, HIGH = -5.0, 5.0  # of the mean, and of the z axis; the scripts get all limits from here
NARROWEST, WIDEST = 0.1, 3.0  # standard deviations


@dataclass(frozen=True)
class Posterior(Numbers):
    """The approximate posterior of one image: q = N(mean, std²)."""

    mean: float
    std: float

    KIND = "Gaussian"
    RULE = "The share text of q has the form “mean:standard deviation”, as in “1.5:0.4”"
    BOUNDS = (
        ("q’s mean μ", LOW, HIGH),
        ("q’s standard deviation σ", NARROWEST, WIDEST),
    )
