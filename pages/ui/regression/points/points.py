"""Python's side of the points: what they show, and what a visitor made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pages.ui import component
from pages.ui.regression import state
from pages.ui.regression.results import Results
from pages.ui.regression.state import DF, NOISES, Cloud

HTML = '<div class="points"></div>'
SCRIPTS = "fits.js", "plot.js", "points.js"
SHARED = "axes", "handles", "editor"
_mount = component.declare("points", HTML, Path(__file__).parent, *SCRIPTS, shared=SHARED)
LIMITS = {
    "left": state.LEFT,
    "right": state.RIGHT,
    "bottom": state.BOTTOM,
    "top": state.TOP,
    "fewest": state.FEWEST,
    "most": state.MOST,
}
MODELS = [{"key": key, "title": noise.title, "short": noise.short} for key, noise in NOISES.items()]


def points(
    results: Results, *, address: Mapping[str, str], key: str, on_edit: Callable[[], None]
) -> None:
    """The points to drag, and the lines that kl_core found.

    `address`: what the page's address is to hold, by name; "" for nothing.
    """
    _mount(
        key=key,
        data={
            "points": results.cloud.points,
            "true": results.cloud.true and results.cloud.true._asdict(),
            "number": component.heard(key),
            "found": {noise: _line(results, noise) for noise in NOISES},
            "models": MODELS,
            "df": DF,
            "limits": LIMITS,
            "address": dict(address),
        },
        on_edit_change=on_edit,
    )


def checked(edit: Mapping[str, Any], now: Cloud) -> Cloud:
    """What an edit makes of the points on show; it came from a browser and cannot be trusted.

    now: its true line stays. Raises ValueError, in one sentence, for points
    that no line can be fitted to.
    """
    rows = edit.get("points")
    if not isinstance(rows, list) or not all(
        isinstance(row, list) and len(row) == 2 for row in rows
    ):
        raise ValueError("The page sent what are no points: nothing was changed.")
    return now.with_points(rows)


def _line(results: Results, noise: str) -> dict[str, float] | None:
    line = results.lines.get(noise)
    if line is None:
        return None
    fields = ("intercept", "slope", "scale", "growth", "centre", "nats")
    return {name: getattr(line, name) for name in fields}
