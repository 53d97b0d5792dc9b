import math

import numpy as np
import pytest
from scipy import special

from kl_core import kl_divergence, log_softmax, smooth_labels, softmax
from kl_core.logits import kl_divergence_from_logits

pytestmark = pytest.mark.filterwarnings("error")

INF = math.inf


def test_softmax_of_logarithms_returns_their_distribution() -> None:
    assert softmax(np.log([1, 2, 5])) == pytest.approx([1 / 8, 2 / 8, 5 / 8], rel=1e-15)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_softmax_and_its_log_agree_with_scipy_along_every_axis(axis: int) -> None:
    logits = np.random.default_rng(0).normal(0, 30, (3, 4, 5))
    expected = special.log_softmax(logits, axis=axis)
    np.testing.assert_allclose(softmax(logits, axis=axis), np.exp(expected), rtol=1e-12)
    np.testing.assert_allclose(log_softmax(logits, axis=axis), expected, rtol=1e-12, atol=1e-15)


def test_log_softmax_keeps_what_a_probability_near_1_leaves_over() -> None:
    # log(1 / (1 + e⁻⁵⁰)) ≈ −e⁻⁵⁰, where 1 + e⁻⁵⁰ rounds to 1.
    assert log_softmax([50, 0]) == pytest.approx([-math.exp(-50), -50], rel=1e-15, abs=0)


def test_log_softmax_is_finite_where_softmax_is_0() -> None:
    assert softmax([0, -2000]).tolist() == [1, 0]
    assert log_softmax([0, -2000]).tolist() == [0, -2000]


def test_a_logit_of_minus_infinity_is_a_probability_of_0() -> None:
    assert softmax([0, -INF, 0]).tolist() == [0.5, 0, 0.5]
    assert log_softmax([3, -INF]).tolist() == [0, -INF]


def test_logits_as_far_apart_as_floats_go_do_not_overflow() -> None:
    assert softmax([1.7e308, -1.7e308, 1.7e308]).tolist() == [0.5, 0, 0.5]
    assert log_softmax([1.7e308, -1.7e308]).tolist() == [0, -INF]
    assert log_softmax([0.0, -1.7e308]).tolist() == [0, -1.7e308]


def test_one_outcome_is_certain() -> None:
    assert softmax([[7.0], [-3.0]]).tolist() == [[1], [1]]
    assert log_softmax([[7.0], [-3.0]]).tolist() == [[0], [0]]


@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_float32_logits_give_float32_and_integers_float64(function) -> None:
    logits = np.array([[1, 2, 5], [0, 0, 0]])
    single, double = function(logits.astype(np.float32)), function(logits)
    assert (single.dtype, double.dtype) == (np.float32, np.float64)
    np.testing.assert_array_equal(single, double.astype(np.float32))


def test_smooth_labels_mixes_in_the_uniform_distribution() -> None:
    labels = np.eye(10)[[3, 7]]
    smooth = smooth_labels(labels, 0.1)
    assert smooth[0, 3] == pytest.approx(0.91, rel=1e-15)
    assert smooth[1, 3] == pytest.approx(0.01, rel=1e-15)
    np.testing.assert_array_equal(smooth_labels(labels.T, 0.1, axis=0), smooth.T)


@pytest.mark.parametrize(("smoothing", "expected"), [(0, [0, 1]), (1, [0.5, 0.5])])
def test_smoothing_0_keeps_labels_and_1_makes_them_uniform(smoothing: int, expected: list) -> None:
    assert smooth_labels([False, True], smoothing).tolist() == expected


def test_smooth_labels_keeps_float32() -> None:
    smooth = smooth_labels(np.eye(4, dtype=np.float32), 0.1)
    assert smooth.dtype == np.float32
    assert smooth[0] == pytest.approx([0.925, 0.025, 0.025, 0.025], rel=1e-6)


def test_kl_from_logits_is_kl_of_the_softmaxes() -> None:
    a, b = np.random.default_rng(1).normal(0, 3, (2, 50, 6))
    expected = kl_divergence(softmax(a), softmax(b))
    np.testing.assert_allclose(kl_divergence_from_logits(a, b), expected, rtol=1e-12)
    bits = kl_divergence_from_logits(a.T, b.T, axis=0, base=2)
    np.testing.assert_allclose(bits, expected / math.log(2), rtol=1e-12)


def test_kl_from_logits_is_exact_where_softmax_underflows() -> None:
    # P = (½, ½); Q = (1, e⁻²⁰⁰⁰) to the last digit: ½ log ½ + ½ (log ½ + 2000).
    assert softmax([0, -2000]).tolist() == [1, 0]
    assert kl_divergence_from_logits([7, 7], [0, -2000]) == 1000 - math.log(2)
    # P = (1, e⁻⁸⁰⁰), Q = (1, e⁻⁷⁰⁰): what counts is that Q gives e⁻⁷⁰⁰ more.
    near = kl_divergence_from_logits([0, -800], [0, -700])
    assert near == pytest.approx(math.exp(-700), rel=1e-13, abs=0)
    assert kl_divergence_from_logits([0, 1e308], [1e308, 0]) == 1e308


def test_kl_from_logits_keeps_its_digits_where_they_are_nearly_equal_but_for_a_constant() -> None:
    # To leading order ½ Var(gap), here ½ · ¼ · 10⁻²⁴; the constant 3 cancels exactly.
    found = kl_divergence_from_logits([0, 0], [3, 3 + 2**-40])
    assert found == pytest.approx(2**-83, rel=1e-11, abs=0)
    assert kl_divergence_from_logits([1, 2, 700], [6, 7, 705]) == 0


def test_kl_from_logits_knows_impossible_outcomes() -> None:
    a = [[0, -INF], [0, 0], [0, -1000], [0, -INF]]
    b = [[0, 0], [0, -INF], [0, -INF], [5, -INF]]
    assert kl_divergence_from_logits(a, b).tolist() == [pytest.approx(math.log(2)), INF, INF, 0]
    log_p = [[-INF, math.log(0.5), math.log(0.5)]]
    assert kl_divergence_from_logits(log_p, [0, 1, 1]) == pytest.approx(
        math.log(1 + 0.5 / math.e), rel=1e-14
    )


def test_kl_from_logits_broadcasts_and_stays_float32() -> None:
    a, b = np.random.default_rng(2).normal(size=(3, 1, 4)), np.arange(8.0).reshape(2, 4)
    expected = [[kl_divergence_from_logits(row[0], other) for other in b] for row in a]
    np.testing.assert_allclose(kl_divergence_from_logits(a, b), expected, rtol=1e-14)
    narrow = kl_divergence_from_logits(a.astype(np.float32), b.astype(np.float32))
    assert narrow.dtype == np.float32
    np.testing.assert_allclose(narrow, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([0, math.nan], [0, 0], "p_logits must be finite or -inf; it holds nan."),
        ([0, 0], [0, INF], "q_logits must be finite or -inf; it holds inf."),
        ([0, 0], [-INF, -INF], "q_logits must have a finite number in every row; it holds only "),
        ([0, 0, 0], [0, 0], "p_logits and q_logits must have equally many outcomes along axis -1"),
    ],
)
def test_kl_from_logits_says_which_logits_are_bad(a: list, b: list, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 — the message is what is tested
        kl_divergence_from_logits(a, b)
    assert str(caught.value).startswith(message)


def test_what_is_too_large_for_float32_is_inf_there() -> None:
    up, down = np.array([3e38, -3e38], np.float32), np.array([-3e38, 3e38], np.float32)
    assert log_softmax(up).tolist() == [0, -INF]
    assert log_softmax(up).dtype == np.float32
    assert kl_divergence_from_logits(up, down) == INF
    assert kl_divergence_from_logits(up.astype(float), down) == pytest.approx(6e38, rel=1e-6)


def test_kl_from_logits_beyond_the_largest_float_in_a_small_unit_is_inf() -> None:
    a, b = [0, 1.7e308], [1.7e308, 0]
    assert kl_divergence_from_logits(a, b) == 1.7e308
    assert kl_divergence_from_logits(a, b, base=1.1) == INF
    assert kl_divergence_from_logits(a, b, base=10) == pytest.approx(1.7e308 / math.log(10))
