"""What was found of two nets → tables to take along."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from pages.ui.predictions.quality.results import PairedEvaluation
from pages.ui.predictions.repository import CLASSES
from pages.ui.vega import LOSSES

DIGITS = 6  # float16 kept three


def sheet(both: PairedEvaluation) -> pd.DataFrame:
    """Columns net, figure, unit, value, low, high, n: all figures, for a file."""
    rows: list[tuple[str, str, str, float, float, float, int]] = []
    for net, q in zip(LOSSES, both.nets, strict=True):
        none = math.nan, math.nan
        by_class = zip(CLASSES, q.by_class, strict=True)
        rows += [
            (net, "accuracy", "share", q.accuracy.value, *q.accuracy.interval, both.n),
            (net, "expected calibration error", "share", q.error, *none, both.n),
            (net, "the same of a calibrated net, by chance", "share", q.chance, *none, both.n),
            (net, "accuracy minus confidence", "share", q.gap.value, *q.gap.interval, both.n),
            (net, "mean KL(label‖softmax)", "nats", q.kl.value, *q.kl.interval, both.n),
            (net, "median KL(label‖softmax)", "nats", q.median, *none, both.n),
            (net, "images that make up half of it", "share", q.half.value, *none, both.n),
            *((net, f"accuracy, {c}", "share", s.value, *s.interval, s.n) for c, s in by_class),
        ]
    apart = both.difference
    paired = "share", apart.value, *apart.interval, apart.n
    rows.append(("difference", "accuracy, KL divergence minus cross-entropy, paired", *paired))
    return pd.DataFrame(rows, columns=["net", "figure", "unit", "value", "low", "high", "n"])


def images(both: PairedEvaluation) -> pd.DataFrame:
    """A row an image, in the order of the data: number, label, and what both nets say of it.

    For each net the guess, q of the true class, and KL(label‖softmax) in nats.
    """
    names = np.array(CLASSES)
    table = {"number": np.arange(both.n), "label": names[both.kl.labels]}
    for short, q in zip(("kl", "ce"), both.nets, strict=True):
        table |= {
            f"{short}_guess": names[q.guesses],
            f"{short}_q_true": np.exp(-q.costs),
            f"{short}_nats": q.costs,
        }
    return pd.DataFrame(table)
