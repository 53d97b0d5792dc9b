"""KL divergence, row by row, of distributions that have passed their check."""

from typing import Any

import numpy as np

from kl_core import _rows
from kl_core._excess import TINY, excess, log_ratio
from kl_core._rows import Floats, Rows

CLOSE = 0.02  # nats; a sum of p·log(p / q) is off by some 5e-16, which is felt below this
PIECE = 4096  # numbers; temporaries of 32 KiB are recycled, larger ones fetched page by page


def divergence(p: Rows, q: Rows) -> Floats:
    """A plain sum, which is fast, and a second, careful one where it comes out close to 0."""
    outcomes = p.values.shape[1]
    terms = _quick_log_ratio(p, q)
    terms *= p.values
    if outcomes <= _rows.SHORT:
        found = outcomes * (_rows.row_means(terms) + (q.means - p.means))
    else:  # the rounding of the means would grow with the number of outcomes
        terms += q.values
        terms -= p.values
        found = terms.sum(axis=1)
    if _rows.least_of(found) < CLOSE:
        close: Any = (found < CLOSE).nonzero()[0]
        close = slice(None) if close.size == found.size else close  # all of them need no copy
        found[close] = _careful(p.values[close], q.values[close])
    return found


def _careful(p: Floats, q: Floats) -> Floats:
    found = np.zeros(len(p))
    for where in _rows.blocks(p.shape, PIECE):  # a row longer than that comes in pieces
        found[where[:1]] += np.einsum("...k->...", excess(p[where], q[where]))
    return found


def _quick_log_ratio(p: Rows, q: Rows) -> Floats:
    """log(p / q), off by the rounding of p / q; any finite number where p = 0."""
    if q.least < TINY:
        return log_ratio(p.values, q.values)
    ratio = p.values / q.values
    if p.least < TINY:
        np.maximum(ratio, TINY, out=ratio)  # 0·log 0 = 0, as it is 0 times a finite number
    return np.log(ratio, out=ratio)
