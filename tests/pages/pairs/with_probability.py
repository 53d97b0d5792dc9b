"""What the bars do in the browser to the other probabilities when one is set, told in Python.

The browser's own formulas, in dragbars/distributions.js, are held to this.
"""

from __future__ import annotations

import math
from dataclasses import replace

from pages.ui.pairs.state import Pair

DIGITS = 4  # of a probability that was set by hand


def with_probability(pair: Pair, of: str, index: int, value: float) -> Pair:
    """With one probability of P or Q set; the unlocked others are rescaled in proportion."""
    weights, locked = (pair.p, pair.locked_p) if of == "p" else (pair.q, pair.locked_q)
    free = [i for i in range(len(weights)) if i not in locked and i != index]
    total = sum(weights)
    shares = [weight / total if total else 0.0 for weight in weights]
    rest = 1 - sum(shares[i] for i in range(len(shares)) if i not in free and i != index)
    shares[index] = min(_few_digits(value), rest)
    others = sum(shares[i] for i in free)
    for i in free:
        share = shares[i] / others if others else 1 / len(free)
        given = (rest - shares[index]) * share
        # Down, so that the sum cannot exceed 1; but what is short of a digit by a hair has it, and
        # what is above 0 stays above 0.
        shares[i] = math.floor(given * 10**DIGITS + 1e-6) / 10**DIGITS or _few_digits(given)
    # The greatest get what rounding left over, those that are equal as much, so that they stay so.
    greatest = max(shares[i] for i in free)
    most = [i for i in free if shares[i] == greatest]
    left = (1 - sum(shares)) / len(most)
    for i in most:
        shares[i] = max(0.0, round(greatest + left, 12))
    return replace(pair, p=tuple(shares)) if of == "p" else replace(pair, q=tuple(shares))


def _few_digits(value: float) -> float:
    """Four decimals; of what is small, four significant digits."""
    return float(f"{value:.{DIGITS}g}") if value < 1e-3 else round(value, DIGITS)
