"""Which finished runs to lay over each other."""

from __future__ import annotations

import streamlit as st

from models.spec import Run
from pages.ui.runs import lab


def to_compare() -> list[Run]:
    """The finished runs that the visitor wants to lay over each other."""
    queue = lab.look()
    finished = {**lab.recorded(), **lab.visitors(queue)}
    titles = lab.choices(queue)
    if "runs" in st.session_state:  # one of them may be gone since
        st.session_state["runs"] = [n for n in st.session_state["runs"] if n in finished]
    chosen = st.multiselect(
        "Runs",
        list(finished),
        list(lab.recorded())[:2],
        format_func=lambda name: titles.get(name, name),
        max_selections=8,
        key="runs",
        bind="query-params",
    )
    return [finished[name] for name in chosen]
