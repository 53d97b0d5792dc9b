"""How many outcomes to draw, and which: the widgets, and their place in the page's address."""

from __future__ import annotations

import streamlit as st

from pages.ui import controls
from pages.ui.pairs import samples

FIRST = 100
TYPED, GOOD, SEED = "draws:typed", "draws:good", "draws:seed"


def wanted() -> tuple[int, int, str | None]:
    """How many outcomes to draw, with which seed, and why another number was refused."""
    state, query = st.session_state, st.query_params
    state.setdefault(TYPED, query.get("draws", FIRST))
    if SEED not in state:
        state[SEED] = int(query.get("seed") or 1) if controls.whole("seed") else 1
    try:
        state[GOOD], trouble = samples.checked(state[TYPED]), None
    except ValueError as error:
        trouble = str(error)
    return state.get(GOOD, FIRST), state[SEED], trouble


def address() -> dict[str, str]:
    """What the page's address is to hold of them."""
    n, seed, _ = wanted()
    return {
        "draws": str(n) if n != FIRST else "",
        "seed": str(seed) if seed != 1 else "",
    }


def ask() -> None:
    """How many outcomes to draw, and a button that draws others."""
    n, _, _ = wanted()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        controls.text("How many outcomes", "draws:n", str(n), _take_draws)
        label = f"Draw {n:,} outcome{'s' * (n > 1)}"
        st.button(label, key="draws:again", type="primary", on_click=_draw_again)


def _take_draws(given: str) -> None:
    st.session_state[TYPED] = samples.checked(given)


def _draw_again() -> None:
    st.session_state[SEED] += 1
