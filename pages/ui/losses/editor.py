"""The widgets around a sample: presets, logits, the target, the way down, and the code.

A key without a colon is also in the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.ui import component, controls, frame, words
from pages.ui.losses import fields, limits
from pages.ui.losses.doing import (
    BARS,
    TRAIL,
    after_bars,
    change,
    show_in,
    slid,
    start,
    take_from_bars,
)
from pages.ui.losses.presets import PRESETS, SamplePreset
from pages.ui.losses.sample import Kind, Sample
from pages.ui.pairs.dragbars import dragbars
from pages.ui.pairs.pair import Pair

KINDS: dict[Kind, str] = {"label": "A label", "smoothed": "A smoothed label", "hand": "By hand"}
SLOPES = {False: "exact", True: "Keras’s"}
IN_A_ROW = 5  # sliders below each other, before there are two columns of them


def presets() -> None:
    """One button for each sample worth looking at."""
    st.markdown("**Start from**")
    with st.container(horizontal=True, gap="small"):
        for each in PRESETS:
            st.button(each.title, key=f"loss:{each.key}", on_click=start, args=(each.sample,))


def preset() -> SamplePreset | None:
    """The preset that the sample on show was made from, with its classes as they were."""
    began, shown = TRAIL.origin(), TRAIL.current()
    return next((p for p in PRESETS if p.sample == began and began.names == shown.names), None)


def address() -> None:
    """Put the sample into the page's address."""
    component.put_in_address("loss:address", {TRAIL.address: TRAIL.in_address()})


def logits() -> None:
    """A slider for each class's logit."""
    shown = TRAIL.current()
    columns = st.columns(2) if len(shown.names) > IN_A_ROW else [st.container()]
    for place in range(len(shown.names)):
        with columns[place * len(columns) // len(shown.names)]:
            _logit(place)


def lower() -> None:
    """A press that takes the true class's logit as far down as it goes."""
    # No second slider for it: what the browser tells late of one would take back the other.
    lowest = TRAIL.current().logits[TRAIL.current().true] == limits.LOW
    st.button(
        "Take it down all the way",
        key="loss:lower",
        on_click=change,
        args=(lambda now: now.with_logit(now.true, limits.LOW),),
        disabled=lowest,
    )


def _logit(place: int) -> None:
    """A slider for one class's logit."""
    shown, key = TRAIL.current(), f"loss:z{place}"
    show_in(key, shown.logits[place])  # the trail decides; the widgets only show it
    st.slider(
        f"Logit of {words.plain(shown.names[place])}",
        limits.LOW,
        limits.HIGH,
        step=0.1,
        format="%.4g",
        key=key,
        on_change=slid,
        args=(key, lambda now, value: now.with_logit(place, value)),
    )


def target() -> None:
    """How the target P is given, and its own widgets."""
    shown = TRAIL.current()
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
                on_change=change,
                args=(lambda now: now.with_label(st.session_state[key]),),
            )
    if shown.kind == "smoothed":
        show_in("loss:smoothing", shown.smoothing or 0.0)
        st.slider(
            "Smoothing: the share that is spread over all classes",
            0.0,
            limits.MOST_SMOOTHING,
            step=0.01,
            key="loss:smoothing",
            on_change=slid,
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
            on_edit=take_from_bars,
        )


def descent() -> None:
    """How to go downhill."""
    way = TRAIL.current().descent
    rate, steps = st.columns(2, gap="medium")
    show_in("loss:rate", way.rate)
    show_in("loss:steps", way.steps)
    rate.slider(
        "Step size",
        limits.SLOWEST,
        limits.FASTEST,
        step=0.1,
        format="%.4g",
        key="loss:rate",
        on_change=slid,
        args=("loss:rate", lambda now, value: now.with_descent(rate=value)),
    )
    steps.slider(
        "Steps",
        1,
        limits.MOST_STEPS,
        key="loss:steps",
        on_change=slid,
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
    with frame.controls("sample"):
        if _buttons():
            with st.container(border=True):
                fields.numbers()
        says = (
            "All that you see, as text: class:logit, one after the other; then the label, with its "
            "smoothing after a colon, or P and its weights; then the step size and the number of "
            "steps. It is part of the page’s address too: copy either to share this sample, paste "
            "one here to open it."
        )
        controls.code(TRAIL, "Sample code", says, take_from_bars)


def _choose(key: str, label: str, choices: dict, now: object, how: Callable) -> None:
    """One of a few, side by side."""
    st.session_state[key] = now
    st.segmented_control(
        label,
        list(choices),
        format_func=choices.__getitem__,
        required=True,
        key=key,
        on_change=change,
        args=(lambda shown: how(shown, st.session_state[key]),),
    )


def _buttons() -> bool:
    """The buttons, and whether numbers are wanted."""
    shown = TRAIL.current()
    full = len(shown.names) == limits.MOST_CLASSES
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            "Add a class", key="loss:add", disabled=full, on_click=change, args=(Sample.longer,)
        )
        for label, key, disabled, act in (
            ("Undo", "loss:back", not TRAIL.can_undo(), TRAIL.undo),
            ("Redo", "loss:on", not TRAIL.can_redo(), TRAIL.redo),
            ("Reset", "loss:reset", shown == TRAIL.origin(), TRAIL.reset),
        ):
            st.button(label, key=key, disabled=disabled, on_click=after_bars, args=(act,))
        return st.toggle("Edit as numbers", key="loss:numbers")
