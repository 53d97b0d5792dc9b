"""The page's door to models/: recorded networks' predictions, photographs and people's votes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import get_args

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import kl_core
from models.convnet import inference
from models.data import cifar10, cifar10h, download
from models.data.cifar10 import CLASSES, Kind
from models.data.cifar10h import Votes
from models.data.download import DataUnavailableError
from models.evaluation.predictions import Predictions
from models.runs import store
from models.runs.record import Run
from models.runs.spec import LOSSES
from pages.ui.predictions.results import Photographs
from pages.ui.predictions.state import KL, LabelSource, MatchedRuns, Pixels, Subject, match
from pages.ui.training import run_service

KINDS: tuple[Kind, ...] = get_args(Kind)


def _files(run: Run) -> tuple[str, str | None, str | None]:
    return run.id, run.predictions, run.weights


# What is computed of recorded runs, kept as long as their files are the same.
cached = partial(
    st.cache_resource,
    show_spinner=False,
    hash_funcs={Run: _files, MatchedRuns: lambda pair: [*map(_files, pair.runs)]},
)


def matched_runs() -> dict[str, MatchedRuns]:
    """Every pair of recorded runs on photographs, plain labels first, by `MatchedRuns.key`.

    A pair of which not both kept their predictions is left out.
    """
    runs = [run for run in run_service.recorded().values() if run.spec.data == "cifar10"]
    return {pair.key: pair for pair in match(runs) if _is_whole(pair)}


def _is_whole(pair: MatchedRuns) -> bool:
    try:
        return all(set(KINDS) <= set(_predictions(run)) for run in pair.runs)
    except ValueError:
        return False


def plain_pairs() -> list[MatchedRuns]:
    """Those whose labels were not smoothed."""
    return [pair for pair in matched_runs().values() if not pair.kl.spec.label_smoothing]


def curves(pair: MatchedRuns) -> dict[str, str]:
    """The query by which the page Training shows how both were trained."""
    return {
        "run": run_service.recorded_title(pair.kl),
        "beside": run_service.recorded_title(pair.ce),
    }


def kind(pictures: str) -> Kind:
    """The photographs that figures are about: the held-out ones unless test ones are named."""
    return "test" if pictures == "test" else "validation"


def predictions(run: Run, kind: Kind) -> Predictions:
    """What one of the `matched_runs` predicts for the held-out or the test images."""
    return _predictions(run)[kind]


@cached(max_entries=100)
def _predictions(run: Run) -> dict[str, Predictions]:
    return store.load_predictions(store.SAVED / run.id)


def count(pair: MatchedRuns, kind: Kind) -> int:
    """How many photographs of a kind there are."""
    return len(predictions(pair.kl, kind).labels)


@cached(max_entries=40)
def order(pair: MatchedRuns, loss: str, kind: Kind, by: str) -> NDArray[np.intp]:
    """`Photographs.order` of this kind. Raises ValueError where it needs votes and has none."""
    kl, ce = (predictions(run, kind) for run in pair.runs)
    return Photographs(kl, ce, loss, votes() if by == "people" else None).order(by)


@cached(max_entries=8)
def _weights(run: Run) -> Mapping[str, NDArray[np.float32]]:
    return store.load_weights(store.SAVED / run.id)


def _keeps_weights(pair: MatchedRuns) -> bool:
    try:
        return all(map(_weights, pair.runs))
    except ValueError:
        return False


def _predict(run: Run, pixels: Pixels) -> NDArray[np.float32]:
    """A network's q for one picture, (32, 32, 3), that is in none of its files: (10,).

    Raises ValueError where its weights are not kept, or not the recorded ones.
    """
    try:
        weights = _weights(run)
    except ValueError:
        kept = " or ".join(pair.title for pair in matched_runs().values() if _keeps_weights(pair))
        raise ValueError(
            "The weights of this network are not kept here, only its predictions for the "
            f"photographs: choose {kept or 'photographs'}."
        ) from None
    return inference.probabilities(weights, pixels[None])[0]


def photograph(pair: MatchedRuns, kind: Kind, number: int, source: LabelSource) -> Subject:
    """A held-out or test photograph. Raises ValueError where the votes cannot be read."""
    both = {loss: predictions(pair.of(loss), kind) for loss in LOSSES}
    label = int(both[KL].labels[number])
    people = votes() if source == "people" and kind == "test" else None
    which = {"validation": "Held-out photograph", "test": "Test photograph"}[kind]
    one = slice(number, number + 1)  # of all, q would take longer than all else that an edit needs
    return Subject(
        f"{kind} {number} {'people' if people else 'label'}",
        f"{which} {number:,}, labelled",
        label,
        kl_core.normalize(people.counts[number]) if people else _one_hot(label),
        int(people.people[number]) if people else 0,
        {
            loss: Predictions(those.log_q[one], those.labels[one]).q[0]
            for loss, those in both.items()
        },
        picture(pair, kind, number),
    )


def uploaded(pair: MatchedRuns, pixels: Pixels, label: int, name: str) -> Subject:
    """A visitor's picture. Raises ValueError where the networks' weights are not kept."""
    q = {loss: _predict(pair.of(loss), pixels) for loss in LOSSES}
    return Subject(name, "Your picture, labelled by you", label, _one_hot(label), 0, q, pixels)


def _one_hot(label: int) -> NDArray[np.float64]:
    return np.eye(len(CLASSES))[label]


def rounding_controls(kind: Kind) -> list[tuple[Run, Predictions, Predictions]]:
    """The second trainings, with other rounding, of recorded networks with plain labels.

    Each with what the recorded network predicts for these images, and what it predicts itself. One
    of which not both kept their predictions is left out.
    """
    found = []
    runs = [run for pair in plain_pairs() for run in pair.runs]
    for run, again in run_service.retrained(runs):
        with suppress(ValueError):
            found.append((again, predictions(run, kind), _again(again)[kind]))
    return found


@cached(max_entries=10)
def _again(run: Run) -> dict[str, Predictions]:
    return store.load_predictions(store.THREAD_CONTROL / run.id)


def picture(pair: MatchedRuns, kind: Kind, number: int) -> Pixels | None:
    """The image itself, (32, 32, 3), where the visitor's copy of CIFAR-10 holds it."""
    with suppress(DataUnavailableError):
        pixels, label = cifar10.picture(kind, number, pair.kl.images["training"])
        if label == predictions(pair.kl, kind).labels[number]:
            return pixels
    return None


def have_votes(kind: Kind | None) -> bool:
    """Whether people's votes on these photographs are here, and are the published ones."""
    try:
        return kind == "test" and votes() is not None
    except ValueError:
        return False


def votes() -> Votes | None:
    """People's votes on the test images, where the visitor's copy is here.

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
