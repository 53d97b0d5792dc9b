"""The lines → tidy DataFrames: columns as the table and the download name them."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kl_core import NearestNoise
from pages.ui import formatting as fmt
from pages.ui.regression import labels, results, sentences
from pages.ui.regression.cloud import BOTTOM, LEFT, RIGHT, TOP, Cloud
from pages.ui.regression.noises import NOISES, SHORT
from pages.ui.regression.results import Results

ROUNDING = 1e-10  # nats; what is less is the rounding of 0


def models(cloud: Cloud, found: Results) -> pd.DataFrame:
    """The table of the four lines, as text."""
    rows = []
    for noise, line in found.lines.items():
        row = {
            "assumed noise": NOISES[noise].title,
            "slope": _short(line.slope),
            "intercept": _short(line.intercept),
            "scale": sentences.scale(found, noise),
            "−log q, nats": fmt.number(line.nats),
        }
        if cloud.true is not None:
            row["off the truth"] = _short(results.error(line, cloud.true))
        rows.append(row)
    return pd.DataFrame(rows)


def points(cloud: Cloud, found: Results) -> pd.DataFrame:
    """Columns x, y, and for each noise the line's height and the point's −log q."""
    table = pd.DataFrame(cloud.points, columns=["x", "y"])
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    for noise, line in found.lines.items():
        table[f"{noise} line"] = line.predict(x)
        table[f"{noise} -log q"] = -line.noise_at(x).log_prob(y)
    return table


def picture(cloud: Cloud, found: Results) -> pd.DataFrame:
    """Columns noise ("points", "true" or a noise), x, y, label, label_value: at a line's end."""
    lines = {noise: (line.intercept, line.slope) for noise, line in found.lines.items()}
    names = {noise: SHORT[noise] for noise in lines}
    if cloud.true is not None:
        lines["true"], names["true"] = cloud.true, "true line"
    ends = {name: a + b * RIGHT for name, (a, b) in lines.items()}
    places = labels.heights(ends, BOTTOM, TOP)
    rows: list[tuple[object, ...]] = [("points", x, y, None, None) for x, y in cloud.points]
    for name, (a, b) in lines.items():
        rows.append((name, LEFT, a + b * LEFT, None, None))
        rows.append((name, RIGHT, ends[name], names[name], places[name]))
    return pd.DataFrame(rows, columns=["noise", "x", "y", "label", "label_value"])


def divergences(nearest: Mapping[str, NearestNoise]) -> pd.DataFrame:
    """Columns noise, model, nats, said: KL from the true noise to each assumed one."""
    nats = {noise: _clean(each.divergence) for noise, each in nearest.items()}
    return pd.DataFrame(
        {
            "noise": list(nats),
            "model": [NOISES[noise].title for noise in nats],
            "nats": list(nats.values()),
            "said": [fmt.number(value) for value in nats.values()],
        }
    )


def _clean(nats: float) -> float:
    return nats if nats > ROUNDING else 0.0


def _short(value: float) -> str:
    return fmt.number(round(value, 3) + 0.0)  # no −0
