"""The reference page's pitfalls, tried on the Keras that is installed."""

import numpy as np
import pytest

from pages.ui.reference.pitfalls import PITFALLS
from tests.pages.calls import answer_to


@pytest.mark.parametrize("pitfall", PITFALLS["Keras"], ids=lambda pitfall: pitfall.call)
def test_the_installed_keras_answers_what_the_page_says(keras, tf, pitfall):
    found = answer_to(pitfall.call, keras=keras, np=np, tf=tf)
    # float32, and terms that are 10⁻⁷ of their labels' share
    assert float(pitfall.answers()) == pytest.approx(found, rel=1e-6, abs=0)


# As the page Reference says: TensorFlow backend, softmax as the last operation, output not cast.
@pytest.mark.parametrize(
    ("after", "dtype", "gradient"),
    [
        ("", "float32", -1.0),
        ("reshape", "float32", 0.0),
        ("", "mixed_float16", 0.0),
        ("", "mixed_bfloat16", 0.0),
    ],
)
def test_cross_entropy_keeps_its_gradient_only_where_keras_finds_the_logits(
    keras, tf, after, dtype, gradient
):
    logits = keras.layers.Input((3,))
    q = keras.layers.Softmax(dtype=dtype)(logits)
    model = keras.Model(logits, keras.layers.Reshape((3,))(q) if after else q)
    label, z = tf.constant([[1.0, 0.0, 0.0]]), tf.Variable([[-20.0, 0.0, 0.0]])

    @tf.function
    def compiled():
        with tf.GradientTape() as tape:
            loss = keras.losses.CategoricalCrossentropy()(label, model(z))
        return loss, tape.gradient(loss, z)

    loss, found = compiled()
    assert float(found[0, 0]) == pytest.approx(gradient, abs=1e-6)
    assert float(loss) == pytest.approx(20 + np.log(2) if gradient else -np.log(1e-7), rel=1e-4)


@pytest.mark.parametrize("option", ["from_logits", "label_smoothing", "axis"])
def test_keras_kl_divergence_lacks_what_cross_entropy_has(keras, option):
    value = {"from_logits": True, "label_smoothing": 0.1, "axis": 0}[option]
    assert keras.losses.CategoricalCrossentropy(**{option: value})
    with pytest.raises(TypeError, match=option):
        keras.losses.KLDivergence(**{option: value})
