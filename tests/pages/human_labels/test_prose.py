"""What is said of people beside two networks follows from the numbers."""

import numpy as np
import pytest

from models.evaluation.predictions import Predictions
from pages.ui.human_labels import prose
from pages.ui.human_labels.results import Disagreement, Results
from tests.pages.human_labels.votes import MANY, TWO, networks


@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ((0.9, 0.5), "**:blue[KL’s network] is closer to people.**"),
        ((0.5, 0.9), "**:orange[Cross-entropy’s network] is closer to people.**"),
        ((0.5, 0.5), "**Neither network is shown to be closer to people.**"),
    ],
)
def test_which_network_is_closer_follows_from_the_interval(shares, verdict):
    both = networks(MANY, *shares)
    said = prose.paired(both)
    assert said.startswith(verdict)
    low, high = both.difference.interval
    assert (low <= 0 <= high) == ("contains 0" in said) != ("does not contain 0" in said)
    assert "the same 300 photographs" in said


def test_with_an_infinite_one_no_difference_is_told_but_of_how_many():
    votes = networks(TWO, 0.5, 0.5).votes
    out = Predictions.of(np.array([[1] + 9 * [0]] * 2, float), np.zeros(2, np.uint8))
    fine = Predictions.of(np.full((2, 10), 0.1), np.zeros(2, np.uint8))
    said = prose.paired(Results.of(votes, fine, out))
    assert said.startswith("**No mean difference.**")
    assert "∞ of :orange[cross-entropy’s network] for 1 of 2 photographs" in said


def test_whether_entropies_rise_together_follows_from_the_interval():
    assert "tends to be larger.**" in prose.rank_correlation(networks(MANY, 0.9, 0.5))
    both = networks(MANY, 0.9, 0.5)
    order, rising = np.argsort(both.entropy), np.sort(both.kl.entropy)
    for values, said in (
        (rising[::-1], "to be smaller.**"),
        (_shuffled(rising), "**No rank correlation is shown"),
    ):
        turned = np.empty_like(rising)
        turned[order] = values
        kl = type(both.kl)(**{**vars(both.kl), "entropy": turned})
        other = Results(**{**vars(both), "kl": kl})
        assert said in prose.rank_correlation(other)
    assert prose.rank_correlation(networks([TWO[1]] * 5, 0.5, 0.5)).startswith(
        "There is no rank correlation"
    )


def _shuffled(values):
    return np.random.default_rng(5).permutation(values)


def test_the_sentence_on_few_votes_tells_both_parts_before_and_after():
    said = prose.bias(networks(TWO, 0.0, 0.0))
    assert "only about 50 votes" in said
    assert "removes only a part of the bias" in said
    assert "H(P) rises from 0.2502 to 0.2552 nats" in said
    assert (
        "from 2.052 to 2.047 (KL’s network) and from 2.052 to 2.047 (cross-entropy’s network)"
        in said
    )


def test_a_card_says_what_most_people_chose_and_ties_name_all():
    both = networks([[25, 25] + 8 * [0], TWO[0]], 0.5, 0.5, labels=np.array([1, 3], np.uint8))
    percent = "50.0\N{NO-BREAK SPACE}% each"
    assert f"People: airplane and automobile, {percent}" in prose.card(both, 0, "people", None)
    card = prose.card(both, 1, "part", None)
    assert card.startswith("**Number 1**, labelled **cat**")
    assert "People: airplane, 80.0\N{NO-BREAK SPACE}%" in card
    assert f"KL(P‖Q) = {both.kl.kl[1]:.4f}"[:15] in card
    apart = Disagreement(np.array([0.25, 0.5]), 4)
    assert "JS of all networks: 0.5 nats" in prose.card(both, 1, "nets", apart)
    assert prose.alt_picture(both, 1) == "Test photograph number 1, labelled cat"


def test_the_ranking_by_networks_says_how_many_there_are():
    assert "all 6 recorded networks" in prose.ranked("nets", Disagreement(np.zeros(1), 6))
    assert "cannot disagree" in prose.ranked("nets", Disagreement(np.zeros(1), 1))


def test_what_the_charts_show_is_told_in_numbers():
    both = networks(TWO, 0.0, 0.0)
    assert "cross-entropy of KL’s network 2.303 nats, made of H(P) = 0.2502" in prose.alt_parts(
        both
    )
    said = prose.alt_entropies(both)
    assert "mean H(Q) 2.303 where H(P) is about 0.5004 (n = 1)" in said
