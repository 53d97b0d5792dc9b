"""Python's side of the plot: the data that it shows, and the edits that it sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pages.ui import component
from pages.ui.regression import state
from pages.ui.regression.results import Results
from pages.ui.regression.state import DF, NOISES, Dataset

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
    """The points to drag, and the lines that kl_core fitted.

    `address`: what the page's address shall hold, by name; "" for nothing.
    """
    _mount(
        key=key,
        data={
            "points": results.dataset.points,
            "true": results.dataset.true and results.dataset.true._asdict(),
            "number": component.heard(key),
            "fits": {noise: _line(results, noise) for noise in NOISES},
            "models": MODELS,
            "df": DF,
            "limits": LIMITS,
            "address": dict(address),
        },
        on_edit_change=on_edit,
    )


def checked(edit: Mapping[str, Any], now: Dataset) -> Dataset:
    """The data after an edit, which came from a browser and cannot be trusted.

    now: the data before; their true line stays. Raises ValueError, in one sentence, if no line can
    be fitted.
    """
    rows = edit.get("points")
    if not isinstance(rows, list) or not all(
        isinstance(row, list) and len(row) == 2 for row in rows
    ):
        raise ValueError("The browser sent no valid list of points.")
    return now.with_points(rows)


def _line(results: Results, noise: str) -> dict[str, float] | None:
    line = results.lines.get(noise)
    if line is None:
        return None
    fields = ("intercept", "slope", "scale", "growth", "centre", "nats")
    return {name: getattr(line, name) for name in fields}
