import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from kl_core.discrete import normalize
from kl_core.families import Normal, NormalMixture
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


def test_a_flat_density_is_met_by_a_normal_as_wide_as_allowed() -> None:
    flat = GridDensity(np.linspace(-6, 6, 61), np.full(61, 1 / 61))
    best = information_projection(flat)[0]
    assert 12 < best.fit.std <= 120
    assert best.divergence < 1e-3
    assert moment_projection(flat).fit.std == pytest.approx(math.sqrt(0.2**2 * (61**2 - 1) / 12))


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
        ([0, math.nan, 2], [0.25, 0.5, 0.25], "x must be finite; row 1 is nan."),
    ],
)
def test_a_bad_grid_is_refused(x: list, p: list, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 — the message is what is tested
        GridDensity(x, p)
    assert str(caught.value).startswith(message)


def test_a_bad_target_or_start_is_refused() -> None:
    for projection in (moment_projection, information_projection):
        with pytest.raises(
            ValueError, match=r"^p must be a NormalMixture or a GridDensity; Normal "
        ):
            projection(Normal(0, 1))  # type: ignore[operator]
    with pytest.raises(ValueError, match=r"^starts must hold at least one Normal; it is empty\.$"):
        information_projection(TWO_HILLS, starts=[])
    with pytest.raises(ValueError, match=r"^starts must be Normal; int came\.$"):
        information_projection(TWO_HILLS, starts=[3])  # type: ignore[list-item]
    with pytest.raises(ValueError, match=r"^start must be single; a batch shaped \(2,\) came\.$"):
        moment_projection(TWO_HILLS, start=Normal([0, 1], 1))
