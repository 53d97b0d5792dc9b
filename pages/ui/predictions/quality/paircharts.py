"""Networks in pairs, drawn: a table beside its specification, built once, without data."""

from __future__ import annotations

from functools import cache
from statistics import fmean

import altair as alt
import pandas as pd

from pages.ui.predictions.quality.encodings import GREY, MIXED, SERIES
from pages.ui.predictions.quality.results import ROWS, Comparison, LossOrSeed
from pages.ui.vega import LOSSES, Chart, Spec, hover, layered

ROW = 62  # of a kind of pair, in pixels


def pairs(results: LossOrSeed, measure: str) -> Chart:
    """Pairs of networks, a row a kind, each kind's mean as a tick; `measure`: "same" or "js".

    Columns row, kind ("pair", "mean"), nets, same, js: a row for each pair, and the means.
    """
    rows: list[tuple[str, str, str, float, float]] = []
    for row, pairs in results.rows.items():
        rows += [(row, "pair", _networks(row, pair), pair.same, pair.js) for pair in pairs]
        same, js = fmean(pair.same for pair in pairs), fmean(pair.js for pair in pairs)
        rows.append((row, "mean", f"mean of {len(pairs)}", same, js))
    return pd.DataFrame(rows, columns=["row", "kind", "nets", "same", "js"]), _pairs(measure)


def _networks(row: str, pair: Comparison) -> str:
    first, second = pair.seeds
    return (
        f"seed {first}" if first == second else f"{row.split(',')[0]}, seeds {first} and {second}"
    )


@cache
def _pairs(measure: str) -> Spec:
    title, form, heading = {
        "same": ("images with the same guess", ".1%", "How often two nets guess the same"),
        "js": ("JS divergence, nats", ".4f", "How far two nets’ beliefs are apart"),
    }[measure]
    axis = alt.Axis(format="%" if measure == "same" else "~g", tickCount=4)
    scale = alt.Scale(zero=False, padding=12)
    x = alt.X(f"{measure}:Q", title=title, scale=scale, axis=axis)
    two_lines = alt.Axis(
        ticks=False, labelExpr="split(datum.label, ', ')", labelLimit=160, labelOffset=-7
    )
    y = alt.Y("row:N", title=None, scale=alt.Scale(domain=list(ROWS)), axis=two_lines)
    series = dict(zip(ROWS, (MIXED, *LOSSES), strict=True))
    base = alt.Chart().transform_calculate(
        net=" : ".join([*(f"datum.row == '{r}' ? '{s}'" for r, s in series.items()), "''"])
    )
    color = alt.Color("net:N", scale=GREY, legend=None)
    shapes = alt.Scale(domain=SERIES, range=["circle", "square", "cross", "diamond"])
    tooltip = [
        alt.Tooltip("row:N", title="nets"),
        alt.Tooltip("nets:N", title="which"),
        alt.Tooltip(f"{measure}:Q", title=title, format=form),
    ]
    each = base.transform_filter("datum.kind == 'pair'")
    spec = layered(
        base.transform_filter("datum.kind == 'mean'")
        .mark_tick(thickness=3, size=34)
        .encode(x, y, color, tooltip=tooltip),
        each.mark_point(filled=True, size=60, opacity=0.65).encode(
            x, y, color, alt.Shape("net:N", scale=shapes, legend=None), tooltip=tooltip
        ),
        hover(each, x, y, tooltip, size=260),
        title=heading,
    )
    return {**spec, "height": {"step": ROW}}
