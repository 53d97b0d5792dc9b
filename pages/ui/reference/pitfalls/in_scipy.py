"""Pitfalls of entropy and divergences in SciPy."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

import kl_core
from pages.ui.reference.pitfalls.pitfall import FAINT, FAIR, FULL, LOADED, Pitfall

PITFALLS = (
    Pitfall(
        "`stats.entropy` divides both arguments by their sums without a warning. This hides "
        "mistakes in your numbers.",
        ("SciPy #12553", "SciPy #11388"),
        "p, q = [0.2, 0.2], [0.9, 0.1]\nscipy.stats.entropy(p, q)",
        lambda: kl_core.scipy_entropy(FAINT, LOADED),
        lambda: kl_core.kl_divergence(FAINT, LOADED),
    ),
    Pitfall(
        "`stats.entropy` works along the first axis. If each row is a distribution, pass "
        "`axis=-1`; otherwise the result is the entropies of the columns.",
        ("SciPy: scipy.stats.entropy",),
        "rows = [[0.5, 0.5], [0.9, 0.1]]\nscipy.stats.entropy(rows)[0]",
        lambda: kl_core.scipy_entropy([0.5, 0.9]),
        lambda: kl_core.entropy(FAIR),
    ),
    Pitfall(
        "`stats.entropy` accepts a row of zeros, such as counts before anything was observed.",
        ("SciPy: scipy.stats.entropy",),
        "scipy.stats.entropy([0.0, 0.0])",
        lambda: kl_core.scipy_entropy([0, 0]),
        lambda: kl_core.entropy([0, 0]),
    ),
    Pitfall(
        "`stats.entropy` accepts negative numbers. The infinite result suggests that some qᵢ is 0, "
        "which is not the case.",
        ("SciPy: scipy.stats.entropy",),
        "p, q = [1.5, -0.5], [0.5, 0.5]\nscipy.stats.entropy(p, q)",
        lambda: kl_core.scipy_entropy([1.5, -0.5], FAIR),
        lambda: kl_core.kl_divergence([1.5, -0.5], FAIR),
    ),
    Pitfall(
        "`stats.entropy` accepts an empty list. Its result is the entropy of a certain outcome.",
        ("SciPy: scipy.stats.entropy",),
        "scipy.stats.entropy([])",
        lambda: kl_core.scipy_entropy([]),
        lambda: kl_core.entropy([]),
    ),
    Pitfall(
        "`special.rel_entr` handles zeros and infinities correctly. But if P and Q are nearly "
        "equal, rounding can make its sum negative.",
        ("SciPy: scipy.special.rel_entr",),
        "p, q = [0.3, 0.7], [0.1 + 0.2, 0.7]\nscipy.special.rel_entr(p, q).sum()",
        lambda: _relative_entropy([0.3, 0.7], [0.1 + 0.2, 0.7]),
        lambda: kl_core.kl_divergence([0.3, 0.7], [0.1 + 0.2, 0.7]),
    ),
    Pitfall(
        "`special.kl_div` is not `special.rel_entr`: it adds qᵢ − pᵢ to each term. These sum to 0 "
        "for two distributions, but not for other input.",
        ("SciPy #6521",),
        "p, q = [0.2, 0.2], [0.9, 0.9]\nscipy.special.kl_div(p, q).sum()",
        lambda: _relative_entropy(FAINT, FULL) + FULL.sum() - FAINT.sum(),
        lambda: kl_core.kl_divergence(FAINT, FULL),
    ),
    Pitfall(
        "`distance.jensenshannon` is the square root of the Jensen–Shannon divergence, not the "
        "divergence itself.",
        ("SciPy: scipy.spatial.distance",),
        "p, q = [0.5, 0.5], [0.9, 0.1]\nscipy.spatial.distance.jensenshannon(p, q)",
        lambda: _js_distance(FAIR, LOADED),
        lambda: kl_core.js_divergence(FAIR, LOADED),
        answers_in="",
    ),
    Pitfall(
        "The Jensen–Shannon distance is at most √(ln 2). Yet a number next to 0 makes it ∞ here, "
        "and for some rows rounding makes it NaN, the square root of a negative number.",
        ("SciPy #19436", "SciPy #20779"),
        "p, q = [0.0, 1.0], [5e-324, 1.0]\nscipy.spatial.distance.jensenshannon(p, q)",
        lambda: _js_distance([0, 1], [5e-324, 1]),
        lambda: math.sqrt(kl_core.js_divergence([0, 1], [5e-324, 1])),
        answers_in="",
        right_in="",
    ),
)


def _relative_entropy(p: ArrayLike, q: ArrayLike) -> float:
    """The sum of scipy.special.rel_entr, where no probability is 0: its terms as they stand."""
    p, q = np.asarray(p), np.asarray(q)
    return float(np.sum(p * np.log1p((p - q) / q)))


def _js_distance(p: ArrayLike, q: ArrayLike) -> float:
    """scipy.spatial.distance.jensenshannon, which adds up rel_entr from the average."""
    middle = (np.asarray(p) + np.asarray(q)) / 2
    both = [float(kl_core.scipy_entropy(each, middle)) for each in (p, q)]
    return math.sqrt(sum(both) / 2)
