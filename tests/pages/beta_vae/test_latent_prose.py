"""What the β-VAE page says of the latent space: each number from its data."""

from dataclasses import replace

import numpy as np
import pytest

from models.data.fashion_mnist import CLASSES
from pages.ui.beta_vae import latent_prose, results
from pages.ui.beta_vae.results import LatentPlane
from pages.ui.beta_vae.state import Point
from tests.made_up_vaes import BETAS, a_vae, latents

RUNS = {beta: a_vae(beta) for beta in BETAS}


def plane(beta) -> LatentPlane:
    return results.latent_plane(latents(beta))


@pytest.mark.parametrize(
    ("beta", "percent", "says"),
    [(0.0, "0.0", "lie outside"), (1.0, "100.0", "lie where the prior is concentrated")],
)
def test_the_means_are_told_beside_the_prior(beta, percent, says):
    said = latent_prose.aggregate(RUNS[beta], plane(beta))
    assert f"{percent}\N{NO-BREAK SPACE}% of the 200 means" in said
    assert "which contains 98.9\N{NO-BREAK SPACE}% of the prior" in said
    assert "the 400 standard deviations σ (one per image and dimension) is 0.1." in said
    assert says in said


def test_the_circles_are_told_with_how_much_of_the_prior_they_contain():
    # 1 − exp(−r²/2): 0.3935, 0.8647, 0.9889.
    assert (
        "radii 1, 2 and 3, contain 39, 86 and 99\N{NO-BREAK SPACE}% of the prior"
        in latent_prose.plane()
    )


def test_a_point_is_told_by_its_neighbours():
    made = latents(1.0)
    z = Point(*made.mean[3].tolist())
    near = results.nearest(made, z)
    assert latent_prose.near(z, near).startswith(f"z = ({z.first:.4g}".replace("-", "−"))
    assert (
        "Nearest test images: dress (20 of 20). The nearest mean μ is at distance 0."
        in latent_prose.near(z, near)
    )
    assert "nearest test images: dress (20 of 20)" in latent_prose.picture_alt(z, near)


def test_the_plane_is_told_by_every_classs_place():
    said = latent_prose.plane_alt(plane(1.0), False)
    assert "200 test images in the latent space from −3.5 to 3.5" in said
    assert all(f"{name} (" in said for name in CLASSES)
    assert "T-shirt (1, 0)" in said
    assert "225 images decoded" in latent_prose.plane_alt(plane(1.0), True)


def test_where_both_dimensions_have_collapsed_posterior_collapse_is_named():
    assert "Posterior collapse" not in latent_prose.aggregate(RUNS[1.0], plane(1.0))
    gone = replace(RUNS[1.0], spreads=(1e-9, 1e-11))
    assert "**Posterior collapse: q(z|x) is nearly" in latent_prose.aggregate(gone, plane(1.0))


def test_samples_are_told_by_the_images_around_them():
    made = latents(1.0)
    z = made.mean[[0, 1, 11, 21]].tolist()  # T-shirt, and trousers three times
    said = latent_prose.samples(
        [results.nearest(made, Point(*each)) for each in z], plane(1.0).spacing
    )
    assert "among its 20 nearest test images" in said
    assert "The 4 samples fall into two of ten classes: T-shirt and trousers" in said
    assert "from a sample to the nearest mean μ is 0, and" in said


def test_samples_for_the_row_are_as_many_as_are_promised():
    assert results.samples(0).shape == (results.SAMPLES, 2)
    assert np.isfinite(results.samples(2**31)).all()
