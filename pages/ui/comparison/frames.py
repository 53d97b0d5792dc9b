"""Groups of runs → tidy DataFrames, as the charts and tables of the comparison name them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.runs.record import Run
from models.runs.spec import LOSSES
from pages.ui import tables
from pages.ui.comparison import groups
from pages.ui.comparison.groups import Group, Versus

VALUES = {
    ("training", "loss"): "loss",
    ("training", "accuracy"): "accuracy",
    ("validation", "loss"): "val_loss",
    ("validation", "accuracy"): "val_accuracy",
}


@dataclass(frozen=True)
class View:
    """How curves are drawn.

    `spread`: what a band shows, "sd" or "range"; `against`: "epoch" or "seconds"; `smoothing`:
    the weight of the epochs before, from 0; `only_kl`: whether H(P) is subtracted.
    """

    spread: str = "sd"
    against: str = "epoch"
    smoothing: float = 0.0
    logarithmic: bool = False
    only_kl: bool = False


def single(found: Sequence[Group], view: View) -> pd.DataFrame:
    """Columns curve, loss, seed, run, epoch, x, images, measure, raw, value.

    One row for each run, epoch, kind of images and measure; `value` is smoothed, `raw` is not.
    """
    rows = []
    for name, group in zip(groups.names(found), found, strict=True):
        for run in group.runs:
            seconds = np.cumsum([epoch.seconds for epoch in run.history])
            off = groups.offset(run.spec) if view.only_kl else 0.0
            for epoch, elapsed in zip(run.history, seconds, strict=True):
                x = float(elapsed) if view.against == "seconds" else epoch.epoch
                for (images, measure), field in VALUES.items():
                    raw = getattr(epoch, field) - (off if measure == "loss" else 0.0)
                    rows.append(
                        (name, group.spec.loss, run.spec.seed, epoch.epoch, x, images, measure, raw)
                    )
    columns = ["curve", "loss", "seed", "epoch", "x", "images", "measure", "raw"]
    table = pd.DataFrame(rows, columns=columns)
    table["loss"] = table["loss"].map({key: loss.title for key, loss in LOSSES.items()})
    table["run"] = table["curve"] + ", seed " + table["seed"].astype(str)
    table["value"] = _smoothed(table, "run", view.smoothing)
    return table


def _smoothed(table: pd.DataFrame, by: str, weight: float) -> pd.Series:
    """Each curve's exponential mean of the epochs so far; at weight 0, the values themselves."""
    if not weight:
        return table["raw"]
    each = table.groupby([by, "images", "measure"], sort=False)["raw"]
    smooth = each.transform(lambda values: values.ewm(alpha=1 - weight).mean())
    return smooth.where(table["raw"].notna())  # else it would go on after a run diverged


def bands(runs: pd.DataFrame, view: View) -> pd.DataFrame:
    """The rows of `single`, and for each group its mean with its band.

    Further columns: row ("run", "mean"), seeds, low, high, and `label_value` where a mean ends.
    A group of one run has no rows "run" of its own, and no band; where one of several has
    diverged there is no mean.
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
    """One measure of `bands`, with a place for each label beside the end of its mean.

    What has no logarithm is missing where the axis is logarithmic.
    """
    rows = table[table["measure"] == measure].reset_index(drop=True)
    if logarithmic:
        drawn = ["raw", "value", "low", "high"]
        rows[drawn] = rows[drawn].where(rows[drawn] > 0)
    heights = np.log(rows["value"]) if logarithmic else rows["value"]
    span = heights.max() - heights.min()
    means = rows[(rows["row"] == "mean") & rows["value"].notna()]
    last = means.loc[means.groupby(["images", "curve"])["epoch"].idxmax()]
    rows["label_value"] = np.nan
    for _, those in last.groupby("images"):
        placed = tables.apart(heights[those.index], 0.09 * span if span > 0 else 1.0)
        rows.loc[those.index, "label_value"] = np.exp(placed) if logarithmic else placed
    return rows


def ends(table: pd.DataFrame, images: str) -> dict[str, float]:
    """Each group's mean after its last epoch on the training or the validation images."""
    rows = table[(table["row"] == "mean") & (table["images"] == images)].sort_values("epoch")
    return dict(zip(rows["curve"], rows["raw"], strict=True))  # a curve's last row comes last


def forest(pair: Versus) -> pd.DataFrame:
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


def reach(forest: pd.DataFrame, margin: float) -> float:
    """How far the axis of `forest` goes to either side, in half points: all of it is seen."""
    farthest = np.nanmax(np.abs(forest[["value", "low", "high"]].to_numpy(float)))
    return math.ceil(2 * max(1.1 * margin, farthest)) / 2


def partings(pair: Versus, again: Sequence[tuple[Run, Run]]) -> pd.DataFrame:
    """How far training losses are apart. Columns what, kind, row, run, x, gap, label, label_value.

    `x` is the epoch, `gap` in nats; `row`: "run" or "median". Of pairs with the same seed, and of
    runs that were made `again` with other rounding. Where two are equal to the last digit there is
    no gap.
    """
    rows = [
        (what, kind, "run", f"{losses(one)}, seed {one.spec.seed}", epoch, gap)
        for kind, what, losses, pairs in (
            ("entropy", "KL against cross-entropy", lambda _: "KL − CE", groups.whole(pair.pairs)),
            ("same", "the same loss again, rounded otherwise", _loss, again),
        )
        for one, other in pairs
        for epoch, gap in enumerate(groups.gaps(one, other), 1)
    ]
    table = pd.DataFrame(rows, columns=["what", "kind", "row", "run", "x", "gap"])
    medians = table.groupby(["what", "kind", "x"], sort=False)["gap"].median().reset_index()
    table = pd.concat([table, medians.assign(row="median", run="median")], ignore_index=True)
    table["gap"] = table["gap"].astype(float).replace(0.0, np.nan)
    return _labelled(table)


def _loss(run: Run) -> str:
    return LOSSES[run.spec.loss].short


PARTING_LABELS = {"entropy": "KL − CE", "same": "same loss again"}


def _labelled(table: pd.DataFrame) -> pd.DataFrame:
    """With a label where each median ends, the labels apart on a logarithmic axis."""
    medians = table[(table["row"] == "median") & table["gap"].notna()]
    ends = medians.groupby("kind")["x"].idxmax()
    heights = np.log(table["gap"])
    least = 0.09 * (heights.max() - heights.min())
    table["label"] = table.loc[ends, "kind"].map(PARTING_LABELS)
    table["label_value"] = np.exp(tables.apart(heights[ends], least)) if len(ends) else np.nan
    return table
