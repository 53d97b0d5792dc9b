"""What people's votes say of two nets → Vega-Lite specifications without data, built once."""

from __future__ import annotations

import math
from functools import cache

import altair as alt

from pages.ui.charts import LOSSES, P_AND_Q, Spec, layered

# The theme's first three colours in their order, and grey.
PARTS = alt.Scale(domain=[*LOSSES, "H(P)", "corrected"])
# Narrow bars, with more room to the right of each, for its labels, than to the left of the first.
BANDS = alt.Scale(paddingInner=0.6, paddingOuter=0.4, align=0.2)
BEYOND = 1.3  # the line's width, in bars: so that it is seen on the border of two colours
TOP = math.log(10)  # the entropy of ten classes where all are equally likely
END = 2.4


@cache
def parts() -> Spec:
    """Cross-entropy of both nets as a stack: H(P), and KL on top. Columns as in `frames.parts`."""
    axis = alt.Axis(labelAngle=0, ticks=False, domain=False)
    x = alt.X("net:N", title=None, sort=None, axis=axis, scale=BANDS)
    title = "nats, mean over the images"
    scale = alt.Scale(domainMin=0, nice=True)
    y = {name: alt.Y(f"{name}:Q", title=title, scale=scale) for name in ("low", "middle", "high")}
    color = alt.Color("colour:N", scale=PARTS, legend=None)
    tooltip = [alt.Tooltip("net:N"), alt.Tooltip("part:N"), alt.Tooltip("value:N", title="nats")]
    chart = alt.Chart()
    stacked = chart.transform_filter("datum.part != 'H(P, Q)'")
    sums = chart.transform_filter("datum.part == 'H(P, Q)'")
    names = stacked.transform_calculate(
        text="(datum.part == 'H(P)' ? 'H(P) ' : 'KL ') + datum.said"
    )
    right = alt.X("net:N", sort=None, scale=BANDS, bandPosition=1)
    return layered(
        chart.mark_point(opacity=0, tooltip=None).encode(
            x, alt.Y("room:Q", title=title, scale=scale)
        ),
        stacked.mark_bar(width={"band": 1}).encode(
            x, y["low"], alt.Y2("high:Q"), color, tooltip=tooltip
        ),
        names.mark_text(align="left", dx=6, fontSize=11, fontWeight="bold").encode(
            right, y["middle"], color, text="text:N"
        ),
        sums.mark_text(dy=-9, fontSize=12, fontWeight="bold").encode(
            x, y["high"], color, text="said:N"
        ),
        sums.transform_calculate(colour="'corrected'")
        .mark_tick(width={"band": BEYOND}, thickness=2, tooltip=None)
        .encode(x, alt.Y("corrected:Q", title=title, scale=scale), color),
        title="Cross-entropy, in the two parts that it has",
    )


@cache
def doubts(cells: bool, cell: float) -> Spec:
    """H(Q) of KL's net against H(P) of people, with group means. Columns as in `frames.doubts`.

    `cells`: whether images are counted in squares `cell` nats wide.
    """
    scale, axis = alt.Scale(domain=[0, END], nice=False), alt.Axis(values=[0, 0.5, 1, 1.5, 2])
    x = alt.X("people:Q", title="H(P) of people, nats", scale=scale, axis=axis)
    y = alt.Y("net:Q", title="H(Q) of KL’s net, nats", scale=scale, axis=axis)
    chart = alt.Chart()
    equal = _coloured(chart.transform_aggregate(n="count()"), "same")
    means = _coloured(chart.transform_filter(alt.datum.row == "group"), "entropy")
    tooltip = [
        alt.Tooltip("images:Q", format=","),
        alt.Tooltip("people:Q", title="mean H(P)", format=".4~g"),
        alt.Tooltip("net:Q", title="mean H(Q)", format=".4~g"),
        alt.Tooltip("low:Q", title="95 % from", format=".4~g"),
        alt.Tooltip("high:Q", title="to", format=".4~g"),
    ]
    return layered(
        _cells(chart, x, y, cell) if cells else _points(chart, x, y),
        equal.mark_rule(strokeDash=[4, 4], tooltip=None).encode(
            alt.XDatum(0, scale=scale),
            alt.YDatum(0, scale=scale),
            alt.X2Datum(TOP),
            alt.Y2Datum(TOP),
        ),
        means.mark_rule(strokeWidth=3).encode(
            x, alt.Y("low:Q", scale=scale), alt.Y2("high:Q"), tooltip=tooltip
        ),
        means.mark_point(filled=True, size=120, shape="diamond", opacity=1).encode(
            x, y, tooltip=tooltip
        ),
        title="Doubt: KL’s net against people",
    )


def _points(chart: alt.Chart, x: alt.X, y: alt.Y) -> alt.Chart:
    images = _coloured(chart.transform_filter(alt.datum.row == "image"), "P")
    tooltip = [
        alt.Tooltip("number:Q", title="photograph"),
        alt.Tooltip("label:N"),
        alt.Tooltip("people:Q", title="H(P)", format=".4~g"),
        alt.Tooltip("net:Q", title="H(Q)", format=".4~g"),
    ]
    return images.mark_point(filled=True, size=22, opacity=0.35).encode(x, y, tooltip=tooltip)


def _cells(chart: alt.Chart, x: alt.X, y: alt.Y, cell: float) -> alt.Chart:
    cells = _coloured(chart.transform_filter(alt.datum.row == "cell"), "P").transform_calculate(
        people_end=f"datum.people + {cell}", net_end=f"datum.net + {cell}"
    )
    tooltip = [
        alt.Tooltip("images:Q", format=","),
        alt.Tooltip("people:Q", title="H(P) from", format=".3~g"),
        alt.Tooltip("net:Q", title="H(Q) from", format=".3~g"),
    ]
    # Logarithmic: a few cells hold most of the images.
    shades = alt.Scale(type="log", range=[0.15, 1])
    return cells.mark_rect().encode(
        x,
        y,
        alt.X2("people_end:Q"),
        alt.Y2("net_end:Q"),
        opacity=alt.Opacity("images:Q", scale=shades, legend=None),
        tooltip=tooltip,
    )


def _coloured(chart: alt.Chart, name: str) -> alt.Chart:
    """A chart in one of the theme's colours, by what it stands for."""
    color = alt.Color("colour:N", scale=P_AND_Q, legend=None)
    return chart.transform_calculate(colour=f"'{name}'").encode(color)
