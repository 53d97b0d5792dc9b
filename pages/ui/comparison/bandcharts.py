"""What the comparison draws → Vega-Lite specifications without data, each built once."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from pages.ui.training import charts
from pages.ui.vega import (
    UNSEEN,
    Series,
    Spec,
    coloured,
    end_names,
    epoch_ticks,
    hover,
    layered,
    role,
)

BY_LOSS = Series("loss")
AT = ("raw", "low", "high")  # columns with values that decide the scale, too
POWERS = [10.0**power for power in range(-9, 3)]
AGAINST = {"epoch": "epoch", "seconds": "seconds of training"}


@cache
def bands(
    measure: str,
    images: str,
    against: str,
    last: float,
    logarithmic: bool,
    longest: int,
) -> Spec:
    """Groups of runs on one kind of images, on the scale of both kinds.

    The mean over the seeds with its points, its band, and behind them every run with its points.
    `last`: where the curves end; `longest`: the letters of the longest label. Columns as in
    `frames.panel`.
    """
    room = _room(longest)
    x = _x(against, last, f"width - {room}")
    y_scale = alt.Scale(type="log", nice=False) if logarithmic else alt.Scale(zero=False, nice=True)
    axis = alt.Axis(format="%" if measure == "accuracy" else "~g")
    y = alt.Y("value:Q", title=charts.TITLES[measure], scale=y_scale, axis=axis)
    at = {name: alt.Y(f"{name}:Q", title=charts.TITLES[measure]) for name in AT}
    label_y = alt.Y("label_value:Q", title=charts.TITLES[measure])
    color = BY_LOSS.color()
    tooltip = [
        alt.Tooltip("run:N"),
        alt.Tooltip("seeds:Q", title="runs"),
        alt.Tooltip("epoch:Q"),
        alt.Tooltip("raw:Q", title=measure, format=charts.FORMATS[measure]),
        alt.Tooltip("low:Q", title="band from", format=charts.FORMATS[measure]),
        alt.Tooltip("high:Q", title="to", format=charts.FORMATS[measure]),
    ]
    drawn = alt.Chart().transform_filter(alt.datum.images == images)
    runs = drawn.transform_filter(alt.datum.row == "run")
    means = drawn.transform_filter(alt.datum.row == "mean")
    labelled = means.transform_filter("isValid(datum.label_value)")
    # Two unseen points, not one a row: a thousand more in each chart would take a second to draw.
    ends = (
        alt.Chart()
        .transform_fold(["value", *AT, "label_value"], as_=["column", "end"])
        .transform_aggregate(x="min(x)", least="min(end)", most="max(end)")
        .mark_point(**UNSEEN, tooltip=None)
    )
    return layered(
        ends.encode(x, alt.Y("least:Q", title=charts.TITLES[measure], scale=y_scale, axis=axis)),
        ends.encode(x, alt.Y("most:Q", title=charts.TITLES[measure])),
        means.mark_area(opacity=0.16, tooltip=None).encode(
            x, at["low"], alt.Y2("high:Q"), color=color, detail="curve:N"
        ),
        runs.mark_line(strokeWidth=1, opacity=0.22, tooltip=None).encode(
            x, y, color, detail="run:N"
        ),
        # Not read out one by one either: a point for each run and epoch.
        runs.mark_point(filled=True, size=7, opacity=0.4, aria=False).encode(x, at["raw"], color),
        means.mark_line().encode(x, y, color, BY_LOSS.dash(), BY_LOSS.width(), detail="curve:N"),
        means.mark_point(filled=True, opacity=1).encode(
            x, at["raw"], color, BY_LOSS.shape(), BY_LOSS.size(), tooltip=tooltip
        ),
        hover(means, x, at["raw"], tooltip, size=300),
        _names(labelled, room, x, label_y, color, alt.Text("curve:N")),
        title=f"{measure.capitalize()} on the {images} images",
    )


def _x(against: str, last: float, end: str) -> alt.X:
    """Epochs or seconds up to the last, at `end`; past it there is room for the labels."""
    axis = alt.Axis(grid=False, tickCount=5)
    if against == "epoch":
        axis = alt.Axis(values=epoch_ticks(int(last)), format="d", grid=False)
    scale = alt.Scale(
        domain=[1 if against == "epoch" else 0, max(last, 2)],
        rangeMax=alt.expr(end),
        nice=False,
    )
    return alt.X("x:Q", title=AGAINST[against], scale=scale, axis=axis)


def _room(longest: int) -> str:
    """The width of the longest label, as Vega reckons it; of a narrow chart, at most a part."""
    return f"min({20 + 7 * longest}, 0.55 * width)"


def _names(chart: alt.Chart, room: str, *channels: Any) -> alt.Chart:
    return end_names(chart, *channels, dx=9, room=f"{room} - 12")


@cache
def forest(margin: float, reach: float, rows: int) -> Spec:
    """Differences in points of accuracy, seed by seed, their mean with its intervals, the margin.

    `reach`: how far the axis goes; `rows`: how many there are.
    Columns: row, kind ("seed", "mean"), value, low, high.
    """
    title = "points of validation accuracy"
    # Named in every layer: from the data alone, Vega-Lite leaves out the ends of the intervals.
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    x = alt.X("value:Q", title=title, scale=scale, axis=alt.Axis(tickCount=5))
    y = alt.Y("row:N", title=None, sort=None, axis=alt.Axis(minExtent=110))
    chart = alt.Chart()
    edges = [
        coloured(chart.transform_aggregate(n="count()"), "same")
        .transform_calculate(edge=str(edge))
        .mark_rule(strokeDash=dash, tooltip=None)
        .encode(alt.X("edge:Q", title=title, scale=scale))
        for edge, dash in ((-margin, [4, 4]), (0, [1, 0]), (margin, [4, 4]))
    ]
    tooltip = [
        alt.Tooltip("row:N", title="of"),
        alt.Tooltip("value:Q", title="points", format="+.2f"),
        alt.Tooltip("low:Q", title="from", format="+.2f"),
        alt.Tooltip("high:Q", title="to", format="+.2f"),
    ]
    seeds = coloured(chart.transform_filter(alt.datum.kind == "seed"), "same")
    means = coloured(chart.transform_filter(alt.datum.kind == "mean"), "entropy")
    spec = layered(
        *edges,
        means.mark_rule(strokeWidth=3).encode(
            alt.X("low:Q", title=title, scale=scale), alt.X2("high:Q"), y, tooltip=tooltip
        ),
        seeds.mark_point(filled=True, size=60, opacity=1).encode(x, y, tooltip=tooltip),
        means.mark_point(filled=True, size=110, shape="diamond", opacity=1).encode(
            x, y, tooltip=tooltip
        ),
        title=f"KL minus cross-entropy; dashed: ± {margin:g}",
    )
    return {**spec, "height": 120 + 24 * rows}


@cache
def partings(epochs: int, parted: float) -> Spec:
    """How far same-seed training losses are apart after each epoch; `parted`: where they part.

    Columns: what, kind ("entropy", "same"), row ("run", "median"), run, x, gap, label, label_value.
    """
    room = _room(len("same loss again"))
    x = _x("epoch", epochs, f"width - {room}")
    axis = alt.Axis(format="~e", values=POWERS)
    title = "nats"
    y = alt.Y("gap:Q", title=title, scale=alt.Scale(type="log"), axis=axis)
    chart = alt.Chart()
    color = role("kind")
    dash = alt.StrokeDash(
        "kind:N", scale=alt.Scale(domain=["entropy", "same"], range=[[1, 0], [6, 4]]), legend=None
    )
    tooltip = [
        alt.Tooltip("what:N"),
        alt.Tooltip("run:N"),
        alt.Tooltip("x:Q", title="epoch"),
        alt.Tooltip("gap:Q", title="nats", format=".3~g"),
    ]
    threshold = (
        coloured(chart.transform_aggregate(n="count()"), "same")
        .transform_calculate(edge=str(parted))
        .mark_rule(strokeDash=[2, 3], tooltip=None)
        .encode(alt.XDatum(1), alt.Y("edge:Q", title=title), alt.X2Datum(epochs))
    )
    labelled = chart.transform_filter("isValid(datum.label)")
    label_y = alt.Y("label_value:Q", title=title)
    return layered(
        threshold,
        chart.transform_filter(alt.datum.row == "run")
        .mark_point(filled=True, size=16, opacity=0.45, aria=False)
        .encode(x, y, color, tooltip=tooltip),
        chart.transform_filter(alt.datum.row == "median")
        .mark_line(strokeWidth=2.5, tooltip=None)
        .encode(x, y, color, dash),
        _names(labelled, room, x, label_y, color, alt.Text("label:N")),
        title=f"Gap of the training losses; dotted: {parted:g}",
    )
