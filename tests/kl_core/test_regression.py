import dataclasses
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from kl_core import NOISES, Contaminated, Laplace, LineFit, Normal, StudentT, fit_line

pytestmark = pytest.mark.filterwarnings("error")


def points(seed: int, n: int = 25, share: float = 0.2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 3, n)
    noise = Contaminated(Normal(0, np.exp(0.4 * x)), Normal(2, 8), share)
    return x, 1 - 2 * x + noise.sample(rng, 1)[0]


def mean_nats(fit: LineFit, x: np.ndarray, y: np.ndarray) -> float:
    return -float(np.mean(fit.noise_at(x).log_prob(y)))


@pytest.mark.parametrize("noise", NOISES)
def test_nats_is_minus_the_mean_log_likelihood_that_the_fit_gives_its_points(noise: str) -> None:
    x, y = points(1)
    fit = fit_line(x, y, noise)
    assert fit.nats == pytest.approx(mean_nats(fit, x, y), rel=1e-13)


def test_least_squares_agrees_with_numpy_and_its_scale_with_the_residuals() -> None:
    x, y = points(2)
    fit = fit_line(x, y)
    slope, intercept = np.polyfit(x, y, 1)
    assert (fit.intercept, fit.slope) == pytest.approx((intercept, slope), rel=1e-12)
    assert fit.scale == pytest.approx(np.sqrt(np.mean((y - intercept - slope * x) ** 2)))
    assert (fit.growth, fit.df) == (0, None)


def test_least_squares_matches_the_hand_value() -> None:
    # x = 0, 1, 2 and y = 0, 2, 1: slope ½, level 1 at x = 1, residuals −½, 1, −½, so scale² = ½.
    fit = fit_line([0, 1, 2], [0, 2, 1])
    assert (fit.intercept, fit.slope, fit.centre) == pytest.approx((0.5, 0.5, 1))
    assert fit.scale == pytest.approx(math.sqrt(0.5))
    assert fit.nats == pytest.approx(math.log(math.pi * math.e) / 2)  # ½ log(2πe·½)


def test_least_squares_keeps_its_digits_far_from_0() -> None:
    x = 2.0**40 + np.arange(5)
    fit = fit_line(x, 2.0**30 + np.array([0.0, 2, 1, 3, 2]))
    # Around the middle: slope (−2·0 − 2 + 3 + 2·2) / 10, mean (0 + 2 + 1 + 3 + 2) / 5.
    assert fit.slope == 0.5
    assert fit.predict(2.0**40 + 2) - 2.0**30 == pytest.approx(1.6, abs=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_least_absolute_deviations_agree_with_linear_programming(seed: int) -> None:
    x, y = points(seed, n=4 + 5 * seed)
    n = x.size
    # Minimise Σt subject to −t ≤ y − a − b·x ≤ t.
    sides = np.column_stack([np.ones(n), x])
    above = np.block([[sides, -np.eye(n)], [-sides, -np.eye(n)]])
    cost, bounds = [0, 0] + [1] * n, [(None, None)] * 2 + [(0, None)] * n
    best = optimize.linprog(cost, above, np.concatenate([y, -y]), bounds=bounds)
    fit = fit_line(x, y, "laplace")
    assert (fit.intercept, fit.slope) == pytest.approx(tuple(best.x[:2]), rel=1e-7, abs=1e-7)
    assert fit.scale == pytest.approx(best.fun / n, rel=1e-12)
    assert fit.nats == pytest.approx(1 + math.log(2 * fit.scale))


def test_of_equally_good_lines_comes_the_lowest_through_the_first_point() -> None:
    # Through (0, 0), slopes 0 and 1 both leave Σ|r| = 1 + 0 and 0 + 1, and any between the same.
    fit = fit_line([2, 0, 2], [2, 0, 0], "laplace")
    assert (fit.intercept, fit.slope) == pytest.approx((0, 0), abs=1e-15)


def test_least_absolute_deviations_are_the_same_in_blocks(monkeypatch: Any) -> None:
    x, y = points(3)
    whole = fit_line(x, y, "laplace")
    monkeypatch.setattr("kl_core.regression.estimators.TABLE", 60)  # two pivots at a time
    assert fit_line(x, y, "laplace") == whole


def likeliest(nats: Callable[[Any], Any], starts: Any) -> Any:
    """The best that SciPy finds from several starts."""
    ends = [optimize.minimize(nats, start, options={"gtol": 1e-8}) for start in starts]
    return min(ends, key=lambda end: end.fun)


def student_nats(x: np.ndarray, y: np.ndarray, df: float) -> Callable[[Any], Any]:
    def nats(at: Any) -> Any:
        z = (y - at[0] - at[1] * x) * np.exp(-at[2])
        return (df + 1) / 2 * np.mean(np.log1p(z * z / df)) + at[2] - stats.t(df).logpdf(0)

    return nats


@pytest.mark.parametrize(("df", "seed"), [(1, 1), (3, 2), (3, 3), (10, 4)])
def test_student_t_agrees_with_scipys_optimiser(df: float, seed: int) -> None:
    x, y = points(seed)
    starts = [(1, -2, 0), (0, 0, 2), (5, -3, 1), (-2, 1, 1), (1, -2, -1)]
    best = likeliest(student_nats(x, y, df), starts)
    fit = fit_line(x, y, "student_t", df=df)
    assert fit.nats <= best.fun + 1e-9
    found = (fit.intercept, fit.slope, math.log(fit.scale))
    assert found == pytest.approx(tuple(best.x), abs=1e-5)
    assert fit.df == df


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_student_t_ends_where_the_likelihood_is_flat(seed: int) -> None:
    x, y = points(seed)
    fit = fit_line(x, y, "student_t", df=2.5)
    z = (y - fit.predict(x)) / fit.scale
    pull = 3.5 * z / (2.5 + z * z)  # minus the derivative of log q(z)
    slopes = [pull.sum(), (pull * x).sum(), (pull * z).sum() - x.size]
    assert slopes == pytest.approx([0, 0, 0], abs=1e-10)


def test_student_t_finds_the_higher_of_two_maxima() -> None:
    # Seven points are near 0, five near 100; least squares starts between them.
    x = np.arange(12.0)
    y = np.where(x % 12 < 7, 0.0, 100.0) + 0.1 * np.array(
        [1, -1, 2, -2, 1, 0, -1] + [1, -1] * 2 + [1]
    )
    starts = [(0, 0, -1), (100, 0, -1), (-40, 14, 1), (0, 10, 3)]
    best = likeliest(student_nats(x, y, 3), starts)
    assert fit_line(x, y, "student_t").nats <= best.fun + 1e-9


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_heteroscedastic_agrees_with_scipys_optimiser(seed: int) -> None:
    x, y = points(seed, n=30)

    def nats(at: Any) -> Any:
        log_scale = at[2] + at[3] * x
        z = (y - at[0] - at[1] * x) * np.exp(-log_scale)
        return np.mean(z * z / 2 + log_scale) + math.log(2 * math.pi) / 2

    best = likeliest(nats, [(1, -2, 0, 0.4), (1, -2, 0, -0.4), (0, 0, 1, 0), (3, -3, 1, 1)])
    fit = fit_line(x, y, "heteroscedastic")
    assert fit.nats <= best.fun + 1e-9
    at_0 = math.log(fit.scale) - fit.growth * fit.centre
    found = (fit.intercept, fit.slope, at_0, fit.growth)
    assert found == pytest.approx(tuple(best.x), abs=1e-5)


def test_heteroscedastic_is_at_least_as_likely_as_the_normal_it_contains() -> None:
    for seed in range(10):
        x, y = points(seed, n=10)
        assert fit_line(x, y, "heteroscedastic").nats <= fit_line(x, y).nats + 1e-14


def test_the_scales_at_the_ends_stay_within_a_factor_of_1000() -> None:
    x = np.array([0.0, 0, 1, 1, 2, 2])
    y = np.array([1e-9, -1e-9, 1e-4, -1e-4, 10, -10])
    fit = fit_line(x, y, "heteroscedastic")
    ends = fit.noise_at([0, 2]).std
    assert ends[1] / ends[0] == pytest.approx(1000)


@pytest.mark.parametrize(("noise", "most"), [("laplace", 0.5), ("student_t", 0.01)])
def test_one_wild_point_moves_least_squares_far_and_the_robust_models_little(
    noise: str, most: float
) -> None:
    x = np.linspace(-1, 1, 21)
    y = 3 + x + 0.1 * np.sin(40 * x)
    wild = np.where(np.arange(21) == 18, 1e4, y)
    assert abs(fit_line(x, wild).intercept - 3) > 400
    assert abs(fit_line(x, wild, noise).intercept - 3) < most


def test_outliers_gone_far_enough_no_longer_matter_to_student_t() -> None:
    x, y = points(4, share=0)
    odd = np.arange(25) < 4  # below n / (df + 1), which would break it
    far = [fit_line(x, np.where(odd, size, y), "student_t").slope for size in (1e6, 1e9)]
    assert far[0] == pytest.approx(far[1], abs=1e-5)  # the pull falls as 1 / distance
    assert abs(far[0] + 2) < 1


numbers = st.floats(-100, 100).map(lambda v: round(v, 3))


@settings(max_examples=25, deadline=None)
@given(noise=st.sampled_from(NOISES), seed=st.integers(0, 99), a=numbers, b=numbers, c=numbers)
def test_a_fit_follows_a_line_that_is_added_and_a_change_of_units(
    noise: str, seed: int, a: float, b: float, c: float
) -> None:
    x, y = points(seed, n=15)
    unit = 2.0 + c / 100
    plain, moved = fit_line(x, y, noise), fit_line(x, a + b * x + unit * y, noise)
    assert moved.intercept == pytest.approx(a + unit * plain.intercept, abs=1e-8)
    assert moved.slope == pytest.approx(b + unit * plain.slope, abs=1e-8)
    assert moved.scale == pytest.approx(unit * plain.scale, rel=1e-8)
    assert moved.nats == pytest.approx(plain.nats + math.log(unit), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(noise=st.sampled_from(NOISES), seed=st.integers(0, 99), shift=numbers)
def test_a_fit_does_not_depend_on_the_units_of_x_or_on_the_order_of_the_points(
    noise: str, seed: int, shift: float
) -> None:
    x, y = points(seed, n=15)
    order = np.random.default_rng(seed).permutation(15)
    plain, moved = fit_line(x, y, noise), fit_line((3 * x + shift)[order], y[order], noise)
    assert moved.slope == pytest.approx(plain.slope / 3, rel=1e-7, abs=1e-9)
    assert moved.growth == pytest.approx(plain.growth / 3, rel=1e-7, abs=1e-9)
    np.testing.assert_allclose(moved.predict(3 * x + shift), plain.predict(x), rtol=0, atol=1e-7)


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("unit", [1e-95, 1e95])
def test_very_large_and_small_units_are_no_trouble(noise: str, unit: float) -> None:
    x, y = points(5)
    plain = fit_line(x, y, noise)
    tall, wide = fit_line(x, unit * y, noise), fit_line(unit * x, y, noise)
    assert tall.slope / unit == pytest.approx(plain.slope, rel=1e-9)
    assert wide.slope * unit == pytest.approx(plain.slope, rel=1e-9)


def test_with_many_points_the_true_parameters_are_found() -> None:
    rng = np.random.default_rng(7)
    x = rng.uniform(-2, 2, 20_000)
    y = 1 + 0.5 * x + rng.normal(0, np.exp(0.3 + 0.5 * x))
    fit = fit_line(x, y, "heteroscedastic")
    found = (fit.slope, fit.growth, math.log(fit.noise_at(0).std))
    assert found == pytest.approx((0.5, 0.5, 0.3), abs=0.02)


@pytest.mark.parametrize(
    ("noise", "family"),
    [
        ("normal", Normal),
        ("laplace", Laplace),
        ("student_t", StudentT),
        ("heteroscedastic", Normal),
    ],
)
def test_the_noise_at_x_is_a_batch_of_its_family_around_the_line(noise: str, family: Any) -> None:
    x, y = points(6)
    fit = fit_line(x, y, noise)
    q = fit.noise_at([[0, 1, 2]])
    assert type(q) is family
    assert q.batch_shape == (1, 3)
    middle = q.mean if isinstance(q, Normal) else q.loc
    np.testing.assert_array_equal(middle, fit.predict([[0, 1, 2]]))
    scale = q.std if isinstance(q, Normal) else q.scale
    expected = fit.scale * np.exp(fit.growth * (np.array([[0, 1, 2]]) - fit.centre))
    np.testing.assert_allclose(scale, expected, rtol=1e-14)


def test_a_fit_predicts_a_number_for_a_number_and_cannot_be_changed() -> None:
    fit = fit_line([0, 1, 2], [0, 2, 1])
    assert type(fit.predict(1)) is np.float64
    assert fit.predict(3) == pytest.approx(2)
    assert fit.predict([[0], [1]]).shape == (2, 1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        fit.slope = 1.0  # type: ignore[misc]


X, Y = [0, 1, 2, 3, 4], [0, 2, 1, 5, 3]

REFUSED: dict[str, Callable[[], Any]] = {
    "noise must be one of normal, laplace, student_t, heteroscedastic; got 'gauss'.": (
        lambda: fit_line(X, Y, "gauss")
    ),
    "df must be a finite number above 0; got 0.": lambda: fit_line(X, Y, "student_t", df=0),
    "df must be a finite number above 0; got inf.": (
        lambda: fit_line(X, Y, "student_t", df=math.inf)
    ),
    "df must be above 0.666667 for 5 points; got 0.5.": (
        lambda: fit_line(X, Y, "student_t", df=0.5)
    ),
    "x must be finite; row 1 is nan.": lambda: fit_line([0, math.nan, 2], [0, 2, 1]),
    "y must be finite; row 2 is inf.": lambda: fit_line([0, 1, 2], [0, 2, math.inf]),
    "y must be within ±1e100; row 0 is 1e+101.": lambda: fit_line([0, 1, 2], [1e101, 2, 1]),
    "x must be shaped (n,); its shape is (1, 3).": lambda: fit_line([[0, 1, 2]], [0, 2, 1]),
    "y must be shaped (n,); its shape is ().": lambda: fit_line([0, 1, 2], 3),
    "x and y must have equally many points; x has 3, y has 2.": (
        lambda: fit_line([0, 1, 2], [0, 2])
    ),
    "x and y must have at least 3 points; they have 2.": lambda: fit_line([0, 1], [0, 2]),
    "x must hold at least two different values; all 12 are 3.": (
        lambda: fit_line([3] * 12, range(12))
    ),
    "x must spread over at least 1e-100; it spreads over 1e-101.": (
        lambda: fit_line([0, 0, 1e-101], [0, 2, 1])
    ),
    "y must not all be on one line; all 4 points are.": (
        lambda: fit_line([0, 0.1, 0.2, 0.7], [0.3, 0.4, 0.5, 1.0])
    ),
    "At most 5 of 8 points may lie on one line if df is 3; more do, and then the likelihood "
    "has no maximum at a scale above 0.": (
        lambda: fit_line(range(8), [0.0, 0.1, 7, 0.3, 0.4, -5, 0.6, 0.7], "student_t")
    ),
    "x must be where the noise's scale is a float; it is 1e+300.": (
        lambda: fit_line(*points(1), "heteroscedastic").noise_at(1e300)
    ),
    "x must be finite; it is nan.": lambda: fit_line(X, Y).predict(math.nan),
}


@pytest.mark.parametrize(("message", "call"), REFUSED.items())
def test_what_no_line_can_be_fitted_to_is_refused_in_words(
    message: str, call: Callable[[], Any]
) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 — the message is what is tested
        call()
    assert str(caught.value) == message
    assert re.fullmatch(r"[^\n]*[^.\n]\.", message)


def test_one_point_fewer_on_a_line_leaves_student_t_a_maximum() -> None:
    y = [0.0, 0.1, 7, 0.3, 0.4, -5, 0.6, 2]
    fit = fit_line(range(8), y, "student_t")
    assert fit.scale > 0.01


def test_a_point_that_comes_often_crowds_every_line_through_it() -> None:
    with pytest.raises(ValueError, match=r"^At most 5 of 8 points may lie on one line if df is "):
        fit_line([1, 1, 1, 1, 1, 1, 2, 3], [5, 5, 5, 5, 5, 5, 7, 1], "student_t")
