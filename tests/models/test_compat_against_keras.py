"""kl_core's account of Keras, held against the Keras that is installed."""

import itertools

import numpy as np
import pytest

from kl_core import logit_gradient
from kl_core.compat import (
    EPSILON,
    keras_categorical_crossentropy,
    keras_cross_entropy_logit_gradient,
    keras_kl_divergence,
    keras_kl_logit_gradient,
)

pytestmark = pytest.mark.usefixtures("keras")  # which helpers import, too

RNG = np.random.default_rng(1)
CLASSES = 10
ONE_HOT = np.eye(CLASSES)[RNG.integers(0, CLASSES, 40)]
PREDICTIONS = RNG.dirichlet(np.ones(CLASSES), 40)
FAINT = RNG.dirichlet(np.full(CLASSES, 0.02), 40)  # many of them below 1e-7, some exactly 0

PAIRS = {
    "one-hot": (ONE_HOT, PREDICTIONS),
    "smoothed": (0.9 * ONE_HOT + 0.01, PREDICTIONS),
    "soft": (RNG.dirichlet(np.ones(CLASSES), 40), PREDICTIONS),
    "tiny q": (ONE_HOT, FAINT),
    "tiny both": (FAINT[::-1], FAINT),
    "zeros": (np.eye(CLASSES), np.roll(np.eye(CLASSES), 1, axis=0)),
    "unnormalised": (RNG.uniform(0, 3, (40, CLASSES)), RNG.uniform(0, 5, (40, CLASSES))),
    "negative": (RNG.normal(size=(40, CLASSES)), RNG.uniform(-0.1, 1, (40, CLASSES))),
    "all zeros": (ONE_HOT[:2], np.zeros((2, CLASSES))),
    "nan and inf": (
        ONE_HOT[:3],
        [[np.nan, *[0.1] * 9], [np.inf, *[0.1] * 9], [-np.inf, *[0.1] * 9]],
    ),
    "one row": (ONE_HOT[0], PREDICTIONS[0]),
    "three axes": (ONE_HOT.reshape(4, 10, CLASSES), PREDICTIONS.reshape(4, 10, CLASSES)),
}
BOTH_TYPES = pytest.mark.parametrize("dtype", [np.float32, np.float64])
ALL_PAIRS = pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)


def assert_agrees(found, expected, dtype):
    expected = np.asarray(expected)
    assert found.dtype == expected.dtype == dtype
    assert np.shape(found) == expected.shape
    # Within 1e-6 of the greater of 1 and the value.
    tolerance = 1e-6 if dtype is np.float32 else 1e-12
    scale = np.where(np.isfinite(expected), np.maximum(1, abs(expected)), 1)
    np.testing.assert_allclose(found / scale, expected / scale, rtol=0, atol=tolerance)


def test_the_epsilon_is_kerass(keras):
    assert keras.config.epsilon() == EPSILON


@BOTH_TYPES
@ALL_PAIRS
def test_kl_is_what_keras_answers(keras, pair, dtype):
    p, q = (np.array(x, dtype) for x in pair)
    assert_agrees(keras_kl_divergence(p, q), keras.losses.kl_divergence(p, q), dtype)
    assert_agrees(keras_kl_divergence(q, p), keras.losses.kl_divergence(q, p), dtype)


@BOTH_TYPES
@ALL_PAIRS
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
def test_cross_entropy_is_what_keras_answers(keras, pair, dtype, smoothing):
    p, q = (np.array(x, dtype) for x in pair)
    found = keras_categorical_crossentropy(p, q, label_smoothing=smoothing)
    expected = keras.losses.categorical_crossentropy(p, q, label_smoothing=smoothing)
    assert_agrees(found, expected, dtype)


@BOTH_TYPES
@ALL_PAIRS
def test_cross_entropy_from_logits_is_what_keras_answers(keras, pair, dtype):
    # Labels below 0 would make a sum of large terms small, and its rounding large beside it.
    p, z = abs(np.array(pair[0], dtype)), 30 * np.array(pair[1], dtype)
    found = keras_categorical_crossentropy(p, z, from_logits=True)
    expected = keras.losses.categorical_crossentropy(p, z, from_logits=True)
    assert_agrees(found, expected, dtype)


@BOTH_TYPES
def test_impossible_logits_are_answered_as_in_keras(keras, dtype):
    rows = list(itertools.product([0.0, 1000.0, np.inf, -np.inf, np.nan], repeat=2))
    for label in ([1, 0], [0, 1], [0.5, 0.5]):
        p, z = np.array([label] * len(rows), dtype), np.array(rows, dtype)
        found = keras_categorical_crossentropy(p, z, from_logits=True)
        expected = keras.losses.categorical_crossentropy(p, z, from_logits=True)
        assert_agrees(found, expected, dtype)


def test_shapes_broadcast_for_kl_and_must_be_one_for_cross_entropy_as_in_keras(keras):
    p, q = ONE_HOT[:1], PREDICTIONS
    assert_agrees(keras_kl_divergence(p, q), keras.losses.kl_divergence(p, q), np.float64)
    for crossentropy in (keras.losses.categorical_crossentropy, keras_categorical_crossentropy):
        with pytest.raises(ValueError, match=r"same shape|one shape"):
            crossentropy(p, q)


def test_keras_kl_saturates_at_16_118(keras):
    p, q = np.array([[1, 0]], np.float32), np.array([[1e-9, 1]], np.float32)
    for value in (keras_kl_divergence(p, q)[0], float(keras.losses.kl_divergence(p, q)[0])):
        assert value == pytest.approx(16.118, abs=5e-4)


LOSSES = {"kl": "kl_divergence", "cross-entropy": "categorical_crossentropy"}
# Spreads of logits: one that keeps every q above 1e-7, one that leaves most of them below it.
LOGITS = {spread: RNG.normal(0, spread, (60, CLASSES)) for spread in (1, 12)}
TARGETS = {
    "one-hot": np.eye(CLASSES)[RNG.integers(0, CLASSES, 60)],
    "smoothed": 0.9 * np.eye(CLASSES)[RNG.integers(0, CLASSES, 60)] + 0.01,
    "soft": RNG.dirichlet(np.ones(CLASSES), 60),
}


def gradient_in_keras(loss, p, logits, *, softmax, compiled):
    import keras
    import tensorflow as tf

    p, logits = tf.constant(p), tf.constant(logits)
    to_q = {"keras": keras.activations.softmax, "tensorflow": tf.nn.softmax}[softmax]

    def gradient():
        with tf.GradientTape() as tape:
            tape.watch(logits)
            value = getattr(keras.losses, LOSSES[loss])(p, to_q(logits))
        return tape.gradient(value, logits)

    return (tf.function(gradient) if compiled else gradient)().numpy()


def compiled_model(loss, p, logits):
    return gradient_in_keras(loss, p, logits, softmax="keras", compiled=True)


def keras_softmax(loss, p, logits):
    return gradient_in_keras(loss, p, logits, softmax="keras", compiled=False)


def tensorflow_graph(loss, p, logits):
    return gradient_in_keras(loss, p, logits, softmax="tensorflow", compiled=True)


def tensorflow_eager(loss, p, logits):
    return gradient_in_keras(loss, p, logits, softmax="tensorflow", compiled=False)


RECOVERING = [compiled_model, keras_softmax, tensorflow_graph]


@BOTH_TYPES
@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("spread", LOGITS)
@pytest.mark.parametrize("way", [*RECOVERING, tensorflow_eager])
def test_the_gradient_of_kl_is_kerass(way, spread, target, dtype):
    p, logits = target.astype(dtype), LOGITS[spread].astype(dtype)
    assert_agrees(keras_kl_logit_gradient(p, logits), way("kl", p, logits), dtype)


@BOTH_TYPES
@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("spread", LOGITS)
@pytest.mark.parametrize("way", [*RECOVERING, tensorflow_eager])
def test_the_gradient_of_cross_entropy_is_kerass(way, spread, target, dtype):
    p, logits = target.astype(dtype), LOGITS[spread].astype(dtype)
    found = keras_cross_entropy_logit_gradient(p, logits, recovers_logits=way in RECOVERING)
    assert_agrees(found, way("cross-entropy", p, logits), dtype)


@pytest.mark.parametrize("way", [*RECOVERING, tensorflow_eager])
def test_in_the_dead_zone_kl_stops_teaching_and_cross_entropy_goes_on_where_logits_are_known(way):
    p = np.eye(CLASSES, dtype=np.float32)[:1]
    logits = np.array([[-20, *range(9)]], np.float32)  # q of the true class: 4·10⁻¹³
    assert abs(way("kl", p, logits)).max() <= 1e-6
    assert abs(keras_kl_logit_gradient(p, logits)).max() <= 1e-6
    slope = -1 if way in RECOVERING else 0
    assert way("cross-entropy", p, logits)[0, 0] == pytest.approx(slope, abs=1e-6)
    assert logit_gradient(p, logits)[0, 0] == pytest.approx(-1, abs=1e-6)


def test_the_clip_passes_the_gradient_on_at_its_own_border(keras, tf):
    border = np.array([1.0, EPSILON])
    with tf.GradientTape() as tape:
        q = tf.constant(border)
        tape.watch(q)
        value = keras.losses.kl_divergence(tf.constant([0.5, 0.5], tf.float64), q)
    np.testing.assert_allclose(tape.gradient(value, q).numpy(), -0.5 / border, rtol=1e-12)
