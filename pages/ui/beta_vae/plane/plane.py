"""Python's side of the latent space: what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import streamlit as st

from models.data.fashion_mnist import CLASSES
from pages.ui import component
from pages.ui.beta_vae import pixels, repository, results
from pages.ui.beta_vae.repository import Vae
from pages.ui.beta_vae.state import FURTHEST, Point

HTML = '<div class="plane"></div>'
FOLDER = Path(__file__).parent
SCRIPTS = "../channel.js", "ground.js", "plane.js"
SHARED = "axes", "handles", "editor"
_mount = component.declare("plane", HTML, FOLDER, *SCRIPTS, shared=SHARED)
_messenger = st.components.v2.component(
    "plane_latents",
    js=(FOLDER.parent / "channel.js").read_text()
    + """
export default ({ data }) => {
  if (channel.latents?.version === data.version) return;
  channel.latents = data;
  publish("latents");
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
    """The latent space with the means of q, or with `pictures` decoded on an even grid.

    alone: the number of the one class that it shows at first; address: what the page's address is
    to hold, by name; "" for nothing.

    Means and pictures are sent by a component of their own, so that they are sent once: Streamlit
    does not send again what is the same as before, but would with the plane's own data.
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
        key="vae:latents",
        data={
            "version": version,
            "means": pixels.text(vae.latents.mean.astype("<f4")),
            "labels": pixels.text(vae.latents.labels.astype(np.uint8)),
            "medians": vae.plane.medians,
            "sheet": pixels.address(repository.sheet(vae)) if pictures else "",
        },
    )
