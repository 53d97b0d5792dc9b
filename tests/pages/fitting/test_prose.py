"""What the page says of a fit."""

import math

import pytest

from pages.ui.fitting import prose
from pages.ui.fitting.results import solve
from pages.ui.fitting.state import Component, Fit, Gaussian, decode

TWO = Fit((Component(-3, 0.8, 0.55), Component(2.5, 1, 0.45)), (), Gaussian(1.5, 1))


def test_the_sentences_give_the_numbers_that_were_found():
    results = solve(TWO)
    said = prose.reverse_kl(results, "nats")
    assert f"{results.reverse.path[-1].divergence:.4g} nats" in said
    assert "not the lowest" in said
    assert "Reverse KL is mode-seeking.*" in said
    values = prose.both_divergences(results, "bits")
    assert f"{results.pq / math.log(2):.4g} bits" in values
    assert prose.in_unit(results.forward[-1], "bits") in values


def test_where_a_broad_q_has_the_lowest_reverse_kl_it_is_not_said_to_seek_a_mode():
    close = decode("hills -4.5:0.7:0.35, 0:0.8:0.4, 4:0.6:0.25; Q 2.2:0.6")
    results = solve(close)
    assert results.minima[0].std > 2
    assert "only where modes are far apart" in prose.reverse_kl(results, "bits")


def test_the_questions_answer_is_what_kl_core_finds():
    question = prose.question()
    end = solve(prose.ASKED).reverse.path[-1]
    assert question.right == prose.name(end) in question.answers
    assert end.mean == pytest.approx(prose.ASKED.components[1].mean, abs=0.1)
    assert len(set(question.answers)) == 3
