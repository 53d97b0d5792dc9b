"""The picture of a fit that leaves the page, by its pixels and its SVG."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from pages.ui import vega
from pages.ui.fitting import charts
from pages.ui.fitting.presets import PRESETS
from pages.ui.fitting.results import MEANS, REVERSE_BEST, STDS, solve
from pages.ui.fitting.state import Component, Fit, Gaussian
from pages.ui.vega import EXPORT_COLOURS

MIXTURE = Fit((Component(-3, 0.8, 0.55), Component(2.5, 1, 0.45)), (), Gaussian(1.5, 1))
SKEWED = next(preset.state for preset in PRESETS if preset.state.bins)
WITH_EMPTY_BIN = SKEWED.with_bin(0, 0.0)


@pytest.mark.parametrize("fit", [MIXTURE, SKEWED], ids=["mixture", "skewed"])
def test_a_map_has_the_divergences_that_are_found_for_each_gaussian(fit):
    solved = solve(fit)
    pq, qp = solved.divergences("pq"), solved.divergences("qp")
    for row, column in ((12, 30), (30, 64), (40, 100), (64, 0)):
        q = Gaussian(float(MEANS[column]), float(STDS[row]))
        one = solve(Fit(fit.components, fit.bins, q))
        assert pq[row, column] == pytest.approx(one.pq, rel=1e-9)
        assert qp[row, column] == pytest.approx(one.qp, rel=2e-3)


def test_a_map_is_painted_with_the_strongest_tone_where_the_divergence_is_least():
    values = solve(MIXTURE).divergences("pq")
    address = charts.painted(charts.ranks(values, 1.0), EXPORT_COLOURS[0], (840, 600))
    content = base64.b64decode(address.removeprefix("data:image/png;base64,"))
    seen = np.asarray(Image.open(io.BytesIO(content))).astype(int)
    assert seen.shape == (600, 840, 3)
    row, column = np.unravel_index(values.argmin(), values.shape)
    # The map's lowest row is the narrowest Gaussian; the picture's lowest is its last.
    y, x = round(599 * (1 - row / 64)), round(839 * column / 128)
    assert seen[y, x].sum() <= np.percentile(seen.sum(axis=2), 5)
    assert seen[-1, 0].sum() > 700  # far from P and narrow: nearly white


def test_a_level_is_written_where_the_divergence_is_that_number_of_the_unit():
    values = solve(MIXTURE).divergences("pq")
    for nats in (1.0, np.log(2)):
        written = charts.level_labels(charts.ranks(values, nats))
        assert len(written) >= 4
        for text, column, row in written:
            there = values[round(row) - 1 : round(row) + 2, round(column) - 1 : round(column) + 2]
            assert there.min() <= float(text) * nats <= there.max()


def test_the_picture_of_a_fit_has_the_densities_and_both_maps():
    drawn = vega.svg(charts.picture(solve(MIXTURE), "bits", 2))
    assert drawn.count("<image") == 2
    for text in (REVERSE_BEST, "Forward KL, KL(P‖Q), for every Gaussian Q, bits", "mean of Q"):
        assert text in drawn


def test_where_a_divergence_is_infinite_everywhere_the_picture_says_so():
    drawn = vega.svg(charts.picture(solve(WITH_EMPTY_BIN), "nats", None))
    assert drawn.count("<image") == 1
    assert charts.INFINITE in drawn
