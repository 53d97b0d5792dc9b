"""The costs of residuals → tidy DataFrames: columns as the charts name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd

from pages.ui.regression import labels
from pages.ui.regression.noises import SHORT
from pages.ui.regression.residual import ALONG, Cost

What = Literal["loss", "pull"]
ENDS: dict[What, tuple[float, float]] = {"loss": (0.0, 12.0), "pull": (-6.0, 6.0)}  # of the charts


def curves(
    costs: Mapping[str, Cost], here: Mapping[str, tuple[float, float]], r: float, what: What
) -> pd.DataFrame:
    """Columns noise, residual, value, here, label, label_value: at a curve's end, its name.

    here: loss and pull of the residual r, which gets a row of its own.
    """
    values = {noise: getattr(cost, what) for noise, cost in costs.items()}
    low, top = ENDS[what]
    ends = {noise: float(curve[-1]) for noise, curve in values.items()}
    # A little below the top, where half of a name would be cut off.
    heights = labels.heights(ends, low, top - 0.03 * (top - low))
    tables = []
    for noise, curve in values.items():
        now = here[noise][WHICH[what]]
        rows = {"residual": np.append(ALONG, r), "value": np.append(curve, now)}
        last = rows["residual"] == ALONG[-1]
        table = pd.DataFrame({**rows, "noise": noise, "here": False, "label": None})
        table.loc[len(ALONG), "here"] = True
        table.loc[len(ALONG) - 1, "label"] = SHORT[noise]
        tables.append(table.assign(label_value=np.where(last, heights[noise], np.nan)))
    return pd.concat(tables, ignore_index=True).sort_values(["noise", "residual"], kind="stable")


WHICH: dict[What, int] = {"loss": 0, "pull": 1}
