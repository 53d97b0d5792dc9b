"""Pairs of runs with the same seed: differences in accuracy, and the separation of their losses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import altair as alt
import numpy as np
import pandas as pd

from models.runs.record import Run
from models.runs.spec import LOSSES
from pages.ui.comparison import results
from pages.ui.comparison.charts import names, x_axis
from pages.ui.comparison.results import MARGIN, SEPARATED, Versus
from pages.ui.vega import Spec, coloured, end_heights, layered, role

POWERS = [10.0**power for power in range(-9, 3)]
GAP_LABELS = {"entropy": "KL − CE", "same": "control"}


def differences(pair: Versus) -> pd.DataFrame:
    """Columns row, kind ("seed", "mean"), value, low, high: differences in points of accuracy."""
    rows = [
        (f"seed {kl.spec.seed}", "seed", 100 * value, np.nan, np.nan)
        for (kl, _), value in zip(pair.pairs, pair.differences.values, strict=True)
    ]
    mean = 100 * pair.differences.mean
    for name, interval in (
        ("mean, t interval", pair.differences.interval),
        ("mean, bootstrap", pair.differences.bootstrap),
    ):
        rows.append((name, "mean", mean, 100 * interval[0], 100 * interval[1]))
    return pd.DataFrame(rows, columns=["row", "kind", "value", "low", "high"])


def reach(rows: pd.DataFrame, what_if: float = MARGIN) -> float:
    """The end of the symmetric axis of `forest`, in half points: everything is visible."""
    farthest = np.nanmax(np.abs(rows[["value", "low", "high"]].to_numpy(float)))
    return math.ceil(2 * max(1.1 * MARGIN, 1.1 * what_if, farthest)) / 2


@cache
def forest(what_if: float, reach: float, rows: int) -> Spec:
    """Forest plot: differences of the seeds in points, their mean with its intervals, the margin.

    `what_if`: another margin; `reach`: the end of the axis; `rows`: how many there are.
    Columns as in `differences`.
    """
    title = "difference in accuracy (percentage points)"
    # Named in every layer: from the data alone, Vega-Lite leaves out the ends of the intervals.
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    x = alt.X("value:Q", title=title, scale=scale, axis=alt.Axis(tickCount=5))
    y = alt.Y("row:N", title=None, sort=None, axis=alt.Axis(minExtent=110))
    chart = alt.Chart()
    lines = [(0.0, [1, 0]), (-MARGIN, [4, 4]), (MARGIN, [4, 4])]
    named = f"KL − CE; dashed: margin ± {MARGIN:g}"
    if what_if != MARGIN:
        lines += [(-what_if, [1, 3]), (what_if, [1, 3])]
        named += f", dotted: ± {what_if:g}"
    edges = [
        coloured(chart.transform_aggregate(n="count()"), "same")
        .transform_calculate(edge=str(edge))
        .mark_rule(strokeDash=dash, tooltip=None)
        .encode(alt.X("edge:Q", title=title, scale=scale))
        for edge, dash in lines
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
        title=named,
    )
    return {**spec, "height": 96 + 20 * rows}


def gaps(pair: Versus, again: Sequence[tuple[Run, Run]]) -> pd.DataFrame:
    """Distances of training losses. Columns what, kind, row, run, x, gap, label, label_value.

    `kind`: "entropy" of pairs with the same seed, "same" of runs that were trained `again` with
    other rounding; `row`: "run" or "median"; `x` is the epoch, `gap` in nats. Equal losses have no
    gap on the logarithmic axis.
    """
    rows = [
        (what, kind, "run", f"{name or LOSSES[one.spec.loss].short}, seed {one.spec.seed}", *gap)
        for kind, what, name, pairs in (
            ("entropy", "KL divergence and cross-entropy", "KL − CE", results.finite(pair.pairs)),
            ("same", "control: the same loss with other rounding", "", again),
        )
        for one, other in pairs
        for gap in enumerate(results.loss_gaps(one, other), 1)
    ]
    table = pd.DataFrame(rows, columns=["what", "kind", "row", "run", "x", "gap"])
    medians = table.groupby(["what", "kind", "x"], sort=False)["gap"].median().reset_index()
    table = pd.concat([table, medians.assign(row="median", run="median")], ignore_index=True)
    table["gap"] = table["gap"].astype(float).replace(0.0, np.nan)
    drawn = table[(table["row"] == "median") & table["gap"].notna()]
    ends = drawn.loc[drawn.groupby("kind")["x"].idxmax()]
    table["label"] = ends["kind"].map(GAP_LABELS)
    table["label_value"] = end_heights(table["gap"], ends.index, logarithmic=True)
    return table


@cache
def separation(epochs: int) -> Spec:
    """Distances of training losses after each epoch, and the threshold. Columns as in `gaps`.

    Pairs with the same seed have a solid line, runs of the control a dashed one.
    """
    longest = max(map(len, GAP_LABELS.values()))
    x = x_axis("epoch", epochs, longest)
    axis = alt.Axis(format="~e", values=POWERS)
    title = "absolute difference (nats)"
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
        .transform_calculate(edge=str(SEPARATED))
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
        names(labelled, longest, x, label_y, color, alt.Text("label:N")),
        title=f"Training loss difference; dotted: {SEPARATED:g}",
    )
