import math

import numpy as np
import pytest

from models.evaluation import predictions
from models.evaluation.predictions import Predictions

LABELS = np.array([0, 0, 1], np.uint8)


def stored(those: Predictions) -> Predictions:
    return predictions.from_arrays(predictions.to_arrays({"test": those}))["test"]


def test_what_is_stored_keeps_three_digits_however_likely_or_unlikely():
    q = np.array([[1 - 1e-6, 1e-6], [1e-12, 1 - 1e-12], [0.3, 0.7]], np.float32)
    kept = stored(Predictions.of(q, LABELS))
    assert kept.log_q.dtype == np.float16
    # KL from the label: −log q of the true class. float16 itself would hold 1, 0 and 0.7.
    kl = -kept.log_q[np.arange(3), LABELS].astype(float)
    assert kl == pytest.approx([1e-6, 12 * math.log(10), -math.log(0.7)], rel=2**-4)
    assert kl[1:] == pytest.approx([27.631, 0.35667], rel=1e-3)


def test_probabilities_are_distributions_close_to_what_was_given():
    q = np.random.default_rng(0).dirichlet(np.ones(10), 500).astype(np.float32)
    kept = stored(Predictions.of(q, np.zeros(500, np.uint8)))
    assert np.allclose(kept.q.sum(axis=1), 1, atol=1e-12)
    assert np.allclose(kept.q, q, rtol=4e-3, atol=0)


def test_an_impossible_class_stays_impossible():
    kept = stored(Predictions.of(np.array([[0.0, 1.0]], np.float32), LABELS[:1]))
    assert kept.log_q.tolist() == [[-math.inf, 0.0]]
    assert kept.q.tolist() == [[0.0, 1.0]]


def test_accuracy_counts_the_likeliest_class():
    q = np.array([[0.6, 0.4], [0.4, 0.6], [0.2, 0.8]], np.float32)
    assert Predictions.of(q, LABELS).accuracy == pytest.approx(2 / 3)


def test_of_a_diverged_net_the_probabilities_are_refused():
    diverged = stored(Predictions.of(np.full((1, 2), np.nan, np.float32), LABELS[:1]))
    with pytest.raises(ValueError, match="nan"):
        _ = diverged.q


@pytest.mark.parametrize(
    "arrays",
    [
        {"test_labels": LABELS},
        {"test_labels": LABELS, "test_log_q": np.zeros((2, 10), np.float16)},
        {"test_labels": LABELS, "test_log_q": np.zeros(3, np.float16)},
    ],
)
def test_other_arrays_are_refused(arrays):
    with pytest.raises(ValueError, match="these are not predictions"):
        predictions.from_arrays(arrays)
