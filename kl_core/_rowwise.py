"""Distributions, checked and worked through in blocks that stay in the processor's cache."""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kl_core import _validation
from kl_core._numerics import TINY, Floats, gradual_underflow, kl_div, log_ratio
from kl_core._validation import Argument

Index = tuple[int | slice, ...]

BLOCK = 32_768  # numbers, or 256 KiB: blocks of P, of Q and of one result fit in 1 MiB of cache
SHORT = 64  # outcomes, up to which a product with a vector is the fastest way to sum rows
CLOSE = 0.02  # nats; a sum of p·log(p / q) is off by some 5e-16, which is felt below this
PIECE = 4096  # numbers; temporaries of 32 KiB are recycled, larger ones fetched page by page


class Rows(NamedTuple):
    """Distributions shaped (rows, outcomes), with what the check on them computed."""

    values: Floats
    means: Floats
    least: float


@gradual_underflow
def map_rows(
    kernel: Callable[..., Floats],
    *arguments: Argument,
    base: float | None = None,
    per_outcome: bool = False,
    keepdims: bool = False,
) -> NDArray[Any]:
    """What `kernel` makes of each block of rows: a number a row, or one an outcome.

    With keepdims, the axes of outcomes stay where they were, with a size of 1.
    """
    unit = _validation.log_base(base)
    shape = _validation.common_shape(*arguments)
    dtype = np.float32 if all(a.dtype is np.float32 for a in arguments) else np.float64
    expected = shape if per_outcome else shape[:-1]
    size = max(1, BLOCK // shape[-1])  # a longer row is a block of its own
    if 0 in expected:  # a row that broadcasts to none is a distribution all the same
        for argument in arguments:
            argument.require_weights()
            argument.require_sums()
        result: NDArray[Any] = np.empty(expected, dtype)
    elif math.prod(shape[:-1]) <= size:
        found = kernel(*[_checked_block(argument, shape, ()) for argument in arguments])
        result = _validation.cast(found.reshape(expected), dtype)
    else:
        result = np.empty(expected, dtype)
        for where in blocks(shape[:-1], size):
            part = result[where]
            found = kernel(*[_checked_block(argument, shape, where) for argument in arguments])
            part[...] = _validation.cast(found.reshape(part.shape), dtype)
    if unit != 1:
        result /= unit
    return np.expand_dims(result, widest(arguments).axis) if keepdims else result


def widest(arguments: Sequence[Argument]) -> Argument:
    """The argument of the most axes, which are those of the result."""
    return max(arguments, key=lambda argument: argument.values.ndim)


def blocks(shape: tuple[int, ...], size: int) -> Iterator[Index]:
    """Indices that cut `shape` into blocks of at most `size` entries, or of one."""
    if math.prod(shape) <= max(1, size):
        yield ()
        return
    inner = [math.prod(shape[axis + 1 :]) for axis in range(len(shape))]
    cut = next((axis for axis, entries in enumerate(inner) if entries <= size), len(shape) - 1)
    step = max(1, size // inner[cut])
    for index in np.ndindex(shape[:cut]):
        for start in range(0, shape[cut], step):
            yield (*index, slice(start, start + step))


def _checked_block(argument: Argument, shape: tuple[int, ...], where: Index) -> Rows:
    """One block of an argument broadcast to `shape`, refused unless rows are distributions."""
    values, outcomes = argument.values, shape[-1]
    if values.shape != shape:
        values = np.broadcast_to(values, shape)
    rows: Any = np.ascontiguousarray(values[where], np.float64).reshape(-1, outcomes)
    least = np.minimum.reduce(rows, axis=None)
    if not least >= 0:  # nan is not
        argument.require_weights()
    means = row_means(rows)
    off = argument.tolerance / outcomes
    if not 1 / outcomes - off <= least_of(means) <= greatest_of(means) <= 1 / outcomes + off:
        argument.require_weights()
        argument.require_sums()
    return Rows(rows, means, least)


def least_of(numbers: Floats) -> float:
    """The least of some numbers; of the only one, at a tenth of the time."""
    return numbers.item() if numbers.size == 1 else np.minimum.reduce(numbers)


def greatest_of(numbers: Floats) -> float:
    """The greatest of some numbers, like `least_of`."""
    return numbers.item() if numbers.size == 1 else np.maximum.reduce(numbers)


def row_means(rows: Floats) -> Floats:
    """The mean of each row, which unlike its sum cannot overflow."""
    outcomes = rows.shape[1]
    if outcomes <= SHORT:
        return rows.dot(_weights(outcomes))
    return np.einsum("ij->i", rows) / outcomes  # einsum overflows to inf without a warning


@cache
def _weights(outcomes: int) -> Floats:
    return np.full(outcomes, 1 / outcomes)


def kl_rows(p: Rows, q: Rows) -> Floats:
    """KL divergence a row: a plain sum, which is fast, and a careful one where that is near 0."""
    outcomes = p.values.shape[1]
    terms = _quick_log_ratio(p, q)
    terms *= p.values
    if outcomes <= SHORT:
        found = outcomes * (row_means(terms) + (q.means - p.means))
    else:  # the rounding of the means would grow with the number of outcomes
        terms += q.values
        terms -= p.values
        found = terms.sum(axis=1)
    if least_of(found) < CLOSE:
        close: Any = (found < CLOSE).nonzero()[0]
        close = slice(None) if close.size == found.size else close  # all of them need no copy
        found[close] = _careful(p.values[close], q.values[close])
    return found


def _careful(p: Floats, q: Floats) -> Floats:
    found = np.zeros(len(p))
    for where in blocks(p.shape, PIECE):  # a row longer than that comes in pieces
        found[where[:1]] += np.einsum("...k->...", kl_div(p[where], q[where]))
    return found


def _quick_log_ratio(p: Rows, q: Rows) -> Floats:
    """log(p / q), off by the rounding of p / q; any finite number where p = 0."""
    if q.least < TINY:
        return log_ratio(p.values, q.values)
    ratio = p.values / q.values
    if p.least < TINY:
        np.maximum(ratio, TINY, out=ratio)  # 0·log 0 = 0, as it is 0 times a finite number
    return np.log(ratio, out=ratio)
