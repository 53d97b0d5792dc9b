"""What a Gaussian by hand and a point of the plane are, and what is refused as one."""

import re

import pytest
import streamlit as st

from models.vae import decoder
from pages.ui.editing import component
from pages.ui.vae import point, state
from pages.ui.vae.gaussian.gaussian import checked as checked_q
from pages.ui.vae.plane.plane import checked as checked_z
from pages.ui.vae.point import Point
from pages.ui.vae.presets import PRESETS
from pages.ui.vae.state import Encoded


@pytest.mark.parametrize("q", [Encoded(1.5, 0.4), Encoded(-5, 3), *(p.state for p in PRESETS)])
def test_a_gaussians_code_opens_what_it_was_written_for(q):
    assert state.decode(q.encode()) == q


def test_a_points_code_opens_what_it_was_written_for():
    assert Point(0.5, -1.2).encode() == "0.5:-1.2"
    assert point.decode(" 0.5 : -1.2 ") == Point(0.5, -1.2)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "A code is written"),
        ("1", "A code is written"),
        ("1:2:3", "A code is written"),
        ("5.1:1", "q’s mean μ must lie between −5 and 5; “5.1” came"),
        ("0:0.05", "σ must lie between 0.1 and 3; “0.05” came"),
        ("0:nan", "“nan” came"),
        ("0:-1", "“-1” came"),
        ("<b>:1", "“<b>” came"),
        ("1" * 900, "A code is written"),
    ],
)
def test_a_bad_code_of_q_is_refused_in_one_sentence(code, says):
    with pytest.raises(ValueError, match=r"^[^\n]+[.]$") as refusal:
        state.decode(code)
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("", "A point is written"),
        ("1;2", "A point is written"),
        ("100.5:0", "The first coordinate must lie between −100 and 100; “100.5” came"),
        ("0:inf", "The second coordinate"),
        ("0:", "The second coordinate"),
    ],
)
def test_a_bad_code_of_a_point_is_refused_in_one_sentence(code, says):
    with pytest.raises(ValueError, match=r"^[^\n]+[.]$") as refusal:
        point.decode(code)
    assert says in str(refusal.value)


def test_a_point_goes_as_far_as_the_decoder_is_asked():
    assert point.FURTHEST == decoder.FURTHEST


@pytest.mark.parametrize("edit", [{}, {"q": [1]}, {"q": "12"}, {"q": [None, 1]}, {"q": [9, 1]}])
def test_what_a_browser_sends_in_place_of_a_gaussian_is_refused(edit):
    with pytest.raises(ValueError, match=r"^[^\n]+[.]$"):
        checked_q(edit)


@pytest.mark.parametrize("edit", [{}, {"z": [1]}, {"z": "12"}, {"z": [[], 1]}, {"z": [1e9, 1]}])
def test_what_a_browser_sends_in_place_of_a_point_is_refused(edit):
    with pytest.raises(ValueError, match=r"^[^\n]+[.]$"):
        checked_z(edit)


def test_an_edit_is_a_point():
    assert checked_z({"z": [1, -2]}) == Point(1, -2)


def test_an_edit_counts_once(monkeypatch):
    state = {"vae:q": {"edit": {"number": 3, "q": [1, 0.5]}}}
    monkeypatch.setattr(st, "session_state", state)
    assert checked_q(component.edit("vae:q")) == Encoded(1, 0.5)
    assert component.edit("vae:q") is None
    assert component.edit("vae:z") is None


def test_every_preset_says_what_to_do_and_what_to_notice():
    assert len({preset.state for preset in PRESETS}) == len(PRESETS)
    for preset in PRESETS:
        assert re.search(r"\w{3}.*\.$", preset.do)
        assert re.search(r"\w{3}.*\.$", preset.notice)
