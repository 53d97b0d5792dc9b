import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from kl_core import cross_entropy, entropy, kl_divergence, kl_terms, normalize, perplexity

pytestmark = pytest.mark.filterwarnings("error")

Measure = Callable[..., Any]

# Wikipedia's example: the binomial distribution with n = 2 and p = 0.4 against the uniform one.
P, Q = np.array([9, 12, 4]) / 25, np.full(3, 1 / 3)
KL_PQ = (32 * math.log(2) + 55 * math.log(3) - 50 * math.log(5)) / 25
KL_QP = (-4 * math.log(2) - 6 * math.log(3) + 6 * math.log(5)) / 3

PAIRS: list[Measure] = [kl_divergence, cross_entropy, kl_terms]


def close(value: Any) -> Any:
    return pytest.approx(value, rel=1e-14, abs=0)


def batch(*shape: int, seed: int) -> np.ndarray:
    weights = np.random.default_rng(seed).exponential(size=shape)
    return weights / weights.sum(axis=-1, keepdims=True)


def test_kl_of_wikipedias_example_matches_its_exact_logarithms() -> None:
    assert kl_divergence(P, Q) == pytest.approx(KL_PQ, rel=5e-14)
    assert kl_divergence(P, Q) == pytest.approx(0.0852996, abs=5e-8)


def test_kl_of_wikipedias_example_reversed_matches_its_exact_logarithms() -> None:
    assert kl_divergence(Q, P) == pytest.approx(KL_QP, rel=5e-14)
    assert kl_divergence(Q, P) == pytest.approx(0.0974550, abs=5e-8)


def test_kl_from_fair_to_biased_coin_matches_hand_value() -> None:
    # ½ log(½ / ¼) + ½ log(½ / ¾) = log 2 − ½ log 3
    assert kl_divergence([0.5, 0.5], [0.25, 0.75]) == close(math.log(2) - math.log(3) / 2)


def test_terms_from_fair_to_biased_coin_match_hand_values() -> None:
    terms = kl_terms([0.5, 0.5], [0.25, 0.75])
    assert terms == close([math.log(2) / 2, math.log(2 / 3) / 2])


def test_entropy_of_a_fair_die_is_log_6() -> None:
    assert entropy(np.full(6, 1 / 6)) == close(math.log(6))


def test_cross_entropy_of_a_one_hot_label_is_minus_the_log_of_its_probability() -> None:
    assert cross_entropy([0, 1, 0], [0.2, 0.7, 0.1]) == close(-math.log(0.7))


def test_base_2_gives_bits() -> None:
    p, q = [0.5, 0.5], [0.125, 0.875]
    assert entropy(p, base=2) == 1.0
    assert cross_entropy(p, q, base=2) == close((3 + math.log2(8 / 7)) / 2)
    assert kl_divergence(p, q, base=2) == close(2 + math.log2(1 / 7) / 2)
    assert kl_terms(p, q, base=2) == close([1, math.log2(4 / 7) / 2])


@pytest.mark.parametrize("base", [1.5, math.e, 10, np.float32(3), 10**300])
def test_base_divides_nats_by_its_logarithm(base: float) -> None:
    assert kl_divergence(P, Q, base=base) == close(kl_divergence(P, Q) / math.log(base))


def test_an_outcome_impossible_under_q_alone_costs_infinity() -> None:
    p, q = [[0.5, 0.5, 0], [0, 0.5, 0.5]], [0, 0.5, 0.5]
    assert kl_divergence(p, q).tolist() == [math.inf, 0]
    assert cross_entropy(p, q).tolist() == [math.inf, close(math.log(2))]
    assert kl_terms(p, q).tolist() == [[math.inf, 0, 0], [0, 0, 0]]


def test_an_outcome_impossible_under_p_costs_nothing() -> None:
    assert kl_divergence([0, 1], [0.5, 0.5]) == close(math.log(2))
    assert cross_entropy([0, 1], [0.5, 0.5]) == close(math.log(2))
    assert kl_terms([0, 1], [0.5, 0.5]).tolist() == [0, close(math.log(2))]
    assert entropy([0, 0.5, 0.5]) == close(math.log(2))


def test_the_term_of_an_outcome_alike_in_both_is_plus_zero() -> None:
    terms = kl_terms([0.2, 0.3, 0.5, 0], [0.2, 0.3, 0.5, 0])
    assert str(terms.tolist()) == "[0.0, 0.0, 0.0, 0.0]"


def test_a_certain_outcome_has_entropy_plus_zero() -> None:
    for certain in ([1.0], [0, 1], [1, -0.0], [1 + 5e-10, 0]):
        assert math.copysign(1, entropy(certain)) == 1
        assert entropy(certain) == 0


def test_kl_keeps_a_q_that_adding_to_p_would_lose() -> None:
    # ½ log ½ + ½ log(½ · 10¹⁷); with x = (q − p) / p alone, q is lost and the result inf.
    expected = math.log(0.5) + 17 * math.log(10) / 2
    assert kl_divergence([0.5, 0.5], [1, 1e-17]) == close(expected)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_every_axis_agrees_with_scipy(axis: int) -> None:
    p, q = (np.moveaxis(batch(4, 5, 6, seed=s), -1, axis) for s in (1, 2))
    np.testing.assert_allclose(entropy(p, axis=axis), stats.entropy(p, axis=axis), rtol=1e-13)
    expected = stats.entropy(p, q, axis=axis)
    np.testing.assert_allclose(kl_divergence(p, q, axis=axis), expected, rtol=1e-13)
    np.testing.assert_allclose(kl_terms(p, q, axis=axis).sum(axis), expected, rtol=1e-13)
    mixed = stats.entropy(p, axis=axis) + expected
    np.testing.assert_allclose(cross_entropy(p, q, axis=axis), mixed, rtol=1e-13)


@pytest.mark.parametrize("measure", PAIRS)
def test_batches_broadcast(measure: Measure) -> None:
    p, q = batch(3, 1, 4, seed=3), batch(2, 4, seed=4)
    found = measure(p, q)
    assert found.shape[:2] == (3, 2)
    for i in range(3):
        for j in range(2):
            np.testing.assert_allclose(found[i, j], measure(p[i, 0], q[j]), rtol=1e-13)


@pytest.mark.parametrize("measure", PAIRS)
def test_axis_is_counted_in_each_argument(measure: Measure) -> None:
    p, q = batch(4, seed=5), batch(3, 4, seed=6)
    expected = measure(p, q)
    found = measure(p, q.T, axis=0)
    np.testing.assert_allclose(found, expected.T if measure is kl_terms else expected, rtol=1e-13)


@pytest.mark.parametrize("measure", PAIRS)
def test_layout_and_byte_order_do_not_matter(measure: Measure) -> None:
    p, q = batch(6, 4, seed=7), batch(6, 4, seed=8)
    swapped = np.asfortranarray(q).astype(">f8")
    np.testing.assert_array_equal(measure(p[::-2], swapped[::-2]), measure(p, q)[::-2])


@pytest.mark.parametrize("measure", PAIRS)
def test_arguments_stay_as_they_are(measure: Measure) -> None:
    p, q = batch(6, 4, seed=9), np.eye(4)[[0, 1, 2, 3, 0, 1]]
    kept = p.copy(), q.copy()
    measure(p, q)
    measure(q, p)
    np.testing.assert_array_equal((p, q), kept)


@pytest.mark.parametrize("measure", PAIRS)
def test_lists_counts_and_booleans_are_read_as_float64(measure: Measure) -> None:
    expected = measure(np.array([0.0, 1.0]), np.array([0.25, 0.75]))
    for one_hot in ([0, 1], (False, True), np.array([0, 1], np.uint8), np.array([0, 1], "f2")):
        found = measure(one_hot, [0.25, 0.75])
        assert found.dtype == np.float64
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("measure", PAIRS)
def test_float32_stays_float32_unless_mixed(measure: Measure) -> None:
    p, q = batch(20, 4, seed=10).astype(np.float32), batch(20, 4, seed=11).astype(np.float32)
    found = measure(p, q, base=2)
    assert found.dtype == np.float32
    np.testing.assert_array_equal(measure(p.astype(">f4"), q, base=2), found)
    mixed = measure(p, normalize(q.astype(np.float64)), base=2)
    assert mixed.dtype == np.float64
    np.testing.assert_allclose(found, mixed, rtol=1e-6, atol=1e-6)


def test_one_row_gives_a_numpy_number_and_a_batch_an_array() -> None:
    assert type(kl_divergence(P, Q)) is np.float64
    assert type(cross_entropy(P, Q)) is np.float64
    assert type(entropy(P.astype(np.float32))) is np.float32
    assert kl_divergence(P[None], Q).shape == (1,)
    assert kl_terms(P, Q).shape == (3,)


def test_normalize_divides_counts_by_their_sum_with_one_rounding() -> None:
    assert normalize([9, 12, 4]).tolist() == [9 / 25, 12 / 25, 4 / 25]
    assert normalize([[1, 3], [2, 0]], axis=0).tolist() == [[1 / 3, 1], [2 / 3, 0]]
    assert normalize(np.ones(3, np.float32)).dtype == np.float32


@pytest.mark.parametrize("scale", [5e-324, 2.5e-310, 1.0, 1e308])
def test_normalize_neither_overflows_nor_loses_weights(scale: float) -> None:
    assert normalize([scale, scale, 0, scale]).tolist() == [1 / 3, 1 / 3, 0, 1 / 3]


@pytest.mark.parametrize("k", [2, 3, 7, 64, 65, 1000, 5000, 100_003])
def test_perplexity_of_k_equal_outcomes_is_k_and_no_more(k: int) -> None:
    found = perplexity(np.full(k, 1 / k))
    assert k * (1 - 1e-14) <= found <= k
    assert perplexity(np.full(k, 1 / k, np.float32)) <= k


def test_cross_entropy_of_a_long_row_is_inf_where_q_misses_an_outcome() -> None:
    p, q = np.full(1000, 1e-3), np.full(1000, 1 / 999)
    q[7] = 0
    assert cross_entropy(p, q) == math.inf
    assert cross_entropy(q, p) == close(math.log(1000))
