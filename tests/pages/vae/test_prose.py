"""What the VAE page says: each number from its data."""

import re
from dataclasses import replace

import numpy as np
import pytest

from pages.ui.vae import latent_plane, prose, reports, results
from pages.ui.vae.point import Point
from pages.ui.vae.repository import CLASSES, Vae
from pages.ui.vae.state import Encoded
from tests.made_up_vaes import BETAS, a_vae, codes, weights

RUNS = {beta: a_vae(beta) for beta in BETAS}


def a_whole(beta) -> Vae:
    return Vae(RUNS[beta], weights(), codes(beta))


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
    said = prose.descents(q, results.descents(q))
    assert "from μ = 1.5 and σ = 0.4, in 100 steps of 0.1" in said
    assert "brings σ to 1 and rests" in said
    assert f"brings it to {results.descents(q)[1].std[-1]:.4f}" in said


def test_the_question_has_one_right_answer_that_the_descents_bear_out():
    question = prose.question()
    assert question.right in question.answers
    kl, cross = results.descents(Encoded(0, 1))
    assert set(kl.std) == {1.0}
    assert cross.std[-1] < cross.std[0]
    assert f"σ is 1 by KL and {cross.std[-1]:.4f} by cross-entropy" in question.because


def test_rate_distortion_and_the_pixels_entropy_are_told_with_their_n():
    said = reports.trade(RUNS[10.0])
    assert "all 10,000 test pictures" in said
    assert "**2 nats** (the rate)" in said
    assert "**80 nats** (the distortion)" in said
    assert "distortion + 10 · rate" in said
    assert "190 nats, which no net can change" in said


def test_over_beta_the_ends_are_told_and_what_costs_nothing():
    said = reports.over_beta(RUNS)
    assert "the rate goes from 150 to 2 nats and the distortion from 60 to 80 nats" in said
    assert "and the picture pays" in said
    # 150 − 6 and 65 − 60.
    assert "the rate is 144 nats more than at β = 1, for 5 nats less distortion" in said
    assert "10,000 pictures apart takes at most the logarithm of that number, 9.21 nats" in said
    assert "makes no curve" in reports.over_beta({1.0: RUNS[1.0]})


def test_where_the_rate_does_not_fall_nothing_is_said_of_it():
    turned = {beta: RUNS[other] for beta, other in zip(BETAS, (10.0, 1.0, 0.0), strict=True)}
    assert "the picture pays" not in reports.over_beta(turned)


@pytest.mark.parametrize(
    ("beta", "share", "says"),
    [(0.0, "0.0", "ignore the prior"), (1.0, "100.0", "keep to the prior")],
)
def test_the_cloud_is_told_beside_the_prior(beta, share, says):
    said = reports.cloud(a_whole(beta))
    assert f"{share}\N{NO-BREAK SPACE}% of the 200 codes" in said
    assert "the prior N(0, I) has 98.9\N{NO-BREAK SPACE}%" in said
    assert "σ below 0.1" in said
    assert says in said


def test_the_rings_are_told_with_the_shares_of_the_prior():
    # 1 − exp(−r²/2): 0.3935, 0.8647, 0.9889.
    assert "at 1, 2 and 3, hold 39, 86 and 99\N{NO-BREAK SPACE}% of the prior" in reports.rings()


def test_a_point_is_told_by_its_neighbours():
    vae = a_whole(1.0)
    z = Point(*vae.codes.mean[3].tolist())
    near = latent_plane.nearest(vae.codes, z)
    assert reports.near(z, near).startswith(f"z = ({z.first:.4g}".replace("-", "−"))
    assert "dress: 20 of the 20 nearest test codes. The nearest is 0 away." in reports.near(z, near)
    assert "class dress (20 of 20)" in reports.picture_name(z, near)


def test_the_plane_is_told_by_every_classs_place():
    said = reports.finding(a_whole(1.0), 3.5, False)
    assert "200 test pictures in the plane from −3.5 to 3.5" in said
    assert all(f"{name} (" in said for name in CLASSES)
    assert "T-shirt (1, 0)" in said
    assert "225 pictures decoded" in reports.finding(a_whole(1.0), 3.5, True)


def test_where_all_has_collapsed_the_codes_are_said_to_be_one():
    vae = a_whole(1.0)
    assert "share one code" not in reports.cloud(vae)
    gone = replace(vae, run=replace(vae.run, spreads=(1e-9, 1e-11)))
    assert "All pictures share one code" in reports.cloud(gone)


def test_a_collapsed_dimension_is_named():
    assert "neither dimension has collapsed" in reports.collapsed(RUNS[1.0])
    assert "z₂ has collapsed" in reports.collapsed(RUNS[10.0])
    assert "that with β = 10 has collapsed" in reports.collapse_over_beta(RUNS)
    some = {beta: RUNS[beta] for beta in (0.0, 1.0)}
    said = reports.collapse_over_beta(some)
    assert "In none of the two nets" in said
    assert "β = 1, with a variance of 0.9" in said


def test_draws_are_told_by_the_codes_around_them():
    vae = a_whole(1.0)
    z = vae.codes.mean[[0, 1, 11, 21]].astype(float)  # T-shirt, and trousers three times
    said = reports.draws(vae, z)
    assert "4 draws fall among two of ten classes: T-shirt and trousers" in said
    assert re.search(r"more than 0 from the nearest code", said)


def test_a_training_is_told_from_its_record():
    said = reports.trained(RUNS[1.0])
    assert "β = 1, seed 1: 3 epochs over 60,000 pictures in batches of 128, 60 s on a proc" in said
    assert "train-vae --beta 1 --epochs 3 --seed 1" in said


def test_what_is_damaged_is_told_with_what_to_do():
    said = reports.damaged({"beta1": "saved/beta1/vae.json cannot be read: it is cut off."})
    assert "cannot be read" in said
    assert "`python -m models train-vae` trains it anew" in said
    assert "β = 7" in reports.unknown("7", 1.0)
    assert "\\<b\\>" in reports.unknown("<b>", 1.0)


def test_draws_for_the_row_are_as_many_as_are_promised():
    assert latent_plane.draws(0).shape == (latent_plane.DRAWS, 2)
    assert np.isfinite(latent_plane.draws(2**31)).all()
