"""Values → tidy DataFrames: one row an observation, columns as the charts name them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.runs.record import EpochResult, Run
from models.runs.spec import DATASETS, LOSSES, RunSpec

Vector = NDArray[np.floating]
# What a spreadsheet takes for a formula begins so. Source: OWASP, "CSV Injection".
FORMULA = tuple("=+-@\t\r\n＝＋－＠")


def to_csv(table: pd.DataFrame, digits: int | None = None) -> str:
    """A table as a file, its numbers with so many significant digits; all if None.

    Text that a spreadsheet would compute begins with an apostrophe, and so do digits in a column
    where it would take a leading 0 away. All text stands in quotes, so that a semicolon in it
    begins no cell either, where that is what separates them.
    """
    columns = {name: _safe(values, digits) for name, values in table.items()}
    return pd.DataFrame(columns).to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC)


def _safe(values: pd.Series, digits: int | None) -> pd.Series:
    if pd.api.types.is_float_dtype(values) and digits:
        return values.map(lambda value: float(f"{value:.{digits}g}"))
    if pd.api.types.is_numeric_dtype(values):
        return values
    text = values.map(str)
    taken = text.str.startswith(FORMULA)
    if text.str.fullmatch(r"0\d+").any():
        taken |= text.str.fullmatch(r"\d+")
    return values.astype(object).mask(taken, "'" + text)


def infinite(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """As a file has it: inf in these columns where the table has nothing, as no chart draws it."""
    return table.fillna(dict.fromkeys(columns, np.inf))


def records(rows: Iterable[object]) -> pd.DataFrame:
    """A row for each dataclass, a column for each of its fields."""
    return pd.DataFrame([vars(row) for row in rows])


def fit_curves(curves: Mapping[str, Vector]) -> pd.DataFrame:
    """A column each: x, and the densities there."""
    return pd.DataFrame(dict(curves))


class Trained(Protocol):
    """A run, finished or not."""

    @property
    def id(self) -> str:
        """Its name, which no other run has."""
        ...

    @property
    def spec(self) -> RunSpec:
        """Its settings."""
        ...

    @property
    def history(self) -> tuple[EpochResult, ...]:
        """Its epochs so far."""
        ...


def history(name: str, spec: RunSpec, epochs: Iterable[EpochResult]) -> pd.DataFrame:
    """Columns run, loss, seed, epoch, images ("training", "validation"), measure, value."""
    columns = ["run", "loss", "seed", "epoch", "images", "measure", "value"]
    rows = [
        (name, LOSSES[spec.loss].title, spec.seed, e.epoch, images, measure, value)
        for e in epochs
        for images, measure, value in (
            ("training", "loss", e.loss),
            ("training", "accuracy", e.accuracy),
            ("validation", "loss", e.val_loss),
            ("validation", "accuracy", e.val_accuracy),
        )
    ]
    return pd.DataFrame(rows, columns=columns)


def histories(runs: Sequence[Trained]) -> pd.DataFrame:
    """The histories of several runs, one below the other, each under its short name."""
    names = short_names(runs)
    return pd.concat(
        [history(names[run.id], run.spec, run.history) for run in runs], ignore_index=True
    )


def short_names(runs: Sequence[Trained]) -> dict[str, str]:
    """For each id the shortest name that tells it apart: "KL", else with the seed, else more."""
    names = {}
    for run in runs:
        same = [_names(other) for other in runs if other is not run]
        own = _names(run)
        places = range(len(own))
        names[run.id] = next(own[i] for i in places if own[i] not in [n[i] for n in same])
    return names


def _names(run: Trained) -> list[str]:
    """Names for a run, from the shortest to the one that no other has."""
    loss = LOSSES[run.spec.loss].short
    suffix = run.id.removeprefix(run.spec.id).strip("-") or "recorded"
    seed = f"{loss}, seed {run.spec.seed}"
    return [loss, seed, f"{seed}, {suffix}", f"{loss}, {run.spec.settings}", run.id]


def curves(
    history: pd.DataFrame, measure: str, *, panel: str | None = None, gap: float = 0.09
) -> pd.DataFrame:
    """One measure of a history, with `label_value` in the row in which each curve ends.

    That is where its label stands: at its last value, or beside it where labels would overlap.
    `panel`: the column by which the rows go to different charts; `gap`: the least distance
    between two labels in one chart, as a share of the values' range.
    """
    rows = history[history["measure"] == measure].reset_index(drop=True)
    span = rows["value"].max() - rows["value"].min()
    least = gap * span if span > 0 else 1.0
    last = rows.loc[rows.groupby(["images", "run"])["epoch"].idxmax(), ["images", "value"]]
    for _, ends in last.groupby(panel) if panel else [("", last)]:
        rows.loc[ends.index, "label_value"] = apart(ends["value"].dropna(), least)
    return rows


def apart(values: pd.Series, least: float) -> pd.Series:
    """The values, moved up or down until neighbours are `least` apart, their mean kept."""
    ordered = values.sort_values()
    moved = ordered.to_numpy(copy=True)
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + least)
    return pd.Series(moved - (moved.mean() - ordered.mean()), index=ordered.index)


def ends(curves: pd.DataFrame, images: str) -> dict[str, float]:
    """Each run's last value on the training or the validation images."""
    rows = curves[curves["images"] == images].sort_values("epoch")
    return dict(zip(rows["run"], rows["value"], strict=True))  # a run's last row comes last


def two_curves(part: pd.DataFrame) -> tuple[list[float], list[float]]:
    """One run's values of one measure, on the training and on the validation images."""
    training, validation = (
        part.loc[part["images"] == images, "value"].tolist()
        for images in ("training", "validation")
    )
    return training, validation


def figures(runs: Sequence[Run]) -> pd.DataFrame:
    """One row a run: settings, then last and best figures. Accuracies are shares from 0 to 1."""
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
                "minutes": sum(e.seconds for e in run.history) / 60,
            }
            for run in runs
        ]
    )
