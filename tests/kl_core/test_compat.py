import itertools
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from kl_core import cross_entropy, kl_divergence
from kl_core.compat import (
    keras_categorical_crossentropy,
    keras_kl_divergence,
    scipy_entropy,
    torch_kl_div,
)

pytestmark = pytest.mark.filterwarnings("error")

NAN, INF = math.nan, math.inf
P, Q = [0.36, 0.48, 0.16], [1 / 3, 1 / 3, 1 / 3]
KL = 0.0852996013  # Wikipedia's example: (32 ln 2 + 55 ln 3 − 50 ln 5) / 25
ODD = [0.0, -0.0, 1.0, 0.3, -1.0, 2.0, INF, -INF, NAN, 1e300, 5e-324]


def rows_of(values: list[float], k: int) -> np.ndarray:
    return np.array(list(itertools.product(values, repeat=k)))


def scipys(*arguments: Any, **options: Any) -> Any:
    """What the installed SciPy answers, which it does with warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return stats.entropy(*arguments, **options)


# Keras: values by hand here; the installed Keras is asked in tests/models.


def test_keras_kl_is_finite_where_kl_is_infinite() -> None:
    # ½ log ½ + ½ log(½ · 10⁷)
    expected = math.log(0.5) + 7 * math.log(10) / 2
    assert keras_kl_divergence([0.5, 0.5], [1, 0]) == pytest.approx(expected, rel=1e-14)
    assert expected == pytest.approx(7.366, abs=5e-4)


def test_keras_kl_saturates_at_minus_the_log_of_its_epsilon() -> None:
    for q in (1e-7, 1e-8, 1e-300, 0):
        found = keras_kl_divergence([1, 0], [q, 1])
        # 7 log 10 for the true class, and 10⁻⁷ log 10⁻⁷ for the other
        assert found == pytest.approx(7 * math.log(10) * (1 - 1e-7), rel=1e-14)
        assert found == pytest.approx(16.118, abs=5e-4)


def test_keras_kl_is_negative_where_q_sums_to_more_than_p() -> None:
    found = keras_kl_divergence([0.2, 0.2], [0.9, 0.9])
    assert found == pytest.approx(0.4 * math.log(2 / 9), rel=1e-14)
    assert found == pytest.approx(-0.60, abs=5e-3)


def test_keras_kl_takes_negative_numbers_for_its_epsilon() -> None:
    assert keras_kl_divergence([-1.0, -2.0], [-3.0, -0.5]) == 0


def test_keras_cross_entropy_forgives_a_q_that_is_not_normalised() -> None:
    # −½ log ¼ − ½ log ¾
    expected = math.log(4) - math.log(3) / 2
    assert keras_categorical_crossentropy([0.5, 0.5], [2, 6]) == pytest.approx(expected, rel=1e-14)


def test_keras_cross_entropy_is_clipped_at_both_ends() -> None:
    assert keras_categorical_crossentropy([0, 1], [1, 0]) == pytest.approx(7 * math.log(10))
    assert keras_categorical_crossentropy([1, 0], [1, 0]) == pytest.approx(1e-7, rel=1e-6)


def test_keras_cross_entropy_from_logits_is_not_clipped() -> None:
    found = keras_categorical_crossentropy([0, 1], [1000, -1000], from_logits=True)
    assert found == 2000


def test_keras_label_smoothing_shifts_labels_towards_uniform() -> None:
    # t = 0.9·(1, 0) + 0.05
    expected = -0.95 * math.log(0.8) - 0.05 * math.log(0.2)
    found = keras_categorical_crossentropy([1, 0], [0.8, 0.2], label_smoothing=0.1)
    assert found == pytest.approx(expected, rel=1e-14)


def test_keras_cross_entropy_of_a_row_of_zeros_is_nan() -> None:
    assert keras_categorical_crossentropy([[1, 0], [1, 0]], [[0, 0], [1, 1]]).tolist() == [
        pytest.approx(NAN, nan_ok=True),
        pytest.approx(math.log(2)),
    ]


# SciPy: the installed one is the oracle.


@pytest.mark.parametrize("k", [1, 2, 3])
def test_entropy_of_odd_rows_is_what_scipy_answers(k: int) -> None:
    rows = rows_of(ODD, k)
    found = scipy_entropy(rows, axis=-1)
    np.testing.assert_allclose(found, scipys(rows, axis=-1), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("k", [1, 2])
@pytest.mark.parametrize("base", [None, 2, 0.5, 1, True, INF, NAN, 10**300])
def test_relative_entropy_of_odd_rows_is_what_scipy_answers(k: int, base: float | None) -> None:
    rows = rows_of(ODD, k)
    found = scipy_entropy(rows[:, None], rows, base, -1)
    expected = scipys(rows[:, None], rows, base, -1)
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_counts_are_normalised_along_the_axis_that_scipy_takes(axis: int) -> None:
    rng = np.random.default_rng(1)
    counts, model = rng.integers(0, 9, (4, 5, 6)), rng.integers(1, 9, (5, 6))
    np.testing.assert_allclose(
        scipy_entropy(counts, axis=axis), scipys(counts, axis=axis), rtol=1e-13
    )
    expected = scipys(counts, model, axis=axis)
    np.testing.assert_allclose(scipy_entropy(counts, model, axis=axis), expected, rtol=1e-13)


def test_scipy_takes_the_first_axis_unless_told_otherwise() -> None:
    rows = [[0.5, 0.5], [0.9, 0.1]]
    # The columns (5, 9)/14 and (5, 1)/6
    expected = [0.651757, 0.450561]
    assert scipy_entropy(rows).tolist() == pytest.approx(expected, abs=5e-7)
    assert scipys(rows).tolist() == pytest.approx(expected, abs=5e-7)


SHAPES: list[tuple[Any, ...]] = [
    (0,),
    (0, 3),
    (3, 0),
    (),
    (1,),
    (3,),
    (2, 3),
    (2, 1),
]


@pytest.mark.parametrize(("one", "other"), list(itertools.product(SHAPES, SHAPES)))
@pytest.mark.parametrize("axis", [0, -1])
def test_any_shapes_broadcast_or_not_as_in_scipy(one: tuple, other: tuple, axis: int) -> None:
    pk, qk = np.full(one, 0.5), np.full(other, 0.25)
    try:
        expected = scipys(pk, qk, axis=axis)
    except ValueError:
        with pytest.raises(ValueError, match="must broadcast"):
            scipy_entropy(pk, qk, axis=axis)
        return
    found = scipy_entropy(pk, qk, axis=axis)
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(found, expected, atol=1e-15)


def test_nearly_equal_rows_keep_scipys_digits() -> None:
    p = np.random.default_rng(2).dirichlet(np.ones(50), 20)
    q = p * (1 + 1e-6 * np.sin(np.arange(50)))
    found, expected = scipy_entropy(p, q, axis=1), scipys(p, q, axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-19)


def test_scipy_in_float32_answers_in_float32() -> None:
    p, q = np.array([0.2, 0.3, 0.5], np.float32), np.array([0.5, 0.4, 1e-40], np.float32)
    for pair in ((p,), (p, q), (p, [1, 2, 3])):
        found, expected = scipy_entropy(*pair), scipys(*pair)
        assert found.dtype == expected.dtype
        assert found == pytest.approx(expected, rel=1e-6)


# PyTorch: values by hand, from xlogy(target, target) − target·input.


def test_torch_wants_the_logarithm_of_q_first_and_p_second() -> None:
    found = torch_kl_div(np.log(Q), P, reduction="sum")
    assert found == pytest.approx(KL, abs=1e-10)
    # Q and P exchanged, and no logarithm: Σ q log q − q·p = −log 3 − ⅓
    assert torch_kl_div(P, Q, reduction="sum") == pytest.approx(-math.log(3) - 1 / 3, rel=1e-14)


def test_torch_mean_divides_by_outcomes_and_batchmean_by_rows() -> None:
    log_q, p = np.log([Q, Q]), [P, P]
    assert torch_kl_div(log_q, p) == pytest.approx(KL / 3, abs=1e-10)
    assert torch_kl_div(log_q, p, reduction="sum") == pytest.approx(2 * KL, abs=1e-10)
    assert torch_kl_div(log_q, p, reduction="batchmean") == pytest.approx(KL, abs=1e-10)


def test_torch_batchmean_takes_a_single_row_for_a_batch_of_outcomes() -> None:
    found = torch_kl_div(np.log(Q), P, reduction="batchmean")
    assert found == pytest.approx(KL / 3, abs=1e-10)


def test_torch_batchmean_counts_the_rows_of_input_alone() -> None:
    found = torch_kl_div(np.log([Q]), [P, P], reduction="batchmean")
    assert found == pytest.approx(2 * KL, abs=1e-10)


def test_torch_without_reduction_gives_each_outcome_its_share() -> None:
    found = torch_kl_div(np.log([0.25, 0.75]), [0.5, 0.5], reduction="none")
    assert found == pytest.approx([math.log(2) / 2, math.log(2 / 3) / 2], rel=1e-14)


def test_torch_is_infinite_where_q_alone_is_zero_and_nan_where_both_are() -> None:
    assert torch_kl_div([0, -INF], [0.5, 0.5], reduction="sum") == INF
    both = torch_kl_div([0, -INF], [1, 0], reduction="none")
    assert both.tolist() == [0, pytest.approx(NAN, nan_ok=True)]
    assert np.isnan(torch_kl_div([0, -INF], [1, 0]))


def test_torch_takes_zero_log_zero_for_zero() -> None:
    found = torch_kl_div(np.log([0.25, 0.75]), [0, 1], reduction="none")
    assert found == pytest.approx([0, math.log(4 / 3)], rel=1e-14)


def test_torch_with_a_negative_target_is_nan() -> None:
    assert np.isnan(torch_kl_div([-1.0, -1.0], [-0.5, 1.5]))


def test_torch_log_target_takes_the_logarithm_of_p() -> None:
    found = torch_kl_div(np.log(Q), np.log(P), reduction="sum", log_target=True)
    assert found == pytest.approx(KL, abs=1e-10)
    # exp(−∞)·(−∞ − log q) = 0·(−∞): with log_target, p = 0 alone gives nan already.
    assert np.isnan(torch_kl_div(np.log([0.5, 0.5]), [0, -INF], log_target=True))


def test_torch_of_nothing_is_nan_as_a_mean_and_zero_as_a_sum() -> None:
    nothing = np.empty((0, 3))
    assert torch_kl_div(nothing, nothing, reduction="sum") == 0
    assert np.isnan(torch_kl_div(nothing, nothing))
    assert np.isnan(torch_kl_div(nothing, nothing, reduction="batchmean"))
    assert torch_kl_div(nothing, nothing, reduction="none").shape == (0, 3)


# All of them.


def test_on_distributions_without_small_probabilities_all_agree_with_the_exact_values() -> None:
    rng = np.random.default_rng(3)
    p, q = rng.dirichlet(np.full(10, 5.0), 8), rng.dirichlet(np.full(10, 5.0), 8)
    exact = kl_divergence(p, q)
    np.testing.assert_allclose(keras_kl_divergence(p, q), exact, rtol=1e-13)
    np.testing.assert_allclose(scipy_entropy(p, q, axis=-1), exact, rtol=1e-13)
    found = torch_kl_div(np.log(q), p, reduction="none").sum(axis=-1)
    np.testing.assert_allclose(found, exact, rtol=1e-12)
    found = keras_categorical_crossentropy(p, q)
    np.testing.assert_allclose(found, cross_entropy(p, q), rtol=1e-13)


CALLS: dict[str, Callable[[Any, Any], Any]] = {
    "keras_kl_divergence": keras_kl_divergence,
    "keras_categorical_crossentropy": keras_categorical_crossentropy,
    "from_logits": lambda p, q: keras_categorical_crossentropy(p, q, from_logits=True),
    "label_smoothing": lambda p, q: keras_categorical_crossentropy(p, q, label_smoothing=1.0),
    "scipy_entropy": lambda p, q: scipy_entropy(p, q, axis=-1),
    "torch_kl_div": lambda p, q: torch_kl_div(q, p),
    "log_target": lambda p, q: torch_kl_div(q, p, log_target=True),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_no_numbers_raise_a_warning_and_float32_stays(call: Callable, dtype: type) -> None:
    rows = np.clip(rows_of(ODD, 2), -3e38, 3e38).astype(dtype)
    rows = np.concatenate([rows, rows_of([INF, -INF, 0, 1], 2).astype(dtype)])
    p, q = np.repeat(rows, len(rows), axis=0), np.tile(rows, (len(rows), 1))
    assert call(p, q).dtype == dtype
    assert call(p, q.astype(np.float64)).dtype == np.float64


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_row_gives_a_number_and_arguments_stay_as_they_are(call: Callable) -> None:
    p, q = np.array([0.0, 1.0]), np.array([0.25, 0.75])
    assert type(call(p, q)) is np.float64
    assert type(call([False, True], [1, 3])) is np.float64
    assert (p.tolist(), q.tolist()) == ([0, 1], [0.25, 0.75])


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_rows_without_outcomes_are_answered(call: Callable) -> None:
    found = call(np.empty((2, 0)), np.empty((2, 0)))
    assert np.all((found == 0) | np.isnan(found))


WRONG_TYPES: dict[str, Callable[[], Any]] = {
    "y_true must be an array of real numbers; its type is <U1.": lambda: keras_kl_divergence(
        ["a"], [1.0]
    ),
    "pk must be an array of real numbers; its type is complex128.": lambda: scipy_entropy([1j]),
    "qk must be an array of real numbers; it holds a NoneType.": (
        lambda: scipy_entropy([1.0], [None])  # type: ignore[list-item]
    ),
    "base must be a number above 0; got '2'.": (
        lambda: scipy_entropy(P, base="2")  # type: ignore[arg-type]
    ),
    "axis must be an integer; got 0.5.": (
        lambda: scipy_entropy(P, axis=0.5)  # type: ignore[arg-type]
    ),
}
REFUSED: dict[str, Callable[[], Any]] = {
    "y_pred must be an array of numbers; its rows differ.": lambda: keras_kl_divergence(
        [1.0], [[1.0], [0.5, 0.5]]
    ),
    "y_true and y_pred must broadcast; y_true is (2,), y_pred is (3,).": (
        lambda: keras_kl_divergence([0, 1], P)
    ),
    "y_true and y_pred must have an axis of outcomes; each is one number.": (
        lambda: keras_kl_divergence(1.0, 0.5)
    ),
    "y_true and y_pred must have one shape; y_true is (2,), y_pred is (1, 2).": (
        lambda: keras_categorical_crossentropy([0, 1], [[0, 1]])
    ),
    "label_smoothing must be a number from 0 to 1; got 1.5.": (
        lambda: keras_categorical_crossentropy([0, 1], [0, 1], label_smoothing=1.5)
    ),
    "pk and qk must broadcast; pk is (2,), qk is (3,).": lambda: scipy_entropy([1, 2], P),
    "base must be a number above 0; got 0.": lambda: scipy_entropy(P, base=0),
    "axis must be one that pk has; pk has 1 axis, got 1.": lambda: scipy_entropy(P, axis=1),
    "input and target must broadcast; input is (2,), target is (3,).": (
        lambda: torch_kl_div([0, 1], P)
    ),
    "reduction must be one of none, mean, sum, batchmean; got 'avg'.": (
        lambda: torch_kl_div(P, P, reduction="avg")  # type: ignore[arg-type]
    ),
}


@pytest.mark.parametrize(
    ("message", "call"), (WRONG_TYPES | REFUSED).items(), ids=[*WRONG_TYPES, *REFUSED]
)
def test_what_cannot_be_computed_with_is_refused_in_words(
    message: str, call: Callable[[], Any]
) -> None:
    kind = TypeError if message in WRONG_TYPES else ValueError
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
