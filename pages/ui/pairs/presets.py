"""Example pairs, each with what to do and what to notice. Plain data."""

from __future__ import annotations

from pages.ui import content
from pages.ui.pairs.state import Pair

# A pair: its outcomes, their weights in P, and their weights in Q.
COIN = Pair(("heads", "tails"), (1, 1), (9, 1))
TWO_TOSSES = Pair(("0 heads", "1 head", "2 heads"), (9, 12, 4), (1, 1, 1))
CLASSES = tuple("airplane automobile bird cat deer dog frog horse ship truck".split())
HORSES = tuple(f"horse {number}" for number in range(1, 9))

PRESETS = (
    content.preset("asymmetry/preset-coin", COIN),
    content.preset("asymmetry/preset-binomial", TWO_TOSSES),
    content.preset(
        "asymmetry/preset-label",
        Pair(("cat", "dog", "frog", "ship"), (1, 0, 0, 0), (0.7, 0.2, 0.08, 0.02)),
    ),
    content.preset(
        "asymmetry/preset-one-zero", Pair(("sun", "rain", "snow"), (0.5, 0.4, 0.1), (0.6, 0.4, 0))
    ),
    content.preset(
        "asymmetry/preset-disjoint", Pair(("a", "b", "c", "d"), (1, 1, 0, 0), (0, 0, 1, 1))
    ),
    content.preset(
        "asymmetry/preset-near",
        Pair(("red", "green", "blue"), (0.5, 0.3, 0.2), (0.51, 0.3, 0.19), locked_q=frozenset({1})),
    ),
)
# For the page Entropy: P, its codewords, and a code made for Q.
CODES = (
    content.preset(
        "entropy/preset-weather",
        Pair(("sun", "cloud", "rain", "snow"), (4, 2, 1, 1), (1, 1, 1, 1)),
    ),
    content.preset("entropy/preset-horses", Pair(HORSES, (32, 16, 8, 4, 1, 1, 1, 1), (1,) * 8)),
    content.preset("entropy/preset-binomial", TWO_TOSSES),
    content.preset("entropy/preset-smoothed", Pair(CLASSES, (91, *(1,) * 9), (64, *(4,) * 9))),
    content.preset("entropy/preset-coin", COIN),
)
