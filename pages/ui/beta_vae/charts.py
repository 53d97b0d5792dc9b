"""What the page draws: Vega-Lite specifications without data, each beside its table."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from models.vae.record import ACTIVE, VaeRun
from pages.ui.beta_vae.results import DIMENSIONS
from pages.ui.vae.charts import before_labels, two_curves
from pages.ui.vega import Series, Spec, end_heights, epoch_ticks, layered, role

# Of a label on the rate–distortion curve, a letter's width and the height, as fractions of what
# the points span in a picture that leaves the page.
LETTER, TALL = 0.024, 0.07


def training_table(run: VaeRun, what: str) -> pd.DataFrame:
    """Columns images, epoch, value, label, label_value: "distortion" or "rate" after each epoch.

    `label_value` is the height of a curve's label: its end, or beside it where two would overlap.
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
    title = f"{what}, nats per image"
    y = alt.Y("value:Q", title=title, scale=alt.Scale(zero=False, nice=True))
    label_y = alt.Y("label_value:Q", title=title)
    tooltip = [
        alt.Tooltip("images:N"),
        alt.Tooltip("epoch:Q"),
        alt.Tooltip("value:Q", title=f"{what}, nats", format=".4f"),
    ]
    axis = alt.Axis(values=epoch_ticks(epochs), format="d", grid=False)
    x = before_labels("epoch", 1, max(epochs, 2), axis)
    series = Series("images", ("training", "test"))
    return two_curves(series, x, y, label_y, tooltip, f"{what.capitalize()} after each epoch")


def rate_distortion_table(runs: Mapping[float, VaeRun], beta: float) -> pd.DataFrame:
    """Columns name, beta, rate, distortion, chosen, above, images: a row for each network, by β.

    `above`: whether a point's label stands above it.
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
    """The β whose label stands above its point, on the right: the others have no room there.

    The curve falls, so the labels of the points before it stand there.
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
    """The rate–distortion curve, a point for each network."""
    x = alt.X(
        "rate:Q",
        title="rate, KL(q(z|x)‖p(z)): nats per image",
        scale=alt.Scale(type="symlog", domainMin=0, padding=50, nice=False),
        # A label that would be cut at the edge is left out.
        axis=alt.Axis(
            values=[0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000], grid=False, labelBound=True
        ),
    )
    y = alt.Y(
        "distortion:Q",
        title="distortion, nats per image",
        scale=alt.Scale(zero=False, nice=True, padding=24),
    )
    tooltip = [
        alt.Tooltip("name:N", title="network"),
        alt.Tooltip("rate:Q", title="rate, nats", format=".4f"),
        alt.Tooltip("distortion:Q", title="distortion, nats", format=".4f"),
        alt.Tooltip("images:Q", title="test images", format=","),
    ]
    chart = alt.Chart().transform_calculate(of="datum.chosen ? 'Q' : 'P'")
    color = role("of")
    one = alt.Chart().transform_calculate(of="'P'")
    line = one.mark_line(strokeDash=[3, 3], tooltip=None).encode(x, y, color, order="beta:Q")
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
        title="Rate–distortion curve",
    )


def variances_table(runs: Mapping[float, VaeRun]) -> pd.DataFrame:
    """Columns network, dimension, variance, rate, threshold: a row per network and dimension."""
    return pd.DataFrame(
        {
            "network": _name(run),
            "dimension": dimension,
            "variance": run.spreads[place],
            "rate": run.rates[place],
            "threshold": ACTIVE,
        }
        for run in runs.values()
        for place, dimension in enumerate(DIMENSIONS)
    )


@cache
def variances() -> Spec:
    """The variance over images of the mean μ, in each dimension."""
    # Variances below 0.001 stand at the left edge.
    scale = alt.Scale(type="log", domainMin=1e-3, nice=True, clamp=True)
    axis = alt.Axis(format="~g", tickCount=6)
    title = "variance of μ over test images (no unit)"
    x = alt.X("variance:Q", title=title, scale=scale, axis=axis)
    y = alt.Y("network:N", title=None, sort=None, axis=alt.Axis(ticks=False))
    # The theme's colours in their order; the fourth, grey, is the threshold's.
    colours = alt.Scale(domain=[*DIMENSIONS, "entropy", "same"])
    color = alt.Color("dimension:N", scale=colours, legend=None)
    shapes = alt.Scale(domain=list(DIMENSIONS), range=["circle", "square"])
    tooltip = [
        alt.Tooltip("network:N"),
        alt.Tooltip("dimension:N"),
        alt.Tooltip("variance:Q", title="variance of μ", format=".4~g"),
        alt.Tooltip("rate:Q", title="KL, nats", format=".4~g"),
    ]
    chart = alt.Chart()
    grey = chart.transform_calculate(dimension="'same'")
    threshold = grey.mark_rule(strokeDash=[6, 4], tooltip=None).encode(
        alt.X("threshold:Q"), color=color
    )
    points = chart.mark_point(size=110, strokeWidth=2).encode(
        x, y, color, alt.Shape("dimension:N", scale=shapes, legend=None), tooltip=tooltip
    )
    title = "Variance of the means μ"
    return {**layered(threshold, points, title=title), "height": 220}
