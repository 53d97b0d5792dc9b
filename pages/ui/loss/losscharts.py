"""What the page on losses draws → Vega-Lite specifications without data, each built once."""

from __future__ import annotations

from functools import cache

import altair as alt

from pages.ui.loss.frames import LESS_H
from pages.ui.vega import (
    LOSSES,
    ROLES,
    Series,
    Spec,
    end_names,
    epoch_ticks,
    hover,
    layered,
    role,
    signed_numbers,
)

BAR, AROUND = 22, 100  # the height of one bar, and of all that is not a bar
CURVES = [*LOSSES, LESS_H]
BY_LOSS = Series("loss", widths=(5, 2), sizes=(190, 50))
BY_CURVE = Series("curve", tuple(CURVES), dashes=((1, 0), (6, 4), (2, 3)), widths=(5, 2, 2))
MOVING = ["KL(P‖Q)", "H(P, Q)", "H(P)"]
LABELS = 0.45  # of a chart's width, to the right of its curves


@cache
def distributions(classes: int) -> Spec:
    """P and Q side by side, a class a row. Columns as in `frames.distributions`."""
    scale = alt.Scale(domain=[0, 1.2], nice=False)
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format="~g")
    x = alt.X("value:Q", title="probability", scale=scale, axis=axis)
    return _bars(x, ["P", "Q"], ROLES, classes, "P above, blue; Q below, orange")


@cache
def gradients(classes: int) -> Spec:
    """The slope of both losses in each logit. Columns as in `frames.distributions`."""
    scale = alt.Scale(domain=[-1.35, 1.35], nice=False)
    axis = alt.Axis(values=[-1, -0.5, 0, 0.5, 1], format="~g")
    x = alt.X("value:Q", title="nats per unit of the logit", scale=scale, axis=axis)
    title = "Slopes: KL above, H(P, Q) below"
    return _bars(x, LOSSES, alt.Scale(domain=LOSSES), classes, title)


@cache
def moving(classes: int) -> Spec:
    """The slopes in P's logits. Columns as in `frames.distributions`."""
    x = alt.X(
        "value:Q",
        title="nats per unit of P’s logit",
        scale=alt.Scale(padding=44),
        axis=alt.Axis(tickCount=5),
    )
    # The theme's first three colours, in this order.
    return _bars(x, MOVING, alt.Scale(domain=MOVING), classes, "From above: KL(P‖Q), H(P, Q), H(P)")


def _bars(x: alt.X, series: list[str], scale: alt.Scale, classes: int, title: str) -> Spec:
    """Bars side by side, a class a row, each with its value."""
    axis = alt.Axis(labelLimit=90, ticks=False, domain=False)
    base = alt.Chart().encode(
        x=x,
        y=alt.Y("outcome:N", title=None, sort=None, axis=axis),
        yOffset=alt.YOffset("series:N", sort=series),
        color=alt.Color("series:N", scale=scale, legend=None),
        tooltip=[
            alt.Tooltip("outcome:N", title="class"),
            alt.Tooltip("series:N", title="of"),
            alt.Tooltip("value:Q", format=".6~g"),
        ],
    )
    spec = layered(base.mark_bar(), *signed_numbers(base), title=title)
    return {**spec, "height": AROUND + (BAR * len(series) + 12) * classes}


@cache
def losses(steps: int) -> Spec:
    """Both losses on their way down. Columns as in `frames.losses`."""
    y = alt.Y("value:Q", title="loss, nats", scale=alt.Scale(domainMin=0, nice=True))
    # What is cross-entropy less a constant has its colour.
    chart = alt.Chart().transform_calculate(
        loss=f"datum.curve == '{LESS_H}' ? '{LOSSES[1]}' : datum.curve"
    )
    tooltip = [
        alt.Tooltip("curve:N", title="of"),
        alt.Tooltip("step:Q"),
        alt.Tooltip("value:Q", title="nats", format=".6~g"),
    ]
    return _curves(chart, steps, y, "curve:N", tooltip, "Loss after each step")


@cache
def paths(steps: int) -> Spec:
    """q of each class on both ways down. Columns as in `frames.paths`."""
    y = alt.Y("value:Q", title="q", scale=alt.Scale(domain=[0, 1], nice=False))
    tooltip = [
        alt.Tooltip("outcome:N", title="class"),
        alt.Tooltip("loss:N", title="taught by"),
        alt.Tooltip("step:Q"),
        alt.Tooltip("value:Q", title="q", format=".6~g"),
    ]
    chart = alt.Chart().transform_calculate(loss="datum.curve")
    return _curves(chart, steps, y, "outcome:N", tooltip, "Q after each step")


def _curves(
    chart: alt.Chart, steps: int, y: alt.Y, detail: str, tooltip: list[alt.Tooltip], title: str
) -> Spec:
    """Lines by step, KL below and wide, cross-entropy above and dashed, with labels at the end."""
    scale = alt.Scale(domain=[0, steps], rangeMax=alt.expr(f"{1 - LABELS} * width"), nice=False)
    axis = alt.Axis(grid=False, tickCount=5, format="d")
    x = alt.X("step:Q", title="step", scale=scale, axis=axis)
    color = BY_LOSS.color()
    lines = [
        chart.transform_filter(alt.datum.curve == curve)
        .mark_line(tooltip=None)
        .encode(x, y, color, BY_CURVE.dash(), BY_CURVE.width(), detail=detail)
        for curve in CURVES
    ]
    labelled, room = chart.transform_filter("isValid(datum.label)"), f"{LABELS} * width - 10"
    names = end_names(labelled, x, y, color, alt.Text("label:N"), room=room)
    return layered(*lines, hover(chart, x, y, tooltip), names, title=title)


@cache
def cliff(what: str, low: float, high: float) -> Spec:
    """Keras's losses ("value") or their slopes ("slope") along the true class's logit.

    Columns as in `frames.cliff`.
    """
    titles = {"value": "loss, nats", "slope": "slope, nats per unit"}
    scale = alt.Scale(domain=[low, high], nice=False)
    axis = alt.Axis(grid=False, tickCount=5)
    x = alt.X("logit:Q", title="logit of the true class", scale=scale, axis=axis)
    y_scale = alt.Scale(nice=True, domainMin=0) if what == "value" else alt.Scale(zero=True)
    y = alt.Y(f"{what}:Q", title=titles[what], scale=y_scale)
    # By one scale with the grey of the rule: two would be taken together, and shift the colours.
    color = role()
    chart = alt.Chart().transform_calculate(colour=f"datum.loss == '{LOSSES[0]}' ? 'P' : 'Q'")
    here = chart.transform_filter(alt.datum.here)
    tooltip = [
        alt.Tooltip("loss:N"),
        alt.Tooltip("logit:Q", format=".4~g"),
        alt.Tooltip("q:Q", title="q of the true class", format=".3~g"),
        alt.Tooltip(f"{what}:Q", title=titles[what], format=".6~g"),
    ]
    lines = [
        chart.transform_filter(alt.datum.loss == loss)
        .mark_line(tooltip=None)
        .encode(x, y, color, BY_LOSS.dash(), BY_LOSS.width())
        for loss in LOSSES
    ]
    rule = here.transform_calculate(colour="'same'").mark_rule(strokeDash=[2, 3], tooltip=None)
    title = {"value": "Keras’s losses", "slope": "Keras’s slopes"}[what]
    return layered(
        rule.encode(x, color),
        *lines,
        hover(chart.transform_filter("datum.logit * 2 % 1 == 0"), x, y, tooltip),
        here.mark_point(filled=True, opacity=1).encode(
            x, y, color, BY_LOSS.shape(), BY_LOSS.size(), tooltip=tooltip
        ),
        title=f"{title}; dashed: cross-entropy",
    )


@cache
def dead(epochs: int, most: float) -> Spec:
    """Images in the dead zone, in a million, by epoch. Columns as in `frames.dead`."""
    scale = alt.Scale(domain=[1, max(epochs, 2)], nice=False)
    axis = alt.Axis(values=epoch_ticks(epochs), format="d", grid=False)
    x = alt.X("epoch:Q", title="epoch", scale=scale, axis=axis)
    y = alt.Y("value:Q", title="in a million images", scale=alt.Scale(domain=[0, most], nice=False))
    color = BY_LOSS.color()
    tooltip = [
        alt.Tooltip("loss:N"),
        alt.Tooltip("epoch:Q"),
        alt.Tooltip("runs:Q"),
        alt.Tooltip("images:Q", format=","),
        alt.Tooltip("dead:Q", title="in the dead zone", format=","),
    ]
    return layered(
        alt.Chart().mark_line(tooltip=None).encode(x, y, color, BY_LOSS.dash(), BY_LOSS.width()),
        alt.Chart()
        .mark_point(filled=True, opacity=1)
        .encode(x, y, color, BY_LOSS.shape(), BY_LOSS.size(), tooltip=tooltip),
        title="Training images in the dead zone",
    )
