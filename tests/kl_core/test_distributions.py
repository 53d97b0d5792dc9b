import copy
import math
import pickle
import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy import stats

from kl_core.distributions import (
    Bernoulli,
    Beta,
    Binomial,
    Categorical,
    Contaminated,
    Dirichlet,
    Exponential,
    Family,
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
from kl_core.distributions.kl_registry import kl
from kl_core.monte_carlo import monte_carlo_kl
from kl_core.projection import information_projection, moment_projection

pytestmark = pytest.mark.filterwarnings("error")

NAN, INF = math.nan, math.inf
COV = [[2.0, 0.6], [0.6, 1.0]]
WEIGHTS, MEANS, STDS = [0.2, 0.0, 0.8], [-2.0, 7.0, 1.0], [0.5, 1.0, 2.0]

# Each beside what SciPy makes of the same parameters.
ON_COUNTS: list[tuple[Family, Any]] = [
    (Bernoulli(0.3), stats.bernoulli(0.3)),
    (Bernoulli(0), stats.bernoulli(0)),
    (Bernoulli(1), stats.bernoulli(1)),
    (Categorical([0.2, 0.0, 0.8]), stats.rv_discrete(values=([0, 1, 2], [0.2, 0.0, 0.8]))),
    (Poisson(0.4), stats.poisson(0.4)),
    (Poisson(3.7), stats.poisson(3.7)),
    (Poisson(90.0), stats.poisson(90.0)),
    (Geometric(0.3), stats.geom(0.3)),
    (Geometric(1), stats.geom(1)),
    (Poisson(0), stats.poisson(0)),
    (Binomial(7, 0.3), stats.binom(7, 0.3)),
    (Binomial(120, 0.9), stats.binom(120, 0.9)),
    (Binomial(0, 0.3), stats.binom(0, 0.3)),
    (Binomial(3, 0), stats.binom(3, 0)),
    (Binomial(3, 1), stats.binom(3, 1)),
]
ON_THE_LINE: list[tuple[Family, Any]] = [
    (Normal(1, 2), stats.norm(1, 2)),
    (Laplace(-1, 0.5), stats.laplace(-1, 0.5)),
    (StudentT(9, 1, 2), stats.t(9, 1, 2)),
    (Exponential(0.7), stats.expon(scale=1 / 0.7)),
    (Uniform(-1, 2), stats.uniform(-1, 3)),
    (Gamma(0.3, 2), stats.gamma(0.3, scale=0.5)),
    (Gamma(1, 2), stats.gamma(1, scale=0.5)),
    (Gamma(40, 30), stats.gamma(40, scale=1 / 30)),
    (LogNormal(0.2, 0.6), stats.lognorm(0.6, scale=math.exp(0.2))),
    (Beta(0.4, 0.7), stats.beta(0.4, 0.7)),
    (Beta(2.5, 0.7), stats.beta(2.5, 0.7)),
    (Beta(30, 12), stats.beta(30, 12)),
]
ALL = [*ON_COUNTS, *ON_THE_LINE]
SINGLE = [family for family, _ in ALL] + [
    NormalMixture(WEIGHTS, MEANS, STDS),
    MultivariateNormal([1, -1], COV),
    Dirichlet([0.5, 2, 7]),
]


def rng(seed: int = 20) -> np.random.Generator:
    return np.random.default_rng(seed)


def name(value: Any) -> str:
    return repr(value) if isinstance(value, Family) else ""


@pytest.mark.parametrize(("family", "oracle"), ON_COUNTS, ids=name)
def test_log_prob_of_counts_agrees_with_scipy(family: Family, oracle: Any) -> None:
    x = np.arange(130)
    with np.errstate(divide="ignore"):  # SciPy's own log of 0
        expected = oracle.logpmf(x)
    np.testing.assert_allclose(family.log_prob(x), expected, rtol=1e-12, atol=2e-13)
    assert np.all(np.isneginf(family.log_prob([-1, -0.5, 0.5, 1.5, 1e9 + 0.5, INF, -INF])))


@pytest.mark.parametrize(("family", "oracle"), ON_THE_LINE, ids=name)
def test_log_density_on_the_line_agrees_with_scipy(family: Family, oracle: Any) -> None:
    x = np.concatenate([np.linspace(-9, 9, 73), [-1, 2, 0, 1e-300, 300, -300]])
    np.testing.assert_allclose(family.log_prob(x), oracle.logpdf(x), rtol=1e-13, atol=1e-14)
    assert np.all(np.isneginf(family.log_prob([INF, -INF])))


def test_log_density_of_a_mixture_agrees_with_the_sum_of_its_parts() -> None:
    x = np.linspace(-30, 30, 61)
    parts = [w * stats.norm(m, s).pdf(x) for w, m, s in zip(WEIGHTS, MEANS, STDS, strict=True)]
    found = NormalMixture(WEIGHTS, MEANS, STDS).log_prob(x)
    np.testing.assert_allclose(found, np.log(np.sum(parts, axis=0)), rtol=1e-13)


def test_log_density_of_a_mixture_is_finite_where_its_density_is_too_small_for_a_float() -> None:
    # ½ exp(−50²/2) / √(2π), beside which the other component is nothing
    expected = math.log(0.5) - 1250 - math.log(2 * math.pi) / 2
    assert NormalMixture([0.5, 0.5], [0, 200], [1, 1]).log_prob(-50) == pytest.approx(expected)
    assert NormalMixture([0.5, 0.5], [0, 200], [1, 1]).log_prob(INF) == -INF


def test_log_density_of_vectors_agrees_with_scipy() -> None:
    x = rng().normal(size=(40, 2)) * 5
    found = MultivariateNormal([1, -1], COV).log_prob(x)
    expected = stats.multivariate_normal([1, -1], COV).logpdf(x)
    np.testing.assert_allclose(found, expected, rtol=1e-13)
    far = MultivariateNormal([1, -1], COV).log_prob([[INF, INF], [0, -INF], [1e308, -1e308]])
    assert np.all(np.isneginf(far))


@pytest.mark.parametrize(
    ("rate", "x"),
    [(1e6, 1000123), (1e15, 1e15 + 3e7), (16, 16), (3, 15), (1e-9, 2), (1e300, 1e300)],
)
def test_log_prob_of_large_counts_keeps_its_digits(rate: float, x: float) -> None:
    with mpmath.workdps(340):
        r, n = mpmath.mpf(rate), mpmath.mpf(x)
        expected = float(n * mpmath.log(r) - r - mpmath.loggamma(n + 1))
    assert Poisson(rate).log_prob(x) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("df", [1e-3, 0.3, 1, 31.9, 32, 50, 1e6, 1e15])
@pytest.mark.parametrize("x", [0, 1e-9, 0.7, -40, 1e9, 1e200])
def test_log_density_of_students_t_keeps_its_digits_for_any_df(df: float, x: float) -> None:
    with mpmath.workdps(60):
        a, z = mpmath.mpf(df), mpmath.mpf(x) / 2
        height = (
            mpmath.loggamma((a + 1) / 2) - mpmath.loggamma(a / 2) - mpmath.log(mpmath.pi * a) / 2
        )
        expected = float(height - mpmath.log(2) - (a + 1) / 2 * mpmath.log1p(z * z / a))
    assert StudentT(df, 0, 2).log_prob(x) == pytest.approx(expected, rel=1e-13, abs=1e-14)


def test_students_t_of_one_df_is_cauchys_and_of_very_many_the_normal() -> None:
    x = np.linspace(-5, 5, 11)
    np.testing.assert_allclose(StudentT(1, 0, 1).log_prob(x), stats.cauchy.logpdf(x), rtol=1e-13)
    np.testing.assert_allclose(
        StudentT(1e300, 0, 1).log_prob(x), Normal(0, 1).log_prob(x), rtol=1e-13
    )


def test_log_prob_is_finite_without_a_warning_up_to_the_largest_floats() -> None:
    assert Normal(1e308, 1e308).log_prob(-1e308) == pytest.approx(
        -2 - 308 * math.log(10) - math.log(2 * math.pi) / 2
    )
    assert Normal(0, 1).log_prob(1e200) == -INF  # −10⁴⁰⁰ / 2
    assert Laplace(1e308, 1e308).log_prob(-1e308) == pytest.approx(
        -2 - 308 * math.log(10) - math.log(2)
    )
    assert StudentT(1, 0, 1).log_prob(-1e308) == pytest.approx(
        -2 * 308 * math.log(10) - math.log(math.pi)
    )
    assert Exponential(1e-310).log_prob(1e308) == pytest.approx(-310 * math.log(10) - 0.01)
    assert Geometric(1e-300).log_prob(1e300) == pytest.approx(-300 * math.log(10) - 1)
    assert Geometric(0.999).log_prob(1e308) == -INF
    assert Poisson(1e-300).log_prob(1e300) == pytest.approx(-1e300 * (600 * math.log(10) - 1))


@pytest.mark.parametrize(("family", "oracle"), ALL, ids=name)
def test_sample_means_and_variances_are_within_5_standard_errors(
    family: Family, oracle: Any
) -> None:
    n = 40_000
    draws = family.sample(rng(), n)
    assert draws.shape == (n,)
    mean, variance, fourth = _central_moments(family, oracle)
    assert abs(draws.mean() - mean) <= 5 * math.sqrt(variance / n)
    spread = math.sqrt((fourth - variance**2) / n)
    assert abs(np.mean((draws - mean) ** 2) - variance) <= 5 * spread


def _central_moments(family: Family, oracle: Any) -> tuple[float, float, float]:
    if family.outcomes == "counts":
        x = np.arange(1000)
        p = oracle.pmf(x)
        mean = p @ x
        return mean, p @ (x - mean) ** 2, p @ (x - mean) ** 4
    mean, variance, excess = oracle.stats("mvk")
    return mean, variance, (excess + 3) * variance**2


@pytest.mark.parametrize(("family", "oracle"), ON_COUNTS, ids=name)
def test_counts_are_drawn_as_often_as_their_probabilities_say(family: Family, oracle: Any) -> None:
    n = 40_000
    draws = family.sample(rng(), n)
    assert draws.dtype == np.int64
    for x in range(12):
        p = float(oracle.pmf(x))
        assert abs(np.mean(draws == x) - p) <= 5 * math.sqrt(p * (1 - p) / n)
    assert np.all(np.isfinite(family.log_prob(draws)))


@pytest.mark.parametrize(("family", "oracle"), ON_THE_LINE, ids=name)
def test_draws_on_the_line_follow_the_distribution_function(family: Family, oracle: Any) -> None:
    assert stats.kstest(family.sample(rng(), 20_000), oracle.cdf).pvalue > 1e-5


def test_a_mixture_is_drawn_from_each_component_by_its_weight() -> None:
    draws = NormalMixture(WEIGHTS, MEANS, STDS).sample(rng(), 20_000)
    parts = [stats.norm(m, s).cdf for m, s in zip(MEANS, STDS, strict=True)]

    def cdf(x: np.ndarray) -> np.ndarray:
        return sum(w * part(x) for w, part in zip(WEIGHTS, parts, strict=True))

    assert stats.kstest(draws, cdf).pvalue > 1e-5


MIXTURES = NormalMixture(
    [[0.2, 0.0, 0.8], [1, 0, 0]], [[[-2, 7, 1]], [[0, 1, 2]], [[-5, 0, 5]]], [0.5, 1, 2]
)


def test_a_batch_of_mixtures_is_so_many_mixtures() -> None:
    assert MIXTURES.batch_shape == (3, 2)
    assert MIXTURES.support.low.shape == (3, 2)
    draws = MIXTURES.sample(rng(), 7)
    assert draws.shape == (7, 3, 2)
    found = np.asarray(MIXTURES.log_prob(draws))
    for index in np.ndindex(3, 2):
        parts = (MIXTURES.weights[index], MIXTURES.means[index], MIXTURES.stds[index])
        single = NormalMixture(*parts)
        assert found[:, *index].tolist() == single.log_prob(draws[:, *index]).tolist()
        many = MIXTURES.sample(rng(), 4_000)[:, *index]
        assert stats.kstest(many, mixture_cdf(*parts)).pvalue > 1e-5


def mixture_cdf(weights: Any, means: Any, stds: Any) -> Any:
    return lambda x: stats.norm(means, stds).cdf(x[:, None]) @ weights


def test_batches_of_mixtures_are_equal_by_value_and_are_copied_whole() -> None:
    same = NormalMixture(MIXTURES.weights, MIXTURES.means, MIXTURES.stds)
    assert same == MIXTURES
    assert hash(same) == hash(MIXTURES)
    assert NormalMixture([1], [0], [1]) != NormalMixture([[1]], [0], [1])
    copied = pickle.loads(pickle.dumps(MIXTURES))
    assert copied == MIXTURES
    assert not any(array.flags.writeable for array in vars(copied).values())
    none = NormalMixture(np.ones((0, 1)), [0], [1])
    assert none.batch_shape == none.log_prob(1).shape == (0,)
    assert none.sample(rng(), 5).shape == (5, 0)


def test_a_batch_of_mixtures_is_no_target_of_a_projection() -> None:
    for project in (moment_projection, information_projection):
        with pytest.raises(ValueError, match=r"^p must be one mixture, not a batch; its batch is"):
            project(MIXTURES)


def test_vectors_are_drawn_with_their_mean_and_covariance() -> None:
    n = 40_000
    draws = MultivariateNormal([1, -1], COV).sample(rng(), n)
    cov = np.array(COV)
    assert np.all(abs(draws.mean(axis=0) - [1, -1]) <= 5 * np.sqrt(np.diag(cov) / n))
    spread = np.sqrt((np.outer(np.diag(cov), np.diag(cov)) + cov**2) / n)
    assert np.all(abs(np.cov(draws.T) - cov) <= 5 * spread)


BATCHES: list[tuple[Family, tuple[int, ...]]] = [
    (Normal([[0], [5]], [1, 2, 3]), (2, 3)),
    (Laplace([0, 1], 2), (2,)),
    (StudentT([[3], [50]], [0, 1], 2), (2, 2)),
    (Exponential([[1], [2]]), (2, 1)),
    (Uniform(0, [1, 2, 3]), (3,)),
    (Bernoulli([0.0, 0.5, 1.0]), (3,)),
    (Categorical([[0.5, 0.5, 0], [0, 0, 1]]), (2,)),
    (Poisson([1, 9]), (2,)),
    (Geometric([1, 0.1]), (2,)),
    (Binomial([[4], [0]], [0, 0.3, 1]), (2, 3)),
    (Gamma([[0.2], [30]], [1, 2]), (2, 2)),
    (LogNormal(0, [1, 2]), (2,)),
    (Beta([0.3, 5], [[2], [70]]), (2, 2)),
]


@pytest.mark.parametrize(("family", "shape"), BATCHES, ids=name)
def test_a_batch_is_so_many_single_distributions(family: Family, shape: tuple[int, ...]) -> None:
    assert family.batch_shape == shape
    draws = family.sample(rng(), 7)
    assert draws.shape == (7, *shape)
    found = np.asarray(family.log_prob(draws))
    assert found.shape == (7, *shape)
    for index in np.ndindex(shape):
        parameters = {
            field: value[index] for field, value in vars(family).items() if np.ndim(value)
        }
        single = type(family)(**parameters)
        np.testing.assert_allclose(found[:, *index], single.log_prob(draws[:, *index]), rtol=1e-14)


def test_a_batch_of_vectors_is_so_many_single_distributions() -> None:
    family = MultivariateNormal([[[0, 1]], [[2, 3]]], [COV, np.eye(2), np.eye(2) * 9])
    assert family.batch_shape == (2, 3)
    draws = family.sample(rng(), 5)
    assert draws.shape == (5, 2, 3, 2)
    found = np.asarray(family.log_prob(draws))
    for index in np.ndindex(2, 3):
        oracle = stats.multivariate_normal(family.mean[index], family.cov[index])
        np.testing.assert_allclose(found[:, *index], oracle.logpdf(draws[:, *index]), rtol=1e-13)


def test_x_broadcasts_against_the_batch() -> None:
    x = np.arange(4)[:, None]
    expected = [[stats.poisson(r).logpmf(i) for r in (1, 2, 3)] for i in range(4)]
    np.testing.assert_allclose(Poisson([1, 2, 3]).log_prob(x), expected, rtol=1e-13)
    rows = Categorical([[0.5, 0.5], [0.25, 0.75]]).log_prob([[0], [1], [2]])
    np.testing.assert_allclose(np.exp(rows), [[0.5, 0.25], [0.5, 0.75], [0, 0]])


@pytest.mark.parametrize("family", SINGLE, ids=name)
def test_no_points_have_no_log_probabilities(family: Family) -> None:
    x = family.sample(rng(), 1)[:0]
    assert np.shape(family.log_prob(x)) == (0,)


@pytest.mark.parametrize("family", SINGLE, ids=name)
def test_one_distribution_gives_a_numpy_number_for_one_x(family: Family) -> None:
    x = family.sample(rng(), 1)[0]
    assert family.batch_shape == ()
    assert type(family.log_prob(x)) is np.float64


@pytest.mark.parametrize("family", SINGLE, ids=name)
def test_the_same_seed_gives_the_same_draws(family: Family) -> None:
    np.testing.assert_array_equal(family.sample(rng(), 9), family.sample(rng(), 9))


def test_equality_is_by_value() -> None:
    assert Normal(0, 1) == Normal(0.0, 1.0)
    assert Normal([0, 1], 1) == Normal(np.array([0.0, 1.0]), [1, 1])
    assert Normal(0, 1) != Normal(0, 2)
    assert Normal(0, 1) != Normal([0], [1])
    assert Normal(0, 1) != Laplace(0, 1)
    assert Normal(0, 1) != (0, 1)
    assert Categorical([0.5, 0.5]) == Categorical((0.5, 0.5))
    assert MultivariateNormal([0, 0], COV) == MultivariateNormal((0, 0), np.array(COV))
    assert MultivariateNormal([0, 0], COV) != MultivariateNormal([0, 0], np.eye(2))


def test_equals_hash_equally_also_with_a_negative_zero() -> None:
    families = {Normal(0, 1), Normal(-0.0, 1.0), Normal([0.0], 1), Normal([-0.0], [1])}
    assert families == {Normal(0, 1), Normal([0], [1])}


@pytest.mark.parametrize("family", SINGLE, ids=name)
def test_copies_are_equal(family: Family) -> None:
    for copied in (copy.copy(family), copy.deepcopy(family), pickle.loads(pickle.dumps(family))):
        assert copied == family
        assert hash(copied) == hash(family)
        assert repr(copied) == repr(family)


@pytest.mark.parametrize(
    "family",
    [
        Categorical(np.full(10, 0.1, np.float32)),
        Normal([0, 1], 1),
        MultivariateNormal([1, -1], COV),
    ],
)
def test_copies_are_kept_read_only(family: Family) -> None:
    for copied in (copy.copy(family), copy.deepcopy(family), pickle.loads(pickle.dumps(family))):
        assert copied == family
        assert not any(array.flags.writeable for array in vars(copied).values())


def test_numbers_are_kept_as_floats_and_arrays_read_only() -> None:
    assert repr(Normal(0, 1)) == "Normal(mean=0.0, std=1.0)"
    means = np.array([0.0, 1.0])
    family = Normal(means, np.float32(2))
    means[0] = 9
    assert family.mean.tolist() == [0, 1]
    assert family.std.tolist() == [2, 2]
    assert family.mean.dtype == family.std.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        family.mean[0] = 9
    with pytest.raises(FrozenInstanceError):
        family.mean = 9


def test_a_covariance_that_rounding_made_asymmetric_is_read_by_its_lower_half() -> None:
    cov = np.array([[1.0, 0.5 + 1e-15], [0.5, 1.0]])
    assert MultivariateNormal([0, 0], cov).cov.tolist() == [[1, 0.5], [0.5, 1]]


def singular_covariances(d: int) -> dict[str, np.ndarray]:
    """Of d coordinates that are enough, and one more."""
    normal = rng(d).normal
    x, shares = normal(size=(200, d)), rng(d).gamma(2, size=(200, d + 1))
    common = x + 20 * normal(size=(200, 1))
    return {
        "repeated": np.cov(np.c_[x, x[:, 0]].T),
        "collinear": np.cov(np.c_[x, x @ normal(size=d)].T),
        "first of all": np.cov(np.c_[x.sum(axis=1), x].T),
        "in units of their own": np.cov((np.c_[x, x.sum(axis=1)] * 10.0 ** np.arange(d + 1)).T),
        "correlated": np.cov(np.c_[common, common @ normal(size=d)].T),
        "percentages": np.cov(100 * shares.T / shares.sum(axis=1)),
        "too few samples": np.cov(normal(size=(d, d + 1)).T),
        "float32": np.cov(np.c_[x, x.sum(axis=1)].T.astype(np.float32), dtype=np.float32),
    }


def test_singular_covariances_never_pass_by_rounding() -> None:
    for d in (2, 3, 4, 5, 7, 10, 20, 30, 50, 80):
        for kind, cov in singular_covariances(d).items():
            with pytest.raises(ValueError, match=r"^cov must be positive definite; "):
                pytest.fail(f"{kind}: {MultivariateNormal(np.zeros(d + 1), cov)}")


def test_a_covariance_that_rounding_alone_made_positive_definite_is_named() -> None:
    near = [[1, 1], [1, 1 + 2.0**-51]]  # Cholesky leaves 2⁻⁵¹ of the second variance
    with pytest.raises(ValueError, match="positive definite") as caught:
        MultivariateNormal([0, 0], [np.eye(2), near])
    rule, came = str(caught.value).split("; ")
    assert rule == "cov must be positive definite"
    text = "row 1 is singular to rounding: the least eigenvalue of its correlations is "
    assert came.startswith(text)
    assert abs(float(came.removeprefix(text)[:-1])) < 1e-15


def test_covariances_near_to_singular_are_kept() -> None:
    assert MultivariateNormal([0, 0], [[1, 1 - 1e-14], [1 - 1e-14, 1]]).batch_shape == ()
    hilbert = 1 / (np.arange(11)[:, None] + np.arange(11) + 1)
    assert MultivariateNormal(np.zeros(11), hilbert).batch_shape == ()
    scales = np.array([1e-150, 1.0, 1e150])
    assert MultivariateNormal(np.zeros(3), np.diag(scales**2)).batch_shape == ()


def test_a_covariance_may_be_asymmetric_by_the_rounding_of_its_type() -> None:
    for d in (2, 5, 20):
        for seed in range(100):
            a = rng(seed).normal(size=(d, 3 * d)).astype(np.float32)
            cov = a @ np.diag(rng(seed).gamma(2, size=3 * d)).astype(np.float32) @ a.T
            mean = np.zeros(d)
            exact = a.astype(np.float64) @ np.diag(rng(seed).gamma(2, size=3 * d)) @ a.T
            family = MultivariateNormal(mean, cov)
            assert kl(family, MultivariateNormal(mean, exact)) < 1e-7
    cov = np.array([[1, 0.5], [0.5 + 1e-6, 1]])
    assert MultivariateNormal([0, 0], cov.astype(np.float32)).batch_shape == ()
    assert MultivariateNormal([0, 0], (cov + 1e-4).astype(np.float16)).batch_shape == ()
    with pytest.raises(ValueError, match="symmetric"):
        MultivariateNormal([0, 0], cov)
    with pytest.raises(ValueError, match="symmetric"):
        MultivariateNormal([0, 0], np.array([[1, 0.5], [0.51, 1]], np.float32))


WITH_COUNTS = [
    Bernoulli([0, 0.3, 1]),
    Categorical([[0, 0.5, 0, 0.5], [1, 0, 0, 0]]),
    Poisson([0.1, 7]),
    Geometric([1, 0.3]),
    Poisson([0, 1]),
    Binomial([3, 3, 3, 0], [0, 0.3, 1, 0.3]),
]


@pytest.mark.parametrize("family", WITH_COUNTS, ids=lambda family: type(family).__name__)
def test_the_support_is_where_a_count_has_a_probability(family: Any) -> None:
    x = np.arange(9)[:, None]
    expected = family.log_prob(x) > -INF
    assert family.support.first(9).T.tolist() == expected.tolist()
    assert (family.support.high >= 99).tolist() == (family.log_prob(99) > -INF).tolist()


WITH_INTERVALS = [
    Normal([0, 1], 1),
    Laplace(0, [1, 2]),
    Exponential([1, 2]),
    Uniform([0, -1], [1, 5]),
    Gamma([2, 1], 1),
    LogNormal([0, 1], 1),
    Beta([2, 1], 1),
    StudentT([1, 2], 0, 1),
    NormalMixture([0.5, 0.5], [0, 1], [1, 1]),
    Contaminated(Normal([0, 1], 1), Laplace(0, 1), 0.1),
]


@pytest.mark.parametrize("family", WITH_INTERVALS, ids=lambda family: type(family).__name__)
def test_the_support_is_the_interval_where_there_is_a_density(family: Any) -> None:
    low, high = family.support.low, family.support.high
    assert low.shape == high.shape == family.batch_shape
    inside = np.clip(np.linspace(-30, 30, 9)[:, None], low + 1e-9, high - 1e-9)
    assert np.all(family.log_prob(inside) > -INF)
    for outside in (low - 1e-9, high + 1e-9):
        assert np.all(family.log_prob(outside) == -INF)


class Half(Family):
    """A family that does not say where it has mass."""

    outcomes = "line"
    batch_shape = ()  # type: ignore[assignment]

    def log_prob(self, x: Any) -> Any:
        return np.where(np.asarray(x) >= 0, Exponential(1).log_prob(x), -INF)

    def sample(self, rng: np.random.Generator, n: int) -> Any:
        return Exponential(1).sample(rng, n)


def test_a_family_that_does_not_say_where_it_has_mass_leaves_it_to_the_draws() -> None:
    assert Half().support is None
    same = monte_carlo_kl(Exponential(1), Half(), rng(), 100)
    assert (same.estimate, same.standard_error) == (0, 0)
    assert monte_carlo_kl(Normal(0, 1), Half(), rng(), 100).estimate == INF
    assert monte_carlo_kl(Poisson(1), Half(), rng(), 100).estimate == INF
    with pytest.raises(NotImplementedError, match="kl has no formula for Normal and Half"):
        kl(Normal(0, 1), Half())


def test_probabilities_in_float32_may_be_off_as_float32_is() -> None:
    p = np.full(10, 0.1, np.float32)
    assert Categorical(p).p.dtype == np.float64
    assert set(Categorical(p).sample(rng(), 500)) == set(range(10))


def test_an_outcome_of_probability_0_is_never_drawn() -> None:
    draws = Categorical([[0, 0.5, 0, 0.5, 0], [0, 0, 1, 0, 0]]).sample(rng(), 20_000)
    assert set(draws[:, 0]) == {1, 3}
    assert set(draws[:, 1]) == {2}


WRONG_TYPES: dict[str, Callable[[], Any]] = {
    "mean must be an array of real numbers; its type is <U1.": lambda: Normal("0", 1),
    "x must be an array of real numbers; got a NoneType.": (
        lambda: Categorical([1]).log_prob(None)
    ),
    "n must be an integer of at least 1; got 2.0.": lambda: Categorical([1]).sample(rng(), 2.0),
    "n must be an integer of at least 1; got None.": lambda: Uniform(0, 1).sample(rng(), None),
    "rng must be a Generator, as numpy.random.default_rng gives; got 7.": (
        lambda: MultivariateNormal([0, 0], COV).sample(7, 1)
    ),
}
REFUSED: dict[str, Callable[[], Any]] = {
    "std must be above 0; it is -1.": lambda: Normal(0, -1),
    "std must be above 0; it is 0.": lambda: Normal(0, 0),
    "std must be above 0; row 2 is -0.5.": lambda: Normal(0, [1, 2, -0.5]),
    "std must be above 0; row (1, 0) is 0.": lambda: Normal(0, [[1, 2], [0, 1]]),
    "std must be finite; it is inf.": lambda: Normal(0, INF),
    "mean must be finite; it is nan.": lambda: Normal(NAN, 1),
    "mean must be finite; row 1 is -inf.": lambda: Normal([0, -INF], 1),
    "p must not be empty; its shape is (2, 0).": lambda: Categorical(np.empty((2, 0))),
    "mean must be an array of numbers; its rows differ.": lambda: Normal([[1], [1, 2]], 1),
    "mean and std must broadcast; mean is (2,), std is (3,).": lambda: Normal([0, 1], [1, 2, 3]),
    "scale must be above 0; it is 0.": lambda: Laplace(0, 0),
    "loc must be finite; it is inf.": lambda: Laplace(INF, 1),
    "df must be above 0; row 1 is 0.": lambda: StudentT([1, 0], 0, 1),
    "df must be finite; it is inf.": lambda: StudentT(INF, 0, 1),
    "df and loc and scale must broadcast; df is (2,), loc is (), scale is (3,).": (
        lambda: StudentT([1, 2], 0, [1, 2, 3])
    ),
    "rate must be above 0; it is -2.": lambda: Exponential(-2),
    "rate must be above 0; row 1 is 0.": lambda: Exponential([1, 0]),
    "rate must not be negative; row 1 is -1.": lambda: Poisson([1, -1]),
    "shape must be above 0; it is 0.": lambda: Gamma(0, 1),
    "rate must be above 0; it is -1.": lambda: Gamma(1, -1),
    "std must be above 0; row 0 is 0.": lambda: LogNormal(1, [0, 1]),
    "alpha must be above 0; it is 0.": lambda: Beta(0, 1),
    "beta must be finite; it is inf.": lambda: Beta(1, INF),
    "alpha must have a finite sum with beta; it is 1e+308, and beta is 1e+308.": (
        lambda: Beta(1e308, 1e308)
    ),
    "n must be a whole number from 0 to 2**53; it is 2.5.": lambda: Binomial(2.5, 0.5),
    "n must be a whole number from 0 to 2**53; row 1 is -1.": lambda: Binomial([0, -1], 0.5),
    "n must be a whole number from 0 to 2**53; it is 1e+16.": lambda: Binomial(1e16, 0.5),
    "p must be from 0 to 1; it is 1.1.": lambda: Binomial(2, 1.1),
    "n and p must broadcast; n is (2,), p is (3,).": lambda: Binomial([1, 2], [0.1, 0.2, 0.3]),
    "concentration must be above 0; it holds 0.": lambda: Dirichlet([1, 0]),
    "concentration must be finite; row 1 holds nan.": lambda: Dirichlet([[1, 2], [NAN, 1]]),
    "concentration must have a finite sum; it holds 1e+308.": lambda: Dirichlet([1e308, 1e308]),
    "concentration must be shaped (..., k) with k ≥ 2; its shape is (1,).": (
        lambda: Dirichlet([1])
    ),
    "concentration must be at least 1e-300 to be drawn from; it holds 1e-305.": (
        lambda: Dirichlet([1, 1e-305]).sample(rng(), 1)
    ),
    "x and concentration must have equally many shares; x has 2, concentration has 3.": (
        lambda: Dirichlet([1, 1, 1]).log_prob([0.5, 0.5])
    ),
    "x must not be nan; it holds nan.": lambda: Dirichlet([1, 1]).log_prob([0.5, NAN]),
    "low must be below high; it is 2, and high is 1.": lambda: Uniform(2, 1),
    "low must be below high; row 1 is 1, and high is 1.": lambda: Uniform([0, 1], 1),
    "low must be a finite distance below high; it is -1e+308, and high is 1e+308.": (
        lambda: Uniform(-1e308, 1e308)
    ),
    "high must be finite; it is inf.": lambda: Uniform(0, INF),
    "p must be from 0 to 1; it is 1.5.": lambda: Bernoulli(1.5),
    "p must be from 0 to 1; row 1 is -0.1.": lambda: Bernoulli([0.5, -0.1]),
    "p must be above 0 and at most 1; it is 0.": lambda: Geometric(0),
    "p must be above 0 and at most 1; row 1 is 1.1.": lambda: Geometric([1, 1.1]),
    "p must sum to 1 along its last axis; row 1 sums to 0.9.": (
        lambda: Categorical([[0.5, 0.5], [0.5, 0.4]])
    ),
    "p must not be negative; it holds -0.5.": lambda: Categorical([1.5, -0.5]),
    "p must have an axis of outcomes; it is the one number 1.0.": lambda: Categorical(1.0),
    "mean must be shaped (..., d) with d ≥ 1; its shape is ().": (
        lambda: MultivariateNormal(0, [[1]])
    ),
    "cov must be shaped (..., d, d) with d ≥ 1; its shape is (2,).": (
        lambda: MultivariateNormal([0, 0], [1, 1])
    ),
    "mean must be shaped (..., d) and cov (..., d, d); mean is (2,), cov is (2, 3).": (
        lambda: MultivariateNormal([0, 0], np.ones((2, 3)))
    ),
    "cov must be finite; row 1 holds nan.": (
        lambda: MultivariateNormal([0, 0], [np.eye(2), [[1, 0], [NAN, 1]]])
    ),
    "cov must be symmetric; it holds 0.5, and 0.2 opposite it.": (
        lambda: MultivariateNormal([0, 0], [[1, 0.5], [0.2, 1]])
    ),
    "cov must be symmetric; row 1 holds 0, and 0.1 opposite it.": (
        lambda: MultivariateNormal([0, 0], [np.eye(2), [[1, 0], [0.1, 1]]])
    ),
    "cov must be positive definite; it has the least eigenvalue -1.": (
        lambda: MultivariateNormal([0, 0], [[1, 2], [2, 1]])
    ),
    "cov must be positive definite; row 1 has the least eigenvalue 0.": (
        lambda: MultivariateNormal([0, 0], [np.eye(2), np.ones((2, 2))])
    ),
    "the batch of mean and that of cov must broadcast; the batch of mean is (3,), "
    "that of cov is (2,).": lambda: MultivariateNormal(np.zeros((3, 2)), [np.eye(2)] * 2),
    "weights must sum to 1 along its last axis; it sums to 0.9.": (
        lambda: NormalMixture([0.5, 0.4], [0, 1], [1, 1])
    ),
    "stds must be above 0; row 1 is 0.": lambda: NormalMixture([0.5, 0.5], [0, 1], [1, 0]),
    "weights, means and stds must all be shaped (..., k); "
    "weights is (2,), means is (2,), stds is ().": lambda: NormalMixture([0.5, 0.5], [0, 1], 1),
    "weights, means and stds must all be shaped (..., k); "
    "weights is (2,), means is (2, 1), stds is (2,).": (
        lambda: NormalMixture([0.5, 0.5], [[0], [1]], [1, 1])
    ),
    "weights and means and stds must broadcast; "
    "weights is (2, 1), means is (3, 1), stds is (1,).": (
        lambda: NormalMixture([[1], [1]], [[0], [0], [0]], [1])
    ),
    "stds must be above 0; row (1, 0) is 0.": (
        lambda: NormalMixture([0.5, 0.5], [0, 1], [[1, 1], [0, 1]])
    ),
    "x must not be nan; it is nan.": lambda: Normal(0, 1).log_prob(NAN),
    "x must not be nan; row 1 is nan.": lambda: Poisson(1).log_prob([0, NAN]),
    "x must not be nan; row 1 holds nan.": (
        lambda: MultivariateNormal([0, 0], COV).log_prob([[0, 0], [0, NAN]])
    ),
    "x must be shaped (..., d); its shape is (3,), and d is 2.": (
        lambda: MultivariateNormal([0, 0], COV).log_prob([0, 0, 0])
    ),
    "x and the batch must broadcast; x is (3,), the batch is (2,).": (
        lambda: Bernoulli([0.1, 0.2]).log_prob([0, 1, 0])
    ),
    "n must be an integer of at least 1; got 0.": lambda: Normal(0, 1).sample(rng(), 0),
    "rate must be at most 2**62 to be drawn from; it is 1e+30.": (
        lambda: Poisson(1e30).sample(rng(), 1)
    ),
    "p must be at least 2**-56 to be drawn from; row 1 is 1e-300.": (
        lambda: Geometric([0.5, 1e-300]).sample(rng(), 1)
    ),
}


@pytest.mark.parametrize(("message", "call"), (WRONG_TYPES | REFUSED).items())
def test_what_no_distribution_has_is_refused_in_words(
    message: str, call: Callable[[], Any]
) -> None:
    kind = TypeError if message in WRONG_TYPES else ValueError
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
    assert re.fullmatch(r"[^\n]*[^.\n]\.", message)


def test_a_categorical_by_logits_keeps_its_log_probabilities() -> None:
    far = Categorical(logits=[5, -1995, -INF])
    assert far.log_prob([0, 1, 2, 3, 0.5]).tolist() == [0, -2000, -INF, -INF, -INF]
    assert far.p.tolist() == [1, 0, 0]
    assert far.log_p.tolist() == far.logits.tolist() == [0, -2000, -INF]
    assert far.support.present.tolist() == [True, True, False]
    batch = Categorical(logits=[[0, 1], [2, -INF]])
    assert batch.batch_shape == (2,)
    assert batch.log_prob(0).tolist() == [pytest.approx(-math.log1p(math.e)), 0]
    one, other = Categorical(logits=[1000, 0]), Categorical(logits=[0, 1000])
    rng = np.random.default_rng(0)
    assert (one.sample(rng, 9).tolist(), other.sample(rng, 9).tolist()) == ([0] * 9, [1] * 9)
    shares = Categorical(logits=np.log([0.2, 0.3, 0.5])).sample(rng, 40_000)
    np.testing.assert_allclose(np.bincount(shares) / 40_000, [0.2, 0.3, 0.5], atol=0.0125)  # 5 s.e.


def test_categoricals_by_logits_are_equal_as_their_log_probabilities_are() -> None:
    far = Categorical(logits=[0, -2000])
    assert far == Categorical(logits=[5, -1995])
    assert hash(far) == hash(Categorical(logits=[5, -1995]))
    assert far != Categorical(logits=[0, -1999])
    assert far != Categorical([1, 0])
    assert Categorical(logits=[0, -INF]) == Categorical([1, 0])
    assert hash(Categorical(logits=[0, -INF])) == hash(Categorical([1, 0]))
    for one in (far, Categorical([0.5, 0.5])):
        for copied in (pickle.loads(pickle.dumps(one)), copy.deepcopy(one)):
            assert copied == one
            assert copied.log_p.tolist() == one.log_p.tolist()
    assert not pickle.loads(pickle.dumps(far)).logits.flags.writeable
    assert Categorical([0.5, 0.5]).logits is None


def test_a_categorical_is_given_once() -> None:
    with pytest.raises(TypeError, match=r"^p must be given by one of p and logits; got neither"):
        Categorical()
    with pytest.raises(TypeError, match=r"^p must be given by one of p and logits; got both"):
        Categorical([0.5, 0.5], logits=[0, 0])
    with pytest.raises(ValueError, match=r"^logits must be finite or -inf; row 1 holds nan\.$"):
        Categorical(logits=[[0, 0], [math.nan, 0]])
