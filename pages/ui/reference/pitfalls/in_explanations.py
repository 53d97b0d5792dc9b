"""Where explanations of KL divergence go wrong."""

from __future__ import annotations

import math

import kl_core
from pages.ui.reference import sources
from pages.ui.reference.pitfalls.pitfall import FAIR, LOADED, Pitfall

PITFALLS = (
    Pitfall(
        "Cross-entropy does not look at the likeliest class alone. Every class counts, by its "
        "share in P; only a one-hot label has a single class that counts.",
        (sources.COVER_THOMAS,),
        "p = np.array([0.6, 0.4])\nq = np.array([0.7, 0.3])\n-np.log(q[p.argmax()])",
        lambda: -math.log(0.7),
        lambda: kl_core.cross_entropy([0.6, 0.4], [0.7, 0.3]),
    ),
    Pitfall(
        "Entropy is the expectation of −log p, not of p: an expected surprise, not an expected "
        "probability.",
        (sources.COVER_THOMAS,),
        "p = np.array([0.5, 0.25, 0.25])\nnp.sum(p * p)",
        lambda: sum(share**2 for share in (0.5, 0.25, 0.25)),
        lambda: kl_core.entropy([0.5, 0.25, 0.25]),
        answers_in="",
    ),
    Pitfall(
        "KL is not a difference of two entropies. These two distributions are equally "
        "uncertain, and far apart.",
        (sources.COVER_THOMAS,),
        "p, q = [0.9, 0.1], [0.1, 0.9]\nkl_core.entropy(q) - kl_core.entropy(p)",
        lambda: kl_core.entropy(LOADED[::-1]) - kl_core.entropy(LOADED),
        lambda: kl_core.kl_divergence(LOADED, LOADED[::-1]),
    ),
    Pitfall(
        "KL is never a gain. One outcome can add less than 0, as here; all of them together "
        "cannot.",
        (sources.COVER_THOMAS,),
        "p, q = [0.5, 0.5], [0.9, 0.1]\nkl_core.kl_terms(p, q)[0]",
        lambda: kl_core.kl_terms(FAIR, LOADED)[0],
        lambda: kl_core.kl_divergence(FAIR, LOADED),
    ),
)
