"""Where KL divergence goes wrong in libraries that kl_core does not mimic, and in explanations."""

from __future__ import annotations

import math

import kl_core
from pages.ui.reference.pitfalls.pitfall import FAIR, LOADED, Pitfall

LIBRARIES = (
    Pitfall(
        "infomeasure 0.6.3 (tried): where Q rules out what P expects, its divergence comes out "
        "below 0 in place of ∞.",
        ("infomeasure",),
    ),
    Pitfall(
        "dit 2.3 (tried): it accepts probabilities below 0, and one that is not a number counts "
        "as if it were not there.",
        ("dit",),
    ),
    Pitfall(
        "POT 0.9.7 (tried): an outcome that P and Q both rule out makes its divergence not a "
        "number.",
        ("POT",),
    ),
    Pitfall(
        "TensorFlow Probability (read): it checks its parameters only if you ask, by "
        "`validate_args=True`.",
        ("TensorFlow Probability",),
    ),
    Pitfall(
        "Optax (read): a target with a probability of 0 has a loss, but the gradient in that "
        "target is not a number.",
        ("Optax #1786",),
    ),
)

EXPLANATIONS = (
    Pitfall(
        "Cross-entropy does not look at the likeliest class alone. Every class counts, by its "
        "share in P; only a one-hot label has a single class that counts.",
        ("T. M. Cover",),
        "p = np.array([0.6, 0.4])\nq = np.array([0.7, 0.3])\n-np.log(q[p.argmax()])",
        lambda: -math.log(0.7),
        lambda: kl_core.cross_entropy([0.6, 0.4], [0.7, 0.3]),
    ),
    Pitfall(
        "Entropy is the expectation of −log p, not of p: an expected surprise, not an expected "
        "probability.",
        ("T. M. Cover",),
        "p = np.array([0.5, 0.25, 0.25])\nnp.sum(p * p)",
        lambda: sum(share**2 for share in (0.5, 0.25, 0.25)),
        lambda: kl_core.entropy([0.5, 0.25, 0.25]),
        answers_in="",
    ),
    Pitfall(
        "KL is not a difference of two entropies. These two distributions are equally "
        "uncertain, and far apart.",
        ("T. M. Cover",),
        "p, q = [0.9, 0.1], [0.1, 0.9]\nkl_core.entropy(q) - kl_core.entropy(p)",
        lambda: kl_core.entropy(LOADED[::-1]) - kl_core.entropy(LOADED),
        lambda: kl_core.kl_divergence(LOADED, LOADED[::-1]),
    ),
    Pitfall(
        "KL is never a gain. One outcome can add less than 0, as here; all of them together "
        "cannot.",
        ("T. M. Cover",),
        "p, q = [0.5, 0.5], [0.9, 0.1]\nkl_core.kl_terms(p, q)[0]",
        lambda: kl_core.kl_terms(FAIR, LOADED)[0],
        lambda: kl_core.kl_divergence(FAIR, LOADED),
    ),
)
