"""Networks in pairs, drawn: a table beside its specification, built once, without data."""

from __future__ import annotations

from functools import cache
from statistics import fmean

import altair as alt
import pandas as pd

from models.runs.spec import LOSSES as RUN_LOSSES
from pages.ui.evaluation.encodings import GREY, MIXED, SERIES
from pages.ui.evaluation.results import ROWS, Comparison, LossOrSeed
from pages.ui.vega import LOSSES, Chart, Spec, hover, layered

ROW = 56  # of a kind of pair, in pixels
SERIES_OF = dict(zip(RUN_LOSSES, LOSSES, strict=True))


def pairs(results: LossOrSeed, measure: str) -> Chart:
    """Pairs of networks, a row a kind, each kind's mean as a tick; `measure`: "same" or "js".

    Columns row, kind ("pair", "mean"), networks, same, js, series: a row for each pair, and the
    means; series is the loss of both networks, or MIXED.
    """
    rows: list[tuple[str, str, str, float, float, str]] = []
    for row, pairs in results.rows.items():
        rows += [
            (row, "pair", _networks(pair), pair.same, pair.js, SERIES_OF.get(pair.loss, MIXED))
            for pair in pairs
        ]
        same, js = fmean(pair.same for pair in pairs), fmean(pair.js for pair in pairs)
        series = SERIES_OF.get(pairs[0].loss, MIXED) if row != ROWS[-1] else MIXED
        rows.append((row, "mean", f"mean of {len(pairs)}", same, js, series))
    columns = ["row", "kind", "networks", "same", "js", "series"]
    return pd.DataFrame(rows, columns=columns), _pairs(measure)


def _networks(pair: Comparison) -> str:
    first, second = pair.seeds
    seeds = f"seed {first}" if first == second else f"seeds {first} and {second}"
    return f"{RUN_LOSSES[pair.loss].title}, {seeds}" if pair.loss else seeds


@cache
def _pairs(measure: str) -> Spec:
    title, form, heading = {
        "same": ("photographs", ".1%", "Same predicted class"),
        "js": ("nats", ".4f", "Mean JS divergence of two predictions"),
    }[measure]
    axis = alt.Axis(format="%" if measure == "same" else "~g", tickCount=4)
    scale = alt.Scale(zero=False, padding=12)
    x = alt.X(f"{measure}:Q", title=title, scale=scale, axis=axis)
    two_lines = alt.Axis(
        ticks=False, labelExpr="split(datum.label, ', ')", labelLimit=160, labelOffset=-7
    )
    y = alt.Y("row:N", title=None, sort=None, axis=two_lines)
    base = alt.Chart()
    color = alt.Color("series:N", scale=GREY, legend=None)
    shapes = alt.Scale(domain=SERIES, range=["circle", "square", "cross", "diamond"])
    tooltip = [
        alt.Tooltip("row:N", title="pair in which"),
        alt.Tooltip("networks:N"),
        alt.Tooltip(f"{measure}:Q", title=title, format=form),
    ]
    each = base.transform_filter("datum.kind == 'pair'")
    spec = layered(
        base.transform_filter("datum.kind == 'mean'")
        .mark_tick(thickness=3, size=34)
        .encode(x, y, color, tooltip=tooltip),
        each.mark_point(filled=True, size=60, opacity=0.65).encode(
            x, y, color, alt.Shape("series:N", scale=shapes, legend=None), tooltip=tooltip
        ),
        hover(each, x, y, tooltip, size=260),
        title=heading,
    )
    return {**spec, "height": {"step": ROW}}
