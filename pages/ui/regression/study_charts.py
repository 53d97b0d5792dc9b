"""The recorded simulation → its table, and Vega-Lite specifications, each built once."""

from __future__ import annotations

import math
from functools import cache, partial

import altair as alt
import pandas as pd

from models.noise.study import Study
from pages.ui.regression.charts import SHAPE, by_noise, heights, lines, names, roomy
from pages.ui.regression.state import SHORT, TRUE_NOISES
from pages.ui.vega import Spec, layered, role

TOOLTIP = [
    alt.Tooltip("model:N", title="noise model"),
    alt.Tooltip("true_noise:N", title="true noise"),
    alt.Tooltip("outliers:Q", title="outliers, %"),
    alt.Tooltip("error:Q", title="mean error", format=".4~g"),
    alt.Tooltip("low:Q", title="95 % interval from", format=".4~g"),
    alt.Tooltip("high:Q", title="to", format=".4~g"),
    alt.Tooltip("kl:Q", title="KL, nats", format=".4~g"),
    alt.Tooltip("ratio:Q", title="error / error of least squares", format=".4~g"),
]


def table(study: Study) -> pd.DataFrame:
    """A row for each model in each cell.

    Columns true_noise, outliers, noise, model, kl, error, low, high, ratio, ratio_low, ratio_high:
    outliers in percent, KL in nats, the error in units of y, each low and high a 95 % interval.
    """
    rows = [
        {
            "true_noise": TRUE_NOISES[cell.truth],
            "outliers": 100 * cell.share,
            "noise": model.noise,
            "model": SHORT[model.noise],
            "kl": model.divergence,
            "error": model.error,
            "low": model.error_interval[0],
            "high": model.error_interval[1],
            "ratio": model.ratio,
            "ratio_low": model.ratio_interval[0],
            "ratio_high": model.ratio_interval[1],
        }
        for cell in study.cells
        for model in cell.models
    ]
    return pd.DataFrame(rows)


def axis_end(values: pd.Series) -> float:
    """Where an axis for these values ends: a round number above them."""
    most = values.max()
    step = 10.0 ** math.floor(math.log10(most)) / 2
    return step * math.ceil(most / step)


def errors_table(table: pd.DataFrame, truth: str, top: float) -> pd.DataFrame:
    """One true noise's rows of `table`, and label, label_value: at a curve's end, its name."""
    rows = table[table["true_noise"] == TRUE_NOISES[truth]].reset_index(drop=True)
    end = rows["outliers"] == rows["outliers"].max()
    places = heights(dict(zip(rows["noise"][end], rows["error"][end], strict=True)), 0.0, top)
    return rows.assign(
        label=rows["model"].where(end, None),
        label_value=rows["noise"].map(places).where(end),
    )


@cache
def errors(truth: str, fractions: tuple[float, ...], top: float) -> Spec:
    """Mean error by fraction of outliers under one true noise. Columns as in `errors_table`."""
    axis = alt.Axis(values=list(fractions), grid=False, format="d")
    x = alt.X(
        "outliers:Q", title="outliers, %", scale=roomy(fractions[0], fractions[-1]), axis=axis
    )
    scale = alt.Scale(domain=[0, top], nice=False)
    y = partial(alt.Y, title="mean error, units of y", scale=scale)
    base = by_noise()
    intervals = base.mark_rule(strokeWidth=1.5, tooltip=None)
    return layered(
        *lines(base, x, y("error:Q")),
        intervals.encode(x, y("low:Q"), alt.Y2("high:Q"), role()),
        base.mark_point(filled=True, size=60, opacity=1).encode(
            x, y("error:Q"), role(), SHAPE, tooltip=TOOLTIP
        ),
        names(base, x, y),
        title=f"True noise: {TRUE_NOISES[truth]}",
    )


@cache
def against(most: float, top: float) -> Spec:
    """Each model in each cell: its error divided by that of least squares, over its KL.

    Columns as in `table`.
    """
    x = alt.X(
        "kl:Q",
        title="KL from the true noise to the model, nats",
        scale=alt.Scale(domain=[0, most], nice=False),
        axis=alt.Axis(grid=False, tickCount=6),
    )
    scale = alt.Scale(domain=[0, top], nice=False)
    y = partial(alt.Y, title="error / that of least squares", scale=scale)
    base = by_noise().transform_calculate(one="1", same="'same'")
    level = base.mark_rule(strokeDash=[4, 4], tooltip=None).encode(y("one:Q"), role("same"))
    intervals = base.mark_rule(tooltip=None)
    return layered(
        level,
        intervals.encode(x, y("ratio_low:Q"), alt.Y2("ratio_high:Q"), role()),
        base.mark_point(filled=True, size=70, opacity=0.9).encode(
            x, y("ratio:Q"), role(), SHAPE, tooltip=TOOLTIP
        ),
        title="Error and KL of each model in each case",
    )
