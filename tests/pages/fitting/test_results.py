"""What is computed for a fit, against hand values and SciPy's quadrature; and its script, run."""

import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, stats

from kl_core import Step
from pages.ui.fitting import prose
from pages.ui.fitting.presets import PRESETS
from pages.ui.fitting.results import (
    FORWARD_BEST,
    REVERSE_BEST,
    mass_outside,
    same_gaussian,
    script,
    solve,
)
from pages.ui.fitting.state import BINS, CENTRES, Component, Fit, Gaussian, decode

ROOT = Path(__file__).resolve().parents[3]
TWO = Fit((Component(-3, 0.8, 0.55), Component(2.5, 1, 0.45)), (), Gaussian(1.5, 1))


def preset(key: str) -> Fit:
    return next(preset.state for preset in PRESETS if preset.key == key)


def quadrature(fit: Fit) -> tuple[float, float]:
    """Both divergences by SciPy, of P's and Q's densities."""
    total = sum(component.weight for component in fit.components)

    def log_p(x: float) -> float:
        terms = [
            math.log(component.weight / total) + stats.norm.logpdf(x, component.mean, component.std)
            for component in fit.components
        ]
        return float(np.logaddexp.reduce(terms))

    def log_q(x: float) -> float:
        return float(stats.norm.logpdf(x, *fit.q))

    marks = sorted(component.mean for component in fit.components)
    options = {"points": [*marks, fit.q.mean], "limit": 500, "epsabs": 1e-11}
    pq = integrate.quad(lambda x: math.exp(log_p(x)) * (log_p(x) - log_q(x)), -30, 30, **options)
    qp = integrate.quad(lambda x: math.exp(log_q(x)) * (log_q(x) - log_p(x)), -30, 30, **options)
    return pq[0], qp[0]


@pytest.mark.parametrize("fit", [TWO, preset("uneven"), preset("three"), preset("one")])
def test_both_divergences_of_a_mixture_are_those_of_quadrature(fit):
    results = solve(fit)
    assert (results.pq, results.qp) == pytest.approx(quadrature(fit), rel=1e-7)


def test_two_gaussians_have_the_textbooks_divergences():
    results = solve(Fit((Component(1, 2, 1),), (), Gaussian(3, 1)))
    # ln(σ₂/σ₁) + (σ₁² + d²)/(2σ₂²) − ½, one way and the other.
    assert results.pq == pytest.approx(-math.log(2) + (4 + 4) / 2 - 0.5)
    assert results.qp == pytest.approx(math.log(2) + (1 + 4) / 8 - 0.5)


def test_a_histograms_divergences_are_sums_over_its_bins():
    fit = preset("skewed")
    p, x = np.array(fit.bins) / sum(fit.bins), np.array(CENTRES)
    q = stats.norm.pdf(x, *fit.q)
    results = solve(fit)
    assert results.pq == pytest.approx(np.sum(p * np.log(p / 0.5 / q)))
    # Q cut off at the grid's ends and normalised over its points.
    assert results.qp == pytest.approx(stats.entropy(q / q.sum(), p))


def test_forward_kl_is_minimised_by_the_mean_and_the_variance_of_p():
    mean = 0.55 * -3 + 0.45 * 2.5
    variance = 0.55 * (0.64 + (-3 - mean) ** 2) + 0.45 * (1 + (2.5 - mean) ** 2)
    best = solve(TWO).forward[-1]
    assert (best.mean, best.std) == pytest.approx((mean, math.sqrt(variance)))


def test_reverse_kl_falls_along_the_search_from_the_visitors_q_to_a_local_minimum():
    results = solve(TWO)
    assert (results.reverse.path[0].mean, results.reverse.path[0].std) == TWO.q
    divergences = [step.divergence for step in results.reverse.path]
    assert divergences == sorted(divergences, reverse=True)
    for mean, std in ((0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01)):
        end = results.reverse.path[-1]
        beside = Fit(TWO.components, (), Gaussian(end.mean + mean, end.std + std))
        assert quadrature(beside)[1] > end.divergence


def test_two_starts_end_at_two_local_minima_and_both_are_listed():
    right = solve(TWO)
    left = solve(Fit(TWO.components, (), Gaussian(-2.5, 1)))
    assert right.reverse.path[-1].mean == pytest.approx(2.5, abs=0.1)
    assert left.reverse.path[-1].mean == pytest.approx(-3, abs=0.1)
    assert right.minima[0].divergence == pytest.approx(left.reverse.path[-1].divergence)
    assert [end.divergence for end in right.minima] == sorted(
        end.divergence for end in right.minima
    )
    for end in (left.reverse.path[-1], right.reverse.path[-1]):
        assert sum(same_gaussian(end, other) for other in right.minima) == 1


def test_an_empty_bin_makes_reverse_kl_infinite():
    results = solve(preset("uniform"))
    assert results.qp == math.inf
    assert results.reverse is None
    assert results.minima == ()
    assert "∞ for every Gaussian" in prose.reverse_kl(results, "bits")
    assert math.isfinite(solve(preset("uniform").with_filled_bins()).qp)


def test_where_p_is_a_gaussian_both_divergences_have_their_minimum_there():
    results = solve(preset("one"))
    (only,) = results.minima
    assert only.divergence == results.forward[-1].divergence == 0
    assert (only.mean, only.std) == pytest.approx((1, 1.5))
    assert "at the same Q, as P is a Gaussian" in prose.reverse_kl(results, "bits")


@pytest.mark.parametrize("place", [0, 1, BINS - 2, BINS - 1])
def test_a_valley_next_to_the_last_bin_is_no_trouble(place):
    bins = [5.0] * BINS
    bins[place] = 0.5
    assert math.isfinite(solve(Fit((), tuple(bins), Gaussian(0, 1))).qp)


def test_bins_drawn_wildly_are_answered():
    rng = np.random.default_rng(3)
    for _ in range(5):
        bins = tuple(float(f"{height:.3g}") for height in 100 * rng.random(BINS) ** 6 + 0.01)
        fit = Fit((), bins, Gaussian(-7, 0.15))
        results = solve(fit)
        assert prose.reverse_kl(results, "bits")
        assert prose.searches(results, "bits")


def test_components_of_weight_0_have_no_influence():
    with_it = solve(decode("hills 0:1:1, 5:0.2:0; Q 1:1"))
    assert (with_it.pq, with_it.qp) == pytest.approx((0.5, 0.5))


def test_what_the_best_q_leaves_out_is_the_mass_beyond_three_standard_deviations():
    q = Step(2.5, 1.0, 0.0)
    low, high = stats.norm.cdf([-0.5, 5.5], -3, 0.8), stats.norm.cdf([-0.5, 5.5], 2.5, 1)
    beyond = 1 - 0.55 * (low[1] - low[0]) - 0.45 * (high[1] - high[0])
    assert mass_outside(TWO, q) == pytest.approx(beyond)


def test_curves_are_densities():
    results = solve(TWO)
    curves = results.curves()
    assert curves["Q"] == pytest.approx(stats.norm.pdf(curves["x"], 1.5, 1))
    assert integrate.trapezoid(curves["P"], curves["x"]) == pytest.approx(1, abs=1e-6)
    assert integrate.trapezoid(curves[REVERSE_BEST], curves["x"]) == pytest.approx(1)
    # That by KL(P‖Q) has P's own mean and variance.
    components = np.array(TWO.components).T
    mean = np.average(components[0], weights=components[2])
    variance = np.average(components[1] ** 2 + (components[0] - mean) ** 2, weights=components[2])
    best = stats.norm.pdf(curves["x"], mean, math.sqrt(variance))
    assert curves[FORWARD_BEST] == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("key", ["two", "skewed", "uniform"])
def test_the_script_prints_what_the_page_shows(key):
    fit = preset(key)
    out = subprocess.run(
        [sys.executable, "-c", script(fit, "nats")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    results = solve(fit)
    first = re.search(r"KL\(P‖Q\), step 0: .* (\S+) nats", out)
    assert float(first[1]) == pytest.approx(results.pq)
    if results.reverse is None:
        assert "KL(Q‖P) = inf for every Gaussian" in out
        return
    last = re.search(rf"KL\(Q‖P\), step {len(results.reverse.path) - 1}: .* (\S+) nats", out)
    assert float(last[1]) == pytest.approx(results.reverse.path[-1].divergence)
    ends = [float(value) for value in re.findall(r"^Normal.* (\S+) nats", out, re.MULTILINE)]
    assert ends == pytest.approx(sorted(search.path[-1].divergence for search in results.from_p))


def test_in_bits_every_number_is_divided_by_the_logarithm_of_2(capsys):
    fit = PRESETS[0].state
    nats, bits = (_printed(script(fit, unit), unit, capsys) for unit in ("nats", "bits"))
    assert bits == pytest.approx([value / math.log(2) for value in nats])


def _printed(script, unit, capsys):
    exec(compile(script, "script", "exec"), {})
    return [float(value) for value in re.findall(rf" (\S+) {unit}", capsys.readouterr().out)]
