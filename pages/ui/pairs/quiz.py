"""The question that comes before the numbers: which direction is larger, and why."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from pages.ui.pairs import prediction as prediction_of
from pages.ui.pairs.pair import Pair

ASKING, OPEN = "predict:on", "predict:open"
ANSWER, JUDGED = "predict:answer", "predict:pair"


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


def ask_again() -> None:
    """Ask for a prediction of what the visitor has just chosen, if that is wanted."""
    state = st.session_state
    state[OPEN] = state.get(ASKING, False)
    state[ANSWER] = state["predict:larger"] = state["predict:reason"] = None


def _answer(shown: Pair) -> None:
    state = st.session_state
    state[ANSWER] = state["predict:larger"], state["predict:reason"]
    state[JUDGED] = shown.unlocked()
    state[OPEN] = False


def _skip() -> None:
    st.session_state[OPEN] = False
