"""What visitors type, and codes hold: numbers within bounds, and names."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any


def between(given: Any, low: float, high: float, rule: str) -> float:
    """A number from `low` to `high`, as a code has it. Raises ValueError with the `rule`."""
    try:
        value = math.nan if isinstance(given, bool) else float(given)
    except (TypeError, ValueError, OverflowError):  # a whole number may have 400 digits
        value = math.nan
    if not low <= value <= high:
        raise ValueError(f"{rule}; “{str(given)[:20].strip()}” came.")
    return float(number(value)) + 0.0  # no −0


def number(value: float) -> str:
    """A number as a code has it."""
    return f"{value:.6g}"


def tidy_name(text: str, reserved: Collection[str], longest: int) -> str:
    """A name as a code can carry it: on one line, without its `reserved` signs, not too long."""
    kept = "".join(" " if c in reserved or not c.isprintable() else c for c in text)
    return " ".join(kept.split())[:longest].strip()
