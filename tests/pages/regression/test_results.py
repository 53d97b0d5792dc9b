"""The lines, their errors and what a residual costs under them, against values worked by hand."""

import numpy as np
import pytest

from pages.ui.regression.presets import PRESETS
from pages.ui.regression.results import ALONG, costs, solve
from pages.ui.regression.state import decode


def test_a_loss_begins_at_nothing_and_is_the_logarithm_of_the_density_that_is_left():
    # For the Gaussian r²/2σ², for Laplace |r|/b, for t with 3 df 2·log(1 + r²/3s²), by hand.
    results = solve(decode("0:0 2:1.4 4:2 6:3 8:4.5 10:6"))
    normal, laplace, t = (
        results.lines[noise].scale for noise in ("normal", "laplace", "student_t")
    )
    here = costs(results, 5.0, 3.0)
    assert here["normal"] == pytest.approx((9 / (2 * normal**2), 3 / normal**2), rel=1e-6)
    assert here["laplace"] == pytest.approx((3 / laplace, 1 / laplace), rel=1e-6)
    loss = 2 * np.log1p(9 / (3 * t**2))
    assert here["student_t"] == pytest.approx((loss, 4 * 3 / (3 * t**2 + 9)), rel=1e-6)
    middle = len(ALONG) // 2
    assert all(cost.loss[middle] == 0 for cost in costs(results, 5.0, ALONG).values())


def test_outliers_are_added_until_student_t_gives_way_too():
    cloud = next(preset.state for preset in PRESETS if preset.key == "share")
    errors = []
    for _ in range(4):
        errors.append(solve(cloud).errors["student_t"])
        cloud = cloud.with_outlier()
    assert errors == sorted(errors)
    assert errors[0] < 0.5 < 1.5 < errors[-1]
