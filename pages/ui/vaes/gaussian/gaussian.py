"""Python's side of the Gaussian by hand: what it shows, and what a visitor made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from pages.ui import component
from pages.ui.vaes import encoded
from pages.ui.vaes.encoded import Encoded

HTML = '<div class="gaussian"></div>'
SCRIPTS = "gauss.js", "curves.js", "gaussian.js"
SHARED = "axes", "handles", "editor"
_mount = component.declare("gaussian", HTML, Path(__file__).parent, *SCRIPTS, shared=SHARED)
LIMITS = {
    "low": encoded.LOW,
    "high": encoded.HIGH,
    "narrowest": encoded.NARROWEST,
    "widest": encoded.WIDEST,
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


def edited(key: str) -> Encoded | Literal["undo", "redo"] | None:
    """What the visitor has done since this was last asked; None for nothing.

    Raises ValueError, in one sentence, for what is no Gaussian.
    """
    edit = component.edit(key)
    return None if edit is None else checked(edit)


def checked(edit: Mapping[str, Any]) -> Encoded | Literal["undo", "redo"]:
    """What came from a browser, and so cannot be trusted. Raises ValueError as `edited`."""
    if edit.get("ask") in ("undo", "redo"):
        return edit["ask"]
    q = edit.get("q")
    if not isinstance(q, list) or len(q) != 2:
        raise ValueError("The page sent what is no Gaussian: nothing was changed.")
    return encoded.checked(*q)
