"""Charts of the losses, their gradient and descents: a table, and a specification built once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import altair as alt
import numpy as np
import pandas as pd

from pages.ui import formatting as fmt
from pages.ui.loss.results import ROUNDING, Array, Bars, Results, clean
from pages.ui.vega import (
    LOSSES,
    ROLES,
    Series,
    Spec,
    end_names,
    hover,
    layered,
    signed_numbers,
)

Chart = tuple[pd.DataFrame, Spec]

KL, CE = LOSSES
MINUS_H = "Cross-entropy − H(P)"
SHORT = {KL: "KL", CE: "H(P, Q)", MINUS_H: "H(P, Q) − H(P)"}
BY_LOSS = Series("loss", widths=(5, 2), sizes=(190, 50))
BY_CURVE = Series("curve", tuple(SHORT), dashes=((1, 0), (6, 4), (2, 3)), widths=(5, 2, 2))
BAR, AROUND = 20, 100  # the height of one bar, and of everything that is not a bar
DRAWN = 60  # points of a curve, at most
LABELS = 0.45  # of a chart's width, for labels to the right of its curves
CLOSE = 0.07  # of a chart's height: curves that end closer than this share a label
NAMED = 2  # classes in one label; the others are counted


def bars(results: Results, what: Bars) -> Chart:
    """Bars for each class, with their values.

    Columns outcome, series, value, said: the value as text.
    """
    moving = results.moving
    series = {
        "distributions": {"P": results.p, "Q": results.q},
        "gradients": {KL: results.gradient, CE: results.gradient},
        "moving": {"KL(P‖Q)": moving.kl, "H(P, Q)": moving.cross_entropy, "H(P)": moving.entropy},
    }[what]
    names = results.sample.names
    rows = [
        (name, title, clean(value), fmt.number(clean(value)))
        for title, values in series.items()
        for name, value in zip(names, values, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["outcome", "series", "value", "said"])
    return table, _bars(what, tuple(series), len(names))


@cache
def _bars(what: Bars, series: tuple[str, ...], classes: int) -> Spec:
    title, of, scale, axis = {
        "distributions": (
            "Label P (blue, above) and Q (orange, below)",
            "probability",
            alt.Scale(domain=[0, 1.2], nice=False),
            alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format="~g"),
        ),
        "gradients": (
            "Gradient of KL (above), of H(P, Q) (below)",
            "nats per unit of the logit",
            alt.Scale(domain=[-1.35, 1.35], nice=False),
            alt.Axis(values=[-1, -0.5, 0, 0.5, 1], format="~g"),
        ),
        "moving": (
            "Gradients: KL(P‖Q), H(P, Q), H(P)",
            "nats per unit of P’s logit",
            alt.Scale(padding=44),
            alt.Axis(tickCount=5),
        ),
    }[what]
    # The theme's first colours, in the order of the series.
    colours = ROLES if what == "distributions" else alt.Scale(domain=list(series))
    base = alt.Chart().encode(
        x=alt.X("value:Q", title=of, scale=scale, axis=axis),
        y=alt.Y(
            "outcome:N",
            title=None,
            sort=None,
            axis=alt.Axis(labelLimit=90, ticks=False, domain=False),
        ),
        yOffset=alt.YOffset("series:N", sort=list(series)),
        color=alt.Color("series:N", scale=colours, legend=None),
        tooltip=[
            alt.Tooltip("outcome:N", title="class"),
            alt.Tooltip("series:N", title="quantity"),
            alt.Tooltip("value:Q", format=".6~g"),
        ],
    )
    spec = layered(base.mark_bar(), *signed_numbers(base), title=title)
    return {**spec, "height": AROUND + (BAR * len(series) + 10) * classes}


def losses(results: Results) -> Chart:
    """Both losses at each step, and cross-entropy − H(P) if H(P) > 0.

    Columns step, curve, value, label: the curve's name at its end.
    """
    kl, cross_entropy = (path.loss for path in results.paths)
    curves = {KL: kl, CE: cross_entropy}
    if results.entropy > ROUNDING:
        curves[MINUS_H] = cross_entropy - results.entropy
    reach = max(float(values.max()) for values in curves.values()) or 1.0
    ends = {curve: float(values[-1]) for curve, values in curves.items()}
    labels = _labels(ends, SHORT, CLOSE * reach)
    tables = [_rows(values, labels.get(curve), curve=curve) for curve, values in curves.items()]
    return pd.concat(tables, ignore_index=True), _losses(results.sample.descent.steps)


@cache
def _losses(steps: int) -> Spec:
    y = alt.Y("value:Q", title="loss, nats", scale=alt.Scale(domainMin=0, nice=True))
    # Cross-entropy − H(P) has the colour of cross-entropy.
    chart = alt.Chart().transform_calculate(
        loss=f"datum.curve == '{MINUS_H}' ? '{LOSSES[1]}' : datum.curve"
    )
    tooltip = [
        alt.Tooltip("curve:N", title="loss"),
        alt.Tooltip("step:Q"),
        alt.Tooltip("value:Q", title="nats", format=".6~g"),
    ]
    return _curves(chart, steps, y, "curve:N", tooltip, "Loss at each step")


def paths(results: Results) -> Chart:
    """q of each class at each step, for both losses.

    Columns step, curve (the loss), outcome, value, label: at the end of cross-entropy's curves.
    """
    sample, tables = results.sample, []
    for curve, path in zip(LOSSES, results.paths, strict=True):
        ends = dict(zip(sample.names, map(float, path.q[-1]), strict=True))
        labels = _labels(ends, {name: name for name in ends}, CLOSE) if curve == CE else {}
        for name, values in zip(sample.names, path.q.T, strict=True):
            tables.append(_rows(values, labels.get(name), curve=curve, outcome=name))
    return pd.concat(tables, ignore_index=True), _paths(sample.descent.steps)


@cache
def _paths(steps: int) -> Spec:
    y = alt.Y("value:Q", title="q", scale=alt.Scale(domain=[0, 1], nice=False))
    tooltip = [
        alt.Tooltip("outcome:N", title="class"),
        alt.Tooltip("loss:N", title="loss"),
        alt.Tooltip("step:Q"),
        alt.Tooltip("value:Q", title="q", format=".6~g"),
    ]
    chart = alt.Chart().transform_calculate(loss="datum.curve")
    return _curves(chart, steps, y, "outcome:N", tooltip, "q of each class at each step")


def _curves(
    chart: alt.Chart, steps: int, y: alt.Y, detail: str, tooltip: list[alt.Tooltip], title: str
) -> Spec:
    """Curves over steps: KL wide, cross-entropy dashed above it; labels at their ends."""
    scale = alt.Scale(domain=[0, steps], rangeMax=alt.expr(f"{1 - LABELS} * width"), nice=False)
    axis = alt.Axis(grid=False, tickCount=5, format="d")
    x = alt.X("step:Q", title="step", scale=scale, axis=axis)
    color = BY_LOSS.color()
    lines = [
        chart.transform_filter(alt.datum.curve == curve)
        .mark_line(tooltip=None)
        .encode(x, y, color, BY_CURVE.dash(), BY_CURVE.width(), detail=detail)
        for curve in SHORT
    ]
    labelled, room = chart.transform_filter("isValid(datum.label)"), f"{LABELS} * width - 10"
    names = end_names(labelled, x, y, color, alt.Text("label:N"), room=room)
    return layered(*lines, hover(chart, x, y, tooltip), names, title=title)


def _rows(values: Array, label: str | None, **columns: str) -> pd.DataFrame:
    """One curve: at most `DRAWN` of its steps and the first."""
    last = len(values) - 1
    steps = np.unique(np.linspace(0, last, min(last, DRAWN) + 1).round().astype(int))
    at_the_end = [*[None] * (len(steps) - 1), label]
    return pd.DataFrame({"step": steps, **columns, "value": values[steps], "label": at_the_end})


def _labels(ends: Mapping[str, float], names: Mapping[str, str], close: float) -> dict[str, str]:
    """A label for each curve's end; curves that end close together share one."""
    groups: list[list[str]] = []
    for curve in sorted(ends, key=lambda curve: -ends[curve]):
        if groups and ends[groups[-1][0]] - ends[curve] < close:
            groups[-1].append(curve)
        else:
            groups.append([curve])
    labels = {}
    for group in groups:
        inside = [names[curve] for curve in ends if curve in group]  # in their usual order
        more = f", {len(group) - NAMED} more" if len(group) > NAMED else ""
        labels[group[0]] = ", ".join(inside[:NAMED]) + more
    return labels
