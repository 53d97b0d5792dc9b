"""What the page on VAEs draws → Vega-Lite specifications without data, each built once."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from pages.ui.vae.frames import CE, DIMENSIONS, IN_LOG, IN_MEAN, KL, H
from pages.ui.vega import (
    Series,
    Spec,
    end_names,
    epoch_ticks,
    hover,
    layered,
    role,
    signed_numbers,
)

SERIES = [KL, CE, H]
LOSSES = [KL, CE]
SETS = ["training", "test"]
LABELS = 0.25  # of a chart's width, to the right of its curves
BAR, AROUND = 22, 100  # the height of one bar, and of all that is not a bar


@cache
def slopes() -> Spec:
    """Slopes in μ and in ln σ. Columns as in `frames.slopes`."""
    # The theme's first three colours, in this order: KL, cross-entropy, entropy.
    base = alt.Chart().encode(
        x=alt.X(
            "value:Q",
            title="nats per unit",
            scale=alt.Scale(padding=44, zero=True),
            axis=alt.Axis(tickCount=5),
        ),
        y=alt.Y("of:N", title=None, sort=[IN_MEAN, IN_LOG], axis=alt.Axis(ticks=False)),
        yOffset=alt.YOffset("series:N", sort=SERIES),
        color=Series("series", tuple(SERIES)).color(),
        tooltip=[
            alt.Tooltip("series:N", title="of"),
            alt.Tooltip("of:N", title="slope"),
            alt.Tooltip("value:Q", title="nats per unit", format=".6~g"),
        ],
    )
    numbers = signed_numbers(base)
    spec = layered(base.mark_bar(), *numbers, title="From above: KL(q‖p), H(q, p), H(q)")
    return {**spec, "height": AROUND + (BAR * len(SERIES) + 12) * 2}


@cache
def descents(steps: int) -> Spec:
    """σ on both ways down. Columns as in `frames.descents`."""
    x = _along("step:Q", "step", steps, 0)
    y = alt.Y("std:Q", title="standard deviation σ of q", scale=alt.Scale(domainMin=0, nice=True))
    tooltip = [
        alt.Tooltip("loss:N", title="down"),
        alt.Tooltip("step:Q"),
        alt.Tooltip("mean:Q", title="μ", format=".4~g"),
        alt.Tooltip("std:Q", title="σ", format=".4~g"),
    ]
    return _two_curves("loss", LOSSES, x, y, tooltip, "σ after each step downhill", y)


@cache
def training(what: str, epochs: int) -> Spec:
    """One net's "distortion" or "rate". Columns as in `frames.training`."""
    axis = alt.Axis(values=epoch_ticks(epochs), format="d", grid=False)
    x = _along("epoch:Q", "epoch", max(epochs, 2), 1, axis)
    y = alt.Y("value:Q", title=f"{what}, nats a picture", scale=alt.Scale(zero=False, nice=True))
    tooltip = [
        alt.Tooltip("images:N"),
        alt.Tooltip("epoch:Q"),
        alt.Tooltip("value:Q", title=f"{what}, nats", format=".4f"),
    ]
    title = f"{what.capitalize()} after each epoch"
    label_y = alt.Y("label_value:Q", title=f"{what}, nats a picture")
    return _two_curves("images", SETS, x, y, tooltip, title, label_y)


def _along(field: str, title: str, last: int, first: int, axis: alt.Axis | None = None) -> alt.X:
    """An axis that leaves room for the labels at the curves' ends."""
    scale = alt.Scale(domain=[first, last], rangeMax=alt.expr(f"{1 - LABELS} * width"), nice=False)
    plain = alt.Axis(grid=False, tickCount=5, format="d")
    return alt.X(field, title=title, scale=scale, axis=axis or plain)


def _two_curves(
    group: str,
    groups: list[str],
    x: alt.X,
    y: alt.Y,
    tooltip: list[alt.Tooltip],
    title: str,
    label_y: alt.Y,
) -> Spec:
    """Two lines, the first solid and wide, the second dashed, each with its name at its end."""
    series, chart = Series(group, tuple(groups)), alt.Chart()
    lines = chart.mark_line(tooltip=None).encode(
        x, y, series.color(), series.dash(), series.width()
    )
    labelled, room = chart.transform_filter("isValid(datum.label)"), f"{LABELS} * width - 10"
    names = end_names(labelled, x, label_y, series.color(), alt.Text("label:N"), room=room)
    return layered(lines, hover(chart, x, y, tooltip), names, title=title)


@cache
def rate_distortion() -> Spec:
    """Distortion over rate, a point for each β. Columns as in `frames.rate_distortion`."""
    x = alt.X(
        "rate:Q",
        title="rate: KL(q‖p), nats a picture",
        scale=alt.Scale(type="symlog", domainMin=0, padding=50, nice=False),
        # A label that would be cut at the edge is left out.
        axis=alt.Axis(
            values=[0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], grid=False, labelBound=True
        ),
    )
    y = alt.Y(
        "distortion:Q",
        title="distortion, nats a picture",
        scale=alt.Scale(zero=False, nice=True, padding=24),
    )
    tooltip = [
        alt.Tooltip("name:N", title="net"),
        alt.Tooltip("rate:Q", title="rate, nats", format=".4f"),
        alt.Tooltip("distortion:Q", title="distortion, nats", format=".4f"),
        alt.Tooltip("images:Q", title="test pictures", format=","),
    ]
    chart = alt.Chart().transform_calculate(of="datum.chosen ? 'Q' : 'P'")
    color = role("of")
    line = alt.Chart().mark_line(strokeDash=[3, 3], tooltip=None).encode(x, y, order="beta:Q")
    points = chart.mark_point(filled=True, opacity=1).encode(
        x,
        y,
        color,
        alt.Size("of:N", scale=alt.Scale(domain=["P", "Q"], range=[90, 260]), legend=None),
        alt.Shape(
            "of:N", scale=alt.Scale(domain=["P", "Q"], range=["circle", "diamond"]), legend=None
        ),
        tooltip=tooltip,
    )
    # In turn above and below, so that neighbours leave each other room.
    said: dict[str, Any] = {"fontSize": 12, "fontWeight": "bold"}
    above = chart.transform_filter(alt.datum.above).mark_text(align="left", dx=9, dy=-10, **said)
    below = chart.transform_filter(~alt.datum.above).mark_text(align="right", dx=-9, dy=13, **said)
    return layered(
        line,
        points,
        *(labels.encode(x, y, color, alt.Text("name:N")) for labels in (above, below)),
        title="Distortion over rate",
    )


@cache
def spreads() -> Spec:
    """The variance of the means in each dimension. Columns as in `frames.spreads`."""
    # What has collapsed for good stands at the left edge.
    scale = alt.Scale(type="log", domainMin=1e-3, nice=True, clamp=True)
    axis = alt.Axis(format="~g", tickCount=6)
    title = "variance of the means (no unit)"
    x = alt.X("spread:Q", title=title, scale=scale, axis=axis)
    y = alt.Y("net:N", title=None, sort=None, axis=alt.Axis(ticks=False))
    # The theme's colours in their order; the fourth, grey, is the border's.
    colours = alt.Scale(domain=[*DIMENSIONS, "entropy", "same"])
    color = alt.Color("dimension:N", scale=colours, legend=None)
    shapes = alt.Scale(domain=list(DIMENSIONS), range=["circle", "square"])
    tooltip = [
        alt.Tooltip("net:N"),
        alt.Tooltip("dimension:N"),
        alt.Tooltip("spread:Q", title="variance of the means", format=".4~g"),
        alt.Tooltip("rate:Q", title="KL, nats", format=".4~g"),
    ]
    chart = alt.Chart()
    grey = chart.transform_calculate(dimension="'same'")
    border = grey.mark_rule(strokeDash=[6, 4], tooltip=None).encode(alt.X("border:Q"), color=color)
    points = chart.mark_point(size=110, strokeWidth=2).encode(
        x, y, color, alt.Shape("dimension:N", scale=shapes, legend=None), tooltip=tooltip
    )
    title = "How far the codes’ means vary"
    return {**layered(border, points, title=title), "height": 220}
