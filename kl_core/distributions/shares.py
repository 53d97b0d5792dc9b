"""Families of distributions of proportions: of one, and of several whose sum is 1."""

from __future__ import annotations  # numpy.random would load where it is only named

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kl_core import _validation
from kl_core._numerics import HALF_OF_LARGEST, LARGEST, Floats, ieee, kl_div_product
from kl_core._special import (
    digamma_gap,
    digamma_rest,
    log_beta,
    log_choices_rest,
    log_gamma,
    log_gamma_rest,
)
from kl_core._validation import Argument
from kl_core.distributions.base import (
    Batched,
    Family,
    Parameter,
    broadcast,
    draws,
    points,
    positive,
)
from kl_core.distributions.support import Bools, Interval

LEAST_DRAWN = 1e-300  # below it, the logarithms of draws are too large for a float


@dataclass(frozen=True, eq=False)
class Beta(Batched):
    """The beta distribution of a proportion, or of an unknown probability.

    p(x) = xᵃ⁻¹·(1 − x)ᵇ⁻¹ / B(a, b) for 0 ≤ x ≤ 1, with a = alpha, b = beta and mean a / (a + b).
    alpha, beta: broadcast together; above 0.
    Raises ValueError unless both are above 0 and their sum is finite.
    Source: Bayes (1763), for the posterior of a probability after n trials.

    >>> float(Beta(2, 3).log_prob(0.5).round(4))
    0.4055
    """

    outcomes = "line"
    alpha: Parameter
    beta: Parameter

    def __post_init__(self) -> None:
        alpha, beta = positive("alpha", self.alpha), positive("beta", self.beta)
        self._broadcast(alpha, beta)
        pairs = np.stack([self.alpha, self.beta], axis=-1)
        came = "is {0[0]:.12g}, and beta is {0[1]:.12g}"
        beyond = (pairs / 2).sum(axis=-1) > HALF_OF_LARGEST
        alpha._replace(values=pairs).raise_where(beyond, "have a finite sum with beta", came, pairs)

    @property
    def support(self) -> Interval:
        return Interval(np.zeros(self.batch_shape), np.ones(self.batch_shape))

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x = points(x, self.batch_shape)
        a, b = np.asarray(self.alpha), np.asarray(self.beta)
        t = np.clip(x, 0.0, 1.0)
        # As of a binomial count of alpha − 1 of alpha + beta − 2, which keeps the digits of both.
        hits, misses = np.maximum(a - 1, 0.0), np.maximum(b - 1, 0.0)
        n = hits + misses
        gap = np.where(t <= 0.5, n * t - hits, misses - n * (1 - t))
        off = kl_div_product(hits, n, t, 1.0, gap) + kl_div_product(misses, n, 1 - t, 1.0, -gap)
        peaked = np.log(n + 1) + log_choices_rest(hits, misses) - off
        direct = _times_log(a - 1, np.log(t)) + _times_log(b - 1, np.log1p(-t)) - log_beta(a, b)
        inside = np.where((a < 1) | (b < 1), direct, peaked)
        return np.where((x >= 0) & (x <= 1), inside, -np.inf)[()]

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.batch_shape)
        return rng.beta(self.alpha, self.beta, size)

    @ieee
    def entropy(self) -> np.float64 | Floats:
        return share_entropy(np.stack([self.alpha, self.beta], axis=-1))[()]


@dataclass(frozen=True, eq=False)
class Dirichlet(Family):
    """The Dirichlet distribution of k proportions whose sum is 1, or of k unknown probabilities.

    p(x) = Γ(Σ cᵢ) / Π Γ(cᵢ) · Π xᵢ^(cᵢ − 1), with c = concentration and means cᵢ / Σ cⱼ.
    concentration: (..., k), k ≥ 2; above 0. x: (..., k), not negative, with the sum 1.
    Raises ValueError unless it is above 0 and its sum is finite; sample, below 1e-300.
    Source: Dirichlet (1839), for the integral; Ferguson (1973), "A Bayesian analysis of some
    nonparametric problems", for the distribution.

    >>> float(Dirichlet([1, 2, 3]).log_prob([0.2, 0.3, 0.5]).round(4))
    1.5041
    """

    outcomes = "simplex"
    concentration: Parameter

    def __post_init__(self) -> None:
        given = _validation.argument("concentration", self.concentration, -1)
        values = given.values.astype(np.float64)
        given = given._replace(values=values)
        if values.shape[-1] < 2:
            came = f"its shape is {values.shape}"
            raise ValueError(f"concentration must be shaped (..., k) with k ≥ 2; {came}.")
        given.raise_where(~np.isfinite(values), "be finite", "holds {}", values)
        given.raise_where(values <= 0, "be above 0", "holds {:.12g}", values)
        beyond = (values / LARGEST).sum(axis=-1) > 1
        given.raise_where(beyond, "have a finite sum", "holds {}", values.max(axis=-1))
        self._keep(concentration=values)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return self.concentration.shape[:-1]

    @ieee
    def log_prob(self, x: ArrayLike) -> np.float64 | Floats:
        x, inside = self._points(x)
        a = self.concentration
        total = a.sum(axis=-1, keepdims=True)
        flat = _times_log(a - 1, np.log(x)) + a * np.log(total) - total * x - log_gamma(a)
        peaked = -kl_div_product(a, total, x, 1.0, total * x - a) - log_gamma_rest(a) - np.log(x)
        terms = np.where((a < 2) | (x == 0), flat, peaked)
        inner = terms.sum(axis=-1) + log_gamma_rest(total[..., 0])
        known = inside & (terms > -np.inf).all(axis=-1)  # 0·∞ = 0
        return np.where(known, inner, -np.inf)[()]

    @ieee
    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        size = draws(rng, n, *self.concentration.shape)
        a = self.concentration
        low = a.min(axis=-1)
        given = Argument("concentration", low[..., None], -1, np.float64)
        rule = "be at least 1e-300 to be drawn from"
        given.raise_where(low < LEAST_DRAWN, rule, "holds {:g}", low)
        # The logarithm of a gamma draw of shape a, which itself may be too small for a float.
        logs = np.log(rng.standard_gamma(a + 1, size)) - rng.standard_exponential(size) / a
        found = np.exp(logs - logs.max(axis=-1, keepdims=True))
        return found / found.sum(axis=-1, keepdims=True)

    @ieee
    def entropy(self) -> np.float64 | Floats:
        return share_entropy(self.concentration)[()]

    def _points(self, x: ArrayLike) -> tuple[Floats, Bools]:
        """Vectors of k numbers, and which of them are on the simplex."""
        given = _validation.argument("x", x, -1)
        values = given.values.astype(np.float64)
        given.raise_where(np.isnan(values), "not be nan", "holds {}", values)
        _validation.require_equal_counts(
            "shares", x=values.shape[-1], concentration=self.concentration.shape[-1]
        )
        broadcast("the batch of x", "the batch", shapes=[values.shape[:-1], self.batch_shape])
        off = abs(values.sum(axis=-1) - 1)
        inside = (values >= 0).all(axis=-1) & (off <= given.tolerance)
        return np.where(inside[..., None], values, 1.0), inside


def share_entropy(a: Floats) -> Floats:
    """The entropy of a Dirichlet distribution; Beta is the case of two proportions.

    log B(a) + (A − k)·ψ(A) − Σ (aᵢ − 1)·ψ(aᵢ), with A = Σ aᵢ, of which nothing large cancels.
    """
    total = a.sum(axis=-1)
    gaps = digamma_gap(a, total[..., None] - a)
    parts = log_gamma_rest(a) + digamma_rest(a) + gaps
    return parts.sum(axis=-1) - log_gamma_rest(total) - digamma_rest(total)


def _times_log(times: Floats, log: Floats) -> Floats:
    """times·log, with 0·log 0 = 0."""
    return np.where(times == 0, 0.0, times * log)
