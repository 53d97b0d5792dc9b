"""Predict first: what there is to say to a prediction, held against values by hand."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui import formatting as fmt
from pages.ui.pairs.presets import PRESETS
from pages.ui.pairs.quiz import LARGER, OPENINGS, REASONS, larger_direction, verdict
from pages.ui.pairs.results import Results, solve
from pages.ui.pairs.state import Pair

pytestmark = pytest.mark.filterwarnings("error")

# By hand: coin 0.5 log 25/9 = 0.737 > 0.9 log 1.8 − 0.1 log 5 = 0.531; binomial 0.0975 > 0.0853
# (nats); the label rules out three classes; Q rules out snow; each of two rules out the other's;
# 0.5 · 0.01² (1/0.5 + 1/0.2) = 0.00035 nats both ways, nearly.
RIGHT = {
    "coin": ("pq", "p", ["tails"]),
    "binomial": ("qp", "q", ["2 heads"]),
    "label": ("qp", "q", ["dog", "frog", "ship"]),
    "one-zero": ("pq", "p", ["snow"]),
    "disjoint": ("same", "both", ["a", "b", "c", "d"]),
    "near": ("same", "both", ["blue", "red"]),
}
ANSWERS = list(itertools.product(LARGER, REASONS))

weights = st.one_of(st.just(0.0), st.floats(0, 1e6), st.floats(0, 1))
names = st.text(st.characters(exclude_categories="CZ"), min_size=1, max_size=24)
rows = st.lists(
    st.tuples(names, weights, weights), min_size=2, max_size=20, unique_by=lambda r: r[0]
).filter(lambda rows: all(any(row[i] for row in rows) for i in (1, 2)))


def of(rows, unit="bits") -> Results:
    """What rows of a name and two weights come to."""
    return solve(Pair(*map(tuple, zip(*rows, strict=True))), unit)


def right(text: str) -> tuple[bool, bool]:
    """Whether a verdict says that the direction is right, and that the reason is."""
    (answer,) = (key for key, opening in OPENINGS.items() if text.startswith(opening))
    return answer


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
@pytest.mark.parametrize(("larger", "reason"), ANSWERS)
def test_a_prediction_of_a_preset_is_judged_as_by_hand(preset, larger, reason):
    direction, why, outcomes = RIGHT[preset.key]
    said = verdict(solve(preset.state, "bits"), larger, reason)
    assert right(said) == (larger == direction, reason == why)
    assert [name for name in preset.state.names if f"“{name}”" in said] == sorted(
        outcomes, key=preset.state.names.index
    )


def test_the_verdict_of_the_coin_reads_as_one_would_say_it():
    coin = [("heads", 1, 9), ("tails", 1, 1)]
    assert verdict(of(coin), "pq", "p") == (
        "**Right, and for the right reason.** KL(P‖Q) is larger: 0.737 bits, against 0.531 bits "
        "for KL(Q‖P). The largest term is that of “tails” (P 0.5, Q 0.1)."
    )
    assert verdict(of(coin, "nats"), "qp", "p") == (
        "**Right reason, wrong divergence.** KL(P‖Q) is larger: 0.5108 nats, against "
        "0.3681 nats for KL(Q‖P). The largest term is that of “tails” (P 0.5, Q 0.1). "
        "KL(P‖Q) is a mean over P."
    )
    assert verdict(of(coin), "pq", "q").startswith("**Right divergence, wrong reason.**")
    assert verdict(of(coin), "qp", "q").startswith("**Wrong divergence and wrong reason")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            [("sun", 9, 1), ("snow", 1, 0)],
            "KL(P‖Q) is larger: ∞ bits, against 0.152 bits for KL(Q‖P). Q gives probability 0 to "
            "“snow” (P 0.1, Q 0), but P does not: its term is infinite.",
        ),
        (
            [("a", 1, 0), ("b", 0, 1)],
            "Both are infinite: KL(P‖Q) is ∞ bits, KL(Q‖P) ∞ bits. Q gives probability 0 to "
            "“a” (P 1, Q 0). P gives probability 0 to “b” (P 0, Q 1).",
        ),
        (
            [("a", 1, 3), ("b", 2, 6)],
            "The two are about the same: KL(P‖Q) is 0 bits, KL(Q‖P) 0 bits. P and Q are the same "
            "distribution, so every term is 0.",
        ),
        (
            [("a", 0.1, 1), ("b", 0.2, 2), ("c", 0.3, 3)],  # equal but for rounding
            "P and Q are the same distribution",
        ),
        (
            [("a", 1, 3), ("b", 3, 1)],  # the other way round in the mirror
            "The largest term of KL(P‖Q) is that of “b” (P 0.75, Q 0.25); of KL(Q‖P), that of “a” "
            "(P 0.25, Q 0.75). The sums",
        ),
        (
            [(f"n{i}", 1, i == 0) for i in range(20)],
            "“n1” (P 0.05, Q 0), “n2” (P 0.05, Q 0), “n3” (P 0.05, Q 0) and 16 more, but P "
            "does not: their terms are",
        ),
        ([("**a** $x$", 1, 9), ("b", 9, 9)], r"that of “\*\*a\*\* \$x\$” (P 0.1, Q 0.5)."),
        (
            # 0.8 log 40 − 0.2 log 4.9 = 3.8 > 0.98 log 4.9 − 0.02 log 40 = 2.14, and a tie
            [("a", 40, 1), ("b", 40, 1), ("c", 20, 98)],
            "The largest terms are those of “a” (P 0.4, Q 0.01) and “b” (P 0.4, Q 0.01).",
        ),
    ],
)
def test_the_text_names_what_decides(rows, says):
    assert says in verdict(of(rows), "same", "both")


@pytest.mark.parametrize(
    ("pq", "qp", "direction"),
    [
        (1.0, 0.951, "same"),
        (0.951, 1.0, "same"),
        (1.0, 0.949, "pq"),
        (0.949, 1.0, "qp"),
        (0.0, 0.0, "same"),
        (math.inf, math.inf, "same"),
        (math.inf, 1e300, "pq"),
    ],
)
def test_about_the_same_means_within_five_percent_of_the_larger(pq, qp, direction):
    results = of([("a", 1, 1), ("b", 1, 2)])
    vars(results.pq)["kl"], vars(results.qp)["kl"] = pq, qp  # as if they had been computed
    assert larger_direction(results) == direction


@given(rows, st.sampled_from(["bits", "nats"]))
def test_one_direction_and_one_reason_are_right_for_every_pair(rows, unit):
    results = of(rows, unit)
    answers = {answer: right(verdict(results, *answer)) for answer in ANSWERS}
    best = [answer for answer, each in answers.items() if all(each)]
    assert best in ([("pq", "p")], [("qp", "q")], [("same", "both")])
    directions = {answer[0] for answer, each in answers.items() if each[0]}
    reasons = {answer[1] for answer, each in answers.items() if each[1]}
    assert (len(directions), len(reasons)) == (1, 1)


@given(rows, st.sampled_from(ANSWERS))
def test_every_text_has_both_values_and_at_most_five_short_sentences(rows, answer):
    rows = [(f"n{i}", *row[1:]) for i, row in enumerate(rows)]  # names without full stops
    results = of(rows)
    text = verdict(results, *answer)
    for way in (results.pq, results.qp):
        assert fmt.quantity(way.kl, "bits") in text
    assert 3 <= len(text.replace(".**", "**.").split(". ")) <= 5
    assert "not a number" not in text


@given(rows)
def test_the_outcome_named_for_the_larger_direction_is_likelier_under_its_truth(rows):
    rows = [(f"n{i}:", *row[1:]) for i, row in enumerate(rows)]
    results = of(rows)
    p, q = results.p, results.q
    said = verdict(results, "pq", "p")
    if not right(said)[0]:
        return
    named = [i for i, row in enumerate(rows) if f"“{fmt.plain(row[0])}”" in said]
    assert named
    assert all(Fraction(p[i]) > Fraction(q[i]) for i in named)
    assert np.all(p[named] > 0)
