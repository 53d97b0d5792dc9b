"""Settings and results of the runs, as a table of text and as a file."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from models.evaluation import statistics
from models.runs.record import Run
from models.runs.spec import DATASETS, LOSSES
from pages.ui import formatting as fmt
from pages.ui.comparison import results
from pages.ui.comparison.results import Group
from pages.ui.training.charts import short_names

DIVERGED = "runs that diverged"  # the first result: the rows before it are settings


def by_group(groups: Sequence[Group]) -> pd.DataFrame:
    """A column for each group: its settings, then its results, mean ± standard deviation.

    A setting in which the groups differ is marked.
    """
    columns = dict(zip(results.names(groups), map(_configuration, groups), strict=True))
    table = pd.DataFrame(columns)
    settings = table.index[: table.index.get_loc(DIVERGED)]
    if (table.loc[DIVERGED] == "0").all():
        table = table.drop(DIVERGED)
    for setting in settings:
        if table.loc[setting].nunique() > 1:
            table.loc[setting] = "**" + table.loc[setting] + "**"
            table = table.rename(index={setting: f"≠ {setting}"})
    return table.rename_axis("settings and results")  # the heading of the first column


def _configuration(group: Group) -> dict[str, str]:
    spec, first = group.spec, group.runs[0]
    dead = sum(run.dead_zone for run in group.runs)
    return {
        "loss": LOSSES[spec.loss].title,
        "images": DATASETS[spec.data].short,
        "training images": f"{first.images['training']:,}",
        "epochs": str(spec.epochs),
        "batch size": str(spec.batch_size),
        "validation split": results.percentage(spec.validation_split),
        "label smoothing": str(spec.label_smoothing or 0),
        "precision": spec.precision,
        "source": group.source,
        "seeds": _ranges(group.seeds),
        DIVERGED: str(sum(map(results.diverged, group.runs))),
        "validation images": f"{first.images['validation']:,}",
        "validation accuracy, last epoch": _percent(group.accuracies),
        "validation accuracy, best epoch": _percent(group.values(lambda r: r.best.val_accuracy)),
        "validation loss, last epoch": _number(group.values(lambda r: r.last.val_loss)),
        "training loss, last epoch": _number(group.values(lambda r: r.last.loss)),
        "test images": f"{first.test.images:,}",
        "test accuracy": _percent(group.values(lambda r: r.test.accuracy)),
        "q(true class) [below 10⁻⁷](reference?search=10⁻⁷), all epochs": f"{dead:,}",
        "minutes a run": _number(group.values(_minutes)),
    }


def _percent(fractions: Sequence[float]) -> str:
    if not np.isfinite(fractions).all():
        return "not a number"
    around = f" ± {100 * statistics.sd(fractions):.2f}" if len(fractions) > 1 else ""
    return f"{100 * np.mean(fractions):.2f}{around} %"


def _number(values: Sequence[float]) -> str:
    if not np.isfinite(values).all():
        return "not a number"
    around = f" ± {statistics.sd(values):.2g}" if len(values) > 1 else ""
    return f"{fmt.number(np.mean(values))}{around}"


def _minutes(run: Run) -> float:
    return sum(epoch.seconds for epoch in run.history) / 60


def _ranges(numbers: Sequence[int]) -> str:
    """Whole numbers in order: "1 to 10", "1, 3, 5"."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]} to {numbers[-1]}"
    return ", ".join(map(str, numbers))


def by_run(runs: Sequence[Run]) -> pd.DataFrame:
    """A row for each run: settings, then results. Accuracies are fractions from 0 to 1."""
    names = short_names(runs)
    return pd.DataFrame(
        [
            {
                "run": names[run.id],
                "loss": LOSSES[run.spec.loss].title,
                "images": DATASETS[run.spec.data].short,
                "training images": run.images["training"],
                "seed": run.spec.seed,
                "epochs": run.spec.epochs,
                "label smoothing": run.spec.label_smoothing,
                "precision": run.spec.precision,
                "training loss, last epoch": run.last.loss,
                "validation loss, last epoch": run.last.val_loss,
                "validation accuracy, last epoch": run.last.val_accuracy,
                "validation accuracy, best epoch": run.best.val_accuracy,
                "best epoch": run.best.epoch,
                "test accuracy": run.test.accuracy,
                "test images": run.test.images,
                "minutes": _minutes(run),
            }
            for run in runs
        ]
    )
