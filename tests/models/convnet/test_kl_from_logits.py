"""The loss to paste, against kl_core: values, gradients, dtypes, masks, and a model with it."""

import numpy as np
import pytest

import kl_core

RANDOM = np.random.default_rng(5)
LABELS = RANDOM.dirichlet(np.ones(6), size=8).astype("float32")
LOGITS = (4 * RANDOM.standard_normal((8, 6))).astype("float32")
ONE_HOT = np.eye(6, dtype="float32")[[0, 5, 2, 2, 1, 0, 3, 4]]
# What float32 leaves of a sum of six terms of a few nats.
CLOSE = {"rtol": 2e-6, "atol": 2e-6}


@pytest.fixture(scope="module")
def pasted(keras):
    """The class of the loss."""
    from models.convnet.kl_from_logits import KLDivergenceFromLogits

    return KLDivergenceFromLogits


def each(loss, p, q):
    """The loss of each sample and its gradient in y_pred, as NumPy arrays."""
    import tensorflow as tf

    q = tf.Variable(q)
    with tf.GradientTape() as tape:
        losses = loss(p, q)
    return losses.numpy(), tape.gradient(losses, q).numpy()


@pytest.mark.parametrize("p", [LABELS, ONE_HOT], ids=["soft labels", "one-hot labels"])
def test_values_and_gradients_are_those_of_kl_core(pasted, p):
    losses, gradients = each(pasted(reduction=None), p, LOGITS)
    exact = kl_core.kl_divergence(kl_core.normalize(p.astype(float)), q_logits=LOGITS.astype(float))
    np.testing.assert_allclose(losses, exact, **CLOSE)
    q = kl_core.softmax(LOGITS.astype(float))
    np.testing.assert_allclose(gradients, q - p, **CLOSE)


def test_probabilities_give_what_their_logits_give(pasted):
    q = kl_core.softmax(LOGITS)
    from_q, _ = each(pasted(from_logits=False, reduction=None), LABELS, q)
    from_logits, _ = each(pasted(reduction=None), LABELS, LOGITS)
    np.testing.assert_allclose(from_q, from_logits, **CLOSE)


@pytest.mark.parametrize("from_logits", [True, False])
def test_a_sample_far_below_keras_clip_keeps_its_gradient(pasted, keras, from_logits):
    import tensorflow as tf

    # The true class has q = 1e-30; both losses of Keras, given probabilities, are flat there.
    p, logits = np.eye(2, dtype="float32")[:1], np.array([[-np.log(1e30), 0.0]], "float32")

    def slope(loss) -> float:
        z = tf.Variable(logits)
        with tf.GradientTape() as tape:
            y = z if isinstance(loss, pasted) and from_logits else tf.nn.softmax(z)
            value = loss(p, y)
        return float(tape.gradient(value, z)[0, 0])

    assert slope(pasted(from_logits=from_logits)) == pytest.approx(-1, abs=1e-5)
    assert abs(slope(keras.losses.KLDivergence())) < 1e-6
    assert abs(slope(keras.losses.CategoricalCrossentropy())) < 1e-6


def test_an_excluded_class_is_neither_infinite_nor_nan(pasted):
    logits = np.array([[-np.inf, 0.0, 1.0], [-1e30, 0.0, 1.0]], "float32")
    p = np.array([[0.0, 0.5, 0.5]] * 2, "float32")
    losses, gradients = each(pasted(reduction=None), p, logits)
    q = kl_core.softmax([0.0, 1.0])
    np.testing.assert_allclose(losses, kl_core.kl_divergence([0.5, 0.5], q), **CLOSE)
    np.testing.assert_allclose(gradients, np.array([[0, *(q - 0.5)]] * 2), **CLOSE)


def test_smoothing_is_that_of_keras_cross_entropy_less_the_labels_entropy(pasted, keras):
    loss = pasted(label_smoothing=0.1, reduction=None)
    losses, gradients = each(loss, ONE_HOT, LOGITS)
    ours = keras.losses.CategoricalCrossentropy(True, label_smoothing=0.1, reduction=None)
    smoothed = 0.9 * ONE_HOT + 0.1 / 6
    expected = ours(ONE_HOT, LOGITS).numpy() - kl_core.entropy(kl_core.normalize(smoothed))
    np.testing.assert_allclose(losses, expected, **CLOSE)
    np.testing.assert_allclose(gradients, kl_core.softmax(LOGITS) - smoothed, **CLOSE)


@pytest.mark.parametrize("reduction", ["sum", "sum_over_batch_size", "mean", "none", None])
def test_reductions_and_weights_are_those_of_any_keras_loss(pasted, keras, reduction):
    weights = np.arange(8, dtype="float32")
    loss = pasted(reduction=reduction)
    theirs = keras.losses.KLDivergence(reduction=reduction)
    q = kl_core.softmax(LOGITS)
    for weight in (None, weights):
        expected = theirs(LABELS, q, sample_weight=weight)
        # Keras clips at 1e-7, which no q here is near.
        np.testing.assert_allclose(loss(LABELS, LOGITS, sample_weight=weight), expected, rtol=1e-5)


def test_another_axis(pasted):
    loss = pasted(axis=1, reduction=None)
    losses, _ = each(loss, LABELS.T[None], LOGITS.T[None])
    plain, _ = each(pasted(reduction=None), LABELS, LOGITS)
    np.testing.assert_allclose(losses[0], plain, **CLOSE)


def test_masked_steps_count_for_nothing(pasted, keras):
    model = keras.Sequential(
        [keras.layers.Input((3, 2)), keras.layers.Masking(), keras.layers.Dense(6)]
    )
    x = RANDOM.standard_normal((1, 3, 2)).astype("float32")
    x[0, 1] = 0  # what Masking leaves out
    p = LABELS[None, :3]
    z = model(x)
    losses = pasted(reduction=None)(p[0], np.asarray(z)[0]).numpy()
    masked = pasted()(p, z)
    assert float(masked) == pytest.approx((losses[0] + losses[2]) / 2, rel=1e-5)


@pytest.mark.parametrize("policy", ["float32", "mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("eager", [False, True], ids=["compiled", "eager"])
def test_a_model_learns_with_it_from_a_start_where_keras_own_losses_are_flat(
    pasted, keras, policy, eager
):
    keras.utils.set_random_seed(1)
    dense = keras.layers.Dense(3, dtype=policy)
    model = keras.Sequential([keras.layers.Input((2,)), dense])
    dense.bias.assign([-60.0, 0.0, 0.0])  # q of the true class: e-60 = 9e-27
    model.compile(keras.optimizers.SGD(1.0), pasted(), run_eagerly=eager)
    x, p = np.zeros((4, 2), "float32"), np.eye(3, dtype="float32")[[0] * 4]
    first, *_ = model.fit(x, p, epochs=1, verbose=0).history["loss"]
    assert first == pytest.approx(60 + np.log(2), rel=1e-2)
    assert float(dense.bias[0]) == pytest.approx(-59, abs=0.01)


def test_a_saved_model_keeps_its_settings(pasted, keras, tmp_path):
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(6)])
    loss = pasted(label_smoothing=0.2, reduction="sum", name="mine")
    model.compile(keras.optimizers.SGD(), loss)
    model.save(tmp_path / "model.keras")
    loss = keras.models.load_model(tmp_path / "model.keras").loss
    assert isinstance(loss, pasted)
    assert loss.get_config() == model.loss.get_config()
    assert loss.get_config()["label_smoothing"] == 0.2


def test_bad_settings_and_shapes_are_refused_in_a_sentence(pasted):
    with pytest.raises(ValueError, match=r"label_smoothing must lie in \[0, 1\); got 1"):
        pasted(label_smoothing=1)
    with pytest.raises(ValueError, match="as many classes"):
        pasted()(LABELS, LOGITS[:, :5])
