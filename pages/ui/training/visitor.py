"""The identity of a visitor: a secret in the browser's storage, which decides who owns a run."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import streamlit as st

COMPONENT = "visitor:component"
TOKEN = "visitor:token"
_ask = st.components.v2.component("visitor", js=(Path(__file__).parent / "visitor.js").read_text())


def greet() -> None:
    """Ask the browser for its secret: once on each page that has runs to own."""
    known = token()
    _ask(key=COMPONENT, data={"proposal": known, "known": known}, on_token_change=_hear)


def token() -> str:
    """The visitor's secret: the browser's, or a proposal until the browser has answered."""
    if TOKEN not in st.session_state:
        st.session_state[TOKEN] = secrets.token_hex(16)
    return str(st.session_state[TOKEN])


def _hear() -> None:
    told = st.session_state.get(COMPONENT, {}).get("token")
    if isinstance(told, str) and re.fullmatch(r"[0-9a-f]{32}", told):
        st.session_state[TOKEN] = told
