"""What a point of the latent space is, and what is refused as one."""

import pytest

from models.vae import decoder
from pages.ui.beta_vae.state import FURTHEST, Point


def test_a_points_share_text_opens_what_it_was_written_for():
    assert Point(0.5, -1.2).encode() == "0.5:-1.2"
    assert Point.decode(" 0.5 : -1.2 ") == Point(0.5, -1.2)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "The share text of z has the form"),
        ("1;2", "The share text of z has the form"),
        ("100.5:0", "The first coordinate must lie between −100 and 100; got “100.5”"),
        ("0:inf", "The second coordinate"),
        ("0:", "The second coordinate"),
    ],
)
def test_a_bad_share_text_is_refused_in_one_sentence(text, says):
    with pytest.raises(ValueError, match=r"^[^\n]+[.]$") as refusal:
        Point.decode(text)
    assert says in str(refusal.value)


def test_a_point_goes_as_far_as_the_decoder_is_asked():
    assert FURTHEST == decoder.FURTHEST


@pytest.mark.parametrize("sent", [None, [1], "12", [None, 1], [[], 1], [1e9, 1]])
def test_what_a_browser_sends_in_place_of_two_numbers_is_refused(sent):
    with pytest.raises(ValueError, match=r"^[^\n]+[.]$"):
        Point.sent(sent)


def test_an_edit_is_a_point():
    assert Point.sent([1, -2]) == Point(1, -2)
