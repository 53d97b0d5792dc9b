"""One class's name, logit and weight, to type: all that sliders and bars can do."""

from __future__ import annotations

import streamlit as st

from pages.ui import controls
from pages.ui.editing.editor import Editor
from pages.ui.loss import limits
from pages.ui.loss.sample import Sample


def numbers(editor: Editor[Sample]) -> None:
    """One class's name, logit and weight, to type."""
    shown = editor.current()
    places = range(len(shown.names))
    which = st.selectbox(
        "Class to change",
        places,
        format_func=lambda place: shown.names[place] if place < len(shown.names) else "",
        key=f"loss:which{len(places)}",
    )
    name, z, weight, drop = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
    controls.text(
        "Name",
        "loss:name",
        shown.names[which],
        lambda typed: editor.put(lambda now: now.renamed(which, typed)),
        place=name,
        longest=limits.MAX_NAME,
    )
    controls.number(
        "Logit",
        "loss:typed",
        shown.logits[which],
        lambda value: editor.put(lambda now: now.with_logit(which, value)),
        place=z,
    )
    if shown.weights:
        controls.number(
            "Weight in P",
            "loss:weight",
            shown.weights[which],
            lambda value: editor.put(lambda now: _with_weight(now, which, value)),
            place=weight,
        )
    drop.button(
        "Remove",
        key="loss:drop",
        disabled=len(places) == limits.LEAST_CLASSES,
        on_click=editor.change,
        args=(lambda now: now.without(which),),
    )


def _with_weight(now: Sample, which: int, weight: float) -> Sample:
    return now.with_weights([*now.weights[:which], weight, *now.weights[which + 1 :]])
