"""Intervals and tests: for paired differences of repeated runs, and for a rank correlation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95  # of the intervals
Z = NormalDist().inv_cdf((1 + LEVEL) / 2)  # 1.96 standard errors either way
SIGNIFICANCE = 0.05  # of the equivalence test
RESAMPLES = 10_000


@dataclass(frozen=True)
class Differences:
    """Differences of pairs, say KL's accuracy minus cross-entropy's for the same seed."""

    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.values) < 2:
            raise ValueError(
                f"An interval needs at least 2 pairs; there are {len(self.values)}: one pair does "
                "not show how much such differences vary."
            )
        if not all(map(math.isfinite, self.values)):
            raise ValueError("A run diverged: its difference is NaN.")

    @property
    def mean(self) -> float:
        """Their mean."""
        return float(np.mean(self.values))

    @property
    def standard_error(self) -> float:
        """The standard error of the mean."""
        return sd(self.values) / math.sqrt(len(self.values))

    @property
    def interval(self) -> tuple[float, float]:
        """95 % confidence interval of the mean by Student's t.

        mean ± t₀.₉₇₅ · sd / √n, with n − 1 degrees of freedom. Source: Student (1908).
        """
        reach = t_quantile((1 + LEVEL) / 2, len(self.values) - 1) * self.standard_error
        return self.mean - reach, self.mean + reach

    @cached_property
    def bootstrap(self) -> tuple[float, float]:
        """95 % interval of the mean by the percentile bootstrap; narrow for few pairs.

        Source: Efron & Tibshirani (1993), chapter 13.
        """
        drawn = np.random.default_rng(0).choice(self.values, (RESAMPLES, len(self.values)))
        low, high = np.quantile(drawn.mean(axis=1), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return float(low), float(high)

    def equivalence(self, margin: float) -> float:
        """The p-value of two one-sided t tests (TOST): small if the mean lies within ± margin.

        The larger of the p-values against mean ≤ −margin and against mean ≥ margin.
        Source: Schuirmann (1987). Raises ValueError unless margin > 0.
        """
        if not margin > 0:
            raise ValueError(f"margin must be above 0; got {margin!r}.")
        inside = margin - abs(self.mean)
        if self.standard_error == 0:
            return 0.0 if inside > 0 else 1.0  # there is no spread
        return 1 - t_cdf(inside / self.standard_error, len(self.values) - 1)

    def are_equivalent(self, margin: float) -> bool:
        """Whether that test rejects, at 5 %, that the losses differ by the margin or more."""
        return self.equivalence(margin) < SIGNIFICANCE


def sd(values: Sequence[float] | NDArray[np.floating]) -> float:
    """The standard deviation of a sample: divided by n − 1; NaN of one value."""
    if len(values) < 2:
        return math.nan
    # From the first value, so that equal values have none at all, not one of rounding.
    return float(np.std(np.subtract(values, values[0]), ddof=1))


def gini_mean_difference(values: Sequence[float]) -> float:
    """The mean distance of two of the values, NaN of one: the effect of the seed alone.

    Source: Gini (1912).
    """
    if len(values) < 2:
        return math.nan
    differences = np.abs(np.subtract.outer(values, values))
    return float(differences.sum() / (len(values) * (len(values) - 1)))


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's rank correlation of n pairs; NaN if one of the variables is constant."""

    rho: float
    n: int

    @classmethod
    def of(cls, x: NDArray[np.floating], y: NDArray[np.floating]) -> RankCorrelation:
        """Of values (n,) each; ties get their mean rank. Source: Spearman (1904)."""
        one, other = (ranks - ranks.mean() for ranks in (_ranks(x), _ranks(y)))
        size = math.sqrt(float(one @ one) * float(other @ other))
        return cls(float(one @ other) / size if size else math.nan, len(x))

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval: tanh(artanh ρ ± 1.96 √((1 + ρ²/2) / (n − 3))); NaN for n < 4.

        Source: Bonett & Wright (2000).
        """
        if math.isnan(self.rho) or self.n < 4:
            return math.nan, math.nan
        if abs(self.rho) == 1:
            return self.rho, self.rho
        reach = Z * math.sqrt((1 + self.rho**2 / 2) / (self.n - 3))
        middle = math.atanh(self.rho)
        return math.tanh(middle - reach), math.tanh(middle + reach)


def _ranks(values: NDArray[np.floating]) -> NDArray[np.floating]:
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place]


def t_cdf(t: float, freedom: int) -> float:
    """P(T ≤ t) for Student's t with a whole number of degrees of freedom.

    Source: Abramowitz & Stegun (1964), 26.7.3 and 26.7.4.
    """
    angle = math.atan(t / math.sqrt(freedom))
    odd = freedom % 2
    term = math.cos(angle) if odd else 1.0
    total = 0.0
    for k in range(2 + odd, freedom + 1, 2):
        total += term
        term *= math.cos(angle) ** 2 * (k - 1) / k
    central = math.sin(angle) * total
    p = 0.5 + (angle + central) / math.pi if odd else 0.5 + central / 2
    return min(1.0, max(0.0, p))  # in the tails, rounding can exceed them


def t_quantile(p: float, freedom: int) -> float:
    """The t with P(T ≤ t) = p for p above ½, by bisection."""
    low, high = 0.0, 1.0
    while t_cdf(high, freedom) < p:
        high *= 2
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if t_cdf(middle, freedom) < p else (low, middle)
    return high
