"""The pair as a table that one edits: cell by cell, by key, or with rows from a spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import streamlit as st

from pages.ui import controls, tables
from pages.ui import formatting as fmt
from pages.ui.editing.editor import Editor
from pages.ui.pairs import pair
from pages.ui.pairs.pair import Pair

TABLE = "pair:rows"
NEW = {"outcome": "", "P": "0", "Q": "0", "P locked": False, "Q locked": False}
# Text, as a column of numbers would drop a decimal comma.
COLUMNS = {
    "outcome": st.column_config.TextColumn("outcome", max_chars=pair.MAX_NAME),
    "P": st.column_config.TextColumn("P", help="A weight: 0.25, 0,25, 25 %, 1/4 or a count."),
    "Q": st.column_config.TextColumn("Q", help="A weight, as in P."),
}


class _Kept(NamedTuple):
    """The pair that the table began with, what its cells make of that, and its own number.

    Streamlit's table holds its edits beside what it began with: it begins anew, by another number,
    when something else has changed the pair.
    """

    began: Pair
    made: Pair
    number: int

    @property
    def key(self) -> str:
        return f"{TABLE}{self.number}"


def table(editor: Editor[Pair]) -> None:
    """All outcomes with their weights and locks."""
    state, shown = st.session_state, editor.current()
    kept = state.get(TABLE)
    if kept is None or kept.made != shown or kept.key not in state:
        kept = state[TABLE] = _Kept(shown, shown, kept.number + 1 if kept else 0)
    st.data_editor(
        tables.weights(kept.began),
        key=kept.key,
        num_rows="dynamic",
        hide_index=True,
        column_config=COLUMNS,
        on_change=_receive,
        args=(editor,),
    )
    controls.refusal(state.get(f"{kept.key}:refused"))
    st.caption(
        "Weights need not sum to 1: counts will do. Rows that were copied from a spreadsheet can "
        "be pasted into a cell; a row is added below the last and removed by selecting it."
    )


def _receive(editor: Editor[Pair]) -> None:
    editor.receive()
    state, kept = st.session_state, st.session_state[TABLE]
    if editor.current() != kept.made:  # the bars were quicker: the table begins anew
        return
    try:
        made = edited(kept.began, state[kept.key])
    except ValueError as error:
        state[f"{kept.key}:refused"] = f"{fmt.plain(str(error))} What was on show stays."
        return
    state[f"{kept.key}:refused"] = None
    state[TABLE] = kept._replace(made=made)
    editor.history.show(made)


def edited(began: Pair, edits: Mapping[str, Any]) -> Pair:
    """The pair with a table's edits, as Streamlit has them. Raises ValueError for what is none."""
    rows = tables.weights(began).to_dict("records")
    for place, cells in edits["edited_rows"].items():
        rows[place].update(cells)
    rows = [row for place, row in enumerate(rows) if place not in edits["deleted_rows"]]
    for added in edits["added_rows"]:
        rows.append(NEW | {name: cell for name, cell in added.items() if cell is not None})
    rows = [row for row in rows if row["outcome"] or _says(row["P"]) or _says(row["Q"])]
    for number, row in enumerate(rows, 1):
        if not row["outcome"]:
            raise ValueError(f"Row {number} needs a name.")
    names, p, q = ([str(row[name] or "") for row in rows] for name in ("outcome", "P", "Q"))
    locked = (
        frozenset(place for place, row in enumerate(rows) if row[name])
        for name in ("P locked", "Q locked")
    )
    return pair.checked(names, p, q, *locked)


def _says(weight: str | None) -> bool:
    return weight not in (None, "", "0")
