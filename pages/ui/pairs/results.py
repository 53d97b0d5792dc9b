"""One pair of distributions by other measures, and by other libraries."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, SupportsFloat

import numpy as np
from numpy.typing import NDArray

import kl_core
from pages.ui import formatting as fmt

Vector = NDArray[np.floating[Any]]

CLOSE = 1e-6  # relative; float32 holds about seven digits
KERAS_LEAST = 1e-7  # keras.config.epsilon(), to which Keras lifts what is below


@dataclass(frozen=True)
class Measure:
    """What one measure says of a pair, ready to be shown."""

    name: str
    value: str
    unit: str
    range: str
    symmetric: str
    says: str


@dataclass(frozen=True)
class Answer:
    """What one library answers for a pair, and how that compares with the definition."""

    library: str
    call: str
    value: str
    remark: str


@dataclass(frozen=True)
class _Way:
    """A measure to compute; `most` is in nats if it has a unit."""

    name: str
    of: Callable[[Vector, Vector, float | None], SupportsFloat]
    says: str
    symmetric: bool = False
    has_unit: bool = True
    most: float = math.inf


WAYS = (
    _Way(
        "KL(P‖Q)",
        lambda p, q, base: kl_core.kl_divergence(p, q, base=base),
        "What it costs to believe Q when P is the truth. Training on labels makes it small.",
    ),
    _Way(
        "KL(Q‖P)",
        lambda p, q, base: kl_core.kl_divergence(q, p, base=base),
        "What it costs to believe P when Q is the truth. Variational inference makes it small, "
        "with its model as Q.",
    ),
    _Way(
        "Jeffreys",
        lambda p, q, base: kl_core.jeffreys_divergence(p, q, base=base),
        "The two directions added up, for when neither P nor Q is the truth.",
        symmetric=True,
    ),
    _Way(
        "Jensen–Shannon",
        lambda p, q, base: kl_core.js_divergence(p, q, base=base),
        "How far P and Q are from their average: never infinite, even where one rules out what "
        "the other expects.",
        symmetric=True,
        most=math.log(2),
    ),
    _Way(
        "Rényi, order ½",
        lambda p, q, base: kl_core.renyi_divergence(p, q, 0.5, base=base),
        "How little P and Q overlap: infinite only where they have nothing in common.",
        symmetric=True,
    ),
    _Way(
        "Rényi, order 2",
        lambda p, q, base: kl_core.renyi_divergence(p, q, 2, base=base),
        "Weighs large ratios p/q more than KL does, and is never below KL(P‖Q).",
    ),
    _Way(
        "Rényi, order ∞",
        lambda p, q, base: kl_core.renyi_divergence(p, q, math.inf, base=base),
        "The worst case alone: the logarithm of the largest ratio p/q. Differential privacy puts "
        "a bound on it.",
    ),
    _Way(
        "χ² (Pearson)",
        lambda p, q, _: kl_core.chi2_divergence(p, q),
        "The squared gaps, each divided by q: about twice KL in nats where P and Q are close.",
        has_unit=False,
    ),
    _Way(
        "Total variation",
        lambda p, q, _: kl_core.total_variation(p, q),
        "The most by which P and Q can differ about any one event.",
        symmetric=True,
        has_unit=False,
        most=1,
    ),
    _Way(
        "Hellinger distance",
        lambda p, q, _: kl_core.hellinger_distance(p, q),
        "A distance between the square roots of probabilities: the same gap counts for more "
        "where both are small.",
        symmetric=True,
        has_unit=False,
        most=1,
    ),
)


def relatives(p: Vector, q: Vector, unit: str, base: float | None) -> list[Measure]:
    """KL in both directions and its relatives, `unit` being that of logarithms to `base`."""
    found = []
    for way in WAYS:
        most = fmt.number(way.most)
        if way.has_unit and math.isfinite(way.most):
            most = fmt.quantity(way.most / math.log(base or math.e), unit)
        found.append(
            Measure(
                name=way.name,
                value=fmt.number(way.of(p, q, base)),
                unit=unit if way.has_unit else "none",
                range=f"0 to {most}",
                symmetric="yes" if way.symmetric else "no",
                says=way.says,
            )
        )
    return found


def costs(p: Vector, q: Vector, unit: str, base: float | None) -> dict[str, list[str]]:
    """H + KL = cross-entropy, once in each direction: the columns of a table."""
    return {
        "truth, then model": ["P, Q", "Q, P"],
        "entropy of the truth": [
            f"H(P) = {fmt.number(kl_core.entropy(p, base=base))}",
            f"H(Q) = {fmt.number(kl_core.entropy(q, base=base))}",
        ],
        "plus divergence": [
            f"KL(P‖Q) = {fmt.number(kl_core.kl_divergence(p, q, base=base))}",
            f"KL(Q‖P) = {fmt.number(kl_core.kl_divergence(q, p, base=base))}",
        ],
        f"makes cross-entropy ({unit})": [
            f"H(P, Q) = {fmt.number(kl_core.cross_entropy(p, q, base=base))}",
            f"H(Q, P) = {fmt.number(kl_core.cross_entropy(q, p, base=base))}",
        ],
    }


def elsewhere(p: Vector, q: Vector) -> list[Answer]:
    """What kl_core, SciPy, Keras and PyTorch answer when asked for KL(P‖Q), in nats.

    Keras turns float64 into float32 first; the others compute in what they are given.
    """
    true = float(kl_core.kl_divergence(p, q))
    scipy = float(kl_core.scipy_entropy(p, q))
    keras = float(kl_core.keras_kl_divergence(p.astype(np.float32), q.astype(np.float32)))
    log_q = np.full(q.shape, -np.inf)  # as torch.log has it for 0
    np.log(q, out=log_q, where=q > 0)
    torch = float(kl_core.torch_kl_div(log_q, p, reduction="sum"))
    mean = float(kl_core.torch_kl_div(log_q, p))
    rows = (
        ("kl_core", "kl_core.kl_divergence(p, q)", true, _definition(true)),
        ("SciPy", "scipy.stats.entropy(p, q)", scipy, _agreement(scipy, true)),
        ("Keras", "keras.losses.KLDivergence()(p, q)", keras, _keras(keras, true, p, q)),
        ("PyTorch", 'F.kl_div(q.log(), p, reduction="sum")', torch, _agreement(torch, true)),
        ("PyTorch, as it comes", "F.kl_div(q.log(), p)", mean, _mean(mean, len(p))),
    )
    return [
        Answer(library, f"`{call}`", fmt.number(value), remark)
        for library, call, value, remark in rows
    ]


def _definition(true: float) -> str:
    if math.isinf(true):
        return "Infinite, as the definition has it: Q calls impossible what P expects."
    return "The definition as it stands: nothing is clipped."


def _agreement(value: float, true: float) -> str:
    """How a library that clips nothing compares with the definition."""
    if math.isnan(value):
        return "Not a number: where P and Q are both 0, it multiplies 0 by log 0, which is −∞."
    if math.isinf(true):
        return "Infinite too."
    if _close(value, true):
        return _digits(value, true)
    return f"{_gap(value, true)}, by rounding alone."


def _keras(value: float, true: float, p: Vector, q: Vector) -> str:
    """How Keras compares, which clips P and Q and computes in float32."""
    if math.isinf(true):
        most = fmt.quantity(-math.log(KERAS_LEAST), "nats")
        return (
            "Finite, where the truth is ∞: Keras lifts probabilities below 10⁻⁷ to 10⁻⁷, so that "
            f"no outcome can add more than {most}."
        )
    if _close(value, true):
        return _digits(value, true)
    lifted = bool(np.any((p < KERAS_LEAST) | (q < KERAS_LEAST)))
    clipped = lifted and not _close(float(kl_core.keras_kl_divergence(p, q)), true)
    why = "Keras lifts probabilities below 10⁻⁷ to 10⁻⁷" if clipped else "Keras rounds to float32"
    below = " A true KL divergence is never below 0." if value < 0 else ""
    return f"{_gap(value, true)}: {why}.{below}"


def _mean(value: float, outcomes: int) -> str:
    """How PyTorch's default compares, which is a mean over the outcomes."""
    if math.isnan(value):
        return "Not a number either."
    if math.isinf(value):
        return f"Infinite too. A finite sum it would divide by the {outcomes} outcomes."
    return f"Not the KL divergence: the sum is divided by the {outcomes} outcomes."


def _close(value: float, true: float) -> bool:
    return math.isclose(value, true, rel_tol=CLOSE)


def _digits(value: float, true: float) -> str:
    if value == true == 0:
        return "0, as it should be."
    off = abs(value - true) / true
    return f"Agrees to about {min(15, math.floor(-math.log10(off))) if off else 15} digits."


def _gap(value: float, true: float) -> str:
    return f"Off by {fmt.quantity(abs(value - true), 'nats')}"
