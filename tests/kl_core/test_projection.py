import copy
import itertools
import math
import pickle
from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from kl_core.discrete import normalize
from kl_core.distributions import Normal, NormalMixture
from kl_core.projection import GridDensity, information_projection, moment_projection

pytestmark = pytest.mark.filterwarnings("error")

TWO_HILLS = NormalMixture([0.3, 0.7], [-2, 2], [0.5, 1])
X = np.linspace(-12, 12, 1201)
ON_GRID = GridDensity(X, normalize(np.exp(TWO_HILLS.log_prob(X))))
TARGETS = pytest.mark.parametrize("target", [TWO_HILLS, ON_GRID], ids=["mixture", "grid"])


def density(x: Any) -> Any:
    return 0.3 * stats.norm.pdf(x, -2, 0.5) + 0.7 * stats.norm.pdf(x, 2, 1)


def reverse_kl(mean: float, std: float) -> float:
    """KL(Q‖P) by SciPy's quadrature."""
    x = np.linspace(mean - 8 * std, mean + 8 * std, 2001)
    log_q = stats.norm.logpdf(x, mean, std)
    return integrate.simpson(np.exp(log_q) * (log_q - np.log(density(x))), x=x)


@TARGETS
def test_the_moment_projection_has_the_mean_and_variance_of_p(target: Any) -> None:
    # Mean 0.3·(−2) + 0.7·2; variance 0.3·(0.25 + 4) + 0.7·(1 + 4) − 0.8².
    fit = moment_projection(target).fit
    assert fit.mean == pytest.approx(0.8, rel=1e-12)
    assert fit.std == pytest.approx(math.sqrt(4.135), rel=1e-12)


@TARGETS
def test_the_moment_projections_divergence_is_the_integral(target: Any) -> None:
    q = stats.norm(0.8, math.sqrt(4.135))
    expected = integrate.quad(
        lambda x: density(x) * (math.log(density(x)) - q.logpdf(x)), -9, 12, limit=200
    )[0]
    assert moment_projection(target).divergence == pytest.approx(expected, rel=1e-9)


@TARGETS
def test_the_moment_projection_gets_there_in_one_step_from_anywhere(target: Any) -> None:
    found = moment_projection(target, start=Normal(5, 3))
    assert [(step.mean, step.std) for step in found.path] == [
        (5, 3),
        (found.fit.mean, found.fit.std),
    ]
    assert found.path[0].divergence > found.path[1].divergence == found.divergence
    assert moment_projection(target).path == found.path[1:]


def test_the_moment_projection_says_where_floats_are_too_far_apart_to_come_to_rest() -> None:
    # Beside 10¹⁶ floats are 2 apart: P's mean, 10¹⁶ + 1, is none, and P's std is 1.
    for near in (NormalMixture([0.5, 0.5], [1e16, 1e16 + 2], [1e-3, 1e-3]), far_grid()):
        found = moment_projection(near)
        assert found.fit.mean - 1e16 in (0, 2, 4)
        assert not found.converged
    assert moment_projection(NormalMixture([0.5, 0.5], [1e16, 1e16 + 4], [1e-3, 1e-3])).converged
    assert all(moment_projection(p).converged for p in (TWO_HILLS, ON_GRID))


def far_grid() -> GridDensity:
    return GridDensity(1e16 + np.arange(0, 8, 2), [0.5, 0.1, 0.1, 0.3])


# Means far apart, widths from 0.01 to 1e6, weights down to 1e-12: weights, means, stds, and a Q.
HARD = [
    ([0.5, 0.5], [0, 0], [0.01, 100], (0, 70)),
    ([0.5, 0.5], [0, 0], [0.01, 1], (0.1, 1)),
    ([0.5, 0.5], [0, 0], [1e-3, 1e3], (20, 400)),
    ([0.3, 0.7], [-20, 20], [1, 1], (8, 18)),
    ([0.5, 0.5], [-20, 20], [1, 0.01], (-19, 1.2)),
    ([1e-12, 1 - 1e-12], [0, 3], [0.01, 1], (3, 1)),
    ([1e-12, 1 - 1e-12], [40, 0], [1, 1], (0.2, 1.1)),
    ([0.2, 0.3, 0.5], [-1, 0, 5], [0.01, 100, 1], (5, 9)),
    ([0.5, 0.5], [0, 30], [1e-4, 1], (15, 10)),
    ([0.9, 0.1 - 1e-6, 1e-6], [0, 0, 0], [1, 30, 1e6], (0, 1.02)),
]


def integral(
    weights: Any, means: Any, stds: Any, q: tuple[float, float], *, of_q: bool
) -> tuple[float, float]:
    """KL(Q‖P) or KL(P‖Q), and its error, by SciPy's adaptive quadrature in pieces.

    The pieces end around every centre, and where one component overtakes another.
    """
    parts = list(zip(weights, means, stds, strict=True))

    def log_normal(x: float, mean: float, std: float) -> float:
        return -(((x - mean) / std) ** 2) / 2 - math.log(std * math.sqrt(2 * math.pi))

    def term(x: float) -> float:
        logs = [math.log(w) + log_normal(x, m, s) for w, m, s in parts]
        log_p = max(logs) + math.log(math.fsum(math.exp(log - max(logs)) for log in logs))
        log_q = log_normal(x, *q)
        return math.exp(log_q) * (log_q - log_p) if of_q else math.exp(log_p) * (log_p - log_q)

    around = [q] if of_q else list(zip(means, stds, strict=True))
    low, high = min(m - 9 * s for m, s in around), max(m + 9 * s for m, s in around)
    marks = {m + s * z for m, s in [q, *zip(means, stds, strict=True)] for z in range(-9, 10)}
    for i, (w, m, s) in enumerate(parts):
        for v, n, t in parts[:i]:
            log_odds = math.log(w / v) - math.log(s / t)
            curve = [t**-2 - s**-2, 2 * (m * s**-2 - n * t**-2)]
            level = n * n * t**-2 - m * m * s**-2 + 2 * log_odds
            roots = np.roots([*curve, level])
            beside = [0, *(10.0**k for k in range(-6, 1))]  # the turn there may be sharp
            marks |= {
                x + d for x in roots[np.isreal(roots)].real for d in (*beside, *np.negative(beside))
            }
    edges = [low, *sorted(mark for mark in marks if low < mark < high), high]
    pieces = [
        integrate.quad(term, a, b, limit=200, epsabs=1e-14, epsrel=1e-12)
        for a, b in itertools.pairwise(edges)
    ]
    return math.fsum(piece[0] for piece in pieces), math.fsum(piece[1] for piece in pieces)


@pytest.mark.parametrize(("weights", "means", "stds", "q"), HARD)
def test_divergences_of_hard_mixtures_are_the_integrals(
    weights: list, means: list, stds: list, q: tuple[float, float]
) -> None:
    target = NormalMixture(weights, means, stds)
    reverse = information_projection(target, starts=[Normal(*q)])[0].path[0].divergence
    forward = moment_projection(target, start=Normal(*q)).path[0].divergence
    for found, of_q in [(reverse, True), (forward, False)]:
        expected, error = integral(weights, means, stds, q, of_q=of_q)
        assert error < 1e-9 * (1 + expected)
        assert found == pytest.approx(expected, rel=1e-10, abs=1e-14)


def test_the_projections_of_a_narrow_and_a_wide_component_have_the_right_divergences() -> None:
    # A peak 10⁴ times narrower than the rest; both numbers by adaptive quadrature, to 5 digits.
    target = NormalMixture([0.5, 0.5], [0, 0], [0.01, 100])
    assert information_projection(target)[0].divergence == pytest.approx(0.69101, abs=5e-6)
    assert moment_projection(target).divergence == pytest.approx(3.5667, abs=5e-5)


def test_a_mixtures_moments_do_not_overflow_nor_underflow() -> None:
    assert moment_projection(NormalMixture([1], [1e8], [1e-9])).fit == Normal(1e8, 1e-9)
    far = moment_projection(NormalMixture([0.5, 0.5], [-1e200, 1e200], [1e-200, 1e-200]))
    assert far.fit == Normal(0, 1e200)
    # Two points far apart: KL(P‖Q) = log(1e200 / 1e-200) − log 2, as Q's z² is 1 in both.
    assert far.divergence == pytest.approx(400 * math.log(10) - math.log(2), rel=1e-14)
    near = moment_projection(NormalMixture([0.5, 0.5], [-3e-200, 3e-200], [4e-200, 4e-200]))
    assert near.fit.std == pytest.approx(5e-200, rel=1e-15)


@TARGETS
def test_no_normal_nearby_is_better_than_the_information_projections(target: Any) -> None:
    modes = {round(end.fit.mean): end for end in information_projection(target)}
    assert set(modes) == {-2, 2}
    for end in modes.values():
        best = optimize.minimize(
            lambda at: reverse_kl(at[0], math.exp(at[1])),
            (end.fit.mean + 0.1, math.log(end.fit.std) - 0.1),
            method="Nelder-Mead",
            options={"xatol": 1e-7, "fatol": 1e-13},
        )
        assert end.fit.mean == pytest.approx(best.x[0], abs=2e-6)
        assert end.fit.std == pytest.approx(math.exp(best.x[1]), abs=2e-6)
        assert end.divergence == pytest.approx(best.fun, rel=1e-9)


def test_every_start_is_reported_and_the_best_comes_first() -> None:
    starts = [Normal(-4, 0.1), Normal(4, 3), Normal(-2, 0.5)]
    ends = information_projection(TWO_HILLS, starts=starts)
    assert [round(end.fit.mean) for end in ends] == [2, -2, -2]
    assert ends[0].divergence < ends[1].divergence
    first_steps = {(end.path[0].mean, end.path[0].std) for end in ends}
    assert first_steps == {(start.mean, start.std) for start in starts}


@TARGETS
def test_the_path_goes_downhill_and_ends_at_the_fit(target: Any) -> None:
    for end in information_projection(target, starts=[Normal(-9, 0.3), Normal(0, 5), Normal(9, 1)]):
        divergences = [step.divergence for step in end.path]
        assert np.all(np.diff(divergences) <= 1e-12)
        assert divergences[0] > 1
        assert end.path[-1] == (end.fit.mean, end.fit.std, end.divergence)


@pytest.mark.parametrize("mean", [-30.0, 0.0, 2.5])
@pytest.mark.parametrize("std", [1e-3, 1.0, 1e4])
def test_a_normal_is_its_own_projection_in_both_directions(mean: float, std: float) -> None:
    target = NormalMixture([1], [mean], [std])
    start = Normal(mean + 2 * std, 3 * std)
    for found in (
        moment_projection(target),
        moment_projection(target, start=start),
        *information_projection(target, starts=[start]),
    ):
        assert found.fit.mean == pytest.approx(mean, abs=1e-9 * std + 1e-14 * abs(mean))
        assert found.fit.std == pytest.approx(std, rel=1e-9)
        assert 0 <= found.divergence < 1e-9
        assert len(found.path) <= 4


def ordinary_mixtures() -> list[NormalMixture]:
    rng = np.random.default_rng(7)
    found = [NormalMixture([0.5, 0.5], [-1, 1], [0.5, 0.5])]
    for k in rng.integers(1, 5, 20):
        stds = np.exp(rng.normal(-0.5, 0.8, k))
        found.append(NormalMixture(normalize(rng.exponential(size=k)), rng.normal(0, 3, k), stds))
    return found


def test_every_search_beside_an_ordinary_mixture_converges_within_60_steps() -> None:
    ends = [end for target in ordinary_mixtures() for end in information_projection(target)]
    assert all(end.converged for end in ends)
    assert max(len(end.path) for end in ends) <= 60


def test_the_fit_to_two_touching_components_is_where_the_divergence_is_least() -> None:
    # By symmetry about 0 one width is left to find.
    def divergence(std: float) -> float:
        return integral([0.5, 0.5], [-1, 1], [0.5, 0.5], (0, std), of_q=True)[0]

    best = optimize.minimize_scalar(divergence, bounds=(0.8, 1.3), options={"xatol": 1e-7})
    for end in information_projection(NormalMixture([0.5, 0.5], [-1, 1], [0.5, 0.5])):
        assert end.fit.mean == pytest.approx(0, abs=1e-9)
        assert end.fit.std == pytest.approx(best.x, abs=1e-6)
        assert end.divergence == pytest.approx(best.fun, rel=1e-12)


def test_modes_farther_apart_than_floats_resolve_are_found() -> None:
    # Q is one component, half of P: KL(Q‖P) = log 2. What covers both is worse by far.
    ends = information_projection(NormalMixture([0.5, 0.5], [-1e100, 1e100], [1, 1]))
    assert {(end.fit.mean, end.fit.std) for end in ends[:2]} == {(-1e100, 1), (1e100, 1)}
    assert [end.divergence for end in ends[:2]] == pytest.approx([math.log(2)] * 2, rel=1e-14)
    assert ends[2].divergence > 1e199


def test_covering_is_wide_and_seeking_is_narrow_for_two_far_modes() -> None:
    target = NormalMixture([0.5, 0.5], [-10, 10], [1, 1])
    assert moment_projection(target).fit.std == pytest.approx(math.sqrt(101))
    seeking = information_projection(target, starts=[Normal(-8, 2), Normal(8, 2)])
    assert sorted(round(end.fit.mean, 9) for end in seeking) == [-10, 10]
    for end in seeking:  # Q finds half of P: KL(Q‖P) = log 2
        assert end.fit.std == pytest.approx(1)
        assert end.divergence == pytest.approx(math.log(2))


def test_a_component_without_weight_changes_nothing() -> None:
    more = NormalMixture([0.3, 0, 0.7], [-2, 50, 2], [0.5, 1, 1])
    assert moment_projection(more).fit.mean == pytest.approx(0.8)
    assert information_projection(more)[0].fit.mean == pytest.approx(
        information_projection(TWO_HILLS)[0].fit.mean
    )


def test_every_mode_of_a_grid_is_a_start() -> None:
    hills = NormalMixture([0.2, 0.5, 0.3], [-7, 0, 7], [0.5, 1, 0.4])
    grid = GridDensity(X, normalize(np.exp(hills.log_prob(X))))
    assert {round(end.fit.mean) for end in information_projection(grid)} == {-7, 0, 7}


def test_the_eight_largest_components_or_hills_and_all_of_p_are_the_starts() -> None:
    weights = normalize(np.arange(1, 11))
    ten = NormalMixture(weights, np.arange(-9, 11, 2), np.full(10, 0.3))
    grid = GridDensity(X, normalize(np.exp(ten.log_prob(X)) + 1e-9))
    for target in (ten, grid):
        starts = [end.path[0] for end in information_projection(target)]
        found = sorted(round(step.mean) for step in starts if step.std < 1)
        assert found == list(range(-5, 11, 2))
        whole = [step for step in starts if step.std > 1]
        assert [step.mean for step in whole] == pytest.approx([weights @ np.arange(-9, 11, 2)])


def test_a_flat_density_is_met_by_a_normal_as_wide_as_allowed() -> None:
    flat = GridDensity(np.linspace(-6, 6, 61), np.full(61, 1 / 61))
    best = information_projection(flat)[0]
    assert 12 < best.fit.std <= 120
    assert best.divergence < 1e-3
    assert moment_projection(flat).fit.std == pytest.approx(math.sqrt(0.2**2 * (61**2 - 1) / 12))
    assert not best.converged  # a wider one is nearer still


def test_a_search_that_leaves_the_grid_stops_one_width_beyond_it() -> None:
    # P ∝ exp(2x): no Normal is nearest, as ever farther and wider ones are ever nearer.
    x = np.linspace(-3, 3, 61)
    for end in information_projection(GridDensity(x, normalize(np.exp(2 * x)))):
        assert end.fit.mean == 9
        assert not end.converged


def test_the_least_comes_first_though_it_did_not_converge() -> None:
    # P ∝ exp(x), with a small hill of its own at −4 where one search comes to rest.
    x = np.linspace(-6, 6, 121)
    ends = information_projection(GridDensity(x, normalize(np.exp(x) + np.exp(-2 * (x + 4) ** 2))))
    assert [end.converged for end in ends] == [False, False, True]
    assert ends[2].fit.mean == pytest.approx(-4, abs=0.1)
    assert ends[0].divergence < ends[1].divergence < 1 < 5 < ends[2].divergence


def cut_off(p: GridDensity, q: Normal) -> float:
    """KL(Q‖P) with Q cut off at the grid's ends, as a plain sum."""
    weights = stats.norm.pdf(p.x, q.mean, q.std)
    return stats.entropy(weights, p.p)


def test_on_random_grids_the_first_is_the_least_of_all_ends() -> None:
    rng = np.random.default_rng(11)
    for _ in range(20):
        grid = GridDensity(np.arange(12), normalize(rng.exponential(size=12)))
        ends = information_projection(grid)
        divergences = [cut_off(grid, end.fit) for end in ends]
        assert [end.divergence for end in ends] == pytest.approx(divergences, abs=1e-9)
        assert divergences[0] == pytest.approx(min(divergences), abs=1e-12)


def test_an_end_at_a_bound_is_the_least_along_it() -> None:
    x = np.arange(12)
    grids = [normalize(np.random.default_rng(seed).exponential(size=12)) for seed in range(12)]
    beside = [
        (grid, end)
        for grid in (GridDensity(x, p) for p in [*grids, normalize(np.exp(x / 4))])
        for end in information_projection(grid)
        if end.fit.mean in (-11, 22)
    ]
    assert len(beside) > 10
    for grid, end in beside:
        least = optimize.minimize_scalar(
            lambda log_std, p, mean: cut_off(p, Normal(mean, math.exp(log_std))),
            bounds=(math.log(end.fit.std) - 0.3, min(math.log(end.fit.std) + 0.3, math.log(110))),
            args=(grid, end.fit.mean),
        )
        assert end.divergence <= least.fun + 1e-9
        assert not end.converged


def test_a_start_that_is_one_point_of_the_grid_does_not_pass_for_a_fit() -> None:
    x = np.linspace(-3, 3, 61)
    bell = GridDensity(x, normalize(np.exp(-(x**2))))
    lost, found = Normal(8.9, 0.0101), Normal(1, 1)
    ends = information_projection(bell, starts=[lost, found])
    assert [end.converged for end in ends] == [True, False]
    assert ends[0].fit.std == pytest.approx(math.sqrt(0.5))
    assert ends[1].fit == lost


def test_the_divergence_on_a_grid_is_that_of_the_fit_cut_off_at_its_ends() -> None:
    half = GridDensity(np.linspace(0, 5, 51), normalize(np.exp(-(np.linspace(0, 5, 51) ** 2) / 2)))
    best = information_projection(half)[0]
    assert best.fit.mean == pytest.approx(0, abs=1e-6)
    assert best.divergence == pytest.approx(0, abs=1e-12)  # of the whole Normal it is log 2


def test_three_points_narrower_than_a_step_have_an_information_projection() -> None:
    # Q ∝ exp(−z²/2) at 0 and ±1 step meets P where exp(−1 / (2·std²)) = 1/2.
    best = information_projection(GridDensity([0, 1, 2], [0.25, 0.5, 0.25]))[0]
    assert best.fit.mean == pytest.approx(1)
    assert best.fit.std == pytest.approx(math.sqrt(0.5 / math.log(2)))
    assert best.divergence == pytest.approx(0, abs=1e-15)
    assert best.converged


def test_a_density_exactly_as_wide_as_a_step_has_a_moment_projection() -> None:
    assert moment_projection(GridDensity([0, 0.1, 0.2], [0.5, 0, 0.5])).fit.std == pytest.approx(
        0.1
    )
    less = GridDensity([0, 0.1, 0.2], [0.5 - 1e-8, 2e-8, 0.5 - 1e-8])
    with pytest.raises(ValueError, match=r"deviation is 0\.099999999, the grid's step 0\.1\.$"):
        moment_projection(less)


def test_a_grid_of_very_large_or_small_numbers_gives_the_same_fit_in_its_units() -> None:
    x = np.linspace(-3, 3, 61)
    p = normalize(np.exp(-((x - 0.5) ** 2)))
    for scale in (1.0, 1e299, 1e-298):
        grid = GridDensity(x * scale, p)
        for fit in (information_projection(grid)[0].fit, moment_projection(grid).fit):
            assert fit.mean / scale == pytest.approx(0.5, abs=2e-3)
            assert fit.std / scale == pytest.approx(math.sqrt(0.5), abs=2e-3)
        assert information_projection(grid)[0].fit.std / scale == pytest.approx(math.sqrt(0.5))


def test_grids_with_the_same_numbers_are_equal_and_their_copies_stay_read_only() -> None:
    grid = GridDensity([-1, 0, 1], [0.1, 0.2, 0.7])
    for twin in (
        pickle.loads(pickle.dumps(grid)),
        copy.deepcopy(grid),
        GridDensity(grid.x, grid.p),
    ):
        assert twin == grid
        assert hash(twin) == hash(grid)
        with pytest.raises(ValueError, match="read-only"):
            twin.p[0] = 1
    single = GridDensity([-1, 0, 1], np.array([0.1, 0.2, 0.7], np.float32))
    assert pickle.loads(pickle.dumps(single)) == single != grid
    assert grid != GridDensity([0, 1, 2], grid.p)
    assert GridDensity([-1, -0.0, 1], grid.p) == grid
    assert grid != "grid"


def test_a_grid_may_be_uneven_by_the_rounding_of_its_type() -> None:
    x = np.linspace(-5, 5, 201)
    p = np.exp(-x * x / 2) / np.exp(-x * x / 2).sum()
    single = moment_projection(GridDensity(x.astype(np.float32), p)).fit
    assert single.std == pytest.approx(moment_projection(GridDensity(x, p)).fit.std, rel=1e-5)
    assert GridDensity(1e9 + x, p).p.shape == (201,)
    for uneven in (x + 1e-5 * x**2, (x + 1e-3 * x**2).astype(np.float32)):
        with pytest.raises(ValueError, match=r"^x must rise in equal steps; "):
            GridDensity(uneven, p)


def test_zeros_of_p_count_nothing_in_one_direction_and_forbid_the_other() -> None:
    triangle = GridDensity([-2, -1, 0, 1, 2], [0, 0.25, 0.5, 0.25, 0])
    with pytest.raises(ValueError, match=r"^P must be as wide as a step of its grid; "):
        moment_projection(triangle)
    wide = GridDensity(
        np.arange(-4, 5), [0, 1 / 16, 2 / 16, 3 / 16, 4 / 16, 3 / 16, 2 / 16, 1 / 16, 0]
    )
    assert moment_projection(wide).fit.std == pytest.approx(math.sqrt(2.5))
    message = "^p must be above 0 on all of its grid; KL\\(Q‖P\\) is inf for every Normal\\.$"
    with pytest.raises(ValueError, match=message):
        information_projection(wide)


@pytest.mark.parametrize(
    ("x", "p", "message"),
    [
        ([0, 1, 3], [0.2, 0.3, 0.5], "x must rise in equal steps; its steps run from 1 to 2."),
        ([2, 1, 0], [0.2, 0.3, 0.5], "x must rise in equal steps; its steps run from -1 to -1."),
        (
            [0, 1],
            [0.5, 0.5],
            "x and p must both be shaped (n,) with n at least 3; x is (2,), p is (2,).",
        ),
        (
            [0, 1, 2],
            [0.5, 0.5],
            "x and p must both be shaped (n,) with n at least 3; x is (3,), p is (2,).",
        ),
        ([0, 1, 2], [1, 2, 1], "p must sum to 1 along its last axis; it sums to 4: pass counts "),
        ([0, 1, 1e301], [0.25, 0.5, 0.25], "x must be within ±1e300; it holds 1e+301."),
        (
            [0, 1e-310, 2e-310],
            [0.25, 0.5, 0.25],
            "x must rise in steps of at least 1e-300; its steps run from 1e-310 to 1e-310.",
        ),
        ([0, math.nan, 2], [0.25, 0.5, 0.25], "x must be finite; it holds nan."),
    ],
)
def test_a_bad_grid_is_refused(x: list, p: list, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 — the message is what is tested
        GridDensity(x, p)
    assert str(caught.value).startswith(message)


def test_a_grid_in_float32_is_read_as_float64() -> None:
    grid = GridDensity(np.array([0, 0.5, 1], np.float32), np.array([0.25, 0.5, 0.25], np.float32))
    assert grid == GridDensity([0, 0.5, 1], [0.25, 0.5, 0.25])


def test_a_bad_target_or_start_is_refused() -> None:
    for projection in (moment_projection, information_projection):
        with pytest.raises(
            TypeError, match=r"^p must be a NormalMixture or a GridDensity; got Normal"
        ):
            projection(Normal(0, 1))  # type: ignore[operator]
    with pytest.raises(ValueError, match=r"^starts must hold at least one Normal; it is empty\.$"):
        information_projection(TWO_HILLS, starts=[])
    with pytest.raises(TypeError, match=r"^starts must be Normal; got int\.$"):
        information_projection(TWO_HILLS, starts=[3])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"^start must be single; got a batch shaped \(2,\)\.$"):
        moment_projection(TWO_HILLS, start=Normal([0, 1], 1))
    for starts, came in [(5, "int"), (Normal(0, 1), "Normal")]:
        with pytest.raises(TypeError, match=rf"^starts must be a list of Normals; got {came}\.$"):
            information_projection(TWO_HILLS, starts=starts)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^p must have a finite mean and std; they are 0 and inf"):
        moment_projection(NormalMixture([0.5, 0.5], [-1.7e308, 1.7e308], [1e308, 1e308]))
    with pytest.raises(ValueError, match=r"^p must have no std 1e120 times that of a component; "):
        information_projection(NormalMixture([0.5, 0.5], [-1, 1], [1e-121, 1e-121]))


@TARGETS
@pytest.mark.parametrize(
    "start",
    [
        *(Normal(mean, 1) for mean in (1e10, -1e10, 1e200)),
        *(Normal(0, std) for std in (1e308, 1e5, 1e-5, 1e-200)),
    ],
    ids=str,
)
def test_a_start_far_out_of_range_is_refused(target: Any, start: Normal) -> None:
    with pytest.raises(ValueError, match=r"^starts must have means between .*; got Normal\(.*\.$"):
        information_projection(target, starts=[start])


def test_the_range_of_starts_is_as_documented() -> None:
    grid = GridDensity(np.linspace(-3, 3, 61), np.full(61, 1 / 61))
    with pytest.raises(ValueError, match=r"means between -9 and 9 and stds between 0.01 and 60;"):
        information_projection(grid, starts=[Normal(0, 100)])
    one = NormalMixture([1], [5], [0.5])
    with pytest.raises(
        ValueError, match=r"means between -495 and 505 and stds between 0.0005 and 50"
    ):
        information_projection(one, starts=[Normal(1000, 1)])
    for start in (Normal(504, 0.001), Normal(-494, 499)):
        fit = information_projection(one, starts=[start])[0].fit
        assert (fit.mean, fit.std) == pytest.approx((5, 0.5))


def test_a_hill_of_a_single_point_at_the_grids_end_is_a_start_too() -> None:
    # 0.3 at x = 0 is a hill by itself; the other has the remaining 0.7.
    p = GridDensity(np.arange(5.0), np.array([0.3, 0.1, 0.2, 0.3, 0.1]))
    starts = [end.path[0] for end in information_projection(p)]
    assert any((start.mean, start.std) == (0, 1) for start in starts)  # as wide as a step
    mean = (0.1 * 1 + 0.2 * 2 + 0.3 * 3 + 0.1 * 4) / 0.7
    assert any(start.mean == pytest.approx(mean) for start in starts)
