"""What lies where in the latent space, of latents that are made up."""

import numpy as np
import pytest
from scipy import stats

from models.vae.record import Codes as Latents
from pages.ui.beta_vae import results
from pages.ui.beta_vae.state import FURTHEST, Point
from tests.made_up_vaes import latents

SQUARE = Latents(
    np.array([[3, 0], [0, 3], [-3, 0], [0, -3]], np.float32),
    np.ones((4, 2), np.float32),
    np.array([4, 4, 7, 4], np.uint8),
)


@pytest.mark.parametrize("radius", results.RINGS)
def test_a_circle_contains_what_the_chi_squared_distribution_says(radius):
    assert results.prior_within(radius) == pytest.approx(stats.chi2(2).cdf(radius**2))


def test_the_nearest_images_name_the_class_and_the_distance():
    near = results.nearest(SQUARE, Point(2, 0))
    assert near == (4, 3, 1.0)


@pytest.mark.parametrize("label", range(10))
def test_at_a_classs_place_all_neighbours_are_of_it(label):
    made = latents(n=400)
    place = Point(*np.mean(made.mean[made.labels == label], axis=0).tolist())
    assert results.nearest(made, place)[:2] == (label, results.NEIGHBOURS)


def test_each_class_is_at_the_median_of_its_means_and_one_without_images_at_0():
    medians = results.latent_plane(SQUARE).medians
    assert medians[4] == [0, 0]  # of (3, 0), (0, 3) and (0, −3)
    assert medians[7] == [-3, 0]
    assert medians[0] == [0, 0]


@pytest.mark.parametrize(
    ("furthest", "reach"), [(0.5, 3.5), (3.4, 3.5), (3.6, 4.0), (22, 25), (41, 45), (1e4, FURTHEST)]
)
def test_the_plane_reaches_to_the_means_and_at_least_to_the_rings(furthest, reach):
    mean = np.full((300, 2), furthest, np.float32)
    assert results.latent_plane(Latents(mean, mean, np.zeros(300, np.uint8))).reach == reach


def test_a_single_far_mean_does_not_stretch_the_plane():
    mean = np.zeros((1000, 2), np.float32)
    mean[0] = 90
    plane = results.latent_plane(Latents(mean, mean, np.zeros(1000, np.uint8)))
    assert plane.reach == results.MIN_REACH


def test_the_fraction_within_a_circle_is_counted():
    assert results.fraction_within(SQUARE, 2.9) == 0
    assert results.fraction_within(SQUARE, 3) == 1


def test_tiles_go_from_the_upper_left_row_by_row_and_fill_the_plane():
    tiles = results.tiles(3.0)
    width = 6 / results.TILES
    assert tiles[0] == pytest.approx([-3 + width / 2, 3 - width / 2])
    assert tiles[1] == pytest.approx([-3 + 1.5 * width, 3 - width / 2])
    assert tiles[-1] == pytest.approx([3 - width / 2, -3 + width / 2])
    assert tiles[len(tiles) // 2] == pytest.approx([0, 0])


def test_samples_are_the_seeds_own_and_come_from_the_prior():
    assert np.array_equal(results.samples(5), results.samples(5))
    many = np.concatenate([results.samples(seed) for seed in range(300)])
    assert stats.kstest(many.ravel(), "norm").pvalue > 0.01


def test_spacing_is_the_distance_to_the_next_mean():
    mean = np.stack([np.arange(50) * 0.5, np.zeros(50)], axis=1).astype(np.float32)
    assert results.latent_plane(Latents(mean, mean, np.zeros(50, np.uint8))).spacing == 0.5
