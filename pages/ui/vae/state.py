"""What a visitor edits: the Gaussian that an encoder makes of one picture, and a point to decode.

Both are two numbers within bounds.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from typing import Any, ClassVar, Self

from pages.ui import formatting as fmt
from pages.ui import parsing

LOW, HIGH = -5.0, 5.0  # of the mean, and of the line on show; the scripts get all limits from here
NARROWEST, WIDEST = 0.1, 3.0  # standard deviations
FURTHEST = 100.0  # beyond, no decoder is asked; models/vae/decoder.py has the same
LONGEST = 60  # signs of a share text


def _between(given: Any, bounds: tuple[str, float, float]) -> float:
    name, low, high = bounds
    rule = f"{name} must lie between {fmt.number(low)} and {fmt.number(high)}"
    return parsing.between(given, low, high, rule)


@dataclass(frozen=True)
class Numbers:
    """Two numbers; the share text has both, as in "1.5:0.4".

    BOUNDS: of each its name, the least and the greatest; RULE: how the share text is written.
    """

    KIND: ClassVar[str]
    RULE: ClassVar[str]
    BOUNDS: ClassVar[tuple[tuple[str, float, float], ...]]

    def encode(self) -> str:
        """The share text."""
        return ":".join(map(parsing.number, astuple(self)))

    @classmethod
    def decode(cls, share_text: str) -> Self:
        """What `encode` wrote. Raises ValueError, in one sentence, for anything else."""
        text = share_text.strip()
        parts = text[: LONGEST + 1].split(":")
        if len(parts) != 2:
            raise ValueError(f"{cls.RULE}; this one is “{text[:40]}”.")
        return cls.checked(*parts)

    @classmethod
    def sent(cls, given: object) -> Self:
        """What a component sent; it came from a browser and cannot be trusted. Raises likewise."""
        if not isinstance(given, list) or len(given) != 2:
            raise ValueError(f"The page sent what is no {cls.KIND}: nothing was changed.")
        return cls.checked(*given)

    @classmethod
    def checked(cls, *given: Any) -> Self:
        """Of numbers that came from outside. Raises ValueError for one beyond its bounds."""
        return cls(*map(_between, given, cls.BOUNDS))

    def with_number(self, field: str, value: float) -> Self:
        """The same but for one number. Raises likewise."""
        return self.checked(*astuple(replace(self, **{field: value})))


@dataclass(frozen=True)
class Encoded(Numbers):
    """q = N(mean, std²)."""

    mean: float
    std: float

    KIND = "Gaussian"
    RULE = "A code is written “mean:standard deviation”, as in “1.5:0.4”"
    BOUNDS = (
        ("q’s mean μ", LOW, HIGH),
        ("q’s standard deviation σ", NARROWEST, WIDEST),
    )


@dataclass(frozen=True)
class Point(Numbers):
    """z = (first, second), in the plane of codes."""

    first: float
    second: float

    KIND = "point"
    RULE = "A point is written “first:second”, as in “0.5:-1.2”"
    BOUNDS = (
        ("The first coordinate", -FURTHEST, FURTHEST),
        ("The second coordinate", -FURTHEST, FURTHEST),
    )
