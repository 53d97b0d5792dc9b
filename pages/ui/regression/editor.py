"""The widgets around the points: presets, the plot, buttons, a table to type, and the code.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.ui import controls, frame, words
from pages.ui.regression import cloud, points
from pages.ui.regression.cloud import Cloud
from pages.ui.regression.found import Found
from pages.ui.regression.presets import HOME, PRESETS, CloudPreset
from pages.ui.trail import Trail

TRAIL = Trail("regression", "points", HOME, cloud.decode)
PLOT, ROWS = "regression:plot", "regression:rows"


def presets() -> None:
    """One button for each set of points worth looking at."""
    st.markdown("**Start from**")
    with st.container(horizontal=True, gap="small"):
        for each in PRESETS:
            key = f"regression:{each.key}"
            st.button(each.title, key=key, on_click=_start, args=(each.cloud,))


def preset() -> CloudPreset | None:
    """The preset that the points on show were made from."""
    began = TRAIL.origin()
    return next((each for each in PRESETS if each.cloud == began), None)


def plot(found: Found) -> None:
    """The points, to take hold of, and the lines."""
    points.points(
        TRAIL.current(),
        found,
        # Not by bind=: a bound field that Python sets adds to the browser's history each time.
        address={TRAIL.address: TRAIL.in_address()},
        key=PLOT,
        on_edit=_take_from_plot,
    )


def other_ways() -> None:
    """What goes with the plot: buttons, the points as a table if wanted, and their code."""
    with frame.controls("points"):
        if _buttons():
            with st.container(border=True):
                _table()
        says = (
            "All points as x:y, one after the other; then the true line, if it is known, as “true "
            "intercept:slope”. It is part of the page’s address too: copy either to share these "
            "points, paste one here to open it."
        )
        controls.code(TRAIL, "Points code", says, _take_from_plot)


def _buttons() -> bool:
    """The buttons, and whether the table is wanted."""
    shown = TRAIL.current()
    full = len(shown.points) == cloud.MOST
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for label, key, disabled, on_click, act in (
            ("Add an outlier", "regression:outlier", full, _change, Cloud.with_outlier),
            ("Add a point", "regression:add", full, _change, Cloud.longer),
            ("Undo", "regression:back", not TRAIL.can_undo(), _after_plot, TRAIL.undo),
            ("Redo", "regression:on", not TRAIL.can_redo(), _after_plot, TRAIL.redo),
            ("Reset", "regression:reset", shown == TRAIL.origin(), _after_plot, TRAIL.reset),
        ):
            st.button(label, key=key, disabled=disabled, on_click=on_click, args=(act,))
        return st.toggle("Edit as a table", key="regression:table")


def _table() -> None:
    """All points by Streamlit's own field, which also takes rows copied from a spreadsheet."""
    controls.text(
        "Points, a row each: x, then y",
        ROWS,
        TRAIL.current().rows(),
        lambda typed: _put(lambda now: cloud.read_rows(now, typed)),
        height=260,
        says=f"x from {cloud.LEFT:g} to {cloud.RIGHT:g}, y from −{-cloud.BOTTOM:g} to "
        f"{cloud.TOP:g}, {cloud.FEWEST} to {cloud.MOST} rows. Rows pasted from a spreadsheet will "
        "do. Ctrl+Enter applies them.",
    )


# What a visitor does. A button may be pressed before Python has heard of what the plot has just
# told: so each begins with that, and works on the points as they are then.


def _take_from_plot() -> None:
    try:
        edit = points.edited(PLOT, TRAIL.current())
    except ValueError as error:
        _refuse(error)
        return
    if isinstance(edit, Cloud):
        TRAIL.show(edit)
    elif edit == "undo":
        TRAIL.undo()
    elif edit == "redo":
        TRAIL.redo()


def _refuse(error: ValueError) -> None:
    st.toast(f"{words.plain(str(error))} What was on show stays.", icon=frame.WARNING)


def _after_plot(act: Callable[[], None]) -> None:
    _take_from_plot()
    act()


def _put(how: Callable[[Cloud], Cloud]) -> None:
    """Put on show what is made of the points. Raises ValueError where no line can be fitted."""
    _take_from_plot()
    TRAIL.show(how(TRAIL.current()))


def _change(how: Callable[[Cloud], Cloud]) -> None:
    try:
        _put(how)
    except ValueError as error:
        _refuse(error)


def _start(new: Cloud) -> None:
    _take_from_plot()
    TRAIL.show(new, new)
