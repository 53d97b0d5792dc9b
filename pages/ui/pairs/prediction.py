"""Predict first: what a visitor expects of a pair, held against its numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import kl_core
from pages.ui import formatting as fmt
from pages.ui.pairs import prose

Vector = NDArray[np.floating[Any]]

ROUNDING = 1e-12  # two probabilities closer than this, of their size, differ by rounding alone
NAMED = 3  # so many outcomes are named in a sentence, the others are counted

LARGER = {
    "pq": "KL(P‖Q)",
    "qp": "KL(Q‖P)",
    "same": f"neither: within {prose.ABOUT:.0%} of each other",
}
REASONS = {
    "p": "Q is caught out more: something that P expects is rarer under Q, or impossible.",
    "q": "P is caught out more: something that Q expects is rarer under P, or impossible.",
    "both": "Each is caught out by the other about equally.",
}
REASON_FOR = {"pq": "p", "qp": "q", "same": "both"}
OPENINGS = {
    (True, True): "**Right, and for the right reason.**",
    (True, False): "**Your direction is right, your reason is not.**",
    (False, True): "**Your reason is right, your direction is not.**",
    (False, False): "**Neither your direction nor your reason is right.**",
}


@dataclass(frozen=True)
class Verdict:
    """Whether a prediction holds, and why, in Markdown."""

    direction_right: bool
    reason_right: bool
    text: str


def judge(
    names: Sequence[str],
    p: Vector,
    q: Vector,
    kl_pq: float,
    kl_qp: float,
    unit: str,
    larger: str,
    reason: str,
) -> Verdict:
    """A prediction of two distributions, with the outcomes that decide it.

    `kl_pq`, `kl_qp`: the two directions in `unit`; `larger`, `reason`: keys of LARGER and REASONS.
    """
    true = larger_direction(kl_pq, kl_qp)
    right = larger == true, reason == REASON_FOR[true]
    sentences = [OPENINGS[right], _values(true, kl_pq, kl_qp, unit)]
    if true == "same":
        sentences += _each_is_caught_out(names, p, q, infinite=math.isinf(kl_pq))
    else:
        truth, model = ("P", "Q") if true == "pq" else ("Q", "P")
        sentences.append(_caught_out(truth, model, names, p, q))
        if not right[0]:
            sentences.append(
                f"In {LARGER[true]}, {truth} says what happens and {model} is surprised by it."
            )
    return Verdict(*right, " ".join(sentences))


def larger_direction(kl_pq: float, kl_qp: float) -> str:
    """The key of LARGER that is right; two infinities are the same."""
    if math.isclose(kl_pq, kl_qp, rel_tol=prose.ABOUT):
        return "same"
    return "pq" if kl_pq > kl_qp else "qp"


def _values(true: str, kl_pq: float, kl_qp: float, unit: str) -> str:
    pq, qp = fmt.quantity(kl_pq, unit), fmt.quantity(kl_qp, unit)
    if true == "same":
        how = "Both are infinite" if math.isinf(kl_pq) else "The two are about the same"
        return f"{how}: KL(P‖Q) is {pq}, KL(Q‖P) {qp}."
    larger, smaller, other = (pq, qp, "qp") if true == "pq" else (qp, pq, "pq")
    return f"{LARGER[true]} is larger: {larger}, against {smaller} for {LARGER[other]}."


def _caught_out(truth: str, model: str, names: Sequence[str], p: Vector, q: Vector) -> str:
    """What surprises whoever believes the model most."""
    which, infinite = _decisive(p, q) if truth == "P" else _decisive(q, p)
    listed = _list(names, which, p, q)
    if infinite:
        it = "it" if len(which) == 1 else "them"
        return (
            f"{listed}: {truth} expects {it} and {model} calls {it} impossible, so {model} is "
            "caught out without bound."
        )
    add = "adds" if len(which) == 1 else "add"
    return f"{listed} {add} most to it, so {model} is caught out more."


def _each_is_caught_out(names: Sequence[str], p: Vector, q: Vector, *, infinite: bool) -> list[str]:
    """How the two directions come to be the same."""
    if all(math.isclose(a, b, rel_tol=ROUNDING) for a, b in zip(p, q, strict=True)):
        return ["P and Q are the same distribution, so neither is ever caught out."]
    by_p, by_q = (_list(names, _decisive(*pair)[0], p, q) for pair in ((p, q), (q, p)))
    if infinite:
        return [f"Q calls impossible what P expects: {by_p}.", f"And P rules out {by_q}."]
    return [
        f"Q is caught out most by {by_p}, P by {by_q}; over all outcomes the two come to about "
        "the same."
    ]


def _decisive(truth: Vector, model: Vector) -> tuple[list[int], bool]:
    """The outcomes that add most to KL from truth to model, and whether they make it infinite."""
    terms = [float(term) for term in kl_core.kl_terms(truth, model)]
    most = max(terms)
    which = [i for i, term in enumerate(terms) if math.isclose(term, most, rel_tol=1e-9)]
    return which, math.isinf(most)


def _list(names: Sequence[str], which: Sequence[int], p: Vector, q: Vector) -> str:
    """Outcomes with their probabilities: "“snow” (P 0.1, Q 0) and 2 more"."""
    listed = [
        f"“{fmt.plain(names[i])}” (P {fmt.number(p[i])}, Q {fmt.number(q[i])})"
        for i in which[:NAMED]
    ]
    more = len(which) - len(listed)
    return fmt.join([*listed, f"{more} more"] if more else listed)
