"""The page on β-VAEs, run by Streamlit without a browser, with networks that nobody trained."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from models.vae import record
from pages.ui.beta_vae import results
from tests.app import visit
from tests.app.visit import said
from tests.made_up_vaes import saved


@pytest.fixture
def here(monkeypatch, tmp_path):
    """A folder with recorded VAEs of β = 0, 1 and 10."""
    monkeypatch.setattr(record, "SAVED", tmp_path)
    saved(tmp_path)
    return tmp_path


def opened(**query: str) -> AppTest:
    app = visit.opened("pages/beta_vae.py", **query)
    assert not app.exception
    return app


def errors(app: AppTest) -> str:
    return " ".join(error.value for error in app.error)


def point(app: AppTest) -> str:
    return app.text_input(key="point").value


@pytest.mark.parametrize("damaged", ["101:0", "<b>:1"])
def test_a_damaged_link_to_a_point_says_so_and_shows_the_origin(here, damaged):
    app = opened(point=damaged)
    assert "The page shows its first example." in errors(app)
    app.text_input(key="point").set_value("0.5:2").run()
    assert not app.error
    assert point(app) == "0.5:2"
    app.text_input(key="point").set_value("0.5:2e3").run()
    assert "The page is unchanged." in errors(app)
    app.button(key="vae:z:back").click().run()
    assert not app.error
    assert point(app) == "0.5:2"


def test_a_point_typed_is_taken_and_one_too_far_refused(here):
    app = opened()
    app.toggle(key="vae:z:numbers").set_value(True).run()
    app.text_input(key="vae:z:first").set_value("-2.5").run()
    assert point(app) == "-2.5:0"
    app.text_input(key="vae:z:second").set_value("-1000.0").run()
    assert "The second coordinate must lie between −100 and 100" in app.error[0].value
    assert point(app) == "-2.5:0"


def test_beta_one_is_on_show_at_first_and_another_brings_its_own_figures(here):
    app = opened()
    assert "distortion + 1 · rate" in said(app)
    app.segmented_control(key="beta").set_value("10").run()
    assert not app.exception
    assert "distortion + 10 · rate" in said(app)
    assert "z₂ has collapsed" in said(app)


def test_a_beta_in_the_address_is_opened_and_one_that_is_not_here_is_told(here):
    assert "distortion + 0 · rate" in said(opened(beta="0"))
    app = opened(beta="7")
    assert "There is no network with β = 7." in app.warning[0].value
    assert "distortion + 1 · rate" in said(app)


def test_the_plane_can_show_pictures(here):
    app = opened(view="pictures")
    assert app.segmented_control(key="view").value == "pictures"
    assert not app.exception


def test_without_networks_a_sentence_says_how_to_train_them_and_the_rest_works(
    monkeypatch, tmp_path
):
    monkeypatch.setattr(record, "SAVED", tmp_path / "none")
    app = opened()
    assert "python -m models train-vae" in app.info[-1].value
    assert "Key points" in [header.value for header in app.header]


@pytest.mark.parametrize("file", ["weights.npz", "codes.npz"])
@pytest.mark.parametrize("how", ["missing", "damaged"])
def test_a_damaged_file_is_told_and_the_last_whole_network_stays(here, file, how):
    path = here / "beta10" / file
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-100])
    app = opened(beta="0")
    app.segmented_control(key="beta").set_value("10").run()
    assert not app.exception
    assert file in errors(app).replace("\\", "")
    assert "train-vae` trains it anew" in errors(app)
    assert "**β = 0** instead" in said(app).replace("\\", "")
    assert "distortion + 0 · rate" in said(app)


def test_where_no_network_is_whole_the_records_still_speak(here):
    for path in here.glob("*/weights.npz"):
        path.unlink()
    app = opened()
    assert "weights.npz" in errors(app).replace("\\", "")
    assert "the rate goes from 150 to 2 nats" in said(app)
    assert not any(button.label == "Sample from the prior again" for button in app.button)


def test_a_record_that_cannot_be_read_is_told_and_the_others_stay(here):
    (here / "beta0" / "vae.json").write_text(json.dumps({"schema": 1}))
    app = opened()
    assert "cannot be read" in errors(app)
    assert app.segmented_control(key="beta").options == ["1", "10"]


def test_other_samples_come_with_the_button_and_from_the_address(here):
    app = opened()
    first = said(app)
    button = next(b for b in app.button if b.label == "Sample from the prior again")
    button.click().run()
    assert said(app) != first
    assert app.session_state["sample"] == 1
    assert said(opened(sample="1")) == said(app)
    assert opened(sample="1e9").session_state["sample"] == 0


def test_scripts_and_what_is_folded_are_made_where_they_are_opened(here):
    app = opened(point="1:-1", beta="10")
    assert not app.code
    assert not app.table
    for key in ("vae:script", "vae:dimensions", "vae:measures", "vae:training"):
        app.session_state[key] = True
    app.run()
    assert not app.exception
    assert "beta = 10\nz = (1, -1)\n" in app.code[0].value
    assert app.table[0].value["state"].tolist() == ["active"] * 5 + ["collapsed"]
    assert "aggregate posterior" in said(app)
    assert "Training all three networks took 3 min: 60 s to 60 s each" in said(app)


def test_the_sheet_of_a_plane_is_made_once(here, monkeypatch):
    asked = []
    tiles = results.tiles

    def counted(reach: float):
        asked.append(reach)
        return tiles(reach)

    monkeypatch.setattr(results, "tiles", counted)
    app = opened(view="pictures")
    app.toggle(key="vae:z:numbers").set_value(True).run()
    assert len(asked) <= 1  # 0 where another test has drawn the same plane


def test_the_question_answers_either_way(here):
    app = opened()
    answers = app.radio(key="closing:answer")
    answers.set_value(answers.options[0]).run()
    assert "Not quite" in said(app)
