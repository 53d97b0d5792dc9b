"""Python's side of the maps: what they show, and what a visitor made of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pages.ui import component
from pages.ui.fitting import state
from pages.ui.fitting.results import Results
from pages.ui.fitting.state import Fit

HTML = '<div class="fitmap"></div>'
SCRIPTS = "divergences.js", "contours.js", "maps.js", "line.js", "steps.js", "grips.js", "fitmap.js"
SHARED = "axes", "handles", "editor"
_mount = component.declare("fitmap", HTML, Path(__file__).parent, *SCRIPTS, shared=SHARED)
LIMITS = {
    "low": state.LOW,
    "high": state.HIGH,
    "narrowest": state.NARROWEST,
    "widest": state.WIDEST,
}


def fitmap(
    results: Results,
    *,
    unit: str,
    base: float | None,
    step: int = 0,
    address: Mapping[str, str],
    key: str,
    on_edit: Callable[[], None],
) -> None:
    """P and Q, and both divergences over every Gaussian, with the paths that kl_core computes.

    step: of the searches, at which the page is opened; `address`: what the page's address is to
    hold, by name; "" for nothing.
    """
    fit = results.fit
    _mount(
        key=key,
        data={
            "fit": {"hills": fit.hills, "bins": fit.bins, "q": fit.q},
            "number": component.heard(key),
            "results": {
                "pq": results.covering,
                "qp": results.seeking.path if results.seeking else (),
                "ends": results.ends,
            },
            "limits": LIMITS,
            "step": step,
            "unit": unit,
            "nats": math.log(base) if base else 1.0,
            "address": dict(address),
        },
        on_edit_change=on_edit,
    )


def checked(edit: Mapping[str, Any]) -> Fit:
    """What an edit makes; it came from a browser and cannot be trusted.

    Raises ValueError, in one sentence, for what is no fit.
    """
    hills, bins, q = (edit.get(row) for row in ("hills", "bins", "q"))
    if not (
        isinstance(hills, list)
        and isinstance(bins, list)
        and isinstance(q, list)
        and all(isinstance(hill, list) for hill in hills)
    ):
        raise ValueError("The page sent what is no fit: nothing was changed.")
    return state.checked(hills, bins, q)
