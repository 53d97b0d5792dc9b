"""SciPy and kl_core are the oracles, or a count by hand."""

import math

import numpy as np
import pytest
import scipy.special
import scipy.stats
from scipy.spatial.distance import jensenshannon

import kl_core
from models.evaluation import metrics
from models.evaluation.agreement import PredictedDistributions, jensen_shannon
from models.evaluation.metrics import Mean, Share
from models.evaluation.predictions import Predictions


def net(q, labels):
    return Predictions.of(np.array(q, np.float64), np.array(labels, np.uint8))


def agreement(first, second):
    return PredictedDistributions.of(first).agreement(PredictedDistributions.of(second))


@pytest.fixture
def three():
    q = [[0.7, 0.1, 0.1, 0.1], [0.2, 0.1, 0.6, 0.1], [0.4, 0.1, 0.1, 0.4], [0.05, 0.05, 0.9, 0.0]]
    return net(q, [0, 0, 1, 2])


def test_two_nets_differ_by_what_scipy_says():
    rng = np.random.default_rng(0)
    one, two = rng.dirichlet(np.ones(5), (2, 300))
    labels = rng.integers(0, 5, 300)
    found = agreement(net(one, labels), net(two, labels))
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
    found = agreement(three, three)
    assert found.same == Share(4, 4)
    assert (found.kl_first_second.value, found.js.value) == (0, 0)


def test_between_nets_that_exclude_each_others_guess_kl_is_infinite_and_js_log_2():
    found = agreement(net([[1, 0]] * 2, [0, 0]), net([[0, 1]] * 2, [0, 0]))
    assert (found.kl_first_second.value, found.kl_second_first.value) == (math.inf, math.inf)
    assert found.js.value == pytest.approx(math.log(2))
    assert found.same == Share(0, 2)


def test_the_quick_sums_are_those_that_keep_every_digit():
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(2, 2000, 10)) * rng.uniform(0, 30, (2, 2000, 1))
    logits[0, :50, 3] = logits[1, 25:75, 4] = -np.inf
    labels = np.zeros(2000, np.uint8)
    one, two = (Predictions(z.astype(np.float16), labels) for z in logits)
    logs = [metrics.log_q(of) for of in (one, two)]
    for first, last in ((0, 2000), (0, 25), (25, 75), (75, 2000)):
        few = [Predictions(of.log_q[first:last], labels[first:last]) for of in (one, two)]
        found = agreement(*few)
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


def test_kl_is_infinite_also_where_what_is_excluded_underflows():
    # exp(−5000) is 0 to a float; the logarithm knows that it is not.
    labels = np.array([0], np.uint8)
    faint, never = (Predictions(np.array([[0.0, z]]), labels) for z in (-5000.0, -np.inf))
    found = agreement(faint, never)
    assert (found.kl_first_second.value, found.kl_second_first.value) == (math.inf, 0)


def test_nets_are_compared_on_the_same_images_only(three):
    other = net(three.q, [0, 0, 1, 3])
    with pytest.raises(ValueError, match="compared on the same images only"):
        agreement(three, other)
    with pytest.raises(ValueError, match="4 and 2 images"):
        agreement(three, net(three.q[:2], [0, 0]))


def test_two_nets_are_apart_by_the_jensen_shannon_divergence_and_more_by_that_from_their_mean():
    rng = np.random.default_rng(3)
    q = rng.dirichlet(np.ones(10), (3, 50))
    two = jensenshannon(q[0], q[1], axis=1) ** 2
    assert jensen_shannon(list(q[:2])) == pytest.approx(two, rel=1e-9)
    three = scipy.special.rel_entr(q, q.mean(axis=0)).sum(axis=-1).mean(axis=0)
    assert jensen_shannon(list(q)) == pytest.approx(three, rel=1e-9)
    assert jensen_shannon([q[0], q[0]]) == pytest.approx(np.zeros(50), abs=1e-12)
