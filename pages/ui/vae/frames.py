"""What the page's charts and tables show → tidy DataFrames: columns as the charts name them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from models.vae.record import ACTIVE, VaeRun
from pages.ui import formatting as fmt
from pages.ui import tables
from pages.ui.vae.results import Slopes, Way

KL, CE, H = "KL(q‖p)", "H(q, p)", "H(q)"
DIMENSIONS = ("z₁", "z₂")
# Of a label on the curve of rate and distortion, a letter's width and the height, as shares of what
# the points span in a picture that leaves the page.
LETTER, TALL = 0.024, 0.07
LINE = 0.09  # the height of a label beside a curve, as a share of what the curves span
IN_MEAN, IN_LOG = "in μ", "in ln σ"


def slopes(slopes: Slopes) -> pd.DataFrame:
    """Columns of, series, value, said: each slope in μ and in ln σ."""
    rows = [
        (of, series, value, fmt.number(value))
        for series, both in zip((KL, CE, H), slopes, strict=True)
        for of, value in zip((IN_MEAN, IN_LOG), both, strict=True)
    ]
    return pd.DataFrame(rows, columns=["of", "series", "value", "said"])


def descents(ways: tuple[Way, Way]) -> pd.DataFrame:
    """Columns loss, step, mean, std, label: q on both ways down; a label at each end."""
    rows = [
        (loss, step, mean, std, loss if step == len(way.std) - 1 else None)
        for loss, way in zip((KL, CE), ways, strict=True)
        for step, (mean, std) in enumerate(zip(way.mean, way.std, strict=True))
    ]
    return pd.DataFrame(rows, columns=["loss", "step", "mean", "std", "label"])


def rate_distortion(runs: Mapping[float, VaeRun], beta: float) -> pd.DataFrame:
    """Columns name, beta, rate, distortion, chosen, above, images: a row for each net, by β.

    `above` says where a point's label stands.
    """
    above = _above(runs)
    rows = [
        (
            _name(run),
            run.beta,
            run.last.test_rate,
            run.last.test_distortion,
            run.beta == beta,
            run.beta in above,
            run.images["test"],
        )
        for run in runs.values()
    ]
    return pd.DataFrame(
        rows, columns=["name", "beta", "rate", "distortion", "chosen", "above", "images"]
    )


def _above(runs: Mapping[float, VaeRun]) -> set[float]:
    """Whose label stands above its point, on the right: the others have no room there.

    The curve falls, so that what stands there is the labels of the points before.
    """
    ordered = sorted(runs.values(), key=lambda run: run.last.test_rate)
    across = np.log1p([run.last.test_rate for run in ordered])  # as the axis has it
    down = np.array([run.last.test_distortion for run in ordered])
    found: list[int] = []
    for place in range(len(ordered)):
        if found:
            last = found[-1]
            wide = LETTER * len(_name(ordered[last])) * np.ptp(across)
            beside, below = across[place] - across[last], down[last] - down[place]
            if beside < wide and below < TALL * np.ptp(down):
                continue
        found.append(place)
    return {ordered[place].beta for place in found}


def _name(run: VaeRun) -> str:
    return f"β = {run.beta:g}"


def training(run: VaeRun, what: str) -> pd.DataFrame:
    """Columns images, epoch, value, label, label_value: "distortion" or "rate" after each epoch.

    `label_value` is where a curve's label stands: at its end, or beside it where two would overlap.
    """
    rows = [
        (images, epoch.epoch, getattr(epoch, name), images if epoch is run.last else None)
        for images, name in (("training", what), ("test", f"test_{what}"))
        for epoch in run.history
    ]
    table = pd.DataFrame(rows, columns=["images", "epoch", "value", "label"])
    ends = table.loc[table["label"].notna(), "value"]
    table["label_value"] = tables.apart(ends, LINE * float(np.ptp(table["value"])) or 1.0)
    return table


def spreads(runs: Mapping[float, VaeRun]) -> pd.DataFrame:
    """Columns net, dimension, spread, rate, border: a row for each net and dimension."""
    rows = [
        (_name(run), DIMENSIONS[place], spread, rate, ACTIVE)
        for run in runs.values()
        for place, (spread, rate) in enumerate(zip(run.spreads, run.rates, strict=True))
    ]
    return pd.DataFrame(rows, columns=["net", "dimension", "spread", "rate", "border"])


def dimensions(runs: Mapping[float, VaeRun]) -> pd.DataFrame:
    """The table of dimensions, as text: a row for each net and dimension."""
    rows = [
        (
            f"{run.beta:g}",
            DIMENSIONS[place],
            fmt.number(rate),
            fmt.number(spread),
            "collapsed" if place in run.collapsed else "used",
        )
        for run in runs.values()
        for place, (rate, spread) in enumerate(zip(run.rates, run.spreads, strict=True))
    ]
    return pd.DataFrame(rows, columns=["β", "dimension", "KL, nats", "variance of the means", "is"])


def figures(runs: Mapping[float, VaeRun]) -> pd.DataFrame:
    """Every net's figures with all digits, to save."""
    rows = [
        {
            "beta": run.beta,
            "epochs": run.epochs,
            "seed": run.seed,
            "test_images": run.images["test"],
            "rate_nats": run.last.test_rate,
            "distortion_nats": run.last.test_distortion,
            "pixel_entropy_nats": run.pixel_entropy["test"],
            **{f"kl_dimension_{i}_nats": rate for i, rate in enumerate(run.rates, 1)},
            **{f"variance_of_means_{i}": spread for i, spread in enumerate(run.spreads, 1)},
        }
        for run in runs.values()
    ]
    return pd.DataFrame(rows)
