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
from pages.ui.fitting.results import left_out, same, script, solve
from pages.ui.fitting.state import BINS, CENTRES, Fit, Gaussian, Hill, decode

ROOT = Path(__file__).resolve().parents[3]
TWO = Fit((Hill(-3, 0.8, 0.55), Hill(2.5, 1, 0.45)), (), Gaussian(1.5, 1))


def preset(key: str) -> Fit:
    return next(preset.state for preset in PRESETS if preset.key == key)


def quadrature(fit: Fit) -> tuple[float, float]:
    """Both divergences by SciPy, of P's and Q's densities."""
    total = sum(hill.weight for hill in fit.hills)

    def log_p(x: float) -> float:
        terms = [
            math.log(hill.weight / total) + stats.norm.logpdf(x, hill.mean, hill.std)
            for hill in fit.hills
        ]
        return float(np.logaddexp.reduce(terms))

    def log_q(x: float) -> float:
        return float(stats.norm.logpdf(x, *fit.q))

    marks = sorted(hill.mean for hill in fit.hills)
    options = {"points": [*marks, fit.q.mean], "limit": 500, "epsabs": 1e-11}
    pq = integrate.quad(lambda x: math.exp(log_p(x)) * (log_p(x) - log_q(x)), -30, 30, **options)
    qp = integrate.quad(lambda x: math.exp(log_q(x)) * (log_q(x) - log_p(x)), -30, 30, **options)
    return pq[0], qp[0]


@pytest.mark.parametrize("fit", [TWO, preset("uneven"), preset("three"), preset("one")])
def test_both_divergences_of_a_mixture_are_those_of_quadrature(fit):
    results = solve(fit)
    assert (results.pq, results.qp) == pytest.approx(quadrature(fit), rel=1e-7)


def test_two_gaussians_have_the_textbooks_divergences():
    results = solve(Fit((Hill(1, 2, 1),), (), Gaussian(3, 1)))
    # ln(σ₂/σ₁) + (σ₁² + d²)/(2σ₂²) − ½, one way and the other.
    assert results.pq == pytest.approx(-math.log(2) + (4 + 4) / 2 - 0.5)
    assert results.qp == pytest.approx(math.log(2) + (1 + 4) / 8 - 0.5)


def test_a_heaps_divergences_are_sums_over_its_bins():
    fit = preset("heap")
    p, x = np.array(fit.bins) / sum(fit.bins), np.array(CENTRES)
    q = stats.norm.pdf(x, *fit.q)
    results = solve(fit)
    assert results.pq == pytest.approx(np.sum(p * np.log(p / 0.5 / q)))
    # Q cut off at the grid's ends and normalised over its points.
    assert results.qp == pytest.approx(stats.entropy(q / q.sum(), p))


def test_the_best_q_of_the_first_direction_has_the_truths_mean_and_variance():
    mean = 0.55 * -3 + 0.45 * 2.5
    variance = 0.55 * (0.64 + (-3 - mean) ** 2) + 0.45 * (1 + (2.5 - mean) ** 2)
    best = solve(TWO).covering[-1]
    assert (best.mean, best.std) == pytest.approx((mean, math.sqrt(variance)))


def test_a_search_goes_down_from_the_hand_placed_q_to_a_lowest_point():
    results = solve(TWO)
    assert (results.seeking.path[0].mean, results.seeking.path[0].std) == TWO.q
    prices = [step.divergence for step in results.seeking.path]
    assert prices == sorted(prices, reverse=True)
    for mean, std in ((0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01)):
        end = results.seeking.path[-1]
        beside = Fit(TWO.hills, (), Gaussian(end.mean + mean, end.std + std))
        assert quadrature(beside)[1] > end.divergence


def test_two_starts_end_at_two_ends_and_both_are_listed():
    right = solve(TWO)
    left = solve(Fit(TWO.hills, (), Gaussian(-2.5, 1)))
    assert right.seeking.path[-1].mean == pytest.approx(2.5, abs=0.1)
    assert left.seeking.path[-1].mean == pytest.approx(-3, abs=0.1)
    assert right.ends[0].divergence == pytest.approx(left.seeking.path[-1].divergence)
    assert [end.divergence for end in right.ends] == sorted(end.divergence for end in right.ends)
    for end in (left.seeking.path[-1], right.seeking.path[-1]):
        assert sum(same(end, other) for other in right.ends) == 1


def test_an_empty_bin_makes_the_second_direction_infinite():
    results = solve(preset("box"))
    assert results.qp == math.inf
    assert results.seeking is None
    assert results.ends == ()
    assert "∞ for every Gaussian" in prose.seeks(results, "bits")
    assert math.isfinite(solve(preset("box").with_a_little()).qp)


def test_where_p_is_a_gaussian_both_directions_agree_on_it():
    results = solve(preset("one"))
    (only,) = results.ends
    assert only.divergence == results.covering[-1].divergence == 0
    assert (only.mean, only.std) == pytest.approx((1, 1.5))
    assert "both directions agree" in prose.seeks(results, "bits")


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
        assert prose.seeks(results, "bits")
        assert prose.starts(results, "bits")


def test_hills_of_no_weight_play_no_part():
    with_it = solve(decode("hills 0:1:1, 5:0.2:0; Q 1:1"))
    assert (with_it.pq, with_it.qp) == pytest.approx((0.5, 0.5))


def test_what_the_best_q_leaves_out_is_the_mass_beyond_three_standard_deviations():
    q = Step(2.5, 1.0, 0.0)
    low, high = stats.norm.cdf([-0.5, 5.5], -3, 0.8), stats.norm.cdf([-0.5, 5.5], 2.5, 1)
    beyond = 1 - 0.55 * (low[1] - low[0]) - 0.45 * (high[1] - high[0])
    assert left_out(TWO, q) == pytest.approx(beyond)


def test_curves_are_densities():
    results = solve(TWO)
    curves = results.curves()
    assert curves["Q"] == pytest.approx(stats.norm.pdf(curves["x"], 1.5, 1))
    assert integrate.trapezoid(curves["P"], curves["x"]) == pytest.approx(1, abs=1e-6)
    assert integrate.trapezoid(curves["best Q by KL(Q‖P)"], curves["x"]) == pytest.approx(1)
    # That by KL(P‖Q) has P's own mean and variance.
    hills = np.array(TWO.hills).T
    mean = np.average(hills[0], weights=hills[2])
    variance = np.average(hills[1] ** 2 + (hills[0] - mean) ** 2, weights=hills[2])
    best = stats.norm.pdf(curves["x"], mean, math.sqrt(variance))
    assert curves["best Q by KL(P‖Q)"] == pytest.approx(best, abs=1e-9)


@pytest.mark.parametrize("key", ["two", "heap", "box"])
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
    if results.seeking is None:
        assert "KL(Q‖P) = inf for every Gaussian" in out
        return
    last = re.search(rf"KL\(Q‖P\), step {len(results.seeking.path) - 1}: .* (\S+) nats", out)
    assert float(last[1]) == pytest.approx(results.seeking.path[-1].divergence)
    ends = [float(value) for value in re.findall(r"^Normal.* (\S+) nats", out, re.MULTILINE)]
    assert ends == pytest.approx(sorted(search.path[-1].divergence for search in results.others))


def test_in_bits_every_number_is_divided_by_the_logarithm_of_2(capsys):
    fit = PRESETS[0].state
    nats, bits = (_printed(script(fit, unit), unit, capsys) for unit in ("nats", "bits"))
    assert bits == pytest.approx([value / math.log(2) for value in nats])


def _printed(script, unit, capsys):
    exec(compile(script, "script", "exec"), {})
    return [float(value) for value in re.findall(rf" (\S+) {unit}", capsys.readouterr().out)]
