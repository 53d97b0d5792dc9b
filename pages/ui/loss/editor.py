"""The widgets around a sample: logits, the target, the way down, and the share text.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from pages.ui import formatting as fmt
from pages.ui import layout
from pages.ui.editing import component
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import ECHO, History
from pages.ui.loss import fields, limits, sample
from pages.ui.loss.presets import HOME
from pages.ui.loss.sample import Kind, Sample
from pages.ui.pairs.dragbars import checked, dragbars
from pages.ui.pairs.state import Pair

BARS = "loss:bars"
KINDS: dict[Kind, str] = {"label": "A label", "smoothed": "A smoothed label", "hand": "By hand"}
SLOPES = {False: "exact", True: "Keras’s"}
IN_A_ROW = 5  # sliders below each other, before there are two columns of them


def _with_bars(edit: Mapping[str, Any], now: Sample) -> Sample:
    weights = now.weights or (1.0,) * len(now.names)  # the target may be no longer by hand
    bars = checked(edit, Pair(now.names, weights, weights))
    return now.with_bars(bars.names, bars.p)


EDITOR = Editor(
    History("loss", "logits", HOME, sample.decode),
    {BARS: _with_bars},
    alike=lambda began, now: began.names == now.names,
)


def address() -> None:
    """Put the sample into the page's address."""
    component.put_in_address("loss:address", EDITOR.address())


def logits() -> None:
    """A slider for each class's logit."""
    shown = EDITOR.current()
    columns = st.columns(2) if len(shown.names) > IN_A_ROW else [st.container()]
    for place in range(len(shown.names)):
        with columns[place * len(columns) // len(shown.names)]:
            _logit(place)


def lower() -> None:
    """A press that takes the true class's logit as far down as it goes."""
    # No second slider for it: what the browser tells late of one would take back the other.
    lowest = EDITOR.current().logits[EDITOR.current().true] == limits.LOW
    st.button(
        "Take it down all the way",
        key="loss:lower",
        on_click=EDITOR.change,
        args=(lambda now: now.with_logit(now.true, limits.LOW),),
        disabled=lowest,
    )


def _logit(place: int) -> None:
    """A slider for one class's logit."""
    shown, key = EDITOR.current(), f"loss:z{place}"
    _show_in(key, shown.logits[place])  # the history decides; the widgets only show it
    st.slider(
        f"Logit of {fmt.plain(shown.names[place])}",
        limits.LOW,
        limits.HIGH,
        step=0.1,
        format="%.4g",
        key=key,
        on_change=_slid,
        args=(key, lambda now, value: now.with_logit(place, value)),
    )


def target() -> None:
    """How the target P is given, and its own widgets."""
    shown = EDITOR.current()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        _choose("loss:kind", "The target P is", KINDS, shown.kind, Sample.of_kind)
        if shown.kind != "hand":
            names = dict(enumerate(shown.names))
            key = f"loss:label{len(names)}"
            st.session_state[key] = shown.label
            st.selectbox(
                "True class",
                names,
                format_func=lambda place: names.get(place, ""),
                width=200,
                key=key,
                on_change=EDITOR.change,
                args=(lambda now: now.with_label(st.session_state[key]),),
            )
    if shown.kind == "smoothed":
        _show_in("loss:smoothing", shown.smoothing or 0.0)
        st.slider(
            "Smoothing: the share that is spread over all classes",
            0.0,
            limits.MOST_SMOOTHING,
            step=0.01,
            key="loss:smoothing",
            on_change=_slid,
            args=("loss:smoothing", Sample.with_smoothing),
        )
    if shown.kind == "hand":
        dragbars(
            Pair(shown.names, shown.weights, shown.weights),
            form="surprise",
            unit="nats",
            base=None,
            address={},
            key=BARS,
            on_edit=EDITOR.receive,
        )


def descent() -> None:
    """How to go downhill."""
    way = EDITOR.current().descent
    rate, steps = st.columns(2, gap="medium")
    _show_in("loss:rate", way.rate)
    _show_in("loss:steps", way.steps)
    rate.slider(
        "Step size",
        limits.SLOWEST,
        limits.FASTEST,
        step=0.1,
        format="%.4g",
        key="loss:rate",
        on_change=_slid,
        args=("loss:rate", lambda now, value: now.with_descent(rate=value)),
    )
    steps.slider(
        "Steps",
        1,
        limits.MOST_STEPS,
        key="loss:steps",
        on_change=_slid,
        args=("loss:steps", lambda now, value: now.with_descent(steps=value)),
    )
    _choose(
        "loss:keras",
        "Slopes",
        SLOPES,
        way.keras,
        lambda now, keras: now.with_descent(keras=keras),
    )


def other_ways() -> None:
    """What goes with the sliders: buttons, numbers if wanted, and the code."""
    with layout.controls("sample"):
        if _buttons():
            with st.container(border=True):
                fields.numbers(EDITOR)
        EDITOR.share_text(
            "Sample code",
            "All that you see, as text: class:logit, one after the other; then the label, with its "
            "smoothing after a colon, or P and its weights; then the step size and the number of "
            "steps. It is part of the page’s address too: copy either to share this sample, paste "
            "one here to open it.",
        )


def _choose(key: str, label: str, choices: dict, now: object, how: Callable) -> None:
    """One of a few, side by side."""
    st.session_state[key] = now
    st.segmented_control(
        label,
        list(choices),
        format_func=choices.__getitem__,
        required=True,
        key=key,
        on_change=EDITOR.change,
        args=(lambda shown: how(shown, st.session_state[key]),),
    )


def _buttons() -> bool:
    """The buttons, and whether numbers are wanted."""
    full = len(EDITOR.current().names) == limits.MOST_CLASSES
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        EDITOR.button("Add a class", "add", Sample.longer, disabled=full)
        EDITOR.steps()
        return st.toggle("Edit as numbers", key="loss:numbers")


def _show_in(slider: str, value: float) -> None:
    """Give a slider, by its key, what the history has, unless it stands there already.

    One that is set anew jumps back under a hand that has gone on meanwhile.
    """
    now = st.session_state.get(slider, math.nan)
    if not math.isclose(now, value, abs_tol=1e-6):
        left = st.session_state.setdefault(f"{slider}:left", {})
        left[now] = time.monotonic()
        st.session_state[slider] = value


def _slid(slider: str, how: Callable[[Sample, float], Sample]) -> None:
    """Put on show what comes of the sample and the place that a slider was moved to."""
    place = st.session_state[slider]
    # After an undo the browser may still tell where Python took the slider from.
    left = st.session_state.get(f"{slider}:left", {}).get(place, -math.inf)
    if time.monotonic() - left > ECHO:
        EDITOR.change(lambda now: how(now, place))
