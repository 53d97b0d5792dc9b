"""KL(q‖p) of two Gaussians, its areas, its gradient and where that leads, against SciPy.

And what lies where in the plane of codes, of codes that are made up.
"""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

import kl_core
from models.vae.record import Codes
from pages.ui.vae import results
from pages.ui.vae.presets import PRESETS
from pages.ui.vae.state import FURTHEST, HIGH, LOW, NARROWEST, WIDEST, Encoded, Point
from tests.made_up_vaes import codes

SOME = [Encoded(1.5, 0.4), Encoded(4, 1), Encoded(0, 0.1), Encoded(0, 2.5), Encoded(-0.3, 1.2)]
SQUARE = Codes(
    np.array([[3, 0], [0, 3], [-3, 0], [0, -3]], np.float32),
    np.ones((4, 2), np.float32),
    np.array([4, 4, 7, 4], np.uint8),
)
EVERY = pytest.mark.parametrize("q", SOME, ids=lambda q: q.encode())


def added(q: Encoded, x: float) -> float:
    """q·log(q/p) by SciPy."""
    q_of, p_of = stats.norm(q.mean, q.std), stats.norm(0, 1)
    return q_of.pdf(x) * (q_of.logpdf(x) - p_of.logpdf(x))


def roots(q: Encoded) -> list[float]:
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
        integrate.quad(lambda x: added(q, x), a, b, points=[q.mean] if a < q.mean < b else None)[0]
        for a, b in pairwise(cuts)
    ]
    one = results.solve(q)
    assert one.above == pytest.approx(sum(part for part in parts if part > 0), rel=1e-4)
    assert one.below == pytest.approx(sum(part for part in parts if part < 0), rel=1e-4)
    assert one.above + one.below == pytest.approx(one.kl, abs=1e-9)


def test_where_q_is_the_prior_nothing_is_paid_and_nothing_is_shaded():
    assert results.solve(Encoded(0, 1))[:3] == (0, 0, 0)


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
def test_down_kl_ends_at_the_prior_and_down_cross_entropy_q_shrinks_on_and_on(q):
    kl, cross = results.solve(q).descents
    assert (kl.mean[-1], kl.std[-1]) == pytest.approx((0, 1), abs=2e-3)
    assert kl.mean == cross.mean
    assert all(np.diff(cross.std) < 0)
    # The flow d(ln σ)/dt = −σ² has σ(t) = 1/√(1/σ₀² + 2t); steps of a tenth follow it roughly.
    t = results.RATE * results.STEPS
    assert cross.std[-1] == pytest.approx(1 / math.sqrt(1 / q.std**2 + 2 * t), rel=0.2)


def test_every_preset_and_every_corner_has_finite_numbers_and_descents():
    corners = [Encoded(mean, std) for mean in (LOW, HIGH) for std in (NARROWEST, WIDEST)]
    for q in [*(preset.state for preset in PRESETS), *corners]:
        solved = results.solve(q)
        assert np.isfinite([*solved[:3], *np.ravel(solved.descents)]).all()


@pytest.mark.parametrize("radius", results.RINGS)
def test_a_ring_holds_what_the_chi_squared_distribution_says(radius):
    assert results.prior_within(radius) == pytest.approx(stats.chi2(2).cdf(radius**2))


def test_the_nearest_codes_name_the_class_and_the_distance():
    near = results.nearest(SQUARE, Point(2, 0))
    assert near == (4, 3, 1.0)


@pytest.mark.parametrize("label", range(10))
def test_at_a_classs_place_all_neighbours_are_of_it(label):
    made = codes(n=400)
    place = Point(*np.mean(made.mean[made.labels == label], axis=0).tolist())
    assert results.nearest(made, place)[:2] == (label, results.NEIGHBOURS)


def test_each_class_is_at_the_median_of_its_codes_and_one_without_codes_at_0():
    medians = results.latent_plane(SQUARE).medians
    assert medians[4] == [0, 0]  # of (3, 0), (0, 3) and (0, −3)
    assert medians[7] == [-3, 0]
    assert medians[0] == [0, 0]


@pytest.mark.parametrize(
    ("furthest", "reach"), [(0.5, 3.5), (3.4, 3.5), (3.6, 4.0), (22, 25), (41, 45), (1e4, FURTHEST)]
)
def test_the_plane_reaches_to_the_codes_and_at_least_to_the_rings(furthest, reach):
    mean = np.full((300, 2), furthest, np.float32)
    assert results.latent_plane(Codes(mean, mean, np.zeros(300, np.uint8))).reach == reach


def test_a_single_far_code_does_not_stretch_the_plane():
    mean = np.zeros((1000, 2), np.float32)
    mean[0] = 90
    plane = results.latent_plane(Codes(mean, mean, np.zeros(1000, np.uint8)))
    assert plane.reach == results.LEAST_REACH


def test_the_share_within_a_ring_is_counted():
    assert results.share_within(SQUARE, 2.9) == 0
    assert results.share_within(SQUARE, 3) == 1


def test_tiles_go_from_the_upper_left_row_by_row_and_fill_the_plane():
    tiles = results.tiles(3.0)
    width = 6 / results.TILES
    assert tiles[0] == pytest.approx([-3 + width / 2, 3 - width / 2])
    assert tiles[1] == pytest.approx([-3 + 1.5 * width, 3 - width / 2])
    assert tiles[-1] == pytest.approx([3 - width / 2, -3 + width / 2])
    assert tiles[len(tiles) // 2] == pytest.approx([0, 0])


def test_draws_are_the_seeds_own_and_come_from_the_prior():
    assert np.array_equal(results.draws(5), results.draws(5))
    many = np.concatenate([results.draws(seed) for seed in range(300)])
    assert stats.kstest(many.ravel(), "norm").pvalue > 0.01


def test_spacing_is_the_distance_to_the_next_code():
    mean = np.stack([np.arange(50) * 0.5, np.zeros(50)], axis=1).astype(np.float32)
    assert results.latent_plane(Codes(mean, mean, np.zeros(50, np.uint8))).spacing == 0.5
