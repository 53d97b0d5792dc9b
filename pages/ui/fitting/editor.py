"""The widgets around the fit: presets, the maps, buttons, fields for numbers, the share text.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from pages.ui import content, controls, layout
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import History
from pages.ui.fitting import state
from pages.ui.fitting.fitmap import checked, fitmap
from pages.ui.fitting.presets import HOME, PRESETS
from pages.ui.fitting.results import Results
from pages.ui.fitting.state import Component, Fit

MAP, KIND, EXAMPLES = "fit:map", "fit:kind", "fit:examples"
MIXTURE = "fit:hills"  # the components of P before it became a histogram
STEP = "step"
KINDS = {False: "Gaussian mixture", True: "Drawn histogram"}


def _close_examples() -> None:
    st.session_state[EXAMPLES] = False


EDITOR = Editor(
    History("fit", "fit", HOME, state.decode),
    {MAP: lambda edit, now: checked(edit)},
    alike=lambda began, now: (
        (len(began.components), len(began.bins)) == (len(now.components), len(now.bins))
    ),
    started=_close_examples,
)


def settings() -> tuple[str, float | None]:
    """The presets and the unit, folded; the unit and its logarithm's base."""
    with layout.controls("settings"), st.container(horizontal=True, gap="small"):
        with st.popover("Examples", key=EXAMPLES, on_change="rerun"):
            EDITOR.presets(PRESETS)
        with st.popover("Unit"):
            return controls.unit()


def maps(results: Results, unit: str, base: float | None) -> None:
    """P, Q and the maps of both divergences, to drag."""
    fitmap(
        results,
        unit=unit,
        base=base,
        step=_step(),
        address=EDITOR.address(),
        key=MAP,
        on_edit=EDITOR.receive,
    )


def _step() -> int:
    """The step of the searches that the page's address names."""
    return int(st.query_params.get(STEP) or 0) if controls.whole(STEP) else 0


def fill_empty_bins() -> None:
    """A button that makes reverse KL finite, where empty bins make it infinite."""
    shown = EDITOR.current()
    if shown.bins and not all(shown.bins):
        EDITOR.button("Fill the empty bins", "mend", Fit.with_filled_bins, disabled=False)


def other_controls() -> None:
    """The kind of P, buttons, fields for numbers, and the share text."""
    with layout.controls("fit"):
        if _buttons():
            with st.container(border=True):
                _numbers()
        EDITOR.share_text(
            content.heading("fitting/share-text"),
            content.text("fitting/share-text", bins=str(state.BINS)),
        )


def _buttons() -> bool:
    """The buttons, and whether numbers are wanted."""
    shown = EDITOR.current()
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
        full = bool(shown.bins) or len(shown.components) == state.MAX_COMPONENTS
        EDITOR.button("Add a component", "add", Fit.with_another_component, disabled=full)
        EDITOR.steps()
        return st.toggle("Edit as numbers", key="fit:numbers")


def _numbers() -> None:
    """Every number of the fit in a field of its own."""
    shown = EDITOR.current()
    for place, component in enumerate(shown.components):
        *columns, last = st.columns([3, 3, 3, 2], vertical_alignment="bottom")
        for column, field in zip(columns, Component._fields, strict=True):
            controls.number(
                f"Component {place + 1}: {NAMES[field]}",
                f"fit:{field}{place}",
                getattr(component, field),
                _put(Fit.with_component, place, field),
                place=column,
            )
        last.button(
            "Remove",
            key=f"fit:drop{place}",
            disabled=len(shown.components) == 1,
            on_click=EDITOR.change,
            args=(lambda now, place=place: now.without_component(place),),
        )
    columns = st.columns([3, 3, 3, 2])
    for column, field in zip(columns, shown.q._fields, strict=False):
        now = getattr(shown.q, field)
        label, key = f"Q: {NAMES[field]}", f"fit:q{field}"
        controls.number(label, key, now, _put(Fit.with_q, field), place=column)
    if shown.bins:
        which = columns[2].selectbox(
            "Bin",
            range(state.BINS),
            format_func=lambda i: f"around {state.CENTRES[i]:g}",
            key="fit:bin",
        )
        height, put = shown.bins[which], _put(Fit.with_bin, which)
        controls.number("Height", "fit:height", height, put, place=columns[3])


NAMES = {"mean": "mean", "std": "standard deviation", "weight": "weight"}


def _turn() -> None:
    """From a mixture to a histogram of the same shape, or back to the mixture before it."""
    EDITOR.receive()
    now, wanted = EDITOR.current(), st.session_state[KIND]
    if wanted and now.components:
        st.session_state[MIXTURE] = now.components
        EDITOR.history.show(now.as_histogram())
    elif not wanted and now.bins:
        before = st.session_state.get(MIXTURE, HOME.components)
        EDITOR.history.show(replace(now, components=before, bins=()))


def _put(change: Callable[..., Fit], *which: object) -> Callable[[float], None]:
    """What puts a typed number into the fit."""
    return lambda value: EDITOR.put(lambda now: change(now, *which, value))
