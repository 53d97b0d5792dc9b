"""What comes in, as numpy reads it: numbers of every kind, and words for what holds none."""

import math
import sys
from collections.abc import Sequence
from itertools import chain
from numbers import Complex, Number, Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kl_core._numerics import LARGEST, gradual_underflow

MOST_AXES = 30  # numpy broadcasts 32, of which draws take one, and outcomes another
PLAIN = {float, int, bool}  # of which a row needs no closer look

# How to get an array from what numpy cannot read, by the library it is of; {} is the argument.
REMEDIES = {
    "cupy": "pass {}.get()",
    "jax": "call this outside jax.jit and jax.grad",
    "keras": "call this on what a model computed",
    "tensorflow": "call this outside tf.function",
    "torch": "pass {}.detach().cpu().numpy(), after .float() if it is bfloat16",
}


def read(name: str, values: Any) -> NDArray[Any]:
    """An array of any numbers numpy has, or of float64 where they are exact numbers of Python."""
    hidden = masked(values)
    if hidden:
        raise ValueError(f"{name} must not be masked; masks hide {hidden} of its numbers.")
    try:
        array = np.asarray(values)
    except MemoryError:
        raise
    except Exception as error:  # of the library that the values are of, whichever it raises
        raise _not_read(name, values, error) from error
    if array.dtype.kind == "O":
        return _floats(name, array)
    wide = array.dtype.kind == "f" and array.dtype.itemsize > 8
    return _from_long_doubles(name, array) if wide else array


def to_float(value: object) -> float | None:
    """A real number of Python, numpy, decimal or fractions as a float; None for all else.

    Raises OverflowError for a finite number beyond the range of floats.
    """
    if not isinstance(value, Number) or (
        isinstance(value, Complex) and not isinstance(value, Real)
    ):
        return None
    try:
        found = float(value)  # type: ignore[arg-type]
    except ValueError:  # a Decimal that signals that it is no number
        return None
    if math.isinf(found) and found != value:
        raise OverflowError
    return found


def masked(values: Any) -> int:
    """How many of the numbers are masked."""
    return _count_masked(values) if "numpy.ma" in sys.modules else 0  # or there are no masks


def _count_masked(values: Any, depth: int = 0) -> int:
    """How many numbers are masked, also in arrays that lists hold, whose masks numpy would drop."""
    if isinstance(values, np.ma.MaskedArray):
        return int(np.ma.count_masked(values))
    if isinstance(values, np.ndarray):
        values = values.ravel().tolist() if values.dtype.kind == "O" else ()
    elif not isinstance(values, Sequence) or isinstance(values, str | bytes) or depth > MOST_AXES:
        return 0
    each = list(map(type, values))
    if each.count(float) == len(each):  # what comes most often, and goes fastest
        return 0
    kinds = set(each)
    if kinds <= PLAIN:
        return 0
    if kinds <= {list, tuple}:  # all rows at once, which is faster than one by one
        return _count_masked(list(chain.from_iterable(values)), depth + 1)
    return sum(_count_masked(value, depth + 1) for value in values)


def _floats(name: str, array: NDArray[Any]) -> NDArray[np.float64]:
    """Numbers that are objects, rounded to floats."""
    found = np.empty(array.shape)
    for index, value in np.ndenumerate(array):
        try:
            number = to_float(value)
        except OverflowError:
            came = f"it holds a larger {type(value).__name__}"
            raise ValueError(f"{name} must be within the range of float64; {came}.") from None
        if number is None:
            raise TypeError(_not_numbers(name, array, value))
        found[index] = number
    return found


@gradual_underflow
def _from_long_doubles(name: str, array: NDArray[Any]) -> NDArray[np.float64]:
    if np.any(np.isfinite(array) & (abs(array) > LARGEST)):
        raise ValueError(f"{name} must be within the range of float64; its type is {array.dtype}.")
    return array.astype(np.float64)


def _not_numbers(name: str, array: NDArray[Any], value: object) -> str:
    if array.ndim:
        return f"{name} must be an array of real numbers; it holds a {type(value).__name__}."
    remedy = f": pass {name}.toarray()" if hasattr(value, "toarray") else ""  # a sparse array
    return f"{name} must be an array of real numbers; got a {type(value).__name__}{remedy}."


def _not_read(name: str, values: Any, error: Exception) -> Exception:
    """What to raise where numpy fails: with the remedy if known, or the library's own words."""
    depth, first = 0, values
    while isinstance(first, list | tuple) and first and depth <= MOST_AXES:
        depth, first = depth + 1, first[0]
    remedy = _remedy(name if first is values else "each", first)
    if remedy:
        came = f"this {type(first).__name__} is not: {remedy}"
        return TypeError(f"{name} must be an array that numpy can read; {came}.")
    if depth > MOST_AXES:
        return ValueError(f"{name} must have at most {MOST_AXES} axes; it has more.")
    if str(error).startswith("setting an array element"):  # numpy's own words
        return ValueError(f"{name} must be an array of numbers; its rows differ.")
    words = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
    came = f"reading it fails: {words}"
    return TypeError(f"{name} must be an array that numpy can read; {came}.")


def _remedy(name: str, value: object) -> str:
    library = type(value).__module__.partition(".")[0]
    return REMEDIES.get(library, "").format(name)
