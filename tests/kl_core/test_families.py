"""Entropies, and the families of counts, positive numbers and shares, against 30 digits."""

import math
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf
from scipy import stats

from kl_core import entropy, kl, monte_carlo_kl
from kl_core.distributions import (
    Bernoulli,
    Beta,
    Binomial,
    Categorical,
    Contaminated,
    Dirichlet,
    Exponential,
    Gamma,
    Geometric,
    Laplace,
    LogNormal,
    MultivariateNormal,
    Normal,
    NormalMixture,
    Poisson,
    StudentT,
    Uniform,
)

pytestmark = pytest.mark.filterwarnings("error")

INF = math.inf


def close(value: Any, rel: float = 1e-13, least: float = 0.0) -> Any:
    return pytest.approx(float(value), rel=rel, abs=least)


ENTROPIES: list[tuple[Any, Any]] = [
    (Normal(3, 2), stats.norm(3, 2)),
    (Laplace(-1, 0.3), stats.laplace(-1, 0.3)),
    (Exponential(5), stats.expon(scale=0.2)),
    (Uniform(-1, 4), stats.uniform(-1, 5)),
    (StudentT(0.7, 1, 2), stats.t(0.7, 1, 2)),
    (StudentT(30, 1, 2), stats.t(30, 1, 2)),
    (Gamma(0.3, 2), stats.gamma(0.3, scale=0.5)),
    (Gamma(30, 2), stats.gamma(30, scale=0.5)),
    (LogNormal(0.2, 0.6), stats.lognorm(0.6, scale=math.exp(0.2))),
    (Beta(0.4, 0.7), stats.beta(0.4, 0.7)),
    (Beta(30, 12), stats.beta(30, 12)),
    (Dirichlet([0.3, 2, 5]), stats.dirichlet([0.3, 2, 5])),
    (
        MultivariateNormal([0, 1], [[2, 0.5], [0.5, 1]]),
        stats.multivariate_normal([0, 1], [[2, 0.5], [0.5, 1]]),
    ),
    (Bernoulli(0.3), stats.bernoulli(0.3)),
    (Geometric(0.3), stats.geom(0.3)),
    (Binomial(9, 0.3), stats.binom(9, 0.3)),
]


@pytest.mark.parametrize(("family", "oracle"), ENTROPIES, ids=lambda value: type(value).__name__)
def test_entropies_agree_with_scipy(family: Any, oracle: Any) -> None:
    assert type(family.entropy()) is np.float64
    assert family.entropy() == close(oracle.entropy(), rel=1e-12)


def test_entropies_of_what_is_sure_or_even_are_known_by_hand() -> None:
    assert Bernoulli([0, 0.5, 1]).entropy().tolist() == [0, close(math.log(2)), 0]
    assert Geometric([1, 0.5]).entropy().tolist() == [0, close(2 * math.log(2))]
    assert Poisson([0, 0]).entropy().tolist() == [0, 0]
    sure = Binomial([0, 5, 5, 1], [0.3, 0, 1, 0.5]).entropy()
    assert sure.tolist() == [0, 0, 0, close(math.log(2))]
    p = np.array([[0.1, 0.2, 0.7], [0, 1, 0]])
    assert Categorical(p).entropy() == pytest.approx(entropy(p), rel=1e-15)
    assert Beta(1, 1).entropy() == close(0, least=1e-15)
    assert Dirichlet([1, 1, 1, 1]).entropy() == close(-math.log(6))
    for family in (Bernoulli(0), Geometric(1), Poisson(0), Binomial(3, 1), Categorical([1])):
        assert not np.signbit(family.entropy())


def sum_of_entropy(masses: list[Any]) -> float:
    return float(-mpmath.fsum(p * mpmath.log(p) for p in masses if p > 0))


@pytest.mark.parametrize("rate", [1e-9, 0.3, 1.0, 7.7, 60.0, 99.9, 100.1, 400.0])
def test_the_entropy_of_poisson_is_the_sum_of_its_definition(rate: float) -> None:
    with mpmath.workdps(30):
        r = mpf(rate)
        masses = [
            mpmath.exp(x * mpmath.log(r) - r - mpmath.loggamma(x + 1))
            for x in range(int(rate + 15 * math.sqrt(rate)) + 40)
        ]
        assert Poisson(rate).entropy() == close(sum_of_entropy(masses), rel=1e-14)


@pytest.mark.parametrize("rate", [1e4, 1e8, 1e20, 1e300])
def test_the_entropy_of_large_rates_nears_that_of_the_normal(rate: float) -> None:
    # Evans & Boersma (1988), "The entropy of a Poisson distribution".
    terms = 1 / (12 * rate) + (1 / rate) ** 2 / 24 + 19 * (1 / rate) ** 3 / 360
    expected = math.log(2 * math.pi * math.e) / 2 + math.log(rate) / 2 - terms
    assert Poisson(rate).entropy() == close(expected, rel=5e-14)


@pytest.mark.parametrize(
    ("n", "p"), [(3, 0.2), (30, 0.999), (200, 0.5), (450, 0.5), (2000, 0.02), (900, 0.8)]
)
def test_the_entropy_of_binomials_is_the_sum_of_its_definition(n: int, p: float) -> None:
    with mpmath.workdps(30):
        hit = mpf(p)
        masses = [mpmath.binomial(n, x) * hit**x * (1 - hit) ** (n - x) for x in range(n + 1)]
        assert Binomial(n, p).entropy() == close(sum_of_entropy(masses), rel=2e-14)


def test_entropies_of_batches_have_their_shape() -> None:
    for family in (
        Normal([[0], [1]], [1, 2, 3]),
        Gamma([[1], [20]], [1, 2, 3]),
        Beta([[1], [20]], [1, 2, 3]),
        Binomial([[1], [2000]], [0.1, 0.2, 0.5]),
        Poisson([[1, 2, 3], [50, 500, 5000]]),
    ):
        found = family.entropy()
        assert found.shape == (2, 3)
        single = {field: value[1, 2] for field, value in vars(family).items()}
        assert type(family)(**single).entropy() == found[1, 2]
    assert Dirichlet(np.ones((4, 3))).entropy().shape == (4,)
    assert MultivariateNormal(np.zeros((4, 2)), np.eye(2)).entropy().shape == (4,)
    assert Poisson(np.zeros((0, 3))).entropy().shape == (0, 3)


@pytest.mark.parametrize(
    "family",
    [NormalMixture([1], [0], [1]), Contaminated(Normal(0, 1), Normal(0, 5), 0.1)],
    ids=lambda family: type(family).__name__,
)
def test_a_family_without_a_formula_says_how_to_estimate_its_entropy(family: Any) -> None:
    name = type(family).__name__
    with pytest.raises(NotImplementedError, match=f"^entropy has no formula for {name}; "):
        family.entropy()


def test_entropies_and_densities_of_large_parameters_keep_their_digits() -> None:
    with mpmath.workdps(60):
        a, b = mpf(1e12), mpf(3e9)
        for family, found in (
            (
                Gamma(1e12, 2.0),
                a - mpmath.log(2) + mpmath.loggamma(a) + (1 - a) * mpmath.digamma(a),
            ),
            (
                Beta(1e12, 3e9),
                mpmath.loggamma(a)
                + mpmath.loggamma(b)
                - mpmath.loggamma(a + b)
                - (a - 1) * mpmath.digamma(a)
                - (b - 1) * mpmath.digamma(b)
                + (a + b - 2) * mpmath.digamma(a + b),
            ),
        ):
            assert family.entropy() == close(found, rel=1e-13)
        x = mpf(1e12 + 3e6)
        expected = (a - 1) * mpmath.log(x) - x - mpmath.loggamma(a)
        assert Gamma(1e12, 1).log_prob(float(x)) == close(expected, rel=1e-13)
        x = mpf(0.9971)
        expected = (
            (a - 1) * mpmath.log(x)
            + (b - 1) * mpmath.log(1 - x)
            - mpmath.loggamma(a)
            - mpmath.loggamma(b)
            + mpmath.loggamma(a + b)
        )
        assert Beta(1e12, 3e9).log_prob(float(x)) == close(expected, rel=1e-12)
        n, hits, p = mpf(2**50), mpf(2**49 + 2**26), mpf(0.5)
        expected = n * mpmath.log(p) + mpmath.loggamma(n + 1)
        expected -= mpmath.loggamma(hits + 1) + mpmath.loggamma(n - hits + 1)
        assert Binomial(2**50, 0.5).log_prob(float(hits)) == close(expected)


def test_densities_at_the_ends_are_their_limits() -> None:
    assert Gamma([0.5, 1, 2], 3).log_prob(0).tolist() == [INF, close(math.log(3)), -INF]
    assert Gamma([0.5, 1, 2], 3).log_prob(INF).tolist() == [-INF] * 3
    assert Beta([0.5, 1, 2], 1).log_prob(0).tolist() == [INF, 0, -INF]
    assert Beta(1, [0.5, 1, 2]).log_prob(1).tolist() == [INF, 0, -INF]
    assert LogNormal(0, 1).log_prob([0, INF, -1]).tolist() == [-INF] * 3
    assert Dirichlet([1, 2]).log_prob([[1, 0], [0, 1]]).tolist() == [-INF, close(math.log(2))]


def test_log_density_of_shares_agrees_with_scipy() -> None:
    for c in ([0.3, 2, 5], [1, 1, 1], [40, 0.7, 300]):
        x = np.random.default_rng(41).dirichlet(np.ones(3), 30)
        expected = stats.dirichlet(c).logpdf(x.T)
        np.testing.assert_allclose(Dirichlet(c).log_prob(x), expected, rtol=1e-12, atol=1e-13)
    off = Dirichlet([1, 1]).log_prob([[0.5, 0.4], [1.5, -0.5], [0.5, 0.5]])
    assert off.tolist() == [-INF, -INF, 0]
    assert Dirichlet([[1, 1], [2, 2]]).log_prob([0.5, 0.5]).tolist() == [0, close(math.log(1.5))]


def test_shares_are_drawn_with_their_means_and_variances_also_where_they_are_tiny() -> None:
    n = 40_000
    for c in (np.array([0.5, 2, 7]), np.array([1e-3, 2e-3, 1e-3])):
        x = Dirichlet(c).sample(np.random.default_rng(42), n)
        assert x.shape == (n, 3)
        mean, total = c / c.sum(), c.sum()
        variance = mean * (1 - mean) / (total + 1)
        assert np.all(abs(x.mean(axis=0) - mean) <= 5 * np.sqrt(variance / n))
        assert np.all(abs(x.var(axis=0) / variance - 1) < 0.05)
        assert np.all(abs(x.sum(axis=1) - 1) < 1e-15)
    assert Dirichlet(np.ones((2, 4, 3))).sample(np.random.default_rng(1), 5).shape == (5, 2, 4, 3)


def test_the_first_share_of_two_is_beta() -> None:
    p, q = Dirichlet([[2.5, 0.7], [30, 9]]), Dirichlet([1.2, 3.1])
    expected = kl(Beta([2.5, 30], [0.7, 9]), Beta(1.2, 3.1))
    np.testing.assert_allclose(kl(p, q), expected, rtol=1e-15)
    np.testing.assert_allclose(p.entropy(), Beta([2.5, 30], [0.7, 9]).entropy(), rtol=1e-14)
    x = np.array([0.2, 0.8])
    np.testing.assert_allclose(p.log_prob(x), Beta([2.5, 30], [0.7, 9]).log_prob(0.2), rtol=1e-13)


def dirichlet_by_definition(c: Any, d: Any) -> Any:
    def above(new: Any, old: Any) -> Any:
        gap = mpmath.loggamma(new) - mpmath.loggamma(old)
        return gap - (new - old) * mpmath.digamma(old)

    c, d = ([mpf(float(value)) for value in row] for row in (c, d))
    parts = mpmath.fsum(above(j, i) for i, j in zip(c, d, strict=True))
    return parts - above(mpmath.fsum(d), mpmath.fsum(c))


@pytest.mark.parametrize("apart", [1e-11, 1e-6, 1e-2, 2.0])
@pytest.mark.parametrize("k", [3, 40])
def test_kl_of_shares_is_right_to_13_digits_however_close_the_pair(k: int, apart: float) -> None:
    rng = np.random.default_rng(43)
    c = 10 ** rng.uniform(-2, 4, (6, k))
    for d in (c * np.exp(apart * rng.normal(size=c.shape)), c * (1 + apart)):
        found = kl(Dirichlet(c), Dirichlet(d))
        assert kl(Dirichlet(c), Dirichlet(c)).tolist() == [0] * 6
        with mpmath.workdps(60):
            expected = [dirichlet_by_definition(*rows) for rows in zip(c, d, strict=True)]
        assert found.tolist() == [close(value) for value in expected]


def test_of_two_gammas_a_thousandth_of_a_millionth_apart_all_digits_are_known() -> None:
    with mpmath.workdps(50):
        a, b = mpf(1000), mpf(1000.001)
        expected = mpmath.loggamma(b) - mpmath.loggamma(a) - (b - a) * mpmath.digamma(a)
    assert kl(Gamma(1000, 1), Gamma(1000.001, 1)) == close(expected, rel=1e-14)


def binomial_by_definition(n: int, p: float, q: Any) -> Any:
    hit = mpf(p)
    total = mpf(0)
    for x in range(n + 1):
        mass = mpmath.binomial(n, x) * hit**x * (1 - hit) ** (n - x)
        if isinstance(q, Poisson):
            other = x * mpmath.log(mpf(q.rate)) - mpf(q.rate) - mpmath.loggamma(x + 1)
        else:
            m, chance = int(q.n), mpf(q.p)
            other = mpmath.log(mpmath.binomial(m, x) * chance**x * (1 - chance) ** (m - x))
        total += mass * (mpmath.log(mass) - other)
    return total


@pytest.mark.parametrize(
    ("n", "p", "q"),
    [
        (5, 0.3, Poisson(1.5)),
        (5, 0.9, Poisson(2)),
        (40, 1e-4, Poisson(0.004)),
        (700, 0.5, Poisson(300)),
        (700, 0.999, Poisson(699)),
        (700, 0.02, Poisson(14)),
        (5, 0.3, Binomial(6, 0.25)),
        (5, 0.9, Binomial(6, 0.75)),
        (700, 0.5, Binomial(701, 0.5)),
        (700, 0.99, Binomial(2000, 0.3)),
        (700, 0.6, Binomial(5000, 0.1)),
        (30, 0.5, Binomial(10**6, 1e-5)),
    ],
)
def test_kl_of_binomials_is_the_sum_of_its_definition(n: int, p: float, q: Any) -> None:
    with mpmath.workdps(40):
        expected = binomial_by_definition(n, p, q)
    assert kl(Binomial(n, p), q) == close(expected, rel=1e-12)


def test_kl_of_rare_successes_from_poisson_is_p_squared_over_4() -> None:
    for p in (1e-3, 1e-6, 1e-9):
        for n in (100, 10**6, 10**12):
            series = p * p / 4 + p**3 / 6
            assert kl(Binomial(n, p), Poisson(n * p)) == pytest.approx(series, rel=20 / n + p)


CROSSED: list[tuple[Any, Any]] = [
    (Gamma(3.5, 2.0), LogNormal(0.3, 1.0)),
    (LogNormal(0.3, 0.7), Gamma(3.5, 2.0)),
    (LogNormal(0.3, 0.7), Normal(1, 2)),
    (Gamma(0.4, 0.2), Normal(1, 2)),
    (Beta(0.4, 3), Normal(0.2, 1)),
    (Beta(0.4, 3), Gamma(0.5, 2)),
    (Beta(0.4, 3), LogNormal(-2, 1.5)),
    (Beta(4, 3), Uniform(-1, 2)),
    (Uniform(0.9, 1.0), Beta(5, 0.5)),
    (Uniform(2.0, 2.1), Gamma(4, 2)),
]


@pytest.mark.parametrize(("p", "q"), CROSSED, ids=repr)
def test_pairs_of_two_families_agree_with_draws(p: Any, q: Any) -> None:
    found = monte_carlo_kl(p, q, np.random.default_rng(44), 100_000)
    assert abs(found.estimate - kl(p, q)) <= 5 * found.standard_error


SHAPES = st.floats(1e-2, 1e6)


@settings(max_examples=60)
@given(st.lists(st.tuples(SHAPES, SHAPES), min_size=2, max_size=6))
def test_kl_of_shares_is_at_least_0_and_is_not_changed_by_order(
    pairs: list[tuple[float, float]],
) -> None:
    c, d = np.array(pairs).T
    found = kl(Dirichlet(c), Dirichlet(d))
    assert found >= 0
    assert kl(Dirichlet(c), Dirichlet(c)) == 0
    assert kl(Dirichlet(c[::-1]), Dirichlet(d[::-1])) == close(found, rel=1e-11)


def test_batches_of_pairs_are_bit_for_bit_as_row_by_row() -> None:
    rng = np.random.default_rng(45)
    a, b, c, d = 10 ** rng.uniform(-2, 4, (4, 50))
    n, m = rng.integers(1, 3000, (2, 50))
    p = rng.random(50)
    for first, second in (
        (Gamma(a, b), Gamma(c, d)),
        (Beta(a, b), Beta(c, d)),
        (Binomial(n, p), Binomial(n + m, 0.3)),
        (Binomial(n, p), Poisson(a)),
    ):
        rows = [
            kl(
                *(
                    type(f)(
                        **{k: v[i] for k, v in vars(f).items() if np.ndim(v)}
                        | {k: v for k, v in vars(f).items() if not np.ndim(v)}
                    )
                    for f in (first, second)
                )
            )
            for i in range(50)
        ]
        assert kl(first, second).tolist() == rows
