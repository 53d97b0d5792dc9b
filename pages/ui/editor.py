"""The editor of two distributions: bars, a table, presets, undo, and the code that holds all.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Literal, NamedTuple

import streamlit as st

from pages.ui import controls, pair, tables, words
from pages.ui.dragbars import dragbars, edited
from pages.ui.pair import Pair
from pages.ui.presets import PRESETS, Preset

CODE = "pq"  # the key of the visible code, and its name in the URL
HOME = PRESETS[0].pair.encode()
BARS = "pair:bars"
TRAIL, AHEAD = "pair:trail", "pair:ahead"  # steps up to the one on show, and those undone
UNREAD = "pair:unread"  # a code that could not be read, until there is another
REPLACED = "pair:replaced"  # when each code went out of use
STEPS_KEPT = 100
ECHO = 2.0  # seconds in which the browser may still send a code that went out of use


class Step(NamedTuple):
    """A pair that was on show, and what it began with: what "Reset" goes back to."""

    pair: Pair
    origin: Pair


def presets() -> None:
    """One button for each pair worth looking at."""
    st.markdown("**Start from**")
    with st.container(horizontal=True, gap="small"):
        for each in PRESETS:
            st.button(each.title, key=f"preset:{each.key}", on_click=_start, args=(each.pair,))


def current() -> Pair:
    """The pair on show: the last step of the trail."""
    state = st.session_state
    if TRAIL not in state:
        state[TRAIL], state[AHEAD], state[REPLACED] = [], [], {}
        code = st.query_params.get(CODE, HOME)
        try:
            first = pair.decode(code)
        except ValueError:
            first, state[UNREAD] = PRESETS[0].pair, code
        _trail().append(Step(first, first))
    return _trail()[-1].pair


def trouble() -> str | None:
    """Why a code cannot be read, and what is shown instead; None where there is no such code."""
    try:
        pair.decode(st.session_state.get(UNREAD) or HOME)
    except ValueError as error:
        example = [step.pair for step in _trail()] == [PRESETS[0].pair]
        instead = "a first example" if example else "the last pair that could be read"
        return f"{words.plain(str(error))} Shown is {instead}."
    return None


def preset(shown: Pair) -> Preset | None:
    """The preset that the pair on show was made from, with its outcomes as they were."""
    began = _trail()[-1].origin
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
        address={CODE: "" if shown == PRESETS[0].pair else shown.encode()},
        key=BARS,
        on_edit=_take_from_bars,
    )


def other_ways(shown: Pair) -> None:
    """What goes with the bars: buttons, the same as a table if wanted, and the code."""
    if _buttons(shown):
        with st.container(border=True):
            _table(shown)
    st.session_state[CODE] = st.session_state.get(UNREAD) or shown.encode()
    st.text_input(
        "Distribution code",
        max_chars=pair.MAX_CODE,
        key=CODE,
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
        first = len(_trail()) < 2 and not st.session_state.get(UNREAD)
        st.button("Undo", key="pair:back", disabled=first, on_click=_undo)
        st.button("Redo", key="pair:on", disabled=not st.session_state[AHEAD], on_click=_redo)
        unchanged = shown == _trail()[-1].origin
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
    # The code decides; the fields only show it.
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
        _set(edit)
    elif edit == "undo" and len(_trail()) > 1:
        _undo()
    elif edit == "redo" and st.session_state[AHEAD]:
        _redo()


def _now() -> Pair:
    _take_from_bars()
    return current()


def _change(how: Callable[[Pair], Pair]) -> None:
    try:
        _set(how(_now()))
    except ValueError as error:
        st.toast(words.plain(str(error)), icon="⚠️")


def _swap() -> None:
    now = _now()
    _set(now.swapped(), _trail()[-1].origin.swapped())


def _rename(which: int) -> None:
    _change(lambda now: now.renamed(which, st.session_state["pair:name"] or ""))


def _set_probability(of: str, which: int) -> None:
    value = st.session_state[f"pair:{of}"] or 0.0
    _change(lambda now: now.with_probability(of, which, value))


def _start(new: Pair) -> None:
    _now()
    controls.ask_for_prediction()
    _set(new, new)


def _paste() -> None:
    code = st.session_state[CODE] or ""
    # Who presses two buttons quickly sends the code that was in the field before the first.
    if time.monotonic() - st.session_state[REPLACED].get(code, -math.inf) < ECHO:
        return
    _now()
    try:
        new = pair.decode(code)
    except ValueError:
        st.session_state[UNREAD] = code
    else:
        _set(new, new)


def _reset() -> None:
    _now()
    _set(_trail()[-1].origin)


def _undo() -> None:
    _now()
    # A code that could not be read never came on the trail: without it the last step stands.
    if not st.session_state.get(UNREAD) and len(_trail()) > 1:
        _replace()
        st.session_state[AHEAD].append(_trail().pop())
    st.session_state[UNREAD] = None


def _redo() -> None:
    _now()
    if ahead := st.session_state[AHEAD]:
        _replace()
        _trail().append(ahead.pop())


def _set(new: Pair, origin: Pair | None = None) -> None:
    step = Step(new, origin or _trail()[-1].origin)
    st.session_state[UNREAD] = None
    if step != _trail()[-1]:
        _replace()
        _trail().append(step)
        del _trail()[:-STEPS_KEPT]
        st.session_state[AHEAD] = []


def _replace() -> None:
    """Note that the code in the visible field is about to go out of use."""
    now = time.monotonic()
    recent = {code: when for code, when in st.session_state[REPLACED].items() if now - when < ECHO}
    st.session_state[REPLACED] = {**recent, _trail()[-1].pair.encode(): now}


def _trail() -> list[Step]:
    return st.session_state[TRAIL]
