"""The figures of networks as tables: for the page, and for files."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import fmean

import numpy as np
import pandas as pd

from models.data.cifar10 import CLASSES
from models.evaluation.metrics import Mean, Share
from models.runs.spec import LOSSES
from pages.ui import formatting as fmt
from pages.ui.evaluation.results import NAMES, LossOrSeed, PairedEvaluation

DIGITS = 6  # in a file: float16 kept three


def figures(both: PairedEvaluation) -> pd.DataFrame:
    """The figures of both networks as text, a column each; the first names how many images."""
    rows = {
        "Accuracy": [_share(one.accuracy) for one in both.networks],
        "Expected calibration error (ECE)": [fmt.percent(one.ece) for one in both.networks],
        "ECE expected by chance": [fmt.percent(one.ece_by_chance) for one in both.networks],
        "Mean NLL, nats": [_mean(one.kl) for one in both.networks],
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(NAMES))
    return table.rename_axis(f"n = {both.n:,} photographs").reset_index()


def _share(share: Share) -> str:
    low, high = share.interval
    return f"{fmt.percent(share.value)} {_interval(100 * low, 100 * high, 1)}"


def _mean(mean: Mean) -> str:
    if math.isnan(mean.standard_error):
        return fmt.number(mean.value)
    return f"{mean.value:.3f} {_interval(*mean.interval, 3)}"


def _interval(low: float, high: float, digits: int) -> str:
    return f"[{low:.{digits}f},\N{NO-BREAK SPACE}{high:.{digits}f}]"


def ranges(results: LossOrSeed) -> pd.DataFrame:
    """For each kind of pair their number n, and the mean and range of each measure, as text."""
    rows = [
        {
            "Pairs in which …": row,
            "n": str(len(pairs)),
            "Same predicted class, %": _range((100 * pair.same for pair in pairs), 1),
            "JS, nats": _range((pair.js for pair in pairs), 3),
            "KL, nats": _range((pair.kl for pair in pairs), 3),
        }
        for row, pairs in results.rows.items()
    ]
    return pd.DataFrame(rows)


def _range(values: Iterable[float], digits: int) -> str:
    each = list(values)
    mean, low, high = (f"{f(each):.{digits}f}" for f in (fmean, min, max))
    return mean if len(each) == 1 else f"{mean} ({low} to {high})"


def sheet(both: PairedEvaluation) -> pd.DataFrame:
    """Columns network, figure, unit, value, low, high, n: all figures, for a file."""
    rows: list[tuple[str, str, str, float, float, float, int]] = []
    for loss, q in zip(LOSSES.values(), both.networks, strict=True):
        name = loss.title
        none = math.nan, math.nan
        by_class = zip(CLASSES, q.by_class, strict=True)
        rows += [
            (name, "accuracy", "fraction", q.accuracy.value, *q.accuracy.interval, both.n),
            (name, "expected calibration error", "fraction", q.ece, *none, both.n),
            (
                name,
                "expected calibration error, expected by chance",
                "fraction",
                q.ece_by_chance,
                *none,
                both.n,
            ),
            (name, "accuracy minus confidence", "fraction", q.gap.value, *q.gap.interval, both.n),
            (name, "mean NLL, KL(label‖softmax)", "nats", q.kl.value, *q.kl.interval, both.n),
            (name, "median NLL, KL(label‖softmax)", "nats", q.median, *none, both.n),
            (name, "images that make up half of its sum", "fraction", q.half.value, *none, both.n),
            *((name, f"accuracy, {c}", "fraction", s.value, *s.interval, s.n) for c, s in by_class),
        ]
    apart = both.difference
    paired = "fraction", apart.value, *apart.interval, apart.n
    rows.append(("difference", "accuracy, KL divergence minus cross-entropy, paired", *paired))
    return pd.DataFrame(rows, columns=["network", "figure", "unit", "value", "low", "high", "n"])


def images(both: PairedEvaluation) -> pd.DataFrame:
    """A row an image, in the order of the data: number, label, and what both networks predict.

    For each network the predicted class, q of the true class, and the NLL, KL(label‖softmax), in
    nats.
    """
    names = np.array(CLASSES)
    table = {"number": np.arange(both.n), "label": names[both.kl.labels]}
    for short, q in zip(("kl", "ce"), both.networks, strict=True):
        table |= {
            f"{short}_predicted": names[q.predicted],
            f"{short}_q_true": np.exp(-q.losses),
            f"{short}_nll_nats": q.losses,
        }
    return pd.DataFrame(table)
