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


@pytest.mark.parametrize("option", ["from_logits", "label_smoothing", "axis"])
def test_keras_kl_divergence_lacks_what_cross_entropy_has(keras, option):
    value = {"from_logits": True, "label_smoothing": 0.1, "axis": 0}[option]
    assert keras.losses.CategoricalCrossentropy(**{option: value})
    with pytest.raises(TypeError, match=option):
        keras.losses.KLDivergence(**{option: value})
