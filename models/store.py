"""Runs on disk: list, load, verify and save them, without TensorFlow."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models import files, predictions
from models.predictions import Predictions
from models.spec import Run

SAVED = Path(__file__).resolve().parent / "saved"
# Some of the recorded runs again, with other processor threads: the same sums in another order.
ROUNDED_OTHERWISE = SAVED / "rounded_otherwise"
# Bytes: many times what a run has, and little enough to be read at once.
MOST_JSON, MOST_ARRAYS = 1 << 20, 1 << 26


def runs_dir() -> Path:
    """Where visitors' runs go: KL_RUNS_DIR, or runs/ beside the code."""
    return Path(os.environ.get("KL_RUNS_DIR") or SAVED.parent.parent / "runs").absolute()


class Finished(NamedTuple):
    """What training leaves: weights by name, predictions of "validation" and "test" images."""

    run: Run
    weights: Mapping[str, NDArray[np.float32]]
    predictions: Mapping[str, Predictions]


def save(finished: Finished, directory: Path) -> Run:
    """Write weights and predictions, then run.json with their SHA-256; the run as written."""
    believed = predictions.to_arrays(finished.predictions)
    run = replace(
        finished.run,
        id=directory.name,
        weights=write_arrays(directory / "weights.npz", finished.weights),
        predictions=write_arrays(directory / "predictions.npz", believed),
    )
    write_json(directory / "run.json", run.to_json())
    return run


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> str:
    """Write arrays by name as .npz; the file's SHA-256."""
    buffer = io.BytesIO()
    # savez has no way to say that names are names, not its own arguments.
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    write_whole(path, buffer.getvalue())
    return hashlib.sha256(buffer.getvalue()).hexdigest()


def load(directory: Path) -> Run:
    """The finished run in a folder. Raises ValueError where it cannot be trusted."""
    return _loaded(directory)


def _load(directory: Path) -> Run:
    name = f"{directory.name}/run.json"
    try:
        run = Run.from_json(json.loads(files.read(directory / "run.json", MOST_JSON)))
    except (OSError, ValueError, RecursionError) as error:
        raise ValueError(f"{name} cannot be read: {files.reason(error)}.") from error
    if run.id != directory.name:
        raise ValueError(f"{name} holds another run, {run.id!r:.200}.")
    return run


_loaded = files.Remembered(_load, ("run.json",))


def load_weights(directory: Path) -> dict[str, NDArray[np.float32]]:
    """A run's weights by name. Raises ValueError unless their SHA-256 is the recorded one."""
    return read_arrays(directory / "weights.npz", load(directory).weights)


def load_predictions(directory: Path) -> dict[str, Predictions]:
    """A run's predictions for the "validation" and the "test" images.

    Raises ValueError unless their SHA-256 is the recorded one.
    """
    path = directory / "predictions.npz"
    return predictions.from_arrays(read_arrays(path, load(directory).predictions))


def read_arrays(path: Path, digest: str | None) -> dict[str, NDArray[Any]]:
    """The arrays in a file of this SHA-256. Raises ValueError where it is missing or another."""
    name = f"{path.parent.name}/{path.name}"
    try:
        content = files.read(path, MOST_ARRAYS)
    except FileNotFoundError:
        reason = "its SHA-256 is recorded: what is made again can be held to it"
        raise ValueError(f"{name} is not kept here; {reason}.") from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(f"{name} is not the file that was recorded.")
    return files.arrays(content, MOST_ARRAYS)


def list_runs(folder: Path) -> tuple[list[Run], dict[str, str]]:
    """The finished runs in a folder, by id, and the reason for each that cannot be read."""
    runs, damaged = [], {}
    for path in sorted(folder.glob("[!.]*/run.json")):  # a hidden one is being deleted
        try:
            runs.append(load(path.parent))
        except ValueError as error:
            damaged[path.parent.name] = str(error)
    return runs, damaged


def write_json(path: Path, content: Any) -> None:
    """Write JSON so that a reader sees the old file or the whole new one."""
    write_whole(path, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the whole new one."""
    part = path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(files.opened(part, files.REPLACE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())  # or after a power cut the name may stand and the bytes not
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()  # on a full disk it takes the room that telling of it needs
        raise named(error, path) from error


def named(error: OSError, path: Path) -> OSError:
    """The same error with the file's name: the system gives none where a write fails."""
    name = f"{path.parent.name}/{path.name}"  # visitors read it, whom no server's path concerns
    return OSError(error.errno, error.strerror, name)
