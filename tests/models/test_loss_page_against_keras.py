"""What the page on losses says of Keras, held against the Keras that is installed."""

import numpy as np
import pytest

from pages.ui.loss.presets import PRESETS
from pages.ui.loss.results import solve, target
from pages.ui.loss.state import decode

SAMPLES = {preset.key: preset.state for preset in PRESETS} | {
    "dead and smoothed": decode("cat:-15, dog:6, frog:1; label cat:0.1"),
    "dead by hand": decode("cat:-19, dog:1, frog:1; P 0.7, 0.2, 0.1"),
    "confident": decode("cat:19, dog:0; label cat"),
}
EACH = pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
LOSSES = ("kl_divergence", "categorical_crossentropy")
WAYS = ("found", "not found")  # the logits, by Keras

pytestmark = pytest.mark.usefixtures("keras")  # which helpers import, too


def compiled_model(sample, loss, activation="softmax", after=()):
    """A compiled model whose weights are the logits themselves, with layers `after` these."""
    import keras

    dense = keras.layers.Dense(len(sample.names), use_bias=False, activation=activation)
    model = keras.Sequential([keras.layers.Input((1,)), dense, *after])
    model.compile(loss=loss, optimizer=keras.optimizers.SGD(sample.descent.rate))
    dense.set_weights([np.array([sample.logits], np.float32)])
    return model


def trained(sample, loss: str, steps: int) -> tuple[list[float], np.ndarray]:
    """The loss before each step, and Q in the end."""
    model, one = compiled_model(sample, loss), np.ones((1, 1), np.float32)
    p = np.array([target(sample)], np.float32)
    history = model.fit(one, p, epochs=steps, batch_size=1, verbose=0).history["loss"]
    return history, model.predict(one, verbose=0)[0]


def first_step(sample, model) -> tuple[float, np.ndarray]:
    """The loss, and its gradient in the logits: by how much one step of size 1 lowers these."""
    label = np.array([target(sample)], np.float32)
    history = model.fit(np.ones((1, 1), np.float32), label, batch_size=1, verbose=0).history
    stepped = model.get_weights()[0][0]
    return history["loss"][0], (np.array(sample.logits) - stepped) / sample.descent.rate


def in_keras(loss: str, p, logits, way: str) -> tuple[np.ndarray, np.ndarray]:
    """The loss and its gradient in eager mode; after tf.nn.softmax Keras finds no logits."""
    import keras
    import tensorflow as tf

    softmax = keras.activations.softmax if way == "found" else tf.nn.softmax
    z = tf.constant(np.asarray(logits, float))
    with tf.GradientTape() as tape:
        tape.watch(z)
        value = getattr(keras.losses, loss)(tf.constant(np.broadcast_to(p, z.shape)), softmax(z))
    return value.numpy(), tape.gradient(value, z).numpy()


@EACH
@pytest.mark.parametrize("loss", LOSSES)
def test_a_compiled_model_gives_the_pages_loss_and_gradient(sample, loss):
    current, true = solve(sample).current, sample.true
    value, gradient = {
        "kl_divergence": (current.kl, current.kl_gradient),
        "categorical_crossentropy": (current.from_logits, current.from_logits_gradient),
    }[loss]
    shown, gradients = first_step(sample, compiled_model(sample, loss))
    assert shown == pytest.approx(float(value), rel=1e-5, abs=2e-6)
    # A logit of 19 has steps of 2·10⁻⁶ in float32.
    assert gradients[true] == pytest.approx(float(gradient), abs=4e-6)


def clipped() -> dict:
    """Ways to get cross-entropy without logits: layers after the dense one, and its activation."""
    from keras import layers

    return {
        "Reshape after softmax": ("softmax", [layers.Reshape((3,))], "float32"),
        "mixed_float16": ("softmax", [], "mixed_float16"),
        "mixed_bfloat16": ("softmax", [], "mixed_bfloat16"),
    }


def from_logits() -> dict:
    """Ways to get cross-entropy from logits."""
    from keras import layers

    softmax = layers.Activation("softmax", dtype="float32")
    return {
        "softmax as the last operation": ("softmax", [], "float32"),
        "a float32 softmax in mixed_float16": (None, [softmax], "mixed_float16"),
    }


def cross_entropy_of(way, sample):
    """The model that `clipped` or `from_logits` describes, with its loss and gradient."""
    import keras

    activation, after, policy = way
    keras.mixed_precision.set_dtype_policy(policy)
    try:
        model = compiled_model(sample, "categorical_crossentropy", activation, after)
        return first_step(sample, model)
    finally:
        keras.mixed_precision.set_dtype_policy("float32")


DEAD = decode("cat:-20, dog:6, frog:1; label cat; descent 1:1")


@pytest.mark.parametrize("name", ["Reshape after softmax", "mixed_float16", "mixed_bfloat16"])
def test_where_keras_does_not_find_the_logits_cross_entropy_is_clipped_as_the_page_says(name):
    loss, gradient = cross_entropy_of(clipped()[name], DEAD)
    assert loss == pytest.approx(float(solve(DEAD).current.clipped), abs=1e-4)
    assert loss == pytest.approx(16.118, abs=5e-4)
    assert gradient.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    "name", ["softmax as the last operation", "a float32 softmax in mixed_float16"]
)
def test_where_keras_finds_the_logits_nothing_is_clipped(name):
    loss, gradient = cross_entropy_of(from_logits()[name], DEAD)
    assert loss == pytest.approx(float(solve(DEAD).current.from_logits), abs=1e-4)
    assert gradient[0] == pytest.approx(-1, abs=1e-3)


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_from_logits_works_behind_a_reshape_and_in_mixed_precision(keras, policy):
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    keras.mixed_precision.set_dtype_policy(policy)
    try:
        model = compiled_model(DEAD, loss, None, [keras.layers.Reshape((3,))])
        value, gradient = first_step(DEAD, model)
    finally:
        keras.mixed_precision.set_dtype_policy("float32")
    assert value == pytest.approx(26.0067, abs=1e-2)  # 26 + ln(1 + e⁻⁵), nearly
    assert gradient[0] == pytest.approx(-1, abs=1e-3)


def test_only_the_tensorflow_backend_looks_for_logits():
    import importlib.util
    from pathlib import Path

    spec = importlib.util.find_spec("keras")
    backends = Path(spec.submodule_search_locations[0]) / "src" / "backend"
    looks = {
        name: "_keras_logits" in (backends / name / "nn.py").read_text(encoding="utf-8")
        for name in ("tensorflow", "jax", "torch")
    }
    assert looks == {"tensorflow": True, "jax": False, "torch": False}


@EACH
@pytest.mark.parametrize("way", WAYS)
def test_keras_in_eager_mode_gives_the_pages_losses_and_gradients(sample, way):
    current, p = solve(sample).current, target(sample)
    kl, kl_gradients = in_keras("kl_divergence", p, sample.logits, way)
    assert kl == pytest.approx(float(current.kl), abs=1e-12)
    assert kl_gradients[sample.true] == pytest.approx(float(current.kl_gradient), abs=1e-12)
    value, gradients = in_keras("categorical_crossentropy", p, sample.logits, way)
    shown = (
        (current.from_logits, current.from_logits_gradient)
        if way == "found"
        else (current.clipped, current.clipped_gradient)
    )
    assert value == pytest.approx(float(shown[0]), abs=1e-12)
    assert gradients[sample.true] == pytest.approx(float(shown[1]), abs=1e-12)


@EACH
def test_both_curves_against_the_true_logit_are_kerass(sample):
    sweep = solve(sample).sweep
    rows = np.tile(np.array(sample.logits, float), (len(sweep.logit), 1))
    rows[:, sample.true] = sweep.logit
    for loss, way, value, gradient in (
        ("kl_divergence", "found", sweep.kl, sweep.kl_gradient),
        ("categorical_crossentropy", "found", sweep.from_logits, sweep.from_logits_gradient),
        ("categorical_crossentropy", "not found", sweep.clipped, sweep.clipped_gradient),
    ):
        values, gradients = in_keras(loss, target(sample), rows, way)
        np.testing.assert_allclose(value, values, rtol=0, atol=1e-12)
        np.testing.assert_allclose(gradient, gradients[:, sample.true], rtol=0, atol=1e-12)


@EACH
def test_the_exact_losses_and_gradient_are_kerass_from_logits(keras, tf, sample):
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
def test_the_descents_with_kerass_gradient_are_those_of_a_compiled_model(key, which):
    sample = SAMPLES[key].with_descent(keras=True, steps=12)
    path = solve(sample).paths[which]
    losses, q = trained(sample, LOSSES[which], 12)
    np.testing.assert_allclose(path.loss[:-1], losses, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(path.q[-1], q, rtol=0, atol=1e-5)


@EACH
def test_the_gradients_in_a_moving_target_are_tensorflows(keras, tf, sample):
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
    gradients = tape.gradient(cross_entropy, w)
    np.testing.assert_allclose(gradients, moving.cross_entropy, rtol=0, atol=1e-12)
