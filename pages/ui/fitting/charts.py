"""The fit as a chart to download: its densities, and its maps as filled contours.

The contours are those that fitmap/contours.js paints.
"""

from __future__ import annotations

import base64
import math
from functools import cache
from io import BytesIO
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image, ImageColor

from pages.ui.fitting.results import (
    FORWARD_BEST,
    MEANS,
    REVERSE_BEST,
    STDS,
    Curve,
    Direction,
    Results,
)
from pages.ui.fitting.state import HIGH, LOW, NARROWEST, WIDEST
from pages.ui.vega import EXPORT_COLOURS, HEIGHT, WIDTH, Spec, board, layered

TITLES: dict[Direction, str] = {"pq": "KL(P‖Q)", "qp": "KL(Q‖P)"}
NAMES: dict[Direction, str] = {"pq": "Forward KL", "qp": "Reverse KL"}
BLUE, ORANGE = EXPORT_COLOURS[:2]
COLOURS: dict[Direction, str] = {"pq": BLUE, "qp": ORANGE}
INK = "#0E1116"
LEVELS = [digit * 10.0**power for power in range(-2, 4) for digit in (1, 2, 5)]
LABELLED = (0.1, 0.5, 1, 2, 5, 10, 50, 100, 500)
STRONGEST, FAINTEST = 0.95, 0.05  # opacity of the colour at the minimum, and at the highest levels
FADING = 2, 15  # bands between which the opacity falls
LINE = 0.5  # opacity of the black line between two bands
RAYS = ((0, -1), (1, -0.4), (-1, -0.4), (1, 0.4), (-1, 0.4), (0, 1), (1, 0), (-1, 0))
MIN_DISTANCE = 0.09, 0.07  # of two labels, as fractions of the map's width and height
FINE = 2  # pixels a point, as in `vega.png`
INFINITE = "∞ for every Gaussian: P has empty bins"
_CORNERS = [(2.4 if i % 2 == 0 else 1.0, math.pi * i / 5) for i in range(10)]
STAR = "M" + "L".join(f"{r * math.sin(a):.2f},{-r * math.cos(a):.2f}" for r, a in _CORNERS) + "Z"


def picture(results: Results, unit: str, base: float | None) -> Spec:
    """The densities, and below them both maps."""
    maps = [
        (map_rows(results, direction, base), divergence_map(direction, unit))
        for direction in TITLES
    ]
    return board([[(curve_rows(results), fit_curves())], maps])


def curve_rows(results: Results) -> pd.DataFrame:
    """Columns x, curve, density, peak (whether the point is the curve's maximum)."""
    rows = pd.DataFrame(results.curves()).melt("x", var_name="curve", value_name="density")
    return rows.assign(peak=rows.index.isin(rows.groupby("curve")["density"].idxmax()))


@cache
def fit_curves() -> Spec:
    """Densities over the line, each labelled at its peak. Columns as in `curve_rows`."""
    scale = alt.Scale(domain=[LOW, HIGH], nice=False)
    x = alt.X("x:Q", title=None, scale=scale, axis=alt.Axis(grid=False, tickCount=9))
    y = alt.Y("density:Q", title="density", scale=alt.Scale(domainMin=0, nice=True))
    names = ["P", "Q", FORWARD_BEST, REVERSE_BEST]
    colours = alt.Scale(domain=names, range=[BLUE, ORANGE, BLUE, ORANGE])
    color = alt.Color("curve:N", scale=colours, legend=None)
    dashes = alt.Scale(domain=names, range=[[1, 0], [1, 0], [1, 0], [7, 4]])
    chart = alt.Chart()
    lines = chart.mark_line(strokeWidth=2).encode(
        x, y, color, alt.StrokeDash("curve:N", scale=dashes, legend=None)
    )
    labels = chart.transform_filter(alt.datum.peak).mark_text(dy=-7, fontSize=12, fontWeight="bold")
    return layered(
        chart.transform_filter(alt.datum.curve == "P").mark_area(opacity=0.25).encode(x, y, color),
        lines,
        labels.encode(x, y, color, text="curve:N"),
        title="P, Q, and the Gaussians that minimise forward and reverse KL",
    )


def map_rows(results: Results, direction: Direction, base: float | None) -> pd.DataFrame:
    """Columns kind, mean, std, text, step: all marks of one map.

    kind "bands": the filled contours, their address in `text`; "level": a contour's label; "path":
    a step of the search from Q; "best", "other": a minimum of the divergence; "Q": Q itself.
    """
    values = results.divergences(direction)
    rows: list[tuple[str, float, float, str, int]] = []
    if values is None:
        rows.append(("level", (LOW + HIGH) / 2, math.sqrt(NARROWEST * WIDEST), INFINITE, 0))
    else:
        levels = ranks(values, math.log(base) if base else 1.0)
        address = painted(levels, COLOURS[direction], (FINE * WIDTH, FINE * HEIGHT))
        rows.append(("bands", LOW, WIDEST, address, 0))
        rows += [
            ("level", _between(MEANS, column), _between(STDS, row), text, 0)
            for text, column, row in level_labels(levels)
        ]
    if direction == "pq":
        path, minima = results.forward, results.forward[-1:]
    else:
        path, minima = results.reverse.path if results.reverse else (), results.minima
    rows += [("path", step.mean, step.std, "", place) for place, step in enumerate(path)]
    rows += [("other" if i else "best", e.mean, e.std, "", 0) for i, e in enumerate(minima)]
    rows.append(("Q", *results.fit.q, "Q", 0))
    table = pd.DataFrame(rows, columns=["kind", "mean", "std", "text", "step"])
    return table.assign(
        mean=table["mean"].clip(LOW, HIGH), std=table["std"].clip(NARROWEST, WIDEST)
    )


def _between(values: Curve, place: float) -> float:
    return float(np.interp(place, np.arange(len(values)), values))


@cache
def divergence_map(direction: Direction, unit: str) -> Spec:
    """Contours of one divergence over mean and standard deviation. Columns as in `map_rows`."""
    scale = alt.Scale(domain=[LOW, HIGH], nice=False)
    x = alt.X("mean:Q", title="mean of Q", scale=scale, axis=alt.Axis(grid=False))
    heights = alt.Scale(type="log", domain=[NARROWEST, WIDEST], nice=False)
    axis = alt.Axis(values=[0.2, 0.5, 1, 2, 5], format="~g", grid=False)
    y = alt.Y("std:Q", title="standard deviation of Q", scale=heights, axis=axis)
    text = alt.Text("text:N")

    def of(kind: str) -> alt.Chart:
        return alt.Chart().transform_filter(alt.datum.kind == kind)

    bands = of("bands").mark_image(
        width=WIDTH, height=HEIGHT, aspect=False, align="left", baseline="top"
    )
    written: dict[str, Any] = {"fontSize": 11, "color": INK}
    halo: dict[str, Any] = {"stroke": "white", "strokeWidth": 3, "strokeOpacity": 0.7}
    path_points = of("path").mark_point(filled=True, size=30, opacity=1, color=INK)
    q = of("Q").mark_point(filled=True, size=300, opacity=1, color="white", stroke=ORANGE)
    return layered(
        bands.encode(x, y, url="text:N"),
        of("level").mark_text(**written, **halo).encode(x, y, text),
        of("level").mark_text(**written).encode(x, y, text),
        of("path").mark_line(color="white", strokeWidth=4).encode(x, y, order="step:Q"),
        of("path").mark_line(color=INK, strokeWidth=1.5).encode(x, y, order="step:Q"),
        path_points.encode(x, y),
        *(
            of(kind)
            .mark_point(filled=True, shape=STAR, size=60, opacity=1, color=fill, stroke=INK)
            .encode(x, y)
            for kind, fill in (("other", "white"), ("best", COLOURS[direction]))
        ),
        q.encode(x, y),
        of("Q").mark_text(fontWeight="bold", color=ORANGE).encode(x, y, text),
        title=f"{NAMES[direction]}, {TITLES[direction]}, for every Gaussian Q, {unit}",
    )


def ranks(values: Curve, nats: float) -> Curve:
    """Values as positions among the levels: 0 at the first, 1 at the second, log-interpolated.

    −1 for values a level or more below the first. nats: nats per unit of the levels.
    """
    levels = np.log([LEVELS[0] / 2, *LEVELS]) + np.log(nats)
    return np.interp(np.log(np.maximum(values, 1e-12)), levels, np.arange(-1, len(LEVELS)))


def painted(ranks: Curve, colour: str, size: tuple[int, int]) -> str:
    """The filled contours as a PNG of `size`, the last row on top, in a data URL."""
    rows, columns = ranks.shape
    # The first and the last value are at the picture's edges, not half a step inside.
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
    """The colour of each band, from strong to faint, on white."""
    ramp = np.clip((np.arange(len(LEVELS) + 1) - FADING[0]) / (FADING[1] - FADING[0]), 0, 1)
    opacity = STRONGEST + (FAINTEST - STRONGEST) * ramp * ramp * (3 - 2 * ramp)
    return 255 + opacity[:, np.newaxis] * (np.array(ImageColor.getrgb(colour)) - 255.0)


def level_labels(ranks: Curve) -> list[tuple[str, float, float]]:
    """Places for a few levels' labels: (level, column, row), each on its contour, all apart.

    They are searched along rays from the map's minimum.
    """
    rows, columns = ranks.shape
    placed: list[tuple[str, float, float]] = []
    for level in LABELLED:
        for ray in RAYS:
            place = _crossing(ranks, LEVELS.index(level), *ray)
            if place and all(
                abs(place[0] - x) > MIN_DISTANCE[0] * columns
                or abs(place[1] - y) > MIN_DISTANCE[1] * rows
                for _, x, y in placed
            ):
                placed.append((f"{level:g}", *place))
                break
    return placed


def _crossing(ranks: Curve, wanted: int, dx: float, dy: float) -> tuple[float, float] | None:
    """The first crossing of a level on a ray from the minimum; None near the map's edges."""
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
