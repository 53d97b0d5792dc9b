"""The widgets around the points: presets, the plot, buttons, a table to type, and the code.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

import streamlit as st

from pages.ui import content, controls, layout
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import History
from pages.ui.regression import cloud, points
from pages.ui.regression.cloud import Cloud
from pages.ui.regression.presets import HOME
from pages.ui.regression.results import Results

PLOT, ROWS = "regression:plot", "regression:rows"
EDITOR = Editor(History("regression", "points", HOME, cloud.decode), {PLOT: points.checked})


def plot(found: Results) -> None:
    """The points, to take hold of, and the lines."""
    points.points(
        EDITOR.current(),
        found,
        address=EDITOR.address(),
        key=PLOT,
        on_edit=EDITOR.receive,
    )


def other_ways() -> None:
    """What goes with the plot: buttons, the points as a table if wanted, and their code."""
    with layout.controls("points"):
        if _buttons():
            with st.container(border=True):
                _table()
        EDITOR.share_text("Points code", content.text("regression/share-text"))


def _buttons() -> bool:
    """The buttons, and whether the table is wanted."""
    full = len(EDITOR.current().points) == cloud.MOST
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        EDITOR.button("Add an outlier", "outlier", Cloud.with_outlier, disabled=full)
        EDITOR.button("Add a point", "add", Cloud.longer, disabled=full)
        EDITOR.steps()
        return st.toggle("Edit as a table", key="regression:table")


def _table() -> None:
    """All points by Streamlit's own field, which also takes rows copied from a spreadsheet."""
    controls.text(
        "Points, a row each: x, then y",
        ROWS,
        EDITOR.current().rows(),
        lambda typed: EDITOR.put(lambda now: cloud.read_rows(now, typed)),
        height=260,
        says=content.text(
            "regression/rows",
            left=f"{cloud.LEFT:g}",
            right=f"{cloud.RIGHT:g}",
            bottom=f"−{-cloud.BOTTOM:g}",
            top=f"{cloud.TOP:g}",
            fewest=str(cloud.FEWEST),
            most=str(cloud.MOST),
        ),
    )
