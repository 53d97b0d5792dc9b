import math
import pickle
import re
from collections.abc import Callable
from itertools import product
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from kl_core import kl_divergence, monte_carlo_kl, softmax
from kl_core._numerics import erf
from kl_core.distributions import (
    Bernoulli,
    Beta,
    Binomial,
    Categorical,
    Dirichlet,
    Exponential,
    Family,
    Gamma,
    Geometric,
    Laplace,
    LogNormal,
    MultivariateNormal,
    Normal,
    Poisson,
    StudentT,
    Uniform,
)
from kl_core.distributions.kl_registry import FORMULAS, kl, register_kl

pytestmark = pytest.mark.filterwarnings("error")

INF = math.inf
Pair = tuple[type[Family], type[Family]]

# For each family a P and a Q, far enough apart for a Monte Carlo estimate to mean something.
EXAMPLES: dict[type[Family], tuple[Family, Family]] = {
    Normal: (Normal(0.3, 0.8), Normal(-0.5, 1.3)),
    Laplace: (Laplace(0.4, 0.7), Laplace(-0.6, 1.2)),
    Exponential: (Exponential(2.0), Exponential(0.7)),
    Uniform: (Uniform(0.2, 1.1), Uniform(-0.5, 1.7)),
    MultivariateNormal: (
        MultivariateNormal([0.3, -1.0], [[1.0, 0.4], [0.4, 0.5]]),
        MultivariateNormal([0.0, 0.2], [[2.0, -0.3], [-0.3, 1.0]]),
    ),
    Bernoulli: (Bernoulli(0.8), Bernoulli(0.35)),
    Categorical: (Categorical([0.1, 0.2, 0.7]), Categorical([0.5, 0.3, 0.2])),
    Poisson: (Poisson(4.0), Poisson(2.2)),
    Geometric: (Geometric(0.6), Geometric(0.2)),
    Binomial: (Binomial(2, 0.4), Binomial(5, 0.3)),
    Gamma: (Gamma(3.5, 2.0), Gamma(2.0, 0.9)),
    LogNormal: (LogNormal(0.2, 0.5), LogNormal(-0.3, 0.8)),
    Beta: (Beta(2.5, 1.7), Beta(1.2, 3.1)),
    Dirichlet: (Dirichlet([2.5, 1.2, 0.7]), Dirichlet([1.1, 2.0, 3.0])),
}
COUNTS = (Bernoulli, Binomial, Categorical, Poisson, Geometric)
VECTORS = (MultivariateNormal, Dirichlet)
LINE = (Normal, Laplace, Exponential, Uniform, Gamma, LogNormal, Beta)
# Where Q lacks an outcome that those P have, a P without it.
OTHER_P: dict[Pair, Family] = {
    (Bernoulli, Geometric): Bernoulli(1),
    (Categorical, Bernoulli): Categorical([0.1, 0.9, 0.0]),
    (Categorical, Geometric): Categorical([0.0, 0.3, 0.7]),
    (Geometric, Bernoulli): Geometric(1),
    (Geometric, Categorical): Geometric(1),
    (Geometric, Binomial): Geometric(1),
    (Binomial, Bernoulli): Binomial(1, 0.7),
    (Binomial, Geometric): Binomial(2, 1),
    (Poisson, Bernoulli): Poisson(0),
    (Poisson, Categorical): Poisson(0),
    (Poisson, Binomial): Poisson(0),
    (Uniform, Beta): Uniform(0.2, 0.9),
}
PAIRS = list(FORMULAS)
SAME = [family for family in EXAMPLES if (family, family) in FORMULAS]


def example(pair: Pair) -> tuple[Family, Family]:
    return OTHER_P.get(pair, EXAMPLES[pair[0]][0]), EXAMPLES[pair[1]][1]


def name(pair: Any) -> str:
    if isinstance(pair, tuple):
        return "‖".join(one.__name__ if isinstance(one, type) else str(one) for one in pair)
    return getattr(pair, "__name__", "")


def close(value: Any, rel: float = 1e-14) -> Any:
    return pytest.approx(value, rel=rel, abs=0)


@pytest.mark.parametrize("pair", PAIRS, ids=name)
def test_every_formula_agrees_with_draws_and_log_probabilities(pair: Pair) -> None:
    p, q = example(pair)
    if p.outcomes == "counts" and q.outcomes == "line":
        assert kl(p, q) == INF  # a density gives no single point any mass
        return
    x = p.sample(np.random.default_rng(30), 100_000)
    log_ratio = p.log_prob(x) - q.log_prob(x)
    if np.isinf(log_ratio).any():
        assert kl(p, q) == INF
        return
    error = log_ratio.std(ddof=1) / math.sqrt(len(x))
    assert error <= 0.02 * kl(p, q)
    assert abs(log_ratio.mean() - kl(p, q)) <= 5 * error + 1e-12


# The definitions, written once more for mpmath: log p(x), and where it has a kink or an end.
def log_density(family: Any, x: Any) -> Any:
    m, log = mpmath, mpmath.log
    match family:
        case Normal():
            z = (x - mpf(family.mean)) / mpf(family.std)
            return -z * z / 2 - log(mpf(family.std) * m.sqrt(2 * m.pi))
        case Laplace():
            return -abs(x - mpf(family.loc)) / mpf(family.scale) - log(2 * mpf(family.scale))
        case Exponential():
            return log(mpf(family.rate)) - mpf(family.rate) * x if x >= 0 else -m.inf
        case Uniform():
            inside = family.low <= x <= family.high
            return -log(mpf(family.high) - mpf(family.low)) if inside else -m.inf
        case Bernoulli():
            masses = [1 - mpf(family.p), mpf(family.p)]
        case Categorical():
            masses = [mpf(one) for one in family.p]
        case Poisson():
            rate = mpf(family.rate)
            if rate == 0:
                return 0 if x == 0 else -m.inf
            return x * log(rate) - rate - m.loggamma(x + 1)
        case Binomial():
            n, hit = int(family.n), mpf(family.p)
            mass = m.binomial(n, x) * hit**x * (1 - hit) ** (n - x) if x <= n else 0
            return log(mass) if mass else -m.inf
        case Gamma():
            a, r = mpf(family.shape), mpf(family.rate)
            return a * log(r) + (a - 1) * log(x) - r * x - m.loggamma(a) if x > 0 else -m.inf
        case LogNormal():
            z = (log(x) - mpf(family.mean)) / mpf(family.std) if x > 0 else m.inf
            return -z * z / 2 - log(mpf(family.std) * m.sqrt(2 * m.pi)) - log(x) if x > 0 else -z
        case Beta():
            a, b = mpf(family.alpha), mpf(family.beta)
            if not 0 < x < 1:
                return -m.inf
            return (a - 1) * log(x) + (b - 1) * m.log1p(-x) - log(m.beta(a, b))
        case Geometric():
            miss = 1 - mpf(family.p)
            return log(miss ** (x - 1) * mpf(family.p)) if x == 1 or (x > 1 and miss) else -m.inf
    return log(masses[x]) if x < len(masses) and masses[x] > 0 else -m.inf


BREAKS: dict[type, Callable[[Any], list[float]]] = {
    Normal: lambda family: [-INF, family.mean, INF],
    Laplace: lambda family: [-INF, family.loc, INF],
    Exponential: lambda family: [0.0, INF],
    Uniform: lambda family: [family.low, family.high],
    Gamma: lambda family: [0.0, family.shape / family.rate, INF],
    LogNormal: lambda family: [0.0, *np.exp(family.mean + family.std * np.arange(-8, 9)), INF],
    Beta: lambda family: [0.0, 1.0],
}


def by_definition(p: Any, q: Any) -> mpf:
    """Σ or ∫ of p log(p / q), inf where q alone is 0."""

    def term(x: Any) -> mpf:
        log_p, log_q = log_density(p, x), log_density(q, x)
        return mpf(0) if log_p == -mpmath.inf else mpmath.exp(log_p) * (log_p - log_q)

    if p.outcomes == "counts":
        return mpmath.fsum(term(x) for x in range(150))
    low, *_, high = ends = BREAKS[type(p)](p)
    kinks = {x for x in [*ends, *BREAKS[type(q)](q)] if low <= x <= high}
    points = [mpf(x) for x in sorted(kinks)]
    if mpmath.isinf(term(points[0] + mpf("0.001") if low > -INF else mpf(-50))):
        return mpmath.inf
    if mpmath.isinf(term(mpf(high) - mpf("0.001") if high < INF else mpf(50))):
        return mpmath.inf
    return mpmath.quad(term, points)


ONE_KIND = [pair for pair in PAIRS if set(pair) <= set(COUNTS) or set(pair) <= set(LINE)]


@pytest.mark.parametrize("pair", ONE_KIND, ids=name)
def test_every_formula_agrees_with_the_sum_or_integral_of_its_definition(pair: Pair) -> None:
    p, q = example(pair)
    with mpmath.workdps(30):
        expected = by_definition(p, q)
    assert kl(p, q) == close(float(expected), rel=2e-14)


ALWAYS = [  # what Q's support lacks, whatever the parameters
    (p, q)
    for p, q in product(EXAMPLES, repeat=2)
    if (p, q) not in {*FORMULAS, (Uniform, LogNormal), (Geometric, Poisson)}
    and ((p in COUNTS) != (q in COUNTS) or (q is not Laplace and p not in VECTORS))
    and not {p, q} & {*VECTORS}
]


def test_every_pair_with_a_formula_is_of_one_kind() -> None:
    vectors = [(family, family) for family in VECTORS]
    assert sorted(map(name, PAIRS)) == sorted(map(name, [*ONE_KIND, *vectors]))
    assert len(ONE_KIND) == 52


@pytest.mark.parametrize("pair", ALWAYS, ids=name)
def test_without_a_formula_kl_is_infinite_where_supports_say_so(pair: Pair) -> None:
    for p in EXAMPLES[pair[0]]:
        assert kl(p, EXAMPLES[pair[1]][1]) == INF


def test_vectors_and_shares_have_no_mass_in_common() -> None:
    normal, shares = MultivariateNormal([0, 0], np.eye(2)), Dirichlet([1, 1])
    assert kl(normal, shares) == kl(shares, normal) == INF


LOG_2, E, EULER = math.log(2), math.e, 0.5772156649015329
HAND: list[tuple[Family, Family, float]] = [
    (Normal(0, 1), Normal(1, 1), 0.5),
    (Normal(0, 1), Normal(1, 2), LOG_2 + 2 / 8 - 0.5),
    (Normal(0, 2), Normal(0, 1), 1.5 - LOG_2),
    (Laplace(0, 1), Laplace(0, 2), LOG_2 - 0.5),
    (Laplace(0, 1), Laplace(1, 1), 1 / E),
    (Exponential(2), Exponential(1), LOG_2 - 0.5),
    (Exponential(1), Exponential(2), 1 - LOG_2),
    (Uniform(0, 1), Uniform(0, 2), LOG_2),
    (Uniform(0, 2), Uniform(0, 1), INF),
    (Bernoulli(0.5), Bernoulli(0.25), LOG_2 - math.log(3) / 2),
    (Bernoulli(1), Bernoulli(0.25), 2 * LOG_2),
    (Bernoulli(0.5), Bernoulli(0), INF),
    (Bernoulli(0.5), Bernoulli(1), INF),
    (Categorical([0.5, 0.5]), Categorical([0.25, 0.75]), LOG_2 - math.log(3) / 2),
    (Categorical([0.5, 0.5]), Categorical([1, 0]), INF),
    (Poisson(2), Poisson(1), 2 * LOG_2 - 1),
    (Poisson(1), Poisson(2), 1 - LOG_2),
    (Geometric(0.5), Geometric(0.25), 2 * (LOG_2 - math.log(3) / 2)),
    (Geometric(1), Geometric(0.25), 2 * LOG_2),
    (Geometric(0.5), Geometric(1), INF),
    (Uniform(0, 1), Normal(0, 1), math.log(2 * math.pi) / 2 + 1 / 6),
    (Uniform(0, 1), Laplace(0.5, 1), LOG_2 + 0.25),
    (Uniform(0, 1), Laplace(2, 1), LOG_2 + 1.5),
    (Uniform(0, 1), Laplace(1, 1), LOG_2 + 0.5),
    (Uniform(0, 1), Exponential(1), 0.5),
    (Uniform(-0.1, 1), Exponential(1), INF),
    (Laplace(0, 1), Normal(0, 1), math.log(math.pi / 2) / 2),
    (Normal(0, 1), Laplace(0, 1), LOG_2 - math.log(2 * math.pi * E) / 2 + math.sqrt(2 / math.pi)),
    (Exponential(1), Normal(1, 1), math.log(2 * math.pi) / 2 - 0.5),
    (Exponential(1), Laplace(0, 1), LOG_2),
    (Exponential(1), Laplace(-1, 1), LOG_2 + 1),
    (Exponential(1), Laplace(1, 1), LOG_2 - 1 + 2 / E),
    (Exponential(1), Uniform(0, 9), INF),
    (Normal(0, 1), Uniform(-9, 9), INF),
    (Laplace(0, 1), Uniform(-9, 9), INF),
    (Normal(0, 1), Exponential(1), INF),
    (Laplace(0, 1), Exponential(1), INF),
    (Bernoulli(0.3), Categorical([0.7, 0.3, 0]), 0.0),
    (Bernoulli(0.5), Categorical([0.25, 0.25, 0.5]), LOG_2),
    (Bernoulli(0), Categorical([1]), 0.0),
    (Bernoulli(0.5), Categorical([1]), INF),
    (Categorical([0.5, 0.5, 0]), Bernoulli(0.25), LOG_2 - math.log(3) / 2),
    (Categorical([0.5, 0.25, 0.25]), Bernoulli(0.25), INF),
    (Categorical([1]), Bernoulli(0.5), LOG_2),
    (Bernoulli(0), Poisson(3), 3.0),
    (Bernoulli(1), Poisson(3), 3 - math.log(3)),
    (Categorical([1]), Poisson(3), 3.0),
    (Categorical([0, 0, 1]), Poisson(1), 1 + LOG_2),
    (Bernoulli(1), Geometric(0.25), 2 * LOG_2),
    (Bernoulli(1), Geometric(1), 0.0),
    (Bernoulli(0.9), Geometric(0.5), INF),
    (Categorical([0, 0, 1]), Geometric(0.5), 2 * LOG_2),
    (Categorical([0, 1]), Geometric(1), 0.0),
    (Categorical([0, 0.5, 0.5]), Geometric(1), INF),
    (Categorical([0.1, 0.9]), Geometric(0.5), INF),
    (Categorical([1]), Geometric(0.5), INF),
    (Poisson(1), Geometric(0.5), INF),
    (Poisson(1e-300), Bernoulli(0.5), INF),
    (Poisson(1), Categorical([0.5, 0.5]), INF),
    (Geometric(1), Bernoulli(0.25), 2 * LOG_2),
    (Geometric(1), Bernoulli(1), 0.0),
    (Geometric(1), Bernoulli(0), INF),
    (Geometric(0.5), Bernoulli(0.5), INF),
    (Geometric(1), Categorical([0.5, 0.25, 0.25]), 2 * LOG_2),
    (Geometric(1), Categorical([1]), INF),
    (Geometric(0.5), Categorical([0.5, 0.5]), INF),
    (Geometric(1), Poisson(3), 3 - math.log(3)),
    (Poisson(0), Poisson(3), 3.0),
    (Poisson(0), Poisson(0), 0.0),
    (Poisson(3), Poisson(0), INF),
    (Poisson(0), Bernoulli(0.75), 2 * LOG_2),
    (Poisson(0), Bernoulli(1), INF),
    (Poisson(0), Categorical([0.25, 0.75]), 2 * LOG_2),
    (Poisson(0), Geometric(0.5), INF),
    (Poisson(0), Binomial(3, 0.5), 3 * LOG_2),
    (Poisson(1), Binomial(30, 0.5), INF),
    (Bernoulli(0), Poisson(0), 0.0),
    (Bernoulli(0.1), Poisson(0), INF),
    (Categorical([1, 0]), Poisson(0), 0.0),
    (Categorical([0.5, 0.5]), Poisson(0), INF),
    (Geometric(1), Poisson(0), INF),
    (Binomial(4, 0.5), Binomial(4, 0.25), 4 * (LOG_2 - math.log(3) / 2)),
    (Binomial(4, 0.5), Binomial(3, 0.5), INF),
    (Binomial(4, 0), Binomial(3, 0.5), 3 * LOG_2),
    (Binomial(4, 1), Binomial(4, 0.25), 8 * LOG_2),
    (Binomial(4, 1), Binomial(5, 0.5), 5 * LOG_2 - math.log(5)),
    (Binomial(4, 0.5), Binomial(4, 0), INF),
    (Binomial(4, 0.5), Binomial(4, 1), INF),
    (Binomial(4, 0.5), Binomial(5, 1), INF),
    (Binomial(4, 1), Binomial(4, 1), 0.0),
    (Binomial(0, 0.3), Binomial(5, 0.5), 5 * LOG_2),
    (Binomial(0, 0.3), Binomial(0, 0.7), 0.0),
    (Binomial(5, 0.3), Binomial(0, 0.7), INF),
    (Binomial(1, 0.5), Bernoulli(0.25), LOG_2 - math.log(3) / 2),
    (Binomial(2, 0.5), Bernoulli(0.25), INF),
    (Bernoulli(0.5), Binomial(1, 0.25), LOG_2 - math.log(3) / 2),
    (Bernoulli(1), Binomial(2, 0.5), LOG_2),
    (Binomial(3, 0), Poisson(2), 2.0),
    (Binomial(2, 1), Poisson(2), 2 - LOG_2),
    (Binomial(3, 0), Poisson(0), 0.0),
    (Binomial(3, 0.1), Poisson(0), INF),
    (Binomial(2, 0.5), Categorical([0.5, 0.25, 0.25]), LOG_2 / 4),
    (Binomial(2, 0.5), Categorical([0.5, 0.5]), INF),
    (Binomial(2, 0), Categorical([0.5, 0.5]), LOG_2),
    (Categorical([0, 1, 0, 0]), Binomial(2, 0.5), LOG_2),
    (Categorical([0, 0, 0, 1]), Binomial(2, 0.5), INF),
    (Binomial(2, 1), Geometric(0.5), 2 * LOG_2),
    (Binomial(2, 0.5), Geometric(0.5), INF),
    (Geometric(1), Binomial(2, 0.5), LOG_2),
    (Geometric(0.5), Binomial(99, 0.5), INF),
    (Gamma(2, 1), Gamma(2, 2), 2 * (1 - LOG_2)),
    (Gamma(1, 1), Gamma(2, 1), EULER),
    (Gamma(2, 1), Gamma(1, 1), 1 - EULER),
    (Gamma(1, 2), Exponential(1), LOG_2 - 0.5),
    (Exponential(1), Gamma(1, 2), 1 - LOG_2),
    (LogNormal(0, 1), LogNormal(1, 1), 0.5),
    (LogNormal(0, 2), LogNormal(0, 1), 1.5 - LOG_2),
    (Beta(1, 1), Uniform(0, 1), 0.0),
    (Beta(1, 1), Uniform(-1, 1), LOG_2),
    (Beta(2, 1), Uniform(0, 1), LOG_2 - 0.5),
    (Beta(2, 1), Uniform(0.1, 1), INF),
    (Uniform(0, 1), Beta(2, 1), 1 - LOG_2),
    (Uniform(0, 0.5), Beta(1, 1), LOG_2),
    (Uniform(0, 1.5), Beta(1, 1), INF),
    (Beta(1, 1), Exponential(1), 0.5),
    (Beta(1, 1), Gamma(2, 1), 1.5),
    (Uniform(0, 1), Gamma(2, 1), 1.5),
    (Uniform(-0.1, 1), Gamma(2, 1), INF),
    (Gamma(2, 1), Beta(2, 1), INF),
    (Normal(0, 1), Gamma(2, 1), INF),
    (Poisson(1), Normal(0, 1), INF),
    (Normal(0, 1), Poisson(1), INF),
]


@pytest.mark.parametrize(("p", "q", "expected"), HAND, ids=repr)
def test_hand_values(p: Family, q: Family, expected: float) -> None:
    assert type(kl(p, q)) is np.float64
    assert kl(p, q) == close(expected)
    assert not np.signbit(kl(p, q))


def test_vectors_match_hand_values() -> None:
    # Independent coordinates add up: Normal(0, 1) ‖ Normal(1, 2), Normal(0, 2) ‖ Normal(0, 1).
    p = MultivariateNormal([0, 0], np.diag([1, 4]))
    q = MultivariateNormal([1, 0], np.diag([4, 1]))
    assert kl(p, q) == close((LOG_2 - 0.25) + (1.5 - LOG_2))
    # Equal covariances: ½·(1, 0)·cov⁻¹·(1, 0)ᵀ, where cov⁻¹ = [[4, −2], [−2, 4]] / 3.
    cov = [[1, 0.5], [0.5, 1]]
    assert kl(MultivariateNormal([1, 0], cov), MultivariateNormal([0, 0], cov)) == close(2 / 3)
    # Correlation alone: mutual information, −½·log(1 − ρ²).
    independent = MultivariateNormal([0, 0], np.eye(2))
    found = kl(MultivariateNormal([0, 0], [[1, 0.6], [0.6, 1]]), independent)
    assert found == close(-math.log(0.64) / 2)


def above_tangent(new: mpf, old: mpf) -> mpf:
    """How far log Γ(new) lies above the tangent to log Γ at old."""
    return mpmath.loggamma(new) - mpmath.loggamma(old) - (new - old) * mpmath.digamma(old)


# Textbook forms, for numbers of any precision.
def textbook(p: Any, q: Any) -> mpf:
    log = mpmath.log
    a = {field: mpf(value) for field, value in vars(p).items()}
    b = {field: mpf(value) for field, value in vars(q).items()}
    match p:
        case Normal():
            both = a["std"] ** 2 + (a["mean"] - b["mean"]) ** 2
            return log(b["std"] / a["std"]) + both / (2 * b["std"] ** 2) - mpf(1) / 2
        case Laplace():
            apart = abs(a["loc"] - b["loc"])
            mean = a["scale"] * mpmath.exp(-apart / a["scale"]) + apart
            return log(b["scale"] / a["scale"]) + mean / b["scale"] - 1
        case Exponential():
            return log(a["rate"] / b["rate"]) + b["rate"] / a["rate"] - 1
        case Uniform():
            return log((b["high"] - b["low"]) / (a["high"] - a["low"]))
        case Gamma():
            rates = b["shape"] * log(a["rate"] / b["rate"]) + a["shape"] * (
                b["rate"] / a["rate"] - 1
            )
            return above_tangent(b["shape"], a["shape"]) + rates
        case Beta():
            parts = above_tangent(b["alpha"], a["alpha"]) + above_tangent(b["beta"], a["beta"])
            return parts - above_tangent(b["alpha"] + b["beta"], a["alpha"] + a["beta"])
        case Binomial():
            one = a["p"] * log(a["p"] / b["p"]) + (1 - a["p"]) * log((1 - a["p"]) / (1 - b["p"]))
            return a["n"] * one
        case LogNormal():
            both = a["std"] ** 2 + (a["mean"] - b["mean"]) ** 2
            return log(b["std"] / a["std"]) + both / (2 * b["std"] ** 2) - mpf(1) / 2
        case Poisson():
            return a["rate"] * log(a["rate"] / b["rate"]) - a["rate"] + b["rate"]
    coin = a["p"] * log(a["p"] / b["p"]) + (1 - a["p"]) * log((1 - a["p"]) / (1 - b["p"]))
    return coin if isinstance(p, Bernoulli) else coin / a["p"]


NEAR: list[Callable[[float], Family]] = [
    lambda by: Normal(3.7, 1.3 * by),
    lambda by: Normal(3.7 * by, 1.3),
    lambda by: Normal(3.7 * by, 1.3 * by),
    lambda by: Normal(1e8, 1e-120 * by),
    lambda by: Laplace(3.7, 1.3 * by),
    lambda by: Laplace(3.7 * by, 1.3),
    lambda by: Laplace(3.7 * by, 1.3 / by),
    lambda by: Exponential(0.3 * by),
    lambda by: Exponential(1e300 * by),
    lambda by: Poisson(0.3 * by),
    lambda by: Poisson(1e300 * by),
    lambda by: Bernoulli(0.3 * by),
    lambda by: Bernoulli(1e-9 * by),
    lambda by: Bernoulli(1 - 1e-5 * by),
    lambda by: Geometric(0.3 * by),
    lambda by: Geometric(1e-300 * by),
    lambda by: Geometric(1 - 1e-5 * by),
    lambda by: Uniform(-0.4 * by, 1.3 * by),
    lambda by: Uniform(1e9 / by, 1e9 + by),
    lambda by: LogNormal(3.7 * by, 1.3 * by),
    lambda by: Binomial(1e6, 0.3 * by),
    lambda by: Binomial(10, 1 - 1e-5 * by),
    lambda by: Gamma(1000 * by, 1),
    lambda by: Gamma(0.02, 1.7 * by),
    lambda by: Gamma(3.3 * by, 1.7 / by),
    lambda by: Gamma(1e9 * by, 1e3 * by),
    lambda by: Gamma(1e-9 * by, 1e3 * by),
    lambda by: Beta(2.2 * by, 0.7),
    lambda by: Beta(0.02, 0.007 * by),
    lambda by: Beta(1e7 * by, 30 * by),
    lambda by: Beta(3e4 / by, 2.5),
]


@pytest.mark.parametrize("apart", [1e-13, 1e-9, 1e-6, 1e-3, 0.03, 0.3])
@pytest.mark.parametrize("make", NEAR)
def test_digits_are_kept_however_near_p_is_to_q(
    make: Callable[[float], Family], apart: float
) -> None:
    p, q = make(1.0), make(1 + apart)
    with mpmath.workdps(100 if isinstance(p, Gamma | Beta) else 700):
        expected = textbook(p, q)
    assert kl(p, q) == close(float(expected), rel=1e-13)


@pytest.mark.parametrize("apart", [1e-13, 1e-9, 1e-6, 1e-3, 0.03, 0.3])
def test_digits_are_kept_however_near_two_covariances_are(apart: float) -> None:
    rng = np.random.default_rng(31)
    half, other = rng.normal(size=(2, 3, 3))
    cov = np.tril(half @ half.T) + np.tril(half @ half.T, -1).T
    moved = np.tril(cov + apart * other @ other.T)
    p = MultivariateNormal([0, 1, 2], cov)
    q = MultivariateNormal([0, 1 + apart, 2], moved + np.tril(moved, -1).T)
    for first, second in ((p, q), (q, p)):
        with mpmath.workdps(60):
            s1, s2 = mpmath.matrix(first.cov.tolist()), mpmath.matrix(second.cov.tolist())
            m = mpmath.matrix(first.mean.tolist()) - mpmath.matrix(second.mean.tolist())
            ratio = s2**-1 * s1
            trace = sum(ratio[i, i] for i in range(3))
            expected = (trace - 3 - mpmath.log(mpmath.det(ratio)) + (m.T * s2**-1 * m)[0]) / 2
        assert kl(first, second) == close(float(expected), rel=1e-12)


EXTREME: list[tuple[Family, Family]] = [
    (Normal(0, 1e-150), Normal(0, 1e150)),
    (Normal(0, 1e-300), Normal(0, 1e300)),
    (Normal(0, 1e153), Normal(0, 1)),
    (Normal(1e308, 1e308), Normal(-1e308, 1e308)),
    (Normal(5e-324, 5e-324), Normal(0, 5e-324)),
    (Laplace(0, 1e-300), Laplace(0, 1e300)),
    (Laplace(0, 1e-300), Laplace(1e300, 1e300)),
    (Laplace(1e308, 1e307), Laplace(-1e308, 1e308)),
    (Laplace(0, 1e300), Laplace(1e-300, 1)),
    (Exponential(1e300), Exponential(1e-300)),
    (Exponential(1e-150), Exponential(1e150)),
    (Poisson(1e300), Poisson(1e-300)),
    (Poisson(1e-300), Poisson(1e300)),
    (Poisson(1.7e308), Poisson(1.6e308)),
    (Bernoulli(1e-300), Bernoulli(0.5)),
    (Bernoulli(0.5), Bernoulli(1e-300)),
    (Bernoulli(0.5), Bernoulli(1 - 2**-53)),
    (Geometric(1e-300), Geometric(0.5)),
    (Geometric(0.5), Geometric(1e-300)),
    (Uniform(-1e-300, 1e-300), Uniform(-8e307, 8e307)),
    (LogNormal(0, 1e-300), LogNormal(0, 1e300)),
    (Binomial(2**53, 1e-300), Binomial(2**53, 0.5)),
    (Binomial(2**53, 0.5), Binomial(2**53, 1e-300)),
    (Gamma(1e300, 1e300), Gamma(1e-300, 1e-300)),
    (Gamma(1e-300, 1e300), Gamma(1, 1)),
    (Gamma(1, 1e-150), Gamma(1e300, 1e150)),
    (Gamma(3, 1e-300), Gamma(3, 2e-300)),
    (Gamma(1e300, 1), Gamma(2e300, 3)),
    (Beta(1e-300, 1e-300), Beta(2e-300, 1e-300)),
    (Beta(1e300, 1e299), Beta(2e300, 1e299)),
    (Beta(1e-200, 1), Beta(3, 1e200)),
]


@pytest.mark.parametrize(("p", "q"), EXTREME, ids=repr)
def test_extreme_parameters_neither_overflow_nor_lose_digits(p: Family, q: Family) -> None:
    # The gamma function of 1e300 takes seconds to so many digits, and cancels fewer.
    with mpmath.workdps(700 if isinstance(p, Gamma | Beta) else 1300):
        expected = textbook(p, q)
    assert kl(p, q) == close(float(expected), rel=1e-14)


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (Normal(0, 1e200), Normal(0, 1e-200)),
        (Normal(1e308, 1), Normal(-1e308, 1)),
        (Laplace(0, 1e200), Laplace(0, 1e-200)),
        (Laplace(0, 1e200), Laplace(1e300, 1e-200)),
        (Exponential(1e-200), Exponential(1e200)),
        (Exponential(1e-200), Normal(0, 1e-200)),
        (Exponential(1e-308), Laplace(-1e308, 1e-308)),
        (Normal(0, 1e200), Laplace(1e300, 1e-200)),
        (Normal(2.5e16, 5.1e14), Laplace(0, 5e-324)),  # its exp(−t²/2) is 0, and its s / b inf
        (Uniform(0, 1e200), Normal(0, 1e-200)),
        (Uniform(0, 1e200), Laplace(0, 1e-200)),
        (Uniform(0, 1e200), Exponential(1e200)),
        (Geometric(1e-320), Geometric(1)),
        (
            MultivariateNormal([0, 0], np.eye(2) * 1e200),
            MultivariateNormal([0, 0], np.eye(2) * 1e-200),
        ),
    ],
    ids=repr,
)
def test_what_exceeds_the_largest_float_is_inf_without_a_warning(p: Family, q: Family) -> None:
    assert kl(p, q) == INF


def test_vectors_of_extreme_spread_match_hand_values() -> None:
    # As above: 2 coordinates of log(10³⁰⁰) − ½, and of ½·10³⁰⁰ − ½ − log(10¹⁵⁰).
    narrow, wide = (MultivariateNormal([0, 0], np.eye(2) * c) for c in (1e-300, 1e300))
    assert kl(narrow, wide) == close(2 * (300 * math.log(10) - 0.5))
    unit = MultivariateNormal([0, 0], np.eye(2))
    assert kl(wide, unit) == close(1e300)


def test_categoricals_against_counts_without_end_keep_their_digits() -> None:
    # Categorical([1]) is all at 0, where Poisson(r) has exp(−r).
    for rate in (1e-20, 1e-3, 1.0, 50.0):
        assert kl(Categorical([1]), Poisson(rate)) == close(rate)
        two = Categorical([1 - rate / 100, rate / 100])
        assert kl(two, Poisson(rate)) == close(kl(Bernoulli(rate / 100), Poisson(rate)), rel=1e-9)
    # Each of 300 outcomes weighs 1/300, and Σ log i! over them is what mpmath says.
    with mpmath.workdps(50):
        logs = mpmath.fsum(mpmath.loggamma(i + 1) - i * mpmath.log(mpf(1e-5)) for i in range(300))
        expected = logs / 300 + mpf(1e-5) - mpmath.log(300)
    assert kl(Categorical(np.full(300, 1 / 300)), Poisson(1e-5)) == close(float(expected))
    # A geometric distribution cut off after n outcomes: −log(1 − (1 − p)ⁿ), here 2⁻⁶⁰ to 18 digits.
    cut = 0.5 ** np.arange(1, 61) / (1 - 0.5**60)
    assert kl(Categorical([0, *cut]), Geometric(0.5)) == close(2.0**-60, rel=1e-6)


def test_categoricals_agree_with_the_divergence_of_their_rows() -> None:
    p, q = np.random.default_rng(32).dirichlet(np.ones(6), size=(2, 40))
    np.testing.assert_allclose(kl(Categorical(p), Categorical(q)), kl_divergence(p, q), rtol=1e-13)


@pytest.mark.parametrize("family", SAME, ids=name)
def test_kl_of_equals_is_exactly_zero(family: type[Family]) -> None:
    for one in EXAMPLES[family]:
        assert kl(one, one) == 0
        assert not np.signbit(kl(one, one))


ABOVE_0 = st.floats(min_value=5e-324, max_value=1.7e308)
ANY = st.floats(min_value=-1.7e308, max_value=1.7e308)
CHANCE = st.floats(0, 1)
FAMILIES = {
    Normal: st.builds(Normal, ANY, ABOVE_0),
    Laplace: st.builds(Laplace, ANY, ABOVE_0),
    Exponential: st.builds(Exponential, ABOVE_0),
    Poisson: st.builds(Poisson, ABOVE_0),
    Uniform: st.tuples(st.floats(-8e307, 8e307), st.floats(-8e307, 8e307))
    .filter(lambda ends: ends[0] != ends[1])
    .map(lambda ends: Uniform(min(ends), max(ends))),
    Bernoulli: st.builds(Bernoulli, CHANCE),
    Geometric: st.builds(Geometric, st.floats(5e-324, 1)),
    Binomial: st.builds(Binomial, st.integers(0, 9) | st.integers(0, 2**53), CHANCE),
    Gamma: st.builds(Gamma, ABOVE_0, ABOVE_0),
    LogNormal: st.builds(LogNormal, ANY, ABOVE_0),
    Beta: st.builds(Beta, *[st.floats(min_value=5e-324, max_value=8e307)] * 2),
    Categorical: st.lists(st.floats(0.1, 1) | st.just(0.0), min_size=4, max_size=4)
    .filter(any)
    .map(lambda weights: Categorical(np.array(weights) / sum(weights))),
}


@pytest.mark.parametrize("pair", ONE_KIND, ids=name)
@settings(max_examples=40)
@given(data=st.data())
def test_kl_is_never_negative_nor_nan(pair: Pair, data: st.DataObject) -> None:
    p, q = data.draw(FAMILIES[pair[0]]), data.draw(FAMILIES[pair[1]])
    assert kl(p, q) >= 0
    if pair[0] is pair[1]:
        assert kl(p, p) == 0


def test_batches_broadcast() -> None:
    p, q = Normal([[0.0], [1.0], [2.0]], 1), Laplace([0.0, 5.0], [1, 2])
    found = kl(p, q)
    assert found.shape == (3, 2)
    for i in range(3):
        for j in range(2):
            single = kl(Normal(p.mean[i, 0], 1), Laplace(q.loc[j], q.scale[j]))
            assert found[i, j] == close(single)


@pytest.mark.parametrize("pair", PAIRS, ids=name)
def test_every_formula_takes_batches(pair: Pair) -> None:
    p, q = example(pair)
    single = kl(p, q)

    def repeated(one: Family, *shape: int) -> Family:
        fields = {field: value for field, value in vars(one).items() if field != "cholesky"}
        return type(one)(**{f: np.broadcast_to(v, shape + np.shape(v)) for f, v in fields.items()})

    for first, second in ((repeated(p, 3), q), (p, repeated(q, 3))):
        assert kl(first, second).tolist() == [close(single)] * 3
    assert kl(repeated(p, 2, 1), repeated(q, 3)).shape == (2, 3)


def test_a_batch_may_be_infinite_in_part() -> None:
    found = kl(Geometric([1, 0.5]), Bernoulli([[0.5], [0.25]]))
    assert found.tolist() == [[close(LOG_2), INF], [close(2 * LOG_2), INF]]
    covs = MultivariateNormal([[0, 0]], [np.eye(2), np.eye(2) * (1 + 1e-9), np.eye(2) * 4])
    # Two coordinates of ½·(λ − log(1 + λ)), for λ = 10⁻⁹ as it is stored, and for λ = 3.
    near = (1 + 1e-9) - 1
    expected = [0, close(near**2 / 2 - near**3 / 3, rel=1e-12), close(3 - math.log(4))]
    assert kl(covs, MultivariateNormal([0, 0], np.eye(2))).tolist() == expected


def test_base_2_gives_bits() -> None:
    assert kl(Uniform(0, 1), Uniform(0, 8), base=2) == close(3)
    assert kl(Geometric([1, 0.5]), Bernoulli(0.5), base=2).tolist() == [1, INF]


class Unplaced(StudentT):
    """One that does not say where it has mass."""

    support = None  # type: ignore[assignment]


class Vectors(StudentT):
    """Vectors of one number."""

    outcomes = "vectors"


NO_FORMULA = {
    "kl has no formula for StudentT and Normal, and a quadrature may be off by 3e+04 from 1e+09; "
    "monte_carlo_kl estimates it.": (StudentT([3, 2 + 1e-9], 0, 1), Normal(0, 1)),
    "kl has no formula for Unplaced and Normal, and no support of Unplaced to integrate over; "
    "monte_carlo_kl estimates it.": (Unplaced(3, 0, 1), Normal(0, 1)),
    "kl has no formula for Vectors and Vectors; monte_carlo_kl estimates it.": (
        Vectors(3, 0, 1),
        Vectors(3, 0, 1),
    ),
}


@pytest.mark.parametrize(("message", "pair"), NO_FORMULA.items())
def test_pairs_without_a_formula_are_named(message: str, pair: tuple[Any, Any]) -> None:
    with pytest.raises(NotImplementedError) as caught:
        kl(*pair)
    assert str(caught.value) == message


WRONG_TYPES: dict[str, Callable[[], Any]] = {
    "p must be a family such as Normal; got list: probabilities go to kl_divergence.": (
        lambda: kl([0.5, 0.5], [0.9, 0.1])  # type: ignore[arg-type]
    ),
    "q must be a family such as Normal; got NoneType: probabilities go to kl_divergence.": (
        lambda: kl(Normal(0, 1), None)  # type: ignore[arg-type]
    ),
    "p must be a family such as Normal; got int: probabilities go to kl_divergence.": (
        lambda: kl(1, 2)  # type: ignore[arg-type]
    ),
    "p must be one of a family, such as Normal(0, 1); the class Normal came without its "
    "parameters.": (
        lambda: kl(Normal, Normal)  # type: ignore[arg-type]
    ),
}
REFUSED: dict[str, Callable[[], Any]] = {
    "p and q must both be over vectors, or neither; got Normal and MultivariateNormal.": (
        lambda: kl(Normal(0, 1), MultivariateNormal([0], [[1]]))
    ),
    "the batch of p and that of q must broadcast; the batch of p is (2,), that of q is (3,).": (
        lambda: kl(Normal([0, 1], 1), Poisson([1, 2, 3]))
    ),
    "p and q must have equally many dimensions; p has 1, q has 2.": (
        lambda: kl(MultivariateNormal([0], [[1]]), MultivariateNormal([0, 0], np.eye(2)))
    ),
    "p and q must have equally many outcomes; p has 2, q has 3.": (
        lambda: kl(Categorical([0.5, 0.5]), Categorical([0.5, 0.5, 0]))
    ),
    "base must be a finite number above 1; got 1.": (
        lambda: kl(Normal(0, 1), Normal(0, 1), base=1)
    ),
}


@pytest.mark.parametrize(("message", "call"), (WRONG_TYPES | REFUSED).items())
def test_pairs_that_do_not_match_are_refused_in_words(
    message: str, call: Callable[[], Any]
) -> None:
    kind = TypeError if message in WRONG_TYPES else ValueError
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
    assert re.fullmatch(r"[^\n]*[^.\n]\.", message)


@pytest.mark.parametrize("change", [0.03, -0.03, 0.05, -0.05, 0.09, -0.09, 0.3])
def test_normal_vectors_a_little_apart_keep_15_digits(change: float) -> None:
    for var in (0.3, 1.7, 9.1):
        other = var * (1 + change)
        ratio = mpf(other) / mpf(var)
        expected = float((ratio - 1 - mpmath.log(ratio)) / 2)
        p, q = MultivariateNormal([0], [[other]]), MultivariateNormal([0], [[var]])
        assert kl(p, q) == pytest.approx(expected, rel=1.5e-14, abs=0)


class Celsius(Normal):
    """A Normal by another name."""


def test_a_subclass_uses_the_formulas_of_its_ancestors() -> None:
    here, there = Celsius(20, 2), Celsius(21, 2)
    assert kl(here, there) == kl(here, Normal(21, 2)) == kl(Normal(20, 2), there) == 1 / 8
    assert kl(here, Laplace(20, 2)) == kl(Normal(20, 2), Laplace(20, 2))
    assert kl(here, Poisson(3)) == INF


def test_a_familys_own_formula_comes_before_its_ancestors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kl_core.distributions.kl_registry.FORMULAS", dict(FORMULAS))

    @register_kl(Celsius, Normal)
    def one_side(p: Celsius, q: Normal) -> float:
        return 1.0

    @register_kl(Celsius, Celsius)
    def both(p: Celsius, q: Celsius) -> np.ndarray:
        return np.full(p.batch_shape, 2.0)

    here = Celsius([20, 25], 2)
    assert kl(here, Celsius(21, 2)).tolist() == [2, 2]
    assert kl(here, Normal(21, 2), base=math.e).tolist() == [1, 1]
    assert kl(Normal(20, 2), Celsius(21, 2)) == 1 / 8


class Rayleigh(Family):
    """A family of a user's own, without a dataclass; a Weibull of shape 2."""

    outcomes = "line"

    def __init__(self, scale: float) -> None:
        self.scale = np.asarray(scale, np.float64)

    @property
    def batch_shape(self) -> tuple[int, ...]:
        return self.scale.shape

    def log_prob(self, x: Any) -> Any:
        return np.log(x / self.scale**2) - (x / self.scale) ** 2 / 2

    def sample(self, rng: np.random.Generator, n: int) -> np.ndarray:
        return rng.rayleigh(self.scale, (n, *self.batch_shape))


class Waiting:
    """No family: anything with log_prob, one distribution or many; an Exponential."""

    def __init__(self, rate: Any) -> None:
        self.rate = rate

    def log_prob(self, x: Any) -> Any:
        return np.log(self.rate) - self.rate * x


@pytest.fixture
def own_families(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kl_core.distributions.kl_registry.FORMULAS", dict(FORMULAS))

    @register_kl(Rayleigh, Rayleigh)
    def rayleigh_rayleigh(p: Rayleigh, q: Rayleigh) -> Any:
        ratio = (p.scale / q.scale) ** 2
        return ratio - 1 - np.log(ratio)

    @register_kl(Waiting, Waiting)
    @register_kl(Waiting, Exponential)
    def waiting_waiting(p: Waiting, q: Any) -> Any:
        return np.log(p.rate / q.rate) + q.rate / p.rate - 1

    @register_kl(Exponential, Waiting)
    def of_three(p: Exponential, q: Waiting) -> Any:
        return np.ones(3)


@pytest.mark.usefixtures("own_families")
def test_a_family_of_ones_own_works_as_those_here_do() -> None:
    p, q = Rayleigh(1), Rayleigh(2)
    expected = -0.75 + math.log(4)
    assert kl(p, q) == kl_divergence(p, q) == close(expected)
    assert kl_divergence(p, q, base=2) == close(expected / LOG_2)
    assert kl_divergence(Rayleigh([1, 2]), q).tolist() == [close(expected), 0]
    found = monte_carlo_kl(p, q, np.random.default_rng(0), 20_000)
    assert abs(found.estimate - expected) < 5 * found.standard_error < 0.06

    class Wind(Rayleigh):
        """A Rayleigh by another name."""

    assert kl_divergence(Wind(1), q) == kl_divergence(p, Wind(2)) == close(expected)
    assert kl(p, Poisson(1)) == INF  # a density has no mass on counts
    assert p == Rayleigh(1)
    assert hash(p) == hash(Rayleigh(1))
    assert p != q
    assert p != Wind(1)
    assert pickle.loads(pickle.dumps(p)) == p


@pytest.mark.usefixtures("own_families")
def test_a_class_with_log_prob_alone_is_a_family_too() -> None:
    expected = math.log(0.5) + 1
    assert kl_divergence(Waiting(1.0), Waiting(2.0)) == kl(Waiting(1.0), Waiting(2.0))
    assert kl_divergence(Waiting(1.0), Waiting(2.0)) == close(expected)
    assert type(kl_divergence(Waiting(1.0), Waiting(2.0))) is np.float64
    assert kl(Waiting(np.ones(3)), Waiting(2.0)).tolist() == [close(expected)] * 3
    assert kl(Waiting(1.0), Exponential([2, 1])).tolist() == [close(expected), 0]
    with pytest.raises(NotImplementedError, match=r"^kl has no formula for Normal and Waiting"):
        kl_divergence(Normal(0, 1), Waiting(1.0))


@pytest.mark.usefixtures("own_families")
def test_what_a_formula_gives_must_fit_the_batch() -> None:
    class Timed(Waiting):
        batch_shape = (2,)

    message = (
        r"^what the formula for Exponential and Timed gives must broadcast to the shape of the "
        r"batch, \(2,\); got \(3,\)\.$"
    )
    with pytest.raises(ValueError, match=message):
        kl(Exponential(1), Timed(1.0))


NOT_TWO_FAMILIES: dict[str, Callable[[], Any]] = {
    "p and q must both be of families, or both arrays; got Normal and list.": (
        lambda: kl_divergence(Normal(0, 1), [0.5, 0.5])  # type: ignore[call-overload]
    ),
    "p and q must both be of families, or both arrays; got ndarray and Normal.": (
        lambda: kl_divergence(np.ones(1), Normal(0, 1))  # type: ignore[call-overload]
    ),
    "p and q must both be of families, or both arrays; got Normal and NoneType.": (
        lambda: kl_divergence(Normal(0, 1))  # type: ignore[call-overload]
    ),
    "axis and keepdims must be left out for families, which have no axis of outcomes.": (
        lambda: kl_divergence(Normal(0, 1), Normal(0, 1), axis=0)  # type: ignore[call-overload]
    ),
    "p_logits and q_logits must not come beside a family; Categorical(logits=...) is the family "
    "that has them.": (
        lambda: kl_divergence(Categorical([0.5, 0.5]), q_logits=[0, 0])  # type: ignore[call-overload]
    ),
}


@pytest.mark.parametrize(("message", "call"), NOT_TWO_FAMILIES.items())
def test_a_family_goes_with_a_family_alone(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize("pair", PAIRS, ids=name)
def test_kl_divergence_of_families_is_kl(pair: Pair) -> None:
    p, q = example(pair)
    assert kl_divergence(p, q) == kl(p, q)
    assert kl_divergence(p, q, base=2) == kl(p, q, base=2)


def test_a_class_without_its_parameters_is_refused_by_both_names() -> None:
    for function in (kl, kl_divergence):
        with pytest.raises((TypeError, ValueError), match=r"the class Normal came without its"):
            function(Normal, Normal)  # type: ignore[arg-type]


FAR = Categorical(logits=[0, -2000])
ALL = Categorical(logits=[0, -INF])


@pytest.mark.parametrize(
    ("p", "q", "expected"),
    [
        (Categorical([0.5, 0.5]), FAR, 1000 - LOG_2),
        (Categorical(logits=[1, 1]), FAR, 1000 - LOG_2),
        (FAR, Categorical([0.5, 0.5]), LOG_2),
        (Categorical(logits=[0, -800]), Categorical(logits=[0, -700]), math.exp(-700)),
        (FAR, Categorical([1, 0]), INF),
        (ALL, Categorical([1, 0]), 0.0),
        (ALL, FAR, 0.0),
        (FAR, ALL, INF),
        (Bernoulli(0.5), FAR, 1000 - LOG_2),
        (Bernoulli(1), Categorical(logits=[0, -2000, 5]), 2005 + math.log1p(math.exp(-5))),
        (FAR, Bernoulli(0.5), LOG_2),
        (FAR, Bernoulli(0), INF),
        (Categorical(logits=[0, 0, -2000]), Bernoulli(0.5), INF),
        (Categorical(logits=[-2000, 0]), Geometric(0.5), INF),
        (Categorical(logits=[-INF, 0]), Geometric(0.5), LOG_2),
        (Geometric(1), FAR, 2000.0),
        (FAR, Poisson(1), 1.0),
        (FAR, Normal(0, 1), INF),
    ],
    ids=repr,
)
def test_a_categorical_by_logits_is_precise_where_a_probability_rounds_to_0(
    p: Family, q: Family, expected: float
) -> None:
    assert kl(p, q) == kl_divergence(p, q) == close(expected)


def test_a_categorical_by_logits_agrees_with_that_of_its_softmax() -> None:
    rng = np.random.default_rng(33)
    w, z = rng.normal(0, 2, (3, 1, 5)), rng.normal(0, 2, (4, 5))
    expected = kl(Categorical(softmax(w)), Categorical(softmax(z)))
    assert expected.shape == (3, 4)
    for p in (Categorical(logits=w), Categorical(softmax(w))):
        for q in (Categorical(logits=z), Categorical(softmax(z))):
            np.testing.assert_allclose(kl(p, q), expected, rtol=1e-13)
    narrow = Categorical(softmax(w.astype(np.float32)))  # whose sums are off by 1e-7
    np.testing.assert_allclose(kl(narrow, Categorical(logits=z)), expected, rtol=1e-5)


def test_a_pair_is_registered_once_and_for_classes() -> None:
    with pytest.raises(
        ValueError, match=r"^a pair must be registered once; Normal and Laplace has"
    ):
        register_kl(Normal, Laplace)(lambda p, q: 0.0)
    with pytest.raises(TypeError, match=r"^q_family must be a class; got Normal\(mean=0.0, std="):
        register_kl(Normal, Normal(0, 1))  # type: ignore[arg-type]
    assert kl(Normal(0, 1), Laplace(0, 1)) == pytest.approx(0.07209, abs=5e-6)


def test_arithmetic_that_is_set_to_raise_does_not_in_a_formula() -> None:
    with np.errstate(all="raise"):
        assert kl(Normal(1e200, 1e-200), Normal(-1e200, 1e-200)) == INF
        assert kl(Exponential(1e-300), Normal(0, 1e-300)) == INF
        assert Normal(0, 1e-200).log_prob(1e200) == -INF


def spread_out(family: type[Family], n: int) -> Family:
    """Near one another and far, and of extreme sizes."""
    source = np.random.default_rng(33)
    size = 10.0 ** source.choice([-300, -9, -1, 0, 0, 0, 0, 1, 9, 300], n) * source.uniform(1, 2, n)
    place = source.normal(size=n) * np.where(source.random(n) < 0.5, 1e-4, 1)
    chance = np.where(source.random(n) < 0.1, source.integers(0, 2, n), source.random(n))
    made: dict[type[Family], Callable[[], Family]] = {
        Uniform: lambda: Uniform(-np.maximum(size, abs(place)), size * source.uniform(0.5, 2, n)),
        Exponential: lambda: Exponential(size),
        Poisson: lambda: Poisson(size),
        Bernoulli: lambda: Bernoulli(chance),
        Geometric: lambda: Geometric(np.maximum(chance, 1e-5)),
        Binomial: lambda: Binomial(source.integers(0, 40, n), chance),
        Gamma: lambda: Gamma(size, size[::-1]),
        LogNormal: lambda: LogNormal(place, np.clip(size, 1e-9, 1e2)),
        Beta: lambda: Beta(np.clip(size, 1e-3, 1e9), np.clip(size[::-1], 1e-3, 1e9)),
    }
    two = {Normal: Normal, Laplace: Laplace}
    return made[family]() if family in made else two[family](place, size)


IN_BATCHES = [p for p in PAIRS if not {Categorical, MultivariateNormal, Dirichlet} & set(p)]


@pytest.mark.parametrize("pair", IN_BATCHES, ids=name)
def test_each_number_is_the_same_alone_and_in_a_batch(pair: Pair) -> None:
    p, q = spread_out(pair[0], 60), spread_out(pair[1], 70)
    if pair == (Geometric, Poisson):
        p = Geometric(np.ones(60))
    fields = [(type(one), vars(one)) for one in (p, q)]
    wide = [kind(**{f: v[:60] for f, v in values.items()}) for kind, values in fields]
    shifted = fields[1][0](**{f: v[5:65] for f, v in fields[1][1].items()})
    for first, second in ((wide[0], wide[1]), (wide[0], shifted)):
        found = kl(first, second)
        assert not np.isnan(found).any()
        for i in range(60):
            one, other = (
                type(all_)(**{f: v[i] for f, v in vars(all_).items()}) for all_ in (first, second)
            )
            assert found[i] == kl(one, other)


def test_a_large_batch_in_blocks_is_so_many_small_ones() -> None:
    source = np.random.default_rng(34)
    means, other = source.normal(size=(2, 50_000))
    std, scale = np.exp(source.normal(size=(2, 50_000)))
    p, q = Normal(means, std), Normal(other, scale)
    parts = [
        kl(Normal(means[part], std[part]), Normal(other[part], scale[part]))
        for part in (slice(0, 7), slice(7, 40_000), slice(40_000, None))
    ]
    assert kl(p, q).tolist() == np.concatenate(parts).tolist()
    grid = kl(Normal(means[:400, None], std[:400, None]), Normal(other[:300], scale[:300]))
    assert grid[:, 17].tolist() == kl(Normal(means[:400], std[:400]), q_at(q, 17)).tolist()


def q_at(q: Any, index: int) -> Normal:
    return Normal(q.mean[index], q.std[index])


@pytest.mark.parametrize(("d", "apart"), [(25, 1.0), (48, 0.1), (50, 1e-6)])
def test_vectors_of_many_coordinates_keep_their_digits(d: int, apart: float) -> None:
    source = np.random.default_rng(d)
    half, other = source.normal(size=(2, d, 2 * d))
    cov = half @ half.T / d
    moved = cov + apart * other @ other.T / d
    p = MultivariateNormal(np.zeros(d), np.tril(cov) + np.tril(cov, -1).T)
    q = MultivariateNormal(apart * source.normal(size=d), np.tril(moved) + np.tril(moved, -1).T)
    with mpmath.workdps(40):
        s1, s2 = mpmath.matrix(p.cov.tolist()), mpmath.matrix(q.cov.tolist())
        lower1, lower2 = mpmath.cholesky(s1), mpmath.cholesky(s2)
        total = mpmath.mpf(0)
        for column in range(d):
            solved = forward(lower2, [lower1[row, column] for row in range(d)])
            total += mpmath.fsum(x * x for x in solved) - 1
            total -= 2 * mpmath.log(lower1[column, column] / lower2[column, column])
        shift = forward(lower2, [mpf(a) - mpf(b) for a, b in zip(p.mean, q.mean, strict=True)])
        expected = (total + mpmath.fsum(x * x for x in shift)) / 2
    assert kl(p, q) == close(float(expected), rel=1e-12)


def forward(lower: Any, right: list[Any]) -> list[Any]:
    """L⁻¹b, as one learns it."""
    found: list[Any] = []
    for row, value in enumerate(right):
        known = mpmath.fsum(lower[row, column] * x for column, x in enumerate(found))
        found.append((value - known) / lower[row, row])
    return found


def test_the_error_function_agrees_with_mpmath() -> None:
    x = np.concatenate(
        [np.linspace(0, 7, 701), np.geomspace(1e-300, 8, 200), [0.46875, 1e308, INF]]
    )
    expected = [float(mpmath.erf(value)) for value in x]
    np.testing.assert_allclose(erf(x), expected, rtol=5e-16)
