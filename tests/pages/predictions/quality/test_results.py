"""Figures of two networks, and of many in pairs: counted by hand, or by another way."""

import math
from statistics import stdev

import numpy as np
import pytest

from models.evaluation.agreement import PredictedDistributions
from models.evaluation.metrics import Share
from models.evaluation.predictions import Predictions
from pages.ui.predictions.quality import results
from pages.ui.predictions.quality.results import Mistake, PairedEvaluation
from pages.ui.predictions.state import MatchedRuns
from tests.made_up import CE, KL, a_run
from tests.pages.predictions.quality.evaluated import net, predicted, with_losses


def agreement(first, second):
    return PredictedDistributions.of(first).agreement(PredictedDistributions.of(second))


def test_the_gap_is_how_much_oftener_the_net_is_right_than_it_says():
    quality = net([0] * 10, [0] * 7 + [1] * 3, 0.6)
    each = 7 * [0.4] + 3 * [-0.6]
    assert (quality.gap.value, quality.gap.n) == (pytest.approx(0.1), 10)
    assert quality.gap.standard_error == pytest.approx(stdev(each) / math.sqrt(10))
    # All in one bin: √(2/π) √(10 · 0.6 · 0.4) / 10.
    assert quality.chance == pytest.approx(math.sqrt(2 / math.pi * 2.4) / 10)


def test_mean_and_median_are_those_of_the_losses():
    quality = with_losses(0.25, 4, 1)
    assert quality.losses == pytest.approx([0.25, 4, 1])
    assert (quality.kl.value, quality.median) == (pytest.approx(1.75), pytest.approx(1))


def test_the_most_frequent_mistake_is_that_of_the_table_and_hits_are_none():
    labels, guesses = [0, 0, 0, 1, 1, 2, 2, 2, 2], [0, 0, 2, 0, 0, 2, 2, 2, 1]
    assert net(labels, guesses).mistake == Mistake(1, 0, Share(2, 2))
    # Of equals, the first.
    assert net([0, 1, 2], [2, 2, 2]).mistake == Mistake(0, 2, Share(1, 1))
    assert net(labels, labels).mistake is None


def test_the_difference_in_accuracy_is_taken_image_by_image():
    labels = np.zeros(10, int)
    kl, ce = np.array([0] * 6 + [1] * 4), np.array([1] * 3 + [0] * 3 + [0] * 2 + [1] * 2)
    difference = PairedEvaluation(net(labels, kl), net(labels, ce)).difference
    each = [1] * 3 + [0] * 3 + [-1] * 2 + [0] * 2
    assert (difference.value, difference.n) == (pytest.approx(0.1), 10)
    assert difference.standard_error == pytest.approx(stdev(each) / math.sqrt(10))


def test_nets_that_saw_different_images_are_no_pair():
    with pytest.raises(ValueError, match="different images"):
        PairedEvaluation(net([0, 1], [0, 1]), net([0, 2], [0, 1]))


NETS = np.random.default_rng(0).integers(0, 3, (2, 6, 40))  # loss, seed, image: its guess
LABELS = np.random.default_rng(1).integers(0, 3, 40)


def compared(*seeds, diverged=()):
    """Pairs of these seeds; the trainings of those of cross-entropy named here diverged."""
    broken = Predictions(np.full((40, 3), np.nan), LABELS.astype(np.uint8))
    return results.loss_or_seed(
        (
            matched(seed),
            predicted(LABELS, NETS[0, seed], 0.9, 3),
            broken if seed in diverged else predicted(LABELS, NETS[1, seed], 0.9, 3),
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
                predicted(LABELS, NETS[int(loss == CE), seed], 0.9, 3)
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
