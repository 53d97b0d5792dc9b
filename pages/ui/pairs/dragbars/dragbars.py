"""The bars in Python: the data that they show, and the check of each edit."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pages.ui import component
from pages.ui.pairs import state
from pages.ui.pairs.state import Pair

HTML = """
<div class="dragbars">
  <div class="held"><div class="row sums pinned"></div><div class="rows"></div></div>
  <div class="status" role="status"></div>
  <div class="below"></div>
</div>
"""
SCRIPTS = "distributions.js", "readouts.js", "dragbars.js"
SHARED = ["editor"]
# pair: P and Q, with the terms of both directions of KL. forward: the same, with KL(P‖Q) alone and
# fixed names. small: P and Q, with the two divergences. surprisal: P alone, with its surprisals.
# code: P and Q, with the ideal lengths of codewords.
Form = Literal["pair", "forward", "small", "surprisal", "code"]
_mount = component.declare("dragbars", HTML, Path(__file__).parent, *SCRIPTS, shared=SHARED)


def dragbars(
    shown: Pair,
    *,
    form: Form,
    unit: str,
    base: float | None,
    direction: Literal["pq", "qp"] = "pq",
    hidden: bool = False,
    address: Mapping[str, str],
    key: str,
    on_edit: Callable[[], None],
) -> None:
    """P and Q as bars; the formula in one direction; `hidden` shows no value of KL.

    form: the same for the same `key`; address: what the address of the page holds, by name; ""
    for nothing.
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
            "number": component.heard(key),
            "form": form,
            "unit": unit,
            "nats": math.log(base) if base else 1.0,
            "log": "log₂" if base == 2 else "ln",
            "direction": direction,
            "hidden": hidden,
            "least": state.MIN_OUTCOMES,
            "address": dict(address),
        },
        on_edit_change=on_edit,
    )


def checked(edit: Mapping[str, Any], now: Pair) -> Pair:
    """The pair after an edit; the edit comes from a browser and cannot be trusted.

    now: the pair on show; distributions that these bars did not change are taken from it.
    Raises ValueError, in one sentence, for an invalid pair.
    """
    rows: list[Any] = [edit.get(row) for row in ("names", "p", "q", "locked_p", "locked_q")]
    if not all(isinstance(row, list) for row in rows) or not all(
        isinstance(name, str) for name in rows[0]
    ):
        raise ValueError("The browser sent no valid pair.")
    names, p, q, *locked = rows
    if not len(names) == len(p) == len(q):
        raise ValueError("The browser sent no valid pair: its rows differ in length.")
    new = state.checked(names, p, q)
    places = range(len(names))
    for_p, for_q = (frozenset(i for i in places if i in row) for row in locked)
    new = replace(new, locked_p=for_p, locked_q=for_q)
    kept = edit.get("kept")
    if isinstance(kept, list) and new.names == now.names:
        if "p" in kept:
            new = replace(new, p=now.p, locked_p=now.locked_p)
        if "q" in kept:
            new = replace(new, q=now.q, locked_q=now.locked_q)
    return new
