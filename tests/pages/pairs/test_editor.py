"""The pair as a table: what its cells, edited as Streamlit tells it, make of the pair."""

import pytest

from pages.ui.pairs.editor import with_cells
from pages.ui.pairs.state import MAX_OUTCOMES, Pair

BEGAN = Pair(("a", "b", "c"), (9, 12, 4), (1, 1, 0), frozenset({1}))
NONE = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}


def edit(**edits) -> Pair:
    return with_cells(BEGAN, {**NONE, **edits})


def test_without_edits_the_pair_is_the_same():
    assert with_cells(BEGAN, NONE) == BEGAN


def test_a_cell_is_read_as_people_type_it_and_the_others_stay():
    cells = {0: {"P": "0,5"}, 2: {"outcome": "sea", "Q": "25 %", "Q locked": True}}
    assert edit(edited_rows=cells) == Pair(
        ("a", "b", "sea"), (0.5, 12, 4), (1, 1, 0.25), frozenset({1}), frozenset({2})
    )


def test_rows_are_removed_and_added_and_locks_stay_with_theirs():
    added = [{"outcome": "d", "P": "7"}, {}, {"outcome": None, "P": None}]
    assert edit(deleted_rows=[0], added_rows=added) == Pair(
        ("b", "c", "d"), (12, 4, 7), (1, 0, 0), frozenset({0})
    )


def test_forty_pasted_categories_are_a_pair():
    added = [{"outcome": f"word {i}", "P": str(i), "Q": "1,000"} for i in range(40)]
    with pytest.raises(ValueError, match="“1,000” can be"):
        edit(deleted_rows=[0, 1, 2], added_rows=added)
    added = [{**row, "Q": "1000"} for row in added]
    pair = edit(deleted_rows=[0, 1, 2], added_rows=added)
    assert len(pair.names) == 40
    assert pair.p[39] == 39


@pytest.mark.parametrize(
    ("edits", "says"),
    [
        ({"edited_rows": {1: {"P": "many"}}}, "“b” has “many”"),
        ({"edited_rows": {1: {"P": None}}}, "“b” has “”"),
        ({"edited_rows": {1: {"P": "-1"}}}, "from 0 to"),
        ({"edited_rows": {1: {"outcome": None}}}, "Row 2 needs a name"),
        ({"edited_rows": {1: {"outcome": "a"}}}, "“a” occurs twice"),
        ({"added_rows": [{"P": "3"}]}, "Row 4 needs a name"),
        ({"deleted_rows": [0, 1]}, "2 to 100 outcomes, not 1"),
        ({"added_rows": [{"outcome": str(i)} for i in range(MAX_OUTCOMES)]}, "not 103"),
    ],
)
def test_what_is_no_pair_is_refused_in_one_sentence(edits, says):
    with pytest.raises(ValueError, match=says):
        edit(**edits)
