"""The widgets around a sample: logits, the target, the descent, numbers, and the share text.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui import component, content, controls, layout
from pages.ui import formatting as fmt
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import ECHO, History
from pages.ui.loss import state
from pages.ui.loss.presets import HOME
from pages.ui.loss.state import Kind, Sample
from pages.ui.pairs.dragbars import checked, dragbars
from pages.ui.pairs.state import Pair

BARS = "loss:bars"
KINDS: dict[Kind, str] = {"label": "One-hot", "smoothed": "Smoothed", "hand": "Soft, by hand"}
GRADIENTS = {False: "exact", True: "Keras’s"}
IN_A_COLUMN = 5  # sliders; of more there are two columns


def _with_bars(edit: Mapping[str, Any], now: Sample) -> Sample:
    weights = now.weights or (1.0,) * len(now.names)  # the target may have changed its kind
    bars = checked(edit, Pair(now.names, weights, weights))
    return now.with_bars(bars.names, bars.p)


EDITOR = Editor(
    History("loss", "logits", HOME, state.decode),
    {BARS: _with_bars},
    alike=lambda began, now: began.names == now.names,
)


def address() -> None:
    """Put the sample into the page's address."""
    component.put_in_address("loss:address", EDITOR.address())


def logits() -> None:
    """A slider for each class's logit."""
    shown = EDITOR.current()
    columns = st.columns(2) if len(shown.names) > IN_A_COLUMN else [st.container(gap=None)]
    for place, (name, z) in enumerate(zip(shown.names, shown.logits, strict=True)):
        _slider(
            columns[place * len(columns) // len(shown.names)],
            f"Logit of {fmt.plain(name)}",
            f"loss:z{place}",
            (state.LOW, state.HIGH, z),
            lambda now, value, place=place: now.with_logit(place, value),
            step=0.1,
            format="%.4g",
        )


def lower() -> None:
    """A button that sets the true class's logit to its lowest value."""
    # Not a second slider: a late report of one would undo the other.
    shown = EDITOR.current()
    EDITOR.button(
        f"Set the logit of {fmt.plain(shown.names[shown.true])} to −20",
        "lower",
        lambda now: now.with_logit(now.true, state.LOW),
        disabled=shown.logits[shown.true] == state.LOW,
    )


def target() -> None:
    """The kind of label P, and its own widgets."""
    shown = EDITOR.current()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        _choose("loss:kind", "Label P", KINDS, shown.kind, Sample.of_kind)
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
        _slider(
            st.container(),
            "Label smoothing α: the probability spread over all classes",
            "loss:smoothing",
            (0.0, state.MOST_SMOOTHING, shown.smoothing or 0.0),
            Sample.with_smoothing,
            step=0.01,
        )
    if shown.kind == "hand":
        dragbars(
            Pair(shown.names, shown.weights, shown.weights),
            form="surprisal",
            unit="nats",
            base=None,
            address={},
            key=BARS,
            on_edit=EDITOR.receive,
        )


def descent() -> None:
    """Settings of the gradient descent."""
    settings = EDITOR.current().descent
    place = st.container()
    _slider(
        place,
        "Step size",
        "loss:rate",
        (state.SLOWEST, state.FASTEST, settings.rate),
        lambda now, value: now.with_descent(rate=value),
        step=0.1,
        format="%.4g",
    )
    _slider(
        place,
        "Steps",
        "loss:steps",
        (1, state.MOST_STEPS, settings.steps),
        lambda now, value: now.with_descent(steps=value),
    )
    _choose(
        "loss:keras",
        "Gradient",
        GRADIENTS,
        settings.keras,
        lambda now, keras: now.with_descent(keras=keras),
    )


def other_ways() -> None:
    """Buttons, numbers if wanted, and the share text."""
    with layout.controls("sample"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            full = len(EDITOR.current().names) == state.MOST_CLASSES
            EDITOR.button("Add a class", "add", Sample.longer, disabled=full)
            EDITOR.steps()
            wanted = st.toggle("Edit as numbers", key="loss:numbers")
        if wanted:
            with st.container(border=True):
                _numbers()
        EDITOR.share_text(content.heading("loss/share-text"), content.text("loss/share-text"))


def _numbers() -> None:
    """Fields for a class's name, logit and weight, as an alternative to dragging."""
    shown = EDITOR.current()
    places = range(len(shown.names))
    which = st.selectbox(
        "Class",
        places,
        format_func=lambda place: shown.names[place] if place < len(shown.names) else "",
        key=f"loss:which{len(places)}",
    )

    def put(change: Callable[[Sample, int, Any], Sample]) -> Callable[[Any], None]:
        return lambda value: EDITOR.put(lambda now: change(now, which, value))

    name, z, weight, drop = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
    controls.text(
        "Name",
        "loss:name",
        shown.names[which],
        put(Sample.renamed),
        place=name,
        longest=state.MAX_NAME,
    )
    controls.number("Logit", "loss:typed", shown.logits[which], put(Sample.with_logit), place=z)
    if shown.weights:
        now, to = shown.weights[which], put(Sample.with_weight)
        controls.number("Weight in P", "loss:weight", now, to, place=weight)
    with drop:
        few = len(places) == state.LEAST_CLASSES
        EDITOR.button("Remove", "drop", lambda now: now.without(which), disabled=few)


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


def _slider(
    place: DeltaGenerator,
    label: str,
    key: str,
    low_high_now: tuple[float, float, float],
    change: Callable[..., Sample],
    **options: Any,
) -> None:
    """A slider that shows the current state; `change` receives the value it was moved to.

    Setting it would move it back under a hand that is still dragging, so it is set only if its
    value differs.
    """
    low, high, value = low_high_now
    now = st.session_state.get(key, math.nan)
    if not math.isclose(now, value, abs_tol=1e-6):
        st.session_state.setdefault(f"{key}:left", {})[now] = time.monotonic()
        st.session_state[key] = value
    place.slider(label, low, high, key=key, on_change=_slid, args=(key, change), **options)


def _slid(slider: str, change: Callable[..., Sample]) -> None:
    """Change the sample by the value that a slider was moved to."""
    place = st.session_state[slider]
    # After an undo the browser may still report the value that the undo replaced.
    left = st.session_state.get(f"{slider}:left", {}).get(place, -math.inf)
    if time.monotonic() - left > ECHO:
        EDITOR.change(lambda now: change(now, place))
