"""The page on a VAE's KL term, run by Streamlit without a browser."""

import urllib.parse

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.vae.presets import PRESETS
from tests.app import visit
from tests.app.visit import said


def opened(**query: str) -> AppTest:
    app = visit.opened("pages/vae.py", **query)
    assert not app.exception
    return app


def q(app: AppTest) -> str:
    return app.text_input(key="cloud").value


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_every_preset_opens_with_its_words(preset):
    app = opened()
    app.button(key=f"vae:q:{preset.key}").click().run()
    assert not app.exception
    assert q(app) == preset.state.encode()
    assert preset.do in app.info[0].value


def test_numbers_typed_are_taken_and_bad_ones_refused():
    app = opened(cloud="1:0.5")
    app.toggle(key="vae:q:numbers").set_value(True).run()
    app.text_input(key="vae:q:std").set_value("1.0").run()
    assert q(app) == "1:1"
    assert "**KL(q‖p)** = 0.5 nats" in said(app)  # μ²/2
    app.text_input(key="vae:q:std").set_value("0.0").run()
    assert "σ must lie between" in app.error[0].value
    assert "The page is unchanged." in app.error[0].value
    assert app.text_input(key="vae:q:std").value == "0.0"
    app.text_input(key="vae:q:std").set_value("0,5").run()
    assert not app.error
    app.button(key="vae:q:back").click().run()
    app.button(key="vae:q:back").click().run()
    assert q(app) == "1:0.5"
    app.button(key="vae:q:on").click().run()
    assert q(app) == "1:1"
    app.button(key="vae:q:reset").click().run()
    assert q(app) == "1:0.5"


@pytest.mark.parametrize("damaged", ["9:1", "<b>$x$</b>"])
def test_a_damaged_link_to_q_says_so_and_shows_the_first_example(damaged):
    app = opened(cloud=damaged)
    assert "The page shows its first example." in app.error[0].value
    assert "**KL(q‖p)** = 1.621 nats" in said(app)
    app.text_input(key="cloud").set_value("0:1").run()
    assert not app.error
    assert "**q equals the prior.**" in said(app)


def test_the_script_is_made_where_it_is_opened():
    app = opened(cloud="2:0.5")
    assert not app.code
    app.session_state["vae:q:script"] = True
    app.run()
    assert "mean = 2\nstd = 0.5\n" in app.code[0].value


def test_what_an_older_link_asks_of_a_trained_network_goes_with_the_link_to_its_page():
    asked = {"beta": "4", "point": "1:-1", "view": "pictures", "class": "bag", "sample": "3"}
    app = opened(cloud="0:1", **asked)
    links = [link.proto for link in app.get("page_link")]
    (query,) = {link.query_string for link in links if link.label.startswith("β-VAE: ")}
    assert dict(urllib.parse.parse_qsl(query)) == asked


def test_the_question_answers_either_way():
    app = opened()
    answers = app.radio(key="closing:answer")
    answers.set_value(answers.options[0]).run()
    assert "Not quite" in said(app)
