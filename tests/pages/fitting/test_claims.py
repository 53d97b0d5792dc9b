"""What the page says of its presets and of both divergences, computed."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import integrate, stats

from pages.ui.fitting.presets import PRESETS
from pages.ui.fitting.results import Results, solve
from pages.ui.fitting.state import CENTRES, Component, Fit, Gaussian

STATES = {preset.key: preset.state for preset in PRESETS}
STARTS = [Gaussian(mean, std) for mean in range(-8, 9, 2) for std in (0.3, 1, 3, 6)]


def from_starts(fit: Fit) -> list[Results]:
    return [solve(replace(fit, q=start)) for start in STARTS]


def minima(fit: Fit) -> set[tuple[float, float]]:
    """The local minima of reverse KL that the searches from all starts reach."""
    ends = [results.reverse.path[-1] for results in from_starts(fit)]
    return {(round(end.mean, 2), round(end.std, 2)) for end in ends}


@pytest.mark.parametrize("key", STATES)
def test_forward_kl_reaches_the_same_minimum_in_one_step_from_every_start(key):
    paths = [results.forward for results in from_starts(STATES[key])]
    assert {len(path) for path in paths} == {2}
    assert len({path[-1] for path in paths}) == 1


def test_from_the_first_page_the_other_mode_is_reached_by_dragging_q_towards_it():
    fit = STATES["two"]
    first, second = solve(fit), solve(replace(fit, q=Gaussian(-3, 0.6)))
    assert first.reverse.path[-1].mean == pytest.approx(2.5, abs=0.1)
    assert second.reverse.path[-1].mean == pytest.approx(-3, abs=0.1)


def test_near_the_small_mode_the_search_ends_there_until_its_weight_is_small():
    fit = STATES["uneven"]
    end, best = solve(fit).reverse.path[-1], solve(fit).minima[0]
    assert end.mean == pytest.approx(4, abs=0.1)
    assert end.divergence > 2 * best.divergence
    large, small = fit.components
    lower = (large._replace(weight=0.95), small._replace(weight=0.05))
    assert solve(replace(fit, components=lower)).reverse.path[-1].mean < 0


def test_three_modes_have_a_local_minimum_each_and_a_fourth_is_broad():
    found = minima(STATES["three"])
    assert len(found) == 4
    assert sum(std > 2 for _, std in found) == 1
    for component in STATES["three"].components:
        assert any(abs(mean - component.mean) < 0.1 and std < 1 for mean, std in found)


@pytest.mark.parametrize(("std", "differ"), [(1.5, False), (0.7, True), (2.5, True)])
def test_beside_a_gaussian_the_divergences_differ_unless_the_widths_are_equal(std, differ):
    for mean in (-4, 0.5, 3):
        results = solve(replace(STATES["one"], q=Gaussian(mean, std)))
        assert (abs(results.pq - results.qp) > 1e-6) == differ


def test_beside_a_skewed_p_reverse_kl_gives_a_narrower_q_and_a_second_mode_a_second_minimum():
    fit = STATES["skewed"]
    p, x = np.array(fit.bins) / sum(fit.bins), np.array(CENTRES)
    best = solve(fit).forward[-1]
    assert best.std == pytest.approx(np.sqrt(p @ (x - p @ x) ** 2))
    assert solve(fit).minima[0].std < 0.8 * best.std
    assert len(minima(fit)) == 1
    drawn = [max(h, 50 * (1 - abs(x - 5) / 2)) for x, h in zip(CENTRES, fit.bins, strict=True)]
    assert len(solve(replace(fit, bins=tuple(drawn))).minima) == 2


def test_beside_a_uniform_p_reverse_kl_is_infinite_for_every_q_until_no_bin_is_empty():
    fit = STATES["uniform"]
    assert {results.qp for results in from_starts(fit)} == {np.inf}
    assert [x for x, h in zip(CENTRES, fit.bins, strict=True) if h][::11] == [-2.75, 2.75]
    assert np.isfinite([results.qp for results in from_starts(fit.with_filled_bins())]).all()


def test_the_integrands_on_the_strip_are_nowhere_negative_and_integrate_to_the_divergences():
    fit = STATES["two"]
    x = np.linspace(-14, 14, 20_001)
    p, q = np.array(fit.densities(x)), stats.norm.pdf(x, *fit.q)
    log_q = stats.norm.logpdf(x, *fit.q)
    log_p = np.logaddexp.reduce(
        [np.log(w) + stats.norm.logpdf(x, mean, std) for mean, std, w in fit.components]
    )
    terms = p * (log_p - log_q) - p + q, q * (log_q - log_p) - q + p
    assert min(term.min() for term in terms) > -1e-12
    results = solve(fit)
    areas = [integrate.trapezoid(term, x) for term in terms]
    assert areas == pytest.approx([results.pq, results.qp], rel=1e-6)


def test_the_mean_nll_of_samples_estimates_entropy_plus_forward_kl():
    fit = Fit((Component(1, 2, 1),), (), Gaussian(0, 1.5))
    samples = np.random.default_rng(1).normal(1, 2, 200_000)
    nll = -stats.norm.logpdf(samples, *fit.q)
    expected = stats.norm.entropy(1, 2) + solve(fit).pq
    assert nll.mean() == pytest.approx(expected, abs=4 * nll.std() / np.sqrt(len(samples)))


def test_a_q_by_reverse_kl_at_one_mode_underestimates_the_variance_of_p():
    for key in ("two", "uneven", "three", "skewed"):
        results = solve(STATES[key])
        assert results.minima[0].std < results.forward[-1].std
