import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kl_core import kl_divergence, log_softmax, logit_gradient, softmax
from kl_core.compat import (
    keras_categorical_crossentropy,
    keras_cross_entropy_logit_gradient,
    keras_kl_divergence,
    keras_kl_logit_gradient,
)

pytestmark = pytest.mark.filterwarnings("error")

NAN, INF = math.nan, math.inf
P = [0.36, 0.48, 0.16]


def slopes(loss: Callable[[np.ndarray], Any], logits: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """The gradient by central differences."""
    steps = step * np.eye(logits.size)
    return np.array([(loss(logits + s) - loss(logits - s)) / (2 * step) for s in steps])


def test_the_gradient_is_q_minus_p() -> None:
    assert logit_gradient([0, 1, 0], [0, 0, 0]) == pytest.approx([1 / 3, -2 / 3, 1 / 3], rel=1e-14)


@pytest.mark.parametrize("p", [[0, 1, 0], [0.36, 0.48, 0.16], [0.05, 0.05, 0.9]])
def test_both_losses_fall_by_the_gradient(p: list[float]) -> None:
    logits = np.array([1.0, -0.5, 2.0])
    found = logit_gradient(p, logits)
    by_kl = slopes(lambda z: kl_divergence(p, softmax(z)), logits)
    by_cross_entropy = slopes(lambda z: -np.dot(p, log_softmax(z)), logits)
    np.testing.assert_allclose(found, by_kl, atol=1e-9)
    np.testing.assert_allclose(found, by_cross_entropy, atol=1e-9)


def test_the_gradient_is_zero_at_p_itself() -> None:
    assert abs(logit_gradient(P, np.log(P))).max() < 1e-16


def test_the_gradient_keeps_what_rounding_q_to_1_would_lose() -> None:
    # q − 1 = −1 / (1 + exp 50)
    expected = [-1 / (1 + math.exp(50)), 1 / (1 + math.exp(50))]
    assert logit_gradient([1, 0], [50, 0]) == pytest.approx(expected, rel=1e-14)
    assert logit_gradient([0, 1], [50, 0]) == pytest.approx([1, -1], rel=1e-14)


def test_an_impossible_class_has_the_gradient_of_its_label_alone() -> None:
    assert logit_gradient([0.5, 0.5], [0, -INF]).tolist() == [0.5, -0.5]
    assert logit_gradient([1, 0], [0, -INF]).tolist() == [0, 0]


GRADIENTS: dict[str, Callable[[Any, Any], Any]] = {
    "logit_gradient": logit_gradient,
    "keras_kl": keras_kl_logit_gradient,
    "keras_ce": keras_cross_entropy_logit_gradient,
    "keras_ce_clipped": lambda p, z: keras_cross_entropy_logit_gradient(
        p, z, recovers_logits=False
    ),
}


@pytest.mark.parametrize("gradient", GRADIENTS.values(), ids=GRADIENTS)
def test_gradients_broadcast_keep_their_type_and_sum_to_zero(gradient: Callable) -> None:
    rng = np.random.default_rng(4)
    p, logits = rng.dirichlet(np.ones(5), (3, 1)), rng.normal(0, 9, (4, 5))
    found = gradient(p, logits)
    assert found.shape == (3, 4, 5)
    np.testing.assert_allclose(found.sum(axis=-1), 0, atol=1e-15)
    np.testing.assert_array_equal(found[2, 1], gradient(p[2, 0], logits[1]))
    assert gradient(p.astype(np.float32), logits.astype(np.float32)).dtype == np.float32
    assert gradient(p.astype(np.float32), logits).dtype == np.float64


@pytest.mark.parametrize("gradient", GRADIENTS.values(), ids=GRADIENTS)
def test_without_small_probabilities_keras_has_the_exact_gradient(gradient: Callable) -> None:
    rng = np.random.default_rng(5)
    p, logits = rng.dirichlet(np.full(5, 5.0), 9), rng.normal(size=(9, 5))
    np.testing.assert_allclose(gradient(p, logits), logit_gradient(p, logits), atol=1e-15)


@pytest.mark.parametrize("gradient", GRADIENTS.values(), ids=GRADIENTS)
def test_extreme_logits_raise_no_warning(gradient: Callable) -> None:
    for logits in ([1e308, -1e308], [0, -INF], [-1e308, -1e308], [800, 0]):
        found = gradient([0.5, 0.5], logits)
        assert np.isfinite(found).all()
        assert abs(found).max() <= 1


def test_kerass_clipped_gradients_are_the_slopes_of_its_losses() -> None:
    p, logits = np.array([0.6, 0.4, 0.0]), np.array([3.0, -14.5, 0.0])  # q of the second: 2·10⁻⁸
    found = keras_kl_logit_gradient(p, logits)
    expected = slopes(lambda z: keras_kl_divergence(p, softmax(z)), logits)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    found = keras_cross_entropy_logit_gradient(p, logits, recovers_logits=False)
    expected = slopes(lambda z: keras_categorical_crossentropy(p, softmax(z)), logits)
    np.testing.assert_allclose(found, expected, atol=1e-9)
    assert abs(found - logit_gradient(p, logits)).max() > 0.3


def test_a_confidently_wrong_sample_stops_teaching_through_the_clip_alone() -> None:
    label, logits = [1, 0, 0], [-20.0, 0, 0]
    assert abs(keras_kl_logit_gradient(label, logits)).max() <= 1e-6
    clipped = keras_cross_entropy_logit_gradient(label, logits, recovers_logits=False)
    assert clipped.tolist() == [0, 0, 0]
    for whole in (logit_gradient, keras_cross_entropy_logit_gradient):
        assert whole(label, logits) == pytest.approx([-1, 0.5, 0.5], abs=1e-8)


def test_the_gradient_of_keras_kl_breaks_off_where_q_falls_below_its_epsilon() -> None:
    above, below = (
        keras_kl_logit_gradient([1, 0], [math.log(q), math.log1p(-q)])[0]
        for q in (1.0001e-7, 0.9999e-7)
    )
    assert above == pytest.approx(-1, abs=1e-6)
    assert below == pytest.approx(0, abs=1e-6)


def test_a_sure_and_right_sample_has_no_clipped_cross_entropy_gradient() -> None:
    found = keras_cross_entropy_logit_gradient([1, 0], [17.0, 0], recovers_logits=False)
    assert found.tolist() == [0, 0]  # q = 1 − 4·10⁻⁸ lies beyond 1 − 10⁻⁷


WRONG_TYPES: dict[str, Callable[[], Any]] = {
    "logits must be an array of real numbers; it holds a NoneType.": (
        lambda: logit_gradient([0, 1], [None, 1.0])  # type: ignore[list-item]
    ),
}
REFUSED: dict[str, Callable[[], Any]] = {
    "logits must be finite or -inf; it holds nan.": lambda: logit_gradient([0, 1], [NAN, 1]),
    "p must sum to 1 along its last axis; it sums to 0.9.": (
        lambda: keras_kl_logit_gradient([0.5, 0.4], [0, 1])
    ),
    "p and logits must have equally many outcomes along axis -1; p has 2, logits has 3.": (
        lambda: keras_cross_entropy_logit_gradient([0, 1], [1, 2, 3])
    ),
}


@pytest.mark.parametrize(
    ("message", "call"), (WRONG_TYPES | REFUSED).items(), ids=[*WRONG_TYPES, *REFUSED]
)
def test_what_is_not_a_target_or_not_logits_is_refused_in_words(
    message: str, call: Callable[[], Any]
) -> None:
    kind = TypeError if message in WRONG_TYPES else ValueError
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
