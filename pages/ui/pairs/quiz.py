"""Predict first: a question before a preset shows its numbers, and the verdict on the answer."""

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
NAMED = 3  # outcomes that a sentence names; it counts the others

LARGER = {
    "pq": "KL(P‖Q)",
    "qp": "KL(Q‖P)",
    "same": f"neither: they differ by at most {100 * prose.ABOUT:g}\N{NO-BREAK SPACE}%",
}
REASONS = {
    "p": "Q gives too little probability, or none, to an outcome that is likelier under P.",
    "q": "P gives too little probability, or none, to an outcome that is likelier under Q.",
    "both": "Both of these, to about the same extent.",
}
REASON_FOR = {"pq": "p", "qp": "q", "same": "both"}
OPENINGS = {  # by whether the divergence is right, and whether the reason is
    (True, True): "**Right, and for the right reason.**",
    (True, False): "**Right divergence, wrong reason.**",
    (False, True): "**Right reason, wrong divergence.**",
    (False, False): "**Wrong divergence and wrong reason.**",
}


def prediction(shown: Pair) -> tuple[str, str] | Literal["open"] | None:
    """The visitor's answer about a preset: which divergence is larger, and why.

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
                ("Larger divergence", LARGER, "predict:larger"),
                ("Reason", REASONS, "predict:reason"),
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
            st.button("Show the numbers", on_click=_skip)


def predict_first() -> None:
    """A toggle: whether presets ask for a prediction."""
    st.toggle(
        content.heading("asymmetry/predict-first"),
        True,
        key=ON,
        on_change=_skip,
        help="Each preset asks which divergence is larger before it shows the numbers.",
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
    """Whether a prediction (keys of LARGER and REASONS) is right, and the largest terms."""
    true = larger_direction(results)
    right = larger == true, reason == REASON_FOR[true]
    if true == "same":
        return f"{OPENINGS[right]} {_about_the_same(results)}"
    way, other = (results.pq, results.qp) if true == "pq" else (results.qp, results.pq)
    weights = "" if right[0] else f" {way.name} is a mean over {way.truth}."
    unit = results.unit
    return (
        f"{OPENINGS[right]} {way.name} is larger: {fmt.quantity(way.kl, unit)}, against "
        f"{fmt.quantity(other.kl, unit)} for {other.name}. {_why(way)}{weights}"
    )


def larger_direction(results: Results) -> str:
    """The right key of LARGER; two infinities are the same."""
    pq, qp = results.pq.kl, results.qp.kl
    if math.isclose(pq, qp, rel_tol=prose.ABOUT):
        return "same"
    return "pq" if pq > qp else "qp"


def _why(way: Direction) -> str:
    """The outcomes with the largest terms, and what makes them large."""
    one, listed = len(way.largest_terms) == 1, _listed(way)
    if math.isinf(way.kl):
        return (
            f"{way.model} gives probability 0 to {listed}, but {way.truth} does not: "
            f"{'its term is' if one else 'their terms are'} infinite."
        )
    return f"The largest term{' is that' if one else 's are those'} of {listed}."


def _about_the_same(results: Results) -> str:
    """Why the two divergences are about the same."""
    pq, qp = results.pq, results.qp
    infinite = math.isinf(pq.kl)
    both = (
        f"{'Both are infinite' if infinite else 'The two are about the same'}: KL(P‖Q) is "
        f"{fmt.quantity(pq.kl, results.unit)}, KL(Q‖P) {fmt.quantity(qp.kl, results.unit)}."
    )
    if np.allclose(results.p, results.q, rtol=ROUNDING, atol=0):
        return f"{both} P and Q are the same distribution, so every term is 0."
    by_p, by_q = _listed(pq), _listed(qp)
    if infinite:
        return f"{both} Q gives probability 0 to {by_p}. P gives probability 0 to {by_q}."
    return (
        f"{both} The largest term of KL(P‖Q) is that of {by_p}; of KL(Q‖P), that of {by_q}. The "
        "sums over all outcomes are about the same."
    )


def _listed(way: Direction) -> str:
    """The outcomes with the largest terms: "“snow” (P 0.1, Q 0) and 2 more"."""
    names, p, q = way.results.pair.names, way.results.p, way.results.q
    named = [
        f"“{fmt.plain(names[i])}” (P {fmt.number(p[i])}, Q {fmt.number(q[i])})"
        for i in way.largest_terms[:NAMED]
    ]
    more = len(way.largest_terms) - len(named)
    return fmt.join([*named, f"{more} more"] if more else named)
