"""Python's side of the components in the browser: declaration, address, edits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

MOST_VALUES, MOST_LETTERS = (
    3_000,
    30_000,
)  # of one edit: many times the size that any component sends
JS = Path(__file__).parent / "js"
DOM = (JS / "dom.js").read_text()  # enough for a component without a style sheet


def declare(
    name: str, html: str, folder: Path, *scripts: str, shared: Iterable[str] = ()
) -> ComponentRenderer:
    """A component from a folder's NAME.css and its scripts, after the shared ones.

    shared: files of js/ besides numbers and dom, by name: "axes" for axes.js and axes.css.
    """
    common = [JS / each for each in ("numbers", "dom", *shared)]
    styles = [each.with_suffix(".css") for each in common]
    return st.components.v2.component(
        name,
        html=html,
        css=_joined(*filter(Path.exists, styles), folder / f"{name}.css"),
        js=_joined(*(each.with_suffix(".js") for each in common), *map(folder.joinpath, scripts)),
    )


def _joined(*files: Path) -> str:
    return "\n".join(file.read_text() for file in files)


_address = st.components.v2.component(
    "address", js=DOM + "export default ({ data }) => putInAddress(data.address);"
)


def put_in_address(key: str, values: Mapping[str, str]) -> None:
    """Set parameters of the page's address; an empty value removes one.

    Not by st.query_params: they may lack parameters that a component has set. Nor by bind=: a bound
    field that Python sets adds to the browser's history each time.
    """
    known = st.query_params.to_dict()  # so that this is written again after Streamlit writes
    _address(key=key, data={"address": values, "known": known})


def edit(key: str) -> Mapping[str, Any] | None:
    """The visitor's edit since the last call, unchecked; None if there is none.

    Edits are numbered in increasing order. Raises ValueError for one that is larger than any
    component sends, as checking it would take time from other visitors.
    """
    last = st.session_state.get(key, {}).get("edit")
    number = last.get("number") if isinstance(last, Mapping) else None
    # A rerun after an interrupted run receives the same edit again.
    if not isinstance(number, int) or number <= heard(key):
        return None
    st.session_state[f"{key}:heard"] = number
    if not _is_small(last):
        raise ValueError("The browser sent more than the page can show.")
    return last


def _is_small(value: object) -> bool:
    values = letters = 0
    waiting = [value]
    while waiting and values <= MOST_VALUES and letters <= MOST_LETTERS:
        each = waiting.pop()
        values += 1
        if isinstance(each, str):
            letters += len(each)
        elif isinstance(each, (list, Mapping)):
            values += len(each)
            if values <= MOST_VALUES:
                waiting += [*each, *each.values()] if isinstance(each, Mapping) else each
    return values <= MOST_VALUES and letters <= MOST_LETTERS


def heard(key: str) -> int:
    """The number of the last edit that was processed."""
    return st.session_state.get(f"{key}:heard", 0)
