"""The base of all distributions: batches, supports, and checks of arguments."""

from __future__ import annotations  # numpy.random would load where it is only named

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _validation
from kl_core._labels import require_same_labels
from kl_core._numerics import Floats
from kl_core._rowwise import BLOCK, Index, blocks
from kl_core._validation import Argument
from kl_core.distributions.support import Bools, Counts, Interval

Parameter = Any  # whatever numpy reads as numbers goes in; a float or a read-only array comes out
VECTORS = ("vectors", "simplex")
Draws = NDArray[np.float64] | NDArray[np.int64]
Landmarks = list[tuple[Any, Any]]  # points, each with the width of what is there, by batch

DRAWN, QUANTILES = 400, (0.02, 0.15, 0.5, 0.85, 0.98)
NEXT_TO_AN_END = 2.0**-36  # where the distance from it has few digits


class Distribution(ABC):
    """A batch of distributions: log p(x) and samples x ~ P.

    `outcomes` says what x is: a count, whose probability p(x) is, or a point on the line, a vector
    or one on the simplex (not negative, with the sum 1), of which p(x) is the density.
    """

    outcomes: ClassVar[Literal["counts", "line", "vectors", "simplex"]]

    @property
    def support(self) -> Counts | Interval | None:
        """Where there is mass; None for vectors, and where it is not known."""
        return None

    @property
    @abstractmethod
    def batch_shape(self) -> tuple[int, ...]:
        """The shape of the batch: () for one distribution.

        What the parameters' shapes broadcast to, but for the axes that one distribution takes.
        """

    @abstractmethod
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        """Log of the probability of x, or of its density on the line, in nats; −inf where it is 0.

        x: broadcast against the batch.
        Raises ValueError for nan, and for shapes that do not broadcast.

        >>> Normal(0, [1, 2]).log_prob([0, 3]).round(4).tolist()
        [-0.9189, -2.7371]
        """

    def entropy(self) -> np.float64 | Floats:
        """Entropy, in nats; for a density, the differential entropy.

        H(P) = −E log p(x) for x ~ P → (...), the shape of the batch.
        Raises NotImplementedError where no formula is known.
        Source: Shannon (1948), sections 6 and 20.
        """
        name = type(self).__name__
        raise NotImplementedError(
            f"entropy has no formula for {name}; -p.log_prob(p.sample(rng, n)).mean(axis=0) "
            "estimates it."
        )

    @abstractmethod
    def sample(self, rng: np.random.Generator, n: int) -> Draws:
        """Independent draws x ~ P.

        → (n, *batch), and for vectors (n, *batch, d).
        Raises TypeError unless rng is a numpy Generator and n an integer, ValueError for n below 1.

        >>> Poisson([1, 2, 3]).sample(np.random.default_rng(0), 5).shape
        (5, 3)
        """

    def _landmarks(self) -> Landmarks:
        """Points on the line near which its mass lies, and how fine the structure is around each.

        What quadrature starts from. A family that has a formula for them gives them; elsewhere
        they are quantiles of draws that are always the same.
        """
        x = np.sort(self.sample(np.random.default_rng(0), DRAWN).astype(np.float64), axis=0)
        points = x[[int(share * DRAWN) for share in QUANTILES]]
        ends = []
        if isinstance(self.support, Interval):  # a density may be anything at the end of it
            low, high = self.support.low, self.support.high
            clear = np.minimum(points - low, high - points) > abs(points) * NEXT_TO_AN_END
            points = np.sort(np.where(clear, points, points[len(points) // 2]), axis=0)
            ends = [points - low, high - points]
        gaps = np.diff(points, axis=0)
        around = [np.append(gaps[:1], gaps, axis=0), np.append(gaps, gaps[-1:], axis=0), *ends]
        widths = np.min([np.where(gap > 0, gap, np.inf) for gap in around], axis=0)
        return list(zip(points, widths, strict=True))


class Family(Distribution):
    """A batch of distributions of one family, which differ in their parameters.

    log p(x) and samples x ~ P; `outcomes` says what x is: a count, a point on the line, a vector.
    Raises ValueError for invalid parameters.

    >>> isinstance(Normal(0, 1), Family), Normal([0, 1, 2], 1).batch_shape
    (True, (3,))
    """

    def _keep(self, **parameters: Any) -> None:
        """Store checked parameters: a single number as a float, a copy of an array, read-only."""
        for name, values in parameters.items():
            self._keep_own(name, values + 0.0)  # −0.0 becomes 0.0, so that equals hash equally

    def _keep_own(self, name: str, values: Any) -> None:
        if isinstance(values, np.ndarray) and values.ndim:
            values.flags.writeable = False
        else:
            values = float(values)
        object.__setattr__(self, name, values)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._keep(**state)  # arrays come writeable out of a pickle or a copy

    def _values(self) -> list[Floats]:
        names = sorted(vars(self))  # of a user's plain class
        if is_dataclass(self):
            names = [field.name for field in fields(self) if field.compare]
        return [np.asarray(getattr(self, name)) for name in names]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Family) or type(other) is not type(self):
            return NotImplemented
        return all(map(np.array_equal, self._values(), other._values()))

    def __hash__(self) -> int:
        return hash((type(self), *((v.shape, v.tobytes()) for v in self._values())))


class Batched(Family):
    """A family whose parameters are single numbers, which broadcast to the shape of the batch."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def batch_shape(self) -> tuple[int, ...]:
        first = getattr(self, next(iter(self.__dataclass_fields__)))
        return getattr(first, "shape", ())  # a float has none

    def _broadcast(self, *parameters: Argument) -> None:
        """Store checked parameters, each in the shape of the batch; their arrays are copies."""
        if any(parameter.labels for parameter in parameters):
            require_same_labels(**{p.name: p.labels for p in parameters})
        given = {parameter.name: parameter.values[..., 0] for parameter in parameters}
        shape = broadcast(*given, shapes=[values.shape for values in given.values()])
        for name, values in given.items():
            if values.shape == shape:
                values += 0.0  # as in _keep, but for the second copy
                self._keep_own(name, values)
            else:
                self._keep(**{name: np.broadcast_to(values, shape)})


def by_blocks(formula: Callable[[Any, Any], Floats]) -> Callable[[Batched, Batched], Floats]:
    """A formula for P and Q whose parameters are arrays of one shape, for any two that broadcast.

    It gets a single pair as a batch of one, and a batch in blocks that stay in cache: each number
    comes out the same, alone and in a batch.
    """

    @wraps(formula)
    def by_blocks_of(p: Batched, q: Batched) -> Floats:
        shape = broadcast("the batch of p", "that of q", shapes=[p.batch_shape, q.batch_shape])
        if shape == ():
            return formula(_block(p, shape), _block(q, shape))[0]
        found = np.empty(shape)
        for where in blocks(shape, BLOCK):
            found[where] = formula(_block(p, shape, where), _block(q, shape, where))
        return found

    return by_blocks_of


def _block(family: Batched, shape: tuple[int, ...], where: Index = (0,)) -> Batched:
    """A part of a batch that is broadcast to `shape`, unchecked; of a single one, a batch of it."""
    part = object.__new__(type(family))
    for name in family.__dataclass_fields__:
        value = getattr(family, name)
        if shape == ():
            value = np.array([value])
        elif np.shape(value) != shape:
            value = np.broadcast_to(value, shape)
        part.__dict__[name] = value if shape == () else value[where]
    return part


def covers(q: object, p: object) -> Bools:
    """Whether Q has mass wherever P has, as far as their supports tell.

    → a batch, or () where they tell nothing. Raises ValueError where one alone is over vectors.
    """
    if not (isinstance(p, Distribution) and isinstance(q, Distribution)):
        return np.asarray(True)
    if p.outcomes != q.outcomes:
        refuse_other_dimensions(p, q)
        # One has its mass on counts, or on the simplex, where the other has none.
        return np.asarray(False)
    broadcast("the batch of p", "that of q", shapes=[p.batch_shape, q.batch_shape])
    one, other = q.support, p.support
    if one is None or other is None:
        return np.asarray(True)
    broadcast("the batch of p", "that of q", shapes=[p.batch_shape, q.batch_shape])
    return one.holds(other)  # type: ignore[arg-type]  # of one kind, as the outcomes are


def refuse_class(name: str, given: object) -> None:
    """Raise where a family came and not one of its distributions."""
    if isinstance(given, type):
        came = f"the class {given.__name__} came without its parameters"
        raise TypeError(f"{name} must be one of a family, such as Normal(0, 1); {came}.")


def refuse_other_dimensions(p: object, q: object) -> None:
    """Raise where one is over vectors and the other is not, which no estimate helps."""
    kinds = [getattr(given, "outcomes", None) for given in (p, q)]
    if None not in kinds and len({kind in VECTORS for kind in kinds}) > 1:
        came = f"got {type(p).__name__} and {type(q).__name__}"
        raise ValueError(f"p and q must both be over vectors, or neither; {came}.")


def broadcast(*names: str, shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    """The shape that `shapes` broadcast to."""
    if len(set(shapes)) == 1:
        return shapes[0]
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        came = ", ".join(f"{n} is {shape}" for n, shape in zip(names, shapes, strict=True))
        raise ValueError(f"{' and '.join(names)} must broadcast; {came}.") from None


def positive(name: str, values: ArrayLike) -> Argument:
    """Numbers above 0."""
    given = _validation.finite_array(name, values)
    if np.minimum.reduce(given.values, axis=None, initial=np.inf) <= 0:
        numbers = given.values[..., 0]
        given.raise_where(numbers <= 0, "be above 0", "is {:.12g}", numbers)
    return given


def not_negative(name: str, values: ArrayLike) -> Argument:
    """Numbers of at least 0."""
    given = _validation.finite_array(name, values)
    given.raise_where(
        given.values[..., 0] < 0, "not be negative", "is {:.12g}", given.values[..., 0]
    )
    return given


def probability(name: str, values: ArrayLike) -> Argument:
    """Numbers from 0 to 1."""
    given = _validation.finite_array(name, values)
    outside = (given.values[..., 0] < 0) | (given.values[..., 0] > 1)
    given.raise_where(outside, "be from 0 to 1", "is {:.12g}", given.values[..., 0])
    return given


def points(x: ArrayLike, shape: tuple[int, ...]) -> Floats:
    """Where a log-probability is asked for, each a number of its own, in the shape of the batch."""
    array = _validation.real_array("x", x).astype(np.float64)
    given = Argument("x", array[..., None], -1, np.float64)
    given.raise_where(np.isnan(array), "not be nan", "is {}", array)
    broadcast("x", "the batch", shapes=[array.shape, shape])
    return array


def draws(rng: np.random.Generator, n: int, *shape: int) -> tuple[int, ...]:
    """The shape of n draws for each member of the batch."""
    _validation.require_generator(rng)
    return (_validation.positive_int("n", n), *shape)


def sample_categorical(rng: np.random.Generator, p: Floats, n: int) -> NDArray[np.int64]:
    """Draws of n outcomes of the one distribution p; never one whose probability is 0."""
    sums = np.cumsum(p)
    return np.searchsorted(sums / sums[-1], rng.random(n), side="right")
