"""Python's side of the maps: the data they show, and the visitor's edits."""

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
    """P and Q, and both divergences for every Gaussian, with the search paths from kl_core.

    step: the step of the searches shown first; address: the parameters of the page's address, ""
    for one to remove.
    """
    fit = results.fit
    _mount(
        key=key,
        data={
            "fit": {"components": fit.components, "bins": fit.bins, "q": fit.q},
            "number": component.heard(key),
            "results": {
                "pq": results.forward,
                "qp": results.reverse.path if results.reverse else (),
                "converged": results.reverse is not None and results.reverse.converged,
                "minima": results.minima,
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
    """The fit of an edit, which came from a browser and cannot be trusted.

    Raises ValueError, in one sentence, for anything else.
    """
    components, bins, q = (edit.get(row) for row in ("components", "bins", "q"))
    if not (
        isinstance(components, list)
        and isinstance(bins, list)
        and isinstance(q, list)
        and all(isinstance(component, list) for component in components)
    ):
        raise ValueError("The browser sent no valid fit.")
    return state.checked(components, bins, q)
