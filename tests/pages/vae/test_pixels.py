"""What lies where in the plane of codes, of codes that are made up, and pictures of it."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from scipy import stats

from models.vae.record import Codes
from pages.ui.vae import latent_plane, pixels
from pages.ui.vae.point import FURTHEST, Point
from tests.made_up_vaes import codes
from tests.pages.test_contrast import MARK
from tests.theme import CONFIG, ROOT, contrast

SQUARE = Codes(
    np.array([[3, 0], [0, 3], [-3, 0], [0, -3]], np.float32),
    np.ones((4, 2), np.float32),
    np.array([4, 4, 7, 4], np.uint8),
)


@pytest.mark.parametrize("radius", latent_plane.RINGS)
def test_a_ring_holds_what_the_chi_squared_distribution_says(radius):
    assert latent_plane.inside(radius) == pytest.approx(stats.chi2(2).cdf(radius**2))


def test_the_nearest_codes_name_the_class_and_the_distance():
    near = latent_plane.nearest(SQUARE, Point(2, 0))
    assert near == (4, 3, 1.0)


@pytest.mark.parametrize("label", range(10))
def test_at_a_classs_place_all_neighbours_are_of_it(label):
    made = codes(n=400)
    place = Point(*np.mean(made.mean[made.labels == label], axis=0).tolist())
    assert latent_plane.nearest(made, place)[:2] == (label, latent_plane.NEIGHBOURS)


def test_each_head_is_the_median_of_its_class_and_one_without_codes_is_at_0():
    heads = latent_plane.heads(SQUARE, 10)
    assert heads[4] == [0, 0]  # of (3, 0), (0, 3) and (0, −3)
    assert heads[7] == [-3, 0]
    assert heads[0] == [0, 0]


@pytest.mark.parametrize(
    ("furthest", "reach"), [(0.5, 3.5), (3.4, 3.5), (3.6, 4.0), (22, 25), (41, 45), (1e4, FURTHEST)]
)
def test_the_plane_reaches_to_the_codes_and_at_least_to_the_rings(furthest, reach):
    mean = np.full((300, 2), furthest, np.float32)
    assert latent_plane.reach(Codes(mean, mean, np.zeros(300, np.uint8))) == reach


def test_a_single_far_code_does_not_stretch_the_plane():
    mean = np.zeros((1000, 2), np.float32)
    mean[0] = 90
    assert (
        latent_plane.reach(Codes(mean, mean, np.zeros(1000, np.uint8))) == latent_plane.LEAST_REACH
    )


def test_the_share_within_a_ring_is_counted():
    assert latent_plane.share_within(SQUARE, 2.9) == 0
    assert latent_plane.share_within(SQUARE, 3) == 1


def test_tiles_go_from_the_upper_left_row_by_row_and_fill_the_plane():
    tiles = latent_plane.tiles(3.0)
    width = 6 / latent_plane.TILES
    assert tiles[0] == pytest.approx([-3 + width / 2, 3 - width / 2])
    assert tiles[1] == pytest.approx([-3 + 1.5 * width, 3 - width / 2])
    assert tiles[-1] == pytest.approx([3 - width / 2, -3 + width / 2])
    assert tiles[len(tiles) // 2] == pytest.approx([0, 0])


def test_draws_are_the_seeds_own_and_come_from_the_prior():
    assert np.array_equal(latent_plane.draws(5), latent_plane.draws(5))
    many = np.concatenate([latent_plane.draws(seed) for seed in range(300)])
    assert stats.kstest(many.ravel(), "norm").pvalue > 0.01


def test_spacing_is_the_distance_to_the_next_code():
    mean = np.stack([np.arange(50) * 0.5, np.zeros(50)], axis=1).astype(np.float32)
    assert latent_plane.spacing(Codes(mean, mean, np.zeros(50, np.uint8))) == 0.5


def test_a_sheet_has_each_picture_at_its_place():
    pictures = np.stack([np.full((2, 2), value, np.uint8) for value in range(6)])
    by_hand = [[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2], [3, 3, 4, 4, 5, 5], [3, 3, 4, 4, 5, 5]]
    assert pixels.sheet(pictures, 3).tolist() == by_hand


def test_pictures_on_a_board_have_white_around_them():
    board = pixels.board(np.zeros((4, 28, 28), np.uint8), 2)
    side = pixels.ENLARGED * (28 + 2 * pixels.GAP)
    assert board.shape == (2 * side, 2 * side, 3)
    assert (board.min(axis=(0, 2)) == 255).sum() == 4 * pixels.GAP * pixels.ENLARGED
    assert (board == 0).sum() == 4 * (28 * pixels.ENLARGED) ** 2 * 3


def test_a_png_holds_the_pixels_also_as_an_address():
    picture = np.arange(784, dtype=np.int64).reshape(28, 28).astype(np.uint8)
    assert np.array_equal(Image.open(io.BytesIO(pixels.png(picture))), picture)
    large = np.asarray(Image.open(io.BytesIO(pixels.png(picture, 10))))
    assert np.array_equal(large[5::10, 5::10], picture)
    kind, _, content = pixels.address(picture).partition(",")
    assert kind == "data:image/png;base64"
    assert np.array_equal(Image.open(io.BytesIO(base64.b64decode(content))), picture)


def test_the_bytes_of_an_array_travel_in_order():
    values = np.array([[1.5, -2.0], [3.0, 0.25]], "<f4")
    read = np.frombuffer(base64.b64decode(pixels.text(values)), "<f4")
    assert read.tolist() == [1.5, -2.0, 3.0, 0.25]


@pytest.mark.parametrize(("place", "theme"), [(1, "light"), (2, "dark")])
def test_every_classs_colour_stands_out_from_the_page(place, theme):
    css = (ROOT / "pages/ui/vae/plane/plane.css").read_text()
    colours = re.findall(r"--dot: light-dark\((#\w{6}), (#\w{6})\)", css)
    assert len({pair[place - 1] for pair in colours}) == 10
    ground = CONFIG["theme"][theme]["backgroundColor"]
    assert min(contrast(pair[place - 1], ground) for pair in colours) >= MARK
