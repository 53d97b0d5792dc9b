"""The recorded study → Vega-Lite specifications, each built once."""

from __future__ import annotations

from functools import cache

import altair as alt

from pages.ui.regression import encodings
from pages.ui.vega import Spec, end_names, layered, role

TOOLTIP = [
    alt.Tooltip("model:N"),
    alt.Tooltip("truth:N", title="true noise"),
    alt.Tooltip("share:Q", title="outliers, %"),
    alt.Tooltip("error:Q", title="mean error", format=".4~g"),
    alt.Tooltip("low:Q", title="95 % from", format=".4~g"),
    alt.Tooltip("high:Q", title="to", format=".4~g"),
    alt.Tooltip("nats:Q", title="KL, nats", format=".4~g"),
    alt.Tooltip("ratio:Q", title="error over least squares’", format=".4~g"),
]


@cache
def errors(name: str, shares: tuple[float, ...], top: float) -> Spec:
    """Mean error by share of outliers under one true noise. Columns as in `studyframes.errors`."""
    scale = alt.Scale(domain=encodings.roomy(shares[0], shares[-1]), nice=False)
    axis = alt.Axis(values=list(shares), grid=False, format="~g")
    x = alt.X("share:Q", title="outliers, %", scale=scale, axis=axis)
    y_scale = alt.Scale(domain=[0, top], nice=False)
    title = "mean error, units of y"
    y = alt.Y("error:Q", title=title, scale=y_scale)
    base = encodings.chart()
    shape = alt.Shape("noise:N", scale=encodings.SHAPES, legend=None)
    intervals = base.mark_rule(strokeWidth=1.5, tooltip=None)
    low, label = (alt.Y(f"{c}:Q", title=title, scale=y_scale) for c in ("low", "label_value"))
    labelled = base.transform_filter("isValid(datum.label)")
    return layered(
        *encodings.lines(base, x, y),
        intervals.encode(x, low, alt.Y2("high:Q"), encodings.colour()),
        base.mark_point(filled=True, size=60, opacity=1).encode(
            x, y, encodings.colour(), shape, tooltip=TOOLTIP
        ),
        end_names(labelled, x, label, encodings.colour(), alt.Text("label:N")),
        title=f"True noise: {name}",
    )


@cache
def against(most: float, top: float) -> Spec:
    """Each model in each cell: its error over that of least squares, against its KL.

    Columns as in `studyframes.every`.
    """
    x = alt.X(
        "nats:Q",
        title="KL(true‖nearest assumed), nats",
        scale=alt.Scale(domain=[0, most], nice=False),
        axis=alt.Axis(grid=False, tickCount=6),
    )
    title = "error / least squares’"
    y_scale = alt.Scale(domain=[0, top], nice=False)
    y = alt.Y("ratio:Q", title=title, scale=y_scale)
    base = encodings.chart().transform_calculate(one="1", same="'same'")
    level = base.mark_rule(strokeDash=[4, 4], tooltip=None).encode(
        alt.Y("one:Q", title=title, scale=y_scale),
        role("same"),
    )
    low = alt.Y("ratio_low:Q", title=title, scale=y_scale)
    intervals = base.mark_rule(tooltip=None).encode(
        x, low, alt.Y2("ratio_high:Q"), encodings.colour()
    )
    shape = alt.Shape("noise:N", scale=encodings.SHAPES, legend=None)
    points = base.mark_point(filled=True, size=70, opacity=0.9).encode(
        x, y, encodings.colour(), shape, tooltip=TOOLTIP
    )
    return layered(level, intervals, points, title="Error over KL, by model and cell")
