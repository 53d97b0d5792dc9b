"""Figures of two networks, and of many in pairs: counted by hand, or by another way."""

import math
from statistics import stdev

import numpy as np
import pytest

from models.evaluation.agreement import PredictedDistributions
from models.evaluation.metrics import Share
from models.evaluation.predictions import Predictions
from pages.ui.evaluation import results
from pages.ui.evaluation.results import Confusion, Evaluation, PairedEvaluation
from pages.ui.predictions.state import MatchedRuns
from tests.made_up import CE, KL, a_run
from tests.pages.evaluation.evaluated import network, predicted, with_losses


def agreement(first, second):
    return PredictedDistributions.of(first).agreement(PredictedDistributions.of(second))


def test_the_gap_is_accuracy_minus_confidence():
    one = network([0] * 10, [0] * 7 + [1] * 3, 0.6)
    each = 7 * [0.4] + 3 * [-0.6]
    assert (one.gap.value, one.gap.n) == (pytest.approx(0.1), 10)
    assert one.gap.standard_error == pytest.approx(stdev(each) / math.sqrt(10))
    # All in one bin: √(2/π) √(10 · 0.6 · 0.4) / 10.
    assert one.ece_by_chance == pytest.approx(math.sqrt(2 / math.pi * 2.4) / 10)


def test_mean_and_median_are_those_of_the_losses():
    one = with_losses(0.25, 4, 1)
    assert one.losses == pytest.approx([0.25, 4, 1])
    assert (one.kl.value, one.median) == (pytest.approx(1.75), pytest.approx(1))


def test_the_most_frequent_confusion_is_off_the_diagonal():
    labels, predictions = [0, 0, 0, 1, 1, 2, 2, 2, 2], [0, 0, 2, 0, 0, 2, 2, 2, 1]
    assert network(labels, predictions).most_confused == Confusion(1, 0, Share(2, 2))
    # Of equals, the first.
    assert network([0, 1, 2], [2, 2, 2]).most_confused == Confusion(0, 2, Share(1, 1))
    assert network(labels, labels).most_confused is None


def test_the_difference_in_accuracy_is_taken_image_by_image():
    labels = np.zeros(10, int)
    kl, ce = np.array([0] * 6 + [1] * 4), np.array([1] * 3 + [0] * 3 + [0] * 2 + [1] * 2)
    difference = PairedEvaluation(network(labels, kl), network(labels, ce)).difference
    each = [1] * 3 + [0] * 3 + [-1] * 2 + [0] * 2
    assert (difference.value, difference.n) == (pytest.approx(0.1), 10)
    assert difference.standard_error == pytest.approx(stdev(each) / math.sqrt(10))


def test_networks_that_predicted_different_images_are_no_pair():
    with pytest.raises(ValueError, match="different images"):
        PairedEvaluation(network([0, 1], [0, 1]), network([0, 2], [0, 1]))


NETWORKS = np.random.default_rng(0).integers(0, 3, (2, 6, 40))  # loss, seed, image: its class
LABELS = np.random.default_rng(1).integers(0, 3, 40)


def compared(*seeds, diverged=()):
    """Pairs of these seeds; the trainings of those of cross-entropy named here diverged."""
    broken = Predictions(np.full((40, 3), np.nan), LABELS.astype(np.uint8))
    return results.loss_or_seed(
        (
            matched(seed),
            predicted(LABELS, NETWORKS[0, seed], 0.9, 3),
            broken if seed in diverged else predicted(LABELS, NETWORKS[1, seed], 0.9, 3),
        )
        for seed in seeds
    )


def matched(seed):
    return MatchedRuns(a_run(KL, seed), a_run(CE, seed))


def seeds(pairs):
    return [pair.seeds for pair in pairs]


def test_each_seed_is_compared_with_the_next_and_the_last_with_the_first():
    those = compared(1, 2, 4, 5)
    assert seeds(those.losses) == [(1, 1), (2, 2), (4, 4), (5, 5)]
    assert seeds(those.kl_seeds) == seeds(those.ce_seeds) == [(1, 2), (2, 4), (4, 5), (5, 1)]


def test_two_seeds_are_one_pair_and_one_is_none():
    assert seeds(compared(1, 2).kl_seeds) == [(1, 2)]
    alone = compared(3)
    assert (seeds(alone.losses), alone.seeds) == ([(3, 3)], ())
    assert compared().losses == ()


def test_what_is_said_of_a_pair_is_what_is_said_of_the_two_alone():
    those = compared(1, 2, 4)
    for losses, pairs in (((KL, CE), those.losses), ((KL, KL), those.kl_seeds)):
        for pair in pairs:
            one, other = (
                predicted(LABELS, NETWORKS[int(loss == CE), seed], 0.9, 3)
                for loss, seed in zip(losses, pair.seeds, strict=True)
            )
            alone = agreement(one, other)
            assert pair.agreement == alone
            both_ways = alone.kl_first_second.value, alone.kl_second_first.value
            assert pair.kl == pytest.approx(np.mean(both_ways))


def test_a_pair_of_which_a_training_diverged_is_left_out_and_named():
    those = compared(1, 2, 4, diverged=[2])
    assert (seeds(those.losses), those.left_out) == ([(1, 1), (4, 4)], (matched(2).title,))
    assert seeds(those.kl_seeds) == [(1, 4)]


def test_the_control_compares_each_network_with_itself_trained_again():
    first, again, other = (predicted(LABELS, NETWORKS[0, seed], 0.9, 3) for seed in (1, 2, 3))
    broken = Predictions(np.full((40, 3), np.nan), LABELS.astype(np.uint8))
    those = results.loss_or_seed(
        [],
        [(a_run(KL, 1), first, again), (a_run(CE, 1), first, other), (a_run(CE, 2), first, broken)],
    ).rounding
    assert [(pair.seeds, pair.loss) for pair in those] == [((1, 1), KL), ((1, 1), CE)]
    assert [pair.agreement for pair in those] == [agreement(first, again), agreement(first, other)]


def test_the_ece_expected_by_chance_is_the_mean_of_calibrated_networks():
    """Simulated: of each image the network is correct with its own confidence."""
    rng = np.random.default_rng(0)
    confidence, n = rng.uniform(0.2, 1, 2000), 2000
    q = np.repeat((1 - confidence[:, None]) / 9, 10, axis=1)
    q[:, 0] = confidence
    errors = []
    for _ in range(200):
        labels = np.where(rng.random(n) < confidence, 0, 1 + rng.integers(0, 9, n))
        errors.append(Evaluation.of(Predictions.of(q, labels.astype(np.uint8))))
    standard_error = stdev([one.ece for one in errors]) / math.sqrt(len(errors))
    mean = np.mean([one.ece for one in errors])
    assert errors[0].ece_by_chance == pytest.approx(mean, abs=4 * standard_error)
