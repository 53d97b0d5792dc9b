"""Widgets → plain values. What a visitor can get wrong is prevented or answered here.

A key without a colon is bound to the page's address; all others are private.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

UNITS = {"bits": 2.0, "nats": None}
WHOLE, DECIMAL = r"\d{1,9}", r"\d{0,3}\.?\d{0,6}"
DIRECTIONS = {"pq": "KL(P‖Q)", "qp": "KL(Q‖P)"}


def unit() -> tuple[str, float | None]:
    """The unit and its logarithm's base."""
    name = st.radio(
        "Unit",
        list(UNITS),
        horizontal=True,
        key="unit",
        bind="query-params",
        help="Bits use the logarithm to base 2, nats the natural one. "
        f"1 nat is {1 / math.log(2):.4g} bits.",
    )
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


def python(script: str, place: DeltaGenerator | None = None) -> None:
    """Python to copy, on the page or in `place`; `frame` gives it colours that can be read.

    It breaks its lines: who has no pointer could not scroll to their ends.
    """
    (place or st).code(script, language="python", wrap_lines=True)


def downloads(*files: tuple[str, str | Callable[[], str | bytes], str, str]) -> None:
    """A button a file: its label, its content or how to make it, its name, its type."""
    with st.container(horizontal=True):
        for label, content, name, kind in files:
            # A rerun would drop the function that draws a picture before it has drawn it.
            st.download_button(label, content, name, kind, on_click="ignore")


def bind(name: str, pattern: str, most: int | None = None) -> Literal["query-params"] | None:
    """Binds a number to the address, unless a link holds something else there.

    Streamlit's number field raises at ?seed=inf.
    """
    told = st.query_params.get(name, "")
    if told and (not re.fullmatch(pattern, told) or (most and int(told) > most)):
        return None
    return "query-params"
