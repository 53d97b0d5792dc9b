"""What the components in the browser have in common on Python's side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

MOST_VALUES, MOST_LETTERS = 3_000, 30_000  # of one edit: many times what any component sends
JS = Path(__file__).parent / "js"
DOM = (JS / "dom.js").read_text()  # with which a component without looks can begin


def declare(
    name: str, html: str, folder: Path, *scripts: str, shared: Iterable[str] = ()
) -> ComponentRenderer:
    """A component from a folder's NAME.css and its scripts, after what all share.

    That is numbers, dom and what else of js/ is `shared`, by name: "axes" for axes.js and axes.css.
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
    """Put values under their names into the page's address; an empty one takes its name out.

    Not by st.query_params: they may lack what a component has put into the address. Nor by bind=:
    a bound field that Python sets adds to the browser's history each time.
    """
    known = st.query_params.to_dict()  # where Streamlit writes, this is written once more
    _address(key=key, data={"address": values, "known": known})


def edit(key: str) -> Mapping[str, Any] | None:
    """What the visitor has done since this was last asked, unchecked; None for nothing.

    Each edit has a number of its own, greater than those before. Raises ValueError for one that is
    larger than any can be: who sends it must not take the time of others.
    """
    last = st.session_state.get(key, {}).get("edit")
    number = last.get("number") if isinstance(last, Mapping) else None
    # A run that was interrupted hears of its edit once more.
    if not isinstance(number, int) or number <= heard(key):
        return None
    st.session_state[f"{key}:heard"] = number
    if not _is_small(last):
        raise ValueError("The page sent more than it can show: nothing was changed.")
    return last


def _is_small(told: object) -> bool:
    values = letters = 0
    waiting = [told]
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
    """The number of the last edit that was taken up."""
    return st.session_state.get(f"{key}:heard", 0)
