import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf
from scipy import special, stats

from kl_core import (
    Bernoulli,
    Categorical,
    Contaminated,
    Exponential,
    Family,
    Geometric,
    Integral,
    Laplace,
    MultivariateNormal,
    Normal,
    NormalMixture,
    Poisson,
    StudentT,
    Uniform,
    kl,
    kl_by_quadrature,
)
from kl_core.distributions.panels import GAUSS, KRONROD, NODES, SLOPES
from kl_core.distributions.support import Counts, Interval

pytestmark = pytest.mark.filterwarnings("error")

INF = math.inf


def close(value: Any, rel: float = 1e-12) -> Any:
    return pytest.approx(value, rel=rel, abs=0)


# Densities in mpmath, from their definitions, and points between which they are smooth.


def normal(x: mpf, mean: float, std: float) -> mpf:
    return mpmath.exp(-(((x - mean) / std) ** 2) / 2) / (std * mpmath.sqrt(2 * mpmath.pi))


def students(x: mpf, df: float, loc: float, scale: float) -> mpf:
    a, z = mpf(df), (x - loc) / mpf(scale)
    height = mpmath.gamma((a + 1) / 2) / mpmath.gamma(a / 2) / mpmath.sqrt(a * mpmath.pi) / scale
    return height * (1 + z * z / a) ** (-(a + 1) / 2)


def density(p: Any, x: mpf) -> mpf:
    match p:
        case Normal():
            return normal(x, p.mean, p.std)
        case Laplace():
            return mpmath.exp(-abs(x - p.loc) / p.scale) / (2 * mpf(p.scale))
        case StudentT():
            return students(x, p.df, p.loc, p.scale)
        case Exponential():
            return p.rate * mpmath.exp(-p.rate * x) if x >= 0 else mpf(0)
        case Uniform():
            return 1 / mpf(p.width) if p.low <= x <= p.high else mpf(0)
        case NormalMixture():
            parts = zip(*(v.tolist() for v in (p.weights, p.means, p.stds)), strict=True)
            return mpmath.fsum(w * normal(x, m, s) for w, m, s in parts)
        case Contaminated():
            other = density(p.outliers, x)
            return (1 - mpf(p.share)) * density(p.core, x) + mpf(p.share) * other
    raise TypeError(p)


def marks(p: Any) -> list[float]:
    match p:
        case Normal():
            return [p.mean + k * p.std for k in (-12, -6, -2, 0, 2, 6, 12)]
        case Laplace() | StudentT():
            return [p.loc + k * p.scale for k in (-1e4, -60, -9, -2, 0, 2, 9, 60, 1e4)]
        case Exponential():
            return [0, 2 / p.rate, 20 / p.rate, 90 / p.rate]
        case Uniform():
            return [p.low, p.high]
        case NormalMixture():
            return [x for m, s in zip(p.means, p.stds, strict=True) for x in marks(Normal(m, s))]
    return [*marks(p.core), *marks(p.outliers)]


def by_definition(p: Any, q: Any) -> float:
    """∫ p·log(p / q) to 30 digits."""

    def term(x: mpf) -> mpf:
        one = density(p, x)
        return one * mpmath.log(one / density(q, x)) if one > 0 else mpf(0)

    with mpmath.workdps(30):
        low, high = float(p.support.low), float(p.support.high)
        inside = sorted({x for x in [0.0, *marks(p), *marks(q)] if low < x < high})
        return float(mpmath.quad(term, [low, *inside, high]))


HILLS = NormalMixture([0.3, 0.7], [-2, 2], [0.5, 1])
NEEDLE = NormalMixture([0.5, 0.5], [0, 3], [1, 1e-8])
SPOILT = Contaminated(Normal(0, 1), Normal(0, 10), 0.1)
# Each beside what `by_definition` makes of it.
WITHOUT_A_FORMULA: list[tuple[Any, Any, float]] = [
    (HILLS, Normal(0, 2), 0.3986493200369848),
    (Normal(0, 2), HILLS, 0.8135638823302606),
    (HILLS, NormalMixture([0.5, 0.2, 0.3], [-3, 0, 2], [1, 0.1, 2]), 0.836196130147589),
    (NormalMixture([0.5, 0.5], [-50, 50], [1, 1]), HILLS, 1251.6635277633789),
    (
        Normal(1, 10),
        NormalMixture([0.5, 0.5], [-50, 50], [1, 1]),
        897.4545779228273,
    ),  # log q has a kink at 0
    (NEEDLE, Normal(0, 1), 10.517193196318386),
    (Normal(0, 1), NEEDLE, 0.6931471713681517),
    (NEEDLE, NormalMixture([0.4, 0.6], [0, 3], [1, 2e-8]), 0.1794845833369043),
    (StudentT(3, 0, 1), Normal(0, 1), 0.6454609613413818),
    (StudentT(2.5, 1, 2), Normal(0, 3), 0.6433102374035823),
    (StudentT(1.5, 0, 1), Laplace(1, 2), 0.4107217781416559),
    (StudentT(4, 0, 1), StudentT(3, 1, 2), 0.37749687465734516),
    (Laplace(0, 1), StudentT(3, 1, 2), 0.3754891502992086),
    (Normal(0, 1), StudentT(0.5, 0, 0.1), 0.7392669637601083),
    (SPOILT, Normal(0, 3), 0.7503226616280025),
    (SPOILT, Contaminated(Laplace(0, 1), StudentT(2, 0, 5), 0.2), 0.07845698602323438),
    (Contaminated(Normal(0, 1e-3), StudentT(3, 5, 1), 0.5), HILLS, 6.424786322280788),
    (Uniform(-1, 2), StudentT(1, 0, 1), 0.6118231864516984),
    (Uniform(1, 1.5), SPOILT, 2.4846991528113223),
    (Exponential(2), HILLS, 2.218413711045063),
    (Exponential(1), StudentT(2, 0, 1), 0.7254400889801262),
    (
        NormalMixture([1], [1e8], [1]),
        Laplace(1e8, 1),
        0.07209320815813793,
    ),  # where x has 8 digits of x − mean
]


@pytest.mark.parametrize(("p", "q", "expected"), WITHOUT_A_FORMULA, ids=lambda value: "")
def test_pairs_without_a_formula_agree_with_30_digits(p: Any, q: Any, expected: float) -> None:
    found = kl_by_quadrature(p, q)
    assert abs(found.value - expected) <= found.error + 4e-16 * expected
    assert found.error <= 1e-10 * expected
    assert found.value == close(expected)
    assert kl(p, q) == found.value


@pytest.mark.parametrize(("p", "q", "expected"), [WITHOUT_A_FORMULA[i] for i in (0, 2, 6, 14, 17)])
def test_30_digits_are_those_of_the_definition(p: Any, q: Any, expected: float) -> None:
    assert by_definition(p, q) == close(expected, rel=1e-15)


@pytest.mark.parametrize("df", [0.2, 2.001, 2.05, 3, 40, 1e4])
def test_students_t_beside_the_normal_is_its_entropy_and_its_variance(df: float) -> None:
    # −H(t) + ½·log 2π + ½·df / (df − 2); H by Cover & Thomas, table 17.1
    with mpmath.workdps(40):
        a = mpf(df)
        half = (a + 1) / 2
        entropy = half * (mpmath.digamma(half) - mpmath.digamma(a / 2))
        entropy += mpmath.log(mpmath.sqrt(a) * mpmath.beta(a / 2, mpf(1) / 2))
        expected = float(-entropy + mpmath.log(2 * mpmath.pi) / 2 + a / (a - 2) / 2)
    found = kl_by_quadrature(StudentT(df, 0, 1), Normal(0, 1))
    if df <= 2:
        assert found == (INF, 0)
    else:
        assert abs(found.value - expected) <= found.error
        assert found.value == close(expected)


def test_cauchys_agree_with_their_closed_form() -> None:
    # log(((s + t)² + (m − n)²) / (4·s·t)): Chyzak & Nielsen (2019)
    rng = np.random.default_rng(3)
    (m, n), (s, t) = rng.normal(0, 5, (2, 400)), 10 ** rng.uniform(-3, 3, (2, 400))
    found = kl_by_quadrature(StudentT(1, m, s), StudentT(1, n, t))
    expected = np.log(((s + t) ** 2 + (m - n) ** 2) / (4 * s * t))
    assert np.all(abs(found.value - expected) <= found.error + 4e-16 * np.maximum(expected, 1))
    np.testing.assert_allclose(kl(StudentT(1, m, s), StudentT(1, n, t)), found.value, rtol=0)


def test_mixtures_of_hills_that_do_not_meet_differ_by_weights_and_hill_by_hill() -> None:
    weights, others = np.array([0.2, 0.3, 0.5]), np.array([0.6, 0.3, 0.1])
    p = NormalMixture(weights, [-1000, 0, 3000], [1, 2, 1e-3])
    q = NormalMixture(others, [-1001, 0, 3000], [2, 1, 1e-3])
    each = [kl(Normal(0, 1), Normal(-1, 2)), kl(Normal(0, 2), Normal(0, 1)), 0]
    assert kl(p, q) == close(weights @ (np.log(weights / others) + each), rel=1e-13)


LINE = (Normal, Laplace, Exponential, Uniform)
N = 300


def drawn(family: type[Family], rng: np.random.Generator, first: bool) -> Any:
    """Some hundred of a family, over six powers of ten; P's interval inside Q's."""
    scale, place = 10 ** rng.uniform(-3, 3, N), rng.normal(0, 3, N)
    if family is Uniform:
        low, width = rng.uniform(0, 1, N), rng.uniform(0.1, 2, N)
        return Uniform(low, low + width) if first else Uniform(-scale, 3 + scale)
    return {
        Exponential: lambda: Exponential(scale),
        Poisson: lambda: Poisson(10 ** rng.uniform(-3, 2, N)),
        Geometric: lambda: Geometric(rng.uniform(0.02, 1, N)),
        Bernoulli: lambda: Bernoulli(rng.uniform(0, 1, N)),
        Categorical: lambda: Categorical(
            np.c_[np.zeros(N), rng.dirichlet([0.5] * (6 if first else 9), N)]
        ),
    }.get(family, lambda: family(place, scale))()


FINITE = [
    *((p, q) for p in LINE for q in LINE if q is not Uniform or p is Uniform),
    *((p, p) for p in (Poisson, Geometric, Bernoulli)),
    *((Bernoulli, Poisson), (Categorical, Poisson), (Categorical, Geometric)),
    (Categorical, Categorical),
]


@pytest.mark.parametrize("pair", [p for p in FINITE if p[1] is not Exponential or p[0] in LINE[2:]])
def test_pairs_with_a_formula_agree_with_it(pair: tuple[type[Family], type[Family]]) -> None:
    rng = np.random.default_rng(7)
    p, q = drawn(pair[0], rng, first=True), drawn(pair[1], rng, first=False)
    if pair == (Categorical, Categorical):
        q = Categorical(np.c_[np.zeros(N), rng.dirichlet([0.5] * 6, N)])
    expected, found = kl(p, q), kl_by_quadrature(p, q)
    # Where P is near Q the error is that of log(p / q), 1e-16: few digits of a small divergence.
    assert np.all(abs(found.value - expected) <= 2 * found.error + 1e-14 * expected)
    assert np.all(found.error <= np.maximum(1e-10 * expected, 1e-15))
    np.testing.assert_allclose(found.value, expected, rtol=5e-12, atol=1e-15)


def test_the_nearer_p_is_to_q_the_smaller_the_error() -> None:
    change = 10.0 ** np.arange(-14, 0)
    found = kl_by_quadrature(Normal(0, 1), Normal(change, 1))
    assert np.all(found.value >= 0)
    assert np.all(abs(found.value - change**2 / 2) <= found.error)
    assert np.all(found.error <= 1e-14 * change + 1e-10 * change**2)
    for p in (HILLS, NEEDLE, SPOILT, StudentT(0.3, 1, 2), Laplace(0, 1), Poisson(3)):
        value, error = kl_by_quadrature(p, p)
        assert value == 0
        assert error < 1e-30


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (StudentT(2, 0, 1), Normal(0, 1)),  # E x² is infinite up to df = 2
        (StudentT(0.7, 3, 1e-5), HILLS),
        (StudentT(1, 0, 1), Laplace(0, 1)),  # and E |x| up to df = 1
        (Contaminated(Normal(0, 1), StudentT(2, 0, 1e-3), 1e-9), Normal(0, 1)),
        (StudentT(1.9, 0, 1), Contaminated(Normal(0, 1), Normal(0, 100), 0.5)),
        (HILLS, Exponential(1)),
        (Poisson(3), HILLS),
        (HILLS, Poisson(3)),
        (Geometric(0.5), Bernoulli(0.5)),
        (StudentT(5, 0, 1), Uniform(-1e9, 1e9)),
    ],
    ids=str,
)
def test_a_tail_that_is_too_heavy_or_mass_that_q_has_not_is_infinite(p: Any, q: Any) -> None:
    assert kl_by_quadrature(p, q) == (INF, 0)
    assert kl(p, q) == INF


def test_near_the_limit_the_error_says_how_little_is_known() -> None:
    # ½·df / (df − 2), of which only the difference from 2 has few digits
    for over in (1e-3, 1e-5, 1e-7, 1e-9, 1e-11):
        df = 2 + over
        found = kl_by_quadrature(StudentT(df, 0, 1), Normal(0, 1))
        assert abs(found.value - df / (df - 2) / 2 + 1.0406) <= found.error + 1e-3
        assert found.error <= 1e-12 * found.value / over
    with pytest.raises(NotImplementedError, match="and a quadrature may be off by"):
        kl(StudentT(2 + 1e-7, 0, 1), Normal(0, 1))


@dataclass(frozen=True, eq=False)
class Own(Family):
    """A family of a user's, over one of SciPy's; it gives what every family must and no more."""

    of: Any
    low: float = -INF
    high: float = INF
    outcomes = "line"
    batch_shape = ()  # type: ignore[assignment]

    @property
    def support(self) -> Interval:
        return Interval(np.array(self.low), np.array(self.high))

    def log_prob(self, x: Any) -> Any:
        with np.errstate(all="ignore"):
            return self.of.logpdf(x)

    def sample(self, rng: np.random.Generator, n: int) -> Any:
        return self.of.rvs(n, random_state=rng)


def gamma(shape: float, rate: float = 1) -> Own:
    return Own(stats.gamma(shape, scale=1 / rate), 0)


def beta(a: float, b: float) -> Own:
    return Own(stats.beta(a, b), 0, 1)


def log_normal(mean: float, std: float) -> Own:
    return Own(stats.lognorm(std, scale=math.exp(mean)), 0)


def kl_gamma(a: float, r: float, b: float, t: float) -> float:
    heights = special.gammaln(b) - special.gammaln(a) + b * math.log(r / t)
    return (a - b) * special.digamma(a) + heights + a * (t - r) / r


def kl_beta(a: float, b: float, c: float, d: float) -> float:
    digamma, sizes = special.digamma, special.betaln(c, d) - special.betaln(a, b)
    more = (a - c) * digamma(a) + (b - d) * digamma(b)
    return sizes + more + (c - a + d - b) * digamma(a + b)


LOGS = [((0, 1), (1, 2)), ((10, 0.1), (9, 0.2)), ((0, 30), (0, 31)), ((100, 1e-3), (100, 2e-3))]


@pytest.mark.parametrize(
    ("p", "q", "expected"),
    [
        (gamma(3), gamma(2, 2), kl_gamma(3, 1, 2, 2)),
        (gamma(0.1), gamma(0.5, 3), kl_gamma(0.1, 1, 0.5, 3)),  # p is infinite at 0
        (gamma(0.01), gamma(0.02), kl_gamma(0.01, 1, 0.02, 1)),
        (gamma(3), Exponential(1), kl_gamma(3, 1, 1, 1)),
        (beta(2, 3), beta(3, 2), 0.5),
        (beta(0.5, 0.5), Uniform(0, 1), math.log(4 / math.pi)),
        (Uniform(0, 1), beta(0.5, 0.5), math.log(math.pi) - 1),
        (beta(20, 30), beta(0.3, 2), kl_beta(20, 30, 0.3, 2)),
        *(
            (log_normal(*one), log_normal(*two), kl(Normal(*one), Normal(*two)))
            for one, two in LOGS
        ),
        (Uniform(0, 1), Own(stats.invgamma(1.0), 0), INF),  # log q is −1 / x near 0
        (Laplace(0, 2), Own(stats.gumbel_l()), INF),  # log q is −eˣ, whose mean is infinite
        (Own(stats.pareto(1.0), 1), Exponential(1), INF),
    ],
    ids=lambda value: "",
)
def test_a_family_of_ones_own_needs_a_support_a_density_and_draws(
    p: Any, q: Any, expected: float
) -> None:
    found = kl_by_quadrature(p, q)
    assert found.value == close(expected, rel=3e-13)
    assert found.error <= 1e-10 * min(found.value, 1e300)


def test_mass_that_is_not_there_or_not_1_is_told_by_the_error() -> None:
    twice = Own(stats.norm())
    object.__setattr__(twice, "log_prob", lambda x: stats.norm.logpdf(x) + math.log(2))
    for p, q in ((twice, Normal(0, 1)), (Normal(0, 2), twice)):
        assert kl_by_quadrature(p, q).error == INF
        with pytest.raises(NotImplementedError, match="may be off by inf"):
            kl(p, q)
    lost = NormalMixture([0.5, 0.5], [1e16, 0], [1e-3, 1])  # there are no floats on the first hill
    found = kl_by_quadrature(lost, Normal(0, 1e15))
    assert found.error > found.value


def test_where_the_digits_of_x_end_the_error_is_large() -> None:
    near_1 = kl_by_quadrature(beta(0.1, 0.1), beta(2, 2))  # 3 % of P are nearer to 1 than 1e-15
    assert abs(near_1.value - kl_beta(0.1, 0.1, 2, 2)) <= near_1.error
    assert 1e-9 < near_1.error < 1e-5


def test_counts_without_a_formula_agree_with_their_sum() -> None:
    for p, rate in ((0.2, 5), (0.9, 0.1), (0.05, 30), (1, 3)):
        with mpmath.workdps(30):
            one, mean = mpf(p), mpf(rate)

            def term(x: int, one: mpf = one, mean: mpf = mean) -> mpf:
                mass = (1 - one) ** (x - 1) * one
                log_q = x * mpmath.log(mean) - mean - mpmath.loggamma(x + 1)
                return mass * (mpmath.log(mass) - log_q) if mass else mpf(0)

            expected = float(mpmath.fsum(term(x) for x in range(1, 1500)))
        found = kl_by_quadrature(Geometric(p), Poisson(rate))
        assert abs(found.value - expected) <= found.error + 4e-16 * expected
        assert kl(Geometric(p), Poisson(rate)) == close(expected, rel=1e-13)


class Binomial(Own):
    """Counts of a user's own, 0 to 10."""

    outcomes = "counts"

    @property
    def support(self) -> Any:
        return Counts(np.ones(11, bool), np.array(0.0), np.array(-1.0))

    def log_prob(self, x: Any) -> Any:
        return self.of.logpmf(x)


def test_counts_of_ones_own_are_added_up() -> None:
    one, x = Binomial(stats.binom(10, 0.3)), np.arange(11)
    for rate in (3.0, 1e5):  # far from P, Q has all its mass beyond what is added up
        terms = stats.binom(10, 0.3).logpmf(x) - stats.poisson(rate).logpmf(x)
        assert kl(one, Poisson(rate)) == close(stats.binom(10, 0.3).pmf(x) @ terms)
    assert kl(Poisson(3), one) == INF


def test_what_takes_too_many_counts_is_left_to_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kl_core.distributions.quadrature.MOST_COUNTED", 2**12)
    assert kl_by_quadrature(Geometric(0.2), Poisson(3)).error < 1e-14
    with pytest.raises(NotImplementedError, match="monte_carlo_kl estimates it"):
        kl(Geometric(1e-4), Poisson(3))


def test_batches_broadcast_and_agree_with_single_pairs() -> None:
    p = NormalMixture([[[0.5, 0.5]], [[0.1, 0.9]], [[1, 0]]], [0, 3], [1, 1e-5])
    q = StudentT([3, 0.5], [0, 1], 2)
    found = kl_by_quadrature(p, q)
    assert found.value.shape == found.error.shape == (3, 2)
    for i, j in np.ndindex(3, 2):
        single = kl_by_quadrature(
            NormalMixture(p.weights[i, 0], p.means[i, 0], p.stds[i, 0]),
            StudentT(q.df[j], q.loc[j], q.scale[j]),
        )
        assert type(single.value) is type(single.error) is np.float64
        assert abs(single.value - found.value[i, j]) <= single.error + found.error[i, j]
    mixed = kl_by_quadrature(StudentT([1, 3, 2], 0, 1), Normal(0, 1))
    assert mixed.value.tolist() == [INF, close(0.6454609613413819), INF]
    assert mixed.error[::2].tolist() == [0, 0]
    none = kl_by_quadrature(StudentT(np.ones(0), 0, 1), Normal(0, 1))
    assert none.value.shape == none.error.shape == (0,)
    assert kl(Uniform(0, [1, 3]), StudentT(3, 0, [1e-300, 1])).shape == (2,)


@pytest.mark.parametrize("power", [-300, -150, 150, 300])
def test_units_do_not_matter(power: int) -> None:
    def pairs(unit: float) -> list[tuple[Any, Any]]:
        return [
            (StudentT(3, 0, unit), Laplace(unit, unit)),
            (NormalMixture([0.5, 0.5], [0, 3 * unit], [unit, 1e-4 * unit]), Normal(0, unit)),
            (Uniform(0, unit), StudentT(1, 0, unit)),
            (Exponential(1 / unit), StudentT(1, 0, unit)),
        ]

    for pair, plain in zip(pairs(10.0**power), pairs(1), strict=True):
        found, expected = kl_by_quadrature(*pair), kl(*plain)
        assert abs(found.value - expected) <= found.error
        # Of scales of 10³⁰⁰ a tail of Cauchy's goes on beyond the largest float.
        assert abs(power) == 300 or found.error <= 1e-11 * expected


PLACES, SCALES = st.floats(-100, 100), st.floats(1e-6, 1e6)


@settings(max_examples=150)
@given(st.data())
def test_it_is_never_negative_and_its_bound_holds_between_normals(data: st.DataObject) -> None:
    m, s, n, t = (data.draw(kind) for kind in (PLACES, SCALES, PLACES, SCALES))
    p, q = NormalMixture([1], [m], [s]), NormalMixture([0.5, 0.5], [n, n], [t, t])
    found = kl_by_quadrature(p, q)
    expected = kl(Normal(m, s), Normal(n, t))
    assert found.value >= 0
    assert abs(found.value - expected) <= found.error + 1e-14 * expected
    assert found.error <= max(1e-10 * expected, 1e-15)


def test_a_rougher_rule_says_so_and_base_2_gives_bits() -> None:
    rough = kl_by_quadrature(HILLS, StudentT(3, 0, 1), rtol=1e-3)
    exact = kl_by_quadrature(HILLS, StudentT(3, 0, 1))
    assert exact.error < rough.error <= 1e-3 * exact.value
    assert abs(rough.value - exact.value) <= rough.error
    bits = kl_by_quadrature(HILLS, StudentT(3, 0, 1), base=2)
    assert bits == Integral(close(exact.value / math.log(2)), close(exact.error / math.log(2)))
    assert kl(HILLS, StudentT(3, 0, 1), base=2) == bits.value


def test_the_rules_are_exact_for_polynomials() -> None:
    for degree in range(0, 32, 2):
        exact = 2 / (degree + 1)
        assert KRONROD @ NODES**degree == close(exact, rel=1e-14)
        assert (GAUSS @ NODES**degree == close(exact, rel=1e-14)) == (degree < 20)
    np.testing.assert_allclose(SLOPES @ NODES**7, 7 * NODES**6, atol=1e-12)


VECTORS = MultivariateNormal([0], [[1]])
REFUSED: dict[str, Callable[[], Any]] = {
    "p must be a distribution on the line or on counts that has a support; "
    "got MultivariateNormal.": lambda: kl_by_quadrature(VECTORS, VECTORS),
    "q must be a distribution on the line or on counts that has a support; got list.": (
        lambda: kl_by_quadrature(HILLS, [0.5, 0.5])  # type: ignore[arg-type]
    ),
    "rtol must be a number from 1e-13 to 0.1; got 0.": (
        lambda: kl_by_quadrature(HILLS, HILLS, rtol=0)
    ),
    "base must be a finite number above 1; got 1.": lambda: kl_by_quadrature(HILLS, HILLS, base=1),
    "the batch of p and that of q must broadcast; the batch of p is (2,), that of q is (3,).": (
        lambda: kl(StudentT([1, 2], 0, 1), Normal([1, 2, 3], 1))
    ),
}


@pytest.mark.parametrize(("message", "call"), REFUSED.items())
def test_what_cannot_be_added_up_is_refused_in_words(message: str, call: Callable[[], Any]) -> None:
    error = TypeError if "must be a distribution" in message else ValueError
    with pytest.raises(error, match=f"^{re.escape(message)}$"):
        call()
