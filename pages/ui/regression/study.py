"""The recorded study, where there is one, and what can be asked of it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from models.noise import study
from models.noise.study import Cell, Scored, Study


@lru_cache(maxsize=1)
def _read(path: Path, _: float) -> Study:
    return study.load(path)


def recorded() -> Study | None:
    """The study on file; None where there is none that can be read."""
    try:
        return _read(study.SAVED, study.SAVED.stat().st_mtime)
    except (OSError, ValueError):
        return None


def cell(study: Study, truth: str, share: float) -> Cell | None:
    """One cell, if it was tried."""
    return next((c for c in study.cells if c.truth == truth and c.share == share), None)


def scored(cell: Cell, noise: str) -> Scored:
    """One model of a cell. Raises StopIteration for one that was not tried."""
    return next(model for model in cell.models if model.noise == noise)


def truths(study: Study) -> list[str]:
    """The true noises, in the study's order."""
    return list(dict.fromkeys(cell.truth for cell in study.cells))
