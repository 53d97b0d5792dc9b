"""Curves of training runs → specifications without data, each built once."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt

from pages.ui.vega import LOSSES, UNSEEN, Series, Spec, end_names, epoch_ticks, hover, layered

KINDS = ["training", "validation"]
LABEL_ROOM = 0.3  # of a curve's width, to the right of it
TITLES = {"loss": "loss (nats)", "accuracy": "accuracy"}
FORMATS = {"loss": ".4f", "accuracy": ".1%"}


@cache
def one_run(measure: str, epochs: int) -> Spec:
    """Training and validation curves of one run. Columns as in `tables.curves`."""
    title = f"{measure.capitalize()} after each epoch"
    return _curves("images", KINDS, "images", measure, epochs, title)


@cache
def overlay(measure: str, images: str, epochs: int) -> Spec:
    """Several runs' curves on the training or the validation images, on the scale of both.

    Columns as in `tables.curves`; rows of both kinds of images.
    """
    title = f"{measure.capitalize()} on the {images} images"
    return _curves("loss", LOSSES, "run", measure, epochs, title, alt.datum.images == images)


def _curves(
    group: str,
    groups: list[str],
    label: str,
    measure: str,
    epochs: int,
    title: str,
    shown: Any = "true",
) -> Spec:
    """Lines with their points, a label at each end, the values of an epoch on hovering.

    `group`: the column that decides colour, shape and dashes; `label`: the one that names a
    curve; `shown`: which rows are drawn. All rows decide the scale.
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
    series = Series(group, tuple(groups))
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
