"""What the page says of the clip, by hand."""

import math

import pytest

from pages.ui.kl_in_keras import results


def test_below_the_clip_both_of_keras_losses_stay_and_have_no_gradient():
    kl, ce, exact = results.answers(1e-9).values()
    assert kl.loss == pytest.approx(-math.log(1e-7), abs=1e-4)
    assert ce.loss == pytest.approx(-math.log(1e-7), abs=1e-4)
    assert abs(kl.gradient) < 1e-6
    assert ce.gradient == 0
    assert exact == pytest.approx((9 * math.log(10), 1e-9 - 1))


@pytest.mark.parametrize("q", [0.3, 1e-3, 2e-7])
def test_above_it_all_three_are_one_loss(q):
    for answer in results.answers(q).values():
        # Keras raises the label's nine zeros to 1e-7, which shifts its KL by some 1e-5.
        assert answer.loss == pytest.approx(-math.log(q), abs=2e-5)
        assert answer.gradient == pytest.approx(q - 1, abs=2e-6)


def test_the_pasted_loss_is_a_file_that_needs_keras_alone():
    imports = [line for line in results.pasted().splitlines() if "import " in line]
    assert imports[-2:] == ["import keras", "from keras import ops"]
    assert len(imports) == 4  # and of the standard library, __future__ and typing
