"""A map's values as bands between levels, in tones of one colour: what contours.js paints."""

from __future__ import annotations

import base64
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from pages.ui.fitting.results import Curve

LEVELS = [digit * 10.0**power for power in range(-2, 4) for digit in (1, 2, 5)]
LABELLED = (0.1, 0.5, 1, 2, 5, 10, 50, 100, 500)
STRONGEST, FAINTEST = 0.95, 0.05  # of the colour, where the divergence is least, and where it fades
FADING = 2, 15  # bands between which it does, most around their middle
LINE = 0.5  # of black, in a line between two bands
WAYS_OUT = ((0, -1), (1, -0.4), (-1, -0.4), (1, 0.4), (-1, 0.4), (0, 1), (1, 0), (-1, 0))
APART = 0.09, 0.07  # of two labels: the least share of the map's width, or of its height


def ranks(values: Curve, nats: float) -> Curve:
    """Where values stand among the levels: 0 at the first, 1 at the second, by their logarithm.

    −1 for all that lies a level and more below the first. `nats`: in one unit of the levels.
    """
    levels = np.log([LEVELS[0] / 2, *LEVELS]) + np.log(nats)
    return np.interp(np.log(np.maximum(values, 1e-12)), levels, np.arange(-1, len(LEVELS)))


def painted(ranks: Curve, colour: str, size: tuple[int, int]) -> str:
    """The bands as a picture, the last row on top: a PNG of `size` as an address of its data."""
    rows, columns = ranks.shape
    # The first and the last value stand at the picture's edges, not half a step within.
    grid = Image.fromarray(ranks[::-1].astype(np.float32))
    box = (0.5, 0.5, columns - 0.5, rows - 0.5)
    bands = np.floor(np.asarray(grid.resize(size, Image.Resampling.BILINEAR, box))).astype(int)
    pixels = _tones(colour)[bands + 1]
    edges = (np.diff(bands, axis=1, append=bands[:, -1:]) != 0) | (
        np.diff(bands, axis=0, append=bands[-1:]) != 0
    )
    pixels[edges] *= 1 - LINE
    file = BytesIO()
    Image.fromarray(pixels.round().astype(np.uint8)).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def _tones(colour: str) -> NDArray[np.float64]:
    """A band's colour, from strong to faint, on white."""
    way = np.clip((np.arange(len(LEVELS) + 1) - FADING[0]) / (FADING[1] - FADING[0]), 0, 1)
    share = STRONGEST + (FAINTEST - STRONGEST) * way * way * (3 - 2 * way)
    return 255 + share[:, np.newaxis] * (np.array(ImageColor.getrgb(colour)) - 255.0)


def labels(ranks: Curve) -> list[tuple[str, float, float]]:
    """Where to write a few levels: (level, column, row), each on its line and far from the others.

    Looked for on straight ways out from the map's lowest point.
    """
    rows, columns = ranks.shape
    found: list[tuple[str, float, float]] = []
    for level in LABELLED:
        for way in WAYS_OUT:
            place = _crossing(ranks, LEVELS.index(level), *way)
            if place and all(
                abs(place[0] - x) > APART[0] * columns or abs(place[1] - y) > APART[1] * rows
                for _, x, y in found
            ):
                found.append((f"{level:g}", *place))
                break
    return found


def _crossing(ranks: Curve, wanted: int, dx: float, dy: float) -> tuple[float, float] | None:
    """The first place on a way out at which a level is reached; none near the map's edges."""
    rows, columns = ranks.shape
    row, column = np.unravel_index(int(ranks.argmin()), ranks.shape)
    before = ranks[row, column]
    for step in range(1, columns):
        x, y = round(column + step * dx), round(row + step * dy)
        if not (4 <= x <= columns - 5 and 3 <= y <= rows - 4):
            return None
        now = ranks[y, x]
        if before < wanted <= now:
            back = 1 - (wanted - before) / (now - before)
            return x - back * dx, y - back * dy
        before = now
    return None
