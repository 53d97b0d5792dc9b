"""Learning curves of groups of runs: their table, and specifications without data."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from models.runs.spec import LOSSES
from pages.ui.comparison import results
from pages.ui.comparison.results import Group, View
from pages.ui.training.charts import FIELDS, FORMATS, TITLES
from pages.ui.vega import (
    UNSEEN,
    Series,
    Spec,
    end_heights,
    end_names,
    epoch_ticks,
    hover,
    layered,
)

BY_LOSS = Series("loss")
AT = ("raw", "low", "high")  # columns with values that decide the scale, too
AGAINST = {"epoch": "epoch", "seconds": "seconds of training"}


def runs(groups: Sequence[Group], view: View) -> pd.DataFrame:
    """Columns curve, loss, seed, run, epoch, x, images, measure, raw, value.

    One row for each run, epoch, kind of images and measure; `value` is smoothed, `raw` is not.
    """
    rows = []
    for name, group in zip(results.names(groups), groups, strict=True):
        loss = LOSSES[group.spec.loss].title
        above = results.offset(group.spec) if view.only_kl else 0.0
        for run in group.runs:
            seconds = np.cumsum([epoch.seconds for epoch in run.history])
            for epoch, elapsed in zip(run.history, seconds, strict=True):
                x = float(elapsed) if view.against == "seconds" else epoch.epoch
                for (images, measure), field in FIELDS.items():
                    raw = getattr(epoch, field) - (above if measure == "loss" else 0.0)
                    rows.append((name, loss, run.spec.seed, epoch.epoch, x, images, measure, raw))
    columns = ["curve", "loss", "seed", "epoch", "x", "images", "measure", "raw"]
    table = pd.DataFrame(rows, columns=columns)
    table["run"] = table["curve"] + ", seed " + table["seed"].astype(str)
    table["value"] = _smoothed(table, "run", view.smoothing)
    return table


def _smoothed(table: pd.DataFrame, by: str, weight: float) -> pd.Series:
    """Exponential moving average of each curve; at weight 0, the values themselves."""
    if not weight:
        return table["raw"]
    each = table.groupby([by, "images", "measure"], sort=False)["raw"]
    smooth = each.transform(lambda values: values.ewm(alpha=1 - weight).mean())
    return smooth.where(table["raw"].notna())  # else it would continue after a run diverged


def with_bands(runs: pd.DataFrame, view: View) -> pd.DataFrame:
    """The rows of `runs`, and for each group its mean with its band.

    Further columns: row ("run", "mean"), seeds, low, high. A group of one run has no rows "run" of
    its own, and no band; if one of several has diverged there is no mean.
    """
    by = ["curve", "loss", "images", "measure", "epoch"]
    each = runs.groupby(by, sort=False)
    figures = {"x": ("x", "mean"), "raw": ("raw", "mean"), "known": ("raw", "count")}
    mean = each.agg(**figures, seeds=("seed", "size")).reset_index()
    low, high = (
        each["raw"].agg(["min", "max"]).to_numpy().T
        if view.spread == "range"
        else (mean["raw"] + side * each["raw"].std().to_numpy() for side in (-1, 1))
    )
    mean["low"], mean["high"] = low, high
    mean.loc[mean["seeds"] == 1, ["low", "high"]] = np.nan
    mean.loc[mean["known"] < mean["seeds"], ["raw", "low", "high"]] = np.nan
    mean["value"] = _smoothed(mean, "curve", view.smoothing)
    mean["run"] = mean["curve"]
    alone = mean.loc[mean["seeds"] == 1, "curve"].unique()
    several = runs[~runs["curve"].isin(alone)]
    mean = mean.drop(columns="known").assign(row="mean")
    # KL is drawn wider and cross-entropy over it, whichever settings they have.
    mean = mean.sort_values("loss", ascending=False, kind="stable")
    return pd.concat([several.assign(row="run"), mean], ignore_index=True)


def panel(table: pd.DataFrame, measure: str, logarithmic: bool = False) -> pd.DataFrame:
    """One measure of `with_bands`; `label_value`: the height of each label, where its mean ends.

    On a logarithmic axis, values that have no logarithm are missing.
    """
    rows = table[table["measure"] == measure].reset_index(drop=True)
    if logarithmic:
        drawn = ["raw", "value", "low", "high"]
        rows[drawn] = rows[drawn].where(rows[drawn] > 0)
    means = rows[(rows["row"] == "mean") & rows["value"].notna()]
    last = means.loc[means.groupby(["images", "curve"])["epoch"].idxmax()]
    rows["label_value"] = np.nan
    for _, those in last.groupby("images"):
        heights = end_heights(rows["value"], those.index, logarithmic)
        rows.loc[those.index, "label_value"] = heights
    return rows


@cache
def bands(
    measure: str, images: str, against: str, last: float, logarithmic: bool, longest: int
) -> Spec:
    """Groups of runs on one kind of images, on a common scale for both kinds.

    The mean over the seeds with its points, its band, and behind them every run with its points.
    `last`: where the curves end; `longest`: the letters of the longest label. Columns as in
    `panel`.
    """
    x = x_axis(against, last, longest)
    y_scale = alt.Scale(type="log", nice=False) if logarithmic else alt.Scale(zero=False, nice=True)
    axis = alt.Axis(format="%" if measure == "accuracy" else "~g")
    title = TITLES[measure]
    y = alt.Y("value:Q", title=title, scale=y_scale, axis=axis)
    at = {name: alt.Y(f"{name}:Q", title=title) for name in AT}
    label_y = alt.Y("label_value:Q", title=title)
    color = BY_LOSS.color()
    tooltip = [
        alt.Tooltip("run:N"),
        alt.Tooltip("seeds:Q", title="runs"),
        alt.Tooltip("epoch:Q"),
        alt.Tooltip("raw:Q", title=measure, format=FORMATS[measure]),
        alt.Tooltip("low:Q", title="band from", format=FORMATS[measure]),
        alt.Tooltip("high:Q", title="to", format=FORMATS[measure]),
    ]
    drawn = alt.Chart().transform_filter(alt.datum.images == images)
    runs = drawn.transform_filter(alt.datum.row == "run")
    means = drawn.transform_filter(alt.datum.row == "mean")
    labelled = means.transform_filter("isValid(datum.label_value)")
    # Two invisible points, not one a row: a thousand more in each chart take a second to draw.
    ends = (
        alt.Chart()
        .transform_fold(["value", *AT, "label_value"], as_=["column", "end"])
        .transform_aggregate(x="min(x)", least="min(end)", most="max(end)")
        .mark_point(**UNSEEN, tooltip=None)
    )
    return layered(
        ends.encode(x, alt.Y("least:Q", title=title, scale=y_scale, axis=axis)),
        ends.encode(x, alt.Y("most:Q", title=title)),
        means.mark_area(opacity=0.16, tooltip=None).encode(
            x, at["low"], alt.Y2("high:Q"), color=color, detail="curve:N"
        ),
        runs.mark_line(strokeWidth=1, opacity=0.22, tooltip=None).encode(
            x, y, color, detail="run:N"
        ),
        # A point for each run and epoch: screen readers skip them.
        runs.mark_point(filled=True, size=7, opacity=0.4, aria=False).encode(x, at["raw"], color),
        means.mark_line().encode(x, y, color, BY_LOSS.dash(), BY_LOSS.width(), detail="curve:N"),
        means.mark_point(filled=True, opacity=1).encode(
            x, at["raw"], color, BY_LOSS.shape(), BY_LOSS.size(), tooltip=tooltip
        ),
        hover(means, x, at["raw"], tooltip, size=300),
        names(labelled, longest, x, label_y, color, alt.Text("curve:N")),
        title=f"{measure.capitalize()} on the {images} images",
    )


def x_axis(against: str, last: float, longest: int) -> alt.X:
    """Epochs or seconds up to the last, with room for a name of so many letters after it."""
    axis = alt.Axis(grid=False, tickCount=5)
    if against == "epoch":
        axis = alt.Axis(values=epoch_ticks(int(last)), format="d", grid=False)
    scale = alt.Scale(
        domain=[1 if against == "epoch" else 0, max(last, 2)],
        rangeMax=alt.expr(f"width - {_room(longest)}"),
        nice=False,
    )
    return alt.X("x:Q", title=AGAINST[against], scale=scale, axis=axis)


def names(chart: alt.Chart, longest: int, *channels: Any) -> alt.Chart:
    """The curves' names, of at most so many letters, in the room that `x_axis` leaves."""
    return end_names(chart, *channels, dx=9, room=f"{_room(longest)} - 12")


def _room(longest: int) -> str:
    """The width of the longest label, as a Vega expression; at most a part of a narrow chart."""
    return f"min({20 + 7 * longest}, 0.55 * width)"
