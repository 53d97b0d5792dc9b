"""What the page on losses draws: each table, with its specification, which is built once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache

import altair as alt
import numpy as np
import pandas as pd

from pages.ui import formatting as fmt
from pages.ui.loss.results import NOTHING, Array, Bars, Cliff, Count, Results, clean, worst
from pages.ui.loss.state import HIGH, LOW
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

Chart = tuple[pd.DataFrame, Spec]

KL, CE = LOSSES
LESS_H = "less H(P)"
SHORT = {KL: "KL", CE: "H(P, Q)", LESS_H: "H(P, Q) − H(P)"}
BY_LOSS = Series("loss", widths=(5, 2), sizes=(190, 50))
BY_CURVE = Series("curve", tuple(SHORT), dashes=((1, 0), (6, 4), (2, 3)), widths=(5, 2, 2))
BAR, AROUND = 22, 100  # the height of one bar, and of all that is not a bar
DRAWN = 60  # points of a path, at most
LABELS = 0.45  # of a chart's width, to the right of its curves
CLOSE = 0.07  # of a chart's height: labels nearer than this become one
SHOWN = 2  # so many classes are named in one label, the others are counted


def bars(results: Results, what: Bars) -> Chart:
    """Bars side by side, a class a row, each with its value.

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
            "P above, blue; Q below, orange",
            "probability",
            alt.Scale(domain=[0, 1.2], nice=False),
            alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format="~g"),
        ),
        "gradients": (
            "Slopes: KL above, H(P, Q) below",
            "nats per unit of the logit",
            alt.Scale(domain=[-1.35, 1.35], nice=False),
            alt.Axis(values=[-1, -0.5, 0, 0.5, 1], format="~g"),
        ),
        "moving": (
            "From above: KL(P‖Q), H(P, Q), H(P)",
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
            alt.Tooltip("series:N", title="of"),
            alt.Tooltip("value:Q", format=".6~g"),
        ],
    )
    spec = layered(base.mark_bar(), *signed_numbers(base), title=title)
    return {**spec, "height": AROUND + (BAR * len(series) + 12) * classes}


def losses(results: Results) -> Chart:
    """Both losses by step, and cross-entropy less H(P) where that is not 0.

    Columns step, curve, value, label: where the curve ends, its name.
    """
    kl, cross_entropy = (path.loss for path in results.paths)
    curves = {KL: kl, CE: cross_entropy}
    if results.entropy > NOTHING:
        curves[LESS_H] = cross_entropy - results.entropy
    reach = max(float(values.max()) for values in curves.values()) or 1.0
    ends = {curve: float(values[-1]) for curve, values in curves.items()}
    labels = _labels(ends, SHORT, CLOSE * reach)
    tables = [_rows(values, labels.get(curve), curve=curve) for curve, values in curves.items()]
    return pd.concat(tables, ignore_index=True), _losses(results.sample.descent.steps)


@cache
def _losses(steps: int) -> Spec:
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


def paths(results: Results) -> Chart:
    """q of each class by step, for both losses.

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
        for curve in SHORT
    ]
    labelled, room = chart.transform_filter("isValid(datum.label)"), f"{LABELS} * width - 10"
    names = end_names(labelled, x, y, color, alt.Text("label:N"), room=room)
    return layered(*lines, hover(chart, x, y, tooltip), names, title=title)


def _rows(values: Array, label: str | None, **columns: str) -> pd.DataFrame:
    """One curve: its first step, its last, and so many between that a chart can draw them."""
    last = len(values) - 1
    steps = np.unique(np.linspace(0, last, min(last, DRAWN) + 1).round().astype(int))
    at_the_end = [*[None] * (len(steps) - 1), label]
    return pd.DataFrame({"step": steps, **columns, "value": values[steps], "label": at_the_end})


def _labels(ends: Mapping[str, float], names: Mapping[str, str], close: float) -> dict[str, str]:
    """A label for each curve's end; those that end side by side share one."""
    groups: list[list[str]] = []
    for curve in sorted(ends, key=lambda curve: -ends[curve]):
        if groups and ends[groups[-1][0]] - ends[curve] < close:
            groups[-1].append(curve)
        else:
            groups.append([curve])
    labels = {}
    for group in groups:
        inside = [names[curve] for curve in ends if curve in group]  # in their usual order
        more = f", {len(group) - SHOWN} more" if len(group) > SHOWN else ""
        labels[group[0]] = ", ".join(inside[:SHOWN]) + more
    return labels


def cliff_rows(results: Results) -> pd.DataFrame:
    """Along the true class's logit, what Keras answers, in a compiled model.

    Columns logit, loss, q, value, slope, here: whether the sample stands there.
    """
    along = results.along
    both = ((KL, along.kl, along.kl_slope), (CE, along.compiled, along.compiled_slope))
    tables = [
        {"logit": along.logit, "loss": title, "q": along.q, "value": value, "slope": slope}
        for title, value, slope in both
    ]
    rows = pd.concat([pd.DataFrame(columns) for columns in tables], ignore_index=True)
    return rows.assign(here=rows["logit"] == float(results.here.logit))


@cache
def cliff(what: Cliff) -> Spec:
    """Keras's losses or their slopes along the true class's logit. Columns as in `cliff_rows`."""
    titles = {"value": "loss, nats", "slope": "slope, nats per unit"}
    scale = alt.Scale(domain=[LOW, HIGH], nice=False)
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


def dead(counts: Sequence[Count]) -> Chart:
    """Images in the dead zone by epoch.

    Columns loss, epoch, runs, images, dead, value: dead images in a million.
    """
    rows = pd.DataFrame([vars(count) for count in counts])
    rows = rows.assign(value=1e6 * rows["dead"] / rows["images"])
    return rows, _dead(int(rows["epoch"].max()), ceiling(worst(counts)))


def ceiling(most: float) -> float:
    """Where an axis ends: a round number above the most."""
    power = 10.0 ** math.floor(math.log10(most)) if most else 1.0
    return power * (math.floor(most / power) + 1)


@cache
def _dead(epochs: int, most: float) -> Spec:
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
