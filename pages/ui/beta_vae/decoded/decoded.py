"""Python's side of the decoded image: what it shows, and the weights for the browser."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from models.vae.decoder import DECODER
from pages.ui import component
from pages.ui.beta_vae import pixels
from pages.ui.beta_vae.repository import Vae
from pages.ui.beta_vae.state import Point

HTML = """
<figure class="decoded">
  <canvas width="28" height="28" role="img"></canvas>
  <figcaption><span role="status"></span></figcaption>
</figure>
"""
FOLDER = Path(__file__).parent
_mount = component.declare("decoded", HTML, FOLDER, "../channel.js", "decode.js", "decoded.js")
_messenger = st.components.v2.component(
    "decoder",
    js=(FOLDER.parent / "channel.js").read_text()
    + "export default ({ data }) => { channel.decoder = data; };",
)


def decoded(vae: Vae, z: Point, *, edits: int, says: str, alt: str, key: str) -> None:
    """The image that a VAE decodes at a point, with a sentence below it.

    edits: how many edits of the plane were taken up: while a drag goes on from there, the browser
    shows what it decodes itself. The weights are sent by a component of their own, so that they
    are sent once.
    """
    data = {"pixels": pixels.text(vae.picture(z)), "z": [z.first, z.second], "number": edits}
    _mount(key=key, data={**data, "says": says, "name": alt})
    values = np.concatenate([vae.weights[key].ravel() for key in DECODER]).astype("<f4")
    shapes = list(DECODER.values())
    data = {"version": vae.run.weights, "weights": pixels.text(values), "shapes": shapes}
    _messenger(key="vae:decoder", data=data)
