"""Curves of training runs: their tables, and specifications without data, each built once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import pandas as pd

from models.runs.job import Job
from models.runs.record import Run
from models.runs.spec import LOSSES
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

KINDS = ["training", "validation"]
FIELDS = {  # images and measure → the field of an epoch
    ("training", "loss"): "loss",
    ("training", "accuracy"): "accuracy",
    ("validation", "loss"): "val_loss",
    ("validation", "accuracy"): "val_accuracy",
}
LABEL_ROOM = 0.3  # of a curve's width, to the right of it
TITLES = {"loss": "loss (nats)", "accuracy": "accuracy"}
FORMATS = {"loss": ".4f", "accuracy": ".1%"}


def histories(runs: Sequence[Run | Job]) -> pd.DataFrame:
    """Columns run, loss, seed, epoch, images ("training", "validation"), measure, value.

    Each run stands under its short name.
    """
    names = short_names(runs)
    rows = [
        (
            names[run.id],
            LOSSES[run.spec.loss].title,
            run.spec.seed,
            epoch.epoch,
            images,
            measure,
            getattr(epoch, field),
        )
        for run in runs
        for epoch in run.history
        for (images, measure), field in FIELDS.items()
    ]
    columns = ["run", "loss", "seed", "epoch", "images", "measure", "value"]
    return pd.DataFrame(rows, columns=columns)


def short_names(runs: Sequence[Run | Job]) -> dict[str, str]:
    """For each id the shortest unique name: "KL", else with the seed, else more."""
    names = {}
    for run in runs:
        taken = {name for other in runs if other is not run for name in _names(other)}
        names[run.id] = next(name for name in _names(run) if name not in taken)
    return names


def _names(run: Run | Job) -> list[str]:
    """Names for a run, from the shortest to the one that is always unique."""
    loss = LOSSES[run.spec.loss].short
    suffix = run.id.removeprefix(run.spec.id).strip("-") or "recorded"
    seed = f"{loss}, seed {run.spec.seed}"
    return [loss, seed, f"{seed}, {suffix}", f"{loss}, {run.spec.settings}", run.id]


def curves(history: pd.DataFrame, measure: str, *, panel: str | None = None) -> pd.DataFrame:
    """One measure of `histories`, with `label_value` in the row in which each curve ends.

    That is the height of its label: its last value, or near it where labels would overlap.
    `panel`: the column by which the rows go to different charts.
    """
    rows = history[history["measure"] == measure].reset_index(drop=True)
    last = rows.loc[rows.groupby(["images", "run"])["epoch"].idxmax()]
    for _, those in last.groupby(panel) if panel else [("", last)]:
        rows.loc[those.index, "label_value"] = end_heights(rows["value"], those.index)
    return rows


def ends(rows: pd.DataFrame, images: str, column: str = "value") -> dict[str, float]:
    """Each run's last value on the training or the validation images."""
    rows = rows[rows["images"] == images].sort_values("epoch")
    return dict(zip(rows["run"], rows[column], strict=True))  # a run's last row comes last


@cache
def one_run(measure: str, epochs: int) -> Spec:
    """Training and validation curves of one run. Columns as in `curves`."""
    title = f"{measure.capitalize()} after each epoch"
    return _curves(Series("images", tuple(KINDS)), "images", measure, epochs, title)


@cache
def overlay(measure: str, images: str, epochs: int) -> Spec:
    """Several runs' curves on the training or the validation images, on a common scale.

    Columns as in `curves`; rows of both kinds of images.
    """
    title = f"{measure.capitalize()} on the {images} images"
    return _curves(Series("loss"), "run", measure, epochs, title, alt.datum.images == images)


def _curves(
    series: Series, label: str, measure: str, epochs: int, title: str, shown: Any = "true"
) -> Spec:
    """Lines with their points, a label at each end, the values of an epoch on hovering.

    `label`: the column that names a curve; `shown`: which rows are drawn. All decide the scale.
    """
    x = alt.X(
        "epoch:Q",
        title="epoch",
        # Past the last epoch there is room for the labels.
        scale=alt.Scale(domain=[1, max(epochs, 2) * (1 + LABEL_ROOM)], nice=False),
        axis=alt.Axis(values=epoch_ticks(epochs), format="d", grid=False),
    )
    axis = alt.Axis(format="%" if measure == "accuracy" else "~g")
    scale = alt.Scale(zero=False, nice=True)
    y = alt.Y("value:Q", title=TITLES[measure], scale=scale, axis=axis)
    label_y = alt.Y("label_value:Q", title=TITLES[measure])
    tooltip = [
        alt.Tooltip("run:N"),
        alt.Tooltip("images:N"),
        alt.Tooltip("epoch:Q"),
        alt.Tooltip("value:Q", title=measure, format=FORMATS[measure]),
    ]
    drawn = alt.Chart().transform_filter(shown)
    labelled = drawn.transform_filter("isValid(datum.label_value)")
    unseen = alt.Chart().mark_point(**UNSEEN, tooltip=None)
    return layered(
        unseen.encode(x, y),
        unseen.encode(x, label_y),
        drawn.mark_line().encode(x, y, series.color(), series.dash(), detail="run:N"),
        drawn.mark_point(filled=True, size=36, opacity=1).encode(
            x, y, series.color(), series.shape(), tooltip=tooltip
        ),
        hover(drawn, x, y, tooltip, size=300),
        end_names(labelled, x, label_y, series.color(), alt.Text(f"{label}:N"), dx=9),
        title=title,
    )
