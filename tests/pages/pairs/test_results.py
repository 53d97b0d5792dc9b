import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats
from scipy.spatial import distance

import kl_core
from pages.ui import formatting as fmt
from pages.ui.pairs.presets import PRESETS
from pages.ui.pairs.results import DIVERGENCES, POINTS, Results, draw, solve
from pages.ui.pairs.state import MAX_DRAWS, Pair

pytestmark = pytest.mark.filterwarnings("error")

FAIR, LOADED = (0.5, 0.5), (0.9, 0.1)

weight = st.one_of(st.just(0.0), st.floats(0, 1e6), st.floats(0, 1), st.floats(1e-12, 1e-6))
pairs = st.lists(st.tuples(weight, weight), min_size=2, max_size=20).filter(
    lambda rows: all(any(row[i] for row in rows) for i in (0, 1))
)


def of(p, q, unit="nats") -> Results:
    return solve(Pair(tuple(f"n{i}" for i in range(len(p))), tuple(p), tuple(q)), unit)


def test_both_directions_in_both_units_have_their_hand_values():
    bits, nats = of(FAIR, LOADED, "bits"), of(FAIR, LOADED)
    assert nats.pq.kl == pytest.approx(math.log(5 / 3))
    assert bits.pq.kl == bits.pq.bits == pytest.approx(math.log2(5 / 3))
    assert nats.qp.bits == pytest.approx(bits.qp.kl)
    assert (bits.pq.name, bits.qp.name) == ("KL(P‖Q)", "KL(Q‖P)")
    assert bits.pq.terms == pytest.approx([0.5 * math.log2(5 / 9), 0.5 * math.log2(5)])
    assert bits.qp.terms == pytest.approx([0.9 * math.log2(1.8), 0.1 * math.log2(0.2)])
    assert bits.pq.entropy == 1
    assert bits.pq.cross_entropy == pytest.approx(1 + bits.pq.kl)
    assert bits.perplexity == 2


def test_each_is_computed_when_it_is_asked_for_and_once():
    half = of(FAIR, (0, 0), "bits")  # a Q without weight has no number
    assert half.pq.entropy == 1
    with pytest.raises(ValueError, match="must not be all 0"):
        _ = half.pq.kl
    results = of(FAIR, LOADED)
    assert results.p is results.p
    assert results.pq.terms is results.pq.terms
    assert results.divergences is results.divergences
    assert results.libraries is results.libraries


def test_what_is_ruled_out_and_what_decides_are_the_outcomes_that_make_it_infinite():
    results = of((2, 1, 1, 0), (1, 0, 0, 1))
    assert results.pq.ruled_out == results.pq.largest_terms == [1, 2]
    assert results.qp.ruled_out == results.qp.largest_terms == [3]
    assert of(FAIR, LOADED).pq.ruled_out == []
    assert of(FAIR, LOADED).pq.largest_terms == [1]


def test_the_coins_measures_match_hand_values():
    by_hand = {
        "KL(P‖Q)": math.log(5 / 3),
        "KL(Q‖P)": 0.9 * math.log(1.8) - 0.1 * math.log(5),
        "Jeffreys": 0.4 * math.log(9),
        "Jensen–Shannon": distance.jensenshannon(FAIR, LOADED) ** 2,
        "Rényi, order ½": -2 * math.log(math.sqrt(0.45) + math.sqrt(0.05)),
        "Rényi, order 2": math.log(25 / 9),
        "Rényi, order ∞": math.log(5),
        "χ² (Pearson)": 16 / 9,
        "Total variation": 0.4,
        "Hellinger distance": math.sqrt(1 - math.sqrt(0.45) - math.sqrt(0.05)),
    }
    assert of(FAIR, LOADED).divergences == pytest.approx(by_hand)


@given(pairs)
def test_what_is_called_symmetric_is(rows):
    p, q = zip(*rows, strict=True)
    there, back = of(p, q).divergences, of(q, p).divergences
    for name, divergence in DIVERGENCES.items():
        # The smallest floats have no digits left for the last rounding.
        if divergence.symmetric and max(there[name], back[name]) > 1e-320:
            assert fmt.number(there[name]) == fmt.number(back[name])


def test_what_is_not_called_symmetric_is_not():
    p, q = (0.5, 0.3, 0.2), (0.1, 0.1, 0.8)
    there, back = of(p, q).divergences, of(q, p).divergences
    changed = {name for name in there if fmt.number(there[name]) != fmt.number(back[name])}
    assert changed == {name for name, divergence in DIVERGENCES.items() if not divergence.symmetric}


@given(pairs)
def test_rényi_of_order_2_is_never_below_kl(rows):
    results = of(*zip(*rows, strict=True))
    assert results.divergences["Rényi, order 2"] >= results.pq.kl * (1 - 1e-9)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_scipys_own_answers_are_shown_for_every_preset(preset):
    results = solve(preset.state, "bits")
    answers = {name: fmt.number(value) for name, value in results.libraries.items()}
    assert answers["SciPy"] == fmt.number(stats.entropy(results.p, results.q))
    assert answers["kl_core"] == fmt.number(special.rel_entr(results.p, results.q).sum())


def test_where_all_ideal_lengths_are_whole_huffmans_words_have_them():
    results = of((4, 2, 1, 1), (1, 1, 1, 1))
    assert results.ideal_lengths.tolist() == [1, 2, 3, 3]
    assert results.codewords == ("0", "10", "110", "111")


def test_the_wrong_code_costs_a_quarter_of_a_bit_more_by_either_measure():
    # By hand: H(P) = ½·1 + ¼·2 + ¼·3 = 1.75, and each of Q's words has 2 digits.
    results = of((4, 2, 1, 1), (1, 1, 1, 1))
    assert results.code_for_p == pytest.approx((1.75, 1.75))
    assert results.code_for_q == pytest.approx((2, 2))


def test_the_extra_of_ideal_lengths_is_kl_and_that_of_words_only_nearly():
    results = of((9, 12, 4), (0.7, 0.2, 0.1))
    extra = results.code_for_q.ideal - results.code_for_p.ideal
    assert extra == pytest.approx(kl_core.kl_divergence(results.p, results.q, base=2))
    # By hand: Huffman gives P's outcomes 2, 1 and 2 digits, and Q's 1, 2 and 2.
    assert results.code_for_p.huffman == pytest.approx((2 * 9 + 12 + 2 * 4) / 25)
    assert results.code_for_q.huffman == pytest.approx((9 + 2 * 12 + 2 * 4) / 25)


def test_a_real_word_costs_less_than_a_bit_more_than_is_ideal():
    lengths = of((0.91, *[0.01] * 9), (1,) * 10).code_for_p
    assert 0 < lengths.huffman - lengths.ideal < 1  # Huffman (1952)


def test_a_word_for_what_never_comes_makes_the_others_longer():
    # By hand: with a word for the last, the lengths are 1, 2, 3, 3 instead of 1, 2, 2.
    results = of((2, 1, 1, 0), (1, 1, 1, 1))
    assert results.code_for_p.huffman - results.code_for_p.ideal == pytest.approx(1 / 4)
    assert math.isinf(results.ideal_lengths[3])
    assert results.codewords[3]


def test_an_outcome_that_q_rules_out_costs_infinitely_much_by_ideal_lengths_alone():
    lengths = of((0.5, 0.4, 0.1), (0.6, 0.4, 0)).code_for_q
    assert math.isinf(lengths.ideal)
    assert math.isfinite(lengths.huffman)


def test_the_same_seed_draws_the_same_and_another_does_not():
    one, same, other = (draw(of(FAIR, LOADED, "bits"), 200, seed) for seed in (3, 3, 4))
    assert one.mean.tolist() == same.mean.tolist()
    assert one.mean.tolist() != other.mean.tolist()


def test_the_mean_is_that_of_the_log_ratios_of_what_was_drawn():
    draws = draw(of(FAIR, LOADED, "bits"), 50, 1)
    heads = math.log2(0.5 / 0.9)
    tails = math.log2(0.5 / 0.1)
    # The share of heads that explains the last mean must be a whole number of fiftieths.
    share = (draws.mean[-1] - tails) / (heads - tails)
    assert 50 * share == pytest.approx(round(50 * share))
    assert draws.mean[0] == pytest.approx(heads) or draws.mean[0] == pytest.approx(tails)


def test_the_band_holds_about_nineteen_ends_in_twenty():
    results = of(FAIR, LOADED)
    ends = [draw(results, 400, seed) for seed in range(400)]
    within = [abs(d.mean[-1] - d.divergence) <= d.margin[-1] for d in ends]
    # 380 of 400 are due, with a standard deviation of √(400 · 0.95 · 0.05) = 4.4.
    assert 360 <= sum(within) <= 398


def test_the_band_is_1_96_standard_errors_wide():
    draws = draw(of(FAIR, LOADED), 100, 1)
    # By hand: log-ratios ln(5/9) and ln 5, half of the time each, are ln 9 / 2 from their mean.
    assert draws.std == pytest.approx(math.log(9) / 2)
    assert draws.margin[-1] == pytest.approx(1.96 * math.log(9) / 2 / 10)
    assert draw(of(FAIR, LOADED, "bits"), 100, 1).std == pytest.approx(math.log2(9) / 2)


def test_many_draws_are_kept_as_few_points_that_end_with_the_last():
    draws = draw(of(FAIR, LOADED, "bits"), MAX_DRAWS, 1)
    assert len(draws.number) <= POINTS
    assert draws.n == MAX_DRAWS
    assert draws.mean[-1] == pytest.approx(draws.divergence, abs=0.03)


def test_what_q_rules_out_makes_the_mean_infinite_once_it_comes():
    draws = draw(solve(Pair(("heads", "tails"), (1, 1), (1, 0)), "bits"), 100, 1)
    assert draws.infinite_at is not None
    at, name = draws.infinite_at
    assert name == "tails"
    assert np.isfinite(draws.mean[draws.number < at]).all()
    assert np.isinf(draws.mean[draws.number >= at]).all()


def test_rounding_is_no_spread():
    # A label whose smoothing was taken back: the log-ratio is the same for all that comes.
    draws = draw(of((1, 0, 0), (0.64, 0.2, 0.16), "bits"), 100, 1)
    assert draws.std == 0
    assert len(set(draws.mean.tolist())) == 1
