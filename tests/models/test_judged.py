"""SciPy is the oracle, or a count by hand."""

import math

import numpy as np
import pytest
import scipy.special
import scipy.stats
from scipy.spatial.distance import jensenshannon

import kl_core
from models import judged, store
from models.judged import Bin, Mean, Share
from models.predictions import Predictions

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
    assert judged.accuracy(three) == Share(2, 4)
    assert judged.confusion(three).tolist() == [
        [1, 0, 1, 0],
        [1, 0, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 0],
    ]
    assert judged.class_accuracies(three) == (Share(1, 2), Share(0, 1), Share(1, 1), Share(0, 0))


def test_a_confidence_on_an_edge_belongs_to_the_bin_below(three):
    # Guo et al.: bin m is ((m − 1) / M, m / M]. 0.7, 0.6, 0.4 and 0.9 are its right ends.
    bins = judged.reliability(net(three.q, three.labels), 10)
    found = [round(b.high, 3) for b in bins if b.accuracy.n]
    assert found == [0.4, 0.6, 0.7, 0.9]


def test_bins_and_calibration_error_are_those_counted_by_hand():
    # Confidences 0.95, 0.85, 0.99 and 0.55, of which the second is wrong; five bins.
    q = [[0.95, 0.05], [0.85, 0.15], [0.01, 0.99], [0.45, 0.55]]
    predictions = net(q, [0, 1, 1, 1])
    bins = judged.reliability(predictions, 5)
    assert [b.accuracy for b in bins] == [Share(0, 0)] * 2 + [Share(1, 1), Share(0, 0), Share(2, 3)]
    assert bins[4] == Bin(0.8, 1.0, pytest.approx(2.79 / 3), Share(2, 3))
    assert math.isnan(bins[0].confidence)
    # (1 · |1 − 0.55| + 3 · |2/3 − 0.93|) / 4
    assert judged.expected_calibration_error(bins) == pytest.approx((0.45 + 0.79) / 4)


def test_a_certain_and_right_net_is_calibrated_and_costs_nothing():
    predictions = net(np.eye(3), [0, 1, 2])
    assert judged.expected_calibration_error(judged.reliability(predictions, 15)) == 0
    costs = judged.kl_from_labels(predictions)
    assert costs.tolist() == [0, 0, 0]
    assert not np.signbit(costs).any()


def test_kl_from_the_label_is_the_surprise_at_it_and_nothing_underflows():
    log_q = np.array([[0.0, -200.0], [math.log(0.3), math.log(0.7)], [0.0, -np.inf]])
    costs = judged.kl_from_labels(Predictions(log_q, np.array([1, 1, 1], np.uint8)))
    assert costs == pytest.approx([200, 0.35667494393873, math.inf], rel=1e-12)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_mean_kl_from_the_labels_is_the_loss_that_the_run_recorded(loss):
    # With one-hot labels either loss is −log q of the true class; float16 averages out.
    directory = store.SAVED / f"cifar10-{loss}-seed1-25epochs"
    run, predictions = store.load(directory), store.load_predictions(directory)
    found = {kind: Mean.of(judged.kl_from_labels(of)) for kind, of in predictions.items()}
    assert found["validation"].value == pytest.approx(run.last.val_loss, abs=5e-5)
    assert found["test"].value == pytest.approx(run.test.loss, abs=5e-5)
    assert judged.accuracy(predictions["validation"]).n == run.images["validation"]


def test_two_nets_differ_by_what_scipy_says():
    rng = np.random.default_rng(0)
    one, two = rng.dirichlet(np.ones(5), (2, 300))
    labels = rng.integers(0, 5, 300)
    found = judged.agreement(net(one, labels), net(two, labels))
    for mean, (p, q) in {"kl_first_second": (one, two), "kl_second_first": (two, one)}.items():
        theirs = scipy.special.rel_entr(p, q).sum(axis=1)
        ours = getattr(found, mean)
        assert ours.value == pytest.approx(theirs.mean(), rel=1e-10)
        assert ours.standard_error == pytest.approx(scipy.stats.sem(theirs), rel=1e-10)
    js = jensenshannon(one, two, axis=1) ** 2
    assert (found.js.value, found.js.n) == (pytest.approx(js.mean(), rel=1e-10), 300)
    same = int(np.sum(one.argmax(axis=1) == two.argmax(axis=1)))
    assert found.same == Share(same, 300)


def test_a_net_agrees_with_itself_entirely(three):
    found = judged.agreement(three, three)
    assert found.same == Share(4, 4)
    assert (found.kl_first_second.value, found.js.value) == (0, 0)


def test_between_nets_that_exclude_each_others_guess_kl_is_infinite_and_js_log_2():
    found = judged.agreement(net([[1, 0]] * 2, [0, 0]), net([[0, 1]] * 2, [0, 0]))
    assert (found.kl_first_second.value, found.kl_second_first.value) == (math.inf, math.inf)
    assert found.js.value == pytest.approx(math.log(2))
    assert found.same == Share(0, 2)


def test_the_quick_sums_are_those_that_keep_every_digit():
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(2, 2000, 10)) * rng.uniform(0, 30, (2, 2000, 1))
    logits[0, :50, 3] = logits[1, 25:75, 4] = -np.inf
    labels = np.zeros(2000, np.uint8)
    one, two = (Predictions(z.astype(np.float16), labels) for z in logits)
    logs = [judged.log_q(of) for of in (one, two)]
    for first, last in ((0, 2000), (0, 25), (25, 75), (75, 2000)):
        few = [Predictions(of.log_q[first:last], labels[first:last]) for of in (one, two)]
        found = judged.agreement(*few)
        p, q = (each[first:last] for each in logs)
        for mean, exact in (
            (found.kl_first_second, kl_core.kl_divergence_from_logits(p, q)),
            (found.kl_second_first, kl_core.kl_divergence_from_logits(q, p)),
            (found.js, kl_core.js_divergence(few[0].q, few[1].q)),
        ):
            assert mean.value == pytest.approx(np.mean(exact), rel=1e-12)
            assert mean.standard_error == pytest.approx(
                Mean.of(exact).standard_error, rel=1e-12, nan_ok=True
            )


def test_beliefs_made_once_agree_as_those_made_for_each_pair(three):
    nets = [three, net(three.q[:, ::-1], three.labels), net(np.eye(4), three.labels)]
    beliefs = [judged.Beliefs.of(each) for each in nets]
    for i, one in enumerate(nets):
        for j, two in enumerate(nets):
            # As text: a standard error may be NaN, which is not itself.
            assert repr(beliefs[i].agreement(beliefs[j])) == repr(judged.agreement(one, two))


def test_kl_is_infinite_also_where_what_is_excluded_underflows():
    # exp(−5000) is 0 to a float; the logarithm knows that it is not.
    labels = np.array([0], np.uint8)
    faint, never = (Predictions(np.array([[0.0, z]]), labels) for z in (-5000.0, -np.inf))
    found = judged.agreement(faint, never)
    assert (found.kl_first_second.value, found.kl_second_first.value) == (math.inf, 0)


def test_nets_are_compared_on_the_same_images_only(three):
    other = net(three.q, [0, 0, 1, 3])
    with pytest.raises(ValueError, match="compared on the same images only"):
        judged.agreement(three, other)
    with pytest.raises(ValueError, match="4 and 2 images"):
        judged.agreement(three, net(three.q[:2], [0, 0]))


@pytest.mark.parametrize(
    "judge", [judged.accuracy, judged.reliability, judged.kl_from_labels, judged.Beliefs.of]
)
def test_a_diverged_net_is_not_judged(judge):
    with pytest.raises(ValueError, match="training diverged"):
        judge(net([[np.nan, np.nan]], [0]))
