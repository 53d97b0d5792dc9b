"""The bars of the picture on show: what a visitor does to them belongs to that picture alone."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.ui import frame
from pages.ui.beliefs import shelf
from pages.ui.pairs import pair
from pages.ui.pairs.dragbars import dragbars
from pages.ui.pairs.editor import take
from pages.ui.pairs.pair import Pair
from pages.ui.trail import Trail

BARS, SHOWN = "belief:bars", "belief:picture"
ADDRESS = "pq"


def trail(name: str, said: Pair, *, shared: bool) -> Trail[Pair]:
    """What the bars of one picture have shown, at first what was said of it: `name` is its own.

    It goes with the picture. `shared`: whether that is in the address, and so the bars too.
    """
    held = Trail("belief", ADDRESS, said, pair.decode)
    arrives = SHOWN not in st.session_state
    if st.session_state.get(SHOWN) != name:
        held.forget()
        st.session_state[SHOWN] = name
    # A link holds the bars of the picture that it names, which is the first to be shown.
    if shared and arrives and (code := st.query_params.get(ADDRESS)):
        try:
            held.show(_of_the_classes(code))
        except ValueError:
            frame.cannot_read(ADDRESS, code, "of this picture’s ten classes")
    return held


def _of_the_classes(code: str) -> Pair:
    linked = pair.decode(code)
    if linked.names != shelf.CLASSES:
        raise ValueError("These bars are of other outcomes.")
    return linked


def bars(held: Trail[Pair], *, shared: bool) -> Pair:
    """P and Q to take hold of, in nats, and what they show; `shared` as in `trail`."""
    dragbars(
        held.current(),
        form="pair",
        unit="nats",
        base=None,
        address={ADDRESS: held.in_address() if shared else ""},
        key=BARS,
        on_edit=lambda: take(held, BARS),
    )
    with st.container(horizontal=True, gap="small"):
        for label, there, act in (
            ("Undo", held.can_undo(), Trail.undo),
            ("Redo", held.can_redo(), Trail.redo),
            ("Reset", held.current() != held.home, Trail.reset),
        ):
            key = f"belief:{label}"
            st.button(label, key=key, disabled=not there, on_click=_act, args=(held, act))
    return held.current()


def _act(held: Trail[Pair], act: Callable[[Trail[Pair]], None]) -> None:
    # A button may be pressed before Python has heard of what the bars have just told.
    take(held, BARS)
    act(held)
