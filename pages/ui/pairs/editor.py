"""The editor of two distributions: bars, buttons, a table, the share text, the number of draws.

A key without a colon is also in the address of the page; all others are private.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

import pandas as pd
import streamlit as st

from pages.ui import content, controls, layout
from pages.ui import formatting as fmt
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import UNCHANGED, History
from pages.ui.pairs import dragbars, quiz, state
from pages.ui.pairs.dragbars import Form
from pages.ui.pairs.presets import CODES, PRESETS
from pages.ui.pairs.state import Pair

PLACES = "bars", "again"  # where one pair can be edited: the form "code" shows it a second time
TABLE = "pair:rows"
NEW_ROW = {"outcome": "", "P": "0", "Q": "0", "P locked": False, "Q locked": False}
EMPTY = {"", None, "0"}  # weights of a row that is not filled in
# Text columns, because a column of numbers would drop a decimal comma.
COLUMNS = {
    "outcome": st.column_config.TextColumn("outcome", max_chars=state.MAX_NAME),
    "P": st.column_config.TextColumn("P", help="A weight: 0.25, 0,25, 25 %, 1/4 or a count."),
    "Q": st.column_config.TextColumn("Q", help="A weight, as in P."),
}
FIRST_DRAWS, FIRST_SEED = 100, 1
DRAWS, REFUSED_DRAWS, SEED = "draws:number", "draws:refused", "draws:seed"


def _editor(name: str, home: Pair, started: Callable[[], None] = lambda: None) -> Editor[Pair]:
    return Editor(
        History(name, "pq", home, state.decode),
        {f"{name}:{place}": dragbars.checked for place in PLACES},
        alike=lambda began, now: began.names == now.names,
        started=started,
    )


ASYMMETRY = _editor("pair", PRESETS[0].state, quiz.ask_again)
ENTROPY = _editor("entropy", CODES[0].state)
FRONT = _editor("front", PRESETS[0].state)


def bars(
    editor: Editor[Pair],
    form: Form,
    unit: str,
    *,
    direction: Literal["pq", "qp"] = "pq",
    hidden: bool = False,
    address: Mapping[str, str] | None = None,
) -> None:
    """P and Q as bars to drag; `hidden` shows no value of KL.

    address: what else the address of the page holds.
    """
    dragbars.dragbars(
        editor.current(),
        form=form,
        unit=unit,
        base=controls.UNITS[unit],
        direction=direction,
        hidden=hidden,
        address={**editor.address(), **(address or {})},
        key=f"{editor.name}:{PLACES[form == 'code']}",
        on_edit=editor.receive,
    )


def other_inputs(editor: Editor[Pair], *, swap: bool = True) -> None:
    """The other ways to edit a pair: buttons, a table behind a toggle, and the share text."""
    with layout.controls("other inputs"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            full = len(editor.current().names) == state.MAX_OUTCOMES
            editor.button("Add an outcome", "add", Pair.longer, disabled=full)
            if swap:
                key = f"{editor.name}:swap"
                st.button("Swap P and Q", key=key, on_click=_swap, args=(editor,))
            editor.steps()
            with_table = st.toggle(content.heading("pairs/table"), key=f"{editor.name}:table")
        if with_table:
            _table(editor)
        editor.share_text(content.heading("pairs/share-text"), content.text("pairs/share-text"))


def _swap(editor: Editor[Pair]) -> None:
    editor.receive()
    history = editor.history
    history.show(history.current().swapped(), history.origin().swapped())


class _Edits(NamedTuple):
    """The pair that the table started with, the pair with its edits, and the number of the table.

    Streamlit keeps the edits of a table apart from the data it started with. When the pair is
    changed elsewhere, a new table starts, with another number.
    """

    before: Pair
    after: Pair
    number: int

    @property
    def key(self) -> str:
        return f"{TABLE}{self.number}"


def _table(editor: Editor[Pair]) -> None:
    """A table of all outcomes with their weights and locks, to edit or to paste into."""
    session, shown = st.session_state, editor.current()
    edits = session.get(TABLE)
    if edits is None or edits.after != shown or edits.key not in session:
        edits = session[TABLE] = _Edits(shown, shown, edits.number + 1 if edits else 0)
    st.data_editor(
        pd.DataFrame(_rows(edits.before)),
        key=edits.key,
        num_rows="dynamic",
        hide_index=True,
        column_config=COLUMNS,
        on_change=_receive_cells,
        args=(editor,),
    )
    controls.refusal(session.get(f"{edits.key}:refused"))
    st.caption(content.text("pairs/table"))


def _receive_cells(editor: Editor[Pair]) -> None:
    editor.receive()
    session, edits = st.session_state, st.session_state[TABLE]
    if editor.current() != edits.after:  # the bars changed it first: a new table starts
        return
    try:
        after = with_cells(edits.before, session[edits.key])
    except ValueError as error:
        session[f"{edits.key}:refused"] = f"{fmt.plain(str(error))} {UNCHANGED}"
        return
    session[f"{edits.key}:refused"] = None
    session[TABLE] = edits._replace(after=after)
    editor.history.show(after)


def with_cells(before: Pair, edits: Mapping[str, Any]) -> Pair:
    """The pair with Streamlit's edits of a table. Raises ValueError if the result is invalid."""
    rows = _rows(before)
    for place, cells in edits["edited_rows"].items():
        rows[place].update(cells)
    rows = [row for place, row in enumerate(rows) if place not in edits["deleted_rows"]]
    for added in edits["added_rows"]:
        rows.append(NEW_ROW | {name: cell for name, cell in added.items() if cell is not None})
    rows = [row for row in rows if row["outcome"] or not {row["P"], row["Q"]} <= EMPTY]
    for number, row in enumerate(rows, 1):
        if not row["outcome"]:
            raise ValueError(f"Row {number} needs a name.")
    names, p, q = ([str(row[name] or "") for row in rows] for name in ("outcome", "P", "Q"))
    locked = (
        frozenset(place for place, row in enumerate(rows) if row[name])
        for name in ("P locked", "Q locked")
    )
    return state.checked(names, p, q, *locked)


def _rows(pair: Pair) -> list[dict[str, Any]]:
    """A row for each outcome: its name, its weights as text, and whether they are locked."""
    return [
        {
            "outcome": name,
            "P": f"{p:.12g}",
            "Q": f"{q:.12g}",
            "P locked": place in pair.locked_p,
            "Q locked": place in pair.locked_q,
        }
        for place, (name, p, q) in enumerate(zip(pair.names, pair.p, pair.q, strict=True))
    ]


def draws() -> tuple[int, int, str | None]:
    """The number of draws, their seed, and why the number in the link was refused."""
    session, query = st.session_state, st.query_params
    if DRAWS not in session:
        session[DRAWS], session[REFUSED_DRAWS] = FIRST_DRAWS, None
        try:
            session[DRAWS] = state.number_of_draws(query.get("draws", str(FIRST_DRAWS)))
        except ValueError as error:
            session[REFUSED_DRAWS] = str(error)
    if SEED not in session:
        told = query.get("seed") if controls.whole("seed") else None
        session[SEED] = int(told or FIRST_SEED)
    return session[DRAWS], session[SEED], session[REFUSED_DRAWS]


def draws_address() -> dict[str, str]:
    """The number of draws and their seed, as the address of the page holds them."""
    n, seed, _ = draws()
    return {
        "draws": str(n) if n != FIRST_DRAWS else "",
        "seed": str(seed) if seed != FIRST_SEED else "",
    }


def ask_draws() -> None:
    """A field for the number of draws, and a button that draws again with the next seed."""
    n, _, _ = draws()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        controls.text("Number of draws", "draws:n", str(n), _receive_draws)
        label = f"Draw {n:,} outcome{'s' * (n > 1)}"
        st.button(label, key="draws:again", type="primary", on_click=_draw_again)


def _receive_draws(given: str) -> None:
    st.session_state[DRAWS] = state.number_of_draws(given)
    st.session_state[REFUSED_DRAWS] = None


def _draw_again() -> None:
    st.session_state[SEED] += 1
