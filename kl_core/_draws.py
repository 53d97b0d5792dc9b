"""Log-probabilities of random draws, whatever they are drawn from."""

from __future__ import annotations  # numpy.random would load where it is only named

from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core._excess import Floats
from kl_core.families.family import Family, broadcast


class Density(Protocol):
    """Anything with a log-probability, or a log-density."""

    def log_prob(self, x: ArrayLike, /) -> np.floating[Any] | NDArray[np.floating[Any]]:
        """Log of the probability or density of each x, in nats."""


class Sampler(Density, Protocol):
    """A density that can be drawn from."""

    def sample(self, rng: np.random.Generator, n: int, /) -> NDArray[Any]:
        """Draws, along the first axis."""


def log_probs(p: Sampler, q: Density, rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """log p and log q at n draws from P, both shaped (n, *batch)."""
    shapes = [getattr(one, "batch_shape", ()) for one in (p, q)]
    batch = broadcast("the batch of p", "that of q", shapes=shapes)
    x = np.asarray(p.sample(rng, n))
    x = x.reshape(n, *(1,) * (len(batch) - len(shapes[0])), *x.shape[1:])
    log_p = _one_a_draw("p", p.log_prob(x), (n, *batch))
    if np.any(log_p == -np.inf):
        raise ValueError("p must have mass at its own draws; its log_prob of one is -inf.")
    if _share_nothing(p, q):
        return log_p, np.full(log_p.shape, -np.inf)
    return log_p, _one_a_draw("q", q.log_prob(x), (n, *batch))


def _one_a_draw(name: str, values: ArrayLike, shape: tuple[int, ...]) -> Floats:
    found = np.asarray(values, np.float64)
    if found.ndim != len(shape) or found.shape[0] != shape[0]:
        came = f"{shape} was due, {found.shape} came"
        raise ValueError(f"{name}.log_prob must give one number a draw; {came}.")
    if not np.all(found < np.inf):  # nan is not
        raise ValueError(f"{name}.log_prob must be below inf; it gave {found.max()}.")
    return np.broadcast_to(found, shape)


def _share_nothing(p: object, q: object) -> bool:
    """Whether one has its mass on counts, and the other none on any single point."""
    if not (isinstance(p, Family) and isinstance(q, Family)) or p.outcomes == q.outcomes:
        return False
    if "vectors" in (p.outcomes, q.outcomes):
        came = f"{type(p).__name__} and {type(q).__name__} came"
        raise ValueError(f"p and q must both be over vectors, or neither; {came}.")
    return True
