"""The checkpoint after each epoch: all that is needed to resume with identical results."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import files
from models.runs.folder import CHECKPOINT
from models.runs.record import EpochResult, from_json, to_json
from models.runs.spec import SCHEMA, RunSpec, check_schema

ABOUT = "about"


@dataclass(frozen=True)
class Checkpoint:
    """The epochs so far, and the arrays that the next one starts from.

    `arrays`: weights, the optimizer's state and that of dropout's seeds. `conditions`: what the
    last digits depend on, which is library versions, processor and threads.
    """

    spec: RunSpec
    history: tuple[EpochResult, ...]
    conditions: dict[str, str]
    arrays: Mapping[str, NDArray[Any]] = field(repr=False, compare=False)


def save(checkpoint: Checkpoint, directory: Path) -> None:
    """Write it atomically: a process killed meanwhile leaves the previous one."""
    about = {
        "schema": SCHEMA,
        "spec": asdict(checkpoint.spec),
        "history": [to_json(result) for result in checkpoint.history],
        "conditions": checkpoint.conditions,
    }
    text = np.frombuffer(json.dumps(about).encode(), np.uint8)
    buffer = io.BytesIO()
    # savez takes names as keyword arguments, next to its own.
    np.savez(buffer, **{ABOUT: text}, **checkpoint.arrays)  # type: ignore[arg-type]
    files.write_whole(directory / CHECKPOINT, buffer.getvalue())


def load(directory: Path) -> Checkpoint | None:
    """The checkpoint in a folder, or None. Raises ValueError if it is damaged."""
    path = directory / CHECKPOINT
    if not path.exists():
        return None
    try:
        arrays = files.arrays(files.read(path, files.MOST_ARRAYS), files.MOST_ARRAYS)
        about = json.loads(arrays.pop(ABOUT).tobytes())
        check_schema(about)
        return Checkpoint(
            files.convert(about["spec"], RunSpec),
            tuple(files.convert(from_json(e), EpochResult) for e in about["history"]),
            {name: str(value) for name, value in about["conditions"].items()},
            arrays,
        )
    except Exception as error:  # zipfile, its decoders and NumPy raise a dozen types
        reason = files.reason(error)
        raise ValueError(
            f"The checkpoint is damaged, so this run cannot go on ({reason}). Train it again."
        ) from error


def check_spec(start: Checkpoint, spec: RunSpec) -> None:
    """Raise ValueError if a checkpoint has another spec than the run."""
    if start.spec != spec:
        raise ValueError(f"The checkpoint belongs to another run: {start.spec.title}.")


def remove(directory: Path) -> None:
    """Delete it: the run is finished."""
    (directory / CHECKPOINT).unlink(missing_ok=True)
