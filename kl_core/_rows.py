"""Distributions, checked and worked through in blocks that stay in the processor's cache."""

import math
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kl_core import _checks
from kl_core._checks import Argument

Floats = NDArray[np.float64]
Index = tuple[int | slice, ...]

BLOCK = 32_768  # numbers, or 256 KiB: blocks of P, of Q and of one result fit in 1 MiB of cache
SHORT = 64  # outcomes, up to which a product with a vector is the fastest way to sum rows


class Rows(NamedTuple):
    """Distributions shaped (rows, outcomes), with what the check on them computed."""

    values: Floats
    means: Floats
    least: float


def collect(
    kernel: Callable[..., Floats],
    *arguments: Argument,
    base: float | None = None,
    per_outcome: bool = False,
) -> NDArray[Any]:
    """What `kernel` makes of each block of rows: a number a row, or one an outcome."""
    unit = _checks.unit(base)
    shape = _checks.common_shape(*arguments)
    dtype = np.float32 if all(a.dtype is np.float32 for a in arguments) else np.float64
    expected = shape if per_outcome else shape[:-1]
    size = max(1, BLOCK // shape[-1])  # a longer row is a block of its own
    if math.prod(shape[:-1]) <= size:
        found = kernel(*[_checked(argument, shape, ()) for argument in arguments])
        result: NDArray[Any] = _checks.cast(found.reshape(expected), dtype)
    else:
        result = np.empty(expected, dtype)
        for where in blocks(shape[:-1], size):
            part = result[where]
            found = kernel(*[_checked(argument, shape, where) for argument in arguments])
            part[...] = _checks.cast(found.reshape(part.shape), dtype)
    if unit != 1:
        result /= unit
    return result


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


def _checked(argument: Argument, shape: tuple[int, ...], where: Index) -> Rows:
    """One block of an argument broadcast to `shape`, refused unless rows are distributions."""
    values, outcomes = argument.values, shape[-1]
    if values.shape != shape:
        values = np.broadcast_to(values, shape)
    rows: Any = np.ascontiguousarray(values[where], np.float64).reshape(-1, outcomes)
    least = np.minimum.reduce(rows, axis=None)
    if not least >= 0:  # nan is not
        argument.refuse_bad_weights()
    means = row_means(rows)
    off = argument.tolerance / outcomes
    if not 1 / outcomes - off <= least_of(means) <= greatest_of(means) <= 1 / outcomes + off:
        argument.refuse_bad_weights()
        argument.refuse_bad_sums()
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
