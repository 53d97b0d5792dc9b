"""The editor of two distributions: bars, presets, buttons, a table, and the code that holds all.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal

import streamlit as st

from pages.ui import controls, frame, tables, words
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


def other_ways(trail: Trail[Pair], *, swap: bool = True) -> None:
    """What goes with the bars: buttons, the same as a table if wanted, and the code."""
    with frame.controls("other ways"):
        if _buttons(trail, swap):
            with st.container(border=True):
                _table(trail)
        says = (
            "All that you see, as text: name:P:Q, one outcome after the other, with ! after what "
            "is locked. It is part of the page’s address too: copy either to share this pair, "
            "paste one here to open it. Weights need not sum to 1."
        )
        controls.code(trail, "Distribution code", says, lambda: _take_from_bars(trail))


def _buttons(trail: Trail[Pair], swap: bool) -> bool:
    """The buttons, and whether the table is wanted."""
    shown, origin = trail.current(), trail.origin()
    full = len(shown.names) == pair.MAX_OUTCOMES
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        add = trail, Pair.longer
        st.button("Add an outcome", key="pair:add", disabled=full, on_click=_change, args=add)
        if swap:
            st.button("Swap P and Q", key="pair:swap", on_click=_swap, args=(trail,))
        for label, key, disabled, on_click, args in (
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
    controls.text(
        "Name",
        "pair:name",
        shown.names[which],
        lambda typed: _put(trail, lambda now: now.renamed(which, typed)),
        place=name,
        longest=pair.MAX_NAME,
    )
    for column, of, weights, locked in (
        (p, "p", shown.p, shown.locked_p),
        (q, "q", shown.q, shown.locked_q),
    ):
        total = sum(weights)
        controls.number(
            f"Probability in {of.upper()}",
            f"pair:{of}",
            weights[which] / total if total else 0.0,
            partial(_set_probability, trail, of, which),
            place=column,
        )
        # The trail decides; the box only shows it.
        st.session_state[f"pair:{of}lock"] = which in locked
        column.checkbox(
            f"Locked in {of.upper()}",
            key=f"pair:{of}lock",
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


def _put(trail: Trail[Pair], how: Callable[[Pair], Pair]) -> None:
    """Put on show what is made of the pair. Raises ValueError where that can be none."""
    _take_from_bars(trail)
    trail.show(how(trail.current()))


def _change(trail: Trail[Pair], how: Callable[[Pair], Pair]) -> None:
    try:
        _put(trail, how)
    except ValueError as error:
        st.toast(words.plain(str(error)), icon="⚠️")


def _set_probability(trail: Trail[Pair], of: str, which: int, value: float) -> None:
    _put(trail, lambda now: now.with_probability(of, which, value))


def _swap(trail: Trail[Pair]) -> None:
    _take_from_bars(trail)
    trail.show(trail.current().swapped(), trail.origin().swapped())


def _start(trail: Trail[Pair], new: Pair) -> None:
    _take_from_bars(trail)
    if trail is ASYMMETRY:
        asking.ask_again()
    trail.show(new, new)
