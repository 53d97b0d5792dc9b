"""In which order photographs are looked through, and which of them."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

import kl_core
from models.evaluation import metrics
from pages.ui.predictions import repository
from pages.ui.predictions.repository import Kind, MatchedRuns

ORDERS = {
    "loss": "largest KL(label‖net) first",
    "doubt": "the net least sure first",
    "apart": "the two nets furthest apart first",
    "people": "people least sure first",
    "file": "as the file holds them",
}
ANY = "any"

Numbers = NDArray[np.intp]


def known(kind: Kind) -> list[str]:
    """The orders that there are for these photographs: people voted on the test ones alone."""
    return [
        name for name in ORDERS if name != "people" or (kind == "test" and repository.have_votes())
    ]


def listed(pair: MatchedRuns, loss: str, kind: Kind, order: str, truth: str, guess: str) -> Numbers:
    """The numbers of the photographs in this order: of this true class, and taken for that one.

    Raises ValueError where the votes are wanted and cannot be read.
    """
    believed = repository.believed(pair.of(loss), kind)
    wanted = np.ones(len(believed.labels), bool)
    if truth != ANY:
        wanted &= believed.labels == repository.CLASSES.index(truth)
    if guess != ANY:
        wanted &= believed.log_q.argmax(axis=1) == repository.CLASSES.index(guess)
    digests = (pair.kl.predictions, pair.ce.predictions)
    numbers = _ordered(digests, order, pair, loss, kind)
    return numbers[wanted[numbers]]


@st.cache_resource(
    max_entries=40, hash_funcs={MatchedRuns: lambda pair: pair.key}, show_spinner=False
)
def _ordered(
    digests: tuple[str | None, ...], order: str, pair: MatchedRuns, loss: str, kind: Kind
) -> Numbers:
    believed = repository.believed(pair.of(loss), kind)
    if order == "file":
        return np.arange(len(believed.labels))
    # Of equals, the first comes first.
    return np.argsort(-_by(order, pair, loss, kind), kind="stable")


def _by(order: str, pair: MatchedRuns, loss: str, kind: Kind) -> NDArray[np.floating]:
    believed = repository.believed(pair.of(loss), kind)
    if order == "loss":
        return metrics.kl_from_labels(believed)
    if order == "doubt":
        return np.asarray(kl_core.entropy(believed.q))
    if order == "apart":
        both = (repository.believed(run, kind).q for run in (pair.kl, pair.ce))
        return np.asarray(kl_core.js_divergence(*both))
    votes = repository.votes()
    if votes is None:
        raise ValueError("People’s votes are not here: choose another order.")
    return votes.first(len(believed.labels)).entropy
