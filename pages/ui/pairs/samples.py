"""Outcomes drawn from P, one after the other, and the mean of their log-ratios so far."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import kl_core
from pages.ui import formatting as fmt
from pages.ui import parsing

Vector = NDArray[np.floating[Any]]

MOST = 100_000
KEPT = 400  # points of a curve at most: more than a screen can tell apart
ROUNDING = 1e-12
FEW = 30  # draws, of which the means are not yet spread like a Gaussian
SIGMAS = 1.96  # either side of the mean, of which 19 in 20 draws stay within


@dataclass(frozen=True)
class Draws:
    """The running mean of log(p/q) over n draws from P, at some of the numbers from 1 to n.

    number, mean: (m,); divergence: what the mean approaches; spread: the standard deviation of one
    log-ratio; fatal: the first draw that Q calls impossible, from which on the mean is inf.
    """

    number: NDArray[np.int64]
    mean: Vector
    divergence: float
    spread: float
    fatal: tuple[int, str] | None

    @property
    def n(self) -> int:
        """How many were drawn."""
        return int(self.number[-1])

    @property
    def margin(self) -> Vector:
        """How far 19 in 20 running means lie from the divergence at most, about."""
        return SIGMAS * self.spread / np.sqrt(self.number)


def checked(n: object) -> int:
    """A number of draws. Raises ValueError, in one sentence, for what is none."""
    try:
        number = parsing.whole(n) if isinstance(n, str) else float(n)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not 1 <= number <= MOST or number != math.floor(number):
        came = "nothing" if n in (None, "") else str(n)[:20]
        raise ValueError(f"The number of draws is a whole number from 1 to {MOST:,}, not {came}.")
    return int(number)


def draw(
    names: tuple[str, ...], p: Vector, q: Vector, n: int, seed: int, base: float | None
) -> Draws:
    """n outcomes from P, the same for the same seed, and log(p/q) in units of log(base)."""
    truth, model = kl_core.Categorical(p), kl_core.Categorical(q)
    outcomes = truth.sample(np.random.default_rng(seed), n)
    ratios = np.asarray(truth.log_prob(outcomes)) - np.asarray(model.log_prob(outcomes))
    ratios = ratios / math.log(base or math.e)
    number = np.unique(np.geomspace(1, n, KEPT).round().astype(np.int64))
    mean = (np.cumsum(ratios)[number - 1] / number).round(12)  # beyond lies what sums round off
    divergence = float(kl_core.kl_divergence(p, q, base=base))
    impossible = np.flatnonzero(np.isinf(ratios))
    fatal = None
    if impossible.size:
        fatal = int(impossible[0]) + 1, names[int(outcomes[impossible[0]])]
    return Draws(number, mean, divergence, _spread(p, q, divergence, base), fatal)


def _spread(p: Vector, q: Vector, divergence: float, base: float | None) -> float:
    """The standard deviation of log(p/q) under P; nan where the divergence is inf."""
    if math.isinf(divergence):
        return math.nan
    can = p > 0
    ratios = np.log(p[can] / q[can]) / math.log(base or math.e)
    spread = math.sqrt(float(p[can] @ (ratios - divergence) ** 2))
    return spread if spread > ROUNDING else 0.0


def finding(found: Draws, unit: str) -> str:
    """Where the running mean has come to, and whether that was to be expected."""
    after = f"After {found.n:,} draw{'s' * (found.n > 1)}"
    if found.fatal:
        at, name = found.fatal
        return (
            f"Draw {at:,} was “{fmt.plain(name)}”, which Q calls impossible: from there on the "
            "mean is ∞, as KL(P‖Q) is."
        )
    if math.isinf(found.divergence):
        return (
            f"{after} the mean is {fmt.quantity(found.mean[-1], unit)}, and KL(P‖Q) is ∞: what "
            "Q calls impossible has not come yet. It will."
        )
    margin = float(found.margin[-1])
    text = (
        f"{after} the mean is **{fmt.quantity(found.mean[-1], unit)}**; KL(P‖Q) is "
        f"{fmt.quantity(found.divergence, unit)}."
    )
    if margin == 0:
        return f"{text} Every draw has the same log-ratio, so there is nothing to wait for."
    if found.n < FEW:
        return f"{text} So few draws say little: a mean can still lie far off."
    within = abs(found.mean[-1] - found.divergence) <= margin
    this = "So does this one." if within else "This one is one of the others."
    return (
        f"{text} With so many draws, about 19 means in 20 come within ±"
        f"{fmt.quantity(margin, unit)} of it. {this}"
    )
