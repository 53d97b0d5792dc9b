"""What the page says of a fit."""

import math

import pytest

from pages.ui.fitting import prose
from pages.ui.fitting.results import solve
from pages.ui.fitting.state import Fit, Gaussian, Hill, decode

TWO = Fit((Hill(-3, 0.8, 0.55), Hill(2.5, 1, 0.45)), (), Gaussian(1.5, 1))


def test_the_words_give_the_numbers_that_were_found():
    results = solve(TWO)
    said = prose.seeks(results, "nats")
    assert f"{results.seeking.path[-1].divergence:.4g} nats" in said
    assert "not the best" in said
    assert "KL(Q‖P) seeks." in said
    cost = prose.cost(results, "bits")
    assert f"{results.pq / math.log(2):.4g} bits" in cost
    assert prose.in_unit(results.covering[-1], "bits") in cost


def test_where_a_broad_q_costs_least_the_words_do_not_say_that_it_seeks_a_hill():
    close = decode("hills -4.5:0.7:0.35, 0:0.8:0.4, 4:0.6:0.25; Q 2.2:0.6")
    results = solve(close)
    assert results.ends[0].std > 2
    assert "need not" in prose.seeks(results, "bits")


def test_the_questions_answer_is_what_kl_core_finds():
    question = prose.question()
    end = solve(prose.ASKED).seeking.path[-1]
    assert question.right == prose.name(end) in question.answers
    assert end.mean == pytest.approx(prose.ASKED.hills[1].mean, abs=0.1)
    assert len(set(question.answers)) == 3
