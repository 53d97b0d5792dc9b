"""The widgets around the fit: presets, the maps, buttons, numbers to type, and the code.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from pages.ui import controls, frame, words
from pages.ui.fitting import fit
from pages.ui.fitting.fit import Fit, Hill
from pages.ui.fitting.fitmap import edited, fitmap
from pages.ui.fitting.fits import Found
from pages.ui.fitting.presets import HOME, PRESETS, FitPreset
from pages.ui.trail import Trail

TRAIL = Trail("fit", "fit", HOME, fit.decode)
MAP, KIND, HILLS = "fit:map", "fit:kind", "fit:hills"
STEP = "step"
KINDS = {False: "Hills", True: "Draw it yourself"}


def presets() -> None:
    """One button for each fit worth looking at."""
    st.markdown("**Start from**")
    with st.container(horizontal=True, gap="small"):
        for each in PRESETS:
            st.button(each.title, key=f"fit:{each.key}", on_click=_start, args=(each.fit,))


def preset() -> FitPreset | None:
    """The preset that the fit on show was made from, with P made of the same as it was."""
    began, shown = TRAIL.origin(), TRAIL.current()
    alike = (len(began.hills), len(began.bins)) == (len(shown.hills), len(shown.bins))
    return next((each for each in PRESETS if each.fit == began and alike), None)


def maps(found: Found, unit: str, base: float | None) -> None:
    """P, Q and both maps, to take hold of."""
    fitmap(
        TRAIL.current(),
        found,
        unit=unit,
        base=base,
        step=_step(),
        # Not by bind=: a bound field that Python sets adds to the browser's history each time.
        address={TRAIL.address: TRAIL.in_address()},
        key=MAP,
        on_edit=_take_from_maps,
    )


def _step() -> int:
    """The step of the searches that the address holds, where the maps put it."""
    return int(st.query_params.get(STEP) or 0) if controls.whole(STEP) else 0


def mend_holes() -> None:
    """A button that takes the infinity away, where empty bins make one."""
    shown = TRAIL.current()
    if shown.bins and not all(shown.bins):
        st.button("Give empty bins a little", on_click=_change, args=(Fit.with_a_little,))


def other_ways() -> None:
    """What goes with the maps: how P is made, buttons, numbers if wanted, and the code."""
    with frame.controls("fit"):
        if _buttons():
            with st.container(border=True):
                _numbers()
        says = (
            "All that you see, as text: P’s hills as mean:std:weight, or the heights of its "
            f"{fit.BINS} bins, then Q as mean:std. It is part of the page’s address too: copy "
            "either to share this fit, paste one here to open it. Weights need not sum to 1."
        )
        controls.code(TRAIL, "Fit code", says, _take_from_maps)


def _buttons() -> bool:
    """The buttons, and whether numbers are wanted."""
    shown = TRAIL.current()
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
        full = bool(shown.bins) or len(shown.hills) == fit.MOST_HILLS
        st.button("Add a hill", key="fit:add", disabled=full, on_click=_change, args=(Fit.longer,))
        for label, key, disabled, act in (
            ("Undo", "fit:back", not TRAIL.can_undo(), TRAIL.undo),
            ("Redo", "fit:on", not TRAIL.can_redo(), TRAIL.redo),
            ("Reset", "fit:reset", shown == TRAIL.origin(), TRAIL.reset),
        ):
            st.button(label, key=key, disabled=disabled, on_click=_after_maps, args=(act,))
        return st.toggle("Edit as numbers", key="fit:numbers")


def _numbers() -> None:
    """Everything that a hand can do, by Streamlit's own fields."""
    shown = TRAIL.current()
    for place, hill in enumerate(shown.hills):
        *columns, last = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
        for column, field in zip(columns, Hill._fields, strict=True):
            controls.number(
                f"Hill {place + 1}: {NAMES[field]}",
                f"fit:{field}{place}",
                getattr(hill, field),
                partial(_put_hill, place, field),
                place=column,
            )
        last.button(
            "Remove",
            key=f"fit:drop{place}",
            disabled=len(shown.hills) == 1,
            on_click=_change,
            args=(lambda now, place=place: now.without(place),),
        )
    columns = st.columns([3, 3, 3, 2])
    for column, field in zip(columns, shown.q._fields, strict=False):
        now = getattr(shown.q, field)
        label, key = f"Q: {NAMES[field]}", f"fit:q{field}"
        controls.number(label, key, now, partial(_put_q, field), place=column)
    if shown.bins:
        which = columns[2].selectbox(
            "Bin",
            range(fit.BINS),
            format_func=lambda i: f"around {fit.CENTRES[i]:g}",
            key="fit:bin",
        )
        height, put = shown.bins[which], partial(_put_bin, which)
        controls.number("Its height", "fit:height", height, put, place=columns[3])


NAMES = {"mean": "mean", "std": "standard deviation", "weight": "weight"}


# What a visitor does. A button may be pressed before Python has heard of what the maps have just
# told: so each begins with that, and works on the fit as it is then.


def _take_from_maps() -> None:
    try:
        edit = edited(MAP)
    except ValueError as error:
        _refuse(error)
        return
    if isinstance(edit, Fit):
        TRAIL.show(edit)
    elif edit == "undo":
        TRAIL.undo()
    elif edit == "redo":
        TRAIL.redo()


def _refuse(error: ValueError) -> None:
    st.toast(f"{words.plain(str(error))} What was on show stays.", icon=frame.WARNING)


def _after_maps(act: Callable[[], None]) -> None:
    _take_from_maps()
    act()


def _put(how: Callable[[Fit], Fit]) -> None:
    """Put on show what is made of the fit. Raises ValueError where that can be none."""
    _take_from_maps()
    TRAIL.show(how(TRAIL.current()))


def _change(how: Callable[[Fit], Fit]) -> None:
    try:
        _put(how)
    except ValueError as error:
        _refuse(error)


def _start(new: Fit) -> None:
    _take_from_maps()
    TRAIL.show(new, new)


def _turn() -> None:
    """From hills to bins of the same shape, or back to the hills there were."""
    _take_from_maps()
    now, wanted = TRAIL.current(), st.session_state[KIND]
    if wanted and now.hills:
        st.session_state[HILLS] = now.hills
        TRAIL.show(now.drawn())
    elif not wanted and now.bins:
        TRAIL.show(replace(now, hills=st.session_state.get(HILLS, HOME.hills), bins=()))


def _put_hill(place: int, field: str, value: float) -> None:
    def with_it(now: Fit) -> Fit:
        hills = list(now.hills)
        hills[place] = hills[place]._replace(**{field: value})
        return fit.checked(hills, now.bins, now.q)

    _put(with_it)


def _put_q(field: str, value: float) -> None:
    _put(lambda now: fit.checked(now.hills, now.bins, now.q._replace(**{field: value})))


def _put_bin(which: int, height: float) -> None:
    _put(lambda now: now.with_bin(which, height))
