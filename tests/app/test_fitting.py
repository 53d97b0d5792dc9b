"""The page Fitting, run by Streamlit without a browser."""

import math
import re

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.fitting.presets import HOME, PRESETS
from pages.ui.fitting.results import solve
from pages.ui.fitting.state import decode
from tests.app import visit
from tests.app.visit import said

TWO = "hills -3:0.8:0.55, 2.5:1:0.45; Q 1.5:1"
OF_THE_MAPS = "To the end"  # a button that Streamlit knows nothing of


def opened(**query: str) -> AppTest:
    app = visit.opened("pages/fitting.py", **query)
    assert not app.exception
    return app


def code(app: AppTest) -> str:
    return app.text_input(key="fit").value


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_every_preset_opens_with_its_sentences(preset):
    app = opened()
    app.button(key=f"fit:{preset.key}").click().run()
    assert not app.exception
    assert code(app) == preset.state.encode()
    assert preset.do in app.info[0].value
    # What it tells to press is a button.
    buttons = {OF_THE_MAPS, *(button.label for button in app.button)}
    assert set(re.findall("“(.*?)”", preset.do)) <= buttons
    assert "Forward KL is mass-covering." in said(app)


def test_a_presets_sentences_go_when_a_component_is_added():
    app = opened()
    assert "Two modes." in app.info[0].value
    app.button(key="fit:add").click().run()
    assert "Two modes." not in app.info[0].value
    app.button(key="fit:back").click().run()
    assert "Two modes." in app.info[0].value


def test_the_unit_changes_every_divergence():
    app = opened(fit="hills 0:1:1; Q 2:1", unit="nats")
    assert ":blue[**KL(P‖Q)**] = 2 nats" in said(app)
    app.radio(key="unit").set_value("bits").run()
    assert f":blue[**KL(P‖Q)**] = {2 / math.log(2):.4g} bits" in said(app)


@pytest.mark.parametrize("damaged", ["hills 0:0:1; Q 0:1", "<b>$x$</b>"])
def test_a_damaged_link_says_so_and_shows_the_first_example(damaged):
    app = opened(fit=damaged)
    assert "The page shows its first example." in app.error[0].value
    assert "Your Q = N(0.4, 0.6)" in said(app)
    app.text_input(key="fit").set_value(TWO).run()
    assert not app.error
    assert "Your Q = N(1.5, 1)" in said(app)


def test_a_mixture_becomes_a_histogram_and_comes_back_as_it_was():
    app = opened(fit=TWO)
    app.segmented_control(key="fit:kind").set_value(True).run()
    assert code(app) == decode(TWO).as_histogram().encode()
    app.segmented_control(key="fit:kind").set_value(False).run()
    assert code(app) == TWO


def test_a_histogram_from_a_link_turns_into_the_first_examples_mixture():
    uniform = next(preset.state for preset in PRESETS if preset.key == "uniform")
    app = opened(fit=uniform.encode())
    app.segmented_control(key="fit:kind").set_value(False).run()
    assert decode(code(app)).components == HOME.components
    assert decode(code(app)).q == uniform.q


def test_numbers_typed_are_taken_and_bad_ones_refused():
    app = opened(fit=TWO)
    app.toggle(key="fit:numbers").set_value(True).run()
    app.text_input(key="fit:std1").set_value("2.0").run()
    assert code(app) == "hills -3:0.8:0.55, 2.5:2:0.45; Q 1.5:1"
    app.text_input(key="fit:std1").set_value("0.0").run()
    assert "Component 2’s standard deviation must lie between" in app.error[0].value
    assert app.text_input(key="fit:std1").value == "0.0"
    app.text_input(key="fit:std1").set_value("2,5").run()
    app.button(key="fit:back").click().run()
    assert not app.error
    app.text_input(key="fit:qmean").set_value("-30.0").run()
    assert "Q’s mean must lie between" in app.error[0].value
    app.button(key="fit:drop0").click().run()
    assert code(app) == "hills 2.5:2:0.45; Q 1.5:1"
    app.text_input(key="fit:weight0").set_value("0.0").run()
    assert "All components have weight 0" in app.error[0].value
    app.button(key="fit:back").click().run()
    assert code(app) == "hills -3:0.8:0.55, 2.5:2:0.45; Q 1.5:1"
    assert not app.exception


def test_a_bin_is_typed():
    app = opened(fit=decode(TWO).as_histogram().encode())
    app.toggle(key="fit:numbers").set_value(True).run()
    app.selectbox(key="fit:bin").set_value(16).run()
    app.text_input(key="fit:height").set_value("40.0").run()
    assert decode(code(app)).bins[16] == 40


def test_empty_bins_are_filled_by_the_button_and_then_it_is_gone():
    uniform = next(preset.state for preset in PRESETS if preset.key == "uniform")
    app = opened(fit=uniform.encode())
    assert "∞ for every Gaussian" in said(app)
    labels = [button.label for button in app.button]
    next(b for b in app.button if b.label == "Fill the empty bins").click().run()
    assert code(app) == uniform.with_filled_bins().encode()
    assert "∞" not in said(app)
    assert len([button.label for button in app.button]) == len(labels) - 1


def test_only_the_open_tab_of_the_open_fold_is_made():
    app = opened(fit=TWO, unit="nats")
    assert not app.table
    app.session_state["fit:more"] = True
    app.run()
    (table,) = app.table
    assert f"{solve(decode(TWO)).reverse.path[-1].divergence:.4g} nats" in table.value.to_string()
    assert not app.code
    app.session_state["fit_tab"] = "Copy as Python"
    app.run()
    assert not app.table
    assert "kl_core.moment_projection(p, start=q)" in app.code[0].value


def test_a_link_to_a_tab_opens_the_fold_with_it():
    app = opened(fit=TWO, fit_tab="Copy as Python")
    assert "kl_core.moment_projection(p, start=q)" in app.code[0].value


def test_the_question_answers_either_way():
    app = opened()
    answers = app.radio(key="closing:answer")
    answers.set_value(answers.options[0]).run()
    assert "Not quite" in said(app)


def test_a_rerun_for_another_widget_computes_nothing_anew():
    app = opened(fit=TWO)
    before = solve.cache_info().misses
    app.toggle(key="fit:numbers").set_value(True).run()
    assert solve.cache_info().misses == before
