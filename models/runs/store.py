"""Runs on disk: list, load, verify and save them, without TensorFlow."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models import files
from models.evaluation import predictions
from models.evaluation.predictions import Predictions
from models.runs.folder import PREDICTIONS, RUN, WEIGHTS
from models.runs.record import Run

SAVED = files.ROOT / "models" / "saved"
# Some recorded runs, repeated with another number of threads: the same sums in another order.
THREAD_CONTROL = SAVED / "rounded_otherwise"


def runs_dir() -> Path:
    """Where visitors' runs go: KL_RUNS_DIR, or runs/ beside the code."""
    return Path(os.environ.get("KL_RUNS_DIR") or files.ROOT / "runs").absolute()


class Finished(NamedTuple):
    """Weights by name, and predictions for the "validation" and "test" images."""

    run: Run
    weights: Mapping[str, NDArray[np.float32]]
    predictions: Mapping[str, Predictions]


def save(finished: Finished, directory: Path) -> Run:
    """Write weights and predictions, then run.json with their SHA-256; returns the run."""
    predicted = predictions.to_arrays(finished.predictions)
    run = replace(
        finished.run,
        id=directory.name,
        weights=files.write_arrays(directory / WEIGHTS, finished.weights),
        predictions=files.write_arrays(directory / PREDICTIONS, predicted),
    )
    files.write_json(directory / RUN, run.to_json())
    return run


def load(directory: Path) -> Run:
    """The finished run in a folder. Raises ValueError if it is damaged."""
    return _loaded(directory)


def _load(directory: Path) -> Run:
    name = f"{directory.name}/{RUN}"
    try:
        run = Run.from_json(json.loads(files.read(directory / RUN, files.MOST_JSON)))
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{name} cannot be read: {files.reason(error)}.") from error
    if run.id != directory.name:
        raise ValueError(f"{name} holds another run, {run.id!r:.200}.")
    return run


_loaded = files.FileCache(_load, (RUN,))


def load_weights(directory: Path) -> dict[str, NDArray[np.float32]]:
    """A run's weights by name. Raises ValueError unless their SHA-256 is the recorded one."""
    return files.read_arrays(directory / WEIGHTS, load(directory).weights)


def load_predictions(directory: Path) -> dict[str, Predictions]:
    """A run's predictions for the "validation" and the "test" images.

    Raises ValueError unless their SHA-256 is the recorded one.
    """
    path = directory / PREDICTIONS
    return predictions.from_arrays(files.read_arrays(path, load(directory).predictions))


def list_runs(folder: Path) -> tuple[list[Run], dict[str, str]]:
    """The finished runs in a folder, by id, and the reason for each that cannot be read."""
    runs, damaged = [], {}
    for path in sorted(folder.glob(f"[!.]*/{RUN}")):  # a hidden one is being deleted
        try:
            runs.append(load(path.parent))
        except ValueError as error:
            damaged[path.parent.name] = str(error)
    return runs, damaged
