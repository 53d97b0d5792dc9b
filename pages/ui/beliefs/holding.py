"""The bars of the picture on show: what a visitor does to them belongs to that picture alone."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.ui.pairs import pair
from pages.ui.pairs.dragbars import dragbars
from pages.ui.pairs.editor import take
from pages.ui.pairs.pair import Pair
from pages.ui.trail import Trail

BARS, SHOWN = "belief:bars", "belief:picture"


def trail(name: str, said: Pair) -> Trail[Pair]:
    """What the bars of one picture have shown, at first what was said of it: `name` is its own.

    It goes with the picture. None of it is in the address: that names the picture, and Asymmetry
    shares a pair.
    """
    held = Trail("belief", ":none", said, pair.decode)
    if st.session_state.get(SHOWN) != name:
        held.forget()
        st.session_state[SHOWN] = name
    return held


def bars(held: Trail[Pair]) -> Pair:
    """P and Q to take hold of, in nats, and what they show."""
    dragbars(
        held.current(),
        form="pair",
        unit="nats",
        base=None,
        address={},
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
