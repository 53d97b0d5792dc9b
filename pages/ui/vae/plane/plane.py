"""Python's side of the plane of codes: what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import streamlit as st

from models.data.fashion_mnist import CLASSES
from pages.ui import component
from pages.ui.vae import pixels, repository, results
from pages.ui.vae.repository import Vae
from pages.ui.vae.state import FURTHEST, Point

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
  if (channel.cloud?.version === data.version) return;
  channel.cloud = data;
  publish("cloud");
};
""",
)


def plane(
    shown: Point,
    vae: Vae,
    *,
    pictures: bool,
    alt: str,
    alone: int | None,
    address: Mapping[str, str],
    key: str,
    on_edit: Callable[[], None],
) -> None:
    """The plane with the codes of a VAE, or with `pictures` decoded on an even grid.

    alone: the number of the one class that it shows at first; address: what the page's address is
    to hold, by name; "" for nothing.

    Codes and pictures are sent apart, so that they travel once: what is the same as before,
    Streamlit does not send again; the plane's own data would be.
    """
    version = f"{vae.run.weights} {vae.run.codes} {pictures}"
    _mount(
        key=key,
        data={
            "z": [shown.first, shown.second],
            "number": component.heard(key),
            "version": version,
            "reach": vae.plane.reach,
            "furthest": FURTHEST,
            "rings": [[radius, results.prior_within(radius)] for radius in results.RINGS],
            "classes": CLASSES,
            "alone": alone,
            "finding": alt,
            "address": dict(address),
        },
        on_edit_change=on_edit,
    )
    _messenger(
        key="vae:codes",
        data={
            "version": version,
            "codes": pixels.text(vae.codes.mean.astype("<f4")),
            "labels": pixels.text(vae.codes.labels.astype(np.uint8)),
            "heads": vae.plane.medians,
            "sheet": pixels.address(repository.sheet(vae)) if pictures else "",
        },
    )
