"""The fit as a picture to take along → Vega-Lite specifications, each beside its table."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd

from pages.ui.fitting import contours, results
from pages.ui.fitting.fit import HIGH, LOW, NARROWEST, WIDEST, Fit
from pages.ui.fitting.results import Curve, Results
from pages.ui.vega import EXPORT_COLOURS, HEIGHT, WIDTH, Spec, board, layered

Way = Literal["pq", "qp"]
TITLES: dict[Way, str] = {"pq": "KL(P‖Q)", "qp": "KL(Q‖P)"}
BLUE, ORANGE = EXPORT_COLOURS[:2]
COLOURS: dict[Way, str] = {"pq": BLUE, "qp": ORANGE}
INK = "#0E1116"
FINE = 2  # pixels of a map in one point, as `vega.png` has them
ENDLESS = "∞ for every Gaussian: P has empty bins"
_CORNERS = [(2.4 if i % 2 == 0 else 1.0, math.pi * i / 5) for i in range(10)]
STAR = "M" + "L".join(f"{r * math.sin(a):.2f},{-r * math.cos(a):.2f}" for r, a in _CORNERS) + "Z"


def picture(fit: Fit, found: Results, unit: str, base: float | None) -> Spec:
    """The densities, and below them both maps."""
    curves = pd.DataFrame(results.curves(fit, found))
    maps: list[tuple[pd.DataFrame, Spec]] = [
        (map_rows(way, fit, found, base), divergence_map(way, unit)) for way in TITLES
    ]
    return board([[(long_curves(curves), fit_curves())], maps])


def long_curves(curves: pd.DataFrame) -> pd.DataFrame:
    """Columns x, curve, density, peak (whether it is the curve's highest point)."""
    found = curves.melt("x", var_name="curve", value_name="density")
    found["peak"] = False
    found.loc[found.groupby("curve")["density"].idxmax(), "peak"] = True
    return found


@cache
def fit_curves() -> Spec:
    """Densities over the line, each labelled at its peak. Columns as in `long_curves`."""
    scale = alt.Scale(domain=[LOW, HIGH], nice=False)
    x = alt.X("x:Q", title=None, scale=scale, axis=alt.Axis(grid=False, tickCount=9))
    y = alt.Y("density:Q", title="density", scale=alt.Scale(domainMin=0, nice=True))
    names = ["P", "Q", "best Q by KL(P‖Q)", "best Q by KL(Q‖P)"]
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
        title="P, Q, and the Gaussians that come closest",
    )


def map_rows(way: Way, fit: Fit, found: Results, base: float | None) -> pd.DataFrame:
    """Columns kind, mean, std, text, step: all that stands on one map.

    kind "bands": the map itself, its address in `text`; "level": a label on a line; "way": a step
    of the search from Q; "best", "other": where the divergence has a minimum; "Q": where Q is.
    """
    values = results.maps(fit, found)[way]
    rows: list[tuple[str, float, float, str, int]] = []
    if values is None:
        middle = math.sqrt(NARROWEST * WIDEST)
        rows.append(("level", (LOW + HIGH) / 2, middle, ENDLESS, 0))
    else:
        rows += _bands(way, values, math.log(base) if base else 1.0)
    steps = found.covering if way == "pq" else found.seeking.path if found.seeking else ()
    rows += [("way", step.mean, step.std, "", place) for place, step in enumerate(steps)]
    ends = found.covering[-1:] if way == "pq" else found.ends
    rows += [("other" if i else "best", e.mean, e.std, "", 0) for i, e in enumerate(ends)]
    rows.append(("Q", *fit.q, "Q", 0))
    table = pd.DataFrame(rows, columns=["kind", "mean", "std", "text", "step"])
    return table.assign(
        mean=table["mean"].clip(LOW, HIGH), std=table["std"].clip(NARROWEST, WIDEST)
    )


def _bands(way: Way, values: Curve, nats: float) -> list[tuple[str, float, float, str, int]]:
    ranks = contours.ranks(values, nats)
    address = contours.painted(ranks, COLOURS[way], (FINE * WIDTH, FINE * HEIGHT))
    labels = [
        ("level", _between(results.MEANS, column), _between(results.STDS, row), text, 0)
        for text, column, row in contours.labels(ranks)
    ]
    return [("bands", LOW, WIDEST, address, 0), *labels]


def _between(every: Curve, place: float) -> float:
    return float(np.interp(place, np.arange(len(every)), every))


@cache
def divergence_map(way: Way, unit: str) -> Spec:
    """One divergence over every Gaussian. Columns as in `map_rows`."""
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
    way_points = of("way").mark_point(filled=True, size=30, opacity=1, color=INK)
    q = of("Q").mark_point(filled=True, size=300, opacity=1, color="white", stroke=ORANGE)
    return layered(
        bands.encode(x, y, url="text:N"),
        of("level").mark_text(**written, **halo).encode(x, y, text),
        of("level").mark_text(**written).encode(x, y, text),
        of("way").mark_line(color="white", strokeWidth=4).encode(x, y, order="step:Q"),
        of("way").mark_line(color=INK, strokeWidth=1.5).encode(x, y, order="step:Q"),
        way_points.encode(x, y),
        *(
            of(kind)
            .mark_point(filled=True, shape=STAR, size=60, opacity=1, color=fill, stroke=INK)
            .encode(x, y)
            for kind, fill in (("other", "white"), ("best", COLOURS[way]))
        ),
        q.encode(x, y),
        of("Q").mark_text(fontWeight="bold", color=ORANGE).encode(x, y, text),
        title=f"{TITLES[way]} for every Gaussian Q, {unit}",
    )
