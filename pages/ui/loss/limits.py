"""What a sample may be made of. Each function raises ValueError, in one sentence, beyond it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pages.ui import parsing

LOW, HIGH = -20.0, 20.0  # of a logit
LEAST_CLASSES, MOST_CLASSES = 2, 10
MOST_SMOOTHING = 0.9
SLOWEST, FASTEST = 0.1, 5.0  # step sizes
MOST_STEPS = 200
MAX_WEIGHT = 1e6
MAX_NAME, MAX_CODE = 16, 700
RESERVED = ",:;[]"  # the code separates by the first three; the others could make a name a link


def tidy_name(text: str) -> str:
    """A name as a code can carry it: on one line, without separators, not too long."""
    return parsing.tidy_name(text, RESERVED, MAX_NAME)


def names(given: Sequence[str]) -> tuple[str, ...]:
    """The classes' names, each of its own."""
    if not LEAST_CLASSES <= len(given) <= MOST_CLASSES:
        raise ValueError(
            f"There can be {LEAST_CLASSES} to {MOST_CLASSES} classes, not {len(given)}."
        )
    if not all(given) or len(set(given)) < len(given):
        raise ValueError("Each class needs a name of its own.")
    return tuple(given)


def logit(given: Any, name: str) -> float:
    """The logit of a class."""
    return parsing.between(given, LOW, HIGH, f"The logit of “{name}” must lie between −20 and 20")


def smoothing(given: Any) -> float:
    """How much of a label is spread over all classes."""
    return parsing.between(given, 0.0, MOST_SMOOTHING, "The smoothing must lie between 0 and 0.9")


def descent(rate: Any, steps: Any) -> tuple[float, int]:
    """A step size and a number of steps."""
    rule = f"The step size must lie between {SLOWEST} and {FASTEST:g}"
    taken = parsing.between(rate, SLOWEST, FASTEST, rule)
    rule = f"The number of steps must be a whole number from 1 to {MOST_STEPS}"
    count = parsing.between(steps, 1, MOST_STEPS, rule)
    if count != int(count):
        raise ValueError(f"{rule}; “{str(steps)[:20]}” came.")
    return taken, int(count)


def weights(given: Sequence[Any], names: Sequence[str]) -> tuple[float, ...]:
    """Weights of a target made by hand, one for each class."""
    if len(given) != len(names):
        raise ValueError(f"P needs a weight for each of {len(names)} classes; {len(given)} came.")
    rule = "A weight in P must be a number from 0 up"
    found = tuple(parsing.between(weight, 0.0, MAX_WEIGHT, rule) for weight in given)
    if not any(found):
        raise ValueError("All weights of P are 0: give at least one class a weight above it.")
    return found
