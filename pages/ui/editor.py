"""The editor of two distributions: bars, a table, presets, undo, and the code that holds all.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

from typing import Literal

import streamlit as st

from pages.ui import controls, pair, tables, words
from pages.ui.dragbars import dragbars, edited
from pages.ui.pair import Pair
from pages.ui.presets import PRESETS, Preset

CODE = "pq"  # the key of the visible code, and its name in the URL
HOME = PRESETS[0].pair.encode()
BARS = "pair:bars"
TRAIL, AHEAD = "pair:trail", "pair:ahead"  # pairs up to the one on show, and those undone
ORIGIN = "pair:origin"  # what "Reset" goes back to: the last preset or the link
STEPS_KEPT = 100


def presets() -> None:
    """One button for each pair worth looking at."""
    st.markdown("**Start from**")
    with st.container(horizontal=True, gap="small"):
        for each in PRESETS:
            st.button(each.title, key=f"preset:{each.key}", on_click=_start, args=(each.pair,))


def current() -> Pair:
    """The pair on show. The visible code, which is also in the URL, is its memory."""
    asked = st.query_params.get(CODE, HOME)
    trail = st.session_state.setdefault(TRAIL, [])
    try:
        found = pair.decode(st.session_state.setdefault(CODE, asked) or "")
    except ValueError:
        found = trail[-1] if trail else PRESETS[0].pair
    st.session_state.setdefault(ORIGIN, found)
    if trail[-1:] != [found]:
        trail.append(found)
        st.session_state[AHEAD] = []
        del trail[:-STEPS_KEPT]
    return found


def preset() -> Preset | None:
    """The preset that the pair on show was made from."""
    return next((each for each in PRESETS if each.pair == st.session_state[ORIGIN]), None)


def bars(
    shown: Pair, unit: str, base: float | None, direction: Literal["pq", "qp"], *, hidden: bool
) -> None:
    """P and Q to take hold of; `hidden` keeps all numbers of KL back."""
    dragbars(
        shown,
        unit=unit,
        base=base,
        direction=direction,
        hidden=hidden,
        # Not by bind=: a bound field that Python sets adds to the browser's history each time.
        address={CODE: "" if shown == PRESETS[0].pair else shown.encode()},
        key=BARS,
        on_edit=_take_from_bars,
    )


def other_ways(shown: Pair) -> None:
    """What goes with the bars: buttons, the same as a table if wanted, and the code."""
    if _buttons(shown):
        with st.container(border=True):
            _table(shown)
    code = st.text_input(
        "Distribution code",
        max_chars=pair.MAX_CODE,
        key=CODE,
        help="All that you see, as text: name:P:Q, one outcome after the other, with ! after what "
        "is locked. It is part of the page’s address too: copy either to share this pair, paste "
        "one here to open it. Weights need not sum to 1.",
    )
    try:
        pair.decode(code or "")
    except ValueError as error:
        instead = "the last pair that could be read" if len(_trail()) > 1 else "what was there"
        st.error(f"{words.plain(str(error))} Shown is {instead}.", icon="⚠️")


def _buttons(shown: Pair) -> bool:
    """The buttons, and whether the table is wanted."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        full = len(shown.names) == pair.MAX_OUTCOMES
        st.button(
            "Add an outcome", key="pair:add", disabled=full, on_click=_set, args=(shown.longer(),)
        )
        st.button("Swap P and Q", key="pair:swap", on_click=_set, args=(shown.swapped(),))
        first = len(_trail()) < 2 and st.session_state[CODE] == shown.encode()
        st.button("Undo", key="pair:back", disabled=first, on_click=_undo)
        st.button("Redo", key="pair:on", disabled=not st.session_state[AHEAD], on_click=_redo)
        origin = st.session_state[ORIGIN]
        st.button(
            "Reset", key="pair:reset", disabled=shown == origin, on_click=_set, args=(origin,)
        )
        return st.toggle("Edit as a table", key="pair:table")


def _table(shown: Pair) -> None:
    """Everything that the bars can do, by Streamlit's own fields."""
    st.table(tables.weights(shown), hide_index=True)
    places = range(len(shown.names))
    which = st.selectbox(
        "Outcome to change",
        places,
        format_func=lambda place: shown.names[place] if place < len(shown.names) else "",
        key=f"pair:which{len(places)}",
    )
    name, p, q, drop = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
    # The code decides; the fields only show it.
    st.session_state["pair:name"] = shown.names[which]
    name.text_input(
        "Name", key="pair:name", max_chars=pair.MAX_NAME, on_change=_rename, args=(shown, which)
    )
    for column, of, weights, locked in (
        (p, "p", shown.p, shown.locked_p),
        (q, "q", shown.q, shown.locked_q),
    ):
        total = sum(weights)
        key = f"pair:{of}"
        st.session_state[key] = weights[which] / total if total else 0.0
        st.session_state[f"{key}lock"] = which in locked
        column.number_input(
            f"Probability in {of.upper()}",
            0.0,
            1.0,
            step=0.01,
            format="%.4g",
            key=key,
            on_change=_set_probability,
            args=(shown, of, which),
        )
        column.checkbox(
            f"Locked in {of.upper()}",
            key=f"{key}lock",
            on_change=_set,
            args=(shown.with_lock(of, which),),
        )
    drop.button(
        "Remove",
        key="pair:drop",
        disabled=len(places) == pair.MIN_OUTCOMES,
        on_click=_set,
        args=(shown.without(which),),
    )


def _take_from_bars() -> None:
    try:
        edit = edited(BARS)
    except ValueError as error:
        st.toast(words.plain(str(error)), icon="⚠️")
        return
    if isinstance(edit, Pair):
        _set(edit)
    elif edit == "undo" and len(_trail()) > 1:
        _undo()
    elif edit == "redo" and st.session_state[AHEAD]:
        _redo()


def _rename(before: Pair, index: int) -> None:
    try:
        _set(before.renamed(index, st.session_state["pair:name"] or ""))
    except ValueError as error:
        st.toast(words.plain(str(error)), icon="⚠️")


def _set_probability(before: Pair, of: str, index: int) -> None:
    value = st.session_state[f"pair:{of}"]
    try:
        _set(before.with_probability(of, index, 0.0 if value is None else value))
    except ValueError as error:
        st.toast(words.plain(str(error)), icon="⚠️")


def _start(new: Pair) -> None:
    st.session_state[ORIGIN] = new
    controls.ask_for_prediction(new)
    _set(new)


def _set(new: Pair) -> None:
    st.session_state[CODE] = new.encode()


def _undo() -> None:
    trail = _trail()
    # A code that could not be read never came on the trail: then the last pair is the one before.
    if len(trail) > 1 and st.session_state[CODE] == trail[-1].encode():
        st.session_state[AHEAD].append(trail.pop())
    _set(trail[-1])


def _redo() -> None:
    _trail().append(st.session_state[AHEAD].pop())
    _set(_trail()[-1])


def _trail() -> list[Pair]:
    return st.session_state[TRAIL]
