"""What the page on losses says of Keras, held against the Keras that is installed."""

import numpy as np
import pytest

from pages.ui.loss.presets import PRESETS
from pages.ui.loss.results import solve, target
from pages.ui.loss.state import decode

SAMPLES = {preset.key: preset.state for preset in PRESETS} | {
    "dead and smoothed": decode("cat:-15, dog:6, frog:1; label cat:0.1"),
    "dead by hand": decode("cat:-19, dog:1, frog:1; P 0.7, 0.2, 0.1"),
    "sure": decode("cat:19, dog:0; label cat"),
}
EACH = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
LOSSES = ("kl_divergence", "categorical_crossentropy")
WAYS = ("recovered", "lost")  # what becomes of the logits

pytestmark = pytest.mark.usefixtures("keras")  # which helpers import, too


def compiled_model(sample, loss: str):
    """A net whose weights are the logits themselves, compiled, to go down by the step size."""
    import keras

    k = len(sample.names)
    dense = keras.layers.Dense(k, use_bias=False, activation="softmax")
    model = keras.Sequential([keras.layers.Input((1,)), dense])
    model.compile(loss=loss, optimizer=keras.optimizers.SGD(sample.descent.rate))
    dense.set_weights([np.array([sample.logits], np.float32)])
    return model


def taught(sample, loss: str, steps: int) -> tuple[list[float], np.ndarray]:
    """Its loss before each step, and Q in the end."""
    model, one = compiled_model(sample, loss), np.ones((1, 1), np.float32)
    p = np.array([target(sample)], np.float32)
    history = model.fit(one, p, epochs=steps, batch_size=1, verbose=0).history["loss"]
    return history, model.predict(one, verbose=0)[0]


def in_keras(loss: str, p, logits, way: str) -> tuple[np.ndarray, np.ndarray]:
    """The loss and its slopes, run eagerly, in float64; TensorFlow's own softmax loses logits."""
    import keras
    import tensorflow as tf

    softmax = keras.activations.softmax if way == "recovered" else tf.nn.softmax
    z = tf.constant(np.asarray(logits, float))
    with tf.GradientTape() as tape:
        tape.watch(z)
        value = getattr(keras.losses, loss)(tf.constant(np.broadcast_to(p, z.shape)), softmax(z))
    return value.numpy(), tape.gradient(value, z).numpy()


@EACH
@pytest.mark.parametrize("loss", LOSSES)
def test_a_compiled_model_answers_what_the_page_says(sample, loss):
    here, true = solve(sample).here, sample.true
    value, slope = {
        "kl_divergence": (here.kl, here.kl_slope),
        "categorical_crossentropy": (here.compiled, here.compiled_slope),
    }[loss]
    model, one = compiled_model(sample, loss), np.ones((1, 1), np.float32)
    (shown,) = model.fit(
        one, np.array([target(sample)], np.float32), batch_size=1, verbose=0
    ).history["loss"]
    assert shown == pytest.approx(float(value), rel=1e-5, abs=2e-6)
    fallen = sample.logits[true] - float(model.get_weights()[0][0][true])
    # Of one step of gradient descent; a logit of 19 has steps of 2·10⁻⁶ in float32.
    assert fallen / sample.descent.rate == pytest.approx(float(slope), abs=4e-6)


@EACH
@pytest.mark.parametrize("way", WAYS)
def test_keras_run_eagerly_answers_what_the_page_says(sample, way):
    here, p = solve(sample).here, target(sample)
    kl, kl_slopes = in_keras("kl_divergence", p, sample.logits, way)
    assert kl == pytest.approx(float(here.kl), abs=1e-12)
    assert kl_slopes[sample.true] == pytest.approx(float(here.kl_slope), abs=1e-12)
    value, slopes = in_keras("categorical_crossentropy", p, sample.logits, way)
    shown = (
        (here.compiled, here.compiled_slope)
        if way == "recovered"
        else (here.eager, here.eager_slope)
    )
    assert value == pytest.approx(float(shown[0]), abs=1e-12)
    assert slopes[sample.true] == pytest.approx(float(shown[1]), abs=1e-12)


@EACH
def test_both_curves_along_the_true_logit_are_kerass(sample):
    along = solve(sample).along
    rows = np.tile(np.array(sample.logits, float), (len(along.logit), 1))
    rows[:, sample.true] = along.logit
    for loss, way, value, slope in (
        ("kl_divergence", "recovered", along.kl, along.kl_slope),
        ("categorical_crossentropy", "recovered", along.compiled, along.compiled_slope),
        ("categorical_crossentropy", "lost", along.eager, along.eager_slope),
    ):
        values, slopes = in_keras(loss, target(sample), rows, way)
        np.testing.assert_allclose(value, values, rtol=0, atol=1e-12)
        np.testing.assert_allclose(slope, slopes[:, sample.true], rtol=0, atol=1e-12)


@EACH
def test_the_exact_values_and_slopes_are_kerass_from_logits(keras, tf, sample):
    one, p = solve(sample), target(sample)
    z = tf.constant(np.array(sample.logits, float))
    with tf.GradientTape() as tape:
        tape.watch(z)
        value = keras.losses.categorical_crossentropy(tf.constant(p), z, from_logits=True)
    assert float(value) == pytest.approx(one.cross_entropy, abs=1e-12)
    np.testing.assert_allclose(tape.gradient(value, z), one.gradient, rtol=0, atol=1e-12)
    own = keras.losses.categorical_crossentropy(p, np.log(np.maximum(p, 1e-300)), from_logits=True)
    assert float(own) == pytest.approx(one.entropy, abs=1e-12)
    assert one.kl == pytest.approx(one.cross_entropy - one.entropy, abs=1e-12)


@pytest.mark.parametrize("key", ["wrong", "smoothed"])
@pytest.mark.parametrize("which", [0, 1])
def test_kerass_ways_down_are_those_of_a_compiled_model_that_is_fitted(key, which):
    sample = SAMPLES[key].with_descent(keras=True, steps=12)
    path = solve(sample).paths[which]
    losses, q = taught(sample, LOSSES[which], 12)
    np.testing.assert_allclose(path.loss[:-1], losses, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(path.q[-1], q, rtol=0, atol=1e-5)


@EACH
def test_where_the_target_moves_the_slopes_are_those_of_tensorflow(keras, tf, sample):
    moving, q = solve(sample).moving, tf.nn.softmax(np.array(sample.logits, float))
    w = tf.constant(np.log(moving.p))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(w)
        p = tf.nn.softmax(w)
        kl = tf.reduce_sum(p * (tf.math.log(p) - tf.math.log(q)))
        cross_entropy = keras.losses.categorical_crossentropy(
            p, np.array(sample.logits, float), from_logits=True
        )
    np.testing.assert_allclose(tape.gradient(kl, w), moving.kl, rtol=0, atol=1e-12)
    slopes = tape.gradient(cross_entropy, w)
    np.testing.assert_allclose(slopes, moving.cross_entropy, rtol=0, atol=1e-12)
