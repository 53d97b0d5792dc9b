"""Votes that nobody gave, and two networks that mix them with the same for all classes."""

import numpy as np

from models.data.cifar10h import Votes
from models.evaluation.predictions import Predictions
from pages.ui.human_labels.results import Results


def networks(votes, *shares, labels=None):
    """Two networks that mix the votes with the same for all, by these weights."""
    counts = np.asarray(votes)
    p = counts / counts.sum(axis=1, keepdims=True)
    k = counts.shape[1]
    labels = np.zeros(len(p), np.uint8) if labels is None else labels
    return Results.of(Votes(counts), *(Predictions.of(w * p + (1 - w) / k, labels) for w in shares))


def ballots(n, seed=0):
    rng = np.random.default_rng(seed)
    return np.array([rng.multinomial(50, row) for row in rng.dirichlet(np.full(10, 0.3), n)])


MANY = ballots(300)
TWO = [[40, 10] + 8 * [0], [50] + 9 * [0]]  # H(P) of 0.2 and 0.8: 0.5004 nats; and 0
