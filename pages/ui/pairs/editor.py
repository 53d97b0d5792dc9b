"""The editor of two distributions: bars, presets, buttons, a table, and the code that holds all.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import streamlit as st

from pages.ui import controls, frame, words
from pages.ui.pairs import asking, pair
from pages.ui.pairs.dragbars import Form, dragbars, edited
from pages.ui.pairs.pair import Pair
from pages.ui.pairs.presets import CODES, PRESETS, Preset
from pages.ui.pairs.table import table
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
            table(trail, lambda: _take_from_bars(trail))
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
        args = (trail,)
        st.button("Add an outcome", key="pair:add", disabled=full, on_click=_add, args=args)
        if swap:
            st.button("Swap P and Q", key="pair:swap", on_click=_swap, args=args)
        for label, key, disabled, act in (
            ("Undo", "pair:back", not trail.can_undo(), Trail.undo),
            ("Redo", "pair:on", not trail.can_redo(), Trail.redo),
            ("Reset", "pair:reset", shown == origin, Trail.reset),
        ):
            st.button(label, key=key, disabled=disabled, on_click=_after_bars, args=(trail, act))
        return st.toggle("Edit as a table", key="pair:table")


# What a visitor does. A button may be pressed before Python has heard of what the bars have just
# told: so each begins with that, and works on the pair as it is then.


def take(trail: Trail[Pair], bars: str) -> None:
    """Take up what was done to some bars, by their key; of what is no pair, say so."""
    try:
        edit = edited(bars, trail.current())
    except ValueError as error:
        st.toast(words.plain(str(error)), icon=frame.WARNING)
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


def _add(trail: Trail[Pair]) -> None:
    _take_from_bars(trail)
    trail.show(trail.current().longer())


def _swap(trail: Trail[Pair]) -> None:
    _take_from_bars(trail)
    trail.show(trail.current().swapped(), trail.origin().swapped())


def _start(trail: Trail[Pair], new: Pair) -> None:
    _take_from_bars(trail)
    if trail is ASYMMETRY:
        asking.ask_again()
    trail.show(new, new)
