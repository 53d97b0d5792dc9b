"""The distribution of the number of successes in n independent trials."""

from __future__ import annotations  # numpy.random would load where it is only named

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kl_core import _validation
from kl_core._numerics import Floats, ieee, kl_div_product
from kl_core._special import log_choices_rest
from kl_core._validation import Argument
from kl_core.distributions.base import Batched, Parameter, draws, points, probability
from kl_core.distributions.bell import bell_sum
from kl_core.distributions.discrete import times_log
from kl_core.distributions.support import Counts, whole_range

MOST_TRIALS = 2.0**53  # up to where floats hold all whole numbers


@dataclass(frozen=True, eq=False)
class Binomial(Batched):
    """The distribution of the number of successes in n independent trials.

    P(x) = n! / (x!·(n − x)!)·pˣ·(1 − p)ⁿ⁻ˣ for x = 0, 1, …, n.
    n, p: broadcast together; n a whole number from 0 to 2⁵³; p from 0 to 1, the probability of
    success.
    Raises ValueError unless n and p are.
    Source: Bernoulli (1713); log_prob as in Loader (2000).

    >>> Binomial(4, 0.5).log_prob([0, 2]).round(4).tolist()
    [-2.7726, -0.9808]
    """

    outcomes = "counts"
    n: Parameter
    p: Parameter

    def __post_init__(self) -> None:
        self._broadcast(_trials("n", self.n), probability("p", self.p))

    @property
    def support(self) -> Counts:
        n, p = np.asarray(self.n), np.asarray(self.p)
        return whole_range(np.where(p < 1, 0.0, n), np.where(p > 0, n, 0.0))

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        n, p = np.asarray(self.n), np.asarray(self.p)
        inside = (x >= 0) & (x <= n) & (x == np.floor(x))
        hits = np.where(inside, x, 0.0)
        misses = n - hits
        # The difference of the means, from the rarer outcome, of which more digits are known.
        gap = np.where(p <= 0.5, n * p - hits, misses - n * (1 - p))
        return np.where(inside, binomial_log_prob(hits, misses, p, gap), -np.inf)[()]

    def sample(self, rng: np.random.Generator, n: int) -> NDArray[np.int64]:
        size = draws(rng, n, *self.batch_shape)
        return rng.binomial(np.asarray(self.n, np.int64), self.p, size)

    @ieee
    def entropy(self) -> np.float64 | Floats:
        """Entropy, in nats.

        H(P) = −Σ p(x)·log p(x), to 5e-14: every term up to a variance of 100, and from there on one
        in σ/2 of them, in whose sum a smooth bell is off by less than its rounding.
        Source: Trefethen & Weideman (2014), "The exponentially convergent trapezoidal rule".
        """
        n, rare = np.asarray(self.n), np.minimum(self.p, 1 - np.asarray(self.p))
        return bell_sum(_surprisal, n * rare, n * rare * (1 - rare), n, rare)[()] + 0.0


def binomial_log_prob(hits: Floats, misses: Floats, p: Floats, gap: Floats) -> Floats:
    """log P(hits), with gap = (hits + misses)·p − hits; neither need be a whole number."""
    n = hits + misses
    far = kl_div_product(hits, n, p, 1.0, gap) + kl_div_product(misses, n, 1 - p, 1.0, -gap)
    return log_choices_rest(hits, misses) - far


@ieee
def _surprisal(x: Floats, offset: Floats, n: Floats, p: Floats) -> Floats:
    """−P(x)·log P(x), with x = n·p + offset; 0 beyond n."""
    misses = np.maximum(n - x, 0.0)
    log_p = np.where(x <= n, binomial_log_prob(x, misses, p, -offset), -np.inf)
    return -times_log(np.exp(log_p), log_p)


def _trials(name: str, values: ArrayLike) -> Argument:
    given = _validation.finite_array(name, values)
    n = given.values[..., 0]
    broken = (n < 0) | (n > MOST_TRIALS) | (n != np.floor(n))
    given.raise_where(broken, "be a whole number from 0 to 2**53", "is {:.12g}", n)
    return given
