"""What kl_core computes for a fit: both divergences, their minima, and the paths to them."""

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

ROUNDING = 1e-10  # nats; smaller divergences are 0 but for rounding
NEGLIGIBLE = 1e-3  # of P's mass
TOLERANCE = 1e-3  # in Q's standard deviations, below which two minima are the same
MEANS = np.linspace(LOW, HIGH, 129)  # of the maps' columns; divergences.js has the same
STDS = np.geomspace(NARROWEST, WIDEST, 65)  # of their rows
OFFSETS = np.linspace(-6, 6, 97)  # standard deviations around Q's mean, where log p is evaluated
FORWARD_BEST, REVERSE_BEST = "best Q, forward KL", "best Q, reverse KL"
Curve = NDArray[np.floating]
Direction = Literal["pq", "qp"]


@dataclass(frozen=True)
class Results:
    """Divergences in nats, and the searches for their minima.

    forward: the path from Q to the global minimum of KL(P‖Q). reverse: the search from Q for a
    local minimum of KL(Q‖P); None where that is infinite for every Gaussian. from_p: the searches
    from P's own components or modes, and from P's moments. minima: the local minima of KL(Q‖P)
    that were found, the lowest first.
    """

    fit: Fit
    forward: tuple[Step, ...]
    reverse: Projection | None = None
    from_p: tuple[Projection, ...] = ()
    minima: tuple[Step, ...] = ()

    @property
    def pq(self) -> float:
        """KL(P‖Q) of the Q placed by hand."""
        return self.forward[0].divergence

    @property
    def qp(self) -> float:
        """KL(Q‖P) of the Q placed by hand."""
        return self.reverse.path[0].divergence if self.reverse else math.inf

    @property
    def density_at_forward_mean(self) -> float:
        """P's density at the mean of the forward-KL optimum, relative to P's maximum."""
        heights = self.fit.densities(np.linspace(LOW, HIGH, 641))
        place = min(max(self.forward[-1].mean, LOW), HIGH - STEP / 2)
        return self.fit.densities([place])[0] / max(heights)

    def curves(self) -> dict[str, Curve]:
        """x, and the densities there of P, of Q, and of the best Q in each direction."""
        x = np.linspace(LOW, HIGH, 20 * BINS + 1)
        gaussians: dict[str, Gaussian | Step] = {
            "Q": self.fit.q,
            FORWARD_BEST: self.forward[-1],
        }
        if self.minima:
            gaussians[REVERSE_BEST] = self.minima[0]
        densities = {
            name: np.exp(Normal(q.mean, q.std).log_prob(x)) for name, q in gaussians.items()
        }
        return {"x": x, "P": np.array(self.fit.densities(x)), **densities}

    def divergences(self, direction: Direction) -> Curve | None:
        """One divergence for every Gaussian of a map, in nats: (stds, means).

        None where it is infinite for every one.
        """
        means, stds = np.broadcast_arrays(MEANS, STDS[:, np.newaxis])
        if direction == "qp":
            return _reverse_divergences(target(self.fit), means, stds) if self.reverse else None
        best = self.forward[-1]
        # With Q* of P's moments, KL(P‖Q) = KL(P‖Q*) + KL(Q*‖Q) for every Gaussian Q.
        return best.divergence + np.asarray(
            kl_core.kl(Normal(best.mean, best.std), Normal(means, stds))
        )


@lru_cache(maxsize=256)
def solve(fit: Fit) -> Results:
    """Divergences and searches of a fit."""
    p, q = target(fit), Normal(*fit.q)
    forward = _rounded(kl_core.moment_projection(p, start=q)).path
    if fit.bins and not all(fit.bins):
        return Results(fit, forward)
    from_p = _searches_from_p(replace(fit, q=Gaussian(0.0, 1.0)))
    reverse = _rounded(kl_core.information_projection(p, starts=[q])[0])
    return Results(fit, forward, reverse, from_p, _distinct([*from_p, reverse]))


@lru_cache(maxsize=64)
def _searches_from_p(fit: Fit) -> tuple[Projection, ...]:
    """The searches from P's own components or modes, and from its moments: Q has no influence."""
    return tuple(map(_rounded, kl_core.information_projection(target(fit))))


def target(fit: Fit) -> NormalMixture | GridDensity:
    """P as a distribution of kl_core."""
    if fit.bins:
        return GridDensity(np.array(CENTRES), np.array(kl_core.normalize(fit.bins), np.float64))
    means, stds, weights = np.array(fit.components).T
    return NormalMixture(kl_core.normalize(weights), means, stds)


def _reverse_divergences(p: NormalMixture | GridDensity, means: Curve, stds: Curve) -> Curve:
    """KL(Q‖P); beside a grid, Q is truncated at its ends."""
    if isinstance(p, GridDensity):
        z = (p.x - means[..., np.newaxis]) / stds[..., np.newaxis]
        log_q = kl_core.log_softmax(-(z**2) / 2)
        return np.sum(np.exp(log_q) * (log_q - np.log(p.p)), axis=-1)
    weights = kl_core.normalize(np.exp(-(OFFSETS**2) / 2))
    log_p = p.log_prob(means[..., np.newaxis] + stds[..., np.newaxis] * OFFSETS)
    # −h(Q) − E_Q[log p].
    return -np.log(stds) - 0.5 * math.log(2 * math.pi * math.e) - log_p @ weights


def script(fit: Fit, unit: str) -> str:
    """The Python that prints both divergences and the paths of both searches."""
    mean, std = fit.q
    return fill(
        "fitting", unit=unit, components=fit.components, heights=fit.bins, mean=mean, std=std
    )


def same_gaussian(one: Step, other: Step) -> bool:
    """Whether two Gaussians agree within the tolerance of a search."""
    apart = abs(one.mean - other.mean) / other.std + abs(math.log(one.std / other.std))
    return apart < TOLERANCE


def mass_outside(fit: Fit, q: Step) -> float:
    """P's mass more than three of Q's standard deviations from Q's mean."""
    low, high = q.mean - 3 * q.std, q.mean + 3 * q.std
    if fit.bins:
        outside = [h for x, h in zip(CENTRES, fit.bins, strict=True) if not low <= x <= high]
        return sum(outside) / sum(fit.bins)
    total = sum(component.weight for component in fit.components)
    return sum(
        component.weight
        / total
        * (
            _normal_cdf(low, component.mean, component.std)
            + _normal_cdf(-high, -component.mean, component.std)
        )
        for component in fit.components
    )


def _normal_cdf(x: float, mean: float, std: float) -> float:
    return math.erfc((mean - x) / (std * math.sqrt(2))) / 2


def _distinct(searches: list[Projection]) -> tuple[Step, ...]:
    minima: list[Step] = []
    converged = (search.path[-1] for search in searches if search.converged)
    for end in sorted(converged, key=lambda end: end.divergence):
        if not any(same_gaussian(end, other) for other in minima):
            minima.append(end)
    return tuple(minima)


def _rounded(projection: Projection) -> Projection:
    """Divergences on its path that are 0 but for rounding become 0."""
    path = (s if s.divergence > ROUNDING else s._replace(divergence=0.0) for s in projection.path)
    return replace(projection, path=tuple(path))
