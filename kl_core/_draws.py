"""Log-probabilities of random draws, whatever they are drawn from."""

from __future__ import annotations  # numpy.random would load where it is only named

from typing import Any, Protocol, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _checks
from kl_core._excess import Floats
from kl_core.families.family import Family, broadcast


class Density(Protocol):
    """Anything with a log-probability, or a log-density."""

    def log_prob(self, x: NDArray[Any], /) -> np.floating[Any] | NDArray[np.floating[Any]]:
        """Log of the probability or density of each x, in nats."""


class Sampler(Density, Protocol):
    """A density that can be drawn from."""

    def sample(self, rng: np.random.Generator, n: int, /) -> NDArray[Any]:
        """Draws, along the first axis."""


def log_probs(p: Sampler, q: Density, rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """log p and log q at n draws from P, both shaped (n, *batch)."""
    _refuse_without("p", p, "sample", "log_prob")
    _refuse_without("q", q, "log_prob")
    shapes = [_batch_shape("p", p), _batch_shape("q", q)]
    batch = broadcast("the batch of p", "that of q", shapes=shapes)
    x = _checks.numbers("p.sample", p.sample(rng, n))
    if x.shape[:1] != (n,):
        came = f"n is {n}, the shape of the draws {x.shape}"
        raise ValueError(f"p.sample must give n draws along the first axis; {came}.")
    x = x.reshape(n, *(1,) * (len(batch) - len(shapes[0])), *x.shape[1:])
    log_p = _one_a_draw("p", p.log_prob(x), (n, *batch))
    if np.any(log_p == -np.inf):
        raise ValueError("p must have mass at its own draws; its log_prob of one is -inf.")
    if _share_nothing(p, q):
        return log_p, np.full(log_p.shape, -np.inf)
    return log_p, _one_a_draw("q", q.log_prob(x), (n, *batch))


def _one_a_draw(name: str, values: ArrayLike, shape: tuple[int, ...]) -> Floats:
    found = _checks.numbers(f"{name}.log_prob", values).astype(np.float64)
    if not _one_each(found.shape, shape):
        came = f"{shape} was due, {found.shape} came"
        raise ValueError(f"{name}.log_prob must give one number a draw; {came}.")
    if not np.all(found < np.inf):  # nan is not
        raise ValueError(f"{name}.log_prob must be below inf; it gave {found.max()}.")
    return np.broadcast_to(found, shape)


def _one_each(shape: tuple[int, ...], due: tuple[int, ...]) -> bool:
    """Whether every draw has a number, which may stand for a whole batch."""
    sizes = zip(shape[1:], due[1:], strict=False)
    return (len(shape), shape[:1]) == (len(due), due[:1]) and all(a in (1, b) for a, b in sizes)


def _refuse_without(name: str, density: object, *methods: str) -> None:
    if not all(callable(getattr(density, method, None)) for method in methods):
        came = type(density).__name__
        raise ValueError(f"{name} must have {' and '.join(methods)}; {came} came.")


def _batch_shape(name: str, density: object) -> tuple[int, ...]:
    shape = getattr(density, "batch_shape", ())
    if not (isinstance(shape, tuple) and all(isinstance(n, SupportsIndex) for n in shape)):
        raise ValueError(f"{name}.batch_shape must be a tuple of integers; {shape!r} came.")
    return shape


def _share_nothing(p: object, q: object) -> bool:
    """Whether one has its mass on counts, and the other none on any single point."""
    if not (isinstance(p, Family) and isinstance(q, Family)) or p.outcomes == q.outcomes:
        return False
    if "vectors" in (p.outcomes, q.outcomes):
        came = f"{type(p).__name__} and {type(q).__name__} came"
        raise ValueError(f"p and q must both be over vectors, or neither; {came}.")
    return True
