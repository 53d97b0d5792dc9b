"""What is drawn of nets in pairs → a Vega-Lite specification without data, each built once."""

from __future__ import annotations

from functools import cache

import altair as alt

from pages.ui.predictions.quality.encodings import GREY, MIXED, SERIES
from pages.ui.vega import LOSSES, Spec, hover, layered

ROW = 62  # of a kind of pair, in pixels


@cache
def pairs(measure: str, rows: tuple[str, ...]) -> Spec:
    """Pairs of nets, a row a kind, each kind's mean as a tick; `measure`: "same" or "js".

    Columns as in `frames.pairs`; `rows`: those of one loss against the other, of KL, of the other.
    """
    title, form, heading = {
        "same": ("images with the same guess", ".1%", "How often two nets guess the same"),
        "js": ("JS divergence, nats", ".4f", "How far two nets’ beliefs are apart"),
    }[measure]
    axis = alt.Axis(format="%" if measure == "same" else "~g", tickCount=4)
    scale = alt.Scale(zero=False, padding=12)
    x = alt.X(f"{measure}:Q", title=title, scale=scale, axis=axis)
    two_lines = alt.Axis(
        ticks=False, labelExpr="split(datum.label, ', ')", labelLimit=160, labelOffset=-7
    )
    y = alt.Y("row:N", title=None, scale=alt.Scale(domain=list(rows)), axis=two_lines)
    series = dict(zip(rows, (MIXED, *LOSSES), strict=True))
    base = alt.Chart().transform_calculate(
        net=" : ".join([*(f"datum.row == '{r}' ? '{s}'" for r, s in series.items()), "''"])
    )
    color = alt.Color("net:N", scale=GREY, legend=None)
    shapes = alt.Scale(domain=SERIES, range=["circle", "square", "cross", "diamond"])
    tooltip = [
        alt.Tooltip("row:N", title="nets"),
        alt.Tooltip("nets:N", title="which"),
        alt.Tooltip(f"{measure}:Q", title=title, format=form),
    ]
    each = base.transform_filter("datum.kind == 'pair'")
    spec = layered(
        base.transform_filter("datum.kind == 'mean'")
        .mark_tick(thickness=3, size=34)
        .encode(x, y, color, tooltip=tooltip),
        each.mark_point(filled=True, size=60, opacity=0.65).encode(
            x, y, color, alt.Shape("net:N", scale=shapes, legend=None), tooltip=tooltip
        ),
        hover(each, x, y, tooltip, size=260),
        title=heading,
    )
    return {**spec, "height": {"step": ROW}}
