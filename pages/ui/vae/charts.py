"""What the page draws: Vega-Lite specifications without data, each beside its table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from models.vae.record import ACTIVE, VaeRun
from pages.ui import formatting as fmt
from pages.ui.vae.results import DIMENSIONS, STEPS, Descent, Gradients
from pages.ui.vega import (
    Series,
    Spec,
    end_heights,
    end_names,
    epoch_ticks,
    hover,
    layered,
    role,
    signed_numbers,
)

KL, CE, H = "KL(q‖p)", "H(q, p)", "H(q)"
LOSSES = (KL, CE)
IN_MEAN, IN_LOG = "in μ", "in ln σ"
LABELS = 0.25  # of a chart's width, to the right of its curves
# Of a label on the curve of rate and distortion, a letter's width and the height, as shares of what
# the points span in a picture that leaves the page.
LETTER, TALL = 0.024, 0.07
BAR, AROUND = 22, 100  # the height of one bar, and of all that is not a bar


def gradients_table(gradients: Gradients) -> pd.DataFrame:
    """Columns of, series, value, said: each gradient in μ and in ln σ."""
    rows = [
        (of, series, value, fmt.number(value))
        for series, both in zip((*LOSSES, H), gradients, strict=True)
        for of, value in zip((IN_MEAN, IN_LOG), both, strict=True)
    ]
    return pd.DataFrame(rows, columns=["of", "series", "value", "said"])


@cache
def gradients() -> Spec:
    """Bars, in the theme's first three colours in their order: KL, cross-entropy, entropy."""
    series = (*LOSSES, H)
    base = alt.Chart().encode(
        x=alt.X(
            "value:Q",
            title="nats per unit",
            scale=alt.Scale(padding=44, zero=True),
            axis=alt.Axis(tickCount=5),
        ),
        y=alt.Y("of:N", title=None, sort=[IN_MEAN, IN_LOG], axis=alt.Axis(ticks=False)),
        yOffset=alt.YOffset("series:N", sort=list(series)),
        color=Series("series", series).color(),
        tooltip=[
            alt.Tooltip("series:N", title="of"),
            alt.Tooltip("of:N", title="slope"),
            alt.Tooltip("value:Q", title="nats per unit", format=".6~g"),
        ],
    )
    numbers = signed_numbers(base)
    spec = layered(base.mark_bar(), *numbers, title="From above: KL(q‖p), H(q, p), H(q)")
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
        alt.Tooltip("loss:N", title="down"),
        alt.Tooltip("step:Q"),
        alt.Tooltip("mean:Q", title="μ", format=".4~g"),
        alt.Tooltip("std:Q", title="σ", format=".4~g"),
    ]
    axis = alt.Axis(grid=False, tickCount=5, format="d")
    x = _before_labels("step", 0, STEPS, axis)
    return _two_curves(Series("loss", LOSSES), x, y, y, tooltip, "σ after each step downhill")


def training_table(run: VaeRun, what: str) -> pd.DataFrame:
    """Columns images, epoch, value, label, label_value: "distortion" or "rate" after each epoch.

    `label_value` is where a curve's label stands: at its end, or beside it where two would overlap.
    """
    rows = [
        (images, epoch.epoch, getattr(epoch, name), images if epoch is run.last else None)
        for images, name in (("training", what), ("test", f"test_{what}"))
        for epoch in run.history
    ]
    table = pd.DataFrame(rows, columns=["images", "epoch", "value", "label"])
    table["label_value"] = end_heights(table["value"], table.index[table["label"].notna()])
    return table


@cache
def training(what: str, epochs: int) -> Spec:
    """One network's "distortion" or "rate"."""
    title = f"{what}, nats a picture"
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=False, nice=True))
    label_y = alt.Y("label_value:Q", title=title)
    tooltip = [
        alt.Tooltip("images:N"),
        alt.Tooltip("epoch:Q"),
        alt.Tooltip("value:Q", title=f"{what}, nats", format=".4f"),
    ]
    axis = alt.Axis(values=epoch_ticks(epochs), format="d", grid=False)
    x = _before_labels("epoch", 1, max(epochs, 2), axis)
    series = Series("images", ("training", "test"))
    return _two_curves(series, x, y, label_y, tooltip, f"{what.capitalize()} after each epoch")


def _before_labels(field: str, first: int, last: int, axis: alt.Axis) -> alt.X:
    """An axis that leaves room for the labels at the curves' ends."""
    scale = alt.Scale(domain=[first, last], rangeMax=alt.expr(f"{1 - LABELS} * width"), nice=False)
    return alt.X(f"{field}:Q", title=field, scale=scale, axis=axis)


def _two_curves(
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


def rate_distortion_table(runs: Mapping[float, VaeRun], beta: float) -> pd.DataFrame:
    """Columns name, beta, rate, distortion, chosen, above, images: a row for each network, by β.

    `above` says where a point's label stands.
    """
    above = _above(runs)
    return pd.DataFrame(
        {
            "name": _name(run),
            "beta": run.beta,
            "rate": run.last.test_rate,
            "distortion": run.last.test_distortion,
            "chosen": run.beta == beta,
            "above": run.beta in above,
            "images": run.images["test"],
        }
        for run in runs.values()
    )


def _above(runs: Mapping[float, VaeRun]) -> set[float]:
    """Whose label stands above its point, on the right: the others have no room there.

    The curve falls, so that what stands there is the labels of the points before.
    """
    ordered = sorted(runs.values(), key=lambda run: run.last.test_rate)
    across = np.log1p([run.last.test_rate for run in ordered])  # as the axis has it
    down = np.array([run.last.test_distortion for run in ordered])
    above: list[int] = []
    for place in range(len(ordered)):
        if above:
            last = above[-1]
            wide = LETTER * len(_name(ordered[last])) * np.ptp(across)
            beside, below = across[place] - across[last], down[last] - down[place]
            if beside < wide and below < TALL * np.ptp(down):
                continue
        above.append(place)
    return {ordered[place].beta for place in above}


def _name(run: VaeRun) -> str:
    return f"β = {run.beta:g}"


@cache
def rate_distortion() -> Spec:
    """Distortion over rate, a point for each β."""
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
    bold: dict[str, Any] = {"fontSize": 12, "fontWeight": "bold"}
    above = chart.transform_filter(alt.datum.above).mark_text(align="left", dx=9, dy=-10, **bold)
    below = chart.transform_filter(~alt.datum.above).mark_text(align="right", dx=-9, dy=13, **bold)
    return layered(
        line,
        points,
        *(labels.encode(x, y, color, alt.Text("name:N")) for labels in (above, below)),
        title="Distortion over rate",
    )


def spreads_table(runs: Mapping[float, VaeRun]) -> pd.DataFrame:
    """Columns net, dimension, spread, rate, border: a row for each network and dimension."""
    return pd.DataFrame(
        {
            "net": _name(run),
            "dimension": dimension,
            "spread": run.spreads[place],
            "rate": run.rates[place],
            "border": ACTIVE,
        }
        for run in runs.values()
        for place, dimension in enumerate(DIMENSIONS)
    )


@cache
def spreads() -> Spec:
    """The variance of the means in each dimension."""
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
