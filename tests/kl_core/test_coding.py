import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kl_core import cross_entropy, entropy, normalize
from kl_core.coding import huffman_code, ideal_code_lengths

pytestmark = pytest.mark.filterwarnings("error")

WEIGHTS = st.lists(st.just(0) | st.integers(1, 20) | st.integers(1, 10**9), min_size=1, max_size=12)
DISTRIBUTIONS = WEIGHTS.filter(any).map(normalize)
# Sixty-fourths are exact, so that equal sums of probabilities are equal as floats too.
SIXTY_FOURTHS = st.lists(st.integers(0, 64), min_size=1, max_size=5).map(
    lambda cuts: [(b - a) / 64 for a, b in itertools.pairwise([0, *sorted(cuts), 64])]
)


def lengths_of(p: list[float] | np.ndarray) -> list[int]:
    return [len(word) for word in huffman_code(p)]


def feasible_lengths(k: int) -> np.ndarray:
    """Every list of k word lengths from 1 to k − 1 that some prefix-free code has (Kraft, 1949)."""
    lengths = np.array(list(itertools.product(range(1, k), repeat=k)))
    return lengths[(0.5**lengths).sum(axis=1) <= 1]


FEASIBLE = {k: feasible_lengths(k) for k in range(2, 7)}


def test_ideal_lengths_in_bits_are_the_exponents_of_a_dyadic_distribution() -> None:
    lengths = ideal_code_lengths([1 / 2, 1 / 4, 1 / 8, 1 / 8, 0], base=2)
    assert lengths.tolist() == pytest.approx([1, 2, 3, 3, math.inf], rel=1e-15)


def test_ideal_lengths_of_certain_and_impossible_outcomes_are_plus_zero_and_infinity() -> None:
    for certain in (1.0, 1 + 5e-10):
        lengths = ideal_code_lengths([certain, 0.0, -0.0])
        assert lengths.tolist() == [0, math.inf, math.inf]
        assert not np.signbit(lengths).any()


def test_ideal_lengths_keep_shape_axis_and_type() -> None:
    p = np.array([[0.5, 1], [0.25, 0], [0.25, 0]], np.float32)
    lengths = ideal_code_lengths(p, axis=0, base=4)
    assert lengths.dtype == np.float32
    expected = [[0.5, 0], [1, math.inf], [1, math.inf]]
    np.testing.assert_allclose(lengths, expected, rtol=1e-6)
    assert ideal_code_lengths(p.astype(float).T).dtype == np.float64


@given(DISTRIBUTIONS, DISTRIBUTIONS)
def test_the_mean_ideal_length_is_entropy_under_p_and_cross_entropy_under_q(
    p: np.ndarray, q: np.ndarray
) -> None:
    def mean(weights: np.ndarray, lengths: np.ndarray) -> float:
        return sum(w * length for w, length in zip(weights, lengths, strict=True) if w > 0)

    assert mean(p, ideal_code_lengths(p)) == pytest.approx(entropy(p), rel=1e-13, abs=1e-15)
    if p.size == q.size:
        expected = cross_entropy(p, q)
        assert mean(p, ideal_code_lengths(q)) == pytest.approx(expected, rel=1e-13, abs=1e-15)


def test_ideal_lengths_refuse_what_is_not_a_distribution_or_a_base() -> None:
    with pytest.raises(ValueError, match=r"^p must sum to 1 along its last axis; row 1 sums to 0"):
        ideal_code_lengths([[0.5, 0.5], [0.5, 0.4]])
    with pytest.raises(ValueError, match=r"^base must be a finite number above 1; got 1\.$"):
        ideal_code_lengths([0.5, 0.5], base=1)


def test_the_textbook_code_has_a_mean_length_of_2_3_bits() -> None:
    p = [0.25, 0.25, 0.2, 0.15, 0.15]  # Cover & Thomas (2006), example 5.6.1
    assert lengths_of(p) == [2, 2, 2, 3, 3]
    assert np.dot(p, lengths_of(p)) == pytest.approx(2.3, rel=1e-15)


def test_words_count_upwards_by_length_and_then_in_the_order_of_outcomes() -> None:
    assert huffman_code([0.15, 0.25, 0.2, 0.15, 0.25]) == ("110", "00", "01", "111", "10")
    assert huffman_code([1 / 8, 1 / 8, 1 / 4, 1 / 2]) == ("110", "111", "10", "0")


def test_of_equally_probable_outcomes_the_earlier_gets_the_shorter_word() -> None:
    assert huffman_code([1 / 3, 1 / 3, 1 / 3]) == ("0", "10", "11")
    assert lengths_of([0.2] * 5) == [2, 2, 2, 3, 3]


def test_of_two_best_codes_the_one_without_a_long_word_is_taken() -> None:
    # (1, 2, 3, 3) has the same mean, 2 bits: Σ of lengths and the longest word are greater.
    assert lengths_of([1 / 3, 1 / 3, 1 / 6, 1 / 6]) == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("p", "lengths"),
    [
        ([0.05, 0.29, 0.32, 0.34], [2, 2, 2, 2]),  # 0.05 + 0.29 = 0.34
        ([0.01, 0.02, 0.31, 0.32, 0.34], [3, 3, 2, 2, 2]),  # 0.01 + 0.02 + 0.31 = 0.34
        ([0.01, 0.06, 0.06, 0.07, 0.8], [3, 3, 3, 3, 1]),  # 0.01 + 0.06 = 0.07
    ],
)
def test_sums_that_differ_by_rounding_alone_are_ties(p: list[float], lengths: list[int]) -> None:
    assert lengths_of(p) == lengths


def test_of_outcomes_that_differ_by_rounding_alone_the_earlier_gets_the_shorter_word() -> None:
    assert 0.1 + 0.2 > 0.3
    assert lengths_of([0.3, 0.1 + 0.2, 0.4]) == [2, 2, 1]
    assert lengths_of([0.2, 0.2, 0.2 - 1e-17, 0.2 + 1e-17, 0.2]) == [2, 2, 2, 3, 3]
    assert lengths_of([0.3 - 1e-16, 0.3, 0.3 + 1e-16, 0.1]) == [2, 2, 2, 2]


def test_a_single_outcome_gets_the_empty_word() -> None:
    assert huffman_code([1.0]) == ("",)


def test_impossible_outcomes_get_words_no_shorter_than_the_others() -> None:
    assert huffman_code([0, 1]) == ("0", "1")
    assert huffman_code([0, 0.5, 0.5, 0]) == ("110", "0", "10", "111")


@given(DISTRIBUTIONS)
def test_no_less_probable_or_later_outcome_gets_a_shorter_word(p: np.ndarray) -> None:
    lengths = lengths_of(p)
    ranked = sorted(range(p.size), key=lambda outcome: (-p[outcome], outcome))
    assert [lengths[outcome] for outcome in ranked] == sorted(lengths)


@given(DISTRIBUTIONS)
def test_no_word_begins_another_and_none_could_be_added(p: np.ndarray) -> None:
    words = huffman_code(p)
    assert all(set(word) <= {"0", "1"} for word in words)
    for one, other in itertools.permutations(words, 2):
        assert not other.startswith(one)
    assert sum(Fraction(1, 2 ** len(word)) for word in words) == 1  # Kraft's inequality, tight


@given(DISTRIBUTIONS)
def test_the_mean_length_lies_between_entropy_and_entropy_plus_1_bit(p: np.ndarray) -> None:
    bits = entropy(p, base=2)
    mean = p @ lengths_of(p)
    assert bits - 1e-12 <= mean
    if np.count_nonzero(p) > 1:
        assert mean < bits + 1
    else:  # certain: the word of one bit that the docstring tells of
        assert mean == (p.size > 1)


@given(SIXTY_FOURTHS)
def test_no_prefix_free_code_is_shorter_nor_as_short_with_a_shorter_longest_word(
    p: list[float],
) -> None:
    if len(p) < 2:
        return
    feasible = FEASIBLE[len(p)]
    means = feasible @ p
    lengths = lengths_of(p)
    assert np.dot(p, lengths) == means.min()
    best = feasible[means == means.min()]
    assert max(lengths) == best.max(axis=1).min()


@given(st.lists(st.integers(0, 9), min_size=1, max_size=10))
def test_a_dyadic_distribution_gets_words_of_exactly_its_entropy(splits: list[int]) -> None:
    p = [Fraction(1)]
    for split in splits:  # halving any outcome of a dyadic distribution leaves it dyadic
        half = p.pop(split % len(p)) / 2
        p += [half, half]
    lengths = lengths_of([float(share) for share in p])
    assert [Fraction(1, 2**length) for length in lengths] == p  # so length = −log₂ p


def test_thousands_of_outcomes_and_words_of_a_thousand_bits_are_no_trouble() -> None:
    assert set(lengths_of(np.full(4096, 1 / 4096))) == {12}
    geometric = np.append(0.5 ** np.arange(1, 1001), 0.5**1000)
    assert lengths_of(geometric) == [*range(1, 1001), 1000]


def test_lists_float32_and_booleans_get_the_same_code_every_time() -> None:
    p = [0.25, 0.25, 0.2, 0.15, 0.15]
    assert huffman_code(np.array(p, np.float32)) == huffman_code(p) == huffman_code(tuple(p))
    assert huffman_code([False, True]) == huffman_code(np.array([0, 1], np.uint8)) == ("0", "1")


REFUSED = {
    "p must be one distribution; its shape is (1, 2).": [[0.5, 0.5]],
    "p must have an axis of outcomes; it is the one number 1.0.": 1.0,
    "p must not be empty; its shape is (0,).": [],
    "p must not be negative; it holds -0.5.": [1.5, -0.5],
    "p must be finite; it holds nan.": [math.nan, 1.0],
    "p must sum to 1 along its last axis; it sums to 0.9.": [0.5, 0.4],
}


@pytest.mark.parametrize(("message", "p"), REFUSED.items())
def test_what_is_not_one_distribution_is_refused_in_words(message: str, p: list[float]) -> None:
    with pytest.raises(ValueError, match=r"^p must") as caught:
        huffman_code(p)
    assert str(caught.value) == message
