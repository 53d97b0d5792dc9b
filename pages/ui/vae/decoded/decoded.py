"""Python's side of the picture: what it shows, and the decoder that follows the hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.ui.editing import component
from pages.ui.vae import pixels
from pages.ui.vae.pixels import Pixels
from pages.ui.vae.point import Point
from pages.ui.vae.repository import DECODER

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
    + "export default ({ data }) => { hub.decoder = data; };",
)


def decoded(picture: Pixels, z: Point, *, edits: int, says: str, name: str, key: str) -> None:
    """A picture of 28 × 28, 0 is black, of a point; what it `says` below, its `name` for ears.

    edits: how many edits of the plane were taken up: while the hand goes on from there, the
    browser shows what it decodes itself.
    """
    data = {"pixels": pixels.text(picture), "z": [z.first, z.second], "number": edits}
    _mount(key=key, data={**data, "says": says, "name": name})


def send_decoder(weights: Mapping[str, NDArray[np.float32]], version: str) -> None:
    """Send the decoder's weights: apart, so that they travel once, as the codes do."""
    values = np.concatenate([weights[key].ravel() for key in DECODER]).astype("<f4")
    shapes = list(DECODER.values())
    data = {"version": version, "weights": pixels.text(values), "shapes": shapes}
    _messenger(key="vae:decoder", data=data)
