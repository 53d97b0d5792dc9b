"""The editor of two distributions: rows of weights, presets, undo, and the code that holds all.

A key without a colon is bound to the page's address; all others are private.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui import pair, words
from pages.ui.pair import PRESETS, Pair

CODE = "pq"  # the key of the visible code, and its name in the URL
TRAIL = "pair:trail"  # the pairs so far, the last one on show
WEIGHT_WIDTH, BUTTON_WIDTH = 88, 42  # pixels: a row fits a phone


def presets() -> None:
    """One button for each pair worth looking at."""
    st.markdown("**Start from**")
    with st.container(horizontal=True, gap="small"):
        for number, preset in enumerate(PRESETS):
            st.button(preset.title, key=f"preset:{number}", on_click=_set, args=(preset.pair,))


def two_distributions() -> Pair:
    """The editor of P and Q. The visible code, which is also in the URL, is its memory."""
    editor = st.container()
    code = st.text_input(
        "Distribution code",
        PRESETS[0].pair.encode(),
        max_chars=pair.MAX_CODE,
        key=CODE,
        bind="query-params",
        help="All that you see, as text: name:P:Q, one outcome after the other. It is part of "
        "the page's address too: copy either to share this pair, paste one here to open it.",
    )
    trail = st.session_state.setdefault(TRAIL, [])
    try:
        current = pair.decode(code or "")
    except ValueError as error:
        current = trail[-1] if trail else PRESETS[0].pair
        instead = "the last pair that could be read" if trail else "the first example"
        st.error(f"{words.plain(str(error))} Shown is {instead}.", icon="⚠️")
    if trail[-1:] != [current]:
        trail.append(current)
        del trail[:-50]
    with editor:
        _rows(current)
        _buttons(current)
    return current


def _rows(current: Pair) -> None:
    with _row():
        st.markdown("Outcome", width="stretch")
        st.markdown("weight in :blue[**P**]", width=WEIGHT_WIDTH)
        st.markdown("weight in :orange[**Q**]", width=WEIGHT_WIDTH)
        st.markdown("", width=BUTTON_WIDTH)
    for index, name in enumerate(current.names):
        # The code decides; the widgets only show it.
        for part, value in (("name", name), ("p", current.p[index]), ("q", current.q[index])):
            st.session_state[f"pair:{part}{index}"] = value
        with _row():
            st.text_input(
                f"Name of outcome {index + 1}",
                key=f"pair:name{index}",
                max_chars=pair.MAX_NAME,
                label_visibility="collapsed",
                on_change=_edit,
                args=(current,),
            )
            for part in "pq":
                st.number_input(
                    f"{part.upper()}, {name}",
                    0.0,
                    pair.MAX_WEIGHT,
                    step=0.1,
                    format="%g",
                    key=f"pair:{part}{index}",
                    label_visibility="collapsed",
                    width=WEIGHT_WIDTH,
                    on_change=_edit,
                    args=(current,),
                )
            # The frame's style hides the label from view: the icon is enough for the eye.
            st.button(
                f"Remove {words.plain(name)}",
                icon="🗑️",
                key=f"pair:drop{index}",
                width=BUTTON_WIDTH,
                disabled=len(current.names) == pair.MIN_OUTCOMES,
                on_click=_set,
                args=(current.without(index),),
            )


def _row() -> DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall")


def _buttons(current: Pair) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Add an outcome",
            key="pair:add",
            disabled=len(current.names) == pair.MAX_OUTCOMES,
            on_click=_set,
            args=(current.longer(),),
        )
        st.button("Swap P and Q", key="pair:swap", on_click=_set, args=(current.swapped(),))
        trail = st.session_state[TRAIL]
        first = len(trail) < 2 and st.session_state[CODE] == trail[0].encode()
        st.button("Undo", key="pair:back", disabled=first, on_click=_undo)


def _edit(before: Pair) -> None:
    """What the widgets show, back into the code. A name that is empty or taken is refused."""
    count = len(before.names)
    state = st.session_state
    names = [pair.tidy_name(state[f"pair:name{i}"] or "") for i in range(count)]
    if "" in names or len(set(names)) < count:
        st.toast("Each outcome needs a name of its own: the old name stays.", icon="⚠️")
        names = list(before.names)
    p, q = (tuple(state[f"pair:{part}{i}"] for i in range(count)) for part in "pq")
    _set(Pair(tuple(names), p, q))


def _set(new: Pair) -> None:
    st.session_state[CODE] = new.encode()


def _undo() -> None:
    trail = st.session_state[TRAIL]
    # A code that could not be read never came on the trail: then the last pair is the one before.
    if len(trail) > 1 and st.session_state[CODE] == trail[-1].encode():
        trail.pop()
    _set(trail[-1])
