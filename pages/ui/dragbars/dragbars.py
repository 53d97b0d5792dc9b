"""Python's side of the bars: what they show, and what a visitor made of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from pages.ui import pair
from pages.ui.pair import Pair

HERE = Path(__file__).parent
HTML = """
<div class="dragbars">
  <div class="row sums">
    <div class="sum pq"><b>KL(P‖Q)</b><output class="pq"></output><small></small></div>
    <div class="sum qp"><b>KL(Q‖P)</b><output class="qp"></output><small></small></div>
  </div>
  <div class="rows"></div>
  <div class="status" role="status"></div>
  <div class="formula"><span class="head"></span><span class="terms"></span>
    <span class="total"></span></div>
  <p class="note">Each outcome adds its share to each number. <b class="p">Blue</b>: P says that
    the outcome is likelier. <b class="q">Orange</b>: Q does. A share can be negative; the sum
    cannot. What the truth rules out adds 0.</p>
  <p class="note">Drag a bar, or use the arrow, Page, Home and End keys on it; L locks it. A
    probability can be typed: 0.25, 25&nbsp;% or 1/4.</p>
</div>
"""
_mount = st.components.v2.component(
    "dragbars",
    html=HTML,
    css=(HERE / "dragbars.css").read_text(),
    js=(HERE / "dragbars.js").read_text(),
)


def dragbars(
    shown: Pair,
    *,
    unit: str,
    base: float | None,
    direction: Literal["pq", "qp"],
    hidden: bool,
    address: Mapping[str, str],
    key: str,
    on_edit: Callable[[], None],
) -> None:
    """P and Q as bars; the formula in one direction; `hidden` keeps all numbers of KL back.

    `address`: what the page's address is to hold, by name; "" for nothing.
    """
    _mount(
        key=key,
        data={
            "pair": {
                "names": shown.names,
                "p": shown.p,
                "q": shown.q,
                "locked_p": sorted(shown.locked_p),
                "locked_q": sorted(shown.locked_q),
            },
            "number": _heard(key),
            "unit": unit,
            "nats": math.log(base) if base else 1.0,
            "log": "log₂" if base == 2 else "ln",
            "direction": direction,
            "hidden": hidden,
            "least": pair.MIN_OUTCOMES,
            "address": dict(address),
        },
        on_edit_change=on_edit,
    )


def edited(key: str) -> Pair | Literal["undo", "redo"] | None:
    """What the visitor has done since this was last asked; None for nothing.

    Raises ValueError, in one sentence, for what is no pair.
    """
    last = st.session_state.get(key, {}).get("edit")
    number = last.get("number") if isinstance(last, Mapping) else None
    # A run that was interrupted hears of its edit once more.
    if not isinstance(number, int) or number <= _heard(key):
        return None
    st.session_state[f"{key}:heard"] = number
    return checked(last)


def checked(edit: Mapping[str, Any]) -> Pair | Literal["undo", "redo"]:
    """What came from a browser, and so cannot be trusted. Raises ValueError as `edited`."""
    if edit.get("ask") in ("undo", "redo"):
        return edit["ask"]
    rows: list[Any] = [edit.get(row) for row in ("names", "p", "q", "locked_p", "locked_q")]
    if not all(isinstance(row, list) for row in rows) or not all(
        isinstance(name, str) for name in rows[0]
    ):
        raise ValueError("The bars sent what is no pair: nothing was changed.")
    names, p, q, *locked = rows
    if not len(names) == len(p) == len(q):
        raise ValueError("The bars sent rows of different lengths: nothing was changed.")
    places = range(len(names))
    return pair.checked(names, p, q, *(frozenset(i for i in places if i in row) for row in locked))


def _heard(key: str) -> int:
    """The number of the last edit that was taken up."""
    return st.session_state.get(f"{key}:heard", 0)
