"""The points and their lines as a picture to take along → a Vega-Lite specification."""

from __future__ import annotations

from functools import cache

import altair as alt

from pages.ui.regression import encodings
from pages.ui.regression.cloud import BOTTOM, LEFT, RIGHT, TOP
from pages.ui.vega import Spec, end_names, layered, role


@cache
def picture() -> Spec:
    """Points, lines and their names. Columns as in `frames.picture`."""
    scale = alt.Scale(domain=encodings.roomy(LEFT, RIGHT), nice=False)
    axis = alt.Axis(values=[0, 2, 4, 6, 8, 10], grid=False)
    x = alt.X("x:Q", title="x", scale=scale, axis=axis)
    y_scale = alt.Scale(domain=[BOTTOM, TOP], nice=False)
    y = alt.Y("y:Q", title="y", scale=y_scale)
    base = encodings.chart()
    given = alt.Chart().transform_calculate(colour="'P'")
    blue = role()
    label_y = alt.Y("label_value:Q", title="y", scale=y_scale)
    labelled = base.transform_filter("isValid(datum.label)")
    return layered(
        *encodings.lines(base, x, y),
        given.transform_filter(alt.datum.noise == "true").mark_line().encode(x, y, blue),
        given.transform_filter(alt.datum.noise == "points")
        .mark_point(filled=True, size=60, opacity=1)
        .encode(x, y, blue),
        end_names(labelled, x, label_y, encodings.colour(), alt.Text("label:N")),
        title="Points, and a line under each noise",
    )
