"""A state that is two numbers, each within its bounds, and its share text."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from typing import Any, ClassVar, Self

from pages.ui import formatting as fmt
from pages.ui import parsing

LONGEST = 60  # characters of a share text


def _between(given: Any, bounds: tuple[str, float, float]) -> float:
    name, low, high = bounds
    rule = f"{name} must lie between {fmt.number(low)} and {fmt.number(high)}"
    return parsing.between(given, low, high, rule)


@dataclass(frozen=True)
class Numbers:
    """Two numbers; the share text has both, as in "1.5:0.4".

    BOUNDS: the name of each number, its minimum and its maximum; RULE: the format of the share
    text.
    """

    KIND: ClassVar[str]
    RULE: ClassVar[str]
    BOUNDS: ClassVar[tuple[tuple[str, float, float], ...]]

    def encode(self) -> str:
        """The share text."""
        return ":".join(map(parsing.number, astuple(self)))

    @classmethod
    def decode(cls, share_text: str) -> Self:
        """Read what `encode` wrote. Raises ValueError, in one sentence, for anything else."""
        text = share_text.strip()
        parts = text[: LONGEST + 1].split(":")
        if len(parts) != 2:
            raise ValueError(f"{cls.RULE}; this one is “{text[:40]}”.")
        return cls.checked(*parts)

    @classmethod
    def sent(cls, given: object) -> Self:
        """Check what a component sent: it comes from a browser. Raises likewise."""
        if not isinstance(given, list) or len(given) != 2:
            raise ValueError(f"The browser sent no valid {cls.KIND}.")
        return cls.checked(*given)

    @classmethod
    def checked(cls, *given: Any) -> Self:
        """Check numbers that came from outside. Raises ValueError for one beyond its bounds."""
        return cls(*map(_between, given, cls.BOUNDS))

    def with_number(self, field: str, value: float) -> Self:
        """The same state with one number replaced. Raises likewise."""
        return self.checked(*astuple(replace(self, **{field: value})))
