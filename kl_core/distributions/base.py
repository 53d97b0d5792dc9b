"""What all distributions share: a batch, where they have mass, and checks on what comes in."""

from __future__ import annotations  # numpy.random would load where it is only named

from abc import ABC, abstractmethod
from dataclasses import fields
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _validation
from kl_core._labels import require_same_labels
from kl_core._numerics import Floats
from kl_core._validation import Argument
from kl_core.distributions.support import Bools, Counts, Interval

Parameter = Any  # whatever numpy reads as numbers goes in; a float or a read-only array comes out
Draws = NDArray[np.float64] | NDArray[np.int64]


class Distribution(ABC):
    """A batch of distributions: log p(x) and samples x ~ P.

    `outcomes` says what x is: a count, whose probability p(x) is, or a point on the line or a
    vector, of which p(x) is the density.
    """

    outcomes: ClassVar[Literal["counts", "line", "vectors"]]

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

    @abstractmethod
    def sample(self, rng: np.random.Generator, n: int) -> Draws:
        """Independent draws x ~ P.

        → (n, *batch), and for vectors (n, *batch, d).
        Raises TypeError unless rng is a numpy Generator and n an integer, ValueError for n below 1.

        >>> Poisson([1, 2, 3]).sample(np.random.default_rng(0), 5).shape
        (5, 3)
        """


class Family(Distribution):
    """A batch of distributions of one form, which differ in their parameters alone.

    log p(x) and samples x ~ P; `outcomes` says what x is: a count, a point on the line, a vector.
    Raises ValueError for parameters that no distribution of the family has.

    >>> isinstance(Normal(0, 1), Family), Normal([0, 1, 2], 1).batch_shape
    (True, (3,))
    """

    def _keep(self, **parameters: Any) -> None:
        """Store checked parameters: a single number as a float, an array so that it stays put."""
        for name, values in parameters.items():
            array = np.asarray(values + 0.0)  # −0.0 becomes 0.0, so that equals hash equally
            array.flags.writeable = False
            object.__setattr__(self, name, array if array.ndim else float(array))

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._keep(**state)  # arrays come writeable out of a pickle or a copy

    def _values(self) -> list[Floats]:
        names = [field.name for field in fields(self) if field.compare]  # type: ignore[arg-type]
        return [np.asarray(getattr(self, name)) for name in names]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Family) or type(other) is not type(self):
            return NotImplemented
        return all(map(np.array_equal, self._values(), other._values()))

    def __hash__(self) -> int:
        return hash((type(self), *((v.shape, v.tobytes()) for v in self._values())))


class Batched(Family):
    """A family whose parameters are single numbers, which broadcast to the shape of the batch."""

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return self._values()[0].shape

    def _broadcast(self, *parameters: Argument) -> None:
        """Store checked parameters, each in the shape of the batch."""
        require_same_labels(**{p.name: p.labels for p in parameters})
        shapes = [parameter.values.shape[:-1] for parameter in parameters]
        shape = broadcast(*(p.name for p in parameters), shapes=shapes)
        self._keep(**{p.name: np.broadcast_to(p.values[..., 0], shape) for p in parameters})


def covers(q: object, p: object) -> Bools:
    """Whether Q has mass wherever P has, as far as their supports tell.

    → a batch, or () where they tell nothing. Raises ValueError where one alone is over vectors.
    """
    if not (isinstance(p, Distribution) and isinstance(q, Distribution)):
        return np.asarray(True)
    if p.outcomes != q.outcomes:
        if "vectors" in (p.outcomes, q.outcomes):
            came = f"{type(p).__name__} and {type(q).__name__} came"
            raise ValueError(f"p and q must both be over vectors, or neither; {came}.")
        return np.asarray(False)  # one has its mass on counts, the other none on any single point
    one, other = q.support, p.support
    if one is None or other is None:
        return np.asarray(True)
    return one.holds(other)  # type: ignore[arg-type]  # of one kind, as the outcomes are


def refuse_class(name: str, given: object) -> None:
    """Raise where a family came and not one of its distributions."""
    if isinstance(given, type):
        came = f"the class {given.__name__} came without its parameters"
        raise TypeError(f"{name} must be one of a family, such as Normal(0, 1); {came}.")


def broadcast(*names: str, shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    """The shape that `shapes` broadcast to."""
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        came = ", ".join(f"{n} is {shape}" for n, shape in zip(names, shapes, strict=True))
        raise ValueError(f"{' and '.join(names)} must broadcast; {came}.") from None


def positive(name: str, values: ArrayLike) -> Argument:
    """Numbers above 0."""
    given = _validation.finite_array(name, values)
    given.raise_where(given.values[..., 0] <= 0, "be above 0", "is {:.12g}", given.values[..., 0])
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
