"""What the components in the browser have in common on Python's side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

COMMON = Path(__file__).parent / "browser.js"


def declare(name: str, html: str, folder: Path, *scripts: str) -> ComponentRenderer:
    """A component from a folder's NAME.css and its scripts, which see what browser.js holds."""
    sources = [COMMON, *(folder / script for script in scripts)]
    return st.components.v2.component(
        name,
        html=html,
        css=(folder / f"{name}.css").read_text(),
        js="\n".join(source.read_text() for source in sources),
    )


def edit(key: str) -> Mapping[str, Any] | None:
    """What the visitor has done since this was last asked, unchecked; None for nothing.

    Each edit has a number of its own, greater than those before.
    """
    last = st.session_state.get(key, {}).get("edit")
    number = last.get("number") if isinstance(last, Mapping) else None
    # A run that was interrupted hears of its edit once more.
    if not isinstance(number, int) or number <= heard(key):
        return None
    st.session_state[f"{key}:heard"] = number
    return last


def heard(key: str) -> int:
    """The number of the last edit that was taken up."""
    return st.session_state.get(f"{key}:heard", 0)
