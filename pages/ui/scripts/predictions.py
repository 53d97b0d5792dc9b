"""Accuracy, calibration and NLL of two networks: start it in this project's folder."""

import numpy as np

import kl_core
from models.evaluation import metrics
from models.runs import store

# What was on the page
# The recorded run of each network
networks = {
    "KL divergence": "cifar10-kl_divergence-seed1-25epochs",
    "Cross-entropy": "cifar10-categorical_crossentropy-seed1-25epochs",
}
pictures = "test"  # "test" or "validation"

correct = {}
for name, run in networks.items():
    stored = store.load_predictions(store.SAVED / run)[pictures]
    log_q = kl_core.log_softmax(stored.log_q.astype(float))
    n = len(log_q)
    confidence = np.exp(log_q.max(axis=1))
    correct[name] = log_q.argmax(axis=1) == stored.labels
    nll = -log_q[np.arange(n), stored.labels]  # KL(label‖softmax), as the label is one-hot

    accuracy = metrics.Share(int(correct[name].sum()), n)
    print(name, "accuracy:", accuracy.value, accuracy.interval, "of", n, "images")
    bins = np.ceil(10 * confidence) - 1  # ten, of equal width
    gaps = [abs((correct[name] - confidence)[bins == b].sum()) for b in range(10)]
    print(name, "expected calibration error:", sum(gaps) / n)
    variance = confidence * (1 - confidence)
    by_chance = [np.sqrt(2 / np.pi * variance[bins == b].sum()) for b in range(10)]
    print(name, "expected by chance, if it were calibrated:", sum(by_chance) / n)
    gap = metrics.Mean.of(correct[name] - confidence)
    print(name, "accuracy minus confidence:", gap.value, gap.interval)
    print(name, "mean NLL:", nll.mean(), metrics.Mean.of(nll).interval, "nats")
    print(name, "median NLL:", np.median(nll), "nats")
    largest_first = np.cumsum(np.sort(nll)[::-1])
    half = (np.searchsorted(largest_first, largest_first[-1] / 2) + 1) / n
    print(name, "fraction of images that make up half of the sum:", half)

first, second = correct.values()
apart = metrics.Mean.of(first.astype(float) - second)
print("paired difference in accuracy:", apart.value, apart.interval)
