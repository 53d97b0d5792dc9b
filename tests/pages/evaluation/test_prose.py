"""What is said of networks follows from the numbers."""

import numpy as np
import pytest

from models.data.cifar10 import CLASSES
from models.evaluation.agreement import Agreement
from models.evaluation.metrics import Mean, Share
from pages.ui.evaluation import prose
from pages.ui.evaluation.results import Comparison, LossOrSeed, PairedEvaluation
from tests.pages.evaluation.evaluated import network

CAT, DOG, DEER = (CLASSES.index(name) for name in ("cat", "dog", "deer"))


def both(only_kl, only_ce, neither=100, n=1000):
    """So many images only the one network has right, only the other, and neither."""
    labels = np.zeros(n, int)
    kl, ce = labels.copy(), labels.copy()
    ce[:only_kl] = kl[only_kl : only_kl + only_ce] = 1
    kl[-neither:] = ce[-neither:] = 1
    return PairedEvaluation(network(labels, kl), network(labels, ce))


def test_no_difference_is_shown_where_the_paired_interval_contains_0():
    said = prose.apart(both(50, 40))
    assert "overlap, but a paired comparison is more precise" in said
    assert "**+1.0 points**" in said
    assert "do not show a difference in accuracy" in said


@pytest.mark.parametrize(
    ("only_kl", "only_ce", "ahead"), [(20, 2, "KL divergence"), (2, 20, "cross-entropy")]
)
def test_the_paired_difference_may_decide_where_the_intervals_overlap(only_kl, only_ce, ahead):
    said = prose.apart(both(only_kl, only_ce))
    assert "overlap, but a paired comparison is more precise" in said
    assert f"the network trained with {ahead} is more accurate" in said
    assert "Of twenty such intervals about one leaves out 0" in said


def test_intervals_that_do_not_overlap_are_not_said_to():
    said = prose.apart(both(300, 5))
    assert "do not overlap" in said
    assert "trained with KL divergence is more accurate" in said


def test_a_network_whose_accuracy_is_above_its_confidence_is_underconfident():
    # 90 % correct.
    labels, predicted = np.zeros(1000, int), np.array([0] * 900 + [1] * 100)
    for confidence, way in ((0.8, "80.0\N{NO-BREAK SPACE}% and an accuracy"), (0.95, "95.0")):
        one = network(labels, predicted, confidence)
        said = prose.reliability(PairedEvaluation(one, one))
        assert way in said
        assert ("it is underconfident on average" in said) == (confidence < 0.9)
        assert ("it is overconfident on average" in said) == (confidence > 0.9)


def test_over_and_underconfidence_are_left_open_where_the_interval_of_the_gap_contains_0():
    # The gap is 0.02. Its standard error is √(0.9 · 0.1 / 99) = 0.030, of 1,000 images 0.0095.
    for n, known in ((100, False), (1000, True)):
        labels, predicted = np.zeros(n, int), np.array([0] * (9 * n // 10) + [1] * (n // 10))
        said = prose.reliability(PairedEvaluation(*2 * [network(labels, predicted, 0.88)]))
        assert ("it is underconfident on average." in said) == known
        assert ("do not show whether it is over- or underconfident" in said) != known


def test_the_median_is_only_said_to_lie_below_the_mean_where_it_does():
    labels = np.zeros(10, int)
    few, most = (network(labels, [1] * wrong + [0] * (10 - wrong)) for wrong in (1, 9))
    assert "below its mean" in prose.losses(PairedEvaluation(few, few))
    assert "below its mean" not in prose.losses(PairedEvaluation(most, most))
    # The NLL of one is ln(9 / 0.2) = 3.8 nats, of nine 0.22 each.
    assert "Half of its sum comes from the 10.0\N{NO-BREAK SPACE}% of the photographs" in (
        prose.losses(PairedEvaluation(few, few))
    )


def test_where_the_networks_differ_each_figure_names_its_network():
    labels = np.zeros(10, int)
    one, other = network(labels, labels, 0.8), network(labels, labels, 0.5)
    said = prose.losses(PairedEvaluation(one, other))
    assert "median is 0.2231 nats for KL’s network and 0.6931 for cross-entropy’s" in said


def test_the_most_frequent_error_is_said_with_the_number_of_images_of_its_true_class():
    labels, predicted = [CAT] * 4 + [DEER] * 3, [CAT, DOG, DOG, DEER, CAT, DEER, DEER]
    said = prose.confusion(network(labels, predicted))
    assert "true class cat, predicted class dog, 2 of 4." in said
    said = prose.confusion(network(labels, [CAT] * 4 + [CAT, DEER, DEER]))
    assert "true class deer, predicted class cat, 1 of 3." in said
    assert "All photographs are on the diagonal." in prose.confusion(network(labels, labels))


def test_best_and_worst_class_are_those_of_kls_network():
    kl, ce = network([CAT, CAT, DOG], [CAT, DOG, DOG]), network([CAT, CAT, DOG], [CAT, CAT, CAT])
    said = prose.classes(PairedEvaluation(kl, ce))
    assert "highest accuracy for dog (100.0" in said
    assert "lowest for cat (50.0" in said


def pairs(*same):
    none = Mean(0.1, 0.01, 1000)
    return tuple(
        Comparison((1, 2), Agreement(Share(hits, 1000), none, none, none)) for hits in same
    )


UNKNOWN = "These pairs do not show whether the loss or the seed changes more."
SEEDS = {"kl_seeds": pairs(800, 820), "ce_seeds": pairs(790, 810)}


@pytest.mark.parametrize(
    ("same", "verdict"),
    [
        ((860, 880), "Another loss changes the predictions less than another seed."),
        ((700, 720), "Another loss changes the predictions more than another seed."),
        ((800, 830), UNKNOWN),
        ((700, 900), UNKNOWN),
        ((820, 820), UNKNOWN),
    ],
)
def test_the_loss_counts_for_more_or_less_only_outside_all_that_seeds_do(same, verdict):
    said = prose.loss_or_seed(LossOrSeed(pairs(*same), **SEEDS, left_out=()))
    assert said.startswith(f"**{verdict}** Two networks")
    assert f"on {sum(same) / 20:.1f}" in said
    assert "on 80.5\N{NO-BREAK SPACE}% if only the seed differs (four pairs, 79.0" in said
    assert "of the 1,000 photographs" in said
    assert "has no recorded predictions" in said


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        ((870, 900), "another loss changes the predictions less than rounding alone"),
        ((850, 860), "another loss changes the predictions about as much as rounding alone"),
        ((820, 840), "another loss changes the predictions more than rounding alone"),
    ],
)
def test_the_control_says_how_much_rounding_alone_changes(losses, said):
    found = LossOrSeed(pairs(*losses), **SEEDS, left_out=(), rounding=pairs(840, 870))
    text = prose.loss_or_seed(found)
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    assert "agree on 85.5 % (two pairs, 84.0 % to 87.0 %)" in text
    assert f": **{said}.**" in text


@pytest.mark.parametrize(("have", "said"), [(0, "there are none"), (1, "there is only one seed")])
def test_what_is_missing_is_said(have, said):
    found = LossOrSeed(pairs(*have * [800]), (), (), ("seed 2", "seed 5"))
    assert said in prose.too_few(found)
    assert "training diverged: seed 2 and seed 5." in prose.too_few(found)


def test_ranges_are_not_called_intervals_and_who_is_left_out_is_named():
    found = LossOrSeed(pairs(800, 810), **SEEDS, left_out=("seed 3",))
    assert "are not confidence intervals" in prose.why(found)
    assert prose.why(found).endswith("Left out, as their training diverged: seed 3.")


def test_alt_texts_say_the_finding_in_numbers():
    shown = both(50, 40)
    assert "expected calibration error 6.0" in prose.alt_reliability(shown)  # |0.86 − 0.8|
    assert "median 0.2231, mean" in prose.alt_losses(shown)  # −ln 0.8
    assert "airplane 86.0\N{NO-BREAK SPACE}% and 85.0" in prose.alt_classes(shown)
    assert "860 of 1,000 photographs" in prose.alt_confusion("KL divergence", shown.kl)
    found = LossOrSeed(pairs(860, 880), **SEEDS, left_out=())
    said = prose.alt_pairs(found, "same").replace("\N{NO-BREAK SPACE}", " ")
    assert "only the loss differs: mean 87.0 % of 2 pairs" in said
    assert "only the loss differs: mean 0.1 of 2 pairs" in prose.alt_pairs(found, "js")
