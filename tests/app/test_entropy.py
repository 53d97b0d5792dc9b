"""The front page and the page Entropy, run by Streamlit without a browser."""

import re
import urllib.parse

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.pairs.presets import CODES
from tests.app import visit
from tests.app.visit import said


def opened(file: str = "pages/entropy.py", **query: str) -> AppTest:
    return visit.opened(file, **query)


def test_the_front_page_begins_with_two_unequal_divergences_of_one_coin():
    # By hand: ½ log₂(½/0.9) + ½ log₂(½/0.1) = 0.737 and 0.9 log₂ 1.8 + 0.1 log₂ 0.2 = 0.531.
    assert "**KL(P‖Q) is larger, by 0.206 bits.**" in said(opened("app.py"))


def test_the_front_pages_question_is_answered_by_its_own_numbers():
    app = opened("app.py")
    app.radio(key="closing:answer").set_value("You do").run()
    assert "**Not quite.** The answer: Your friend." in said(app)
    assert "0.737 bits per toss more than the entropy, and you need 0.531 bits" in said(app)
    app.radio(key="closing:answer").set_value("Your friend").run()
    assert "**Yes.**" in said(app)


def test_the_first_example_has_a_perfect_code():
    app = opened()
    text = said(app)
    assert ":green[**H(P)**] = 1.75 bits" in text
    assert "exactly H(P)" in text
    assert "In both rows the code for Q needs 0.25 bits more per outcome" in text
    codewords, mean_lengths = (table.value for table in app.table)
    assert codewords["Huffman codeword"].tolist() == ["`0`", "`10`", "`110`", "`111`"]
    assert mean_lengths["extra bits"].tolist() == ["0.25", "0.25"]


def test_the_codewords_of_many_outcomes_are_folded():
    app = opened()
    app.button(key="entropy:smoothed").click().run()
    (mean_lengths,) = app.table
    assert "extra bits" in mean_lengths.value
    app.session_state["entropy:codewords"] = True  # opened
    app.run()
    assert len(app.table[0].value["Huffman codeword"]) == 10


def test_the_excess_of_huffmans_code_is_that_of_the_distribution_on_show():
    assert "the excess is 0 bits per outcome" in said(opened())
    # By hand: codewords of 1, 2 and 2 bits, 1.52 on average; H(P) = 1.4619.
    assert "the excess is 0.0581 bits per outcome" in said(
        opened(pq="0 heads:9:1, 1 head:12:1, 2 heads:4:1")
    )


def test_units_change_the_entropy_and_not_the_codewords():
    app = opened(unit="nats")
    # 1.75 ln 2
    assert ":green[**H(P)**] = 1.213 nats" in said(app)
    assert "The mean length of the Huffman codewords is 1.75 bits" in said(app)


@pytest.mark.parametrize("preset", CODES, ids=lambda preset: preset.key)
def test_every_preset_opens_and_says_what_to_do_and_what_to_notice(preset):
    app = opened()
    app.button(key=f"entropy:{preset.key}").click().run()
    assert not app.exception
    assert app.info[0].value == f"*{preset.title}.* {preset.notice} **{preset.do}**"


def test_a_preset_here_asks_for_no_prediction_on_the_next_page():
    app = opened()
    app.button(key="entropy:coin").click().run()
    app.switch_page("pages/asymmetry.py").run()
    assert not [radio for radio in app.radio if radio.key == "predict:larger"]


def test_each_page_has_its_own_pair():
    app = opened(pq="a:1:3, b:1:1")
    assert app.text_input(key="pq").value == "a:1:3, b:1:1"
    del app.query_params["pq"]  # as a link to a page does
    app.switch_page("pages/asymmetry.py").run()
    assert app.text_input(key="pq").value.startswith("heads")
    app.switch_page("pages/entropy.py").run()
    assert app.text_input(key="pq").value == "a:1:3, b:1:1"


def test_a_pair_and_its_unit_are_taken_along_to_the_other_page():
    app = opened(pq="a:1:3, b:1:1", unit="nats")
    link = next(
        link
        for link in app.get("page_link")
        if link.proto.label.startswith("Forward and reverse KL")
    )
    query = dict(urllib.parse.parse_qsl(link.proto.query_string))
    assert query == {"pq": "a:1:3, b:1:1", "unit": "nats"}
    there = opened("pages/asymmetry.py", pq="x:1:2, y:1:1")
    there.switch_page("pages/entropy.py").run()
    for name, value in query.items():
        there.query_params[name] = value
    there.switch_page("pages/asymmetry.py").run()
    assert there.text_input(key="pq").value == "a:1:3, b:1:1"


def mean_after(app: AppTest) -> str:
    return re.search(r"After ([0-9,]+) draws? the mean is \*\*(.*?)\*\*", said(app)).groups()


def test_outcomes_are_drawn_as_many_as_wanted_and_anew():
    app = opened()
    n, first = mean_after(app)
    assert n == "100"
    next(b for b in app.button if b.key == "draws:again").click().run()
    assert mean_after(app)[1] != first
    app.text_input(key="draws:n").set_value("5000").run()
    assert mean_after(app)[0] == "5,000"


@pytest.mark.parametrize("wrong", [0, "1,5", 10**9])
def test_a_number_of_draws_out_of_range_is_met_with_a_sentence_and_the_last_good_stays(wrong):
    app = opened()
    app.text_input(key="draws:n").set_value("2000").run()
    app.text_input(key="draws:n").set_value(str(wrong)).run()
    assert not app.exception
    assert app.error[0].value == (
        f"The number of draws must be a whole number from 1 to 100,000; got “{wrong}”. "
        "The page is unchanged."
    )
    assert mean_after(app)[0] == "2,000"
    assert app.text_input(key="draws:n").value == str(wrong)
    app.text_input(key="draws:n").set_value("3,000").run()
    assert not app.error
    assert mean_after(app)[0] == "3,000"


@pytest.mark.parametrize(
    "query",
    [
        {"draws": "0"},
        {"draws": "1000000000"},
        {"draws": "many", "seed": "x"},
        {"seed": "-1"},
        {"seed": "9" * 40},
        {"pq": "a:0:0, b:0:0"},
        {"pq": "a:0:1, b:0:1"},
        {"pq": "a:1:0, b:1:0"},
        {"pq": "nonsense"},
        {"unit": "miles"},
    ],
)
def test_a_damaged_link_opens_the_page_with_a_sentence_or_the_defaults(query):
    app = opened(**query)
    assert not app.exception
    assert app.title[0].value == "Entropy and cross-entropy"
    if {"draws", "pq"} & set(query):
        assert len(app.error) == 1


def test_a_link_draws_the_same_again():
    first = opened(draws="300", seed="7")
    assert mean_after(first) == mean_after(opened(draws="300", seed="7"))
    assert mean_after(first) != mean_after(opened(draws="300", seed="8"))


def test_what_q_rules_out_is_infinite_by_ideal_lengths_and_stops_nothing():
    app = opened(pq="sun:1:1, snow:1:0")
    assert not app.exception
    assert "“snow”, to which Q gives probability 0" in said(app)
    assert "no codeword of finite length" in said(app)


def test_the_question_at_the_end_is_answered():
    app = opened()
    app.radio(key="closing:answer").set_value("about 10 bits").run()
    # log₂ 1000 = 9.966
    assert "**Yes.** Ten bits make" in said(app)
    assert "$\\log_2 1000$ = 9.966 bits." in said(app)
