"""The figures of two nets as Python, to run beside the project."""

from __future__ import annotations

from pages.ui.beliefs.shelf import Kind, Twins


def of(pair: Twins, kind: Kind) -> str:
    """The page's figures of both nets, computed from the stored predictions."""
    return f"""\
# How good two nets' beliefs are: start it in this project's folder.
import kl_core
import numpy as np

from models.evaluation import metrics
from models.runs import store

nets = {{"KL divergence": {pair.kl.id!r}, "Cross-entropy": {pair.ce.id!r}}}
right = {{}}
for name, run in nets.items():
    stored = store.load_predictions(store.SAVED / run)[{kind!r}]
    log_q = kl_core.log_softmax(stored.log_q.astype(float))
    n = len(log_q)
    confidence = np.exp(log_q.max(axis=1))
    right[name] = log_q.argmax(axis=1) == stored.labels
    kl = -log_q[np.arange(n), stored.labels]  # KL(label‖softmax): the label is one-hot

    accuracy = metrics.Share(int(right[name].sum()), n)
    print(name, "accuracy:", accuracy.value, accuracy.interval, "of", n, "images")
    bins = np.ceil(10 * confidence) - 1  # ten, of equal width
    gaps = [abs((right[name] - confidence)[bins == b].sum()) for b in range(10)]
    print(name, "expected calibration error:", sum(gaps) / n)
    variance = confidence * (1 - confidence)
    by_chance = [np.sqrt(2 / np.pi * variance[bins == b].sum()) for b in range(10)]
    print(name, "the same of a calibrated net, by chance:", sum(by_chance) / n)
    gap = metrics.Mean.of(right[name] - confidence)
    print(name, "accuracy minus confidence:", gap.value, gap.interval)
    print(name, "mean KL(label‖softmax):", kl.mean(), metrics.Mean.of(kl).interval, "nats")
    print(name, "median:", np.median(kl), "nats")
    dearest = np.cumsum(np.sort(kl)[::-1])
    half = (np.searchsorted(dearest, dearest[-1] / 2) + 1) / n
    print(name, "share of images that make up half of all loss:", half)

apart = metrics.Mean.of(right["KL divergence"].astype(float) - right["Cross-entropy"])
print("paired difference in accuracy:", apart.value, apart.interval)
"""
