"""The Gaussian that an encoder makes of one picture, placed by hand; its limits and its code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pages.ui import parsing

LOW, HIGH = -5.0, 5.0  # of the mean, and of the line on show; the scripts get all limits from here
NARROWEST, WIDEST = 0.1, 3.0  # standard deviations
MAX_CODE = 60


@dataclass(frozen=True)
class Encoded:
    """q = N(mean, std²)."""

    mean: float
    std: float

    def encode(self) -> str:
        """Both on one line: "1.5:0.4"."""
        return f"{parsing.number(self.mean)}:{parsing.number(self.std)}"


def decode(code: str) -> Encoded:
    """What `encode` wrote. Raises ValueError, in one sentence, for anything else."""
    parts = code.strip()[: MAX_CODE + 1].split(":")
    if len(parts) != 2:
        raise ValueError(
            f"A code is written “mean:standard deviation”, as in “1.5:0.4”; this one is "
            f"“{code.strip()[:40]}”."
        )
    return checked(*parts)


def checked(mean: Any, std: Any) -> Encoded:
    """A Gaussian of what came from outside. Raises ValueError, in one sentence, for none."""
    rule = f"q’s standard deviation σ must lie between {NARROWEST:g} and {WIDEST:g}"
    return Encoded(
        parsing.between(mean, LOW, HIGH, "q’s mean μ must lie between −5 and 5"),
        parsing.between(std, NARROWEST, WIDEST, rule),
    )
