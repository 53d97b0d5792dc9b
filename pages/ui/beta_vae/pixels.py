"""Decoded images → what a browser draws and what a visitor saves."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pages.ui import images

SAVED_AT = 10  # times as wide, so that an image of 28 pixels can be looked at
GAP, ENLARGED = 1, 4  # pixels around each image on a board, and how many times as wide it is

Pixels = NDArray[np.uint8]


def text(values: NDArray[np.generic]) -> str:
    """The bytes of an array in base64."""
    return base64.b64encode(values.tobytes()).decode()


def sheet(pictures: Pixels, across: int) -> Pixels:
    """Images (n, side, side) as one, `across` of them in a row."""
    n, side, _ = pictures.shape
    rows = pictures.reshape(n // across, across, side, side)
    return rows.transpose(0, 2, 1, 3).reshape(n // across * side, across * side)


def board(pictures: Pixels, across: int) -> Pixels:
    """As `sheet`, with white lines around each image, enlarged: (…, …, 3)."""
    edged = np.pad(pictures, ((0, 0), (GAP, GAP), (GAP, GAP)), constant_values=255)
    return images.magnified(np.repeat(sheet(edged, across)[..., None], 3, axis=2), ENLARGED)


def png(picture: Pixels) -> bytes:
    """A grey image as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def saved(picture: Pixels) -> bytes:
    """The same, enlarged."""
    return png(images.magnified(picture, SAVED_AT))


def address(picture: Pixels) -> str:
    """A grey image as a data URL."""
    return f"data:image/png;base64,{base64.b64encode(png(picture)).decode()}"
