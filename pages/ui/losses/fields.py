"""One class's name, logit and weight, to type: all that sliders and bars can do."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.losses import limits
from pages.ui.losses.doing import TRAIL, change
from pages.ui.losses.sample import Sample


def numbers() -> None:
    """One class's name, logit and weight, to type."""
    shown = TRAIL.current()
    places = range(len(shown.names))
    which = st.selectbox(
        "Class to change",
        places,
        format_func=lambda place: shown.names[place] if place < len(shown.names) else "",
        key=f"loss:which{len(places)}",
    )
    name, z, weight, drop = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
    st.session_state["loss:name"] = shown.names[which]
    name.text_input(
        "Name",
        key="loss:name",
        max_chars=limits.MAX_NAME,
        on_change=change,
        args=(lambda now: now.renamed(which, st.session_state["loss:name"] or ""),),
    )
    # No bounds: what is out of them gets a sentence.
    _field(z, "Logit", "loss:typed", shown.logits[which], which, Sample.with_logit)
    if shown.weights:
        _field(weight, "Weight in P", "loss:weight", shown.weights[which], which, _with_weight)
    drop.button(
        "Remove",
        key="loss:drop",
        disabled=len(places) == limits.LEAST_CLASSES,
        on_click=change,
        args=(lambda now: now.without(which),),
    )


def _field(
    where: DeltaGenerator, label: str, key: str, value: float, which: int, how: Callable
) -> None:
    st.session_state[key] = float(value)
    where.number_input(
        label,
        step=0.1,
        format="%.4g",
        key=key,
        on_change=change,
        args=(lambda now: how(now, which, st.session_state[key] or 0.0),),
    )


def _with_weight(now: Sample, which: int, weight: float) -> Sample:
    return now.with_weights([*now.weights[:which], weight, *now.weights[which + 1 :]])
