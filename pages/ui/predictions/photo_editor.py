"""The bars of the picture on show: what a visitor does to them belongs to that picture alone."""

from __future__ import annotations

import streamlit as st

from pages.ui import layout
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import History
from pages.ui.pairs import dragbars, state
from pages.ui.pairs.state import Pair
from pages.ui.predictions import repository

BARS, SHOWN = "belief:bars", "belief:picture"
ADDRESS = "pq"


def editor_of(name: str, said: Pair, *, shared: bool) -> Editor[Pair]:
    """The editor of one picture's bars, which hold at first what was said of it: `name` is its own.

    Its history goes with the picture. `shared`: whether that is in the address, and the bars too.
    """
    editor = Editor(History("belief", ADDRESS, said, state.decode), {BARS: dragbars.checked})
    arrives = SHOWN not in st.session_state
    if st.session_state.get(SHOWN) != name:
        editor.history.restart()
        st.session_state[SHOWN] = name
    # A link holds the bars of the picture that it names, which is the first to be shown.
    if shared and arrives and (code := st.query_params.get(ADDRESS)):
        try:
            editor.history.show(_of_the_classes(code))
        except ValueError:
            layout.cannot_read(ADDRESS, code, "of this picture’s ten classes")
    return editor


def _of_the_classes(code: str) -> Pair:
    linked = state.decode(code)
    if linked.names != repository.CLASSES:
        raise ValueError("These bars are of other outcomes.")
    return linked


def bars(editor: Editor[Pair], *, shared: bool) -> Pair:
    """P and Q to take hold of, in nats, and what they show; `shared` as in `editor_of`."""
    dragbars.dragbars(
        editor.current(),
        form="pair",
        unit="nats",
        base=None,
        address=editor.address() if shared else {ADDRESS: ""},
        key=BARS,
        on_edit=editor.receive,
    )
    with st.container(horizontal=True, gap="small"):
        editor.steps()
    return editor.current()
