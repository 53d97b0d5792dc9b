"""The editor of two distributions: bars, presets, buttons, a table, and the code that holds all.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import streamlit as st

from pages.ui import frame, tables, words
from pages.ui.pairs import asking, pair
from pages.ui.pairs.dragbars import Form, dragbars, edited
from pages.ui.pairs.pair import Pair
from pages.ui.pairs.presets import CODES, PRESETS, Preset
from pages.ui.trail import Trail

ASYMMETRY = Trail("pair", "pq", PRESETS[0].pair, pair.decode)
ENTROPY = Trail("entropy", "pq", CODES[0].pair, pair.decode)
FRONT = Trail("front", "pq", PRESETS[0].pair, pair.decode)

PLACES = "bars", "again"  # where one pair may be taken hold of


def presets(trail: Trail[Pair], choices: Sequence[Preset]) -> None:
    """One button for each pair worth looking at."""
    st.markdown("**Start from**")
    with st.container(horizontal=True, gap="small"):
        for each in choices:
            args = trail, each.pair
            st.button(each.title, key=f"preset:{each.key}", on_click=_start, args=args)


def preset(trail: Trail[Pair], choices: Sequence[Preset]) -> Preset | None:
    """The preset that the pair on show was made from, with its outcomes as they were."""
    began, shown = trail.origin(), trail.current()
    return next((p for p in choices if p.pair == began and began.names == shown.names), None)


def bars(
    trail: Trail[Pair],
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
    dragbars(
        trail.current(),
        form=form,
        unit=unit,
        base=base,
        direction=direction,
        hidden=hidden,
        # Not by bind=: a bound field that Python sets adds to the browser's history each time.
        address={trail.address: trail.in_address(), **(address or {})},
        key=f"{trail.name}:{PLACES[again]}",
        on_edit=lambda: _take_from_bars(trail),
    )


def other_ways(trail: Trail[Pair]) -> None:
    """What goes with the bars: buttons, the same as a table if wanted, and the code."""
    with frame.controls("other ways"):
        if _buttons(trail):
            with st.container(border=True):
                _table(trail)
        st.session_state[trail.address] = trail.code()
        st.text_input(
            "Distribution code",
            max_chars=pair.MAX_CODE,
            key=trail.address,
            on_change=_paste,
            args=(trail,),
            help="All that you see, as text: name:P:Q, one outcome after the other, with ! after "
            "what is locked. It is part of the page’s address too: copy either to share this pair, "
            "paste one here to open it. Weights need not sum to 1.",
        )


def _buttons(trail: Trail[Pair]) -> bool:
    """The buttons, and whether the table is wanted."""
    shown, origin = trail.current(), trail.origin()
    full = len(shown.names) == pair.MAX_OUTCOMES
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for label, key, disabled, on_click, args in (
            ("Add an outcome", "pair:add", full, _change, (trail, Pair.longer)),
            ("Swap P and Q", "pair:swap", False, _swap, (trail,)),
            ("Undo", "pair:back", not trail.can_undo(), _after_bars, (trail, Trail.undo)),
            ("Redo", "pair:on", not trail.can_redo(), _after_bars, (trail, Trail.redo)),
            ("Reset", "pair:reset", shown == origin, _after_bars, (trail, Trail.reset)),
        ):
            st.button(label, key=key, disabled=disabled, on_click=on_click, args=args)
        return st.toggle("Edit as a table", key="pair:table")


def _table(trail: Trail[Pair]) -> None:
    """Everything that the bars can do, by Streamlit's own fields."""
    shown = trail.current()
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
        "Name", key="pair:name", max_chars=pair.MAX_NAME, on_change=_rename, args=(trail, which)
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
            args=(trail, of, which),
        )
        column.checkbox(
            f"Locked in {of.upper()}",
            key=f"{key}lock",
            on_change=_change,
            args=(trail, lambda now, of=of: now.with_lock(of, which)),
        )
    drop.button(
        "Remove",
        key="pair:drop",
        disabled=len(places) == pair.MIN_OUTCOMES,
        on_click=_change,
        args=(trail, lambda now: now.without(which)),
    )


# What a visitor does. A button may be pressed before Python has heard of what the bars have just
# told: so each begins with that, and works on the pair as it is then.


def take(trail: Trail[Pair], bars: str) -> None:
    """Take up what was done to some bars, by their key; of what is no pair, say so."""
    try:
        edit = edited(bars, trail.current())
    except ValueError as error:
        st.toast(words.plain(str(error)), icon="⚠️")
        return
    if isinstance(edit, Pair):
        trail.show(edit)
    elif edit == "undo":
        trail.undo()
    elif edit == "redo":
        trail.redo()


def _take_from_bars(trail: Trail[Pair]) -> None:
    for place in PLACES:
        take(trail, f"{trail.name}:{place}")


def _after_bars(trail: Trail[Pair], act: Callable[[Trail[Pair]], None]) -> None:
    _take_from_bars(trail)
    act(trail)


def _change(trail: Trail[Pair], how: Callable[[Pair], Pair]) -> None:
    _take_from_bars(trail)
    try:
        trail.show(how(trail.current()))
    except ValueError as error:
        st.toast(words.plain(str(error)), icon="⚠️")


def _swap(trail: Trail[Pair]) -> None:
    _take_from_bars(trail)
    trail.show(trail.current().swapped(), trail.origin().swapped())


def _rename(trail: Trail[Pair], which: int) -> None:
    _change(trail, lambda now: now.renamed(which, st.session_state["pair:name"] or ""))


def _set_probability(trail: Trail[Pair], of: str, which: int) -> None:
    value = st.session_state[f"pair:{of}"] or 0.0
    _change(trail, lambda now: now.with_probability(of, which, value))


def _start(trail: Trail[Pair], new: Pair) -> None:
    _take_from_bars(trail)
    if trail is ASYMMETRY:
        asking.ask_again()
    trail.show(new, new)


def _paste(trail: Trail[Pair]) -> None:
    _take_from_bars(trail)
    trail.paste(st.session_state[trail.address] or "")
    if trouble := trail.trouble():  # the page says it too, where the hand may not see it
        st.toast(trouble, icon="⚠️")
