"""Samples worth looking at, each with what to do with it and what to notice. Plain data."""

from __future__ import annotations

from pages.ui.editing.preset import Preset
from pages.ui.loss.sample import Descent, Sample

NAMES = "cat", "dog", "frog", "ship", "truck"


PRESETS = (
    Preset(
        "start",
        "Just started",
        Sample(NAMES, (0, 0, 0, 0, 0)),
        "Drag the logit of cat up, as training would.",
        "An untrained net gives every class about the same. The label is certain, so H(P) is 0 "
        "and the two losses are one number.",
    ),
    Preset(
        "right",
        "Confident and right",
        Sample(NAMES, (6, 1, 0.5, 0, -1)),
        "Compare the gradients with those of “Just started”.",
        "Q is almost P. Both losses are small, and so is every slope: what is right already "
        "teaches next to nothing.",
    ),
    Preset(
        "wrong",
        "Confident and wrong",
        Sample(NAMES, (-12, 6, 1, 0, 0), descent=Descent(keras=True)),
        "Go down to “Let both learn”, and change between exact and Keras’s slopes.",
        "The net is sure of dog, and gives cat less than 10⁻⁷. The exact slopes are as steep as "
        "they can be; those of Keras’s KL are gone.",
    ),
    Preset(
        "smoothed",
        "A smoothed label",
        Sample(NAMES, (2, 1, 0, 0, -1), smoothing=0.1),
        "Drag the smoothing: the two losses move apart, the gradients never do.",
        "The label keeps a little for every class, so H(P) is above 0. Cross-entropy is larger by "
        "just that.",
    ),
    Preset(
        "undecided",
        "Two right answers",
        Sample(NAMES, (0, 0, 2, 0, 0), weights=(0.5, 0.4, 0.1, 0, 0)),
        "Drag P’s bars, and see what the best possible loss becomes.",
        "Ten people were asked, and disagreed. No Q can make the cross-entropy smaller than H(P); "
        "KL goes down to 0.",
    ),
)
HOME = PRESETS[0].state
