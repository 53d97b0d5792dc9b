"""What the VAE page says, and its charts' alternative texts: each number from its data."""

import re
from dataclasses import replace

import numpy as np
import pytest

from models.data.fashion_mnist import CLASSES
from pages.ui.vae import prose, results
from pages.ui.vae.results import LatentPlane
from pages.ui.vae.state import Encoded, Point
from tests.made_up_vaes import BETAS, a_vae, codes

RUNS = {beta: a_vae(beta) for beta in BETAS}


def plane(beta) -> LatentPlane:
    return results.latent_plane(codes(beta))


def test_the_price_is_split_into_distance_and_width():
    q = Encoded(2, 0.5)
    said = prose.price(q, results.solve(q))
    # By hand: ½·4 = 2, and ½·(0.25 − 1) + ln 2 = 0.31815.
    assert "**KL(q‖p)** = 2.318 nats" in said
    assert "2 is for the distance, ½ μ², and 0.3181 for the width" in said
    assert said.endswith("q is too narrow.")
    assert prose.price(Encoded(0, 2), results.solve(Encoded(0, 2))).endswith("q is too wide.")
    shifted = Encoded(1, 1)
    assert prose.price(shifted, results.solve(shifted)).endswith("ln σ.")


def test_the_prior_itself_costs_nothing():
    q = Encoded(0, 1)
    assert "**q is the prior**" in prose.price(q, results.solve(q))


def test_the_descents_are_told_by_their_ends():
    q = Encoded(1.5, 0.4)
    said = prose.descents(q, results.solve(q))
    assert "from μ = 1.5 and σ = 0.4, in 100 steps of 0.1" in said
    assert "brings σ to 1 and rests" in said
    assert f"brings it to {results.solve(q).descents[1].std[-1]:.4f}" in said


def test_the_question_has_one_right_answer_that_the_descents_bear_out():
    question = prose.question()
    assert question.right in question.answers
    kl, cross = results.solve(Encoded(0, 1)).descents
    assert set(kl.std) == {1.0}
    assert cross.std[-1] < cross.std[0]
    assert f"σ is 1 by KL and {cross.std[-1]:.4f} by cross-entropy" in question.because


def test_rate_distortion_and_the_pixels_entropy_are_told_with_their_n():
    said = prose.rate_distortion(RUNS[10.0])
    assert "all 10,000 test pictures" in said
    assert "**2 nats** (the rate)" in said
    assert "**80 nats** (the distortion)" in said
    assert "distortion + 10 · rate" in said
    assert "190 nats, which no net can change" in said


def test_over_beta_the_ends_are_told_and_what_costs_nothing():
    said = prose.over_beta(RUNS)
    assert "the rate goes from 150 to 2 nats and the distortion from 60 to 80 nats" in said
    assert "and the picture pays" in said
    # 150 − 6 and 65 − 60.
    assert "the rate is 144 nats more than at β = 1, for 5 nats less distortion" in said
    assert "10,000 pictures apart takes at most the logarithm of that number, 9.21 nats" in said
    assert "makes no curve" in prose.over_beta({1.0: RUNS[1.0]})


def test_where_the_rate_does_not_fall_nothing_is_said_of_it():
    turned = {beta: RUNS[other] for beta, other in zip(BETAS, (10.0, 1.0, 0.0), strict=True)}
    assert "the picture pays" not in prose.over_beta(turned)


@pytest.mark.parametrize(
    ("beta", "share", "says"),
    [(0.0, "0.0", "ignore the prior"), (1.0, "100.0", "keep to the prior")],
)
def test_the_cloud_is_told_beside_the_prior(beta, share, says):
    said = prose.prior(RUNS[beta], plane(beta))
    assert f"{share}\N{NO-BREAK SPACE}% of the 200 codes" in said
    assert "the prior N(0, I) has 98.9\N{NO-BREAK SPACE}%" in said
    assert "σ below 0.1" in said
    assert says in said


def test_the_rings_are_told_with_the_shares_of_the_prior():
    # 1 − exp(−r²/2): 0.3935, 0.8647, 0.9889.
    assert "at 1, 2 and 3, hold 39, 86 and 99\N{NO-BREAK SPACE}% of the prior" in prose.codes()


def test_a_point_is_told_by_its_neighbours():
    made = codes(1.0)
    z = Point(*made.mean[3].tolist())
    near = results.nearest(made, z)
    assert prose.near(z, near).startswith(f"z = ({z.first:.4g}".replace("-", "−"))
    assert "dress: 20 of the 20 nearest test codes. The nearest is 0 away." in prose.near(z, near)
    assert "class dress (20 of 20)" in prose.picture_alt(z, near)


def test_the_plane_is_told_by_every_classs_place():
    said = prose.plane_alt(plane(1.0), False)
    assert "200 test pictures in the plane from −3.5 to 3.5" in said
    assert all(f"{name} (" in said for name in CLASSES)
    assert "T-shirt (1, 0)" in said
    assert "225 pictures decoded" in prose.plane_alt(plane(1.0), True)


def test_where_all_has_collapsed_the_codes_are_said_to_be_one():
    assert "share one code" not in prose.prior(RUNS[1.0], plane(1.0))
    gone = replace(RUNS[1.0], spreads=(1e-9, 1e-11))
    assert "All pictures share one code" in prose.prior(gone, plane(1.0))


def test_a_collapsed_dimension_is_named():
    assert "neither dimension has collapsed" in prose.collapsed(RUNS[1.0])
    assert "z₂ has collapsed" in prose.collapsed(RUNS[10.0])
    assert "that with β = 10 has collapsed" in prose.collapse_over_beta(RUNS)
    some = {beta: RUNS[beta] for beta in (0.0, 1.0)}
    said = prose.collapse_over_beta(some)
    assert "In none of the two nets" in said
    assert "β = 1, with a variance of 0.9" in said


def test_draws_are_told_by_the_codes_around_them():
    made = codes(1.0)
    z = made.mean[[0, 1, 11, 21]].tolist()  # T-shirt, and trousers three times
    said = prose.draws([results.nearest(made, Point(*each)) for each in z], plane(1.0).spacing)
    assert "4 draws fall among two of ten classes: T-shirt and trousers" in said
    assert re.search(r"more than 0 from the nearest code", said)


def test_a_training_is_told_from_its_record():
    said = prose.training(RUNS[1.0])
    assert "β = 1, seed 1: 3 epochs over 60,000 pictures in batches of 128, 60 s on a proc" in said
    assert "train-vae --beta 1 --epochs 3 --seed 1" in said


def test_what_is_damaged_is_told_with_what_to_do():
    said = prose.damaged({"beta1": "saved/beta1/vae.json cannot be read: it is cut off."})
    assert "cannot be read" in said
    assert "`python -m models train-vae` trains it anew" in said
    assert "β = 7" in prose.unknown("7", 1.0)
    assert "\\<b\\>" in prose.unknown("<b>", 1.0)


def test_draws_for_the_row_are_as_many_as_are_promised():
    assert results.draws(0).shape == (results.DRAWS, 2)
    assert np.isfinite(results.draws(2**31)).all()


def test_alternative_texts_say_the_figures():
    said = prose.rate_distortion_alt(RUNS, 10.0)
    assert "β = 0: rate 150, distortion 60" in said
    assert said.endswith("Chosen: β = 10.")
    # After epoch 1: 65 + 5 training, 65 + 6 − 2 test; after epoch 3: 65 + 5/3, and 65.
    assert prose.training_alt(RUNS[1.0], "distortion") == (
        "Line chart of the distortion after each of 3 epochs, β = 1: training from 70 to 66.67, "
        "test from 69 to 65 nats a picture."
    )
    assert "β = 10: 0.8 and 0.001" in prose.spreads_alt(RUNS)
    q = Encoded(1.5, 0.4)
    assert "KL: 1.5 in μ, −0.84 in ln σ" in prose.gradients_alt(results.solve(q).gradients)
    assert "from 0.4: down KL it comes to 1" in prose.descents_alt(q, results.solve(q))
