import math
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from kl_core import (
    NOISES,
    Contaminated,
    Exponential,
    Laplace,
    NearestNoise,
    Normal,
    StudentT,
    fit_line,
    kl,
    monte_carlo_kl,
    nearest_noise,
)

pytestmark = pytest.mark.filterwarnings("error")

TWO = Contaminated(Normal(0, 1), Normal(0, 10), 0.1)
ASIDE = Contaminated(Laplace(0.5, 1), StudentT(4, 6, 0.3), 0.2)


def close(value: float) -> Any:
    return pytest.approx(value, rel=1e-10, abs=1e-12)


def integral(f: Callable[[float], float]) -> float:
    """Over the line, in pieces that no peak or kink of the noises here lies within."""
    ends = [0, 0.5, 1, 2, 4, 5, 5.7, 6, 6.3, 7, 10, 20, 50, 200, 1e3, 1e4, 1e6, 1e9, 1e15]
    ends = sorted({*ends, *(-end for end in ends)})
    return math.fsum(integrate.quad(f, *ab, epsabs=1e-14, limit=200)[0] for ab in pairwise(ends))


def kl_by_quad(p: Any, q: Any) -> float:
    def term(x: float) -> float:
        log_p = p.log_prob(x)
        return math.exp(log_p) * (log_p - q.log_prob(x))

    return integral(term)


@pytest.mark.parametrize("scale", [1e-90, 0.3, 1e90])
def test_the_nearest_normal_to_a_laplace_has_its_variance_and_the_other_way_its_mean_distance(
    scale: float,
) -> None:
    found = nearest_noise(Laplace(0, scale), "normal")
    assert found.noise.std == close(scale * math.sqrt(2))
    assert found.divergence == close(float(kl(Laplace(0, 1), Normal(0, math.sqrt(2)))))
    found = nearest_noise(Normal(0, scale), "laplace")
    assert found.noise.scale == close(scale * math.sqrt(2 / math.pi))
    assert found.divergence == close(float(kl(Normal(0, 1), Laplace(0, math.sqrt(2 / math.pi)))))


@pytest.mark.parametrize(
    ("p", "noise"),
    [(Normal(0, 3), "normal"), (Laplace(0, 3), "laplace"), (StudentT(3, 0, 3), "student_t")],
)
def test_a_noise_of_the_assumed_family_is_its_own_nearest(p: Any, noise: str) -> None:
    found = nearest_noise(p, noise)
    np.testing.assert_allclose(found.noise._values(), p._values(), rtol=1e-9)
    assert 0 <= found.divergence < 1e-13


def test_student_t_beside_a_normal_matches_its_formulas() -> None:
    # E T² = df / (df − 2); the entropy of T by SciPy.
    found = nearest_noise(StudentT(5, 0, 2), "normal")
    assert found.noise.std == close(2 * math.sqrt(5 / 3))
    expected = stats.norm(0, found.noise.std).entropy() - stats.t(5, 0, 2).entropy()
    assert found.divergence == close(float(expected))


@pytest.mark.parametrize("df", [1.2, 2, 3.5, 40, 1e7])
def test_student_t_beside_a_laplace_has_its_mean_distance(df: float) -> None:
    found = nearest_noise(StudentT(df, 0, 1), "laplace")
    size = (
        math.sqrt(df / math.pi)
        * math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2))
        * 2
        / (df - 1)
    )
    assert found.noise.scale == pytest.approx(size, rel=1e-8)  # lgamma's digits at 1e7


@pytest.mark.parametrize("noise", ["normal", "laplace", "student_t"])
@pytest.mark.parametrize("p", [TWO, ASIDE, Normal(3, 1), StudentT(4, -2, 1)], ids=str)
def test_the_divergence_agrees_with_scipys_quadrature(p: Any, noise: str) -> None:
    found = nearest_noise(p, noise)
    assert found.divergence == pytest.approx(kl_by_quad(p, found.noise), abs=1e-9)


@pytest.mark.parametrize("noise", ["normal", "laplace", "student_t"])
@pytest.mark.parametrize("p", [TWO, ASIDE], ids=str)
def test_no_other_scale_is_nearer(p: Any, noise: str) -> None:
    found = nearest_noise(p, noise)
    scale = found.noise.std if noise == "normal" else found.noise.scale
    family = {
        "normal": lambda s: Normal(0, s),
        "laplace": lambda s: Laplace(0, s),
        "student_t": lambda s: StudentT(3, 0, s),
    }[noise]
    for factor in (0.99, 1.01):
        assert kl_by_quad(p, family(scale * factor)) > found.divergence + 1e-6


@pytest.mark.parametrize(("df", "q_df"), [(0.1, 3), (0.1, 0.2), (0.6, 1), (1, 3), (2, 0.01)])
def test_the_heaviest_tails_keep_nine_digits(df: float, q_df: float) -> None:
    """Against a rule in log x, on which a tail of any power falls exponentially."""
    found = nearest_noise(StudentT(df, 0, 1), "student_t", df=q_df)
    log_x = np.linspace(-60, 520, 100_001)
    x, step = np.exp(log_x), log_x[1] - log_x[0]
    log_p, log_q = (
        stats.t(d, 0, s).logpdf(0)
        - (d + 1) / 2 * np.logaddexp(0, 2 * log_x - math.log(d) - 2 * math.log(s))
        for d, s in ((df, 1), (q_df, found.noise.scale))
    )
    expected = 2 * np.sum(step * x * np.exp(log_p) * (log_p - log_q))
    assert found.divergence == pytest.approx(expected, rel=1e-8, abs=1e-9)


@pytest.mark.parametrize(
    ("p", "noise"),
    [
        (StudentT(2, 0, 1), "normal"),
        (StudentT(1, 0, 1), "laplace"),
        (Contaminated(Normal(0, 1), StudentT(1.5, 0, 1), 0.01), "normal"),
    ],
    ids=str,
)
def test_where_the_tails_are_too_heavy_kl_is_inf_and_no_noise_is_nearest(
    p: Any, noise: str
) -> None:
    assert nearest_noise(p, noise) == NearestNoise(None, math.inf)
    x = np.arange(3.0)
    if noise == "normal":
        assert nearest_noise(p, "heteroscedastic", x=x) == NearestNoise(None, math.inf)


def test_a_share_of_0_or_1_leaves_one_noise() -> None:
    for share, rest in ((0, Laplace(0, 2)), (1, Normal(0, 1))):
        mixed = Contaminated(Laplace(0, 2), Normal(0, 1), share)
        assert nearest_noise(mixed, "student_t").divergence == close(
            nearest_noise(rest, "student_t").divergence
        )
    heavy = Contaminated(Normal(0, 1), StudentT(1, 0, 1), 0)
    assert nearest_noise(heavy).divergence == pytest.approx(0, abs=1e-13)


@pytest.mark.parametrize("noise", ["normal", "laplace", "student_t"])
def test_a_batch_has_one_scale_and_the_mean_divergence(noise: str) -> None:
    found = nearest_noise(Normal(0, [0.5, 1, 4]), noise)
    assert found.noise.batch_shape == (3,)
    scales = found.noise.std if noise == "normal" else found.noise.scale
    assert scales[0] == scales[1] == scales[2]
    q = {"normal": Normal(0, scales[0]), "laplace": Laplace(0, scales[0])}.get(
        noise, StudentT(3, 0, scales[0])
    )
    each = [kl_by_quad(Normal(0, s), q) for s in (0.5, 1, 4)]
    assert found.divergence == pytest.approx(np.mean(each), abs=1e-9)


def test_a_growing_scale_is_found_where_the_true_one_grows() -> None:
    x = np.array([-1.0, 0, 0.5, 3])
    found = nearest_noise(Normal(0, np.exp(0.3 + 0.5 * x)), "heteroscedastic", x=x)
    np.testing.assert_allclose(found.noise.std, np.exp(0.3 + 0.5 * x), rtol=1e-12)
    assert 0 <= found.divergence < 1e-12


def test_a_growing_scale_agrees_with_scipys_optimiser_and_the_formula_of_kl() -> None:
    x, stds = np.array([0.0, 1, 2, 5]), np.array([1.0, 3, 0.5, 2])
    found = nearest_noise(Normal(0, stds), "heteroscedastic", x=x)

    def divergence(at: Any) -> float:
        return float(np.mean(kl(Normal(0, stds), Normal(0, np.exp(at[0] + at[1] * x)))))

    best = optimize.minimize(divergence, [0, 0], method="BFGS", options={"gtol": 1e-9})
    assert found.divergence == pytest.approx(best.fun, abs=1e-10)
    np.testing.assert_allclose(found.noise.std, np.exp(best.x[0] + best.x[1] * x), rtol=1e-6)


def test_one_noise_at_every_x_needs_no_growth() -> None:
    x = np.array([0.0, 1, 5])
    grown, plain = nearest_noise(TWO, "heteroscedastic", x=x), nearest_noise(TWO)
    np.testing.assert_allclose(grown.noise.std, [plain.noise.std] * 3, rtol=1e-12)
    assert grown.divergence == close(plain.divergence)


@pytest.mark.parametrize("noise", NOISES)
def test_a_fit_to_many_points_comes_to_the_nearest_noise(noise: str) -> None:
    x = np.array([-1.0, 0, 1, 2])
    p = Contaminated(Normal(0, np.exp(0.5 * x)), Normal(0, 5), 0.1)
    y = 1 + x + p.sample(np.random.default_rng(8), 400)
    fit = fit_line(np.tile(x, 400), y.ravel(), noise)
    found, q = fit.noise_at(x), nearest_noise(p, noise, x=x).noise
    name = "std" if isinstance(q, Normal) else "scale"
    np.testing.assert_allclose(getattr(found, name), getattr(q, name), rtol=0.15)


def test_contamination_is_a_mixture_that_can_be_drawn_from() -> None:
    x = np.linspace(-20, 20, 41)
    expected = 0.9 * stats.norm(0, 1).pdf(x) + 0.1 * stats.norm(0, 10).pdf(x)
    np.testing.assert_allclose(TWO.log_prob(x), np.log(expected), rtol=1e-12)
    draws = TWO.sample(np.random.default_rng(3), 20_000)
    cdf = lambda v: 0.9 * stats.norm(0, 1).cdf(v) + 0.1 * stats.norm(0, 10).cdf(v)  # noqa: E731
    assert stats.kstest(draws, cdf).pvalue > 1e-4


def test_contaminations_of_a_batch_are_drawn_independently() -> None:
    p = Contaminated(Normal(0, 1), Laplace([0, 0], [1, 1]), 0.3)
    assert p.batch_shape == (2,)
    draws = p.sample(np.random.default_rng(3), 20_000)
    assert draws.shape == (20_000, 2)
    assert abs(np.corrcoef(draws.T)[0, 1]) < 0.03  # four standard errors


def test_contaminations_are_equal_by_value() -> None:
    assert Contaminated(Normal(0, 1), Normal(0, 10), 0.1) == TWO
    assert hash(Contaminated(Normal(0, 1), Normal(0, 10), 0.1)) == hash(TWO)
    assert Contaminated(Normal(0, 1), Normal(0, 10), 0.2) != TWO


def test_draws_estimate_the_same_divergence() -> None:
    found = nearest_noise(TWO, "laplace")
    drawn = monte_carlo_kl(TWO, found.noise, np.random.default_rng(2), 20_000)
    assert abs(drawn.estimate - found.divergence) < 5 * drawn.standard_error


WRONG_TYPES: dict[str, Callable[[], Any]] = {
    "core must be a Normal, a Laplace or a StudentT; got Exponential.": (
        lambda: Contaminated(Exponential(1), Normal(0, 1), 0.1)
    ),
    "outliers must be a Normal, a Laplace or a StudentT; got float.": (
        lambda: Contaminated(Normal(0, 1), 0.5, 0.1)
    ),
    "p must be a Normal, a Laplace, a StudentT or a Contaminated; got Exponential.": (
        lambda: nearest_noise(Exponential(1))
    ),
    "x must say where each noise of p is if noise is 'heteroscedastic'; got None.": (
        lambda: nearest_noise(Normal(0, 1), "heteroscedastic")
    ),
}
REFUSED: dict[str, Callable[[], Any]] = {
    "share must be a number from 0 to 1; got 1.1.": (
        lambda: Contaminated(Normal(0, 1), Normal(0, 1), 1.1)
    ),
    "the batch of core and that of outliers must broadcast; the batch of core is (2,), that of "
    "outliers is (3,).": (lambda: Contaminated(Normal([0, 0], 1), Normal([0, 0, 0], 1), 0.1)),
    "p must have scales from 1e-100 to 1e100; one is 1e+101.": lambda: nearest_noise(
        Normal(0, 1e101)
    ),
    "p must have centres within ±1e100; one is -1e+101.": (
        lambda: nearest_noise(Laplace([0, -1e101], 1))
    ),
    "p must have df of at least 0.1; one is 0.05.": (
        lambda: nearest_noise(Contaminated(Normal(0, 1), StudentT(0.05, 0, 1), 0.1), "student_t")
    ),
    "noise must be one of normal, laplace, student_t, heteroscedastic; got 't'.": (
        lambda: nearest_noise(Normal(0, 1), "t")
    ),
    "df must be a finite number above 0; got -1.": lambda: nearest_noise(Normal(0, 1), df=-1),
    "x must hold at least two different values; all 2 are 3.": (
        lambda: nearest_noise(Normal(0, 1), "heteroscedastic", x=[3, 3])
    ),
    "the batch of p and x must broadcast; the batch of p is (2,), x is (3,).": (
        lambda: nearest_noise(Normal(0, [1, 2]), "heteroscedastic", x=[1, 2, 3])
    ),
}


@pytest.mark.parametrize(("message", "call"), (WRONG_TYPES | REFUSED).items())
def test_what_has_no_nearest_noise_is_refused_in_words(
    message: str, call: Callable[[], Any]
) -> None:
    kind = TypeError if message in WRONG_TYPES else ValueError
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
    assert re.fullmatch(r"[^\n]*[^.\n]\.", message)
