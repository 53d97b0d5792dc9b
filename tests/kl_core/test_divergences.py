import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import spatial

from kl_core import _validation
from kl_core.discrete import entropy, kl_divergence, normalize, perplexity
from kl_core.divergences import (
    chi2_divergence,
    hellinger_distance,
    jeffreys_divergence,
    js_divergence,
    renyi_divergence,
    total_variation,
)
from kl_core.information import mutual_information

pytestmark = pytest.mark.filterwarnings("error")

Measure = Callable[..., Any]
INF = math.inf


def order(a: float) -> Measure:
    def renyi(p: Any, q: Any, **options: Any) -> Any:
        return renyi_divergence(p, q, a, **options)

    renyi.__name__ = f"renyi_{a}"
    return renyi


WITH_A_UNIT: list[Measure] = [jeffreys_divergence, js_divergence, *map(order, (0, 0.3, 1, 3, INF))]
WITHOUT: list[Measure] = [chi2_divergence, total_variation, hellinger_distance]
ALL = WITH_A_UNIT + WITHOUT

COIN, LOADED = [0.5, 0.5], [0.25, 0.75]


def close(value: Any) -> Any:
    return pytest.approx(value, rel=1e-14, abs=0)


def batch(*shape: int, seed: int) -> np.ndarray:
    return normalize(np.random.default_rng(seed).exponential(size=shape))


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        (jeffreys_divergence, math.log(3) / 4),  # (½ − ¼) log 2 + (½ − ¾) log ⅔
        # ½ [½ log 4/3 + ½ log 4/5] + ½ [¼ log 2/3 + ¾ log 6/5], M being (3, 5)/8
        (js_divergence, (2 * math.log(16 / 15) + math.log(2 / 3) + 3 * math.log(6 / 5)) / 8),
        (order(0.5), -2 * math.log((1 + math.sqrt(3)) / math.sqrt(8))),
        (order(2), math.log(4 / 3)),  # ¼ / ¼ + ¼ / ¾
        (order(INF), math.log(2)),
        (order(0), 0),
        (chi2_divergence, 1 / 3),  # 1/16 / ¼ + 1/16 / ¾
        (total_variation, 1 / 4),
        (hellinger_distance, math.sqrt(1 - (1 + math.sqrt(3)) / math.sqrt(8))),
    ],
)
def test_from_fair_to_biased_coin_matches_hand_value(measure: Measure, value: float) -> None:
    assert measure(COIN, LOADED) == close(value)


def test_js_with_a_weight_matches_its_definition_by_entropies() -> None:
    p, q, w = batch(5, seed=1), batch(5, seed=2), 0.2
    expected = entropy(w * p + (1 - w) * q) - w * entropy(p) - (1 - w) * entropy(q)
    assert js_divergence(p, q, weight=w) == pytest.approx(expected, rel=1e-13)


def test_js_is_the_square_of_scipys_distance() -> None:
    p, q = batch(40, 7, seed=1), batch(40, 7, seed=2)
    expected = spatial.distance.jensenshannon(p, q, axis=1) ** 2
    np.testing.assert_allclose(js_divergence(p, q), expected, rtol=1e-12)


def test_js_of_disjoint_supports_is_log_2_and_of_any_weight_the_entropy_of_the_weight() -> None:
    assert js_divergence([1, 0], [0, 1]) == close(math.log(2))
    assert js_divergence([1, 0], [0, 1], weight=0.1) == close(entropy([0.1, 0.9]))


@pytest.mark.parametrize("weight", [0, 1, 1e-320, 1 - 1e-16])
def test_js_with_nearly_all_weight_on_one_side_is_about_0(weight: float) -> None:
    assert 0 <= js_divergence([0.5, 0.5], [0, 1], weight=weight) < 1e-14
    assert 0 <= js_divergence([0, 1], [5e-324, 1], weight=weight) < 1e-14


def test_renyi_of_orders_near_0_1_and_infinity_meets_its_limits() -> None:
    p, q = batch(50, 6, seed=1), batch(50, 6, seed=2)
    at_1, at_inf = renyi_divergence(p, q, 1), renyi_divergence(p, q, INF)
    np.testing.assert_array_equal(at_1, kl_divergence(p, q))
    np.testing.assert_allclose(at_inf, np.log((p / q).max(axis=1)), rtol=1e-13)
    for near in (1 - 1e-15, 1 + 1e-15):
        np.testing.assert_allclose(renyi_divergence(p, q, near), at_1, rtol=1e-13)
    np.testing.assert_allclose(renyi_divergence(p, q, 1e16), at_inf, rtol=1e-14)
    np.testing.assert_allclose(renyi_divergence(p, q, 1e300), at_inf, rtol=0)
    # Near 0 it is order times KL(Q‖P), to first order.
    np.testing.assert_allclose(renyi_divergence(p, q, 1e-15) / 1e-15, kl_divergence(q, p), 1e-13)


@pytest.mark.parametrize("tiny", [0, 5e-324, 1e-300, 1e-30])
def test_renyi_of_order_0_counts_what_q_gives_where_p_has_nothing(tiny: float) -> None:
    p, q = [0.5, 0.5, 0], [[0.2, 0.3, 0.5], [0.5, 0.5, 0], [0, 0, 1], [1 - 1e-12, 0, 1e-12]]
    assert renyi_divergence(p, q, tiny).tolist() == close([math.log(2), 0, INF, 1e-12 + 5e-25])


def test_renyi_above_1_is_infinite_where_q_alone_is_0_and_below_1_is_not() -> None:
    p, q = [0.5, 0.5], [1, 0]
    assert [renyi_divergence(p, q, a) for a in (1, 1.5, 300, 1e290, INF)] == [INF] * 5
    assert renyi_divergence(p, q, 0.75) == close(math.log(8))  # Σ pᵃ q¹⁻ᵃ = ½^¾
    assert renyi_divergence([1, 0], [0, 1], 0.75) == INF


@pytest.mark.parametrize("measure", [jeffreys_divergence, chi2_divergence])
def test_an_outcome_impossible_under_q_alone_costs_infinity(measure: Measure) -> None:
    assert measure([[0.5, 0.5, 0], [0, 0.5, 0.5]], [0, 0.5, 0.5]).tolist() == [INF, 0]


def test_chi2_is_infinite_only_where_it_exceeds_the_largest_float() -> None:
    assert chi2_divergence([0.5, 0.5], [1e-300, 1]) == close(0.25e300)
    assert chi2_divergence([0.5, 0.5], [1e-310, 1]) == INF
    assert chi2_divergence([1e-170, 1], [1e-300, 1]) == close(1e-40)


def test_the_largest_values_are_log_2_1_and_1() -> None:
    p, q = batch(100, 6, seed=3) * ([1] * 3 + [0] * 3), batch(100, 6, seed=4) * ([0] * 3 + [1] * 3)
    p, q = normalize(p), normalize(q)
    assert (total_variation(p, q) <= 1).all()
    assert (hellinger_distance(p, q) <= 1).all()
    np.testing.assert_allclose(total_variation(p, q), 1, rtol=1e-15)
    np.testing.assert_allclose(hellinger_distance(p, q), 1, rtol=1e-15)
    np.testing.assert_allclose(js_divergence(p, q, base=2), 1, rtol=1e-15)


def test_perplexity_is_the_number_of_equally_likely_outcomes() -> None:
    assert perplexity([0.25, 0.25, 0.25, 0.25, 0]) == close(4)
    assert perplexity(np.eye(3)).tolist() == [1, 1, 1]
    assert perplexity(np.eye(3, dtype=np.float32)).dtype == np.float32
    assert perplexity([[0.5, 1], [0.5, 0]], axis=0).tolist() == close([2, 1])


@pytest.mark.parametrize("measure", ALL)
def test_every_axis_and_broadcasting_agree_with_one_row_at_a_time(measure: Measure) -> None:
    p, q = batch(3, 1, 4, seed=3), batch(2, 4, seed=4)
    expected = [[measure(row[0], other) for other in q] for row in p]
    np.testing.assert_allclose(measure(p, q), expected, rtol=1e-13)
    np.testing.assert_allclose(measure(np.moveaxis(p, -1, 0), q.T, axis=0), expected, rtol=1e-13)
    assert np.ndim(measure(p[0, 0], q[0])) == 0


@pytest.mark.parametrize("measure", ALL)
def test_float32_stays_float32_and_mixes_to_float64(measure: Measure) -> None:
    p, q = batch(5, 4, seed=5), batch(5, 4, seed=6)
    narrow = measure(p.astype(np.float32), q.astype(np.float32))
    assert narrow.dtype == np.float32
    np.testing.assert_allclose(narrow, measure(p, q), rtol=1e-5)
    assert measure(normalize(p.astype(np.float32), axis=1).astype(np.float32), q).dtype == float


@pytest.mark.parametrize("measure", WITH_A_UNIT)
def test_base_2_gives_bits(measure: Measure) -> None:
    p, q = batch(5, seed=7), batch(5, seed=8)
    assert measure(p, q, base=2) == close(measure(p, q) / math.log(2))


@pytest.mark.parametrize("measure", ALL)
def test_a_distribution_is_at_exactly_0_from_itself(measure: Measure) -> None:
    p = np.concatenate([batch(60, 7, seed=9), np.eye(7)])
    found = measure(p, p.copy())
    assert (found == 0).all()
    assert not np.signbit(found).any()


@pytest.mark.parametrize("measure", ALL)
def test_counts_are_refused_with_a_hint(measure: Measure) -> None:
    message = (
        r"^q must sum to 1 along its last axis; it sums to 12: "
        r"pass counts through normalize first\.$"
    )
    with pytest.raises(ValueError, match=message):
        measure([0.5, 0.5], [5, 7])


@pytest.mark.parametrize("bad", [-0.1, math.nan, "1", None, 1j, -INF])
def test_an_order_or_weight_that_is_none_is_refused(bad: Any) -> None:
    kind = ValueError if isinstance(bad, float) else TypeError
    with pytest.raises(kind, match=r"^order must be a number from 0 to inf; got .*\.$"):
        renyi_divergence(COIN, LOADED, bad)
    with pytest.raises(kind, match=r"^weight must be a number from 0 to 1; got .*\.$"):
        js_divergence(COIN, LOADED, weight=bad)


def test_mutual_information_matches_the_textbook_table() -> None:
    # Cover & Thomas (2006), example 2.2.1: I(X; Y) = 3/8 bit.
    table = np.array([[4, 2, 1, 1], [2, 4, 1, 1], [2, 2, 2, 2], [8, 0, 0, 0]]) / 32
    assert mutual_information(table, base=2) == close(3 / 8)
    assert mutual_information(table.T, base=2) == close(3 / 8)


def test_mutual_information_of_equal_and_of_independent_variables() -> None:
    p, q = batch(4, seed=1), batch(5, seed=2)
    assert mutual_information(np.diag(p)) == close(entropy(p))
    assert mutual_information(np.multiply.outer(p, q)) < 1e-30
    assert mutual_information([[1]]) == 0


def test_mutual_information_along_other_axes_of_a_batch() -> None:
    tables = normalize(np.random.default_rng(3).exponential(size=(3, 20))).reshape(3, 4, 5)
    expected = [mutual_information(table) for table in tables]
    assert mutual_information(tables).tolist() == close(expected)
    assert mutual_information(np.moveaxis(tables, 0, 1), axis=(0, 2)).tolist() == close(expected)
    assert mutual_information(tables.T, axis=[1, 0]).tolist() == close(expected)


def test_mutual_information_of_a_rare_pair_does_not_drown_in_underflow() -> None:
    # The rare cell's share is −c log c, the other's 0 but for terms of order c.
    c = 1e-200
    assert mutual_information([[1, 0], [0, c]]) == close(-c * math.log(c) + c)


@pytest.mark.parametrize(
    ("joint", "axis", "message"),
    [
        ([0.5, 0.5], (-2, -1), "joint must have two axes of outcomes; its shape is (2,)."),
        ([[]], (-2, -1), "joint must have two axes of outcomes; its shape is (1, 0)."),
        ([[1.0]], 0, "axis must be a pair of axes; got 0."),
        ([[1.0]], [0, 1, 0], "axis must be a pair of axes; got [0, 1, 0]."),
        ([[1.0]], (0, -2), "axis must be one axis or several different ones; got (0, -2)."),
        ([[1.0]], (0, 2), "axis must be one that joint has; joint has 2 axes, got 2."),
        ([[0.5], [0.6]], (-2, -1), "joint must sum to 1 along its axes (0, 1); it sums to 1.1."),
        ([[1.5, -0.5]], (-2, -1), "joint must not be negative; it holds -0.5."),
        (
            [[2, 3], [4, 5]],
            (-2, -1),
            "joint must sum to 1 along its axes (0, 1); it sums to 14: "
            "pass counts through normalize first.",
        ),
    ],
)
def test_a_bad_joint_table_is_refused(joint: Any, axis: Any, message: str) -> None:
    kind = TypeError if isinstance(axis, int) else ValueError
    with pytest.raises(kind) as caught:
        mutual_information(joint, axis=axis)
    assert str(caught.value) == message


@pytest.mark.parametrize("rows", [1, 40_000])  # in one block, and in several
def test_what_is_too_large_for_float32_is_inf_there(rows: int) -> None:
    q = np.array([1.0, 1e-44], np.float32)  # ¼ / 10⁻⁴⁴
    found = chi2_divergence(np.full((rows, 2), 0.5, np.float32), q)
    assert found.dtype == np.float32
    assert np.all(found == INF)


def test_what_rounds_to_the_largest_float32_is_not_inf() -> None:
    largest = float(np.finfo(np.float32).max)
    values = np.array([largest * (1 + 2**-26), largest * (1 + 2**-24), -2 * largest, math.nan])
    expected = [largest, INF, -INF, math.nan]
    np.testing.assert_array_equal(_validation.cast(values, np.float32), expected)


@pytest.mark.parametrize("a", [1e8, 1e10, 1e15, 1e16, 1e17, 1e20, 1e300])
def test_renyi_of_any_order_is_not_negative_where_the_sums_of_q_are_a_little_greater(
    a: float,
) -> None:
    q = batch(200, 8, seed=4)
    for p in (np.nextafter(q, 0), q * (1 - 5e-10)):
        found = renyi_divergence(p, q, a)
        assert np.all((found >= 0) & (found < 2e-9))
        assert not np.signbit(found).any()


def test_js_of_disjoint_pairs_is_the_entropy_of_its_weight_and_no_more() -> None:
    shares = batch(200, 7, seed=6)
    p, q = np.pad(shares, ((0, 0), (0, 7))), np.pad(shares[::-1], ((0, 0), (7, 0)))
    assert js_divergence(p, q, base=2).max() == 1
    np.testing.assert_allclose(js_divergence(p, q), math.log(2), rtol=1e-15)
    for weight in (1e-300, 1e-20, 0.1, 0.7, 1 - 1e-15):
        bound = -math.log(weight) * weight - math.log1p(-weight) * (1 - weight)
        np.testing.assert_allclose(js_divergence(p, q, weight=weight), bound, rtol=2e-15)
    assert js_divergence([1, 0], [0, 1], weight=0) == js_divergence([1, 0], [0, 1], weight=1) == 0
