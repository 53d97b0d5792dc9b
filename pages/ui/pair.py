"""Two distributions in the making: outcomes with weights, their code, and the presets."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

MIN_OUTCOMES, MAX_OUTCOMES = 2, 10
MAX_NAME = 24
MAX_WEIGHT = 1e6
MAX_CODE = 1000
RESERVED = ",:[]"  # the code separates by the first two; the others could make a name a link


@dataclass(frozen=True)
class Pair:
    """Names of the outcomes and the weights that P and Q give them, not yet normalised."""

    names: tuple[str, ...]
    p: tuple[float, ...]
    q: tuple[float, ...]

    def swapped(self) -> Pair:
        """The same outcomes, with P and Q exchanged."""
        return replace(self, p=self.q, q=self.p)

    def longer(self) -> Pair:
        """With one more outcome, of weight 0 in both."""
        taken = set(self.names)
        name = next(n for n in (f"outcome {i}" for i in range(1, 99)) if n not in taken)
        return Pair((*self.names, name), (*self.p, 0.0), (*self.q, 0.0))

    def without(self, index: int) -> Pair:
        """Without one outcome."""
        rows = [
            row
            for place, row in enumerate(zip(self.names, self.p, self.q, strict=True))
            if place != index
        ]
        names, p, q = zip(*rows, strict=True)
        return Pair(names, p, q)

    def encode(self) -> str:
        """The pair as one line: "heads:1:3, tails:1:1"."""
        rows = zip(self.names, self.p, self.q, strict=True)
        return ", ".join(f"{name}:{_number(p)}:{_number(q)}" for name, p, q in rows)


def decode(code: str) -> Pair:
    """The pair that `encode` wrote. Raises ValueError, in one sentence, for anything else."""
    if len(code) > MAX_CODE:
        raise ValueError(f"The code is longer than {MAX_CODE:,} characters.")
    rows = [[part.strip() for part in row.split(":")] for row in code.split(",")]
    if not MIN_OUTCOMES <= len(rows) <= MAX_OUTCOMES:
        raise ValueError(
            f"A code has {MIN_OUTCOMES} to {MAX_OUTCOMES} outcomes between commas; "
            f"this one has {len(rows)}."
        )
    for number, row in enumerate(rows, 1):
        if len(row) != 3 or not tidy_name(row[0]):
            raise ValueError(
                f"An outcome is written name:P:Q; number {number} is “{':'.join(row)[:40]}”."
            )
    names = tuple(tidy_name(row[0]) for row in rows)
    if (again := next((n for n in names if names.count(n) > 1), None)) is not None:
        raise ValueError(f"Each outcome needs a name of its own; “{again}” comes twice.")
    p, q = (tuple(_weight(row[column], row[0]) for row in rows) for column in (1, 2))
    return Pair(names, p, q)


def tidy_name(text: str) -> str:
    """A name as a code can carry it: on one line, without commas and colons, not too long."""
    kept = "".join(" " if c in RESERVED or not c.isprintable() else c for c in text)
    return " ".join(kept.split())[:MAX_NAME].strip()


def _number(value: float) -> str:
    return f"{value:.12g}"


def _weight(text: str, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= MAX_WEIGHT:
        raise ValueError(
            f"A weight is a number from 0 to {MAX_WEIGHT:,.0f}; “{name[:MAX_NAME]}” has "
            f"“{text[:20]}”."
        )
    return value


@dataclass(frozen=True)
class Preset:
    """A pair worth looking at, with what to notice in it."""

    title: str
    pair: Pair
    notice: str


PRESETS = (
    Preset(
        "Two tosses, a rough guess",
        Pair(("0 heads", "1 head", "2 heads"), (9, 12, 4), (1, 1, 1)),
        "P is two tosses of a coin that shows heads two times in five; Q shrugs and calls the "
        "three counts equally likely. Both directions are small, and they are not equal.",
    ),
    Preset(
        "A loaded coin",
        Pair(("heads", "tails"), (1, 1), (9, 1)),
        "The coin is fair, but the model Q expects heads nine times in ten. Press “Swap P and Q” "
        "and see the two numbers change places.",
    ),
    Preset(
        "One outcome ruled out",
        Pair(("sun", "rain", "snow"), (0.5, 0.4, 0.1), (0.6, 0.4, 0)),
        "Q says that it never snows, and it does. KL(P‖Q) is infinite; KL(Q‖P), which never asks "
        "about snow, stays small.",
    ),
    Preset(
        "Nothing in common",
        Pair(("a", "b", "c", "d"), (1, 1, 0, 0), (0, 0, 1, 1)),
        "Each rules out all that the other expects: infinite both ways.",
    ),
    Preset(
        "Nearly equal",
        Pair(("red", "green", "blue"), (0.5, 0.3, 0.2), (0.51, 0.3, 0.19)),
        "So close together, the two directions nearly agree. KL is then almost a squared distance, "
        "and a squared distance has no direction.",
    ),
    Preset(
        "A label and a softmax",
        Pair(("cat", "dog", "frog", "ship"), (1, 0, 0, 0), (0.7, 0.2, 0.08, 0.02)),
        "A photograph of a cat: the label puts everything on one class. H(P) is 0, so KL(P‖Q) and "
        "the cross-entropy are the same number, −log 0.7. The other direction is infinite.",
    ),
)
