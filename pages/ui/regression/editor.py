"""The widgets: the plot, other ways to edit the points, and the choices of the other sections.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import streamlit as st

from pages.ui import content, controls, layout
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import History
from pages.ui.regression import points, state
from pages.ui.regression.presets import HOME
from pages.ui.regression.results import Results
from pages.ui.regression.state import Dataset

PLOT, ROWS = "regression:plot", "regression:rows"
EDITOR = Editor(History("regression", "points", HOME, state.decode), {PLOT: points.checked})
# A choice → its label, which the address holds too.
PLACES = {0.0: "0", 5.0: "5", 10.0: "10"}
FRACTIONS = {0.0: "0", 0.05: "5", 0.1: "10", 0.2: "20", 0.3: "30"}

T = TypeVar("T")


def plot(results: Results) -> None:
    """The points, to drag, and the lines."""
    points.points(results, address=EDITOR.address(), key=PLOT, on_edit=EDITOR.receive)


def other_ways() -> None:
    """Below the plot: buttons, the points as a table if wanted, and their share text."""
    with layout.controls("points"):
        if _buttons():
            with st.container(border=True):
                _table()
        title = content.heading("regression/share-text")
        EDITOR.share_text(title, content.text("regression/share-text"))


def _buttons() -> bool:
    """The buttons, and whether the table is wanted."""
    full = len(EDITOR.current().points) == state.MOST
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        EDITOR.button("Add an outlier", "outlier", Dataset.with_outlier, disabled=full)
        EDITOR.button("Add a point", "add", Dataset.with_new_point, disabled=full)
        EDITOR.steps()
        return st.toggle("Edit as a table", key="regression:table")


def _table() -> None:
    """All points in a text field, which also takes rows copied from a spreadsheet."""
    controls.text(
        "Points, one per row: x, then y",
        ROWS,
        EDITOR.current().rows(),
        lambda typed: EDITOR.put(lambda now: state.read_rows(now, typed)),
        height=260,
        says=content.text(
            "regression/rows",
            left=f"{state.LEFT:g}",
            right=f"{state.RIGHT:g}",
            bottom=f"−{-state.BOTTOM:g}",
            top=f"{state.TOP:g}",
            fewest=str(state.FEWEST),
            most=str(state.MOST),
        ),
    )


def residual() -> tuple[float, float]:
    """The size of the residual, and the x of its point."""
    size, where = st.columns([3, 2], gap="large")
    with size:
        r = st.slider(
            "Residual r, in units of y",
            -5.0,
            5.0,
            3.0,
            step=0.1,
            key="residual",
            bind=controls.between("residual", -5, 5),
        )
    with where:
        return r, _one("x of the point (for σ(x))", PLACES, "place", 5.0)


def true_noise() -> tuple[str, float]:
    """The true noise, and the fraction of outliers in it."""
    if (linked := st.query_params.get("noise", "")) in state.OLD_LABELS:
        del st.query_params["noise"]
        st.session_state["noise"] = state.OLD_LABELS[linked]
    kind, outliers = st.columns([3, 2], gap="large")
    with kind:
        noise = _one("True noise", state.TRUE_NOISES, "noise", "normal")
    with outliers:
        return noise, _one("Outliers, in %", FRACTIONS, "outliers", 0.0)


def _one(label: str, options: Mapping[T, str], key: str, first: T) -> T:
    chosen = st.segmented_control(
        label,
        list(options),
        default=first,
        format_func=options.__getitem__,
        required=True,
        key=key,
        bind=controls.one_of(key, options.values()),
    )
    return first if chosen is None else chosen
