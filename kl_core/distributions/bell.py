"""Sums over all counts, for distributions whose probabilities rise and fall like a bell."""

from collections.abc import Callable

import numpy as np

from kl_core._numerics import Floats

WIDE = 100.0  # a variance from which on the bell is smooth from one count to the next
# Up to each variance, so many counts on each side of the mean: 12 standard deviations, and 25 more.
REACH = {1.0: 37, 10.0: 63, WIDE: 145}
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
    low = -1.0
    for high in (*REACH, np.inf):
        for rows in _blocks(np.flatnonzero((low <= flat[1]) & (flat[1] < high))):
            middle, width, *others = (values[rows, None] for values in flat)
            if high == np.inf:
                step = np.sqrt(width) / 2
                offset = step * np.arange(-24.0, 25.0)
                x = middle + offset
            else:
                step = np.ones_like(width)
                x = np.floor(middle) + np.arange(-REACH[high], REACH[high] + 1.0)
                offset = x - middle
            terms = np.where(x >= 0, term(np.maximum(x, 0.0), offset, *others), 0.0)
            found[rows] = terms.sum(axis=-1) * step[:, 0]
        low = high
    return found.reshape(mean.shape)


def _blocks(rows: np.ndarray) -> list[np.ndarray]:
    return [rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK)]
