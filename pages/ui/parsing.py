"""Numbers and names from input fields and share texts, checked."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import Any

MINUS = str.maketrans("−–", "--")
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")  # 1,234,567 or 1,234.5
GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}((,\d{3})+|(\.\d{3})+)")  # 1,234,567 or 1.234.567
DECIMAL_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d*),(\d+)(e[+-]?\d+)?", re.IGNORECASE)
NO_COMMA = " Decimals have a point here, not a comma."


def read(text: str) -> float:
    """A number as people type it: "0.25", "0,25", "−3", "1e-5", "10 000", "25 %" or "1/4".

    Raises ValueError, in one sentence, unless it is a number, and only one.
    """
    plain = "".join(text.split()).translate(MINUS)
    if re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", plain):
        either, other = plain.replace(",", "."), plain.replace(",", "")
        raise ValueError(f"“{text.strip()}” can be {either} or {other}: write one of these.")
    if THOUSANDS.fullmatch(plain) and not plain.lstrip("+-").startswith("0"):
        plain = plain.replace(",", "")
    elif DECIMAL_COMMA.fullmatch(plain):
        plain = plain.replace(".", "").replace(",", ".")
    try:
        if plain.endswith("%"):
            return read(plain[:-1]) / 100
        above, slash, below = plain.partition("/")
        return float(above) / float(below) if slash else float(above)
    except (ValueError, ArithmeticError):
        came = f"“{text.strip()[:20]}”" if text.strip() else "An empty field"
        raise ValueError(f"{came} is not a number.") from None


def whole(text: str) -> float:
    """As `read`, for a whole number: "10,000" and "10.000" are ten thousand."""
    plain = "".join(text.split()).translate(MINUS)
    return read(re.sub("[,.]", "", plain) if GROUPS.fullmatch(plain) else text)


def count(text: str, least: int, most: int) -> int:
    """A whole number from `least` to `most`. Raises ValueError, in one sentence, otherwise."""
    try:
        number = whole(text)
        good = least <= number <= most and number == math.floor(number)
    except ValueError:
        good = False
    if not good:
        came = f"“{text.strip()[:20]}” is not" if text.strip() else "An empty field is not"
        raise ValueError(f"{came} a whole number from {least:,} to {most:,}.")
    return int(number)


def comma_in(code: str) -> str:
    """A hint for an error that a decimal comma may have caused; else nothing."""
    return NO_COMMA if re.search(r"\d,\d", code) else ""


def between(given: Any, low: float, high: float, rule: str) -> float:
    """A number from `low` to `high`, from a share text. Raises ValueError with the `rule`."""
    try:
        value = math.nan if isinstance(given, bool) else value_of(given)
    except (TypeError, OverflowError):  # as for a whole number of 400 digits
        value = math.nan
    if not low <= value <= high:
        raise ValueError(f"{rule}; got “{str(given)[:20].strip()}”.")
    return float(number(value)) + 0.0  # no −0


def value_of(given: Any) -> float:
    """A number from outside; nan if it is none. Raises ValueError if it is ambiguous."""
    try:
        return read(given) if isinstance(given, str) else float(given)
    except ValueError:
        if isinstance(given, str) and "," in given:
            raise
        return math.nan


def number(value: float) -> str:
    """A number in a share text."""
    return f"{value:.6g}"


def tidy_name(text: str, reserved: Collection[str], longest: int) -> str:
    """A name for a share text: on one line, without `reserved` characters, not too long."""
    kept = "".join(" " if c in reserved or not c.isprintable() else c for c in text)
    return " ".join(kept.split())[:longest].strip()
