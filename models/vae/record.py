"""Recorded variational autoencoders: their figures, weights and approximate posteriors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

import kl_core
from models import files
from models.runs import store
from models.vae.decoder import DECODER, DIMENSIONS

SAVED = store.SAVED / "vae"
SCHEMA = 1
BETAS = (0.0, 0.1, 1.0, 4.0, 10.0, 100.0)
MOST_BETA = 1000.0
ACTIVE = 0.01  # Burda, Grosse & Salakhutdinov (2016), "Importance weighted autoencoders"

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class VaeEpoch:
    """One epoch's means over the training and the test pictures, in nats a picture.

    distortion: KL(pixels of the picture‖decoded pixels), each pixel a Bernoulli variable;
    rate: KL(N(mean, var)‖N(0, 1)), summed over both dimensions.
    """

    epoch: int
    distortion: float
    rate: float
    test_distortion: float
    test_rate: float
    seconds: float


@dataclass(frozen=True)
class VaeRun:
    """One training, as recorded.

    pixel_entropy: the entropy of the pictures' pixels, nats a picture: cross-entropy − distortion.
    rates: the test pictures' mean KL in each dimension; spreads: the variance over them of the mean
    of q(z given x). weights, codes: SHA-256 of the files beside it.
    """

    beta: float
    seed: int
    epochs: int
    batch_size: int
    images: dict[str, int]
    pixel_entropy: dict[str, float]
    history: tuple[VaeEpoch, ...]
    rates: tuple[float, ...]
    spreads: tuple[float, ...]
    files: dict[str, str]
    versions: dict[str, str]
    machine: dict[str, str]
    weights: str = ""
    codes: str = ""

    @property
    def last(self) -> VaeEpoch:
        """The figures after the last epoch."""
        return self.history[-1]

    @property
    def collapsed(self) -> tuple[int, ...]:
        """The collapsed dimensions, from 0: there the means of q(z given x) hardly vary."""
        return tuple(i for i, spread in enumerate(self.spreads) if spread < ACTIVE)


class Codes(NamedTuple):
    """q(z given x) of pictures: mean and std (n, 2), and the labels (n,)."""

    mean: Floats
    std: Floats
    labels: NDArray[np.uint8]


def name(beta: float) -> str:
    """The name of the folder of the VAE with this β."""
    return f"beta{beta:g}"


def recorded(folder: Path = SAVED) -> tuple[dict[float, VaeRun], dict[str, str]]:
    """The recorded VAEs in increasing order of β, and why each of the others cannot be read."""
    runs, damaged = [], {}
    for path in sorted(folder.glob("[!.]*/vae.json")):
        try:
            runs.append(load(path.parent))
        except ValueError as error:
            damaged[path.parent.name] = str(error)
    return {run.beta: run for run in sorted(runs, key=lambda run: run.beta)}, damaged


def load(directory: Path) -> VaeRun:
    """The VAE in a folder. Raises ValueError if its record is missing or damaged."""
    path = directory / "vae.json"
    try:
        content = json.loads(path.read_bytes())
        if content.pop("schema") != SCHEMA:
            raise ValueError("it is of another version of this project")
        run = files.convert(content, VaeRun)
        if not run.history or name(run.beta) != directory.name:
            raise ValueError("it holds another one")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        where = f"{directory.name}/{path.name}"
        raise ValueError(f"{where} cannot be read: {files.reason(error)}.") from error
    return run


def save(run: VaeRun, weights: Mapping[str, Floats], codes: Codes, folder: Path) -> VaeRun:
    """Write weights and codes, then vae.json with their SHA-256; the run as written."""
    directory = folder / name(run.beta)
    directory.mkdir(parents=True, exist_ok=True)
    run = replace(
        run,
        weights=files.write_arrays(directory / "weights.npz", weights),
        codes=files.write_arrays(directory / "codes.npz", codes._asdict()),
    )
    files.write_json(directory / "vae.json", {"schema": SCHEMA, **asdict(run)})
    return run


def load_weights(directory: Path) -> dict[str, Floats]:
    """Weights of encoder and decoder by name. Raises ValueError unless they match the record."""
    weights = files.read_arrays(directory / "weights.npz", load(directory).weights)
    for key, shape in DECODER.items():
        if key not in weights or weights[key].shape != shape or not np.isfinite(weights[key]).all():
            raise ValueError(f"{directory.name} must hold finite {key} of shape {shape}.")
    return weights


def load_codes(directory: Path) -> Codes:
    """q(z given x) of the test pictures. Raises ValueError unless they match the record."""
    arrays = files.read_arrays(directory / "codes.npz", load(directory).codes)
    shapes = {key: array.shape for key, array in arrays.items()}
    n = shapes.get("labels", (0,))[0]
    if shapes != {"mean": (n, DIMENSIONS), "std": (n, DIMENSIONS), "labels": (n,)}:
        raise ValueError(f"{directory.name} must hold mean, std and labels; got {shapes}.")
    return Codes(**arrays)


def rates(codes: Codes) -> NDArray[np.float64]:
    """KL(N(mean, std²)‖N(0, 1)) of each picture in each dimension, in nats: (n, 2)."""
    q = kl_core.Normal(codes.mean.astype(np.float64), codes.std.astype(np.float64))
    return np.asarray(kl_core.kl(q, kl_core.Normal(0.0, 1.0)))
