"""Widgets → plain values. What a visitor can get wrong is prevented or answered here.

A key without a colon is bound to the page's address; all others are private.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st

from pages.ui import draws as draws_of
from pages.ui import prediction as prediction_of
from pages.ui.pair import Pair

UNITS = {"bits": 2.0, "nats": None}
DIRECTIONS = {"pq": "KL(P‖Q)", "qp": "KL(Q‖P)"}
ASKING, OPEN = "predict:on", "predict:open"
ANSWER, JUDGED = "predict:answer", "predict:pair"
FIRST_DRAWS = 100
TYPED, GOOD, SEED = "draws:typed", "draws:good", "draws:seed"


def unit() -> tuple[str, float | None]:
    """The unit and its logarithm's base."""
    name = st.radio("Unit", list(UNITS), horizontal=True, key="unit", bind="query-params")
    return name, UNITS[name]


def direction() -> Literal["pq", "qp"]:
    """Which direction of KL the formula spells out."""
    chosen = st.segmented_control(
        "Spell out",
        list(DIRECTIONS),
        default="pq",
        format_func=DIRECTIONS.__getitem__,
        required=True,
        key="direction",
        bind="query-params",
    )
    return "qp" if chosen == "qp" else "pq"


def draws() -> tuple[int, int, str | None]:
    """How many outcomes to draw, with which seed, and why another number was refused."""
    state, query = st.session_state, st.query_params
    state.setdefault(TYPED, query.get("draws", FIRST_DRAWS))
    if SEED not in state:
        seed = query.get("seed", "")
        state[SEED] = int(seed) if seed.isascii() and seed.isdigit() and len(seed) < 10 else 1
    try:
        state[GOOD], trouble = draws_of.checked(state[TYPED]), None
    except ValueError as error:
        trouble = str(error)
    return state.get(GOOD, FIRST_DRAWS), state[SEED], trouble


def draws_address() -> dict[str, str]:
    """What the page's address is to hold of them."""
    n, seed, _ = draws()
    return {
        "draws": str(n) if n != FIRST_DRAWS else "",
        "seed": str(seed) if seed != 1 else "",
    }


def ask_for_draws() -> None:
    """How many outcomes to draw, and a button that draws others."""
    n, _, _ = draws()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.session_state.setdefault("draws:n", n)
        st.number_input("How many outcomes", step=100, key="draws:n", on_change=_take_draws)
        st.button(f"Draw {n:,} outcomes", type="primary", on_click=_draw_again)


def downloads(*files: tuple[str, str | Callable[[], str | bytes], str, str]) -> None:
    """A button a file: its label, its content or how to make it, its name, its type."""
    with st.container(horizontal=True):
        for label, content, name, kind in files:
            # A rerun would drop the function that draws a picture before it has drawn it.
            st.download_button(label, content, name, kind, on_click="ignore")


def prediction(shown: Pair) -> tuple[str, str] | Literal["open"] | None:
    """What the visitor predicts of a preset: which direction is larger, and why.

    "open" until it is said; None where it is of another pair, or nothing was asked.
    """
    state = st.session_state
    if state.get(OPEN):
        return "open"
    return state.get(ANSWER) if state.get(JUDGED) == shown.unlocked() else None


def ask(shown: Pair) -> None:
    """The questions that a prediction answers."""
    with st.container(border=True):
        st.markdown("**Predict first.** Look at the bars: which of the two numbers is larger?")
        larger, reason = (
            st.radio(
                label,
                list(choices),
                index=None,
                format_func=choices.__getitem__,
                key=key,
                horizontal=key == "predict:larger",
            )
            for label, choices, key in (
                ("Larger is", prediction_of.LARGER, "predict:larger"),
                ("Because", prediction_of.REASONS, "predict:reason"),
            )
        )
        with st.container(horizontal=True):
            st.button(
                "Check my prediction",
                type="primary",
                disabled=larger is None or reason is None,
                on_click=_answer,
                args=(shown,),
            )
            st.button("Just show me", on_click=_skip)


def predict_first() -> None:
    """Whether presets ask for a prediction."""
    st.toggle(
        "Predict first",
        True,
        key=ASKING,
        on_change=_skip,
        help="Each start asks what you expect before it shows its numbers.",
    )


def ask_for_prediction() -> None:
    """Ask for a prediction of what the visitor has just chosen, if that is wanted."""
    state = st.session_state
    state[OPEN] = state.get(ASKING, False)
    state[ANSWER] = state["predict:larger"] = state["predict:reason"] = None


def _take_draws() -> None:
    st.session_state[TYPED] = st.session_state["draws:n"]


def _draw_again() -> None:
    st.session_state[SEED] += 1


def _answer(shown: Pair) -> None:
    state = st.session_state
    state[ANSWER] = state["predict:larger"], state["predict:reason"]
    state[JUDGED] = shown.unlocked()
    state[OPEN] = False


def _skip() -> None:
    st.session_state[OPEN] = False
