"""What the pages tell visitors about Keras, tried on the Keras that is installed."""

import numpy as np
import pytest

from pages.ui import content

P = np.array([[0.2, 0.8]], np.float32)
Q = np.array([[0.5, 0.5]], np.float32)
KL = 0.192745  # by hand: 0.2 ln 0.4 + 0.8 ln 1.6


WORK = content.points("reference/work")
IN_TF_KERAS = content.points("reference/only-in-tf-keras")
NO_LONGER = content.points("reference/no-longer-work")


@pytest.mark.parametrize("line", [*WORK, *IN_TF_KERAS, *NO_LONGER])
def test_a_name_works_or_not_as_the_reference_page_says(keras, tf, line):
    code = line.split("`")[1]
    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Activation("linear")])
    scope = {"keras": keras, "tf": tf, "model": model, "p": P, "q": Q}

    def value():
        answer = eval(code, scope)
        if "compile" in code:
            return np.ravel(model.evaluate(Q, P, verbose=0))[-1]  # the metric, if there is one
        return np.mean(answer(P, Q) if callable(answer) else answer)

    if line not in NO_LONGER:
        assert value() == pytest.approx(KL, abs=1e-5)
        assert line in WORK or not hasattr(keras.losses, code.partition("(")[0].split(".")[-1])
    else:
        with pytest.raises((AttributeError, ValueError)):
            value()


def test_keras_answers_a_number_where_kl_is_infinite(keras):
    value = float(keras.losses.kl_divergence(np.array([0.5, 0.5]), np.array([1.0, 0.0])))
    assert value == pytest.approx(7.366, abs=5e-4)


def test_keras_normalises_nothing(keras):
    value = float(keras.losses.kl_divergence(np.array([0.2, 0.2]), np.array([0.9, 0.9])))
    assert value == pytest.approx(-0.60, abs=5e-3)


def test_keras_raises_the_labels_zeros_which_parts_the_losses_from_the_first_step(keras):
    label, uniform = np.eye(10, dtype=np.float32)[:1], np.full((1, 10), 0.1, np.float32)
    kl = float(keras.losses.kl_divergence(label, uniform)[0])
    ce = float(keras.losses.categorical_crossentropy(label, uniform)[0])
    # As the comparison page says: 9 · 10⁻⁷ · ln(10⁻⁷ / 0.1), within float32's rounding.
    assert kl - ce == pytest.approx(9e-7 * np.log(1e-7 / 0.1), abs=1e-6)
    assert kl - ce == pytest.approx(-0.000012, abs=1e-6)
