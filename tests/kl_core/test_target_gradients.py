"""Gradients in the logits of P, for a target that moves."""

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

from kl_core import cross_entropy_target_gradient, kl_target_gradient

pytestmark = pytest.mark.filterwarnings("error")

INF = math.inf
W, Q = [1.0, -0.5, 2.0, -3.0], [0.1, 0.2, 0.3, 0.4]
BOTH: dict[str, Callable[[Any, Any], Any]] = {
    "kl": kl_target_gradient,
    "cross-entropy": cross_entropy_target_gradient,
}
EACH = pytest.mark.parametrize("gradient", BOTH.values(), ids=BOTH)


def by_fifty_digits(loss: Callable[[list, list], Any], w: list[float], q: list[float]) -> list:
    """The slopes of a loss of p = softmax(w) and q, by central differences."""
    with mpmath.workdps(50):
        step = mpmath.mpf(10) ** -15

        def at(place: int, moved: Any) -> Any:
            powers = [mpmath.exp(x + moved * (i == place)) for i, x in enumerate(w)]
            return loss([x / mpmath.fsum(powers) for x in powers], [mpmath.mpf(x) for x in q])

        return [float((at(i, step) - at(i, -step)) / (2 * step)) for i in range(len(w))]


def kl(p: list, q: list) -> Any:
    return mpmath.fsum(a * mpmath.log(a / b) for a, b in zip(p, q, strict=True))


def cross_entropy(p: list, q: list) -> Any:
    return -mpmath.fsum(a * mpmath.log(b) for a, b in zip(p, q, strict=True))


def test_two_classes_have_the_slopes_of_a_hand_calculation() -> None:
    # p = ½: ½ (ln ⅝ − ½ (ln ⅝ + ln 5/2)) = ¼ ln ¼; H(P) is at its top, so it is both losses'.
    expected = [-math.log(4) / 4, math.log(4) / 4]
    assert kl_target_gradient([0, 0], [0.8, 0.2]) == pytest.approx(expected, rel=1e-14)
    assert cross_entropy_target_gradient([0, 0], [0.8, 0.2]) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("gradient", "loss"), [(kl_target_gradient, kl), (cross_entropy_target_gradient, cross_entropy)]
)
@pytest.mark.parametrize("w", [W, [0.0, 0.0, 0.0, 0.0], [12.0, 0.0, -30.0, 5.0]])
def test_each_gradient_is_the_slope_of_its_loss(
    gradient: Callable, loss: Callable, w: list[float]
) -> None:
    np.testing.assert_allclose(gradient(w, Q), by_fifty_digits(loss, w, Q), rtol=0, atol=1e-14)


def test_the_two_differ_by_the_gradient_of_the_entropy() -> None:
    of_entropy = by_fifty_digits(lambda p, _: cross_entropy(p, p), W, Q)
    apart = cross_entropy_target_gradient(W, Q) - kl_target_gradient(W, Q)
    np.testing.assert_allclose(apart, of_entropy, rtol=0, atol=1e-14)
    p = np.exp(W) / np.exp(W).sum()
    np.testing.assert_allclose(cross_entropy_target_gradient(W, p), of_entropy, atol=1e-14)
    assert abs(apart).max() > 0.1


def test_kl_has_no_slope_where_p_is_q() -> None:
    assert abs(kl_target_gradient(np.log(Q), Q)).max() < 1e-16


@EACH
def test_gradients_broadcast_keep_their_type_and_sum_to_zero(gradient: Callable) -> None:
    rng = np.random.default_rng(6)
    w, q = rng.normal(0, 3, (3, 1, 5)), rng.dirichlet(np.ones(5), 4)
    found = gradient(w, q)
    assert found.shape == (3, 4, 5)
    np.testing.assert_allclose(found.sum(axis=-1), 0, atol=1e-14)
    np.testing.assert_array_equal(found[2, 1], gradient(w[2, 0], q[1]))
    assert gradient(w.astype(np.float32), q.astype(np.float32)).dtype == np.float32
    assert gradient(w.astype(np.float32), q).dtype == np.float64


@EACH
@pytest.mark.parametrize("w", [[0, -INF, 1], [0, -900, 1], [1e308, -1e308, 1e308]])
def test_what_p_rules_out_may_be_impossible_under_q_and_has_no_slope(
    gradient: Callable, w: list[float]
) -> None:
    found = gradient(w, [0.5, 0.0, 0.5])
    assert np.isfinite(found).all()
    assert found[1] == 0


REFUSED: dict[str, tuple[Any, Any]] = {
    "q must be above 0 wherever p is; it holds 0.": ([0, 0], [0, 1]),
    "q must be above 0 wherever p is; row 1 holds 0.": ([0, 0], [[0.5, 0.5], [0, 1]]),
    "q must sum to 1 along its last axis; it sums to 0.9.": ([0, 0], [0.5, 0.4]),
    "logits must be finite or -inf; it holds nan.": ([math.nan, 0], [0.5, 0.5]),
    "logits and q must have equally many outcomes along axis -1; logits has 3, q has 2.": (
        [0, 1, 2],
        [0.5, 0.5],
    ),
}


@EACH
@pytest.mark.parametrize(("message", "pair"), REFUSED.items(), ids=str)
def test_what_has_no_gradient_is_refused_in_words(
    gradient: Callable, message: str, pair: tuple[Any, Any]
) -> None:
    with pytest.raises(ValueError, match="must") as caught:
        gradient(*pair)
    assert str(caught.value) == message
