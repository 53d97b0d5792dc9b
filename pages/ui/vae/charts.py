"""What the page draws: Vega-Lite specifications without data, each beside its table."""

from __future__ import annotations

from functools import cache

import altair as alt
import pandas as pd

from pages.ui import formatting as fmt
from pages.ui.vae.results import STEPS, Descent, Gradients
from pages.ui.vega import Series, Spec, end_names, hover, layered, signed_numbers

KL, CE, H = "KL(q‖p)", "H(q, p)", "H(q)"
LOSSES = (KL, CE)
IN_MEAN, IN_LOG = "in μ", "in ln σ"
LABELS = 0.25  # of a chart's width, to the right of its curves
BAR, AROUND = 22, 100  # the height of one bar, and of all that is not a bar


def gradients_table(gradients: Gradients) -> pd.DataFrame:
    """Columns variable, series, value, said: each partial derivative in μ and in ln σ."""
    rows = [
        (variable, series, value, fmt.number(value))
        for series, both in zip((*LOSSES, H), gradients, strict=True)
        for variable, value in zip((IN_MEAN, IN_LOG), both, strict=True)
    ]
    return pd.DataFrame(rows, columns=["variable", "series", "value", "said"])


@cache
def gradients() -> Spec:
    """Bars, in the theme's first three colours in their order: KL, cross-entropy, entropy."""
    series = (*LOSSES, H)
    base = alt.Chart().encode(
        x=alt.X(
            "value:Q",
            title="gradient, nats per unit",
            scale=alt.Scale(padding=44, zero=True),
            axis=alt.Axis(tickCount=5),
        ),
        y=alt.Y("variable:N", title=None, sort=[IN_MEAN, IN_LOG], axis=alt.Axis(ticks=False)),
        yOffset=alt.YOffset("series:N", sort=list(series)),
        color=Series("series", series).color(),
        tooltip=[
            alt.Tooltip("series:N", title="loss"),
            alt.Tooltip("variable:N", title="gradient"),
            alt.Tooltip("value:Q", title="nats per unit", format=".6~g"),
        ],
    )
    numbers = signed_numbers(base)
    spec = layered(base.mark_bar(), *numbers, title="Gradients, from top: KL(q‖p), H(q, p), H(q)")
    return {**spec, "height": AROUND + (BAR * len(series) + 12) * 2}


def descents_table(descents: tuple[Descent, Descent]) -> pd.DataFrame:
    """Columns loss, step, mean, std, label: q at each step of both; a label at each end."""
    rows = [
        (loss, step, mean, std, loss if step == STEPS else None)
        for loss, descent in zip(LOSSES, descents, strict=True)
        for step, (mean, std) in enumerate(zip(descent.mean, descent.std, strict=True))
    ]
    return pd.DataFrame(rows, columns=["loss", "step", "mean", "std", "label"])


@cache
def descents() -> Spec:
    """σ after each step."""
    y = alt.Y("std:Q", title="standard deviation σ of q", scale=alt.Scale(domainMin=0, nice=True))
    tooltip = [
        alt.Tooltip("loss:N", title="loss"),
        alt.Tooltip("step:Q"),
        alt.Tooltip("mean:Q", title="μ", format=".4~g"),
        alt.Tooltip("std:Q", title="σ", format=".4~g"),
    ]
    axis = alt.Axis(grid=False, tickCount=5, format="d")
    x = before_labels("step", 0, STEPS, axis)
    return two_curves(Series("loss", LOSSES), x, y, y, tooltip, "σ during gradient descent")


def before_labels(field: str, first: int, last: int, axis: alt.Axis) -> alt.X:
    """An axis that leaves room for the labels at the curves' ends."""
    scale = alt.Scale(domain=[first, last], rangeMax=alt.expr(f"{1 - LABELS} * width"), nice=False)
    return alt.X(f"{field}:Q", title=field, scale=scale, axis=axis)


def two_curves(
    series: Series, x: alt.X, y: alt.Y, label_y: alt.Y, tooltip: list[alt.Tooltip], title: str
) -> Spec:
    """Two lines, the first solid and wide, the second dashed, each with its name at its end."""
    chart = alt.Chart()
    lines = chart.mark_line(tooltip=None).encode(
        x, y, series.color(), series.dash(), series.width()
    )
    labelled, room = chart.transform_filter("isValid(datum.label)"), f"{LABELS} * width - 10"
    names = end_names(labelled, x, label_y, series.color(), alt.Text("label:N"), room=room)
    return layered(lines, hover(chart, x, y, tooltip), names, title=title)
