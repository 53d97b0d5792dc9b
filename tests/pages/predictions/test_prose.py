"""What is said of one picture between two networks; numbers by hand."""

import math

import pytest

from pages.ui.pairs.results import solve
from pages.ui.predictions import prose
from tests.made_up import CE, KL
from tests.pages.predictions.subjects import a_cat, q


def loss(subject, by=KL, edited=False):
    return prose.loss(subject, solve(subject.pair(by), "nats").pq, edited=edited)


def test_against_a_label_kl_is_minus_log_q_and_adds_to_either_loss():
    said = loss(a_cat())
    assert "= 0.6931 nats, or 1 bit" in said  # −ln ½
    assert "$-\\ln q$ of cat" in said
    assert "**both losses are equal.**" in said


def test_against_votes_cross_entropy_is_the_sum_of_both_parts():
    people = q(cat=0.5, dog=0.5)
    said = loss(a_cat(people, 50), CE)
    kl = 0.5 * math.log(0.5 / 0.25) + 0.5 * math.log(0.5 / 0.75)
    assert f"= {kl:.4f} nats" in said
    assert "**H(P)**] = 0.6931 nats" in said
    assert f"= {kl + math.log(2):.4g} nats" in said


def test_where_all_people_agree_it_is_they_who_rule_out_the_rest():
    assert "All votes are for one class, so P is **one-hot**" in loss(a_cat(people=50))


def test_bars_that_were_moved_are_no_photograph_s_loss():
    said = loss(a_cat(), edited=True)
    assert "You have moved the bars" in said
    assert "both losses" not in said


def test_the_answers_name_the_label_people_and_both_networks():
    said = prose.answers(a_cat(q(cat=0.6, dog=0.4), 50, ce=q(cat=0.95, dog=0.05)))
    lines = said.replace("\N{NO-BREAK SPACE}", " ").split("\n")
    assert lines[0] == "- Test photograph 7, labelled: **cat**."
    assert lines[1] == "- Votes of 50 people: **cat** (60.0 %), then dog (40.0 %)."
    assert lines[2] == (
        "- The network trained with KL divergence: **cat** (50.0 %), then dog (50.0 %); "
        "**predictive entropy**, the entropy of this softmax, H(Q) = 0.6931 nats."
    )
    assert lines[3] == (
        "- The network trained with categorical cross-entropy: **cat** (95.0 %); "
        "H(Q) = 0.1985 nats."
    )


@pytest.mark.parametrize(
    ("ce", "opening", "js"),
    [
        (q(cat=0.5, dog=0.5), "Both networks predict the same class.", "0 nats"),
        # Half of ln 2 each way: the mixture gives cat ¾ and dog ¼.
        (q(dog=1), "The two networks predict different classes.", "0.2158 nats"),
        (q(frog=1), "The two networks predict different classes.", "0.6931 nats"),
    ],
    ids=["alike", "half", "nothing in common"],
)
def test_how_far_the_nets_are_apart_is_said(ce, opening, js):
    said = prose.apart(a_cat(ce=ce))
    assert said.startswith(opening)
    assert f"is {js}. It is" in said


def test_the_chart_says_the_likeliest_classes_to_who_cannot_see_it():
    said = prose.alt_probabilities(a_cat()).replace("\N{NO-BREAK SPACE}", " ")
    assert "KL divergence: cat 50.0 %, dog 50.0 %" in said
    assert "Categorical cross-entropy: dog 75.0 %, cat 25.0 %" in said
