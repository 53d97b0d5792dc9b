import dataclasses
import math

import numpy as np
import pytest

from kl_core import cross_entropy, entropy, kl_divergence, smooth_labels
from kl_core.conventions import keras_kl_divergence
from kl_core.examples import EXAMPLES, Example
from kl_core.gradients import keras_kl_logit_gradient

pytestmark = pytest.mark.filterwarnings("error")


def directions(slug: str) -> tuple[float, float]:
    p, q = EXAMPLES[slug].p, EXAMPLES[slug].q
    return float(kl_divergence(p, q)), float(kl_divergence(q, p))


@pytest.mark.parametrize("slug", EXAMPLES)
def test_every_example_is_a_pair_of_distributions_over_named_outcomes(slug: str) -> None:
    example = EXAMPLES[slug]
    assert math.fsum(example.p) == pytest.approx(1, abs=1e-15)
    assert math.fsum(example.q) == pytest.approx(1, abs=1e-15)
    assert min(*example.p, *example.q) >= 0
    assert len(example.p) == len(example.q) == len(set(example.outcomes)) == len(example.outcomes)


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=EXAMPLES)
def test_every_example_has_a_name_a_note_of_one_sentence_and_a_source(example: Example) -> None:
    assert len({other.name for other in EXAMPLES.values()}) == len(EXAMPLES)
    assert example.note.endswith(".")
    assert ". " not in example.note
    assert example.source


def test_an_example_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        EXAMPLES["coin"].p = (1.0, 0.0)  # type: ignore[misc]


def test_coin_costs_log_five_thirds_one_way_and_0_368_the_other() -> None:
    # ½ log(5/9) + ½ log 5 = ½ log(25/9); 0.9 log 1.8 + 0.1 log 0.2
    assert directions("coin") == pytest.approx((math.log(5 / 3), 0.368064), abs=5e-7)
    assert math.log(5 / 3) == pytest.approx(0.511, abs=5e-4)


def test_binomial_has_wikipedias_two_values() -> None:
    assert directions("binomial") == pytest.approx((0.0852996, 0.0974550), abs=5e-8)


def test_horses_take_2_bits_and_3_with_the_wrong_code() -> None:
    p, q = EXAMPLES["horses"].p, EXAMPLES["horses"].q
    found = entropy(p, base=2), cross_entropy(p, q, base=2), kl_divergence(p, q, base=2)
    assert found == pytest.approx((2, 3, 1), rel=1e-15)


def test_label_makes_kl_and_cross_entropy_one_number() -> None:
    p, q = EXAMPLES["label"].p, EXAMPLES["label"].q
    assert entropy(p) == 0
    assert directions("label") == (pytest.approx(-math.log(0.7), rel=1e-15), math.inf)
    assert cross_entropy(p, q) == pytest.approx(0.357, abs=5e-4)


def test_smoothed_is_a_label_smoothed_by_a_tenth_whose_entropy_parts_the_losses() -> None:
    p, q = EXAMPLES["smoothed"].p, EXAMPLES["smoothed"].q
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
    p, q = EXAMPLES["confident"].p, EXAMPLES["confident"].q
    assert kl_divergence(p, q) == pytest.approx(8 * math.log(10), rel=1e-15)
    assert kl_divergence(p, q) == pytest.approx(18.42, abs=5e-3)
    assert keras_kl_divergence(p, q) == pytest.approx(16.12, abs=5e-3)
    assert abs(keras_kl_logit_gradient(p, np.log(q))).max() < 1e-6
