"""The widgets around the fit: presets, the maps, buttons, numbers to type, and the code.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from pages.ui import content, controls, layout
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import History
from pages.ui.fitting import state
from pages.ui.fitting.fitmap import checked, fitmap
from pages.ui.fitting.presets import HOME
from pages.ui.fitting.results import Results
from pages.ui.fitting.state import Fit, Hill

MAP, KIND, HILLS = "fit:map", "fit:kind", "fit:hills"
STEP = "step"
KINDS = {False: "Hills", True: "Draw it yourself"}
EDITOR = Editor(
    History("fit", "fit", HOME, state.decode),
    {MAP: lambda edit, now: checked(edit)},
    alike=lambda began, now: (len(began.hills), len(began.bins)) == (len(now.hills), len(now.bins)),
)


def maps(results: Results, unit: str, base: float | None) -> None:
    """P, Q and both maps, to take hold of."""
    fitmap(
        results,
        unit=unit,
        base=base,
        step=_step(),
        address=EDITOR.address(),
        key=MAP,
        on_edit=EDITOR.receive,
    )


def _step() -> int:
    """The step of the searches that the address holds, where the maps put it."""
    return int(st.query_params.get(STEP) or 0) if controls.whole(STEP) else 0


def mend_holes() -> None:
    """A button that takes the infinity away, where empty bins make one."""
    shown = EDITOR.current()
    if shown.bins and not all(shown.bins):
        EDITOR.button("Give empty bins a little", "mend", Fit.with_a_little, disabled=False)


def other_ways() -> None:
    """What goes with the maps: how P is made, buttons, numbers if wanted, and the code."""
    with layout.controls("fit"):
        if _buttons():
            with st.container(border=True):
                _numbers()
        EDITOR.share_text(
            content.heading("fitting/share-text"),
            content.text("fitting/share-text", bins=str(state.BINS)),
        )


def _buttons() -> bool:
    """The buttons, and whether numbers are wanted."""
    shown = EDITOR.current()
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.session_state[KIND] = bool(shown.bins)
        st.segmented_control(
            "P is made of",
            list(KINDS),
            format_func=KINDS.__getitem__,
            required=True,
            label_visibility="collapsed",
            key=KIND,
            on_change=_turn,
        )
        full = bool(shown.bins) or len(shown.hills) == state.MOST_HILLS
        EDITOR.button("Add a hill", "add", Fit.longer, disabled=full)
        EDITOR.steps()
        return st.toggle("Edit as numbers", key="fit:numbers")


def _numbers() -> None:
    """Everything that a hand can do, by Streamlit's own fields."""
    shown = EDITOR.current()
    for place, hill in enumerate(shown.hills):
        *columns, last = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
        for column, field in zip(columns, Hill._fields, strict=True):
            controls.number(
                f"Hill {place + 1}: {NAMES[field]}",
                f"fit:{field}{place}",
                getattr(hill, field),
                _put(Fit.with_hill, place, field),
                place=column,
            )
        last.button(
            "Remove",
            key=f"fit:drop{place}",
            disabled=len(shown.hills) == 1,
            on_click=EDITOR.change,
            args=(lambda now, place=place: now.without(place),),
        )
    columns = st.columns([3, 3, 3, 2])
    for column, field in zip(columns, shown.q._fields, strict=False):
        now = getattr(shown.q, field)
        label, key = f"Q: {NAMES[field]}", f"fit:q{field}"
        controls.number(label, key, now, _put(Fit.with_q, field), place=column)
    if shown.bins:
        which = columns[2].selectbox(
            "Bin",
            range(state.BINS),
            format_func=lambda i: f"around {state.CENTRES[i]:g}",
            key="fit:bin",
        )
        height, put = shown.bins[which], _put(Fit.with_bin, which)
        controls.number("Its height", "fit:height", height, put, place=columns[3])


NAMES = {"mean": "mean", "std": "standard deviation", "weight": "weight"}


def _turn() -> None:
    """From hills to bins of the same shape, or back to the hills there were."""
    EDITOR.receive()
    now, wanted = EDITOR.current(), st.session_state[KIND]
    if wanted and now.hills:
        st.session_state[HILLS] = now.hills
        EDITOR.history.show(now.drawn())
    elif not wanted and now.bins:
        EDITOR.history.show(replace(now, hills=st.session_state.get(HILLS, HOME.hills), bins=()))


def _put(change: Callable[..., Fit], *which: object) -> Callable[[float], None]:
    """What puts a typed number into the fit."""
    return lambda value: EDITOR.put(lambda now: change(now, *which, value))
