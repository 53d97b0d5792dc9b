"""Sums over all counts, for distributions whose probabilities rise and fall like a bell."""

from collections.abc import Callable

import numpy as np

from kl_core._numerics import Floats

WIDE = 100.0  # a variance from which on the bell is smooth from one count to the next
REACH = 145  # counts on each side of the mean: 12 standard deviations below WIDE, and 25 more
BLOCK = 1024  # rows at a time


def bell_sum(
    term: Callable[..., Floats], mean: Floats, variance: Floats, *parameters: Floats
) -> Floats:
    """Σ term(x, x − mean, *parameters) over x = 0, 1, 2, …; a row for each number of the batch.

    Of a bell with a variance of 100 or more, it is σ/2 times the sum at mean + k·σ/2, where x need
    be no integer: the sum of a smooth bell does not depend on how finely it is taken, until the
    step nears σ.
    Source: Trefethen & Weideman (2014), "The exponentially convergent trapezoidal rule".
    """
    mean, variance, *rest = np.broadcast_arrays(mean, variance, *parameters)
    found = np.empty(mean.size)
    flat = [values.ravel() for values in (mean, variance, *rest)]
    for wide in (False, True):
        for rows in _blocks(np.flatnonzero((flat[1] >= WIDE) == wide)):
            middle, width, *others = (values[rows, None] for values in flat)
            if wide:
                step = np.sqrt(width) / 2
                offset = step * np.arange(-24.0, 25.0)
                x = middle + offset
            else:
                step = np.ones_like(width)
                x = np.floor(middle) + np.arange(-REACH, REACH + 1.0)
                offset = x - middle
            terms = np.where(x >= 0, term(np.maximum(x, 0.0), offset, *others), 0.0)
            found[rows] = terms.sum(axis=-1) * step[:, 0]
    return found.reshape(mean.shape)


def _blocks(rows: np.ndarray) -> list[np.ndarray]:
    return [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]
