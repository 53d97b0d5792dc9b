"""The page's door to models/: nets in pairs, what they believe, pictures, people's votes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from models.convnet import inference
from models.data import cifar10, cifar10h, download
from models.data.cifar10 import Kind
from models.data.cifar10h import Votes
from models.data.download import DataUnavailableError, Progress
from models.evaluation.predictions import Predictions
from models.runs import store
from models.runs.record import Run
from models.runs.spec import LOSSES, RunSpec
from pages.ui.training import run_service

__all__ = ["DataUnavailableError", "Kind", "Predictions", "Votes"]  # the page's names for them

KINDS: tuple[Kind, ...] = get_args(Kind)
CLASSES = cifar10.CLASSES
KL, CE = LOSSES
VOTES_FILE, VOTES_BYTES = cifar10h.FILE, cifar10h.BYTES


@dataclass(frozen=True)
class MatchedRuns:
    """Two recorded runs alike in all but the loss: they began with the same weights."""

    kl: Run
    ce: Run

    @property
    def key(self) -> str:
        """A name that no other pair has."""
        return self.kl.id

    @property
    def file(self) -> str:
        """Its name in that of a file, which stands for both losses."""
        return self.key.replace(f"-{KL}", "")

    @property
    def title(self) -> str:
        """Its name for a visitor; of the usual settings it says nothing."""
        spec, usual = self.kl.spec, RunSpec(KL)
        share = spec.label_smoothing
        parts = [f"seed {spec.seed}", *([f"labels smoothed by {share:g}"] if share else [])]
        other = replace(spec, seed=usual.seed, label_smoothing=usual.label_smoothing)
        return ", ".join(parts if other == usual else [*parts, spec.settings])

    def of(self, loss: str) -> Run:
        """The one that was trained with this loss."""
        return self.kl if loss == KL else self.ce


def twins() -> dict[str, MatchedRuns]:
    """Every pair of recorded runs on photographs, plain labels first, by `MatchedRuns.key`.

    A pair of which not both kept what they believe is left out.
    """
    runs = [run for run in run_service.recorded().values() if run.spec.data == "cifar10"]
    found = {loss: {_all_but_loss(r): r for r in runs if r.spec.loss == loss} for loss in LOSSES}
    both = [MatchedRuns(run, found[CE][key]) for key, run in found[KL].items() if key in found[CE]]
    both = [pair for pair in both if _is_whole(pair)]
    both.sort(key=lambda pair: (pair.kl.spec.label_smoothing, pair.kl.spec.seed))
    return {pair.key: pair for pair in both}


def curves(pair: MatchedRuns) -> dict[str, str]:
    """The query by which the page Training shows how both learned."""
    return {
        "run": run_service.recorded_title(pair.kl),
        "beside": run_service.recorded_title(pair.ce),
    }


def _is_whole(pair: MatchedRuns) -> bool:
    try:
        return all(set(KINDS) <= set(_believed(r.id, r.predictions)) for r in (pair.kl, pair.ce))
    except ValueError:
        return False


def _all_but_loss(run: Run) -> tuple[object, ...]:
    return tuple(value for name, value in vars(run.spec).items() if name != "loss")


def kind(pictures: str) -> Kind:
    """The photographs that figures are about: the held-out ones unless test ones are named."""
    return "test" if pictures == "test" else "validation"


def believed(run: Run, kind: Kind) -> Predictions:
    """What the net of one of the `twins` believes about the held-out or the test images."""
    return _believed(run.id, run.predictions)[kind]


@st.cache_resource(max_entries=100, show_spinner=False)
def _believed(name: str, digest: str | None) -> dict[str, Predictions]:
    return store.load_predictions(store.SAVED / name)


@st.cache_resource(max_entries=8, show_spinner=False)
def _weights(name: str, digest: str | None) -> Mapping[str, NDArray[np.float32]]:
    return store.load_weights(store.SAVED / name)


def _is_kept_whole(pair: MatchedRuns) -> bool:
    try:
        return all(_weights(run.id, run.weights) for run in (pair.kl, pair.ce))
    except ValueError:
        return False


def look_at(run: Run, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What a net believes about one picture, (32, 32, 3), that it never saw: (10,).

    Raises ValueError where its weights are not kept, or not the recorded ones.
    """
    try:
        weights = _weights(run.id, run.weights)
    except ValueError:
        kept = " or ".join(pair.title for pair in twins().values() if _is_kept_whole(pair))
        raise ValueError(
            "The weights of this net are not kept here, only its answers for the photographs: "
            f"choose {kept or 'photographs'}."
        ) from None
    return inference.probabilities(weights, pixels[None])[0]


def picture(pair: MatchedRuns, kind: Kind, number: int) -> NDArray[np.uint8] | None:
    """The image itself, (32, 32, 3), where the visitor's copy of CIFAR-10 holds it."""
    with suppress(DataUnavailableError):
        pixels, label = cifar10.picture(kind, number, pair.kl.images["training"])
        if label == believed(pair.kl, kind).labels[number]:
            return pixels
    return None


def have_pictures() -> bool:
    """Whether CIFAR-10 is here."""
    return cifar10.is_present()


def have_votes() -> bool:
    """Whether people's votes are here, and are the published ones."""
    try:
        return votes() is not None
    except ValueError:
        return False


def votes() -> Votes | None:
    """What people believe about the test images, where the visitor's copy is here.

    Raises ValueError where it is not the published file.
    """
    path = download.data_dir() / cifar10h.FILE
    try:
        return _votes(str(path), path.stat().st_mtime_ns)
    except (OSError, DataUnavailableError):
        return None


@st.cache_resource(max_entries=1, show_spinner=False)
def _votes(path: str, changed: int) -> Votes:
    return cifar10h.load(download.data_dir())


def fetch_votes(on_progress: Progress) -> None:
    """Download people's votes. Raises DataUnavailableError, in one sentence."""
    cifar10h.download(on_progress)
