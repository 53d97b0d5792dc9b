"""Pairs worth looking at, each with what to do with it and what to notice. Plain data."""

from __future__ import annotations

from dataclasses import dataclass

from kl_core import EXAMPLES
from pages.ui.pair import Pair


@dataclass(frozen=True)
class Preset:
    """A pair of kl_core's examples in weights that are easy to read."""

    key: str
    title: str
    pair: Pair
    do: str
    notice: str

    @property
    def source(self) -> str:
        """Where the pair comes from."""
        return EXAMPLES[self.key].source


PRESETS = (
    Preset(
        "coin",
        "A loaded coin",
        Pair(("heads", "tails"), (1, 1), (9, 1)),
        "Drag Q’s heads down to one half.",
        "The coin is fair, but the model Q expects heads nine times in ten. Both numbers fall to 0 "
        "together, and until then they differ.",
    ),
    Preset(
        "binomial",
        "Two tosses, a rough guess",
        Pair(("0 heads", "1 head", "2 heads"), (9, 12, 4), (1, 1, 1)),
        "Drag one of Q’s bars towards P’s.",
        "P is two tosses of a coin that shows heads two times in five; Q shrugs and calls the "
        "three counts equally likely. Both directions are small, and they are not equal.",
    ),
    Preset(
        "label",
        "A label and a softmax",
        Pair(("cat", "dog", "frog", "ship"), (1, 0, 0, 0), (0.7, 0.2, 0.08, 0.02)),
        "Drag Q’s cat up, as training would.",
        "A photograph of a cat: the label puts everything on one class. H(P) is 0, so KL(P‖Q) and "
        "the cross-entropy are the same number, −log 0.7. The other direction is infinite.",
    ),
    Preset(
        "one-zero",
        "One outcome ruled out",
        Pair(("sun", "rain", "snow"), (0.5, 0.4, 0.1), (0.6, 0.4, 0)),
        "Give Q’s snow the smallest probability that you can.",
        "Q says that it never snows, and it does. KL(P‖Q) is infinite; KL(Q‖P), which never asks "
        "about snow, stays small.",
    ),
    Preset(
        "disjoint",
        "Nothing in common",
        Pair(("a", "b", "c", "d"), (1, 1, 0, 0), (0, 0, 1, 1)),
        "Give P a little of c, then a little of d.",
        "Each rules out all that the other expects: infinite both ways.",
    ),
    Preset(
        "near",
        "Nearly equal",
        Pair(("red", "green", "blue"), (0.5, 0.3, 0.2), (0.51, 0.3, 0.19), locked_q=frozenset({1})),
        "Move Q’s red to 0.52 (green is locked): the distance doubles, and the divergence grows "
        "fourfold.",
        "So close together, the two directions nearly agree. KL is then almost half of χ², a "
        "squared distance, and a squared distance has no direction.",
    ),
)
