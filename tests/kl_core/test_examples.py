import math

import numpy as np
import pytest

from kl_core import cross_entropy, entropy, kl_divergence, smooth_labels
from kl_core.compat import keras_kl_divergence, keras_kl_logit_gradient

pytestmark = pytest.mark.filterwarnings("error")

PAIRS = {
    "coin": ([0.5, 0.5], [0.9, 0.1]),
    "binomial": ([9 / 25, 12 / 25, 4 / 25], [1 / 3, 1 / 3, 1 / 3]),
    # Cover & Thomas (2006), example 1.1.2
    "horses": ([1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 64, 1 / 64, 1 / 64, 1 / 64], [1 / 8] * 8),
    "label": ([1.0, 0.0, 0.0, 0.0], [0.7, 0.2, 0.08, 0.02]),
    "smoothed": ([0.91] + [0.01] * 9, [0.64] + [0.04] * 9),
    "one-zero": ([0.5, 0.4, 0.1], [0.6, 0.4, 0.0]),
    "disjoint": ([0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.5, 0.5]),
    "near": ([0.5, 0.3, 0.2], [0.51, 0.3, 0.19]),
    "confident": ([1.0, 0.0], [1e-8, 1 - 1e-8]),
}


def directions(name: str) -> tuple[float, float]:
    p, q = PAIRS[name]
    return float(kl_divergence(p, q)), float(kl_divergence(q, p))


def test_coin_costs_log_five_thirds_one_way_and_0_368_the_other() -> None:
    # ½ log(5/9) + ½ log 5 = ½ log(25/9); 0.9 log 1.8 + 0.1 log 0.2
    assert directions("coin") == pytest.approx((math.log(5 / 3), 0.368064), abs=5e-7)
    assert math.log(5 / 3) == pytest.approx(0.511, abs=5e-4)


def test_binomial_has_wikipedias_two_values() -> None:
    assert directions("binomial") == pytest.approx((0.0852996, 0.0974550), abs=5e-8)


def test_horses_take_2_bits_and_3_with_the_wrong_code() -> None:
    p, q = PAIRS["horses"]
    found = entropy(p, base=2), cross_entropy(p, q, base=2), kl_divergence(p, q, base=2)
    assert found == pytest.approx((2, 3, 1), rel=1e-15)


def test_label_makes_kl_and_cross_entropy_one_number() -> None:
    p, q = PAIRS["label"]
    assert entropy(p) == 0
    assert directions("label") == (pytest.approx(-math.log(0.7), rel=1e-15), math.inf)
    assert cross_entropy(p, q) == pytest.approx(0.357, abs=5e-4)


def test_smoothed_is_a_label_smoothed_by_a_tenth_whose_entropy_parts_the_losses() -> None:
    p, q = PAIRS["smoothed"]
    np.testing.assert_allclose(p, smooth_labels(np.eye(10)[0], 0.1), rtol=1e-15)
    # −0.91 log 0.91 − 9 · 0.01 log 0.01 = 0.0858226 + 0.4144653
    assert entropy(p) == pytest.approx(0.5003, abs=5e-5)
    assert cross_entropy(p, q) - kl_divergence(p, q) == pytest.approx(0.5002879, abs=5e-7)


def test_one_zero_is_infinite_one_way_alone() -> None:
    # 0.6 log 1.2 + 0.4 log 1
    assert directions("one-zero") == (math.inf, pytest.approx(0.6 * math.log(1.2), rel=1e-14))
    assert directions("one-zero")[1] == pytest.approx(0.109, abs=5e-4)


def test_disjoint_is_infinite_both_ways() -> None:
    assert directions("disjoint") == (math.inf, math.inf)


def test_near_agrees_to_a_percent_with_itself_and_to_three_with_half_of_chi_squared() -> None:
    one_way, other_way = directions("near")
    half_chi_squared = (0.01**2 / 0.51 + 0.01**2 / 0.19) / 2
    assert one_way / other_way == pytest.approx(1.01, abs=5e-3)
    assert one_way == pytest.approx(half_chi_squared, rel=0.03)
    assert other_way == pytest.approx(half_chi_squared, rel=0.03)


def test_confident_is_where_keras_stops_counting_and_teaching() -> None:
    p, q = PAIRS["confident"]
    assert kl_divergence(p, q) == pytest.approx(8 * math.log(10), rel=1e-15)
    assert kl_divergence(p, q) == pytest.approx(18.42, abs=5e-3)
    assert keras_kl_divergence(p, q) == pytest.approx(16.12, abs=5e-3)
    assert abs(keras_kl_logit_gradient(p, np.log(q))).max() < 1e-6
