"""A point in the plane of codes, and its own code for the page's address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pages.ui import parsing

FURTHEST = 100.0  # beyond, no decoder is asked; models/vae/decoder.py has the same
MAX_CODE = 60


@dataclass(frozen=True)
class Point:
    """z = (first, second)."""

    first: float
    second: float

    def encode(self) -> str:
        """Both on one line: "0.5:-1.2"."""
        return f"{parsing.number(self.first)}:{parsing.number(self.second)}"


ORIGIN = Point(0.0, 0.0)


def decode(code: str) -> Point:
    """What `encode` wrote. Raises ValueError, in one sentence, for anything else."""
    parts = code.strip()[: MAX_CODE + 1].split(":")
    if len(parts) != 2:
        raise ValueError(
            f"A point is written “first:second”, as in “0.5:-1.2”; this one is "
            f"“{code.strip()[:40]}”."
        )
    return checked(*parts)


def checked(first: Any, second: Any) -> Point:
    """A point of what came from outside. Raises ValueError, in one sentence, for none."""
    rule = f"must lie between −{FURTHEST:g} and {FURTHEST:g}"
    return Point(
        parsing.between(first, -FURTHEST, FURTHEST, f"The first coordinate {rule}"),
        parsing.between(second, -FURTHEST, FURTHEST, f"The second coordinate {rule}"),
    )
