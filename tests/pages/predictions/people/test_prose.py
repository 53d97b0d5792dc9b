"""What is said of people beside two networks follows from the numbers."""

import numpy as np
import pytest

from models.evaluation.predictions import Predictions
from pages.ui.predictions.people import prose
from pages.ui.predictions.people.results import Disagreement, Results
from tests.pages.predictions.people.votes import MANY, TWO, nets


@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ((0.9, 0.5), "**Nearer to people is :blue[KL’s net].**"),
        ((0.5, 0.9), "**Nearer to people is :orange[cross-entropy’s net].**"),
        ((0.5, 0.5), "**Neither net is shown to be nearer to people.**"),
    ],
)
def test_which_net_is_nearer_follows_from_the_interval(shares, verdict):
    both = nets(MANY, *shares)
    said = prose.paired(both)
    assert said.startswith(verdict)
    low, high = both.difference.interval
    assert (low <= 0 <= high) == ("holds 0" in said) != ("leaves out 0" in said)
    assert "the same 300 photographs" in said


def test_with_an_infinite_one_no_difference_is_told_but_of_how_many():
    votes = nets(TWO, 0.5, 0.5).votes
    out = Predictions.of(np.array([[1] + 9 * [0]] * 2, float), np.zeros(2, np.uint8))
    fine = Predictions.of(np.full((2, 10), 0.1), np.zeros(2, np.uint8))
    said = prose.paired(Results.of(votes, fine, out))
    assert said.startswith("**No mean difference.**")
    assert "∞ of :orange[cross-entropy’s net] for 1 of 2 photographs" in said


def test_whether_the_net_doubts_with_people_follows_from_the_interval():
    assert "tends to doubt more.**" in prose.rank_correlation(nets(MANY, 0.9, 0.5))
    both = nets(MANY, 0.9, 0.5)
    order, doubt = np.argsort(both.entropy), np.sort(both.kl.entropy)
    for values, said in ((doubt[::-1], "doubt less.**"), (_shuffled(doubt), "**No common order")):
        turned = np.empty_like(doubt)
        turned[order] = values
        net = type(both.kl)(**{**vars(both.kl), "entropy": turned})
        other = Results(**{**vars(both), "kl": net})
        assert said in prose.rank_correlation(other)
    assert prose.rank_correlation(nets([TWO[1]] * 5, 0.5, 0.5)).startswith(
        "No order can be compared"
    )


def _shuffled(values):
    return np.random.default_rng(5).permutation(values)


def test_the_sentence_on_few_votes_tells_both_parts_before_and_after():
    said = prose.bias(nets(TWO, 0.0, 0.0))
    assert "only about 50 votes" in said
    assert "takes part of that away" in said
    assert "H(P) rises from 0.2502 to 0.2552 nats" in said
    assert "from 2.052 to 2.047 (KL’s net) and from 2.052 to 2.047 (cross-entropy’s net)" in said


def test_a_card_says_what_most_people_chose_and_ties_name_all():
    both = nets([[25, 25] + 8 * [0], TWO[0]], 0.5, 0.5, labels=np.array([1, 3], np.uint8))
    percent = "50.0\N{NO-BREAK SPACE}% each"
    assert f"People: airplane and automobile, {percent}" in prose.card(both, 0, "people", None)
    card = prose.card(both, 1, "part", None)
    assert card.startswith("**Number 1**, labelled **cat**")
    assert "People: airplane, 80.0\N{NO-BREAK SPACE}%" in card
    assert f"KL(people‖net) = {both.kl.kl[1]:.4f}"[:22] in card
    apart = Disagreement(np.array([0.25, 0.5]), 4)
    assert "Nets apart: 0.5 nats" in prose.card(both, 1, "nets", apart)
    assert prose.alt_picture(both, 1) == "Test photograph number 1, labelled cat"


def test_the_ranking_by_nets_says_how_many_there_are():
    assert "all 6 recorded nets" in prose.ranked("nets", Disagreement(np.zeros(1), 6))
    assert "none disagree" in prose.ranked("nets", Disagreement(np.zeros(1), 1))


def test_what_the_charts_show_is_told_in_numbers():
    both = nets(TWO, 0.0, 0.0)
    assert "cross-entropy of KL’s net 2.303 nats, made of H(P) = 0.2502" in prose.alt_parts(both)
    said = prose.alt_entropies(both)
    assert "mean H(Q) 2.303 where H(P) is about 0.5004 (n = 1)" in said
