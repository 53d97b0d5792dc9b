"""SciPy is the oracle; the bootstrap's are all its resamples, counted."""

import itertools
import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.evaluation import statistics
from models.evaluation.statistics import Differences, RankCorrelation

FREEDOMS = [1, 2, 3, 4, 5, 8, 9, 10, 29, 30, 99, 100, 1001]
SAMPLES = {
    "two": (0.25, -0.5),
    "three": (0.001, -0.002, 0.0045),
    "ten": (0.4, -0.3, 0.1, 0.9, -1.2, 0.05, 0.3, -0.2, 0.7, 0.15),
    "far from 0": (1e6 + 1, 1e6 + 2, 1e6 + 4, 1e6 - 3),
}
differences = st.lists(
    st.floats(-1, 1, allow_subnormal=False).map(lambda x: round(x, 6)), min_size=2, max_size=12
)
samples = pytest.mark.parametrize("values", SAMPLES.values(), ids=SAMPLES)


@pytest.mark.parametrize("freedom", FREEDOMS)
def test_the_t_distribution_is_scipys(freedom):
    ts = [*np.linspace(-12, 12, 97).tolist(), -1e8, -1e3, 50.0, 1e3, 1e8, 1e300]
    ours = [statistics.t_cdf(t, freedom) for t in ts]
    assert ours == pytest.approx(scipy.stats.t.cdf(ts, freedom), rel=0, abs=1e-14)


@pytest.mark.parametrize("freedom", FREEDOMS)
def test_a_share_stays_one_however_far_out(freedom):
    ts = [math.inf, 1e300, 1e17, 1e9, *np.linspace(10, 1e4, 500).tolist()]
    assert all(0 <= statistics.t_cdf(s * t, freedom) <= 1 for t in ts for s in (-1, 1))
    assert statistics.t_cdf(math.inf, freedom) == pytest.approx(1, abs=1e-15)
    assert statistics.t_cdf(-math.inf, freedom) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("freedom", FREEDOMS)
def test_quantiles_of_t_are_scipys(freedom):
    shares = [0.6, 0.9, 0.95, 0.975, 0.995, 0.9999]
    ours = [statistics.t_quantile(share, freedom) for share in shares]
    assert ours == pytest.approx(scipy.stats.t.ppf(shares, freedom), rel=1e-11)


@samples
def test_the_interval_is_scipys(values):
    ours = Differences(values)
    theirs = scipy.stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert ours.interval == pytest.approx(tuple(theirs), rel=1e-12)
    assert ours.mean == pytest.approx(np.mean(values), rel=1e-15)
    assert ours.standard_error == pytest.approx(scipy.stats.sem(values), rel=1e-12)


def test_an_interval_by_hand():
    # Mean 2, sd 1, so standard error 1/√3; t(0.975; 2) = 4.30265 from Student's table.
    low, high = Differences((1.0, 2.0, 3.0)).interval
    assert (low, high) == pytest.approx((2 - 2.48414, 2 + 2.48414), abs=1e-5)


@samples
@pytest.mark.parametrize("margin", [1e-4, 0.003, 0.5, 2.0, 1e7, math.inf])
def test_equivalence_is_the_larger_p_of_scipys_two_one_sided_tests(values, margin):
    low = scipy.stats.ttest_1samp(values, -margin, alternative="greater").pvalue
    high = scipy.stats.ttest_1samp(values, margin, alternative="less").pvalue
    expected = 0.0 if margin == math.inf else max(low, high)
    assert Differences(values).equivalence(margin) == pytest.approx(expected, rel=1e-9, abs=1e-14)


@settings(deadline=None)  # a test machine may be busy
@given(differences, st.floats(0.001, 3))
def test_two_are_equivalent_where_the_90_percent_interval_lies_within_the_margin(values, margin):
    ours = Differences(tuple(values))
    assume(ours.standard_error > 0)
    low, high = scipy.stats.ttest_1samp(values, 0).confidence_interval(0.90)
    assume(min(abs(low + margin), abs(high - margin)) > 1e-9)  # on the edge rounding decides
    assert ours.are_equivalent(margin) == (-margin < low and high < margin)


@pytest.mark.parametrize("mirrored", [1, -1])
def test_equivalence_asks_both_sides(mirrored):
    values = tuple(mirrored * x for x in (0.9, 1.0, 1.1))
    assert not Differences(values).are_equivalent(1.0)
    assert Differences(values).are_equivalent(1.5)


def test_differences_all_the_same_leave_no_doubt():
    same = Differences((0.1, 0.1, 0.1))  # whose standard deviation numpy rounds to 1.7e-17
    assert same.standard_error == 0
    assert same.interval == (same.mean, same.mean)
    assert same.bootstrap == pytest.approx((0.1, 0.1))
    assert same.equivalence(0.2) == 0
    assert same.equivalence(0.05) == 1
    assert Differences((0.0, 0.0)).are_equivalent(1e-9)
    assert not Differences((0.5, 0.5)).are_equivalent(0.5)  # within means inside, not on the edge


@pytest.mark.parametrize("values", [(0.3, -0.1, 0.8), (0.0, 1.0, 5.0, 6.5, 30.0)])
def test_the_bootstrap_cuts_off_what_all_resamples_say(values):
    means = [np.mean(drawn) for drawn in itertools.product(values, repeat=len(values))]
    # A share of 10,000 resamples is off by 0.16 % (sd): three times that on either side.
    around = [0.02, 0.03, 0.97, 0.98]
    exact = np.quantile(means, around, method="inverted_cdf")
    low, high = Differences(values).bootstrap
    assert exact[0] - 1e-9 <= low <= exact[1] + 1e-9
    assert exact[2] - 1e-9 <= high <= exact[3] + 1e-9


def test_of_three_pairs_the_bootstrap_reaches_from_the_least_to_the_greatest():
    # Each of them fills 1 of 27 resamples, 3.7 %: more than the 2.5 % that the interval cuts off.
    assert Differences((0.3, -0.1, 0.8)).bootstrap == pytest.approx((-0.1, 0.8))


def test_the_bootstrap_of_ten_is_scipys_but_for_chance():
    values = SAMPLES["ten"]
    theirs = scipy.stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=100_000, rng=np.random.default_rng(1)
    ).confidence_interval
    assert Differences(values).bootstrap == pytest.approx(tuple(theirs), abs=0.02)


def test_the_bootstrap_is_the_same_each_time_and_narrower_than_students():
    values = SAMPLES["three"]
    low, high = Differences(values).bootstrap
    assert (low, high) == Differences(values).bootstrap
    student = Differences(values).interval
    assert student[0] < low < high < student[1]


@pytest.mark.parametrize("values", [(), (0.5,)], ids=["none", "one"])
def test_one_pair_is_no_interval(values):
    with pytest.raises(ValueError, match=f"needs at least 2 pairs; there are {len(values)}:"):
        Differences(values)


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_a_run_that_diverged_is_told(wrong):
    with pytest.raises(ValueError, match="A run diverged"):
        Differences((0.1, wrong, 0.2))


@pytest.mark.parametrize("margin", [0, -0.5, -math.inf, math.nan])
def test_a_margin_that_is_none_is_refused(margin):
    with pytest.raises(ValueError, match="margin must be above 0; got"):
        Differences((0.1, 0.2)).equivalence(margin)


def test_the_distance_between_two_seeds_by_hand():
    # |1 − 3|, |1 − 7|, |3 − 7|: their mean is 4.
    assert statistics.gini_mean_difference([1.0, 3.0, 7.0]) == pytest.approx(4)
    assert statistics.gini_mean_difference([2.0, 2.5]) == 0.5
    assert statistics.gini_mean_difference([0.7, 0.7, 0.7]) == 0


def test_a_standard_deviation_by_hand():
    # Squared distances from the mean 5: 9 + 1 + 16 + 0 + 0 = 26, divided by 4.
    assert statistics.sd([2.0, 4.0, 9.0, 5.0, 5.0]) == pytest.approx(math.sqrt(6.5))
    assert statistics.sd([0.1, 0.1, 0.1]) == 0


def test_of_one_value_there_is_neither_spread_nor_distance():
    assert math.isnan(statistics.sd([0.5]))
    assert math.isnan(statistics.gini_mean_difference([0.5]))


@pytest.mark.parametrize("ties", [False, True])
def test_the_rank_correlation_is_scipys_with_ties_and_without(ties):
    rng = np.random.default_rng(1)
    x = rng.normal(size=300)
    y = x + rng.normal(size=300)
    if ties:
        x, y = np.round(x), np.round(y)
        assert len(np.unique(x)) < 12
    assert RankCorrelation.of(x, y).rho == pytest.approx(
        scipy.stats.spearmanr(x, y).statistic, rel=1e-12
    )


def test_the_rank_correlation_sees_the_order_alone_and_none_where_all_are_equal():
    x = np.array([3.0, 1.0, 2.0, 9.0])
    assert RankCorrelation.of(x, np.exp(x)).rho == pytest.approx(1)
    assert RankCorrelation.of(x, -(x**3)).rho == pytest.approx(-1)
    assert math.isnan(RankCorrelation.of(x, np.ones(4)).rho)


def test_the_interval_of_a_rank_correlation_is_the_one_by_hand():
    # artanh 0.5 = 0.5493; ± 1.96 · √(1.125 / 97) = 0.2111; tanh of 0.3382 and 0.7604.
    assert RankCorrelation(0.5, 100).interval == pytest.approx((0.3259, 0.6413), abs=2e-4)
    assert np.isnan(RankCorrelation(math.nan, 100).interval).all()
    assert np.isnan(RankCorrelation(0.5, 3).interval).all()


def test_the_interval_of_a_rank_correlation_is_about_as_wide_as_the_bootstraps():
    rng = np.random.default_rng(2)
    x = rng.normal(size=400)
    y = 0.5 * x + rng.normal(size=400)
    picks = rng.integers(0, 400, (999, 400))
    drawn = [RankCorrelation.of(x[pick], y[pick]).rho for pick in picks]
    assert RankCorrelation.of(x, y).interval == pytest.approx(
        np.quantile(drawn, [0.025, 0.975]), abs=0.02
    )
