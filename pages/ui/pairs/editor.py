"""The editor of two distributions: bars, presets, buttons, a table, and the share text.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import streamlit as st

from pages.ui import layout
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import History
from pages.ui.pairs import dragbars, pair, quiz
from pages.ui.pairs.dragbars import Form
from pages.ui.pairs.pair import Pair
from pages.ui.pairs.presets import CODES, PRESETS
from pages.ui.pairs.table import table

PLACES = "bars", "again"  # where one pair may be taken hold of


def _editor(name: str, home: Pair, started: Callable[[], None] = lambda: None) -> Editor[Pair]:
    return Editor(
        History(name, "pq", home, pair.decode),
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
    base: float | None,
    *,
    direction: Literal["pq", "qp"] = "pq",
    hidden: bool = False,
    again: bool = False,
    address: Mapping[str, str] | None = None,
) -> None:
    """P and Q to take hold of; `hidden` keeps all numbers of KL back; `again`: a second time.

    `address`: what else the page's address is to hold.
    """
    dragbars.dragbars(
        editor.current(),
        form=form,
        unit=unit,
        base=base,
        direction=direction,
        hidden=hidden,
        address={**editor.address(), **(address or {})},
        key=f"{editor.name}:{PLACES[again]}",
        on_edit=editor.receive,
    )


def other_ways(editor: Editor[Pair], *, swap: bool = True) -> None:
    """What goes with the bars: buttons, the same as a table if wanted, and the share text."""
    with layout.controls("other ways"):
        if _buttons(editor, swap):
            table(editor)
        editor.share_text(
            "Distribution code",
            "All that you see, as text: name:P:Q, one outcome after the other, with ! after what "
            "is locked. It is part of the page’s address too: copy either to share this pair, "
            "paste one here to open it. Weights need not sum to 1.",
        )


def _buttons(editor: Editor[Pair], swap: bool) -> bool:
    """The buttons, and whether the table is wanted."""
    full = len(editor.current().names) == pair.MAX_OUTCOMES
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        editor.button("Add an outcome", "add", Pair.longer, disabled=full)
        if swap:
            key = f"{editor.name}:swap"
            st.button("Swap P and Q", key=key, on_click=_swap, args=(editor,))
        editor.steps()
        return st.toggle("Edit as a table", key=f"{editor.name}:table")


def _swap(editor: Editor[Pair]) -> None:
    editor.receive()
    history = editor.history
    history.show(history.current().swapped(), history.origin().swapped())
