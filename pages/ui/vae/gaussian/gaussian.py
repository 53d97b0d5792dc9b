"""Python's side of the Gaussian by hand: what it shows, and what a visitor made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pages.ui.editing import component
from pages.ui.vae import state
from pages.ui.vae.state import Encoded

HTML = '<div class="gaussian"></div>'
SCRIPTS = "gauss.js", "curves.js", "gaussian.js"
SHARED = "axes", "handles", "editor"
_mount = component.declare("gaussian", HTML, Path(__file__).parent, *SCRIPTS, shared=SHARED)
LIMITS = {
    "low": state.LOW,
    "high": state.HIGH,
    "narrowest": state.NARROWEST,
    "widest": state.WIDEST,
}


def gaussian(
    shown: Encoded, *, address: Mapping[str, str], key: str, on_edit: Callable[[], None]
) -> None:
    """q, to take hold of, beside the prior, and what each place adds to KL(q‖p).

    `address`: what the page's address is to hold, by name; "" for nothing.
    """
    _mount(
        key=key,
        data={
            "q": [shown.mean, shown.std],
            "number": component.heard(key),
            "limits": LIMITS,
            "address": dict(address),
        },
        on_edit_change=on_edit,
    )


def checked(edit: Mapping[str, Any]) -> Encoded:
    """What an edit makes; it came from a browser and cannot be trusted.

    Raises ValueError, in one sentence, for what is no Gaussian.
    """
    q = edit.get("q")
    if not isinstance(q, list) or len(q) != 2:
        raise ValueError("The page sent what is no Gaussian: nothing was changed.")
    return state.checked(*q)
