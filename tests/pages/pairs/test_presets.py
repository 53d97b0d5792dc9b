"""What the presets and the pages say of their distributions, computed anew."""

import itertools
import math

import numpy as np
import pytest

import kl_core
from pages.ui.pairs import prose
from pages.ui.pairs.presets import CODES, PRESETS
from pages.ui.pairs.results import Results, solve
from pages.ui.pairs.state import Pair

ENTROPY = {preset.key: preset for preset in CODES}
ASYMMETRY = {preset.key: preset for preset in PRESETS}


def of(key: str, presets=ENTROPY, unit="bits") -> Results:
    return solve(presets[key].state, unit)


def with_first(results: Results, probability: float):
    """P with its first outcome dragged to a probability, the others rescaled."""
    rest = results.p[1:] / results.p[1:].sum() * (1 - probability)
    return np.array([probability, *rest])


def test_the_weather_has_powers_of_one_half_and_its_entropy_falls():
    weather = of("weather")
    assert weather.ideal_lengths.tolist() == [1, 2, 3, 3]
    assert kl_core.entropy(with_first(weather, 0.9), base=2) < 1 < weather.pq.entropy


def test_eight_horses_have_2_bits_and_less_than_1_with_a_favourite():
    horses = of("horses")
    assert horses.pq.entropy == 2
    assert kl_core.entropy([1 / 8] * 8, base=2) == 3
    assert kl_core.entropy(with_first(horses, 0.9), base=2) < 1


def test_two_tosses_have_92_percent_of_the_maximum_and_a_uniform_p_all_of_it():
    tosses = of("binomial")
    heads = [0.6**2, 2 * 0.4 * 0.6, 0.4**2]
    assert tosses.p == pytest.approx(heads)
    assert f"{tosses.pq.entropy / math.log2(3):.0%}" == "92%"
    assert kl_core.entropy([1 / 3] * 3, base=2) == pytest.approx(math.log2(3))


def test_the_smoothed_label_is_that_of_label_smoothing_0_1():
    one_hot = np.eye(10)[0]
    assert of("smoothed").p == pytest.approx(one_hot * (1 - 0.1) + 0.1 / 10)
    assert kl_core.entropy(one_hot) == 0


def test_the_fair_coin_loses_more_than_half_of_its_entropy():
    assert of("coin").pq.entropy == 1
    assert kl_core.entropy([0.9, 0.1], base=2) < 0.5


def test_on_the_way_to_p_the_loaded_coin_has_two_unequal_divergences():
    fair = [0.5, 0.5]
    for heads in np.linspace(0.51, 0.9, 40):
        q = [heads, 1 - heads]
        assert kl_core.kl_divergence(fair, q) != pytest.approx(kl_core.kl_divergence(q, fair))
    assert kl_core.kl_divergence(fair, fair) == 0


def test_wikipedias_example_is_the_second_preset_and_its_reverse_kl_the_larger():
    # https://en.wikipedia.org/wiki/Kullback–Leibler_divergence#Basic_example
    wikipedia = solve(PRESETS[1].state, "nats")
    forward = (32 * math.log(2) + 55 * math.log(3) - 50 * math.log(5)) / 25
    reverse = (-4 * math.log(2) - 6 * math.log(3) + 6 * math.log(5)) / 3
    assert [wikipedia.pq.kl, wikipedia.qp.kl] == pytest.approx([forward, reverse])
    assert reverse > forward


def test_a_one_hot_labels_forward_kl_is_its_cross_entropy_and_nll():
    label = of("label", ASYMMETRY, "nats")
    assert label.pq.entropy == 0
    assert [label.pq.kl, label.pq.cross_entropy] == pytest.approx([-math.log(0.7)] * 2)
    assert label.qp.kl == math.inf


def test_what_q_rules_out_makes_forward_kl_alone_infinite():
    snow = of("one-zero", ASYMMETRY)
    assert snow.pq.kl == math.inf
    assert snow.qp.kl < 1
    assert snow.qp.terms[2] == 0


def test_reverse_kl_becomes_finite_once_p_covers_the_support_of_q():
    names, q = ("a", "b", "c", "d"), (0, 0, 1, 1)
    reverse = [
        solve(Pair(names, p, q), "bits").qp.kl for p in ((1, 1, 0, 0), (1, 1, 1, 0), (1, 1, 1, 1))
    ]
    assert [math.isinf(kl) for kl in reverse] == [True, True, False]


def nearly(red: float):
    p, q = np.array([0.5, 0.3, 0.2]), np.array([red, 0.3, 0.7 - red])
    return p, q, kl_core.kl_divergence(p, q), kl_core.kl_divergence(q, p)


def test_near_p_both_divergences_are_one_quadratic_form_to_leading_order():
    near = of("near", ASYMMETRY, "nats")
    assert [near.pq.kl, near.qp.kl] == pytest.approx(nearly(0.51)[2:])
    for step in (1e-2, 1e-3):
        p, q, forward, reverse = nearly(0.5 + step)
        form = np.sum((q - p) ** 2 / p) / 2
        assert [forward / form, reverse / form] == pytest.approx([1, 1], abs=3 * step)
    # What differs is of third order: ten times closer, a thousandth.
    (*_, forward, reverse), (*_, f, r) = nearly(0.51), nearly(0.501)
    assert (forward - reverse) / (f - r) == pytest.approx(1000, rel=0.1)


def test_twice_the_difference_is_about_four_times_the_divergence():
    for direction in (2, 3):
        assert nearly(0.52)[direction] / nearly(0.51)[direction] == pytest.approx(4, rel=0.05)


def test_huffmans_code_for_p_exceeds_the_entropy_only_where_it_is_said_to():
    assert prose.excess(of("weather")) == "0 bits"
    # By hand: 0.48 · 1 + 0.36 · 2 + 0.16 · 2 = 1.52, and H(P) = 1.4619.
    assert prose.excess(of("binomial")) == "0.0581 bits"
    assert prose.excess(solve(Pair(("a", "b"), (1, 0), (1, 1)), "bits")) == "1 bit"


@pytest.mark.parametrize("n", range(1, 7))
def test_a_codeword_for_a_block_wastes_less_than_one_bit_per_block(n):
    tosses = solve(Pair(("0", "1", "2"), (9, 12, 4), (1, 1, 2)), "bits")
    blocks = list(itertools.product(range(3), repeat=n))
    p, q = (
        np.array([np.prod(row[list(block)]) for block in blocks]) for row in (tosses.p, tosses.q)
    )
    for model, ideal in ((p, tosses.pq.entropy), (q, tosses.pq.cross_entropy)):
        lengths = np.ceil(-np.log2(model) - 1e-9)
        assert np.sum(2.0**-lengths) <= 1  # Kraft: there is a prefix code of these lengths
        assert -1e-9 <= p @ lengths / n - ideal < 1 / n
