"""Which runs belong together, what they are called, and which are compared."""

import math

import pytest

from pages.ui.comparison import results
from tests.made_up import CE, KL, NAN, a_run

RECORDED, HERE = "recorded", "made here"


def grouped(*runs, source=RECORDED):
    return results.group([(source, run) for run in runs])


def test_runs_that_differ_in_the_seed_alone_are_one_group_in_the_order_of_their_seeds():
    (found,) = grouped(a_run(seed=3), a_run(seed=1), a_run(seed=2))
    assert found.seeds == [1, 2, 3]
    assert found.spec.seed == 1


@pytest.mark.parametrize(
    "other",
    [
        {"loss": CE},
        {"losses": (2.0, 1.5, 1.0)},
        {"images": 500},
        {"batch_size": 100},
        {"validation_split": 0.25},
        {"label_smoothing": 0.1},
        {"precision": "mixed_bfloat16"},
        {"data": "cifar10"},
    ],
    ids=str,
)
def test_every_other_setting_parts_groups_and_their_names(other):
    found = grouped(a_run(), a_run(seed=2, **other))
    assert [len(group.runs) for group in found] == [1, 1]
    assert len(set(results.names(found))) == 2


def test_the_source_parts_groups():
    found = results.group([(RECORDED, a_run()), (HERE, a_run(seed=2))])
    assert [(group.source, group.seeds) for group in found] == [(RECORDED, [1]), (HERE, [2])]
    assert results.names(found) == ["KL, recorded", "KL, made here"]


def test_of_two_runs_with_the_same_seed_the_first_counts_and_only_once():
    first, second = a_run(suffix="-ab12cd"), a_run(suffix="-ef34ab")
    (found,) = grouped(first, second, a_run(seed=2))
    assert [run.id for run in found.runs] == [first.id, a_run(seed=2).id]


def test_kl_comes_first_and_groups_to_be_compared_stand_together():
    found = grouped(
        a_run(CE), a_run(CE, label_smoothing=0.1), a_run(), a_run(label_smoothing=0.1), a_run(CE, 2)
    )
    assert [(group.spec.loss, group.spec.label_smoothing) for group in found] == [
        (KL, 0.0),
        (CE, 0.0),
        (KL, 0.1),
        (CE, 0.1),
    ]


def names(*runs):
    return results.names(grouped(*runs))


def test_a_name_holds_no_more_words_than_it_takes():
    assert names(a_run()) == ["KL"]
    assert names(a_run(), a_run(CE)) == ["KL", "CE"]
    assert names(a_run(), a_run(label_smoothing=0.1)) == ["KL, plain labels", "KL, smoothing 0.1"]
    # They differ in three settings; one of them is enough.
    one, other = names(a_run(), a_run(data="cifar10", batch_size=50, losses=(1.0,)))
    assert (one, other) == ("KL, shapes", "KL, CIFAR-10")


def test_two_losses_with_different_settings_are_not_called_by_their_losses_alone():
    assert names(a_run(), a_run(CE, label_smoothing=0.1)) == [
        "KL, plain labels",
        "CE, smoothing 0.1",
    ]


def test_names_take_two_settings_where_one_does_not_tell_all_groups_apart():
    found = names(a_run(), a_run(batch_size=50), a_run(batch_size=50, label_smoothing=0.1))
    assert found == [
        "KL, plain labels, batches of 250",
        "KL, plain labels, batches of 50",
        "KL, smoothing 0.1, batches of 50",
    ]


def test_shares_that_round_to_the_same_percentage_have_names_of_their_own():
    one, other = names(a_run(), a_run(validation_split=0.201))
    assert (one, other) == (
        "KL, 20\N{NO-BREAK SPACE}% held out",
        "KL, 20.1\N{NO-BREAK SPACE}% held out",
    )


def test_pairs_have_equal_settings_and_only_the_seeds_that_both_losses_have():
    found = grouped(
        *(a_run(KL, seed) for seed in (1, 2, 4)),
        *(a_run(CE, seed) for seed in (2, 3, 4)),
        a_run(CE, 1, label_smoothing=0.1),
    )
    (pair,) = results.versus(found)
    assert [(kl.spec.loss, ce.spec.loss) for kl, ce in pair.pairs] == [(KL, CE), (KL, CE)]
    assert [(kl.spec.seed, ce.spec.seed) for kl, ce in pair.pairs] == [(2, 2), (4, 4)]


def test_without_a_common_seed_or_the_other_loss_there_is_no_pair():
    assert results.versus(grouped(a_run(KL, 1), a_run(CE, 2))) == []
    assert results.versus(grouped(a_run(KL, 1), a_run(KL, 1, label_smoothing=0.1))) == []
    assert results.versus([]) == []


def test_runs_from_two_places_are_not_paired_with_each_other():
    both = [(source, run) for source in (RECORDED, HERE) for run in (a_run(KL), a_run(CE))]
    found = results.versus(results.group(both))
    assert [(pair.kl.source, pair.ce.source) for pair in found] == [
        (s, s) for s in (RECORDED, HERE)
    ]
    assert results.titles(found) == ["Recorded", "Made here"]


def test_the_pair_with_most_seeds_comes_first_and_one_pair_needs_no_title():
    found = results.versus(
        grouped(
            *(a_run(loss, 1) for loss in (KL, CE)),
            *(a_run(loss, seed, batch_size=50) for loss in (KL, CE) for seed in (1, 2)),
        )
    )
    assert [len(pair.pairs) for pair in found] == [2, 1]
    assert results.titles(found) == ["Batches of 50", "Batches of 250"]
    assert results.titles(found[:1]) == [""]
    assert results.titles([]) == []


def test_differences_are_of_last_epochs_validation_accuracy_kl_minus_ce():
    (pair,) = results.versus(
        grouped(
            a_run(KL, 1, accuracies=(0.9, 0.5)),
            a_run(KL, 2, accuracies=(0.9, 0.6)),
            a_run(CE, 1, accuracies=(0.1, 0.25)),
            a_run(CE, 2, accuracies=(0.1, 0.75)),
        )
    )
    assert pair.differences.values == pytest.approx((0.25, -0.15))
    assert pair.is_sound


@pytest.mark.parametrize("kind", ["losses", "val_losses"])
def test_a_diverged_run_gives_no_difference_although_its_accuracy_is_a_number(kind):
    # A network of NaN still names a class for each image, and is right for a tenth of them.
    gone = a_run(CE, 2, **{kind: (2.0, NAN)}, accuracies=(0.4, 0.1))
    (pair,) = results.versus(grouped(a_run(KL, 1), a_run(KL, 2), a_run(CE, 1), gone))
    assert not pair.is_sound
    with pytest.raises(ValueError, match="diverged"):
        _ = pair.differences
    assert results.finite(pair.pairs) == pair.pairs[:1]


def test_the_entropy_of_smoothed_labels_matches_the_hand_value():
    # One class with 1 − 0.1 + 0.1/10 = 0.91, nine with 0.01.
    by_hand = -0.91 * math.log(0.91) - 9 * 0.01 * math.log(0.01)
    assert round(by_hand, 4) == 0.5003
    assert results.offset(a_run(CE, label_smoothing=0.1).spec) == pytest.approx(by_hand)
    assert results.offset(a_run(KL, label_smoothing=0.1).spec) == 0
    assert results.offset(a_run(CE).spec) == 0


def test_gaps_are_between_training_losses_without_the_labels_entropy():
    above = results.target_entropy(0.1)
    kl = a_run(KL, losses=(2.0, 1.0, 0.5), label_smoothing=0.1)
    ce = a_run(CE, losses=(2.0 + above, 1.25 + above, 0.25 + above), label_smoothing=0.1)
    assert results.loss_gaps(kl, ce) == pytest.approx([0, 0.25, 0.25])


@pytest.mark.parametrize(
    ("losses", "epoch"),
    [
        ((2.0, 1.0, 0.5), None),
        ((2.0, 1.0, 0.5005), None),
        ((2.0, 1.0009, 0.502), 3),
        ((2.0, 1.0011, 0.5), 2),
        ((1.99, 1.0, 0.5), 1),
    ],
)
def test_curves_separate_in_the_first_epoch_that_ends_more_than_a_thousandth_apart(losses, epoch):
    assert (
        results.separation_epoch(a_run(losses=(2.0, 1.0, 0.5)), a_run(CE, losses=losses)) == epoch
    )
