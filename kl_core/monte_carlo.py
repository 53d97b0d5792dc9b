"""KL divergence estimated from random draws, with its standard error."""

from __future__ import annotations  # numpy.random would load where it is only named

import math
from typing import Any, Protocol, SupportsIndex

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _validation
from kl_core._numerics import Floats, exp_remainder, gradual_underflow, ieee
from kl_core._pareto import ROUNDING, tail_shape, tail_size
from kl_core.distributions.base import Distribution, broadcast, covers, refuse_class
from kl_core.distributions.support import Bools
from kl_core.estimate import Estimate
from kl_core.means import interval, mean_and_error, normal_quantile

FINITE_VARIANCE = 0.5  # the shape of a Pareto tail below which there is one
FEWEST_BEYOND = 30  # draws beyond a bump, below which they tell too little


class Density(Protocol):
    """Anything with a log-probability, or a log-density."""

    def log_prob(self, x: NDArray[Any], /) -> np.floating[Any] | NDArray[np.floating[Any]]:
        """Log of the probability or density of each x, in nats."""


class Sampler(Density, Protocol):
    """A density that can be drawn from."""

    def sample(self, rng: np.random.Generator, n: int, /) -> NDArray[Any]:
        """Draws, along the first axis."""


@gradual_underflow
def monte_carlo_kl(
    p: Sampler,
    q: Density,
    rng: np.random.Generator,
    n: int,
    *,
    low_variance: bool = False,
    level: float = 0.95,
    base: float | None = None,
) -> Estimate:
    """KL estimated as the mean log-ratio of the probabilities of draws from P.

    KL(P‖Q) ≈ 1/n Σ log(p(xᵢ) / q(xᵢ)), xᵢ ~ P, in nats, or in units of log(base), with the
    standard error s / √n, the interval of the normal distribution at `level`, and no bias.
    With low_variance, 1/n Σ (rᵢ − 1 − log rᵢ), r = q(x) / p(x), which is never negative and varies
    less if Q is close to P. Its mean is KL(P‖Q) less the mass of Q outside the support of P, so its
    bias is not known.
    The estimate is inf, and the standard error nan, if Q gives a draw no mass, and if P is known to
    have mass outside the support of Q, whether it was drawn or not.
    The standard error is also nan if the draws do not determine it:
    - where log r on either side, or r with low_variance, has a tail of a Pareto shape k̂ above ½
      (for r, above 1 − 1 / log₁₀ n, if that is less), so that the variance is infinite, or of fewer
      than 5 draws, as it is for n < 21 and for what is seldom drawn; for log r it is enough that
      the furthest third of the tail, of m ≥ 30 draws, has k̂ ≤ ½ − 1 / √m;
    - where r is the same at all draws, but not 1, which it must be on average if Q has no mass
      beyond P; and with low_variance where its mean is off 1 by more than 2 of its own standard
      errors, or 3 where k̂ says that r has an end.
    p, q: anything with log_prob(x), and p with sample(rng, n); batches broadcast → (...).
    Raises TypeError unless p and q have these, rng is a numpy Generator and n an integer;
    ValueError for n below 2, unless 0 < level < 1, and where only one of P and Q is over vectors.
    Source: Schulman (2020), "Approximating KL Divergence"; Vehtari, Simpson, Gelman, Yao & Gabry
    (2024), "Pareto smoothed importance sampling", for k̂.

    >>> p = NormalMixture([0.5, 0.5], [-1, 1], [1, 1])
    >>> found = monte_carlo_kl(p, Normal(0, 1.5), np.random.default_rng(0), 10_000)
    >>> round(float(found.estimate), 3), round(float(found.standard_error), 3)
    (0.014, 0.001)
    """
    _validation.require_generator(rng)
    count = _validation.positive_int("n", n, least=2)
    unit, reach = _validation.log_base(base), normal_quantile(level)
    log_p, log_q = _log_probs(p, q, rng, count)
    with np.errstate(over="ignore"):
        log_ratio = log_p - log_q
    terms = exp_remainder(log_ratio) if low_variance else log_ratio
    bounded = np.isfinite(terms).all(axis=0)
    mean, error = mean_and_error(np.where(bounded, terms, 0.0))
    shown = _shows_its_error(np.where(bounded, log_ratio, 0.0), low_variance, _goes_beyond(q, p))
    estimate = np.where(bounded, mean / unit, np.inf)[()]
    error = np.where(bounded & shown, error / unit, np.nan)[()]
    bias = np.where(bounded & (not low_variance), 0.0, np.nan)[()]
    return Estimate(estimate, bias, error, interval(estimate, error, reach), n=count)


@ieee
def _shows_its_error(log_ratio: Floats, low_variance: bool, beyond: Bools) -> Bools:
    """Whether the draws show how far off their mean may be; log_ratio: log(p / q), (n, ...).

    beyond: whether Q is known to have a density where P has none.
    """
    known = _is_light(log_ratio) & _is_light(-log_ratio)
    change = np.expm1(-log_ratio)  # r − 1
    mean, error = mean_and_error(change)
    if not low_variance:  # r may be too heavy for its mean to tell, unless it never varies
        return known & ((error > ROUNDING) | (abs(mean) <= ROUNDING) | beyond)
    shape, heaviest = tail_shape(change), min(FINITE_VARIANCE, 1 - 1 / math.log10(len(change)))
    reach = np.where(shape <= 0, 3.0, 2.0)  # of the error, which is sure itself where r has an end
    return known & (shape <= heaviest) & (abs(mean) <= reach * error + ROUNDING)


def _is_light(values: Floats) -> Bools:
    """Whether the upper tail of each column has a finite variance, as far as it tells.

    Values that are greatest at some x have a bump there, which looks heavy. The furthest third of
    the tail lies beyond: its k̂ has an error of some 1 / √m, of m draws, by which it must be below.
    """
    light: Bools = tail_shape(values) <= FINITE_VARIANCE
    beyond = tail_size(len(values), part=3)
    if beyond < FEWEST_BEYOND:
        return light
    return light | (tail_shape(values, part=3) <= FINITE_VARIANCE - 1 / math.sqrt(beyond))


def _log_probs(p: Sampler, q: Density, rng: np.random.Generator, n: int) -> tuple[Floats, Floats]:
    """log p and log q at n draws from P, both shaped (n, *batch)."""
    _refuse_without("p", p, "sample", "log_prob")
    _refuse_without("q", q, "log_prob")
    shapes = [_batch_shape("p", p), _batch_shape("q", q)]
    batch = broadcast("the batch of p", "that of q", shapes=shapes)
    x = _validation.real_array("p.sample", p.sample(rng, n))
    if x.shape[:1] != (n,):
        came = f"n is {n}, the shape of the draws {x.shape}"
        raise ValueError(f"p.sample must give n draws along the first axis; {came}.")
    x = x.reshape(n, *(1,) * (len(batch) - len(shapes[0])), *x.shape[1:])
    log_p = _one_a_draw("p", p.log_prob(x), (n, *batch))
    if np.any(log_p == -np.inf):
        raise ValueError("p must have mass at its own draws; its log_prob of one is -inf.")
    covered = covers(q, p)
    if not covered.any():
        return log_p, np.full(log_p.shape, -np.inf)
    log_q = _one_a_draw("q", q.log_prob(x), (n, *batch))
    return log_p, np.where(covered, log_q, -np.inf)


def _goes_beyond(q: object, p: object) -> Bools:
    """Whether Q is known to have a density where P has none, so that one r < 1 may be all."""
    on_the_line = isinstance(p, Distribution) and p.outcomes == "line"
    return ~covers(p, q) if on_the_line else np.asarray(False)


def _one_a_draw(name: str, values: ArrayLike, shape: tuple[int, ...]) -> Floats:
    found = _validation.real_array(f"{name}.log_prob", values).astype(np.float64)
    if not _one_each(found.shape, shape):
        came = f"expected {shape}, got {found.shape}"
        raise ValueError(f"{name}.log_prob must give one number a draw; {came}.")
    if not np.all(found < np.inf):  # nan is not
        raise ValueError(f"{name}.log_prob must be below inf; it gave {found.max()}.")
    return np.broadcast_to(found, shape)


def _one_each(shape: tuple[int, ...], due: tuple[int, ...]) -> bool:
    """Whether every draw has a number, which may stand for a whole batch."""
    sizes = zip(shape[1:], due[1:], strict=False)
    return (len(shape), shape[:1]) == (len(due), due[:1]) and all(a in (1, b) for a, b in sizes)


def _refuse_without(name: str, density: object, *methods: str) -> None:
    refuse_class(name, density)
    if not all(callable(getattr(density, method, None)) for method in methods):
        came = type(density).__name__
        raise TypeError(f"{name} must have {' and '.join(methods)}; got {came}.")


def _batch_shape(name: str, density: object) -> tuple[int, ...]:
    shape = getattr(density, "batch_shape", ())
    if not (isinstance(shape, tuple) and all(isinstance(n, SupportsIndex) for n in shape)):
        raise TypeError(f"{name}.batch_shape must be a tuple of integers; got {shape!r}.")
    return shape
