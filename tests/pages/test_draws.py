import math

import numpy as np
import pytest

from pages.ui import tables
from pages.ui.pairs import samples

NAMES = ("heads", "tails")
FAIR, LOADED = np.array([0.5, 0.5]), np.array([0.9, 0.1])


@pytest.mark.parametrize("n", [1, 100, samples.MOST, "7", 7.0])
def test_a_whole_number_within_the_limits_is_taken(n):
    assert samples.checked(n) == int(n)


@pytest.mark.parametrize("n", [0, -1, 1e9, 10**400, 2.5, math.nan, math.inf, None, "", "ten", [3]])
def test_another_number_is_refused_in_one_sentence(n):
    with pytest.raises(
        ValueError, match=r"^The number of draws is .* from 1 to 100,000, not .*\.$"
    ):
        samples.checked(n)


def test_the_same_seed_draws_the_same_and_another_does_not():
    one, same, other = (samples.draw(NAMES, FAIR, LOADED, 200, seed, 2) for seed in (3, 3, 4))
    assert one.mean.tolist() == same.mean.tolist()
    assert one.mean.tolist() != other.mean.tolist()


def test_the_mean_is_that_of_the_log_ratios_of_what_was_drawn():
    found = samples.draw(NAMES, FAIR, LOADED, 50, 1, 2)
    heads = math.log2(0.5 / 0.9)
    tails = math.log2(0.5 / 0.1)
    # The share of heads that explains the last mean must be a whole number of fiftieths.
    share = (found.mean[-1] - tails) / (heads - tails)
    assert 50 * share == pytest.approx(round(50 * share))
    assert found.mean[0] == pytest.approx(heads) or found.mean[0] == pytest.approx(tails)


def test_the_band_holds_about_nineteen_ends_in_twenty():
    ends = [samples.draw(NAMES, FAIR, LOADED, 400, seed, None) for seed in range(400)]
    within = [abs(d.mean[-1] - d.divergence) <= d.margin[-1] for d in ends]
    # 380 of 400 are due, with a standard deviation of √(400 · 0.95 · 0.05) = 4.4.
    assert 360 <= sum(within) <= 398


def test_the_band_is_1_96_standard_errors_wide():
    found = samples.draw(NAMES, FAIR, LOADED, 100, 1, None)
    # By hand: log-ratios ln(5/9) and ln 5, half of the time each, are ln 9 / 2 from their mean.
    assert found.spread == pytest.approx(math.log(9) / 2)
    assert found.margin[-1] == pytest.approx(1.96 * math.log(9) / 2 / 10)
    in_bits = samples.draw(NAMES, FAIR, LOADED, 100, 1, 2)
    assert in_bits.spread == pytest.approx(math.log2(9) / 2)


def test_many_draws_are_kept_as_few_points_that_end_with_the_last():
    found = samples.draw(NAMES, FAIR, LOADED, samples.MOST, 1, 2)
    assert len(found.number) <= samples.KEPT
    assert found.n == samples.MOST
    assert found.mean[-1] == pytest.approx(found.divergence, abs=0.03)


def test_what_q_rules_out_makes_the_mean_infinite_once_it_comes():
    p, q = np.array([0.5, 0.5]), np.array([1.0, 0.0])
    found = samples.draw(NAMES, p, q, 100, 1, 2)
    assert found.fatal is not None
    at, name = found.fatal
    assert name == "tails"
    assert np.isfinite(found.mean[found.number < at]).all()
    assert np.isinf(found.mean[found.number >= at]).all()
    assert "“tails”, which Q calls impossible" in samples.finding(found, "bits")
    assert tables.running_mean(found)["divergence"].isna().all()


def test_what_q_rules_out_and_has_not_come_yet_is_announced():
    found = samples.draw(NAMES, np.array([1 - 1e-12, 1e-12]), np.array([1.0, 0.0]), 10, 1, 2)
    assert found.fatal is None
    assert "has not come yet" in samples.finding(found, "bits")


def test_equal_distributions_leave_nothing_to_wait_for():
    found = samples.draw(NAMES, FAIR, FAIR, 10, 1, 2)
    assert found.mean.tolist() == [0] * 10
    assert "nothing to wait for" in samples.finding(found, "bits")


def test_rounding_is_no_spread():
    # A label whose smoothing was taken back: the log-ratio is the same for all that comes.
    p, q = np.array([1.0, 0.0, 0.0]), np.array([0.64, 0.2, 0.16])
    found = samples.draw(("a", "b", "c"), p, q, 100, 1, 2)
    assert found.spread == 0
    assert len(set(found.mean.tolist())) == 1
    assert "nothing to wait for" in samples.finding(found, "bits")


def test_of_few_draws_no_share_is_promised():
    assert "So few draws say little" in samples.finding(
        samples.draw(NAMES, FAIR, LOADED, samples.FEW - 1, 1, 2), "bits"
    )
    assert "19 means in 20" in samples.finding(
        samples.draw(NAMES, FAIR, LOADED, samples.FEW, 1, 2), "bits"
    )
