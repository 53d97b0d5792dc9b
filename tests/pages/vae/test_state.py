"""What a Gaussian by hand and a point of the plane are, and what is refused as one."""

import re

import pytest
import streamlit as st

from models.vae import decoder
from pages.ui import component
from pages.ui.vae.presets import PRESETS
from pages.ui.vae.state import FURTHEST, Encoded, Point


@pytest.mark.parametrize("q", [Encoded(1.5, 0.4), Encoded(-5, 3), *(p.state for p in PRESETS)])
def test_a_gaussians_code_opens_what_it_was_written_for(q):
    assert Encoded.decode(q.encode()) == q


def test_a_points_code_opens_what_it_was_written_for():
    assert Point(0.5, -1.2).encode() == "0.5:-1.2"
    assert Point.decode(" 0.5 : -1.2 ") == Point(0.5, -1.2)


@pytest.mark.parametrize(
    ("kind", "code", "says"),
    [
        (Encoded, "", "A code is written"),
        (Encoded, "1", "A code is written"),
        (Encoded, "1:2:3", "A code is written"),
        (Encoded, "5.1:1", "q’s mean μ must lie between −5 and 5; “5.1” came"),
        (Encoded, "0:0.05", "σ must lie between 0.1 and 3; “0.05” came"),
        (Encoded, "0:nan", "“nan” came"),
        (Encoded, "0:-1", "“-1” came"),
        (Encoded, "<b>:1", "“<b>” came"),
        (Encoded, "1" * 900, "A code is written"),
        (Point, "", "A point is written"),
        (Point, "1;2", "A point is written"),
        (Point, "100.5:0", "The first coordinate must lie between −100 and 100; “100.5” came"),
        (Point, "0:inf", "The second coordinate"),
        (Point, "0:", "The second coordinate"),
    ],
)
def test_a_bad_code_is_refused_in_one_sentence(kind, code, says):
    with pytest.raises(ValueError, match=r"^[^\n]+[.]$") as refusal:
        kind.decode(code)
    assert says in str(refusal.value)


def test_a_point_goes_as_far_as_the_decoder_is_asked():
    assert FURTHEST == decoder.FURTHEST


@pytest.mark.parametrize("kind", [Encoded, Point])
@pytest.mark.parametrize("sent", [None, [1], "12", [None, 1], [[], 1], [1e9, 1]])
def test_what_a_browser_sends_in_place_of_two_numbers_is_refused(kind, sent):
    with pytest.raises(ValueError, match=r"^[^\n]+[.]$"):
        kind.sent(sent)


def test_an_edit_is_a_point():
    assert Point.sent([1, -2]) == Point(1, -2)


def test_one_number_is_changed_and_the_other_stays():
    assert Encoded(1.5, 0.4).with_number("std", 2) == Encoded(1.5, 2)
    with pytest.raises(ValueError, match="“9” came"):
        Encoded(1.5, 0.4).with_number("mean", 9)


def test_an_edit_counts_once(monkeypatch):
    state = {"vae:q": {"edit": {"number": 3, "q": [1, 0.5]}}}
    monkeypatch.setattr(st, "session_state", state)
    assert Encoded.sent(component.edit("vae:q")["q"]) == Encoded(1, 0.5)
    assert component.edit("vae:q") is None
    assert component.edit("vae:z") is None


def test_every_preset_says_what_to_do_and_what_to_notice():
    assert len({preset.state for preset in PRESETS}) == len(PRESETS)
    for preset in PRESETS:
        assert re.search(r"\w{3}.*\.$", preset.do)
        assert re.search(r"\w{3}.*\.$", preset.notice)
