"""What the β-VAE page says, and its charts' alternative texts: each number from its data."""

from dataclasses import replace

import pytest

from pages.ui.beta_vae import prose
from tests.made_up_vaes import BETAS, a_vae

RUNS = {beta: a_vae(beta) for beta in BETAS}


def test_rate_and_distortion_are_told_with_their_n():
    said = prose.rate_distortion(RUNS[10.0])
    assert "over n = 10,000 test images" in said
    figures = prose.figures(RUNS[10.0])
    assert "At β = 10 the **rate** (mean KL) is **2 nats**" in figures
    assert (
        "(mean reconstruction error) is **80 nats** per image (n = 10,000 test images)" in figures
    )
    assert "distortion + 10 · rate" in said


def test_over_beta_the_ends_are_told_and_what_a_higher_beta_does():
    said = prose.over_beta(RUNS)
    assert "the rate goes from 150 to 2 nats and the distortion from 60 to 80 nats" in said
    assert "**A higher β lowers the rate" in said
    assert "between these three networks" in said
    assert "at least two networks" in prose.over_beta({1.0: RUNS[1.0]})
    other = {**RUNS, 1.0: replace(RUNS[1.0], seed=2)}
    assert "(One network per β, two seeds: the variation" in prose.over_beta(other)


@pytest.mark.parametrize("order", [(10.0, 1.0, 0.0), (1.0, 0.0, 10.0)])
def test_where_rate_or_distortion_turns_back_nothing_is_said_of_it(order):
    turned = {beta: RUNS[other] for beta, other in zip(BETAS, order, strict=True)}
    assert "higher β" not in prose.over_beta(turned)


def test_it_is_told_how_much_of_a_rate_cannot_be_information():
    said = prose.measures(RUNS, RUNS[1.0])
    assert "190 nats per image, which is the same for every network" in said
    # ln 10,000 = 9.2103; 150 − 9.2103; 150 − 6 and 65 − 60.
    assert "one of 10,000 equally likely images is at most ln 10,000 = 9.21 nats" in said
    assert "the rate is 150 nats, so KL(q(z)‖p(z)) is at least 140.8 nats" in said
    assert "with β = 1, the rate is 144 nats higher and the distortion 5 nats lower." in said
    low = {beta: RUNS[beta] for beta in (1.0, 10.0)}
    assert "ln 10,000" not in prose.measures(low, RUNS[1.0])


def test_a_collapsed_dimension_is_named():
    assert "neither dimension has collapsed" in prose.collapsed(RUNS[1.0])
    said = prose.collapsed(RUNS[10.0])
    assert "z₂ has collapsed.** The variances of μ over the test images are 0.8 and 0.001" in said
    assert said.endswith("the rate of z₂ is 1 nat.")
    assert "only the one with β = 10 has collapsed" in prose.collapse_over_beta(RUNS)
    some = {beta: RUNS[beta] for beta in (0.0, 1.0)}
    said = prose.collapse_over_beta(some)
    assert "In none of the two networks" in said
    assert "smallest variance is 0.9, at β = 1" in said


def test_a_training_is_told_from_its_record_with_the_time_of_all():
    seconds = {0.0: 60, 1.0: 600, 10.0: 1200}
    runs = {
        beta: replace(
            run, history=tuple(replace(each, seconds=seconds[beta] / 3) for each in run.history)
        )
        for beta, run in RUNS.items()
    }
    said = prose.training(runs, runs[1.0])
    assert "β = 1, seed 1: 3 epochs over 60,000 images in batches of 128, in 10 min (a proc" in said
    assert "all three networks took 31 min: 60 s to 20 min each, with a median of 10 min" in said
    assert "train-vae --beta 1 --epochs 3 --seed 1" in said
    one = replace(runs[1.0], machine={"processor": "a processor", "threads": "1"})
    assert "(a processor, 1 thread)" in prose.training(runs, one)


def test_what_is_damaged_is_told_with_what_to_do():
    said = prose.damaged({"beta1": "saved/beta1/vae.json cannot be read: it is cut off."})
    assert "cannot be read" in said
    assert "`python -m models train-vae` trains it anew" in said
    assert "β = 7" in prose.unknown("7", 1.0)
    assert "\\<b\\>" in prose.unknown("<b>", 1.0)


def test_the_rate_of_the_question_is_more_than_the_information():
    question = prose.question()
    assert question.right in question.answers
    # By hand, ½·2² = 2; one q for all images says nothing about any.
    assert question.right == "a rate of 2 nats and no information about the image"


def test_alternative_texts_say_the_figures():
    said = prose.rate_distortion_alt(RUNS, 10.0)
    assert "β = 0: rate 150, distortion 60" in said
    assert said.endswith("Chosen: β = 10.")
    # After epoch 1: 65 + 5 training, 65 + 6 − 2 test; after epoch 3: 65 + 5/3, and 65.
    assert prose.training_alt(RUNS[1.0], "distortion") == (
        "Line chart of the distortion after each of 3 epochs, β = 1: training from 70 to 66.67, "
        "test from 69 to 65 nats per image."
    )
    assert "β = 10: 0.8 and 0.001" in prose.variances_alt(RUNS)
