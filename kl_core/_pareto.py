"""How heavy a sample's tail is: the shape of the generalised Pareto distribution nearest to it."""

from __future__ import annotations

import math

import numpy as np

from kl_core._numerics import Floats, ieee

FEWEST = 5  # draws, below which no shape is fitted to a tail
ROUNDING = 1e-12  # of the largest number: what differs by less is one number
PRIOR_DRAWS, PRIOR_SHAPE = 10, 0.5


def tail_size(n: int, part: int = 1) -> int:
    """How many of n numbers are their tail, or one `part`-th of it."""
    return math.ceil(min(n / 5, 3 * math.sqrt(n))) // part


def tail_shape(values: Floats, part: int = 1) -> Floats:
    """The shape k̂ of the upper tail of each column: moments of an order below 1 / k̂ are finite.

    The tail is 3·√n of n numbers, or a fifth where that is less; of these, one `part`-th. k̂ is −inf
    where all of it is one number, an end that nothing goes beyond, and inf where fewer than five
    numbers are above the next one, which tells nothing of what is further out.
    values: (n, ...) → (...).
    Source: Vehtari, Simpson, Gelman, Yao & Gabry (2024), "Pareto smoothed importance sampling".
    """
    size = tail_size(len(values), part)
    columns = values.reshape(len(values), -1).T
    return np.reshape([_shape(column, size) for column in columns], values.shape[1:])


def _shape(values: Floats, size: int) -> float:
    """The shape of the `size` largest values above the next one."""
    if size < FEWEST:
        return math.inf
    top = np.sort(np.partition(values, -size - 1)[-size - 1 :])
    excess = top[1:] - top[0]
    above = excess[excess > ROUNDING * abs(top).max()]
    if above.size == 0:
        return -math.inf
    return _fit(above / above[-1]) if above.size >= FEWEST else math.inf


@ieee
def _fit(excess: Floats) -> float:
    """The shape of a generalised Pareto distribution of sorted numbers above 0, of which 1 is last.

    Its posterior mean over a grid of θ = −shape / scale, drawn towards ½ as by ten more draws.
    Source: Zhang & Stephens (2009); Vehtari et al. (2024), appendix C, for the last step.
    """
    n = excess.size
    count = 30 + math.isqrt(n)
    quartile = excess[int(n / 4 + 0.5) - 1]
    steps = 1 - np.sqrt(count / (np.arange(1, count + 1) - 0.5))
    theta = 1 + steps / (3 * quartile)
    shapes = np.log1p(-theta[:, None] * excess).mean(axis=1)
    # At θ = 0 it is the exponential distribution, whose scale is the mean.
    inverse_scales = np.where(theta == 0, 1 / excess.mean(), -theta / shapes)
    log_likelihood = n * (np.log(inverse_scales) - shapes - 1)
    weights = np.exp(log_likelihood - log_likelihood.max())
    best = float((theta * weights).sum() / weights.sum())
    shape = float(np.log1p(-best * excess).mean())
    return (n * shape + PRIOR_DRAWS * PRIOR_SHAPE) / (n + PRIOR_DRAWS)
