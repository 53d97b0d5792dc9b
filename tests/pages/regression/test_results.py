"""Lines, their errors and the losses of residuals, against hand values and simulations."""

import numpy as np
import pytest

import kl_core
from pages.ui.regression.presets import PRESETS
from pages.ui.regression.results import (
    ALONG,
    chance_gain,
    chance_gains,
    residual_losses,
    solve,
)
from pages.ui.regression.state import NOISES, decode


def test_a_loss_begins_at_nothing_and_is_the_logarithm_of_the_density_that_is_left():
    # For the Gaussian r²/2σ², for Laplace |r|/b, for t with 3 df 2·log(1 + r²/3s²), by hand.
    results = solve(decode("0:0 2:1.4 4:2 6:3 8:4.5 10:6"))
    normal, laplace, t = (
        results.lines[noise].scale for noise in ("normal", "laplace", "student_t")
    )
    here = residual_losses(results, 5.0, 3.0)
    assert here["normal"] == pytest.approx((9 / (2 * normal**2), 3 / normal**2), rel=1e-6)
    assert here["laplace"] == pytest.approx((3 / laplace, 1 / laplace), rel=1e-6)
    loss = 2 * np.log1p(9 / (3 * t**2))
    assert here["student_t"] == pytest.approx((loss, 4 * 3 / (3 * t**2 + 9)), rel=1e-6)
    middle = len(ALONG) // 2
    assert all(cost.loss[middle] == 0 for cost in residual_losses(results, 5.0, ALONG).values())


def test_outliers_are_added_until_student_t_gives_way_too():
    dataset = next(preset.state for preset in PRESETS if preset.key == "share")
    errors = []
    for _ in range(4):
        errors.append(solve(dataset).errors["student_t"])
        dataset = dataset.with_outlier()
    assert errors == sorted(errors)
    assert errors[0] < 0.5 < 1.5 < errors[-1]


def test_the_noise_models_are_those_that_fit_line_takes_in_its_order():
    assert tuple(NOISES) == kl_core.NOISES
    for noise in kl_core.NOISES:
        assert kl_core.fit_line([0, 1, 2, 3, 4], [0, 1, 1, 3, 2.0], noise).noise == noise


X = np.array([point.x for point in PRESETS[1].state.points])


def gain(x, y):
    """By how much varying σ lowers the mean NLL."""
    normal, heteroscedastic = (
        kl_core.fit_line(x, y, noise).nats for noise in ("normal", "heteroscedastic")
    )
    return normal - heteroscedastic


def test_the_gain_by_chance_is_what_fit_line_gains_on_the_same_draws():
    draws = np.random.default_rng(1).standard_normal((60, X.size))
    exact = [gain(X, y) for y in draws]
    assert chance_gains(X, 60) == pytest.approx(exact, abs=5e-4)


def test_the_gain_by_chance_depends_on_neither_the_true_line_nor_sigma():
    y = np.random.default_rng(2).standard_normal(X.size)
    assert gain(X, y) == pytest.approx(gain(X, 7 - 3 * X + 0.2 * y), rel=1e-6)


def test_twenty_points_gain_more_by_chance_than_wilkss_limit_and_many_points_as_much():
    # fit_line on 20,000 other data sets gave 0.0305 ± 0.0006 nats; the limit is 0.025.
    mean, low, high = chance_gain(tuple(X))
    assert 0.028 < low < mean < high < 0.033
    many = chance_gain(tuple(np.linspace(0, 10, 400)))
    assert many.low < 0.5 / 400 < many.high


def test_a_high_leverage_point_multiplies_the_gain_by_chance():
    x = tuple(point.x for point in PRESETS[-1].state.points)
    assert chance_gain(x).low > 3 * 0.5 / len(x)


def test_on_the_preset_of_gaussian_noise_varying_sigma_gains_less_than_by_chance():
    results = solve(PRESETS[1].state)
    assert results.best == "heteroscedastic"
    assert 0 < results.lead < chance_gain(tuple(X)).low
