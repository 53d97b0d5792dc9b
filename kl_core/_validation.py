"""The one door through which bad input is refused, in one sentence.

What is of a wrong type raises TypeError, what has a wrong value ValueError.
"""

from __future__ import annotations  # numpy.random would load where it is only named

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _reading
from kl_core._labels import Labels, axis_labels, require_same_labels
from kl_core._numerics import LARGEST
from kl_core._reading import MOST_AXES

FLOAT64 = np.dtype(np.float64)
HALVES = {"float16": (2.0**-10, 2.0**-24), "bfloat16": (2.0**-7, 2.0**-133)}  # eps, least number
BEYOND_FLOAT32 = 2.0**128 - 2.0**103  # from here on, a number rounds to inf in float32

ResultType = type[np.float32 | np.float64]
Axis = SupportsIndex | tuple[SupportsIndex, ...] | list[SupportsIndex] | None  # some, or all


class Argument(NamedTuple):
    """An array as it was passed, but for its axis of outcomes, which is now the last.

    Where outcomes lie along several axes, the last is all of these, one by one, and `sizes` says
    how many there are along each.

    dtype: the type of what is computed from it, float32 for float32 and for half precision, float64
    for all others; labels: those of its axes, where it came with some; tolerance: how far the sum
    of a row may be from 1.
    """

    name: str
    values: NDArray[Any]
    axis: int | tuple[int, ...]
    dtype: ResultType
    labels: Labels = ()
    tolerance: float = 1e-9
    sizes: tuple[int, ...] = ()

    def restore(self, values: NDArray[Any]) -> NDArray[Any]:
        """Computed values in the type and the order of axes that were passed."""
        return self.with_its_axes(cast(values, self.dtype))

    def with_its_axes(self, values: NDArray[Any]) -> NDArray[Any]:
        """Values whose outcomes lie along the last axis, in the order of axes that was passed."""
        if isinstance(self.axis, int):
            return np.moveaxis(values, -1, self.axis)
        values = values.reshape(*values.shape[:-1], *self.sizes)
        return np.moveaxis(values, range(-len(self.sizes), 0), self.axis)

    def raise_where(self, broken: Any, rule: str, came: str, numbers: NDArray[Any]) -> None:
        """Raise for the first row where `broken` is true, quoting the number found there."""
        if np.any(broken):
            index = tuple(int(i) for i in np.argwhere(broken)[0])
            batch = index[: self.values.ndim - 1]
            row = f"row {batch[0] if len(batch) == 1 else batch}" if batch else "it"
            raise ValueError(f"{self.name} must {rule}; {row} {came.format(numbers[index])}.")

    def require_weights(self) -> None:
        """Raise unless every number is finite and at least 0."""
        self.raise_where(~np.isfinite(self.values), "be finite", "holds {}", self.values)
        self.raise_where(self.values < 0, "not be negative", "holds {:.12g}", self.values)

    def require_sums(self) -> None:
        """Raise unless every row sums to 1."""
        sums = np.einsum("...k->...", self.values.astype(np.float64))  # sum() warns of overflow
        last = self.axis in (-1, self.values.ndim - 1)
        axes = f"ax{'i' if isinstance(self.axis, int) else 'e'}s {self.axis}"
        rule = f"sum to 1 along its {'last axis' if last else axes}"
        broken = abs(sums - 1) > self.tolerance
        if np.any(broken):
            first = tuple(np.argwhere(broken)[0])
            what = _what_to_normalize(self.values[first], sums[first])
            came = "sums to {:.12g}" + (what and f": pass {what} through normalize first")
            self.raise_where(broken, rule, came, sums)


def _what_to_normalize(row: NDArray[Any], total: np.float64) -> str:
    """What a row that does not sum to 1 may be instead of a distribution, if that is clear."""
    if row.dtype.kind != "b" and 1 < total < np.inf and np.all(row == np.floor(row)):
        return "counts"
    if abs(total - 100) <= 1:
        return "percentages"
    return "rounded numbers" if abs(total - 1) <= 0.01 else ""


def real_array(name: str, values: ArrayLike) -> NDArray[Any]:
    """Read an array of real numbers, of any shape."""
    array = _reading.read(name, values)
    # A boolean is the number 0 or 1, so a one-hot mask is a distribution.
    if array.dtype.kind not in "biuf" and not half_precision(array):
        raise TypeError(f"{name} must be an array of real numbers; its type is {array.dtype}.")
    if array.ndim > MOST_AXES:
        raise ValueError(f"{name} must have at most {MOST_AXES} axes; it has {array.ndim}.")
    return array


def half_precision(array: NDArray[Any]) -> tuple[float, float] | None:
    """The eps and the least number of float16 or bfloat16, or None for another type."""
    return HALVES.get(array.dtype.name) if array.dtype.itemsize == 2 else None


def result_type(array: NDArray[Any]) -> ResultType:
    """The type of what is computed from an array."""
    single = array.dtype.type is np.float32 or half_precision(array)
    return np.float32 if single else np.float64


def sum_tolerance(array: NDArray[Any], outcomes: int) -> float:
    """How far the sum of a row may be from 1.

    In half precision a sum made in it is off by up to 2 eps in TensorFlow's softmax on a CPU, and
    numbers near 0 by half the least of all; a row of zeros is never near enough. In float32 and
    float64 the rounding of long rows stays well below.
    """
    half = half_precision(array)
    if half:
        eps, least = half
        return min(4 * eps + outcomes * least / 2, 0.1)
    return 1e-5 if array.dtype.type is np.float32 else 1e-9


def cast(values: NDArray[Any], dtype: type[np.floating[Any]]) -> NDArray[Any]:
    """Values computed in float64, in the type of the result; what is too large for it is inf."""
    if values.dtype == dtype:
        return values
    inside = abs(values) < BEYOND_FLOAT32
    return np.where(inside | np.isnan(values), values, np.copysign(np.inf, values)).astype(dtype)


def argument(name: str, values: ArrayLike, axis: Axis) -> Argument:
    """Read an array of real numbers whose outcomes lie along `axis`, which may be several."""
    labels: Labels = ()
    if type(values) is np.ndarray and values.dtype is FLOAT64 and 0 < values.ndim <= MOST_AXES:
        array = values  # what comes most often needs no reading
    else:
        array, labels = real_array(name, values), axis_labels(name, values)
    if array.ndim == 0:
        raise ValueError(f"{name} must have an axis of outcomes; it is the one number {array}.")
    if axis is None or isinstance(axis, tuple | list):
        axes = _different_axes(name, array.ndim, axis)
        if len(axes) > 1:
            return _joint(name, array, axes, labels)
        axis = axes[0]
    at = axis_index(name, array.ndim, axis)
    if array.shape[at] == 0:  # an empty batch of distributions is a batch
        raise ValueError(f"{name} must not be empty; its shape is {array.shape}.")
    dtype, tolerance = result_type(array), sum_tolerance(array, array.shape[at])
    if half_precision(array):
        array = array.astype(np.float32)  # which holds every number of half precision
    if at not in (-1, array.ndim - 1):
        array = np.moveaxis(array, at, -1)
        labels = labels and (*labels[:at], *labels[at:][1:], labels[at])
    return Argument(name, array, at, dtype, labels, tolerance)


def _joint(name: str, array: NDArray[Any], axes: tuple[int, ...], labels: Labels) -> Argument:
    """An argument of outcomes along several axes, a joint table."""
    batch = [at for at in range(array.ndim) if at not in axes]
    sizes = tuple(array.shape[at] for at in axes)
    if 0 in sizes:
        raise ValueError(f"{name} must not be empty; its shape is {array.shape}.")
    rows = array.transpose(*batch, *axes).reshape(
        *(array.shape[at] for at in batch), math.prod(sizes)
    )
    labels = labels and tuple(labels[at] for at in (*batch, *axes))
    return argument(name, rows, -1)._replace(axis=axes, labels=labels, sizes=sizes)


def distribution(name: str, values: ArrayLike) -> Argument:
    """Read an array of distributions along the last axis."""
    given = argument(name, values, -1)
    given.require_weights()
    given.require_sums()
    return given


def table(
    name: str, values: ArrayLike, axes: Sequence[SupportsIndex]
) -> tuple[Argument, tuple[int, int]]:
    """Read an array whose outcomes lie along two axes, and how many lie along each."""
    array = real_array(name, values)
    given = array.shape
    if array.ndim < 2:
        raise ValueError(f"{name} must have two axes of outcomes; its shape is {given}.")
    if not isinstance(axes, tuple | list):
        raise TypeError(f"axis must be a pair of axes; got {axes!r}.")
    if len(axes) != 2:
        raise ValueError(f"axis must be a pair of axes; got {axes!r}.")
    first, second = pair = _different_axes(name, array.ndim, axes)
    if 0 in (given[first], given[second]):
        raise ValueError(f"{name} must have two axes of outcomes; its shape is {given}.")
    return argument(name, array, pair), (given[first], given[second])


def _different_axes(
    name: str, dimensions: int, axes: Sequence[SupportsIndex] | None
) -> tuple[int, ...]:
    """Several axes, each counted from the first of the array, or all of them."""
    if axes is None:
        return tuple(range(dimensions))
    found = tuple(axis_index(name, dimensions, axis) % dimensions for axis in axes)
    if not found or len(set(found)) < len(found):
        raise ValueError(f"axis must be one axis or several different ones; got {axes!r}.")
    return found


def axis_index(name: str, dimensions: int, axis: SupportsIndex) -> int:
    """The axis as a plain integer, if the array has it."""
    try:
        at = operator.index(axis)
    except TypeError:
        raise TypeError(f"axis must be an integer; got {axis!r}.") from None
    require_unmasked("axis", axis)
    if not -dimensions <= at < dimensions:
        axes = "1 axis" if dimensions == 1 else f"{dimensions} axes"
        raise ValueError(f"axis must be one that {name} has; {name} has {axes}, got {at}.")
    return at


def common_shape(*arguments: Argument) -> tuple[int, ...]:
    """The shape the arguments broadcast to; one outcome never stands for many."""
    if any(argument.labels or argument.sizes for argument in arguments):
        require_same_labels(**{argument.name: argument.labels for argument in arguments})
        _require_same_sizes(arguments)
    shapes = {argument.values.shape for argument in arguments}
    if len(shapes) == 1:
        return shapes.pop()
    counts = {argument.name: argument.values.shape[-1] for argument in arguments}
    require_equal_counts(f"outcomes along axis {arguments[0].axis}", **counts)
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        came = ", ".join(f"{a.name} is {a.values.shape}" for a in arguments)
        names = " and ".join(counts)
        raise ValueError(f"{names} must broadcast; with outcomes last, {came}.") from None


def _require_same_sizes(arguments: tuple[Argument, ...]) -> None:
    """Raise where outcomes lie along several axes and differ in number along one."""
    sizes = {a.name: a.sizes or a.values.shape[-1:] for a in arguments}
    if len(set(sizes.values())) > 1:
        came = ", ".join(f"{name} has {size}" for name, size in sizes.items())
        rule = f"{' and '.join(sizes)} must have tables of one shape"
        raise ValueError(f"{rule}; along axis, {came}.")


def require_equal_counts(things: str, **counts: int) -> None:
    """Raise unless all that is named has the same number of them."""
    if len(set(counts.values())) > 1:
        came = ", ".join(f"{name} has {count}" for name, count in counts.items())
        raise ValueError(f"{' and '.join(counts)} must have equally many {things}; {came}.")


def log_base(base: float | None) -> float:
    """The unit of a result, in nats."""
    if base is None:
        return 1.0
    # In a base below 1 the unit is negative, and so would every divergence be.
    rule = "a finite number above 1"
    return math.log(real("base", base, rule, lambda number: 1 < number < math.inf))


def fraction(name: str, value: float) -> float:
    """A number from 0 to 1."""
    return real(name, value, "a number from 0 to 1", lambda number: 0 <= number <= 1)


def real(name: str, value: float, rule: str, keeps: Callable[[float], bool]) -> float:
    """A real number as a float, if that keeps the rule."""
    try:
        number = _reading.to_float(value)
    except OverflowError:
        raise ValueError(f"{name} must be {rule}; got one too large for a float.") from None
    if number is None:
        raise TypeError(f"{name} must be {rule}; got {value!r}.")
    if not keeps(number):
        raise ValueError(f"{name} must be {rule}; got {value!r}.")
    return number


def finite_array(name: str, values: ArrayLike) -> Argument:
    """Read finite real numbers of any shape, each of which is a row of its own."""
    if type(values) in (float, int) and abs(values) <= LARGEST:  # type: ignore[arg-type]
        # What comes most often needs no reading.
        return Argument(name, np.array([values], np.float64), -1, np.float64)
    array = real_array(name, values).astype(np.float64)
    labels = axis_labels(name, values)
    given = Argument(name, array[..., None], -1, np.float64, labels and (*labels, None))
    given.raise_where(~np.isfinite(array), "be finite", "is {}", array)
    return given


def positive_int(name: str, value: SupportsIndex, least: int = 1) -> int:
    """An integer of at least `least`."""
    refusal = f"{name} must be an integer of at least {least}; got {value!r}."
    try:
        found = operator.index(value)
    except TypeError:
        raise TypeError(refusal) from None
    require_unmasked(name, value)
    if found < least:
        raise ValueError(refusal)
    return found


def one_of(name: str, value: str, known: Iterable[str]) -> str:
    """One of the words that are known."""
    refusal = f"{name} must be one of {', '.join(known)}; got {value!r}."
    if not isinstance(value, str):
        raise TypeError(refusal)
    if value not in known:
        raise ValueError(refusal)
    return value


def require_unmasked(name: str, value: SupportsIndex) -> None:
    """Raise for an integer that a mask hides, which Python reads all the same."""
    if type(value) is not int and _reading.masked(value):
        raise ValueError(f"{name} must not be masked; got a masked integer.")


def require_generator(rng: np.random.Generator) -> None:
    """Raise unless it is a source of random numbers of numpy's present kind."""
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a Generator, as numpy.random.default_rng gives; got {rng!r}.")
