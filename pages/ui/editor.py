"""The editor of two distributions: bars, presets, buttons, a table, and the code that holds all.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from pages.ui import controls, pair, tables, trail, words
from pages.ui.dragbars import dragbars, edited
from pages.ui.pair import Pair
from pages.ui.presets import PRESETS, Preset

BARS = "pair:bars"


def presets() -> None:
    """One button for each pair worth looking at."""
    st.markdown("**Start from**")
    with st.container(horizontal=True, gap="small"):
        for each in PRESETS:
            st.button(each.title, key=f"preset:{each.key}", on_click=_start, args=(each.pair,))


def preset(shown: Pair) -> Preset | None:
    """The preset that the pair on show was made from, with its outcomes as they were."""
    began = trail.origin()
    return next((p for p in PRESETS if p.pair == began and began.names == shown.names), None)


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
        address={trail.CODE: "" if shown == trail.HOME else shown.encode()},
        key=BARS,
        on_edit=_take_from_bars,
    )


def other_ways(shown: Pair) -> None:
    """What goes with the bars: buttons, the same as a table if wanted, and the code."""
    if _buttons(shown):
        with st.container(border=True):
            _table(shown)
    st.session_state[trail.CODE] = trail.code()
    st.text_input(
        "Distribution code",
        max_chars=pair.MAX_CODE,
        key=trail.CODE,
        on_change=_paste,
        help="All that you see, as text: name:P:Q, one outcome after the other, with ! after what "
        "is locked. It is part of the page’s address too: copy either to share this pair, paste "
        "one here to open it. Weights need not sum to 1.",
    )


def _buttons(shown: Pair) -> bool:
    """The buttons, and whether the table is wanted."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        full = len(shown.names) == pair.MAX_OUTCOMES
        st.button(
            "Add an outcome", key="pair:add", disabled=full, on_click=_change, args=(Pair.longer,)
        )
        st.button("Swap P and Q", key="pair:swap", on_click=_swap)
        st.button("Undo", key="pair:back", disabled=not trail.can_undo(), on_click=_undo)
        st.button("Redo", key="pair:on", disabled=not trail.can_redo(), on_click=_redo)
        unchanged = shown == trail.origin()
        st.button("Reset", key="pair:reset", disabled=unchanged, on_click=_reset)
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
    # The trail decides; the fields only show it.
    st.session_state["pair:name"] = shown.names[which]
    name.text_input(
        "Name", key="pair:name", max_chars=pair.MAX_NAME, on_change=_rename, args=(which,)
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
            args=(of, which),
        )
        column.checkbox(
            f"Locked in {of.upper()}",
            key=f"{key}lock",
            on_change=_change,
            args=(lambda now, of=of: now.with_lock(of, which),),
        )
    drop.button(
        "Remove",
        key="pair:drop",
        disabled=len(places) == pair.MIN_OUTCOMES,
        on_click=_change,
        args=(lambda now: now.without(which),),
    )


# What a visitor does. A button may be pressed before Python has heard of what the bars have just
# told: so each begins with that, and works on the pair as it is then.


def _take_from_bars() -> None:
    try:
        edit = edited(BARS)
    except ValueError as error:
        st.toast(words.plain(str(error)), icon="⚠️")
        return
    if isinstance(edit, Pair):
        trail.show(edit)
    elif edit == "undo":
        trail.undo()
    elif edit == "redo":
        trail.redo()


def _change(how: Callable[[Pair], Pair]) -> None:
    _take_from_bars()
    try:
        trail.show(how(trail.current()))
    except ValueError as error:
        st.toast(words.plain(str(error)), icon="⚠️")


def _swap() -> None:
    _take_from_bars()
    trail.show(trail.current().swapped(), trail.origin().swapped())


def _rename(which: int) -> None:
    _change(lambda now: now.renamed(which, st.session_state["pair:name"] or ""))


def _set_probability(of: str, which: int) -> None:
    value = st.session_state[f"pair:{of}"] or 0.0
    _change(lambda now: now.with_probability(of, which, value))


def _start(new: Pair) -> None:
    _take_from_bars()
    controls.ask_for_prediction()
    trail.show(new, new)


def _paste() -> None:
    _take_from_bars()
    trail.paste(st.session_state[trail.CODE] or "")


def _reset() -> None:
    _take_from_bars()
    trail.show(trail.origin())


def _undo() -> None:
    _take_from_bars()
    trail.undo()


def _redo() -> None:
    _take_from_bars()
    trail.redo()
