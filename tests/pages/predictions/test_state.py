"""Two matched networks, and a picture's bars."""

from models.data.cifar10 import CLASSES
from pages.ui.predictions import state
from tests.made_up import CE, KL, a_run
from tests.pages.predictions.subjects import CAT, DOG, a_cat, q


def test_a_file_is_named_by_what_both_nets_have_in_common():
    (pair,) = state.match([a_run(loss, data="cifar10") for loss in (KL, CE)])
    assert pair.file == "cifar10-seed1-2epochs"


def test_runs_are_matched_by_all_but_their_loss_and_plain_labels_come_first():
    runs = [
        a_run(loss, seed, label_smoothing=share)
        for loss, seed, share in (
            (KL, 1, 0.1),
            (KL, 3, 0),
            (KL, 2, 0),
            (KL, 4, 0),
            (CE, 1, 0.1),
            (CE, 2, 0),
            (CE, 3, 0),
        )
    ]
    pairs = state.match(runs)
    assert [pair.title.split(", shapes")[0] for pair in pairs] == [
        *(f"seed {seed}" for seed in (2, 3)),
        "seed 1, labels smoothed by 0.1",
    ]
    assert all(pair.runs == (pair.of(KL), pair.of(CE)) for pair in pairs)


def test_the_bars_hold_p_and_what_the_chosen_net_believes():
    pair = a_cat().pair(CE)
    assert pair.names == CLASSES
    assert (pair.p[CAT], pair.q[CAT], pair.q[DOG]) == (1, 0.25, 0.75)


def test_six_digits_of_each_probability_go_into_the_bars():
    pair = a_cat(kl=q(cat=1 / 3, dog=2 / 3)).pair(KL)
    assert pair.q[CAT] == 0.333333
