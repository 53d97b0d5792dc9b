"""Python's side of the Gaussian by hand: what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from pages.ui import component
from pages.ui.vae.state import HIGH, LOW, NARROWEST, WIDEST, Posterior

HTML = '<div class="gaussian"></div>'
SCRIPTS = "gauss.js", "curves.js", "gaussian.js"
SHARED = "axes", "handles", "editor"
_mount = component.declare("gaussian", HTML, Path(__file__).parent, *SCRIPTS, shared=SHARED)
LIMITS = {"low": LOW, "high": HIGH, "narrowest": NARROWEST, "widest": WIDEST}


def gaussian(
    shown: Posterior, *, address: Mapping[str, str], key: str, on_edit: Callable[[], None]
) -> None:
    """q, to drag, beside the prior, and the integrand of KL(q‖p).

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
