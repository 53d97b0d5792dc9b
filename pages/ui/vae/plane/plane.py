"""Python's side of the plane of codes: what it shows, and where a visitor took the point."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from pages.ui.editing import component
from pages.ui.vae import latent_plane, pixels, point
from pages.ui.vae.pixels import Pixels
from pages.ui.vae.point import Point
from pages.ui.vae.repository import CLASSES, Codes

HTML = '<div class="plane"></div>'
FOLDER = Path(__file__).parent
SCRIPTS = "../channel.js", "ground.js", "plane.js"
SHARED = "axes", "handles", "editor"
_mount = component.declare("plane", HTML, FOLDER, *SCRIPTS, shared=SHARED)
_messenger = st.components.v2.component(
    "plane_codes",
    js=(FOLDER.parent / "channel.js").read_text()
    + """
export default ({ data }) => {
  if (hub.cloud?.version === data.version) return;
  hub.cloud = data;
  tell("cloud");
};
""",
)


def plane(
    shown: Point,
    *,
    version: str,
    reach: float,
    finding: str,
    alone: int | None = None,
    address: Mapping[str, str],
    key: str,
    on_edit: Callable[[], None],
) -> None:
    """The plane from −`reach` to `reach` both ways, with what `send` sends under this `version`.

    finding: what the plane shows, in words; alone: the class by whose number it is opened, showing
    no other; `address`: what the page's address is to hold, by
    name; "" for nothing.
    """
    _mount(
        key=key,
        data={
            "z": [shown.first, shown.second],
            "number": component.heard(key),
            "version": version,
            "reach": reach,
            "furthest": point.FURTHEST,
            "rings": [[radius, latent_plane.inside(radius)] for radius in latent_plane.RINGS],
            "classes": CLASSES,
            "alone": alone,
            "finding": finding,
            "address": dict(address),
        },
        on_edit_change=on_edit,
    )


def send(
    codes: Codes, heads: Sequence[Sequence[float]], sheet: Pixels | None, version: str
) -> None:
    """Send codes, each class's place, and a sheet of pictures: apart, so that they travel once.

    What is the same as before, Streamlit does not send again; the plane's own data would be.
    """
    _messenger(
        key="vae:codes",
        data={
            "version": version,
            "codes": pixels.text(codes.mean.astype("<f4")),
            "labels": pixels.text(codes.labels.astype(np.uint8)),
            "heads": heads,
            "sheet": "" if sheet is None else pixels.address(sheet),
        },
    )


def checked(edit: Mapping[str, Any]) -> Point:
    """What an edit makes; it came from a browser and cannot be trusted.

    Raises ValueError, in one sentence, for what is no point.
    """
    z = edit.get("z")
    if not isinstance(z, list) or len(z) != 2:
        raise ValueError("The page sent what is no point: nothing was changed.")
    return point.checked(*z)
