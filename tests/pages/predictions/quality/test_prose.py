"""What is said of nets' quality follows from the numbers."""

import numpy as np
import pytest

from models.data.cifar10 import CLASSES
from models.evaluation.agreement import Agreement
from models.evaluation.metrics import Mean, Share
from pages.ui.predictions.quality import prose
from pages.ui.predictions.quality.results import Comparison, LossOrSeed, PairedEvaluation
from tests.pages.predictions.quality.evaluated import net

CAT, DOG, DEER = (CLASSES.index(name) for name in ("cat", "dog", "deer"))


def both(only_kl, only_ce, neither=100, n=1000):
    """So many images only the one net has right, only the other, and neither."""
    labels = np.zeros(n, int)
    kl, ce = labels.copy(), labels.copy()
    ce[:only_kl] = kl[only_kl : only_kl + only_ce] = 1
    kl[-neither:] = ce[-neither:] = 1
    return PairedEvaluation(net(labels, kl), net(labels, ce))


def test_nets_are_not_told_apart_where_zero_lies_within_the_paired_one():
    said = prose.apart(both(50, 40))
    assert "overlap, but that does not settle it" in said
    assert "**+1.0 points**" in said
    assert "do not tell the two nets apart" in said


@pytest.mark.parametrize(
    ("only_kl", "only_ce", "ahead"), [(20, 2, "KL divergence"), (2, 20, "cross-entropy")]
)
def test_the_paired_difference_may_decide_where_the_intervals_overlap(only_kl, only_ce, ahead):
    said = prose.apart(both(only_kl, only_ce))
    assert "overlap, but that does not settle it" in said
    assert f"the net trained with {ahead} got more of these images right than chance" in said
    assert "of twenty such intervals about one leaves out zero" in said


def test_intervals_that_do_not_overlap_are_not_said_to():
    said = prose.apart(both(300, 5))
    assert "do not overlap" in said
    assert "trained with KL divergence got more of these images right" in said


def test_a_net_that_is_right_more_often_than_it_says_is_too_modest():
    # 90 % right.
    labels, guesses = np.zeros(1000, int), np.array([0] * 900 + [1] * 100)
    for sure, way in ((0.8, "80.0\N{NO-BREAK SPACE}% sure and 90.0"), (0.95, "95.0")):
        said = prose.reliability(PairedEvaluation(*2 * [net(labels, guesses, sure)]))
        assert way in said
        assert ("too modest" in said) == (sure < 0.9)
        assert ("too sure of itself" in said) == (sure > 0.9)


def test_the_way_a_net_errs_is_left_open_where_the_interval_of_its_gap_holds_zero():
    # The gap is 0.02. Its standard error is √(0.9 · 0.1 / 99) = 0.030, of 1,000 images 0.0095.
    for n, known in ((100, False), (1000, True)):
        labels, guesses = np.zeros(n, int), np.array([0] * (9 * n // 10) + [1] * (n // 10))
        said = prose.reliability(PairedEvaluation(*2 * [net(labels, guesses, 0.88)]))
        assert ("90.0\N{NO-BREAK SPACE}% right: too modest." in said) == known
        assert ("do not show whether it is too modest or too sure of itself" in said) != known


def test_it_is_said_how_large_an_error_chance_alone_would_give():
    # √(2/π · 0.8 · 0.2 / 1000)
    said = prose.reliability(both(50, 40))
    assert "about 1.0\N{NO-BREAK SPACE}%** on these 1,000, by chance alone" in said


def test_the_median_is_only_said_to_lie_below_the_mean_where_it_does():
    labels = np.zeros(10, int)
    few_wrong, most_wrong = (net(labels, [1] * wrong + [0] * (10 - wrong)) for wrong in (1, 9))
    assert "below its mean" in prose.losses(PairedEvaluation(few_wrong, few_wrong))
    assert "below its mean" not in prose.losses(PairedEvaluation(most_wrong, most_wrong))
    # One costs ln(9 / 0.2) = 3.8 nats, nine cost 0.22 each.
    assert "Half of all loss comes from 10.0\N{NO-BREAK SPACE}% of the images for both nets" in (
        prose.losses(PairedEvaluation(few_wrong, few_wrong))
    )


def test_where_the_nets_differ_each_figure_names_its_net():
    labels = np.zeros(10, int)
    said = prose.losses(PairedEvaluation(net(labels, labels, 0.8), net(labels, labels, 0.5)))
    assert "median is 0.2231 nats for KL’s net and 0.6931 for cross-entropy’s" in said


def test_the_most_frequent_mistake_is_said_with_the_number_of_images_of_that_class():
    labels, guesses = [CAT] * 4 + [DEER] * 3, [CAT, DOG, DOG, DEER, CAT, DEER, DEER]
    assert "cats taken for dogs, 2 of 4." in prose.confusion(net(labels, guesses))
    assert "deer taken for cats, 1 of 3." in prose.confusion(
        net(labels, [CAT] * 4 + [CAT, DEER, DEER])
    )
    assert "No image was taken for another class." in prose.confusion(net(labels, labels))


def test_best_and_worst_class_are_those_of_kls_net():
    kl, ce = net([CAT, CAT, DOG], [CAT, DOG, DOG]), net([CAT, CAT, DOG], [CAT, CAT, CAT])
    said = prose.classes(PairedEvaluation(kl, ce))
    assert "dogs best (100.0" in said
    assert "cats least (50.0" in said


def pairs(*same):
    none = Mean(0.1, 0.01, 1000)
    return tuple(
        Comparison((1, 2), Agreement(Share(hits, 1000), none, none, none)) for hits in same
    )


UNTOLD = "These pairs do not tell whether the loss or the seed changes more."
SEEDS = {"kl_seeds": pairs(800, 820), "ce_seeds": pairs(790, 810)}


@pytest.mark.parametrize(
    ("same", "verdict"),
    [
        ((860, 880), "Exchanging the loss changes less than exchanging the seed."),
        ((700, 720), "Exchanging the loss changes more than exchanging the seed."),
        ((800, 830), UNTOLD),
        ((700, 900), UNTOLD),
        ((820, 820), UNTOLD),
    ],
)
def test_the_loss_counts_for_more_or_less_only_outside_all_that_seeds_do(same, verdict):
    said = prose.loss_or_seed(LossOrSeed(pairs(*same), **SEEDS, left_out=()))
    assert said.startswith(f"**{verdict}** Two nets")
    assert f"on {sum(same) / 20:.1f}" in said
    assert "on 80.5\N{NO-BREAK SPACE}% (four pairs, 79.0" in said
    assert "of the 1,000 images" in said


@pytest.mark.parametrize(("have", "said"), [(0, "there are none"), (1, "there is only one seed")])
def test_what_is_missing_is_said(have, said):
    found = LossOrSeed(pairs(*have * [800]), (), (), ("seed 2", "seed 5"))
    assert said in prose.too_few(found)
    assert "training diverged: seed 2 and seed 5." in prose.too_few(found)


def test_ranges_are_not_called_intervals_and_who_is_left_out_is_named():
    found = LossOrSeed(pairs(800, 810), **SEEDS, left_out=("seed 3",))
    assert "they are not confidence intervals" in prose.why(found)
    assert prose.why(found).endswith("Left out, as their training diverged: seed 3.")


def test_alt_texts_say_the_finding_in_numbers():
    shown = both(50, 40)
    assert "mean distance from the diagonal 6.0" in prose.alt_reliability(shown)  # |0.86 − 0.8|
    assert "median 0.2231, mean" in prose.alt_losses(shown)  # −ln 0.8
    assert "airplane 86.0\N{NO-BREAK SPACE}% and 85.0" in prose.alt_classes(shown)
    assert "860 of 1,000 images" in prose.alt_confusion("KL divergence", shown.kl)
    found = LossOrSeed(pairs(860, 880), **SEEDS, left_out=())
    assert "same seed: mean 87.0\N{NO-BREAK SPACE}% of 2 pairs" in prose.alt_pairs(found, "same")
    assert "same seed: mean 0.1 of 2 pairs" in prose.alt_pairs(found, "js")
