"""What a Gaussian by hand is, and what is refused as one."""

import re

import pytest
import streamlit as st

from pages.ui import component
from pages.ui.vae.presets import PRESETS
from pages.ui.vae.state import Posterior


@pytest.mark.parametrize("q", [Posterior(1.5, 0.4), Posterior(-5, 3), *(p.state for p in PRESETS)])
def test_a_gaussians_share_text_opens_what_it_was_written_for(q):
    assert Posterior.decode(q.encode()) == q


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "The share text of q has the form"),
        ("1", "The share text of q has the form"),
        ("1:2:3", "The share text of q has the form"),
        ("5.1:1", "q’s mean μ must lie between −5 and 5; got “5.1”"),
        ("0:0.05", "σ must lie between 0.1 and 3; got “0.05”"),
        ("0:nan", "got “nan”"),
        ("0:-1", "got “-1”"),
        ("<b>:1", "got “<b>”"),
        ("1" * 900, "The share text of q has the form"),
    ],
)
def test_a_bad_share_text_is_refused_in_one_sentence(text, says):
    with pytest.raises(ValueError, match=r"^[^\n]+[.]$") as refusal:
        Posterior.decode(text)
    assert says in str(refusal.value)


@pytest.mark.parametrize("sent", [None, [1], "12", [None, 1], [[], 1], [1e9, 1]])
def test_what_a_browser_sends_in_place_of_two_numbers_is_refused(sent):
    with pytest.raises(ValueError, match=r"^[^\n]+[.]$"):
        Posterior.sent(sent)


def test_one_number_is_changed_and_the_other_stays():
    assert Posterior(1.5, 0.4).with_number("std", 2) == Posterior(1.5, 2)
    with pytest.raises(ValueError, match="got “9”"):
        Posterior(1.5, 0.4).with_number("mean", 9)


def test_an_edit_counts_once(monkeypatch):
    state = {"vae:q": {"edit": {"number": 3, "q": [1, 0.5]}}}
    monkeypatch.setattr(st, "session_state", state)
    assert Posterior.sent(component.edit("vae:q")["q"]) == Posterior(1, 0.5)
    assert component.edit("vae:q") is None
    assert component.edit("vae:z") is None


def test_every_preset_says_what_to_do_and_what_to_notice():
    assert len({preset.state for preset in PRESETS}) == len(PRESETS)
    for preset in PRESETS:
        assert re.search(r"\w{3}.*\.$", preset.do)
        assert re.search(r"\w{3}.*\.$", preset.notice)
