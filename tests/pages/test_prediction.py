import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kl_core
from pages.ui import formatting as fmt
from pages.ui.pairs.prediction import LARGER, REASONS, Verdict, judge, larger_direction
from pages.ui.pairs.presets import PRESETS

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


def distributions(rows):
    """Names, P and Q of rows of a name and two weights."""
    names, p, q = zip(*rows, strict=True)
    return names, kl_core.normalize(p), kl_core.normalize(q)


def judged(rows, larger="same", reason="both", base: float | None = 2) -> Verdict:
    names, p, q = distributions(rows)
    values = (float(kl_core.kl_divergence(*pair, base=base)) for pair in ((p, q), (q, p)))
    return judge(names, p, q, *values, "bits" if base else "nats", larger, reason)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
@pytest.mark.parametrize(("larger", "reason"), ANSWERS)
def test_a_prediction_of_a_preset_is_judged_as_by_hand(preset, larger, reason):
    direction, why, outcomes = RIGHT[preset.key]
    rows = zip(preset.state.names, preset.state.p, preset.state.q, strict=True)
    verdict = judged(rows, larger, reason)
    assert verdict.direction_right == (larger == direction)
    assert verdict.reason_right == (reason == why)
    assert [name for name in preset.state.names if f"“{name}”" in verdict.text] == sorted(
        outcomes, key=preset.state.names.index
    )


def test_the_verdict_of_the_coin_reads_as_one_would_say_it():
    coin = [("heads", 1, 9), ("tails", 1, 1)]
    assert judged(coin, "pq", "p").text == (
        "**Right, and for the right reason.** KL(P‖Q) is larger: 0.737 bits, against 0.531 bits "
        "for KL(Q‖P). “tails” (P 0.5, Q 0.1) adds most to it, so Q is caught out more."
    )
    assert judged(coin, "qp", "p", base=None).text == (
        "**Your reason is right, your direction is not.** KL(P‖Q) is larger: 0.5108 nats, against "
        "0.3681 nats for KL(Q‖P). “tails” (P 0.5, Q 0.1) adds most to it, so Q is caught out more. "
        "In KL(P‖Q), P says what happens and Q is surprised by it."
    )
    assert judged(coin, "pq", "q").text.startswith(
        "**Your direction is right, your reason is not.**"
    )
    assert judged(coin, "qp", "q").text.startswith("**Neither your direction nor your reason")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (
            [("sun", 9, 1), ("snow", 1, 0)],
            "KL(P‖Q) is larger: ∞ bits, against 0.152 bits for KL(Q‖P). “snow” (P 0.1, Q 0): P "
            "expects it and Q calls it impossible, so Q is caught out without bound.",
        ),
        (
            [("a", 1, 0), ("b", 0, 1)],
            "Both are infinite: KL(P‖Q) is ∞ bits, KL(Q‖P) ∞ bits. Q calls impossible what P "
            "expects: “a” (P 1, Q 0). And P rules out “b” (P 0, Q 1).",
        ),
        (
            [("a", 1, 3), ("b", 2, 6)],
            "The two are about the same: KL(P‖Q) is 0 bits, KL(Q‖P) 0 bits. P and Q are the same "
            "distribution, so neither is ever caught out.",
        ),
        (
            [("a", 0.1, 1), ("b", 0.2, 2), ("c", 0.3, 3)],  # equal but for rounding
            "P and Q are the same distribution",
        ),
        (
            [("a", 1, 3), ("b", 3, 1)],  # the other way round in the mirror
            "Q is caught out most by “b” (P 0.75, Q 0.25), P by “a” (P 0.25, Q 0.75); over all",
        ),
        (
            [(f"n{i}", 1, i == 0) for i in range(20)],
            "“n1” (P 0.05, Q 0), “n2” (P 0.05, Q 0), “n3” (P 0.05, Q 0) and 16 more: P expects "
            "them",
        ),
        ([("**a** $x$", 1, 9), ("b", 9, 9)], r"“\*\*a\*\* \$x\$” (P 0.1, Q 0.5) adds most"),
        (
            # 0.8 log 40 − 0.2 log 4.9 = 3.8 > 0.98 log 4.9 − 0.02 log 40 = 2.14, and a tie
            [("a", 40, 1), ("b", 40, 1), ("c", 20, 98)],
            "“a” (P 0.4, Q 0.01) and “b” (P 0.4, Q 0.01) add most to it, so Q is caught out more.",
        ),
    ],
)
def test_the_text_names_what_decides(rows, says):
    assert says in judged(rows).text


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
    assert larger_direction(pq, qp) == direction


@given(rows, st.sampled_from([None, 2.0]))
def test_one_direction_and_one_reason_are_right_for_every_pair(rows, base):
    verdicts = {answer: judged(rows, *answer, base=base) for answer in ANSWERS}
    right = [a for a, v in verdicts.items() if v.direction_right and v.reason_right]
    assert right in ([("pq", "p")], [("qp", "q")], [("same", "both")])
    directions = {a[0] for a, v in verdicts.items() if v.direction_right}
    reasons = {a[1] for a, v in verdicts.items() if v.reason_right}
    assert (len(directions), len(reasons)) == (1, 1)


@given(rows, st.sampled_from(ANSWERS))
def test_every_text_has_both_values_and_at_most_five_short_sentences(rows, answer):
    rows = [(f"n{i}", *row[1:]) for i, row in enumerate(rows)]  # names without full stops
    _, p, q = distributions(rows)
    text = judged(rows, *answer).text
    for pair in (p, q), (q, p):
        assert fmt.quantity(kl_core.kl_divergence(*pair, base=2), "bits") in text
    assert 3 <= len(text.replace(".**", "**.").split(". ")) <= 5
    assert "not a number" not in text


@given(rows)
def test_the_outcome_named_for_the_larger_direction_is_likelier_under_its_truth(rows):
    rows = [(f"n{i}:", *row[1:]) for i, row in enumerate(rows)]
    names, p, q = distributions(rows)
    verdict = judged(rows, "pq", "p")
    if not verdict.direction_right:
        return
    named = [i for i, name in enumerate(names) if f"“{fmt.plain(name)}”" in verdict.text]
    assert named
    assert all(Fraction(p[i]) > Fraction(q[i]) for i in named)
    assert np.all(p[named] > 0)
