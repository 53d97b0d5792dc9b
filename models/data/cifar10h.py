"""People's votes on the test images of CIFAR-10: CIFAR-10H.

About 50 people (47 to 63) chose one of the ten classes for each of the 10,000 official test
images. The counts are licensed CC BY-NC-SA 4.0, so this project fetches them and does not ship
them. Figures made from them must name the source, and may not be used commercially.
Source: Peterson, Battleday, Griffiths & Russakovsky (2019), "Human uncertainty makes
classification more robust".
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import kl_core
from models import files
from models.data.download import (
    DataUnavailableError,
    Progress,
    data_dir,
    exclusive,
    fetched,
    reason,
)
from models.evaluation import metrics
from models.evaluation.predictions import Predictions

FILE = "cifar10h-counts.npy"
URL = f"https://raw.githubusercontent.com/jcpeterson/cifar-10h/master/data/{FILE}"
SHA256 = "9b36b4550349af56c79083356312eb4af856cc5fd3caf1f669d40b9d0bbb69ff"
BYTES = 800_128
SHAPE = (10_000, 10)
ADVICE = f"put {FILE} from github.com/jcpeterson/cifar-10h, folder data, there"

Floats = NDArray[np.floating]


@dataclass(frozen=True)
class Votes:
    """How many people chose each class for each image: (n, k), in the test set's order."""

    counts: NDArray[np.int64]

    def first(self, n: int) -> Votes:
        """Those on the first n images. Raises ValueError if there are fewer."""
        if n > len(self.counts):
            raise ValueError(f"People voted on {len(self.counts):,} images only; you have {n:,}.")
        return Votes(self.counts[:n])

    @property
    def people(self) -> NDArray[np.int64]:
        """How many voted on each image: (n,)."""
        return self.counts.sum(axis=1)

    @property
    def p(self) -> Floats:
        """P, the proportions of the votes: (n, k)."""
        return kl_core.normalize(self.counts)

    @property
    def entropy(self) -> Floats:
        """How much people disagree on each image: H(P) in nats, (n,).

        This is the plug-in estimate, which is too small on average with so few votes.
        """
        return np.asarray(kl_core.entropy(self.p))

    @property
    def corrected_entropy(self) -> Floats:
        """H(P) with part of that bias removed: H + (m − 1) / 2n in nats, (n,).

        m is the number of classes with votes, n the number of votes. It removes most of the bias if
        every possible class got votes, too little if rare classes got none, and nothing if all
        votes agree. It may exceed log k.
        Source: Miller (1955).
        """
        chosen = np.count_nonzero(self.counts, axis=1)
        return self.entropy + (chosen - 1) / (2 * self.people)


def kl(votes: Votes, predictions: Predictions) -> Floats:
    """KL(people‖model) in nats for each image: (n,); ∞ if q = 0 for a class that people chose.

    On average too large by as much as `Votes.entropy` is too small; the correction removes part
    of this bias.
    The predictions are those for the first n official test images, n being how many they are.
    Raises ValueError if there are more images than votes, or training diverged.
    """
    p, log_q = _pair(votes, predictions)
    log_p = np.full_like(p, -np.inf)
    np.log(p, out=log_p, where=p > 0)  # −∞ stands for 0
    return np.asarray(kl_core.kl_divergence_from_logits(log_p, log_q))


def cross_entropy(votes: Votes, predictions: Predictions) -> Floats:
    """H(people, model) = −Σ pᵢ log qᵢ = H(P) + KL(P‖Q) in nats for each image: (n,).

    This is the model's mean negative log-likelihood of one person's vote. Images and errors are
    those of `kl`.
    """
    p, log_q = _pair(votes, predictions)
    return -(p * np.where(p > 0, log_q, 0.0)).sum(axis=1)  # 0·log 0 = 0


def _pair(votes: Votes, predictions: Predictions) -> tuple[Floats, Floats]:
    return votes.first(len(predictions.labels)).p, metrics.log_q(predictions)


def load(folder: Path) -> Votes:
    """The votes in a folder, usually `data_dir()`.

    Raises DataUnavailableError if the file is missing, ValueError if it is another file.
    """
    name = f"{folder.name}/{FILE}"
    try:
        content = (folder / FILE).read_bytes()
    except OSError as error:
        why = error.strerror or error
        raise DataUnavailableError(f"{name} cannot be read ({why}): {ADVICE}.") from error
    if (found := hashlib.sha256(content).hexdigest()) != SHA256:
        raise ValueError(
            f"{name} is not the published file, whose SHA-256 is {SHA256[:12]}… (this one's is "
            f"{found[:12]}…); delete it, and {ADVICE}."
        )
    counts = np.load(io.BytesIO(content), allow_pickle=False)
    if counts.shape != SHAPE:
        raise ValueError(f"{name} must hold {SHAPE} counts; its shape is {counts.shape}.")
    return Votes(counts)


def download(on_progress: Progress | None = None) -> None:
    """Download the votes into `data_dir()`; only the published file replaces another.

    Raises DataUnavailableError, and changes nothing, if that fails.
    """
    path = data_dir() / FILE
    source = (BYTES, path, on_progress)
    try:
        with exclusive(*source):
            if not _is_published(path):
                with fetched(URL, SHA256, *source) as arrived:
                    files.rename(arrived, path)
    except OSError as error:
        why = files.without_folders(str(reason(error)))
        raise DataUnavailableError(
            f"CIFAR-10H could not be downloaded into {path.parent.name} ({why}): {ADVICE}."
        ) from error


def _is_published(path: Path) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256
