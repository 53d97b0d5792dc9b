"""Predict first: a question before a preset's numbers, and the verdict on its answer."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import streamlit as st

from pages.ui import content
from pages.ui import formatting as fmt
from pages.ui.pairs import prose
from pages.ui.pairs.results import ROUNDING, Direction, Results
from pages.ui.pairs.state import Pair

ON, OPEN = "predict:on", "predict:open"
ANSWER, ANSWERED = "predict:answer", "predict:pair"
NAMED = 3  # so many outcomes are named in a sentence, the others are counted

LARGER = {
    "pq": "KL(P‖Q)",
    "qp": "KL(Q‖P)",
    "same": f"neither: within {prose.ABOUT:.0%} of each other",
}
REASONS = {
    "p": "Q is caught out more: something that P expects is rarer under Q, or impossible.",
    "q": "P is caught out more: something that Q expects is rarer under P, or impossible.",
    "both": "Each is caught out by the other about equally.",
}
REASON_FOR = {"pq": "p", "qp": "q", "same": "both"}
OPENINGS = {  # whether the direction is right, and whether the reason is
    (True, True): "**Right, and for the right reason.**",
    (True, False): "**Your direction is right, your reason is not.**",
    (False, True): "**Your reason is right, your direction is not.**",
    (False, False): "**Neither your direction nor your reason is right.**",
}


def prediction(shown: Pair) -> tuple[str, str] | Literal["open"] | None:
    """The visitor's answer about a preset: which direction is larger, and why.

    "open" until it is given; None if it was about another pair, or nothing was asked.
    """
    session = st.session_state
    if session.get(OPEN):
        return "open"
    return session.get(ANSWER) if session.get(ANSWERED) == shown.unlocked() else None


def ask(shown: Pair) -> None:
    """The two questions, and buttons to check the answers or to skip them."""
    with st.container(border=True):
        st.markdown(content.text("asymmetry/predict-first"))
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
                ("Larger is", LARGER, "predict:larger"),
                ("Because", REASONS, "predict:reason"),
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
    """A toggle: whether presets ask for a prediction."""
    st.toggle(
        content.heading("asymmetry/predict-first"),
        True,
        key=ON,
        on_change=_skip,
        help="Each start asks what you expect before it shows its numbers.",
    )


def ask_again() -> None:
    """Ask about the preset that the visitor has just chosen, unless the toggle is off."""
    session = st.session_state
    session[OPEN] = session.get(ON, False)
    session[ANSWER] = session["predict:larger"] = session["predict:reason"] = None


def _answer(shown: Pair) -> None:
    session = st.session_state
    session[ANSWER] = session["predict:larger"], session["predict:reason"]
    session[ANSWERED] = shown.unlocked()
    session[OPEN] = False


def _skip() -> None:
    st.session_state[OPEN] = False


def verdict(results: Results, larger: str, reason: str) -> str:
    """Whether a prediction (keys of LARGER and REASONS) is right, with what decides it."""
    true = larger_direction(results)
    right = larger == true, reason == REASON_FOR[true]
    if true == "same":
        return f"{OPENINGS[right]} {_about_the_same(results)}"
    way, other = (results.pq, results.qp) if true == "pq" else (results.qp, results.pq)
    roles = (
        ""
        if right[0]
        else f" In {way.name}, {way.truth} says what happens and {way.model} is surprised by it."
    )
    unit = results.unit
    return (
        f"{OPENINGS[right]} {way.name} is larger: {fmt.quantity(way.kl, unit)}, against "
        f"{fmt.quantity(other.kl, unit)} for {other.name}. {_caught_out(way)}{roles}"
    )


def larger_direction(results: Results) -> str:
    """The right key of LARGER; two infinities are the same."""
    pq, qp = results.pq.kl, results.qp.kl
    if math.isclose(pq, qp, rel_tol=prose.ABOUT):
        return "same"
    return "pq" if pq > qp else "qp"


def _caught_out(way: Direction) -> str:
    """The outcomes that decide a direction, and how the model is caught out by them."""
    one, listed = len(way.decisive) == 1, _listed(way)
    if math.isinf(way.kl):
        return (
            f"{listed}: {way.truth} expects {'it' if one else 'them'} and {way.model} calls "
            f"{'it' if one else 'them'} impossible, so {way.model} is caught out without bound."
        )
    return f"{listed} {'adds' if one else 'add'} most to it, so {way.model} is caught out more."


def _about_the_same(results: Results) -> str:
    """Why the two directions are about the same."""
    pq, qp = results.pq, results.qp
    infinite = math.isinf(pq.kl)
    both = (
        f"{'Both are infinite' if infinite else 'The two are about the same'}: KL(P‖Q) is "
        f"{fmt.quantity(pq.kl, results.unit)}, KL(Q‖P) {fmt.quantity(qp.kl, results.unit)}."
    )
    if np.allclose(results.p, results.q, rtol=ROUNDING, atol=0):
        return f"{both} P and Q are the same distribution, so neither is ever caught out."
    by_p, by_q = _listed(pq), _listed(qp)
    if infinite:
        return f"{both} Q calls impossible what P expects: {by_p}. And P rules out {by_q}."
    return (
        f"{both} Q is caught out most by {by_p}, P by {by_q}; over all outcomes the two come to "
        "about the same."
    )


def _listed(way: Direction) -> str:
    """The outcomes that decide a direction: "“snow” (P 0.1, Q 0) and 2 more"."""
    names, p, q = way.results.pair.names, way.results.p, way.results.q
    named = [
        f"“{fmt.plain(names[i])}” (P {fmt.number(p[i])}, Q {fmt.number(q[i])})"
        for i in way.decisive[:NAMED]
    ]
    more = len(way.decisive) - len(named)
    return fmt.join([*named, f"{more} more"] if more else named)
