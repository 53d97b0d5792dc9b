import math
import re
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from kl_core import kl_divergence
from kl_core.distributions import (
    Bernoulli,
    Categorical,
    Contaminated,
    Exponential,
    Family,
    Geometric,
    Laplace,
    MultivariateNormal,
    Normal,
    NormalMixture,
    Poisson,
    Uniform,
)
from kl_core.distributions.kl_discrete import ON_COUNTS as COUNTS
from kl_core.distributions.kl_discrete import ON_THE_LINE as LINE
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
}
# Where Q lacks an outcome that those P have, a P without it.
OTHER_P: dict[Pair, Family] = {
    (Bernoulli, Geometric): Bernoulli(1),
    (Categorical, Bernoulli): Categorical([0.1, 0.9, 0.0]),
    (Categorical, Geometric): Categorical([0.0, 0.3, 0.7]),
    (Geometric, Bernoulli): Geometric(1),
    (Geometric, Categorical): Geometric(1),
    (Geometric, Poisson): Geometric(1),
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
            return x * log(mpf(family.rate)) - mpf(family.rate) - m.loggamma(x + 1)
        case Geometric():
            miss = 1 - mpf(family.p)
            return log(miss ** (x - 1) * mpf(family.p)) if x == 1 or (x > 1 and miss) else -m.inf
    return log(masses[x]) if x < len(masses) and masses[x] > 0 else -m.inf


BREAKS: dict[type, Callable[[Any], list[float]]] = {
    Normal: lambda family: [-INF, family.mean, INF],
    Laplace: lambda family: [-INF, family.loc, INF],
    Exponential: lambda family: [0.0, INF],
    Uniform: lambda family: [family.low, family.high],
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


def test_every_pair_of_the_table_is_of_one_kind_or_mutually_singular_or_of_vectors() -> None:
    crossed = [(p, q) for p in COUNTS for q in LINE] + [(p, q) for p in LINE for q in COUNTS]
    vectors = [(MultivariateNormal, MultivariateNormal)]
    assert sorted(map(name, PAIRS)) == sorted(map(name, [*ONE_KIND, *crossed, *vectors]))
    assert len(ONE_KIND) == 32


LOG_2, E = math.log(2), math.e
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
]


@pytest.mark.parametrize("apart", [1e-13, 1e-9, 1e-6, 1e-3, 0.03, 0.3])
@pytest.mark.parametrize("make", NEAR)
def test_digits_are_kept_however_near_p_is_to_q(
    make: Callable[[float], Family], apart: float
) -> None:
    p, q = make(1.0), make(1 + apart)
    with mpmath.workdps(700):
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
]


@pytest.mark.parametrize(("p", "q"), EXTREME, ids=repr)
def test_extreme_parameters_neither_overflow_nor_lose_digits(p: Family, q: Family) -> None:
    with mpmath.workdps(1300):
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
    Categorical: st.lists(st.floats(0.1, 1) | st.just(0.0), min_size=4, max_size=4)
    .filter(any)
    .map(lambda weights: Categorical(np.array(weights) / sum(weights))),
}


@pytest.mark.parametrize("pair", ONE_KIND, ids=name)
@settings(max_examples=40)
@given(data=st.data())
def test_kl_is_never_negative_nor_nan(pair: Pair, data: st.DataObject) -> None:
    p, q = data.draw(FAMILIES[pair[0]]), data.draw(FAMILIES[pair[1]])
    if pair == (Geometric, Poisson):
        p = Geometric(1)
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


NO_FORMULA = {
    "kl has no formula for Geometric and Poisson; monte_carlo_kl estimates it.": (
        Geometric([1, 0.5]),
        Poisson(1),
    ),
    "kl has no formula for NormalMixture and Normal; monte_carlo_kl estimates it.": (
        NormalMixture([1], [0], [1]),
        Normal(0, 1),
    ),
    "kl has no formula for NormalMixture and NormalMixture; monte_carlo_kl estimates it.": (
        NormalMixture([1], [0], [1]),
        NormalMixture([1], [0], [1]),
    ),
    "kl has no formula for Contaminated and Normal; monte_carlo_kl estimates it.": (
        Contaminated(Normal(0, 1), Normal(0, 5), 0.1),
        Normal(0, 1),
    ),
}


@pytest.mark.parametrize(("message", "pair"), NO_FORMULA.items())
def test_pairs_without_a_formula_are_named(message: str, pair: tuple[Any, Any]) -> None:
    with pytest.raises(NotImplementedError) as caught:
        kl(*pair)
    assert str(caught.value) == message


WRONG_TYPES: dict[str, Callable[[], Any]] = {
    "p must be a family such as Normal; list came: probabilities go to kl_divergence.": (
        lambda: kl([0.5, 0.5], [0.9, 0.1])  # type: ignore[arg-type]
    ),
    "q must be a family such as Normal; NoneType came: probabilities go to kl_divergence.": (
        lambda: kl(Normal(0, 1), None)  # type: ignore[arg-type]
    ),
    "p must be a family such as Normal; int came: probabilities go to kl_divergence.": (
        lambda: kl(1, 2)  # type: ignore[arg-type]
    ),
    "p must be one of a family, such as Normal(0, 1); the class Normal came without its "
    "parameters.": (
        lambda: kl(Normal, Normal)  # type: ignore[arg-type]
    ),
}
REFUSED: dict[str, Callable[[], Any]] = {
    "p and q must both be over vectors, or neither; Normal and MultivariateNormal came.": (
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
    "base must be a finite number above 1; 1 came.": (
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


def test_a_pair_is_registered_once_and_for_classes() -> None:
    with pytest.raises(
        ValueError, match=r"^a pair must be registered once; Normal and Laplace has"
    ):
        register_kl(Normal, Laplace)(lambda p, q: 0.0)
    with pytest.raises(TypeError, match=r"^q_family must be a class; Normal\(mean=0.0, std="):
        register_kl(Normal, Normal(0, 1))  # type: ignore[arg-type]
    assert kl(Normal(0, 1), Laplace(0, 1)) == pytest.approx(0.07209, abs=5e-6)


def test_arithmetic_that_is_set_to_raise_does_not_in_a_formula() -> None:
    with np.errstate(all="raise"):
        assert kl(Normal(1e200, 1e-200), Normal(-1e200, 1e-200)) == INF
        assert kl(Exponential(1e-300), Normal(0, 1e-300)) == INF
        assert Normal(0, 1e-200).log_prob(1e200) == -INF
