"""Decoded images, as a browser draws and a visitor saves them."""

import base64
import io

import numpy as np
from PIL import Image

from pages.ui.beta_vae import pixels


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
    large = np.asarray(Image.open(io.BytesIO(pixels.saved(picture))))
    assert np.array_equal(large[5::10, 5::10], picture)
    kind, _, content = pixels.address(picture).partition(",")
    assert kind == "data:image/png;base64"
    assert np.array_equal(Image.open(io.BytesIO(base64.b64decode(content))), picture)


def test_the_bytes_of_an_array_travel_in_order():
    values = np.array([[1.5, -2.0], [3.0, 0.25]], "<f4")
    read = np.frombuffer(base64.b64decode(pixels.text(values)), "<f4")
    assert read.tolist() == [1.5, -2.0, 3.0, 0.25]
