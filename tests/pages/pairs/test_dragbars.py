import pytest

from pages.ui.pairs.dragbars.dragbars import checked
from pages.ui.pairs.state import Pair

NOW = Pair(("a", "b"), (5, 1), (1, 1), frozenset(), frozenset({1}))
GOOD = {"names": ["a", "b"], "p": [1, 1], "q": [1, 3], "locked_p": [0], "locked_q": []}


def test_what_the_browser_sends_becomes_a_pair():
    assert checked(GOOD, NOW) == Pair(("a", "b"), (1, 1), (1, 3), frozenset({0}))
    assert checked({**GOOD, "locked_q": [7, -1, "x", None, []]}, NOW).locked_q == frozenset()


def test_what_the_bars_left_alone_stays_as_others_have_made_it():
    edit = {**GOOD, "kept": ["p"]}
    assert checked(edit, NOW) == Pair(("a", "b"), (5, 1), (1, 3))
    assert checked({**GOOD, "kept": ["p", "q"]}, NOW) == NOW
    assert checked(edit, Pair(("a", "c"), (5, 1), (1, 1))) == checked(GOOD, NOW)
    assert checked({**GOOD, "kept": "p"}, NOW) == checked(GOOD, NOW)


@pytest.mark.parametrize(
    "bad",
    [
        {"names": ["a"]},
        {"names": ["a", "a"]},
        {"names": ["a", 7]},
        {"names": "ab"},
        {"names": []},
        {"p": [1, -1]},
        {"p": [1, None]},
        {"p": [1, [1]]},
        {"p": [1, "nan"]},
        {"p": [1, 10**400]},
        {"p": [1, "1/" + "0" * 400]},
        {"q": [2e12, 1]},
        {"q": [1, 1, 1]},
        {"locked_p": None},
        {"ask": "delete", "names": None},
    ],
    ids=str,
)
def test_what_is_no_pair_is_refused_in_one_sentence(bad):
    with pytest.raises(ValueError, match=r"^[A-ZÀ-Þ“].*\.$"):
        checked({**GOOD, **bad}, NOW)


def test_an_empty_edit_is_no_pair():
    with pytest.raises(ValueError, match="no valid pair"):
        checked({}, NOW)
