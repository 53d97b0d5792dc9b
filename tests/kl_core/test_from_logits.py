"""P and Q by probabilities or by logits: KL divergence and cross-entropy of every combination."""

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kl_core import (
    Normal,
    cross_entropy,
    kl_divergence,
    kl_divergence_from_logits,
    log_softmax,
    softmax,
)
from kl_core._log_tail import log_tail

pytestmark = pytest.mark.filterwarnings("error")

INF, NAN = math.inf, math.nan
PRECISE = mpmath.mp.clone()
PRECISE.dps = 400  # where exponentials reach down to 1e-300
BOTH: dict[str, Callable[..., Any]] = {"kl": kl_divergence, "cross-entropy": cross_entropy}
EACH = pytest.mark.parametrize("measure", BOTH.values(), ids=BOTH)
# How P and Q are given: the names of the arguments.
WAYS = [("p", "q_logits"), ("p_logits", "q"), ("p_logits", "q_logits")]
WAY = pytest.mark.parametrize("way", WAYS, ids=" ".join)


def close(value: Any, rel: float = 1e-14) -> Any:
    return pytest.approx(value, rel=rel, abs=0)


def masses(name: str, values: np.ndarray) -> list[Any]:
    """Probabilities to 400 digits, of floats that are probabilities or logits."""
    numbers = [PRECISE.mpf(float(x)) for x in values]
    if name in "pq":
        return numbers
    weights = [PRECISE.exp(x) for x in numbers]
    total = PRECISE.fsum(weights)
    return [w / total for w in weights]


def exact(measure: Any, way: tuple[str, str], first: np.ndarray, second: np.ndarray) -> Any:
    p, q = masses(way[0], first), masses(way[1], second)
    pairs = [(a, b) for a, b in zip(p, q, strict=True) if a]
    if any(b == 0 for _, b in pairs):
        return INF
    if measure is cross_entropy:
        return -PRECISE.fsum(a * PRECISE.log(b) for a, b in pairs)
    return PRECISE.fsum(a * PRECISE.log(a / b) for a, b in pairs) - sum(p) + sum(q)


def worst_error(measure: Any, way: tuple[str, str], first: np.ndarray, second: np.ndarray) -> float:
    found = measure(**{way[0]: first, way[1]: second})
    expected = [exact(measure, way, a, b) for a, b in zip(first, second, strict=True)]
    pairs = zip(found.tolist(), expected, strict=True)
    return float(max(abs(PRECISE.mpf(x) - e) / abs(e) for x, e in pairs))


def given_as(way: tuple[str, str], w: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logits, or where probabilities are due, their softmax."""
    first, second = (
        x if "logits" in name else softmax(x) for name, x in zip(way, (w, z), strict=True)
    )
    return first, second


@EACH
@WAY
@pytest.mark.parametrize("outcomes", [2, 10, 700])
def test_far_pairs_are_right_to_13_digits(measure: Any, way: Any, outcomes: int) -> None:
    rng = np.random.default_rng(outcomes)
    w, z = rng.normal(0, 3, (2, 1 if outcomes > 10 else 30, outcomes))
    assert worst_error(measure, way, *given_as(way, w, z)) < 1e-13


@WAY
@pytest.mark.parametrize("size", [1e-9, 1e-6, 0.001, 0.1, 1, 10])
def test_pairs_at_any_distance_are_right_to_13_digits(way: Any, size: float) -> None:
    rng = np.random.default_rng(7)
    w = rng.normal(0, 3, (30, 9))
    z = w + rng.normal(0, size, w.shape) + 3.3
    assert worst_error(kl_divergence, way, *given_as(way, w, z)) < 1e-13


@EACH
@WAY
def test_probabilities_that_would_underflow_are_right_to_13_digits(measure: Any, way: Any) -> None:
    rng = np.random.default_rng(8)
    w, z = rng.normal(0, 150, (2, 30, 7))
    first, second = given_as(way, w, z)
    if way[1] == "q":  # whose probabilities are floats
        second = softmax(z / 5)
    assert worst_error(measure, way, first, second) < 1e-13


def test_logarithms_are_known_to_24_digits() -> None:
    rng = np.random.default_rng(17)
    near_1 = 1 - 10 ** rng.uniform(-16, -1, 300)
    p = np.concatenate([rng.random(300), 10 ** rng.uniform(-323, 0, 300), near_1, [1, 0.5, 5e-324]])
    logs = np.log(p)
    tails = log_tail(p, logs)
    for x, log, tail in zip(p.tolist(), logs.tolist(), tails.tolist(), strict=True):
        assert abs(PRECISE.log(PRECISE.mpf(x)) - log - PRECISE.mpf(tail)) < 3e-25


def test_q_may_be_as_small_as_1e_minus_400() -> None:
    # P = (½, ½), Q = (1, 10⁻⁴⁰⁰): ½ ln ½ + ½ (ln ½ + 400 ln 10).
    z = [0, -400 * math.log(10)]
    assert kl_divergence([0.5, 0.5], q_logits=z) == close(200 * math.log(10) - math.log(2))
    assert cross_entropy([0.5, 0.5], q_logits=z) == close(200 * math.log(10))
    assert kl_divergence([0, 1], q_logits=z) == cross_entropy([0, 1], q_logits=z) == -z[1]


def test_what_a_probability_near_1_leaves_over_is_kept() -> None:
    # −log(1 / (1 + e⁻⁵⁰)) ≈ e⁻⁵⁰, where 1 + e⁻⁵⁰ rounds to 1.
    for measure in BOTH.values():
        assert measure([1, 0], q_logits=[50, 0]) == close(math.exp(-50))
        assert measure(p_logits=[0, -INF], q_logits=[50, 0]) == close(math.exp(-50))
    # P = (1 − e⁻⁸⁰⁰, e⁻⁸⁰⁰) adds what is too small for a float.
    assert cross_entropy(p_logits=[0, -800], q=[1 - 2**-30, 2**-30]) == close(
        -math.log1p(-(2**-30))
    )


@WAY
def test_an_outcome_impossible_under_q_alone_costs_infinity(way: Any) -> None:
    some, none = ([0, -INF], [-INF, 0])
    p = [[0.5, 0.5], [1, 0], [0, 1]] if way[0] == "p" else [[0, 0], some, none]
    q = [1, 0] if way[1] == "q" else some
    assert kl_divergence(**{way[0]: p, way[1]: q}).tolist() == [INF, 0, INF]
    assert cross_entropy(**{way[0]: p, way[1]: q}).tolist() == [INF, 0, INF]


def test_a_logit_too_low_for_a_float_is_still_no_impossible_outcome() -> None:
    assert kl_divergence(p_logits=[0, -1000], q=[1, 0]) == INF
    assert cross_entropy(p_logits=[0, -1000], q_logits=[0, -INF]) == INF
    assert kl_divergence(p_logits=[0, -INF], q=[1, 0]) == 0
    assert kl_divergence([1, 0], q_logits=[0, -INF]) == 0


def test_masked_outcomes_count_for_nothing() -> None:
    rng = np.random.default_rng(9)
    w, z = rng.normal(0, 2, (2, 5, 8000))
    kept = rng.random(8000) < 0.4
    masked = [np.where(kept, x, -INF) for x in (w, z)]
    expected = kl_divergence_from_logits(w[:, kept], z[:, kept])
    np.testing.assert_allclose(kl_divergence_from_logits(*masked), expected, rtol=1e-12)
    by_p = kl_divergence(softmax(masked[0]), q_logits=masked[1])
    np.testing.assert_allclose(by_p, expected, rtol=1e-12)
    near = kl_divergence_from_logits(masked[0], np.where(kept, w + 1e-6 * z, -INF))
    expected = kl_divergence_from_logits(w[:, kept], (w + 1e-6 * z)[:, kept])
    np.testing.assert_allclose(near, expected, rtol=1e-11)


def test_logits_as_large_as_floats_go_do_not_overflow() -> None:
    assert kl_divergence([0.5, 0.5], q_logits=[1e308, 0]) == 5e307
    assert cross_entropy([0.25] * 4, q_logits=[1.7e308, 0, 0, 0]) == close(0.75 * 1.7e308)
    assert kl_divergence([0.25] * 4, q_logits=[1.7e308, 0, 0, 0]) == close(0.75 * 1.7e308)
    assert cross_entropy([0, 1], q_logits=[1.7e308, -1.7e308]) == INF
    assert kl_divergence(p_logits=[1.7e308, 0], q=[1, 0]) == INF
    assert kl_divergence_from_logits([1e308, 1e308], [-1e308, -1e308]) == 0


def test_p_of_a_sum_a_little_off_1_gives_the_generalised_form() -> None:
    rng = np.random.default_rng(10)
    w = rng.normal(0, 1, (20, 6))
    p = softmax(w) * (1 + 8e-10)
    for size in (1e-3, 1):
        z = w + rng.normal(0, size, w.shape)
        assert worst_error(kl_divergence, ("p", "q_logits"), p, z) < 1e-12
        assert worst_error(kl_divergence, ("p_logits", "q"), z, p) < 1e-12
    # (1 + ε) log(1 + ε) − ε ≈ ε² / 2, where P and Q differ by nothing else.
    assert kl_divergence([0.5 + 4e-10, 0.5 + 4e-10], q_logits=[0, 0]) == close(3.2e-19, rel=1e-6)


@EACH
@WAY
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2, -3])
def test_every_axis_and_base_agrees_with_probabilities(measure: Any, way: Any, axis: int) -> None:
    rng = np.random.default_rng(11)
    w, z = rng.normal(0, 2, (2, 4, 5, 6))
    pair = [
        x if "logits" in name else softmax(x, axis=axis)
        for name, x in zip(way, (w, z), strict=True)
    ]
    found = measure(**dict(zip(way, pair, strict=True)), axis=axis, base=2)
    expected = measure(softmax(w, axis=axis), softmax(z, axis=axis), axis=axis, base=2)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@EACH
@WAY
@pytest.mark.parametrize("size", [1e-7, 1e-3, 3])
@pytest.mark.parametrize("outcomes", [3, 10, 70, 1500, 2500, 5000, 40_000])
def test_batches_are_bit_for_bit_as_row_by_row(
    measure: Any, way: Any, size: float, outcomes: int
) -> None:
    rng = np.random.default_rng(12)
    w = rng.normal(0, 2, (5000 // outcomes + 2, outcomes))
    sizes = size * 10.0 ** rng.integers(-2, 3, (len(w), 1))
    first, second = given_as(way, w, w + sizes * rng.normal(size=w.shape))
    found = measure(**{way[0]: first, way[1]: second})
    for row in range(0, len(w), 1 + len(w) // 40):
        assert found[row] == measure(**{way[0]: first[row], way[1]: second[row]})


@EACH
@WAY
def test_batches_broadcast_and_may_be_empty(measure: Any, way: Any) -> None:
    rng = np.random.default_rng(13)
    first, second = given_as(way, rng.normal(size=(3, 1, 4)), rng.normal(size=(2, 4)))
    found = measure(**{way[0]: first, way[1]: second})
    assert found.shape == (3, 2)
    for i in range(3):
        for j in range(2):
            assert found[i, j] == measure(**{way[0]: first[i, 0], way[1]: second[j]})
    assert measure(**{way[0]: first[:0], way[1]: second}).shape == (0, 2)
    with pytest.raises(ValueError, match="must"):
        measure(**{way[0]: first[:0], way[1]: second * NAN})


@EACH
@WAY
@pytest.mark.parametrize("dtype", ["float16", "float32", "bfloat16"])
@pytest.mark.parametrize("size", [0.01, 3])
def test_narrow_floats_give_float32_of_what_their_numbers_give(
    measure: Any, way: Any, dtype: str, size: float
) -> None:
    kind = pytest.importorskip("ml_dtypes").bfloat16 if dtype == "bfloat16" else dtype
    rng = np.random.default_rng(14)
    w = rng.normal(0, 2, (9, 50))
    narrow = [x.astype(kind) for x in given_as(way, w, w + size * rng.normal(size=w.shape))]
    found = measure(**dict(zip(way, narrow, strict=True)))
    assert found.dtype == np.float32
    wide = [x.astype(np.float64) for x in narrow]
    expected = [float(exact(measure, way, *row)) for row in zip(*wide, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=3e-7, atol=1e-9)
    mixed = {way[0]: narrow[0], way[1]: given_as(way, w, w)[1]}
    assert measure(**mixed).dtype == np.float64


def test_float32_keeps_its_digits_where_p_is_near_q() -> None:
    rng = np.random.default_rng(15)
    w = rng.normal(0, 3, (20, 300)).astype(np.float32)
    for size in (1e-6, 1e-4, 1e-2):
        z = (w + size * rng.normal(size=w.shape)).astype(np.float32)
        expected = kl_divergence_from_logits(w.astype(np.float64), z.astype(np.float64))
        np.testing.assert_allclose(kl_divergence_from_logits(w, z), expected, rtol=2e-7)


LOGITS = hnp.arrays(float, (2, 5), elements=st.floats(-900, 900) | st.just(-INF)).filter(
    lambda pair: np.isfinite(pair.max(axis=1)).all()
)


@given(LOGITS)
def test_kl_is_never_negative_nor_nan_and_0_from_itself(pair: np.ndarray) -> None:
    for way in WAYS:
        first, second = given_as(way, *pair)
        assert kl_divergence(**{way[0]: first, way[1]: second}) >= 0
        assert cross_entropy(**{way[0]: first, way[1]: second}) >= 0
    assert kl_divergence(p_logits=pair[0], q_logits=pair[0]) == 0
    assert kl_divergence(softmax(pair[0]), q_logits=pair[0]) < 1e-30


@given(hnp.arrays(float, (2, 5), elements=st.floats(-300, 300)))
def test_cross_entropy_is_entropy_plus_kl(pair: np.ndarray) -> None:
    w, z = pair
    entropy = cross_entropy(p_logits=w, q_logits=w)
    expected = entropy + kl_divergence(p_logits=w, q_logits=z)
    assert cross_entropy(p_logits=w, q_logits=z) == pytest.approx(expected, rel=1e-12, abs=1e-300)


@EACH
@WAY
def test_outcomes_may_lie_along_several_axes_which_may_stay(measure: Any, way: Any) -> None:
    rng = np.random.default_rng(18)
    w, z = rng.normal(0, 2, (2, 4, 5, 6))
    pair = [x if "logits" in name else softmax(x) for name, x in zip(way, (w, z), strict=True)]
    pair = [
        x / (5 if name in "pq" else 1) for name, x in zip(way, pair, strict=True)
    ]  # 5 rows of one sum
    flat = [x.reshape(4, 30) for x in pair]
    found = measure(**dict(zip(way, pair, strict=True)), axis=(1, 2), keepdims=True)
    assert found.shape == (4, 1, 1)
    assert found.ravel().tolist() == measure(**dict(zip(way, flat, strict=True))).tolist()


def test_kl_divergence_from_logits_is_both_logits() -> None:
    w, z = np.random.default_rng(16).normal(size=(2, 4, 5))
    found = kl_divergence_from_logits(w, z, axis=0, base=2)
    assert found.tolist() == kl_divergence(p_logits=w, q_logits=z, axis=0, base=2).tolist()
    by_log = kl_divergence(p_logits=log_softmax(w), q_logits=log_softmax(z))
    np.testing.assert_allclose(by_log, kl_divergence(p_logits=w, q_logits=z), rtol=1e-13)


def test_labels_that_differ_are_refused() -> None:
    p = pd.Series([0.5, 0.5], index=["a", "b"])
    z = pd.Series([0.0, 0.0], index=["a", "b"])
    assert kl_divergence(p, q_logits=z) == 0
    with pytest.raises(ValueError, match=r"^p and q_logits must have the same labels in the same"):
        kl_divergence(p, q_logits=z[["b", "a"]])


ONCE: dict[str, dict[str, Any]] = {
    "p must be given by one of p and p_logits; got neither.": {"q": [0.5, 0.5]},
    "q must be given by one of q and q_logits; got neither.": {"p": [0.5, 0.5]},
    "p must be given by one of p and p_logits; got both.": {
        "p": [0.5, 0.5],
        "p_logits": [0, 0],
        "q": [0.5, 0.5],
    },
    "q must be given by one of q and q_logits; got both.": {
        "p_logits": [0, 0],
        "q": [0.5, 0.5],
        "q_logits": [0, 0],
    },
}


@EACH
@pytest.mark.parametrize(("message", "arguments"), ONCE.items())
def test_p_and_q_are_each_given_once(measure: Any, message: str, arguments: dict) -> None:
    with pytest.raises(TypeError) as caught:
        measure(**arguments)
    assert str(caught.value) == message


REFUSED: dict[str, dict[str, Any]] = {
    "q_logits must be finite or -inf; it holds nan.": {"p": [0.5, 0.5], "q_logits": [NAN, 0]},
    "p_logits must be finite or -inf; row 1 holds inf.": {
        "p_logits": [[0, 0], [INF, 0]],
        "q": [0.5, 0.5],
    },
    "q_logits must have a finite number in every row; it holds only -inf.": {
        "p": [0.5, 0.5],
        "q_logits": [-INF, -INF],
    },
    "p must sum to 1 along its last axis; row 1 sums to 0.9.": {
        "p": [[0.5, 0.5], [0.5, 0.4]],
        "q_logits": [0, 0],
    },
    "q must not be negative; it holds -0.5.": {"p_logits": [0, 0], "q": [1.5, -0.5]},
    "p must be finite; it holds nan.": {"p": [NAN, 1], "q_logits": [0, 0]},
    "p must be finite; it holds inf.": {"p": [INF, 1], "q_logits": [0, 0]},
    "p and q_logits must have equally many outcomes along axis -1; p has 2, q_logits has 3.": {
        "p": [0.5, 0.5],
        "q_logits": [0, 0, 0],
    },
    "base must be a finite number above 1; got 1.": {
        "p": [0.5, 0.5],
        "q_logits": [0, 0],
        "base": 1,
    },
}


@EACH
@pytest.mark.parametrize(("message", "arguments"), REFUSED.items())
def test_what_is_no_distribution_is_refused_in_words(
    measure: Any, message: str, arguments: dict
) -> None:
    with pytest.raises(ValueError, match="must") as caught:
        measure(**arguments)
    assert str(caught.value) == message


def test_the_distributions_of_families_are_told_from_arrays() -> None:
    assert kl_divergence(Normal(0, 1), Normal(1, 1)) == 0.5
    assert kl_divergence(Normal(0, 1), Normal([1, 2], 1), base=2) == close(
        [0.5 / math.log(2), 2 / math.log(2)]
    )
