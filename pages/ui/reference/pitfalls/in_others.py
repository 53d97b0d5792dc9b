"""Pitfalls in libraries that kl_core does not reproduce, and in explanations."""

from __future__ import annotations

import math

import kl_core
from pages.ui.reference.pitfalls.pitfall import FAIR, LOADED, Pitfall

LIBRARIES = (
    Pitfall(
        "infomeasure 0.6.3 (tried): if Q gives probability 0 to an outcome that P can produce, its "
        "divergence is negative instead of ∞.",
        ("infomeasure",),
    ),
    Pitfall(
        "dit 2.3 (tried): it accepts negative probabilities, and it treats a probability of NaN as "
        "0.",
        ("dit",),
    ),
    Pitfall(
        "POT 0.9.7 (tried): an outcome with probability 0 under both P and Q makes its divergence "
        "NaN.",
        ("POT",),
    ),
    Pitfall(
        "TensorFlow Probability (read): it checks its parameters only with `validate_args=True`.",
        ("TensorFlow Probability",),
    ),
    Pitfall(
        "Optax (read): if a target has a probability of 0, the loss is finite, but its gradient "
        "with respect to that target is NaN.",
        ("Optax #1786",),
    ),
)

EXPLANATIONS = (
    Pitfall(
        "Cross-entropy does not only use the argmax of the predictions. Each class adds −pᵢ log "
        "qᵢ. With a one-hot label only one class counts: the true class, whether or not it is the "
        "argmax.",
        ("I. Goodfellow",),
        "p = np.array([0.4, 0.6])\nq = np.array([0.7, 0.3])\n-np.log(q[q.argmax()])",
        lambda: -math.log(0.7),
        lambda: kl_core.cross_entropy([0.4, 0.6], [0.7, 0.3]),
    ),
    Pitfall(
        "Entropy is the expectation of −log p, not of p: an expected surprisal, not an expected "
        "probability.",
        ("T. M. Cover",),
        "p = np.array([0.5, 0.25, 0.25])\nnp.sum(p * p)",
        lambda: sum(each**2 for each in (0.5, 0.25, 0.25)),
        lambda: kl_core.entropy([0.5, 0.25, 0.25]),
        answers_in="",
    ),
    Pitfall(
        "KL is not a difference of two entropies. These two distributions have the same entropy, "
        "but KL is large.",
        ("T. M. Cover",),
        "p, q = [0.9, 0.1], [0.1, 0.9]\nkl_core.entropy(q) - kl_core.entropy(p)",
        lambda: kl_core.entropy(LOADED[::-1]) - kl_core.entropy(LOADED),
        lambda: kl_core.kl_divergence(LOADED, LOADED[::-1]),
    ),
    Pitfall(
        "KL is never negative, so it is never a gain. A single term can be negative, as here; "
        "their sum cannot.",
        ("T. M. Cover",),
        "p, q = [0.5, 0.5], [0.9, 0.1]\nkl_core.kl_terms(p, q)[0]",
        lambda: kl_core.kl_terms(FAIR, LOADED)[0],
        lambda: kl_core.kl_divergence(FAIR, LOADED),
    ),
)
