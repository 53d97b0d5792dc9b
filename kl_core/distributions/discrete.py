"""Families of distributions on counts: 0, 1, 2 and so on."""

from __future__ import annotations  # numpy.random would load where it is only named

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _validation
from kl_core._numerics import (
    LOG_2_PI,
    Floats,
    gradual_underflow,
    ieee,
    kl_div_extreme,
    kl_div_product,
    log_or_neg_inf,
)
from kl_core._special import log_factorial_rest
from kl_core._weights import require_logits
from kl_core.distributions.base import (
    Batched,
    Family,
    Parameter,
    draws,
    not_negative,
    points,
    probability,
    sample_categorical,
)
from kl_core.distributions.bell import bell_sum
from kl_core.distributions.support import Counts, whole_range
from kl_core.logits import log_softmax_rows

FACTORIALS = np.array(
    [n - n * math.log(max(n, 1)) + math.log(math.factorial(n)) for n in range(16)]
)
STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188)  # exact to 1e-16 from 16! on
MOST_DRAWN = 2.0**62  # samples are integers of 64 bits


@dataclass(frozen=True, eq=False)
class Bernoulli(Batched):
    """The distribution of a coin, 1 with probability p and 0 otherwise.

    P(1) = p, P(0) = 1 − p.
    p: any shape; from 0 to 1.
    Raises ValueError unless p is from 0 to 1.
    Source: Bernoulli (1713).

    >>> np.exp(Bernoulli(0.25).log_prob([0, 1, 2])).round(4).tolist()
    [0.75, 0.25, 0.0]
    """

    outcomes = "counts"
    p: Parameter

    def __post_init__(self) -> None:
        self._broadcast(probability("p", self.p))

    @property
    def support(self) -> Counts:
        p = np.asarray(self.p)
        return whole_range(np.where(p < 1, 0.0, 1.0), np.where(p > 0, 1.0, 0.0))

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        misses = np.where(x == 0, log_miss(self.p), -np.inf)
        return np.where(x == 1, log_or_neg_inf(self.p), misses)[()]

    def sample(self, rng: np.random.Generator, n: int) -> NDArray[np.int64]:
        size = draws(rng, n, *self.batch_shape)
        return (rng.random(size) < self.p).astype(np.int64)

    @ieee
    def entropy(self) -> np.float64 | Floats:
        p = np.asarray(self.p)
        return (-times_log(p, np.log(p)) - times_log(1 - p, log_miss(p)))[()]


@dataclass(frozen=True, eq=False)
class Categorical(Family):
    """Any distribution of the outcomes 0 to k − 1.

    P(i) = pᵢ, or exp(zᵢ) / Σⱼ exp(zⱼ), precise in log_prob and kl also where that rounds to 0.
    p: (..., k), a distribution along the last axis; or logits: (..., k), of which log
    probabilities are kept.
    Raises ValueError unless p is finite, not negative and sums to 1, for nan and +inf in logits,
    and for rows of nothing but −inf; TypeError unless one of p and logits is given.

    >>> draws = Categorical([0.5, 0, 0.5]).sample(np.random.default_rng(0), 100)
    >>> np.unique(draws).tolist()
    [0, 2]
    >>> float(Categorical(logits=[0, -2000]).log_prob(1))
    -2000.0
    """

    outcomes = "counts"
    p: Parameter = None
    logits: Parameter = field(default=None, kw_only=True, repr=False)

    @gradual_underflow
    def __post_init__(self) -> None:
        if (self.p is None) == (self.logits is None):
            came = "neither" if self.p is None else "both"
            raise TypeError(f"p must be given by one of p and logits; got {came}.")
        if self.logits is None:
            object.__delattr__(self, "logits")  # so that what is kept are numbers alone
            self._keep(p=_validation.distribution("p", self.p).values.astype(np.float64))
        else:
            given = _validation.argument("logits", self.logits, -1)
            require_logits(given)
            log_p = log_softmax_rows(given.values.astype(np.float64))
            self._keep(p=np.exp(log_p), logits=log_p)

    @property
    def log_p(self) -> Floats:
        """The log probabilities, in nats: (..., k)."""
        return log_or_neg_inf(self.p) if self.logits is None else self.logits

    def _values(self) -> list[Floats]:
        return [self.p, self.log_p]

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return self.p.shape[:-1]

    @property
    def support(self) -> Counts:
        none = np.full(self.batch_shape, -1.0)
        return Counts(self.log_p > -np.inf, none, none - 1)

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        outcomes = self.p.shape[-1]
        shape = np.broadcast_shapes(x.shape, self.batch_shape)
        inside = (x >= 0) & (x < outcomes) & (x == np.floor(x))
        index = np.broadcast_to(np.where(inside, x, 0).astype(np.int64), shape)
        log_p = np.broadcast_to(self.log_p, (*shape, outcomes))
        found = np.take_along_axis(log_p, index[..., None], axis=-1)[..., 0]
        return np.where(inside, found, -np.inf)[()]

    def sample(self, rng: np.random.Generator, n: int) -> NDArray[np.int64]:
        size = draws(rng, n, *self.batch_shape)
        rows = self.p.reshape(-1, self.p.shape[-1])
        found = np.empty((n, len(rows)), np.int64)
        for column, row in enumerate(rows):
            found[:, column] = sample_categorical(rng, row, n)
        return found.reshape(size)

    @ieee
    def entropy(self) -> np.float64 | Floats:
        return -times_log(self.p, np.log(self.p)).sum(axis=-1) + 0.0


@dataclass(frozen=True, eq=False)
class Poisson(Batched):
    """The distribution of the number of events that come independently at one mean rate.

    P(x) = rateˣ·exp(−rate) / x! for x = 0, 1, 2, …
    rate: any shape; at least 0, the mean number of events. Where it is 0, all mass is on 0.
    Raises ValueError unless rate is finite and at least 0; sample, for a rate above 2⁶², as draws
    are integers of 64 bits.
    Source: Poisson (1837); log_prob as in Loader (2000).

    >>> np.exp(Poisson(2).log_prob([0, 1, 2])).round(4).tolist()
    [0.1353, 0.2707, 0.2707]
    """

    outcomes = "counts"
    rate: Parameter

    def __post_init__(self) -> None:
        self._broadcast(not_negative("rate", self.rate))

    @property
    def support(self) -> Counts:
        rate = np.asarray(self.rate)
        return whole_range(np.zeros(rate.shape), np.where(rate > 0, np.inf, 0.0))

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        inside = (x >= 0) & (x < np.inf) & (x == np.floor(x))
        count = np.where(inside, x, 0.0)
        found = -kl_div_extreme(count, self.rate) - stirling(count)
        return np.where(inside, found, -np.inf)[()]

    def sample(self, rng: np.random.Generator, n: int) -> NDArray[np.int64]:
        size = draws(rng, n, *self.batch_shape)
        given = not_negative("rate", self.rate)
        rate = given.values[..., 0]
        given.raise_where(rate > MOST_DRAWN, "be at most 2**62 to be drawn from", "is {:g}", rate)
        return rng.poisson(self.rate, size)

    @ieee
    def entropy(self) -> np.float64 | Floats:
        """Entropy, in nats.

        H(P) = −Σ p(x)·log p(x), to 5e-14: every term up to a rate of 100, and from there on one
        in σ/2 of them, in whose sum a smooth bell is off by less than its rounding.
        Source: Trefethen & Weideman (2014), "The exponentially convergent trapezoidal rule".
        """
        rate = np.asarray(self.rate)
        return bell_sum(_poisson_surprisal, rate, rate, rate)[()]


@dataclass(frozen=True, eq=False)
class Geometric(Batched):
    """The distribution of the number of trials up to and including the first success.

    P(x) = (1 − p)ˣ⁻¹·p for x = 1, 2, 3, …, with mean 1 / p.
    p: any shape; above 0 and at most 1, the probability of success.
    Raises ValueError unless p is above 0 and at most 1; sample, for p below 2⁻⁵⁶, as draws are
    integers of 64 bits.

    >>> np.exp(Geometric(0.5).log_prob([1, 2, 3])).round(4).tolist()
    [0.5, 0.25, 0.125]
    """

    outcomes = "counts"
    p: Parameter

    def __post_init__(self) -> None:
        given = _validation.finite_array("p", self.p)
        p = given.values[..., 0]
        given.raise_where((p <= 0) | (p > 1), "be above 0 and at most 1", "is {:.12g}", p)
        self._broadcast(given)

    @property
    def support(self) -> Counts:
        p = np.asarray(self.p)
        return whole_range(np.ones(p.shape), np.where(p < 1, np.inf, 1.0))

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        inside = (x >= 1) & (x < np.inf) & (x == np.floor(x))
        misses = np.where(inside, x - 1, 0.0)
        # Without a miss its probability does not matter, not even where that is 0.
        missed = misses * np.where(misses > 0, log_miss(self.p), 0.0)
        return np.where(inside, np.log(self.p) + missed, -np.inf)[()]

    def sample(self, rng: np.random.Generator, n: int) -> NDArray[np.int64]:
        size = draws(rng, n, *self.batch_shape)
        given = _validation.finite_array("p", self.p)
        p = given.values[..., 0]
        given.raise_where(p < 64 / MOST_DRAWN, "be at least 2**-56 to be drawn from", "is {:g}", p)
        return rng.geometric(self.p, size)

    @ieee
    def entropy(self) -> np.float64 | Floats:
        p = np.asarray(self.p)
        missed = np.where(p < 1, (1 - p) * log_miss(p), 0.0)  # 0·log 0 = 0
        return (-np.log(p) - missed / p)[()] + 0.0


def times_log(p: Floats, log_p: Floats) -> Floats:
    """p·log p, with 0·log 0 = 0."""
    return np.where(p > 0, p * log_p, 0.0)


@ieee
def _poisson_surprisal(x: Floats, offset: Floats, rate: Floats) -> Floats:
    """−p(x)·log p(x), with x = rate + offset."""
    log_p = -kl_div_product(x, rate, 1.0, 1.0, -offset) - log_factorial_rest(x)
    return -times_log(np.exp(log_p), log_p)


def log_miss(p: ArrayLike) -> Floats:
    """log(1 − p), with log 0 = −inf."""
    p = np.asarray(p, np.float64)
    return np.log1p(-p, out=np.full(p.shape, -np.inf), where=p < 1)


def stirling(x: Floats) -> Floats:
    """log x! − x·log x + x, for counts x.

    ½·log(2πx) + 1/(12x) − 1/(360x³) + …, where x is large.
    Source: Loader (2000), "Fast and accurate computation of binomial probabilities".
    """
    large = np.maximum(x, len(FACTORIALS))
    series = np.zeros_like(large)
    for coefficient in reversed(STIRLING):
        series = series / large / large + coefficient
    series = np.log(large) / 2 + LOG_2_PI / 2 + series / large
    return np.where(x < len(FACTORIALS), FACTORIALS[np.minimum(x, 15).astype(np.int64)], series)
