import math

import numpy as np
import pytest

import kl_core
from pages.ui.pairs import codes

DYADIC = np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8])
UNIFORM = np.full(4, 1 / 4)
NAMES = ("sun", "cloud", "rain", "snow")


def test_where_all_ideal_lengths_are_whole_huffmans_words_have_them():
    code = codes.code(NAMES, DYADIC)
    assert [word.ideal for word in code] == [1, 2, 3, 3]
    assert [word.word for word in code] == ["0", "10", "110", "111"]
    assert "equal their ideal length" in codes.finding(code)
    assert "exactly H(P)" in codes.about_own(code, codes.costs(DYADIC, DYADIC))


def test_the_wrong_code_costs_a_quarter_of_a_bit_more_by_either_measure():
    # By hand: H(P) = ½·1 + ¼·2 + ¼·3 = 1.75, and each of Q's words has 2 digits.
    found = codes.costs(DYADIC, UNIFORM)
    assert (found.ideal_own, found.ideal_other) == pytest.approx((1.75, 2))
    assert (found.real_own, found.real_other) == pytest.approx((1.75, 2))
    assert codes.about_other(found, 0.25) == (
        "The extra is 0.25 bits either way, and 0.25 bits is KL(P‖Q)."
    )


def test_the_extra_of_ideal_lengths_is_kl_and_that_of_words_only_nearly():
    p, q = np.array([9, 12, 4]) / 25, np.array([0.7, 0.2, 0.1])
    found = codes.costs(p, q)
    assert found.ideal_extra == pytest.approx(kl_core.kl_divergence(p, q, base=2))
    # By hand: Huffman gives P's outcomes 2, 1 and 2 digits, and Q's 1, 2 and 2.
    assert found.real_own == pytest.approx((2 * 9 + 12 + 2 * 4) / 25)
    assert found.real_other == pytest.approx((9 + 2 * 12 + 2 * 4) / 25)
    said = codes.about_other(found, found.ideal_extra)
    assert "exactly KL(P‖Q)" in said
    assert "In Huffman’s words it is 0.12 bits" in said


def test_a_real_word_costs_less_than_a_bit_more_than_is_ideal_and_says_so():
    p = np.array([0.91, *[0.01] * 9])
    found = codes.costs(p, p)
    assert 0 < found.real_own - found.ideal_own < 1  # Huffman (1952)
    said = codes.about_own(codes.code(tuple("abcdefghij"), p), found)
    assert "because a real word has a whole number of digits. No code" in said


def test_a_word_for_what_never_comes_is_named_as_the_reason_where_it_is():
    p = np.array([1 / 2, 1 / 4, 1 / 4, 0])
    found = codes.costs(p, p)
    # By hand: with a word for the last, the lengths are 1, 2, 3, 3 instead of 1, 2, 2.
    assert found.real_own - found.ideal_own == pytest.approx(1 / 4)
    said = codes.about_own(codes.code(NAMES, p), found)
    assert "0.25 bits more, because what never comes has a word too" in said


def test_an_outcome_that_q_rules_out_costs_infinitely_much_by_ideal_lengths_alone():
    p, q = np.array([0.5, 0.4, 0.1]), np.array([0.6, 0.4, 0.0])
    found = codes.costs(p, q)
    assert math.isinf(found.ideal_extra)
    assert math.isfinite(found.real_extra)
    assert "no word for an outcome that comes" in codes.about_other(found, math.inf)


def test_an_outcome_that_never_comes_has_a_word_and_no_ideal_length():
    code = codes.code(("a", "b", "c"), np.array([0.5, 0.5, 0.0]))
    assert math.isinf(code[2].ideal)
    assert code[2].word
    assert "Bar chart of 3 words" in codes.finding(code)
    assert codes.rows(code)["ideal length, bits"] == ["1", "1", "∞"]
