"""How good two nets' beliefs are: start it in this project's folder."""

import numpy as np

import kl_core
from models.evaluation import metrics
from models.runs import store

# What was on the page
# The recorded run of each net
nets = {
    "KL divergence": "cifar10-kl_divergence-seed1-25epochs",
    "Cross-entropy": "cifar10-categorical_crossentropy-seed1-25epochs",
}
pictures = "test"  # "test" or "validation"

right = {}
for name, run in nets.items():
    stored = store.load_predictions(store.SAVED / run)[pictures]
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

first, second = right.values()
apart = metrics.Mean.of(first.astype(float) - second)
print("paired difference in accuracy:", apart.value, apart.interval)
