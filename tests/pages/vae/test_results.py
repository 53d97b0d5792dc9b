"""KL(q‖p) of two Gaussians, its areas, its gradients and gradient descent, against SciPy."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

import kl_core
from pages.ui.vae import results
from pages.ui.vae.presets import PRESETS
from pages.ui.vae.state import HIGH, LOW, NARROWEST, WIDEST, Posterior

SOME = [
    Posterior(1.5, 0.4),
    Posterior(4, 1),
    Posterior(0, 0.1),
    Posterior(0, 2.5),
    Posterior(-0.3, 1.2),
]
EVERY = pytest.mark.parametrize("q", SOME, ids=lambda q: q.encode())


def integrand(q: Posterior, x: float) -> float:
    """q·log(q/p) by SciPy."""
    q_of, p_of = stats.norm(q.mean, q.std), stats.norm(0, 1)
    return q_of.pdf(x) * (q_of.logpdf(x) - p_of.logpdf(x))


def roots(q: Posterior) -> list[float]:
    """Where q and p cross: x²·(1 − 1/σ²) + 2xμ/σ² − μ²/σ² − 2·ln σ = 0, by hand."""
    v = q.std**2
    found = np.roots([1 - 1 / v, 2 * q.mean / v, -(q.mean**2) / v - 2 * math.log(q.std)])
    return sorted(found[np.isreal(found)].real)


@EVERY
def test_kl_is_that_of_the_closed_form(q):
    by_hand = -0.5 * (1 + math.log(q.std**2) - q.mean**2 - q.std**2)
    assert results.solve(q).kl == pytest.approx(by_hand, rel=1e-12)


@EVERY
def test_the_areas_are_the_integrals_between_the_curves_crossings(q):
    """In whatever order: each piece is above or below 0 by the sign of its integral."""
    ends = [q.mean - 12 * q.std, q.mean + 12 * q.std]
    inner = [x for x in roots(q) if ends[0] < x < ends[1]]
    cuts = [ends[0], *inner, ends[1]]
    parts = [
        integrate.quad(
            lambda x: integrand(q, x), a, b, points=[q.mean] if a < q.mean < b else None
        )[0]
        for a, b in pairwise(cuts)
    ]
    one = results.solve(q)
    assert one.above == pytest.approx(sum(part for part in parts if part > 0), rel=1e-4)
    assert one.below == pytest.approx(sum(part for part in parts if part < 0), rel=1e-4)
    assert one.above + one.below == pytest.approx(one.kl, abs=1e-9)


def test_where_q_is_the_prior_kl_and_both_areas_are_0():
    assert results.solve(Posterior(0, 1))[:3] == (0, 0, 0)


@EVERY
def test_the_gradients_are_those_of_scipys_integrals(q):
    def entropy(mean, log):
        return stats.norm(mean, math.exp(log)).entropy()

    def cross(mean, log):
        return stats.norm(mean, math.exp(log)).expect(lambda x: -stats.norm.logpdf(x))

    def kl(mean, log):
        return float(kl_core.kl(kl_core.Normal(mean, math.exp(log)), kl_core.Normal(0, 1)))

    h = 1e-4
    for of, given in zip((kl, cross, entropy), results.solve(q).gradients, strict=True):
        mean, log = q.mean, math.log(q.std)
        numeric = (
            (of(mean + h, log) - of(mean - h, log)) / (2 * h),
            (of(mean, log + h) - of(mean, log - h)) / (2 * h),
        )
        assert given == pytest.approx(numeric, abs=2e-4)


@EVERY
def test_descent_on_kl_ends_at_the_prior_and_on_cross_entropy_q_shrinks_at_every_step(q):
    kl, cross = results.solve(q).descents
    assert (kl.mean[-1], kl.std[-1]) == pytest.approx((0, 1), abs=2e-3)
    assert kl.mean == cross.mean
    assert all(np.diff(cross.std) < 0)
    # The flow d(ln σ)/dt = −σ² has σ(t) = 1/√(1/σ₀² + 2t); steps of a tenth follow it roughly.
    t = results.LEARNING_RATE * results.STEPS
    assert cross.std[-1] == pytest.approx(1 / math.sqrt(1 / q.std**2 + 2 * t), rel=0.2)


def test_every_preset_and_every_corner_has_finite_numbers_and_descents():
    corners = [Posterior(mean, std) for mean in (LOW, HIGH) for std in (NARROWEST, WIDEST)]
    for q in [*(preset.state for preset in PRESETS), *corners]:
        solved = results.solve(q)
        assert np.isfinite([*solved[:3], *np.ravel(solved.descents)]).all()
