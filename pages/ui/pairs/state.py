"""Two distributions as edited: outcomes with weights and locks, and their share text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pages.ui import parsing

MIN_OUTCOMES, MAX_OUTCOMES = 2, 100
MAX_NAME = 24
MAX_WEIGHT = 1e12
MAX_TEXT = 7000  # characters of a share text
MAX_DRAWS = 100_000
RESERVED = ",:[]"  # a share text separates by the first two; the others could make a name a link
LOCK = "!"  # after a weight in a share text


@dataclass(frozen=True)
class Pair:
    """Names of the outcomes and the weights that P and Q give them, not yet normalised.

    A locked outcome keeps its probability while others are set.
    """

    names: tuple[str, ...]
    p: tuple[float, ...]
    q: tuple[float, ...]
    locked_p: frozenset[int] = frozenset()
    locked_q: frozenset[int] = frozenset()

    @property
    def weightless(self) -> list[str]:
        """Those of "P" and "Q" whose weights are all 0, which is no distribution."""
        return [name for name, row in (("P", self.p), ("Q", self.q)) if not any(row)]

    @property
    def weights(self) -> dict[str, tuple[float, float]]:
        """The weights of each outcome in P and in Q."""
        return dict(zip(self.names, zip(self.p, self.q, strict=True), strict=True))

    def unlocked(self) -> Pair:
        """The same distributions without locks."""
        return replace(self, locked_p=frozenset(), locked_q=frozenset())

    def swapped(self) -> Pair:
        """The same outcomes, with P and Q exchanged."""
        return Pair(self.names, self.q, self.p, self.locked_q, self.locked_p)

    def longer(self) -> Pair:
        """The same pair with one more outcome, of weight 0 in both."""
        taken = set(self.names)
        name = next(n for n in (f"outcome {i}" for i in range(1, MAX_OUTCOMES)) if n not in taken)
        return replace(self, names=(*self.names, name), p=(*self.p, 0.0), q=(*self.q, 0.0))

    def encode(self) -> str:
        """The share text: "heads:1:3!, tails:1:1", where heads is locked in Q."""
        return ", ".join(
            f"{name}:{p:.12g}{LOCK * (i in self.locked_p)}:{q:.12g}{LOCK * (i in self.locked_q)}"
            for i, (name, p, q) in enumerate(zip(self.names, self.p, self.q, strict=True))
        )


def decode(text: str) -> Pair:
    """The pair of a share text. Raises ValueError, in one sentence, if the text is invalid."""
    if len(text) > MAX_TEXT:
        raise ValueError(f"The share text is longer than {MAX_TEXT:,} characters.")
    rows = [
        [part.strip() for part in row.split(":")] for row in text.strip().rstrip(",").split(",")
    ]
    for number, row in enumerate(rows, 1):
        if len(row) != 3:
            raise ValueError(_not_an_outcome(number, row) + parsing.comma_in(text))
    locked = [
        frozenset(i for i, row in enumerate(rows) if row[column].endswith(LOCK))
        for column in (1, 2)
    ]
    p, q = ([row[column].removesuffix(LOCK) for row in rows] for column in (1, 2))
    return checked([row[0] for row in rows], p, q, *locked)


def checked(
    names: list[str],
    p: Sequence[str | float],
    q: Sequence[str | float],
    locked_p: frozenset[int] = frozenset(),
    locked_q: frozenset[int] = frozenset(),
) -> Pair:
    """The pair of untrusted values. Raises ValueError, in one sentence, if they are invalid."""
    if not MIN_OUTCOMES <= len(names) <= MAX_OUTCOMES:
        raise ValueError(f"A pair has {MIN_OUTCOMES} to {MAX_OUTCOMES} outcomes, not {len(names)}.")
    whole = [parsing.tidy_name(name, RESERVED, MAX_TEXT) for name in names]
    for number, row in enumerate(zip(names, p, q, strict=True), 1):
        if not whole[number - 1]:
            raise ValueError(_not_an_outcome(number, list(row)))
    if (again := next((n for n in whole if whole.count(n) > 1), None)) is not None:
        raise ValueError(f"Names of outcomes must be unique; “{again[:40]}” occurs twice.")
    tidy = _shortened(whole)
    for_p, for_q = (
        tuple(_weight(value, name) for value, name in zip(row, tidy, strict=True)) for row in (p, q)
    )
    return Pair(tidy, for_p, for_q, locked_p, locked_q)


def _shortened(names: Sequence[str]) -> tuple[str, ...]:
    """Names cut to the maximum length; equal ones are numbered, as the full names differ."""
    shown: list[str] = []
    for name in names:
        short, number = name[:MAX_NAME].strip(), 2
        while short in shown:
            end = f" {number}"
            short, number = f"{name[: MAX_NAME - len(end)].strip()}{end}", number + 1
        shown.append(short)
    return tuple(shown)


def _not_an_outcome(number: int, row: list) -> str:
    text = ":".join(str(part) for part in row)[:40]
    return f"Write each outcome as name:P:Q, for example rain:3:1; number {number} is “{text}”."


def _weight(given: str | float, name: str) -> float:
    try:
        value = parsing.value_of(given)
    except (TypeError, OverflowError):
        value = math.nan
    if not 0 <= value <= MAX_WEIGHT:
        raise ValueError(
            f"A weight is a number from 0 to {MAX_WEIGHT:,.0f}; “{name}” has “{str(given)[:20]}”."
        )
    return value


def number_of_draws(text: str) -> int:
    """The number of draws. Raises ValueError, in one sentence, if the text is not valid."""
    try:
        return parsing.count(text, 1, MAX_DRAWS)
    except ValueError:
        raise ValueError(
            f"The number of draws must be a whole number from 1 to {MAX_DRAWS:,}; "
            f"{f'got “{text[:20].strip()}”' if text.strip() else 'the field is empty'}."
        ) from None
