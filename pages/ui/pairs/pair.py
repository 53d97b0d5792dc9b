"""Two distributions in the making: outcomes with weights and locks, and their code."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pages.ui import parsing

MIN_OUTCOMES, MAX_OUTCOMES = 2, 100
MAX_NAME = 24
MAX_WEIGHT = 1e12
MAX_CODE = 7000
DIGITS = 4  # of a probability that was set by hand; dragbars.js has the same
RESERVED = ",:[]"  # the code separates by the first two; the others could make a name a link
LOCK = "!"  # after a weight in the code


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
    def weights(self) -> dict[str, tuple[float, float]]:
        """What P and Q give each outcome."""
        return dict(zip(self.names, zip(self.p, self.q, strict=True), strict=True))

    def unlocked(self) -> Pair:
        """The same distributions, with nothing locked."""
        return replace(self, locked_p=frozenset(), locked_q=frozenset())

    def swapped(self) -> Pair:
        """The same outcomes, with P and Q exchanged."""
        return Pair(self.names, self.q, self.p, self.locked_q, self.locked_p)

    def longer(self) -> Pair:
        """With one more outcome, of weight 0 in both."""
        taken = set(self.names)
        name = next(n for n in (f"outcome {i}" for i in range(1, MAX_OUTCOMES)) if n not in taken)
        return replace(self, names=(*self.names, name), p=(*self.p, 0.0), q=(*self.q, 0.0))

    def with_probability(self, of: str, index: int, value: float) -> Pair:
        """With one probability of P or Q set; the others give way in proportion, but for locks.

        The bars do the same in the browser, and are held to this.

        Raises ValueError beyond 0 and 1, and where nothing can give way.
        """
        if not 0 <= value <= 1:
            raise ValueError(f"A probability is a number from 0 to 1, not {value:.6g}.")
        weights, locked = (self.p, self.locked_p) if of == "p" else (self.q, self.locked_q)
        free = [i for i in range(len(weights)) if i not in locked and i != index]
        if index in locked:
            raise ValueError(f"“{self.names[index]}” is locked in {of.upper()}: unlock it first.")
        if not free:
            raise ValueError(f"All other outcomes of {of.upper()} are locked: none can give way.")
        found = _give_way(weights, free, index, value)
        return replace(self, p=found) if of == "p" else replace(self, q=found)

    def encode(self) -> str:
        """The pair as one line: "heads:1:3!, tails:1:1", where Q's heads are locked."""
        return ", ".join(
            f"{name}:{_number(p)}{LOCK * (i in self.locked_p)}"
            f":{_number(q)}{LOCK * (i in self.locked_q)}"
            for i, (name, p, q) in enumerate(zip(self.names, self.p, self.q, strict=True))
        )


def _give_way(
    weights: tuple[float, ...], free: list[int], index: int, value: float
) -> tuple[float, ...]:
    """Probabilities with one set, in few digits, though they sum to 1 as they stand."""
    total = sum(weights)
    found = [weight / total if total else 0.0 for weight in weights]
    rest = 1 - sum(found[i] for i in range(len(found)) if i not in free and i != index)
    found[index] = min(_few_digits(value), rest)
    others = sum(found[i] for i in free)
    for i in free:
        share = found[i] / others if others else 1 / len(free)
        given = (rest - found[index]) * share
        # Down, so that the sum cannot exceed 1; but what is short of a digit by a hair has it, and
        # what is above 0 stays above 0.
        found[i] = math.floor(given * 10**DIGITS + 1e-6) / 10**DIGITS or _few_digits(given)
    # The greatest get what rounding left over, those that are equal as much, so that they stay so.
    greatest = max(found[i] for i in free)
    most = [i for i in free if found[i] == greatest]
    left = (1 - sum(found)) / len(most)
    for i in most:
        found[i] = max(0.0, round(greatest + left, 12))
    return tuple(found)


def _few_digits(value: float) -> float:
    """Four decimals; of what is small, four significant digits."""
    return float(f"{value:.{DIGITS}g}") if value < 1e-3 else round(value, DIGITS)


def decode(code: str) -> Pair:
    """The pair that `encode` wrote. Raises ValueError, in one sentence, for anything else."""
    if len(code) > MAX_CODE:
        raise ValueError(f"The code is longer than {MAX_CODE:,} characters.")
    rows = [
        [part.strip() for part in row.split(":")] for row in code.strip().rstrip(",").split(",")
    ]
    for number, row in enumerate(rows, 1):
        if len(row) != 3:
            raise ValueError(_not_an_outcome(number, row) + parsing.comma_in(code))
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
    """A pair of what came from outside. Raises ValueError, in one sentence, for what is none."""
    if not MIN_OUTCOMES <= len(names) <= MAX_OUTCOMES:
        raise ValueError(
            f"There can be {MIN_OUTCOMES} to {MAX_OUTCOMES} outcomes, not {len(names)}."
        )
    whole = [parsing.tidy_name(name, RESERVED, MAX_CODE) for name in names]
    for number, row in enumerate(zip(names, p, q, strict=True), 1):
        if not whole[number - 1]:
            raise ValueError(_not_an_outcome(number, list(row)))
    if (again := next((n for n in whole if whole.count(n) > 1), None)) is not None:
        raise ValueError(f"Each outcome needs a name of its own; “{again[:40]}” comes twice.")
    tidy = _shortened(whole)
    for_p, for_q = (
        tuple(_weight(value, name) for value, name in zip(row, tidy, strict=True)) for row in (p, q)
    )
    return Pair(tidy, for_p, for_q, locked_p, locked_q)


def _shortened(names: Sequence[str]) -> tuple[str, ...]:
    """Names that are not too long; those that begin alike are numbered, as they differ."""
    found: list[str] = []
    for name in names:
        short, number = name[:MAX_NAME].strip(), 2
        while short in found:
            end = f" {number}"
            short, number = f"{name[: MAX_NAME - len(end)].strip()}{end}", number + 1
        found.append(short)
    return tuple(found)


def _not_an_outcome(number: int, row: list) -> str:
    text = ":".join(str(part) for part in row)[:40]
    return f"An outcome is written name:P:Q, as in rain:3:1; number {number} is “{text}”."


def tidy_name(text: str) -> str:
    """A name as a code can carry it: on one line, without commas and colons, not too long."""
    return parsing.tidy_name(text, RESERVED, MAX_NAME)


def _number(value: float) -> str:
    return f"{value:.12g}"


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
