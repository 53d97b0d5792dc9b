"""Charts of Keras's clip: against the true class's logit, and in recorded runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import altair as alt
import pandas as pd

from pages.ui.loss.charts import BY_LOSS, CE, KL, Chart
from pages.ui.loss.results import Count, Results, Sweep, highest_rate
from pages.ui.loss.state import HIGH, LOW
from pages.ui.vega import LOSSES, Spec, epoch_ticks, hover, layered, role


def sweep_rows(results: Results) -> pd.DataFrame:
    """Keras's losses, cross-entropy from logits, against the true class's logit.

    Columns logit, loss, q, value, gradient, current: whether it is the sample's own logit.
    """
    at = results.sweep
    both = ((KL, at.kl, at.kl_gradient), (CE, at.from_logits, at.from_logits_gradient))
    tables = [
        {"logit": at.logit, "loss": title, "q": at.q, "value": value, "gradient": gradient}
        for title, value, gradient in both
    ]
    rows = pd.concat([pd.DataFrame(columns) for columns in tables], ignore_index=True)
    return rows.assign(current=rows["logit"] == float(results.current.logit))


@cache
def sweep(what: Sweep) -> Spec:
    """Keras's losses or gradients against the true class's logit; columns as in `sweep_rows`."""
    titles = {"value": "loss, nats", "gradient": "gradient, nats per unit"}
    scale = alt.Scale(domain=[LOW, HIGH], nice=False)
    axis = alt.Axis(grid=False, tickCount=5)
    x = alt.X("logit:Q", title="logit of the true class", scale=scale, axis=axis)
    y_scale = alt.Scale(nice=True, domainMin=0) if what == "value" else alt.Scale(zero=True)
    y = alt.Y(f"{what}:Q", title=titles[what], scale=y_scale)
    # One scale with the grey of the rule: Vega-Lite merges two, which would shift the colours.
    color = role()
    chart = alt.Chart().transform_calculate(colour=f"datum.loss == '{LOSSES[0]}' ? 'P' : 'Q'")
    current = chart.transform_filter(alt.datum.current)
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
    rule = current.transform_calculate(colour="'same'").mark_rule(strokeDash=[2, 3], tooltip=None)
    title = {"value": "Keras’s losses", "gradient": "Their gradients"}[what]
    return layered(
        rule.encode(x, color),
        *lines,
        hover(chart.transform_filter("datum.logit * 2 % 1 == 0"), x, y, tooltip),
        current.mark_point(filled=True, opacity=1).encode(
            x, y, color, BY_LOSS.shape(), BY_LOSS.size(), tooltip=tooltip
        ),
        title=f"{title} (dashed: cross-entropy)",
    )


def by_epoch(counts: Sequence[Count]) -> Chart:
    """Images in the dead zone by epoch.

    Columns loss, epoch, runs, images, dead, value: images in the dead zone per million.
    """
    rows = pd.DataFrame([vars(count) for count in counts])
    rows = rows.assign(value=1e6 * rows["dead"] / rows["images"])
    return rows, _by_epoch(int(rows["epoch"].max()), ceiling(highest_rate(counts)))


def ceiling(most: float) -> float:
    """The end of an axis: a round number above `most`."""
    power = 10.0 ** math.floor(math.log10(most)) if most else 1.0
    return power * (math.floor(most / power) + 1)


@cache
def _by_epoch(epochs: int, most: float) -> Spec:
    scale = alt.Scale(domain=[1, max(epochs, 2)], nice=False)
    axis = alt.Axis(values=epoch_ticks(epochs), format="d", grid=False)
    x = alt.X("epoch:Q", title="epoch", scale=scale, axis=axis)
    y = alt.Y("value:Q", title="per million images", scale=alt.Scale(domain=[0, most], nice=False))
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
