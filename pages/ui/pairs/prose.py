"""What the pages on two distributions say of them: computed numbers, and what they mean."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from pages.ui import formatting as fmt

ABOUT = 0.05  # two divergences apart by at most this share of the larger are about the same


def price(bits: float) -> str:
    """What a divergence of so many bits means for someone who encodes outcomes."""
    if bits == 0:
        return "nothing is lost"
    if bits < 0.001:
        return "less than one extra bit in a thousand outcomes"
    if bits < 2 / 3 and abs(round(1 / bits) * bits - 1) <= 0.1:
        return f"about one extra bit every {fmt.number_of(1 / bits)} outcomes"
    return (
        f"about {'one extra bit' if 0.95 <= bits < 1.05 else f'{bits:.1f} extra bits'} an outcome"
    )


def reading(
    value: float,
    unit: str,
    direction: str,
    names: Sequence[str],
    truth: Iterable[float],
    model: Iterable[float],
) -> str:
    """One direction of KL and what it means: its price, or the outcome that makes it infinite."""
    p, q = ("P", "Q") if direction == "KL(P‖Q)" else ("Q", "P")
    said = f":{'blue' if p == 'P' else 'orange'}[**{direction}**] = {fmt.quantity(value, unit)}"
    ruled_out = [n for n, t, m in zip(names, truth, model, strict=True) if t > 0 and m == 0]
    if not ruled_out:
        bits = value if unit == "bits" else value / math.log(2)
        also = "" if unit == "bits" or bits == 0 else f", or {fmt.quantity(bits, 'bits')}"
        return f"{said}{also}: {price(bits)}."
    which = fmt.join([f"“{fmt.plain(name)}”" for name in ruled_out])
    it = "it" if len(ruled_out) == 1 else "them"
    return (
        f"{said}: {which} can happen under {p}, and {q} calls {it} impossible. The surprise has "
        "no bound."
    )


def entropy(value: float, unit: str, equally_likely: float) -> str:
    """H(P) in words; `equally_likely`: of how many outcomes it is the entropy, P's perplexity."""
    if value == 0:
        return "**H(P) = 0.** One outcome is certain, so nothing that comes is a surprise."
    same = f"{equally_likely:.1f}".removesuffix(".0")
    return (
        f":green[**H(P)**] = {fmt.quantity(value, unit)}: the mean surprise. A choice among {same} "
        "equally likely outcomes would be as uncertain."
    )


def weightless(distributions: list[str]) -> str:
    """What to do where a distribution has no weight at all."""
    return (
        f"All weights of {fmt.join(distributions)} are zero, so nothing can be said about "
        f"{'it' if len(distributions) == 1 else 'them'}. "
        "Give at least one outcome a weight above zero."
    )


def difference(pq: float, qp: float, unit: str) -> str:
    """How the two directions compare."""
    if pq == qp == 0:
        return "P and Q are the same distribution: the divergence is 0 in both directions."
    if pq == qp == math.inf:
        return "**Both directions are infinite.**"
    if math.isclose(pq, qp, rel_tol=1e-9, abs_tol=1e-12):
        return "The two directions agree here. Move one bar and they part."
    larger, smaller = ("KL(P‖Q)", "KL(Q‖P)") if pq > qp else ("KL(Q‖P)", "KL(P‖Q)")
    if math.isinf(max(pq, qp)):
        return f"**{larger} is infinite, {smaller} is not.**"
    if math.isclose(pq, qp, rel_tol=ABOUT):
        apart = abs(pq - qp) / max(pq, qp)
        gap = fmt.percent(apart) if apart >= 0.0005 else "less than 0.1\N{NO-BREAK SPACE}%"
        return f"**The two directions are about the same**, {gap} apart."
    return (
        f"**{larger} is larger, by {fmt.quantity(abs(pq - qp), unit)}.** Swapping truth and model "
        "changes the question, and so the answer."
    )
