"""What kl_core computes for a fit: both divergences, both optima, and the paths to them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

import kl_core
from kl_core import GridDensity, Normal, NormalMixture, Projection, Step
from pages.ui.fitting.state import (
    BINS,
    CENTRES,
    HIGH,
    LOW,
    NARROWEST,
    STEP,
    WIDEST,
    Fit,
    Gaussian,
)
from pages.ui.scripts.fill import fill

ROUNDING = 1e-10  # nats; what is less is the rounding of 0
NOTHING = 1e-3  # of P, left out
SAME = 1e-3  # in Q's standard deviations: how far apart two ends of searches are one
MEANS = np.linspace(LOW, HIGH, 129)  # of the maps' columns; divergences.js has the same
STDS = np.geomspace(NARROWEST, WIDEST, 65)  # of their rows
AROUND = np.linspace(-6, 6, 97)  # standard deviations around Q's mean, at which log p is looked up
Curve = NDArray[np.floating]
Direction = Literal["pq", "qp"]


@dataclass(frozen=True)
class Results:
    """All that kl_core says of a fit, in nats.

    covering: the path from Q to the least KL(P‖Q). seeking: the search from Q to where KL(Q‖P)
    falls no more; None where it is infinite for every Gaussian. others: the searches from P's own
    hills. ends: where KL(Q‖P) has a local minimum, the best first.
    """

    fit: Fit
    covering: tuple[Step, ...]
    seeking: Projection | None = None
    others: tuple[Projection, ...] = ()
    ends: tuple[Step, ...] = ()

    @property
    def pq(self) -> float:
        """KL(P‖Q) of the Q placed by hand."""
        return self.covering[0].divergence

    @property
    def qp(self) -> float:
        """KL(Q‖P) of the Q placed by hand."""
        return self.seeking.path[0].divergence if self.seeking else math.inf

    @property
    def peak(self) -> float:
        """P's density where the best Q of KL(P‖Q) peaks, as a share of P's highest."""
        heights = self.fit.densities(np.linspace(LOW, HIGH, 641))
        place = min(max(self.covering[-1].mean, LOW), HIGH - STEP / 2)
        return self.fit.densities([place])[0] / max(heights)

    def curves(self) -> dict[str, Curve]:
        """x, and there the densities of P, of Q, and of the best Q of either direction."""
        x = np.linspace(LOW, HIGH, 20 * BINS + 1)
        gaussians: dict[str, Gaussian | Step] = {
            "Q": self.fit.q,
            "best Q by KL(P‖Q)": self.covering[-1],
        }
        if self.ends:
            gaussians["best Q by KL(Q‖P)"] = self.ends[0]
        densities = {
            name: np.exp(Normal(q.mean, q.std).log_prob(x)) for name, q in gaussians.items()
        }
        return {"x": x, "P": np.array(self.fit.densities(x)), **densities}

    def divergences(self, direction: Direction) -> Curve | None:
        """One divergence for every Gaussian of a map, in nats: (stds, means).

        None where it is infinite for all.
        """
        means, stds = np.broadcast_arrays(MEANS, STDS[:, np.newaxis])
        if direction == "qp":
            return _average_over_q(target(self.fit), means, stds) if self.seeking else None
        best = self.covering[-1]
        # Of Q* with P's moments, KL(P‖Q) = KL(P‖Q*) + KL(Q*‖Q) for every Gaussian Q.
        return best.divergence + np.asarray(
            kl_core.kl(Normal(best.mean, best.std), Normal(means, stds))
        )


@lru_cache(maxsize=256)
def solve(fit: Fit) -> Results:
    """All that kl_core says of a fit."""
    p, q = target(fit), Normal(*fit.q)
    covering = _rounded(kl_core.moment_projection(p, start=q)).path
    if fit.bins and not all(fit.bins):
        return Results(fit, covering)
    others = _from_the_hills(replace(fit, q=Gaussian(0.0, 1.0)))
    seeking = _rounded(kl_core.information_projection(p, starts=[q])[0])
    return Results(fit, covering, seeking, others, _distinct([*others, seeking]))


@lru_cache(maxsize=64)
def _from_the_hills(fit: Fit) -> tuple[Projection, ...]:
    """Where the searches end that begin at P's own hills, and at all of P; Q plays no part."""
    return tuple(map(_rounded, kl_core.information_projection(target(fit))))


def target(fit: Fit) -> NormalMixture | GridDensity:
    """P as kl_core takes it."""
    if fit.bins:
        return GridDensity(np.array(CENTRES), np.array(kl_core.normalize(fit.bins), np.float64))
    means, stds, weights = np.array(fit.hills).T
    return NormalMixture(kl_core.normalize(weights), means, stds)


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
    """The Python that prints both divergences and the paths of both searches."""
    mean, std = fit.q
    return fill("fitting", unit=unit, hills=fit.hills, heights=fit.bins, mean=mean, std=std)


def same(one: Step, other: Step) -> bool:
    """Whether two Gaussians are one but for what a search leaves over."""
    apart = abs(one.mean - other.mean) / other.std + abs(math.log(one.std / other.std))
    return apart < SAME


def left_out(fit: Fit, q: Step) -> float:
    """The share of P that lies more than three of Q's standard deviations from its mean."""
    low, high = q.mean - 3 * q.std, q.mean + 3 * q.std
    if fit.bins:
        outside = [h for x, h in zip(CENTRES, fit.bins, strict=True) if not low <= x <= high]
        return sum(outside) / sum(fit.bins)
    total = sum(hill.weight for hill in fit.hills)
    return sum(
        hill.weight
        / total
        * (_below(low, hill.mean, hill.std) + _below(-high, -hill.mean, hill.std))
        for hill in fit.hills
    )


def _below(x: float, mean: float, std: float) -> float:
    return math.erfc((mean - x) / (std * math.sqrt(2))) / 2


def _distinct(searches: list[Projection]) -> tuple[Step, ...]:
    ends: list[Step] = []
    resting = (search.path[-1] for search in searches if search.converged)
    for end in sorted(resting, key=lambda end: end.divergence):
        if not any(same(end, other) for other in ends):
            ends.append(end)
    return tuple(ends)


def _rounded(projection: Projection) -> Projection:
    """Without the rounding of 0 on its path."""
    path = (s if s.divergence > ROUNDING else s._replace(divergence=0.0) for s in projection.path)
    return replace(projection, path=tuple(path))
