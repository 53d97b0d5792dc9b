import math
from collections.abc import Sequence

import numpy as np
import pytest
import scipy.spatial
import scipy.special
import scipy.stats

import kl_core
from pages.ui import formatting as fmt
from pages.ui.reference import sections, sources
from pages.ui.reference.pitfalls import PITFALLS, shown
from pages.ui.reference.pitfalls.pitfall import Pitfall
from tests.pages.calls import answer_to

LN2, LN3, LN5 = math.log(2), math.log(3), math.log(5)
KL = LN5 - LN3  # from a fair coin to one of (0.9, 0.1): ½ ln(25/9)
WITH_A_CALL = [each for each in shown() if each.call]


def call_of(pitfall: Pitfall) -> str:
    return pitfall.call.replace("\n", "; ")


def quantities(numbers: Sequence[float]) -> list[str]:
    return [fmt.quantity(number, "nats") for number in numbers]


def told(where: str) -> list[tuple[str, str]]:
    return [(each.answers, each.right) for each in WITH_A_CALL if each.where == where]


# Keras's calls are put to Keras in tests/models.


@pytest.mark.parametrize("pitfall", PITFALLS["SciPy"], ids=call_of)
def test_the_installed_scipy_answers_what_the_page_says(pitfall: Pitfall) -> None:
    found = answer_to(pitfall.call, scipy=scipy)
    assert pitfall.answers is not None
    assert float(pitfall.answers()) == pytest.approx(found, rel=1e-12, abs=0, nan_ok=True)


@pytest.mark.parametrize("pitfall", PITFALLS["Explanations"], ids=call_of)
def test_a_wrong_formula_gives_what_the_page_says(pitfall: Pitfall) -> None:
    found = answer_to(pitfall.call, np=np, kl_core=kl_core)
    assert pitfall.answers is not None
    assert float(pitfall.answers()) == pytest.approx(found, rel=1e-12, abs=0)


def test_kerass_pitfalls_match_hand_values() -> None:
    smoothed = -0.91 * math.log(0.91) - 0.09 * math.log(0.01)
    odds = math.log(1 + math.exp(-1))  # logits 2 and 1: −ln q is this, and 1 more
    dead = math.exp(-20) / (2 + math.exp(-20)) * 2e-7
    per_logit = " per unit of z"
    assert told("Keras") == [
        ("7.366 nats", "∞ nats"),  # ½ ln ½ + ½ ln(½ · 10⁷)
        ("16.12 nats", fmt.quantity(20 * math.log(10), "nats")),
        (fmt.quantity(dead, "nats") + per_logit, "−1 nats" + per_logit),
        ("0 nats" + per_logit, "−1 nats" + per_logit),
        (fmt.quantity(0.4 * math.log(2 / 9), "nats"), "an error"),
        ("0 nats", "an error"),
        (fmt.quantity(-LN2, "nats"), fmt.quantity(odds + 0.5 - LN2, "nats")),
        (fmt.quantity(LN2, "nats"), "an error"),
        (fmt.quantity(smoothed, "nats"), "0 nats"),
    ]


def test_what_is_right_in_place_of_scipys_answers_matches_hand_values() -> None:
    right = [right for _, right in told("SciPy")]
    assert right[:5] == ["an error", fmt.quantity(LN2, "nats"), *["an error"] * 3]
    assert not right[5].startswith("−")
    # ½ KL from each to their average, (0.7, 0.3).
    fair = 0.5 * math.log(5 / 7) + 0.5 * math.log(5 / 3)
    loaded = 0.9 * math.log(9 / 7) + 0.1 * math.log(1 / 3)
    assert right[6:] == ["an error", fmt.quantity((fair + loaded) / 2, "nats"), "0"]


def test_pytorchs_pitfalls_match_hand_values() -> None:
    reverse = 0.9 * math.log(1.8) - 0.1 * LN5
    assert told("PyTorch") == [
        (fmt.quantity(reverse, "nats"), fmt.quantity(KL, "nats")),
        (fmt.quantity(-LN2 - 0.5, "nats"), fmt.quantity(KL, "nats")),
        (fmt.quantity(KL / 2, "nats"), fmt.quantity(KL, "nats")),
        ("not a number", "0 nats"),
    ]


def test_what_explanations_should_say_matches_hand_values() -> None:
    soft = -0.4 * math.log(0.7) - 0.6 * math.log(0.3)
    assert [right for _, right in told("Explanations")] == quantities(
        [soft, 1.5 * LN2, 0.8 * math.log(9), KL]
    )


def test_where_kl_core_refuses_it_is_said_why() -> None:
    reasons = {each.call: each.why for each in WITH_A_CALL if each.right == "an error"}
    assert reasons["p, q = [0.2, 0.2], [0.9, 0.1]\nscipy.stats.entropy(p, q)"] == (
        "p must sum to 1 along its last axis; it sums to 0.4."
    )
    assert all(reasons.values())
    assert not any(each.why for each in WITH_A_CALL if each.right != "an error")


@pytest.mark.parametrize("pitfall", WITH_A_CALL, ids=lambda each: each.call)
def test_every_example_shows_an_answer_that_is_not_the_right_one(pitfall) -> None:
    assert pitfall.answers
    assert pitfall.right
    assert pitfall.answers != pitfall.right


def test_every_pitfall_has_a_source_that_the_page_lists() -> None:
    for pitfalls in PITFALLS.values():
        for pitfall in pitfalls:
            assert pitfall.sources
            assert all(map(sources.link, pitfall.sources))


def test_every_place_has_a_remark() -> None:
    assert list(PITFALLS) == list(sections.remarks())
