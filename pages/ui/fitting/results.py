"""What kl_core finds for a fit: both divergences, both optima, and the ways there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

import kl_core
from kl_core import GridDensity, Normal, NormalMixture, Projection
from pages.ui.fitting.fit import (
    BINS,
    CENTRES,
    HIGH,
    LOW,
    NARROWEST,
    WIDEST,
    Fit,
    Gaussian,
)
from pages.ui.scripts.fill import fill

ROUNDING = 1e-10  # nats; what is less is the rounding of 0
SAME = 1e-3  # in Q's standard deviations: how far apart two ends of searches are one
Curve = NDArray[np.floating]


@dataclass(frozen=True)
class Step:
    """One Gaussian on the way of a search, and its divergence in nats."""

    mean: float
    std: float
    nats: float


@dataclass(frozen=True)
class Search:
    """A search for the least KL(Q‖P): every step from its start to its end."""

    path: tuple[Step, ...]
    rests: bool  # False where it ended at a limit of the search

    @property
    def start(self) -> Step:
        """Where it began."""
        return self.path[0]

    @property
    def end(self) -> Step:
        """Where it ended."""
        return self.path[-1]


@dataclass(frozen=True)
class Results:
    """All that kl_core says of a fit, in nats.

    covering: from Q to the least KL(P‖Q). seeking: from Q to where KL(Q‖P) falls no more; None
    where it is infinite for every Gaussian. others: the searches from P's own hills. ends: where
    KL(Q‖P) has a local minimum, the best first.
    """

    covering: tuple[Step, ...]
    seeking: Search | None
    others: tuple[Search, ...]
    ends: tuple[Step, ...]

    @property
    def pq(self) -> float:
        """KL(P‖Q) of the Q placed by hand."""
        return self.covering[0].nats

    @property
    def qp(self) -> float:
        """KL(Q‖P) of the Q placed by hand."""
        return self.seeking.start.nats if self.seeking else math.inf


@lru_cache(maxsize=256)
def solve(fit: Fit) -> Results:
    """All that kl_core says of a fit."""
    p, q = target(fit), Normal(*fit.q)
    covering = _steps(kl_core.moment_projection(p, start=q))
    if fit.bins and not all(fit.bins):
        return Results(covering, None, (), ())
    others = _from_the_hills(Fit(fit.hills, fit.bins, Gaussian(0.0, 1.0)))
    seeking = _search(kl_core.information_projection(p, starts=[q])[0])
    return Results(covering, seeking, others, _distinct([*others, seeking]))


@lru_cache(maxsize=64)
def _from_the_hills(fit: Fit) -> tuple[Search, ...]:
    """Where the searches end that begin at P's own hills, and at all of P; Q plays no part."""
    return tuple(map(_search, kl_core.information_projection(target(fit))))


def target(fit: Fit) -> NormalMixture | GridDensity:
    """P as kl_core takes it."""
    if fit.bins:
        return GridDensity(np.array(CENTRES), np.array(kl_core.normalize(fit.bins), np.float64))
    means, stds, weights = np.array(fit.hills).T
    return NormalMixture(kl_core.normalize(weights), means, stds)


def curves(fit: Fit, found: Results) -> dict[str, Curve]:
    """x, and there the densities of P, of Q, and of the best Q of either direction."""
    x = np.linspace(LOW, HIGH, 20 * BINS + 1)
    best = {"best Q by KL(P‖Q)": found.covering[-1]}
    if found.ends:
        best["best Q by KL(Q‖P)"] = found.ends[0]
    found_at = {name: np.exp(Normal(q.mean, q.std).log_prob(x)) for name, q in best.items()}
    q = np.exp(Normal(*fit.q).log_prob(x))
    return {"x": x, "P": np.array(fit.densities(x)), "Q": np.asarray(q), **found_at}


MEANS = np.linspace(LOW, HIGH, 129)  # of the maps' columns; divergences.js has the same
STDS = np.geomspace(NARROWEST, WIDEST, 65)  # of their rows
AROUND = np.linspace(-6, 6, 97)  # standard deviations around Q's mean, at which log p is looked up


def maps(fit: Fit, found: Results) -> dict[str, Curve | None]:
    """Both divergences for every Gaussian of a map, in nats: "pq" and "qp", (stds, means).

    None where the divergence is infinite for all.
    """
    means, stds = np.broadcast_arrays(MEANS, STDS[:, np.newaxis])
    best = found.covering[-1]
    # Of Q* with P's moments, KL(P‖Q) = KL(P‖Q*) + KL(Q*‖Q) for every Gaussian Q.
    apart = kl_core.kl(Normal(best.mean, best.std), Normal(means, stds))
    seeking = None if found.seeking is None else _average_over_q(target(fit), means, stds)
    return {"pq": best.nats + np.asarray(apart), "qp": seeking}


def _average_over_q(p: NormalMixture | GridDensity, means: Curve, stds: Curve) -> Curve:
    """KL(Q‖P), Q on a grid cut off at its ends."""
    if isinstance(p, GridDensity):
        z = (p.x - means[..., np.newaxis]) / stds[..., np.newaxis]
        log_q = kl_core.log_softmax(-(z**2) / 2)
        return np.sum(np.exp(log_q) * (log_q - np.log(p.p)), axis=-1)
    weights = kl_core.normalize(np.exp(-(AROUND**2) / 2))
    log_p = p.log_prob(means[..., np.newaxis] + stds[..., np.newaxis] * AROUND)
    # −h(Q), less log p averaged over Q.
    return -np.log(stds) - 0.5 * math.log(2 * math.pi * math.e) - log_p @ weights


def script(fit: Fit, unit: str) -> str:
    """The Python that prints both divergences and the ways of both searches."""
    mean, std = fit.q
    return fill("fitting", unit=unit, hills=fit.hills, heights=fit.bins, mean=mean, std=std)


def same(one: Step, other: Step) -> bool:
    """Whether two Gaussians are one but for what a search leaves over."""
    apart = abs(one.mean - other.mean) / other.std + abs(math.log(one.std / other.std))
    return apart < SAME


def _distinct(searches: list[Search]) -> tuple[Step, ...]:
    ends: list[Step] = []
    for end in sorted((s.end for s in searches if s.rests), key=lambda end: end.nats):
        if not any(same(end, other) for other in ends):
            ends.append(end)
    return tuple(ends)


def _search(projection: Projection) -> Search:
    return Search(_steps(projection), projection.converged)


def _steps(projection: Projection) -> tuple[Step, ...]:
    return tuple(
        Step(step.mean, step.std, step.divergence if step.divergence > ROUNDING else 0.0)
        for step in projection.path
    )
