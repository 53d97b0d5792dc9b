"""The recorded experiment: does the assumed noise of the least KL find the line best?

simulation.py makes it; this reads and writes the record.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from models import files
from models.runs import store

SAVED = store.SAVED / "noise_study.json"
SCHEMA = 1
DIGITS = 10  # recorded of a float; its last ones depend on the processor

Interval = tuple[float, float]


@dataclass(frozen=True)
class Scored:
    """One model in one cell.

    divergence: KL(true noise‖the nearest of the assumed), in nats, the mean over x. error: the mean
    over the repeats of the root mean square distance of the fitted from the true line over x in
    [−2, 2], with a 95 % interval by Student's t. ratio: mean error over that of least squares, on
    the same points, with a 95 % interval by the delta method. failed: fits that gave no line.
    """

    noise: str
    divergence: float
    error: float
    error_interval: Interval
    ratio: float
    ratio_interval: Interval
    failed: int


@dataclass(frozen=True)
class Cell:
    """One true noise with one share of outliers.

    repeats: those in which every model gave a line, which alone count. rank_correlation: Spearman's
    between the divergence and the mean error of the models. agrees: whether the model of the least
    error is one of those of the least divergence.
    """

    truth: str
    share: float
    repeats: int
    rank_correlation: float
    agrees: bool
    models: tuple[Scored, ...]


@dataclass(frozen=True)
class Study:
    """All cells, and what they say together.

    rank_correlation: the mean of the cells'; agreement: the share of cells that agree; each with a
    95 % interval by the percentile bootstrap over the repeats.
    """

    schema: int
    seed: int
    repeats: int
    n: int
    python: str
    numpy: str
    rank_correlation: float
    rank_interval: Interval
    agreement: float
    agreement_interval: Interval
    cells: tuple[Cell, ...]


def save(study: Study, path: Path = SAVED) -> None:
    """Write the record, whole or not at all."""
    files.write_json(path, plain(study))


def plain(record: Study | Cell) -> dict[str, Any]:
    """What JSON can hold of it, with ten digits a number."""
    found: dict[str, Any] = _rounded(asdict(record))
    return found


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def load(path: Path = SAVED) -> Study:
    """The record. Raises ValueError where it cannot be trusted."""
    try:
        content = json.loads(path.read_bytes())
        if not isinstance(content, dict) or content.get("schema") != SCHEMA:
            raise ValueError(f"it is not of schema {SCHEMA}")
        study = files.convert(content, Study)
        if not study.cells:
            raise ValueError("it holds no cells")
        models = [model for cell in study.cells for model in cell.models]
        for record in (study, *study.cells, *models):
            _check(record)
        return study
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{path} cannot be read: {str(error).rstrip('.')}.") from error


def _check(record: object) -> None:
    """Raise ValueError unless its numbers are finite and the ends of its intervals in order."""
    for name, value in vars(record).items():
        low, high = value if name.endswith("interval") else (value, value)
        if isinstance(low, float) and not -math.inf < low <= high < math.inf:
            raise ValueError(f"{name} is {value!r}")
