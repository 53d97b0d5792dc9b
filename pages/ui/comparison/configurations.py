"""What each group of runs was and what it came to, as a table to read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from models.evaluation import statistics
from models.runs.record import Run
from models.runs.spec import DATASETS, LOSSES
from pages.ui import formatting as fmt
from pages.ui.comparison import groups
from pages.ui.comparison.groups import Group

SETTINGS = [
    "loss",
    "images",
    "training images",
    "epochs",
    "batch size",
    "held out",
    "label smoothing",
    "precision",
    "made",
    "seeds",
]
DIVERGED = "runs that diverged"


def table(found: Sequence[Group]) -> pd.DataFrame:
    """A column a group: its settings, then its figures as text, mean ± standard deviation.

    A setting in which the groups differ is marked.
    """
    columns = dict(zip(groups.names(found), map(_configuration, found), strict=True))
    table = pd.DataFrame(columns)
    if (table.loc[DIVERGED] == "0").all():
        table = table.drop(DIVERGED)
    for setting in SETTINGS:
        if table.loc[setting].nunique() > 1:
            table.loc[setting] = "**" + table.loc[setting] + "**"
            table = table.rename(index={setting: f"≠ {setting}"})
    return table.rename_axis("settings and figures")  # heads its column, which would have no head


def _configuration(group: Group) -> dict[str, str]:
    spec, first = group.spec, group.runs[0]
    dead = sum(epoch.dead_zone for run in group.runs for epoch in run.history)
    return {
        "loss": LOSSES[spec.loss].title,
        "images": DATASETS[spec.data].short,
        "training images": f"{first.images['training']:,}",
        "epochs": str(spec.epochs),
        "batch size": str(spec.batch_size),
        "held out": groups.percentage(spec.validation_split),
        "label smoothing": str(spec.label_smoothing or 0),
        "precision": spec.precision,
        "made": group.source,
        "seeds": _ranges(group.seeds),
        DIVERGED: str(sum(map(groups.diverged, group.runs))),
        "validation images": f"{first.images['validation']:,}",
        "validation accuracy, last epoch": _percent(group.values(lambda r: r.last.val_accuracy)),
        "validation accuracy, best epoch": _percent(group.values(lambda r: r.best.val_accuracy)),
        "validation loss, last epoch": _number(group.values(lambda r: r.last.val_loss)),
        "training loss, last epoch": _number(group.values(lambda r: r.last.loss)),
        "test images": f"{first.test.images:,}",
        "test accuracy": _percent(group.values(lambda r: r.test.accuracy)),
        "true class [below 10⁻⁷](reference?search=10⁻⁷), all epochs": f"{dead:,}",
        "minutes a run": _number(group.values(_minutes)),
    }


def _percent(shares: Sequence[float]) -> str:
    if not np.isfinite(shares).all():
        return "not a number"
    around = f" ± {100 * statistics.sd(shares):.2f}" if len(shares) > 1 else ""
    return f"{100 * np.mean(shares):.2f}{around} %"


def _number(values: Sequence[float]) -> str:
    if not np.isfinite(values).all():
        return "not a number"
    around = f" ± {statistics.sd(values):.2g}" if len(values) > 1 else ""
    return f"{fmt.number(np.mean(values))}{around}"


def _minutes(run: Run) -> float:
    return sum(epoch.seconds for epoch in run.history) / 60


def _ranges(numbers: Sequence[int]) -> str:
    """Whole numbers in order, as one would list them: "1 to 10", "1, 3, 5"."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]} to {numbers[-1]}"
    return ", ".join(map(str, numbers))
