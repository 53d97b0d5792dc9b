"""Pairs worth looking at, each with what to do with it and what to notice. Plain data."""

from __future__ import annotations

from pages.ui import content
from pages.ui.editing.preset import Preset
from pages.ui.pairs.pair import Pair

PRESETS = (
    content.preset("asymmetry/preset-coin", Pair(("heads", "tails"), (1, 1), (9, 1))),
    content.preset(
        "asymmetry/preset-binomial", Pair(("0 heads", "1 head", "2 heads"), (9, 12, 4), (1, 1, 1))
    ),
    content.preset(
        "asymmetry/preset-label",
        Pair(("cat", "dog", "frog", "ship"), (1, 0, 0, 0), (0.7, 0.2, 0.08, 0.02)),
    ),
    content.preset(
        "asymmetry/preset-one-zero", Pair(("sun", "rain", "snow"), (0.5, 0.4, 0.1), (0.6, 0.4, 0))
    ),
    content.preset(
        "asymmetry/preset-disjoint",
        Pair(("a", "b", "c", "d"), (1, 1, 0, 0), (0, 0, 1, 1)),
    ),
    content.preset(
        "asymmetry/preset-near",
        Pair(("red", "green", "blue"), (0.5, 0.3, 0.2), (0.51, 0.3, 0.19), locked_q=frozenset({1})),
    ),
)

CLASSES = tuple("airplane automobile bird cat deer dog frog horse ship truck".split())
# For the page on codes: P's entropy, its words, and words that were made for Q.
CODES = (
    Preset(
        "weather",
        "Tomorrow’s weather",
        Pair(("sun", "cloud", "rain", "snow"), (4, 2, 1, 1), (1, 1, 1, 1)),
        "Drag sun up to 0.9: the weather becomes dull, and H(P) falls.",
        "At the start every probability is one half, multiplied by itself a few times, so every "
        "surprise is a whole number of bits.",
    ),
    Preset(
        "horses",
        "Eight horses",
        Pair(
            tuple(f"horse {number}" for number in range(1, 9)),
            (32, 16, 8, 4, 1, 1, 1, 1),
            (1,) * 8,
        ),
        "Drag horse 1 up to 0.9: hardly anyone is surprised by the winner.",
        "A classic race: eight horses, and yet the winner’s name takes two bits on average, not "
        "three.",
    ),
    Preset(
        "binomial",
        "Two tosses",
        Pair(("0 heads", "1 head", "2 heads"), (9, 12, 4), (1, 1, 1)),
        "Set 1 head to 1/3, lock it, and set 0 heads to 1/3: no other P is as surprising.",
        "A coin that shows heads two times in five is tossed twice: how many heads? The mean "
        "surprise lies close to the most that three outcomes can have.",
    ),
    Preset(
        "smoothed",
        "A smoothed label",
        Pair(CLASSES, (91, *(1,) * 9), (64, *(4,) * 9)),
        "Drag airplane to 1: nothing is left to be surprised at.",
        "What a net is trained on if its labels are smoothed: one class gets nearly all. One "
        "outcome hardly surprises, nine surprise a lot, and these come seldom.",
    ),
    Preset(
        "coin",
        "A fair coin",
        Pair(("heads", "tails"), (1, 1), (9, 1)),
        "Drag heads to 0.9: the loaded coin is less of a surprise on average.",
        "Two outcomes, as uncertain as can be: one bit a toss.",
    ),
)
