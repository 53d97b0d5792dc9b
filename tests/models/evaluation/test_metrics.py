"""SciPy is the oracle, or a count by hand."""

import math

import numpy as np
import pytest
import scipy.stats

from models.evaluation import metrics
from models.evaluation.agreement import PredictedDistributions
from models.evaluation.metrics import Bin, Mean, Share
from models.evaluation.predictions import Predictions
from models.runs import store

LOSSES = ["kl_divergence", "categorical_crossentropy"]


def net(q, labels):
    return Predictions.of(np.array(q, np.float64), np.array(labels, np.uint8))


@pytest.fixture
def three():
    """Of class 0 it has one of two right, of class 1 none, of class 2 all; there is no class 3."""
    q = [
        [0.7, 0.1, 0.1, 0.1],
        [0.2, 0.1, 0.6, 0.1],
        [0.4, 0.1, 0.1, 0.4],  # of equals, the first
        [0.05, 0.05, 0.9, 0.0],
    ]
    return net(q, [0, 0, 1, 2])


@pytest.mark.parametrize(
    ("hits", "n"), [(0, 10), (10, 10), (1, 3), (7272, 10_000), (734, 1017), (0, 1), (1, 1)]
)
def test_the_interval_of_a_share_is_scipys(hits, n):
    theirs = scipy.stats.binomtest(hits, n).proportion_ci(0.95, method="wilson")
    assert Share(hits, n).interval == pytest.approx((theirs.low, theirs.high), rel=1e-12)
    assert Share(hits, n).value == hits / n


def test_of_no_images_nothing_is_known():
    assert Share(0, 0).interval == (0.0, 1.0)
    assert math.isnan(Share(0, 0).value)


def test_none_right_and_all_right_reach_the_ends_and_no_further():
    for n in range(1, 200):
        assert Share(0, n).interval[0] == 0.0
        assert Share(n, n).interval[1] == 1.0


def test_the_interval_of_a_mean_is_scipys():
    values = np.random.default_rng(0).exponential(size=400)
    mean = Mean.of(values)
    assert (mean.value, mean.n) == (pytest.approx(values.mean()), 400)
    assert mean.standard_error == pytest.approx(scipy.stats.sem(values), rel=1e-12)
    theirs = scipy.stats.norm.interval(0.95, values.mean(), scipy.stats.sem(values))
    assert mean.interval == pytest.approx(theirs, rel=1e-12)


def test_a_mean_of_one_or_of_infinite_values_has_no_error():
    assert (Mean.of(np.array([2.0])).value, Mean.of(np.array([2.0])).n) == (2.0, 1)
    assert math.isnan(Mean.of(np.array([2.0])).standard_error)
    endless = Mean.of(np.array([1.0, np.inf, 2.0]))
    assert endless.value == math.inf
    assert math.isnan(endless.standard_error)


def test_accuracy_and_its_parts_are_those_counted_by_hand(three):
    assert metrics.accuracy(three) == Share(2, 4)
    assert metrics.confusion(three).tolist() == [
        [1, 0, 1, 0],
        [1, 0, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 0],
    ]
    assert metrics.class_accuracies(three) == (Share(1, 2), Share(0, 1), Share(1, 1), Share(0, 0))


def test_a_confidence_on_an_edge_belongs_to_the_bin_below(three):
    # Guo et al.: bin m is ((m − 1) / M, m / M]. 0.7, 0.6, 0.4 and 0.9 are its right ends.
    bins = metrics.reliability(net(three.q, three.labels), 10)
    found = [round(b.high, 3) for b in bins if b.accuracy.n]
    assert found == [0.4, 0.6, 0.7, 0.9]


def test_bins_and_calibration_error_are_those_counted_by_hand():
    # Confidences 0.95, 0.85, 0.99 and 0.55, of which the second is wrong; five bins.
    q = [[0.95, 0.05], [0.85, 0.15], [0.01, 0.99], [0.45, 0.55]]
    predictions = net(q, [0, 1, 1, 1])
    bins = metrics.reliability(predictions, 5)
    assert [b.accuracy for b in bins] == [Share(0, 0)] * 2 + [Share(1, 1), Share(0, 0), Share(2, 3)]
    variance = 0.95 * 0.05 + 0.85 * 0.15 + 0.99 * 0.01
    sure = pytest.approx(2.79 / 3), Share(2, 3), pytest.approx(variance)
    assert bins[4] == Bin(0.8, 1.0, *sure)
    assert math.isnan(bins[0].confidence)
    # (1 · |1 − 0.55| + 3 · |2/3 − 0.93|) / 4
    assert metrics.expected_calibration_error(bins) == pytest.approx((0.45 + 0.79) / 4)


def test_the_error_of_a_calibrated_net_is_what_chance_gives_to_simulated_ones():
    # Labels drawn from the net's own beliefs: it is calibrated, whatever it guesses.
    rng = np.random.default_rng(0)
    q = rng.dirichlet(np.full(10, 0.1), 1017)
    errors = []
    for _ in range(400):
        labels = (q.cumsum(axis=1) < rng.random((1017, 1))).sum(axis=1).clip(max=9)
        bins = metrics.reliability(net(q, labels))
        errors.append(metrics.expected_calibration_error(bins))
    assert metrics.calibration_error_by_chance(bins) == pytest.approx(np.mean(errors), rel=0.05)


def test_the_error_by_chance_is_that_counted_by_hand_and_falls_with_the_root_of_the_images():
    # One image that is 50 % sure and one that is 90 %: √(2/π) (√0.25 + √0.09) / 2.
    q, labels = [[0.5, 0.5], [0.1, 0.9]], [0, 1]
    by_chance = [
        metrics.calibration_error_by_chance(metrics.reliability(net(times * q, times * labels)))
        for times in (1, 100)
    ]
    assert by_chance == pytest.approx([0.4 * math.sqrt(2 / math.pi), 0.04 * math.sqrt(2 / math.pi)])


def test_a_certain_and_right_net_is_calibrated_and_costs_nothing():
    predictions = net(np.eye(3), [0, 1, 2])
    bins = metrics.reliability(predictions, 15)
    assert metrics.expected_calibration_error(bins) == 0
    assert metrics.calibration_error_by_chance(bins) == 0
    costs = metrics.kl_from_labels(predictions)
    assert costs.tolist() == [0, 0, 0]
    assert not np.signbit(costs).any()


def test_kl_from_the_label_is_the_surprise_at_it_and_nothing_underflows():
    log_q = np.array([[0.0, -200.0], [math.log(0.3), math.log(0.7)], [0.0, -np.inf]])
    costs = metrics.kl_from_labels(Predictions(log_q, np.array([1, 1, 1], np.uint8)))
    assert costs == pytest.approx([200, 0.35667494393873, math.inf], rel=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_mean_kl_from_the_labels_is_the_loss_that_the_run_recorded(loss):
    # With one-hot labels either loss is −log q of the true class; float16 averages out.
    directory = store.SAVED / f"cifar10-{loss}-seed1-25epochs"
    run, predictions = store.load(directory), store.load_predictions(directory)
    found = {kind: Mean.of(metrics.kl_from_labels(of)) for kind, of in predictions.items()}
    assert found["validation"].value == pytest.approx(run.last.val_loss, abs=5e-5)
    assert found["test"].value == pytest.approx(run.test.loss, abs=5e-5)
    assert metrics.accuracy(predictions["validation"]).n == run.images["validation"]


@pytest.mark.parametrize(
    "judge",
    [metrics.accuracy, metrics.reliability, metrics.kl_from_labels, PredictedDistributions.of],
)
def test_a_diverged_net_is_not_judged(judge):
    with pytest.raises(ValueError, match="training diverged"):
        judge(net([[np.nan, np.nan]], [0]))


@pytest.mark.parametrize(
    ("losses", "images"),
    [
        ([8, *8 * [1]], 1),  # 8 of 16
        ([*9 * [1], 8], 2),  # 8 is less than half of 17
        ([1, 1, 1, 1], 2),
        ([1, math.inf, 3], 1),
    ],
)
def test_half_of_all_loss_is_made_up_by_the_fewest_images_of_the_largest(losses, images):
    share = metrics.fewest_for_half(np.array(losses, float))
    assert share == Share(images, len(losses))
