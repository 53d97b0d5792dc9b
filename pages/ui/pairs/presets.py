"""Pairs worth looking at, each with what to do with it and what to notice. Plain data."""

from __future__ import annotations

from pages.ui.editing.preset import Preset
from pages.ui.pairs.pair import Pair

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
