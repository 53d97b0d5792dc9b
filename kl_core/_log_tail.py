"""What a logarithm loses by rounding to a float."""

from decimal import Context, Decimal
from functools import cache

import numpy as np

from kl_core._numerics import Floats

PLACES = 512  # of the table, by which a mantissa is brought within 1 / 512 of 1
HALF_DIGITS = 2.0**27 + 1  # what a float is multiplied with to be split into halves
DIGITS = Context(prec=40)


def log_tail(p: Floats, log_p: Floats) -> Floats:
    """log p − log_p to 3e-25, where log_p is log p as it rounds, and p > 0.

    With p = m·2ᵉ and a number r of few digits near 1 / m, log p is e·log 2 − log r + log(m·r), of
    which m·r − 1 is exact in two floats, and the others come from 40 digits.
    Source: Tang (1990), "Table-driven implementation of the logarithm function", and Dekker (1971)
    for the square.
    """
    log_2, reciprocals, logs = _table()
    mantissa, exponent = np.frexp(p)
    place = ((mantissa - 0.5) * (2 * PLACES)).astype(np.intp)
    r = reciprocals[place]
    high = np.ldexp(np.rint(np.ldexp(mantissa, 26)), -26)
    change, low = _sum(high * r - 1, (mantissa - high) * r)
    half = change * HALF_DIGITS
    half -= half - change
    rest = change - half
    square = change * change
    lost = ((half * half - square) + 2 * half * rest) + rest * rest
    series = np.full_like(change, 1 / 9)
    for power in (-8, 7, -6, 5, -4, 3):
        series = series * change + 1 / power
    total, tail = _sum(exponent * log_2[0], logs[0][place])
    for part in (change, -0.5 * square, -log_p):
        total, more = _sum(total, part)
        tail += more
    small = exponent * log_2[1] + logs[1][place] + low * (1 - change) - 0.5 * lost
    return total + (tail + small + series * square * change)


def _sum(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """a + b as it rounds, and what the rounding took away."""
    found = a + b
    part = found - a
    return found, (a - (found - part)) + (b - part)


@cache
def _table() -> tuple[tuple[float, float], Floats, tuple[Floats, Floats]]:
    """log 2, numbers r of 10 digits near 1 / m for mantissas m, and −log r, each in two floats."""
    r = np.rint(2 * PLACES * (2 * PLACES / (PLACES + np.arange(PLACES) + 0.5))) / (2 * PLACES)
    exact = [DIGITS.minus(DIGITS.ln(Decimal(x))) for x in r.tolist()]
    first = np.array([float(x) for x in exact])
    pairs = zip(exact, map(Decimal, first.tolist()), strict=True)
    rest = np.array([float(DIGITS.subtract(x, rounded)) for x, rounded in pairs])
    log_2 = DIGITS.ln(Decimal(2))
    start = float(np.ldexp(np.rint(np.ldexp(float(log_2), 42)), -42))  # so that e·start is exact
    return (start, float(DIGITS.subtract(log_2, Decimal(start)))), r, (first, rest)
