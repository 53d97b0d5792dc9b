"""The recorded study → tidy DataFrames: columns as the charts name them."""

from __future__ import annotations

import math

import pandas as pd

from models.noise.study import Study
from pages.ui.regression import labels
from pages.ui.regression.choosing import TRUTHS
from pages.ui.regression.noises import SHORT


def every(study: Study) -> pd.DataFrame:
    """A row for each model in each cell.

    Columns truth, share, noise, model, nats, error, low, high, ratio, ratio_low, ratio_high.
    """
    rows = [
        {
            "truth": TRUTHS.get(cell.truth, cell.truth),
            "share": 100 * cell.share,
            "noise": model.noise,
            "model": SHORT.get(model.noise, model.noise),
            "nats": model.divergence,
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


def errors(study: Study, truth: str, top: float) -> pd.DataFrame:
    """One true noise's rows of `every`, and label, label_value: at a curve's end, its name."""
    table = every(study)
    table = table[table["truth"] == TRUTHS.get(truth, truth)].reset_index(drop=True)
    last = table[table["share"] == table["share"].max()]
    places = labels.heights(dict(zip(last["noise"], last["error"], strict=True)), 0.0, top)
    at = table["share"] == table["share"].max()
    return table.assign(
        label=table["model"].where(at, None),
        label_value=table["noise"].map(places).where(at),
    )


def top(study: Study) -> float:
    """Where the charts of errors end: a round number above every interval."""
    return _above(max(model.error_interval[1] for cell in study.cells for model in cell.models))


def farthest(study: Study) -> float:
    """Where the axis of KL ends."""
    return _above(max(model.divergence for cell in study.cells for model in cell.models))


def highest(study: Study) -> float:
    """Where the axis of ratios ends."""
    return _above(max(m.ratio_interval[1] for cell in study.cells for m in cell.models))


def _above(value: float) -> float:
    step = 10.0 ** math.floor(math.log10(value)) / 2
    return step * math.ceil(value / step)
