"""The recorded simulation: does the noise model with the lowest KL give the most accurate line?

simulation.py runs it; this module reads and writes the record.
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
DIGITS = 10  # significant ones in the record; further ones depend on the processor

Interval = tuple[float, float]


@dataclass(frozen=True)
class Scored:
    """One noise model in one cell.

    divergence: the lowest KL(true noise‖model) over the model's scale, in nats, the mean over x.
    error: the root mean square error of the fitted line over x in [−2, 2], averaged over the
    repeats, with a 95 % interval by Student's t. ratio: mean error divided by that of least squares
    on the same points, with a 95 % interval by the delta method. failed: how many fits failed.
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
    """One true noise with one fraction of outliers (`share`).

    repeats: those in which every model could be fitted; the others are left out. rank_correlation:
    Spearman's, of the divergence and the mean error of the models. agrees: whether the model with
    the lowest error is one of those with the lowest divergence.
    """

    truth: str
    share: float
    repeats: int
    rank_correlation: float
    agrees: bool
    models: tuple[Scored, ...]


@dataclass(frozen=True)
class Study:
    """All cells, and their means.

    rank_correlation: the mean of the cells'; agreement: the fraction of cells that agree; each with
    a 95 % interval by the percentile bootstrap over the repeats.
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
    """Write the record atomically."""
    files.write_json(path, plain(study))


def plain(record: Study | Cell) -> dict[str, Any]:
    """As JSON values, with ten significant digits a number."""
    values: dict[str, Any] = _rounded(asdict(record))
    return values


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(part) for part in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def load(path: Path = SAVED) -> Study:
    """Read the record. Raises ValueError if it is missing, damaged or of another schema."""
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
    """Raise ValueError unless its numbers are finite and its intervals in order."""
    for name, value in vars(record).items():
        low, high = value if name.endswith("interval") else (value, value)
        if isinstance(low, float) and not -math.inf < low <= high < math.inf:
            raise ValueError(f"{name} is {value!r}")
