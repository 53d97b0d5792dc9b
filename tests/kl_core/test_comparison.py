import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kl_core import (
    compare_counts,
    compare_samples,
    jeffreys_divergence,
    js_divergence,
    kl_divergence,
    normalize,
    psi,
)

pytestmark = pytest.mark.filterwarnings("error")

INF = math.inf
MEASURES = ("kl", "reverse_kl", "js", "psi")


def rng(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


# --- psi


def test_psi_is_the_sum_of_both_directions() -> None:
    p, q = [0.2, 0.3, 0.5], [0.25, 0.35, 0.4]
    both = stats.entropy(p, q) + stats.entropy(q, p)
    assert psi(p, q) == pytest.approx(both, rel=1e-12)
    # By hand: −0.05·log 0.8 − 0.05·log(6/7) + 0.1·log 1.25.
    by_hand = -0.05 * math.log(0.8) - 0.05 * math.log(6 / 7) + 0.1 * math.log(1.25)
    assert psi(p, q) == pytest.approx(by_hand, rel=1e-12)
    assert psi([p, q], q, axis=-1).tolist() == [psi(p, q), 0]


def test_psi_of_a_bin_that_is_empty_in_one_alone_is_infinite() -> None:
    assert psi([0.5, 0.5, 0], [0.25, 0.25, 0.5]) == INF
    assert psi([0.5, 0.5, 0], [0.25, 0.75, 0]) < INF
    assert psi(normalize(np.add([2, 2, 0], 0.5)), normalize(np.add([1, 1, 2], 0.5))) < INF


# --- counts: the estimate


def smoothed(a: list[int], b: list[int]) -> tuple[list[float], list[float]]:
    """The docstring's shares, number by number."""
    n, m = sum(a), sum(b)
    k = sum(x + y > 0 for x, y in zip(a, b, strict=True))
    u = [(x + y) / (n + m) for x, y in zip(a, b, strict=True)]
    p = [(x + k * z / 2) / (n + k / 2) for x, z in zip(a, u, strict=True)]
    q = [(y + k * z / 2) / (m + k / 2) for y, z in zip(b, u, strict=True)]
    return p, q


@pytest.mark.parametrize("a", [[9, 12, 4, 0], [0, 3, 20, 1]])
def test_the_estimate_is_the_measure_of_shares_with_half_a_count_a_category(a: list[int]) -> None:
    b = [2, 10, 0, 0]
    p, q = smoothed(a, b)
    expected = {
        "kl": kl_divergence(p, q),
        "reverse_kl": kl_divergence(q, p),
        "js": js_divergence(p, q),
        "psi": jeffreys_divergence(p, q),
    }
    for measure, value in expected.items():
        found = compare_counts(a, b, measure=measure, resamples=19, rng=rng())
        assert found.estimate == pytest.approx(value, rel=1e-12)
        assert found.n == (sum(a), sum(b))
        assert float(found) == found.estimate


def test_a_category_that_neither_has_changes_nothing() -> None:
    with_it = compare_counts([9, 0, 12, 4], [5, 0, 5, 5], rng=rng())
    without = compare_counts([9, 12, 4], [5, 5, 5], rng=rng())
    assert with_it == without or vars(with_it) == vars(without)


# --- counts: the p-value


@pytest.mark.parametrize("measure", MEASURES)
def test_the_p_value_of_two_categories_is_that_of_fishers_exact_test(measure: str) -> None:
    # Where both halves are even, tables as far from that are as large by every measure.
    a, b = [14, 6], [6, 14]
    exact = stats.fisher_exact([a, b]).pvalue
    found = compare_counts(a, b, measure=measure, resamples=20_000, rng=rng())
    assert found.p_value == pytest.approx(exact, abs=4 * math.sqrt(exact / 20_000))


def test_the_p_value_counts_this_comparison_among_the_resamples() -> None:
    assert compare_counts([20, 0], [0, 20], resamples=99, rng=rng()).p_value == 1 / 100
    assert compare_counts([10, 10], [10, 10], resamples=99, rng=rng()).p_value == 1


def test_without_a_difference_p_values_are_uniform() -> None:
    draw, p = rng(), [0.4, 0.3, 0.2, 0.1]
    found = [
        compare_counts(*draw.multinomial(60, p, 2), resamples=39, rng=draw).p_value
        for _ in range(300)
    ]
    # 5 % ± 1.3 %, and the quartiles ± 2.5 %, each a standard error.
    assert 0.01 < np.mean(np.array(found) <= 0.05) < 0.09
    assert stats.kstest(found, "uniform").pvalue > 1e-3


# --- counts: the interval


@pytest.mark.parametrize("measure", MEASURES)
def test_most_intervals_hold_the_truth(measure: str) -> None:
    p, q = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.25, 0.25, 0.25, 0.25])
    truth = {
        "kl": kl_divergence(p, q),
        "reverse_kl": kl_divergence(q, p),
        "js": js_divergence(p, q),
        "psi": jeffreys_divergence(p, q),
    }[measure]
    draw, held, corrected = rng(11), 0, []
    for _ in range(100):
        a, b = draw.multinomial(80, p), draw.multinomial(150, q)
        found = compare_counts(a, b, measure=measure, resamples=99, rng=draw)
        held += found.interval[0] <= truth <= found.interval[1]
        corrected.append(found.estimate - found.bias)
    assert 87 <= held <= 100  # 95 ± 2.2, and what 99 resamples lose
    assert np.mean(corrected) == pytest.approx(float(truth), rel=0.2)  # the mean is off by 6 %


def test_of_many_counts_the_interval_is_the_delta_methods() -> None:
    p, q, n = np.array([0.5, 0.3, 0.2]), np.array([0.4, 0.4, 0.2]), 1_000_000
    logs, ratio = np.log(p / q), p / q
    variance = (p @ logs**2 - (p @ logs) ** 2 + q @ ratio**2 - 1) / n
    found = compare_counts(p * n, q * n, resamples=1999, rng=rng())
    assert found.standard_error == pytest.approx(math.sqrt(variance), rel=0.06)
    ends = (np.array(found.interval) - kl_divergence(p, q)) / math.sqrt(variance)
    assert ends == pytest.approx([-1.96, 1.96], abs=0.25)


def test_the_lower_end_is_0_exactly_where_the_p_value_is_above_1_less_the_level() -> None:
    draw = rng()
    for level in (0.5, 0.8, 0.95):
        for _ in range(15):
            a, b = draw.multinomial(30, [0.5, 0.3, 0.2]), draw.multinomial(30, [0.3, 0.3, 0.4])
            found = compare_counts(a, b, level=level, resamples=99, rng=draw)
            assert (found.interval[0] == 0) == (found.p_value > 1 - level)


def test_where_one_lacks_what_the_other_often_has_nothing_bounds_the_measure() -> None:
    a, b = [40, 40, 20], [50, 50, 0]
    upper = {m: compare_counts(a, b, measure=m, rng=rng()).interval[1] for m in MEASURES}
    assert upper["kl"] == upper["psi"] == INF
    assert upper["reverse_kl"] < INF
    assert upper["js"] <= math.log(2)
    assert compare_counts(b, a, measure="reverse_kl", rng=rng()).interval[1] == INF


def test_a_category_missed_by_chance_leaves_the_interval_finite() -> None:
    found = compare_counts([50, 49, 1], [48, 52, 0], rng=rng())
    assert 0 <= found.interval[0] < found.interval[1] < 1


@pytest.mark.parametrize("a", [[20, 0], [10, 10]])
@pytest.mark.parametrize("measure", MEASURES)
def test_the_farthest_and_the_nearest_have_an_interval(a: list[int], measure: str) -> None:
    found = compare_counts(a, a[::-1], measure=measure, rng=rng())
    assert 0 <= found.interval[0] < found.interval[1]
    # No true share explains an estimate as large as can be, so what chance adds is not known.
    assert math.isnan(found.bias) == (a == [20, 0])


def test_counts_that_cannot_be_dealt_otherwise_give_an_interval_of_everything() -> None:
    found = compare_counts([1, 1, 0, 0], [0, 0, 1, 1], rng=rng())
    assert (found.p_value, found.interval[0]) == (1, 0)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=6))
def test_whatever_the_counts_the_result_is_in_order(pairs: list[tuple[int, int]]) -> None:
    a, b = zip(*pairs, strict=True)
    if min(sum(a), sum(b)) < 2 or sum(x + y > 0 for x, y in pairs) < 2:
        return
    found = compare_counts(a, b, measure="js", resamples=19, rng=rng())
    assert 0 <= found.estimate <= math.log(2)
    assert 0 <= found.interval[0] <= found.interval[1] <= math.log(2)
    assert 0.05 <= found.p_value <= 1
    assert not found.standard_error < 0


def test_a_generator_makes_it_reproducible_and_none_is_a_new_one() -> None:
    first, again = (compare_counts([9, 5, 6], [3, 9, 8], rng=rng()) for _ in range(2))
    assert vars(first) == vars(again)
    assert compare_counts([9, 5, 6], [3, 9, 8]).estimate == first.estimate


# --- samples


def test_samples_are_compared_by_the_counts_of_their_bins() -> None:
    x, y = rng().normal(size=80), rng(8).normal(size=50)
    edges = [-INF, -0.5, 0.5, INF]
    found = compare_samples(x, y, bins=edges, rng=rng())
    counts = [np.histogram(z, edges)[0] for z in (x, y)]
    assert vars(found) == vars(compare_counts(*counts, rng=rng()))
    assert found.n == (80, 50)


@pytest.mark.parametrize("measure", [*MEASURES, "wasserstein"])
def test_a_clear_difference_of_samples_is_found_and_none_is_not(measure: str) -> None:
    x, y = rng(1).normal(size=300), rng(2).normal(size=300)
    assert compare_samples(x, y, measure=measure, rng=rng()).p_value > 0.05
    shifted = compare_samples(x, y + 1, measure=measure, rng=rng())
    assert shifted.p_value == 0.001
    assert 0 < shifted.interval[0] < shifted.estimate < shifted.interval[1]


# --- what is refused


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([1.5, 2], [1, 2], "a must be whole numbers; it holds 1.5."),
        ([1, 2], [-1, 2], "b must not be negative; it holds -1."),
        ([1, math.nan], [1, 2], "a must be finite; it holds nan."),
        ([0, 0], [1, 2], "a must count at least 2, and less than 10**9; it counts 0."),
        ([3, 4], [1, 0], "b must count at least 2, and less than 10**9; it counts 1."),
        ([5, 0], [3, 0], "a and b must count more than one category; all counts are of the same."),
        (
            [1, 2, 3],
            [1, 2],
            "a and b must have equally many outcomes along axis -1; a has 3, b has 2.",
        ),
        ([7], [5], "a must be shaped (k,), with at least two categories; its shape is (1,)."),
        ([5e8, 2], [6e8, 2], "a and b must count less than 10**9 in all; they count 1100000004."),
    ],
)
def test_counts_that_are_none_are_refused(a: Any, b: Any, message: str) -> None:
    with pytest.raises(ValueError, match=r".*") as error:
        compare_counts(a, b)
    assert str(error.value).replace("along axis 0", "along axis -1") == message


def test_counts_with_other_labels_are_refused() -> None:
    first, second = pd.Series(list("aabc")).value_counts(), pd.Series(list("abcc")).value_counts()
    with pytest.raises(ValueError, match=r"^a and b must have the same labels in the same order"):
        compare_counts(first, second)
    aligned = compare_counts(first, second.reindex(first.index), rng=rng())
    assert aligned.estimate == compare_counts([2, 1, 1], [1, 1, 2], rng=rng()).estimate


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"measure": "tv"}, r"measure must be one of kl, reverse_kl, js, psi; got 'tv'"),
        ({"measure": "wasserstein"}, r"measure must be one of"),
        ({"level": 1}, r"level must be a number between 0 and 1; got 1"),
        ({"resamples": 18}, r"resamples must be an integer of at least 19; got 18"),
        ({"rng": 3}, r"rng must be a Generator"),
    ],
)
def test_options_that_are_none_are_refused(options: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        compare_counts([5, 4], [3, 4], **options)


def test_a_measure_that_is_no_name_is_of_a_wrong_type() -> None:
    with pytest.raises(TypeError, match=r"^measure must be one of kl, .*; got None\.$"):
        compare_counts([5, 4], [3, 4], measure=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("x", "y", "options", "message"),
    [
        (
            [],
            [1, 2],
            {},
            r"^x must be shaped \(n,\), with at least 2 values; its shape is \(0,\).$",
        ),
        (
            [1],
            [1, 2],
            {},
            r"^x must be shaped \(n,\), with at least 2 values; its shape is \(1,\).$",
        ),
        ([1, math.nan], [1, 2], {}, r"^x must be finite; row 1 is nan.$"),
        ([3, 3], [3, 3], {}, r"^x and y must hold more than one value; all of them are 3.$"),
        ([1, 2], [1, 2], {"bins": [0, 9]}, r"^bins must separate the values; all of x and y lie"),
        ([1, 2], [1, 2], {"measure": "kld"}, r"wasserstein; got 'kld'.$"),
    ],
)
def test_samples_that_are_none_are_refused(x: Any, y: Any, options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare_samples(x, y, **options)
