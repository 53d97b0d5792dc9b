"""What people's votes say of two nets → Vega-Lite specifications without data, built once."""

from __future__ import annotations

import math
from functools import cache

import altair as alt

from pages.ui.vega import LOSSES, UNSEEN, Spec, coloured, layered

# The theme's first three colours in their order, and grey.
PARTS = alt.Scale(domain=[*LOSSES, "H(P)", "corrected"])
PART = alt.Color("colour:N", scale=PARTS, legend=None)
# Narrow bars, with more room to the right of each, for its labels, than to the left of the first.
BANDS = alt.Scale(paddingInner=0.6, paddingOuter=0.4, align=0.2)
BEYOND = 1.3  # the line's width, in bars: so that it is seen on the border of two colours
TOP = math.log(10)  # the entropy of ten classes where all are equally likely
DOUBT = alt.Scale(domain=[0, 2.4], nice=False)


@cache
def parts() -> Spec:
    """Cross-entropy of both nets as a stack: H(P), and KL on top. Columns as in `frames.parts`."""
    axis = alt.Axis(labelAngle=0, ticks=False, domain=False)
    x = alt.X("net:N", title=None, sort=None, axis=axis, scale=BANDS)
    chart = alt.Chart()
    stacked = chart.transform_filter("datum.part != 'H(P, Q)'")
    sums = chart.transform_filter("datum.part == 'H(P, Q)'")
    return layered(
        chart.mark_point(**UNSEEN, tooltip=None).encode(x, _nats("room")),
        _bars(stacked, x),
        _names(stacked),
        sums.mark_text(dy=-9, fontSize=12, fontWeight="bold").encode(
            x, _nats("high"), PART, text="said:N"
        ),
        sums.transform_calculate(colour="'corrected'")
        .mark_tick(width={"band": BEYOND}, thickness=2, tooltip=None)
        .encode(x, _nats("corrected"), PART),
        title="Cross-entropy in two parts",
    )


def _bars(stacked: alt.Chart, x: alt.X) -> alt.Chart:
    tooltip = [alt.Tooltip("net:N"), alt.Tooltip("part:N"), alt.Tooltip("value:N", title="nats")]
    bars = stacked.mark_bar(width={"band": 1})
    return bars.encode(x, _nats("low"), alt.Y2("high:Q"), PART, tooltip=tooltip)


def _names(stacked: alt.Chart) -> alt.Chart:
    """What each part is, to the right of its bar."""
    x = alt.X("net:N", sort=None, scale=BANDS, bandPosition=1)
    names = stacked.transform_calculate(
        text="(datum.part == 'H(P)' ? 'H(P) ' : 'KL ') + datum.said"
    ).mark_text(align="left", dx=6, fontSize=11, fontWeight="bold")
    return names.encode(x, _nats("middle"), PART, text="text:N")


def _nats(column: str) -> alt.Y:
    scale = alt.Scale(domainMin=0, nice=True)
    return alt.Y(f"{column}:Q", title="nats, mean over the images", scale=scale)


@cache
def doubts(cells: bool, cell: float) -> Spec:
    """H(Q) of KL's net against H(P) of people, with group means. Columns as in `frames.doubts`.

    `cells`: whether images are counted in squares `cell` nats wide.
    """
    axis = alt.Axis(values=[0, 0.5, 1, 1.5, 2])
    x = alt.X("people:Q", title="H(P) of people, nats", scale=DOUBT, axis=axis)
    y = alt.Y("net:Q", title="H(Q) of KL’s net, nats", scale=DOUBT, axis=axis)
    chart = alt.Chart()
    return layered(
        _cells(chart, x, y, cell) if cells else _points(chart, x, y),
        _equal(chart),
        *_means(chart, x, y),
        title="Doubt: KL’s net against people",
    )


def _equal(chart: alt.Chart) -> alt.Chart:
    """The line on which the net would doubt as much as people."""
    line = coloured(chart.transform_aggregate(n="count()"), "same")
    return line.mark_rule(strokeDash=[4, 4], tooltip=None).encode(
        alt.XDatum(0, scale=DOUBT), alt.YDatum(0, scale=DOUBT), alt.X2Datum(TOP), alt.Y2Datum(TOP)
    )


def _means(chart: alt.Chart, x: alt.X, y: alt.Y) -> tuple[alt.Chart, alt.Chart]:
    """Each group's interval and its mean."""
    means = coloured(chart.transform_filter(alt.datum.row == "group"), "entropy")
    tooltip = [
        alt.Tooltip("images:Q", format=","),
        alt.Tooltip("people:Q", title="mean H(P)", format=".4~g"),
        alt.Tooltip("net:Q", title="mean H(Q)", format=".4~g"),
        alt.Tooltip("low:Q", title="95 % from", format=".4~g"),
        alt.Tooltip("high:Q", title="to", format=".4~g"),
    ]
    low, high = alt.Y("low:Q", scale=DOUBT), alt.Y2("high:Q")
    return (
        means.mark_rule(strokeWidth=3).encode(x, low, high, tooltip=tooltip),
        means.mark_point(filled=True, size=120, shape="diamond", opacity=1).encode(
            x, y, tooltip=tooltip
        ),
    )


def _points(chart: alt.Chart, x: alt.X, y: alt.Y) -> alt.Chart:
    images = coloured(chart.transform_filter(alt.datum.row == "image"), "P")
    tooltip = [
        alt.Tooltip("number:Q", title="photograph"),
        alt.Tooltip("label:N"),
        alt.Tooltip("people:Q", title="H(P)", format=".4~g"),
        alt.Tooltip("net:Q", title="H(Q)", format=".4~g"),
    ]
    # Up to thousands: not to be read out one by one.
    points = images.mark_point(filled=True, size=22, opacity=0.35, aria=False)
    return points.encode(x, y, tooltip=tooltip)


def _cells(chart: alt.Chart, x: alt.X, y: alt.Y, cell: float) -> alt.Chart:
    cells = coloured(chart.transform_filter(alt.datum.row == "cell"), "P").transform_calculate(
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
