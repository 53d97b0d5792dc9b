import math

import numpy as np
import pytest
from scipy import special

from kl_core import log_softmax, smooth_labels, softmax

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
