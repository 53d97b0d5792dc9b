"""The presentation, ?present=1, as Streamlit runs it without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import layout
from pages.ui.book import BOOK
from tests.app.visit import opened

PAIR = "a:1:3, b:1:1"


@pytest.fixture(autouse=True)
def own_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("KL_RUNS_DIR", str(tmp_path))


def presents(app: AppTest) -> bool:
    """Whether the page wears the style that hides its controls; the button must agree."""
    style = any(element.proto.body == layout.WALL.strip() for element in app.get("html"))
    label = app.button(key="present:turn").label
    assert label == ("Leave the presentation" if style else "Present")
    return style


def links(app: AppTest) -> set[str]:
    return {element.proto.query_string for element in app.get("page_link")}


@pytest.mark.parametrize("file", [page.file for page in BOOK])
def test_every_page_is_presented_if_its_address_says_so_and_has_its_controls_in_hiding(file):
    plain, wall = opened(file), opened(file, present="1")
    assert not wall.exception
    assert not presents(plain)
    assert presents(wall)
    keys = [{widget.key for widget in (*app.button, *app.selectbox)} for app in (plain, wall)]
    assert keys[0] == keys[1]


@pytest.mark.parametrize("value", ["0", "true", "", "1 1"])
def test_any_other_value_presents_nothing(value):
    assert not presents(opened("pages/asymmetry.py", present=value))


def test_all_links_lead_from_a_presentation_to_presented_pages_and_else_to_plain_ones():
    app = opened("pages/asymmetry.py")
    assert links(app) == {""}
    app.button(key="present:turn").click().run()
    assert links(app) == {"present=1"}


def test_the_button_begins_and_ends_a_presentation_and_all_that_was_chosen_stays():
    app = opened("pages/asymmetry.py", pq=PAIR)
    app.radio(key="unit").set_value("nats").run()
    app.toggle(key="pair:table").set_value(True).run()
    for presented in (True, False):
        app.button(key="present:turn").click().run()
        assert presents(app) is presented
        assert app.radio(key="unit").value == "nats"
        assert app.toggle(key="pair:table").value is True
        assert app.text_input(key="pq").value == PAIR


def test_a_press_holds_although_streamlit_does_not_know_the_new_address_yet():
    app = opened("pages/asymmetry.py", pq=PAIR)
    app.button(key="present:turn").click().run()
    app.radio(key="unit").set_value("nats").run()
    assert "present" not in app.query_params
    assert presents(app)


def test_a_turned_page_follows_its_own_address():
    app = opened("pages/asymmetry.py", present="1")
    del app.query_params["present"]
    app.switch_page("pages/training.py").run()
    assert not presents(app)
    app.query_params["present"] = "1"
    app.switch_page("pages/comparison.py").run()
    assert presents(app)
