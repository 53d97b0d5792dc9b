"""The page's charts: specifications that hold no data, and the tables that fill them."""

import re

import numpy as np
import pytest

from models.runs.spec import LOSSES
from pages.ui import vega
from pages.ui.loss import charts, keras_charts
from pages.ui.loss.presets import PRESETS
from pages.ui.loss.results import counts, solve
from tests.made_up import CE, KL, a_run
from tests.pages import specs

SAMPLE = next(preset.state for preset in PRESETS if preset.key == "smoothed")
PLAIN = PRESETS[0].state
CHARTS = {
    "distributions": lambda: charts.bars(solve(SAMPLE), "distributions"),
    "gradients": lambda: charts.bars(solve(SAMPLE), "gradients"),
    "moving": lambda: charts.bars(solve(SAMPLE), "moving"),
    "losses": lambda: charts.losses(solve(SAMPLE)),
    "paths": lambda: charts.paths(solve(SAMPLE)),
    "Keras's losses": lambda: (
        keras_charts.sweep_rows(solve(SAMPLE)),
        keras_charts.sweep("value"),
    ),
    "their gradients": lambda: (
        keras_charts.sweep_rows(solve(SAMPLE)),
        keras_charts.sweep("gradient"),
    ),
    "by epoch": lambda: keras_charts.by_epoch(counts([a_run(KL), a_run(CE)])),
}


@pytest.mark.parametrize("chart", CHARTS.values(), ids=CHARTS)
def test_a_specification_is_built_once_holds_no_data_and_draws_marks_from_its_table(chart):
    data, spec = chart()
    specs.assert_keeps_to_the_schema(spec)
    specs.assert_holds_no_data_and_no_colours(spec)
    specs.assert_reads_only_columns_of(spec, data)
    assert vega.svg(vega.board([[(data, spec)]])).count("<path") > 10
    assert chart()[1] is spec


def test_the_curves_are_named_as_the_losses_are():
    assert [charts.KL, charts.CE] == [choice.title for choice in LOSSES.values()] == vega.LOSSES


def test_curves_that_end_together_share_a_label():
    labels = charts.losses(solve(PLAIN))[0]["label"].dropna().tolist()
    assert labels == ["KL, H(P, Q)"]
    labels = charts.losses(solve(SAMPLE))[0].dropna()
    assert sorted(labels["label"]) == ["H(P, Q)", "KL, H(P, Q) − H(P)"]
    assert (labels["step"] == 50).all()


def test_many_small_classes_share_a_label_that_counts_them():
    labels = charts.paths(solve(PLAIN))[0]["label"].dropna().tolist()
    assert labels == ["cat", "dog, frog, 2 more"]


def test_a_long_descent_is_thinned_and_keeps_its_ends():
    results = solve(SAMPLE.with_descent(steps=200))
    table, _ = charts.losses(results)
    steps = table[table["curve"] == charts.KL]["step"]
    assert (steps.min(), steps.max(), len(steps)) == (0, 200, 61)
    assert table["value"].iloc[0] == results.paths[0].loss[0]


def test_a_rounded_0_is_shown_as_0():
    table, _ = charts.bars(solve(PLAIN), "moving")
    of_cross_entropy = table[table["series"] == "H(P, Q)"]
    assert of_cross_entropy["said"].tolist() == ["0"] * 5  # Q is uniform
    assert np.isfinite(table["value"]).all()


def test_in_a_picture_beside_another_the_curves_keep_their_width():
    results = solve(SAMPLE)
    drawn = vega.svg(vega.board([[charts.losses(results), charts.paths(results)]]))
    lines = re.findall(r'aria-roledescription="line mark"[^>]* d="([^"]+)"', drawn)
    places = [[float(x) for x in re.findall(r"[ML](-?[\d.]+),", line)] for line in lines]
    assert len(places) >= 4
    for line in places:  # all of the width but what is left to the labels
        assert (min(line), max(line)) == pytest.approx((0, vega.WIDTH * (1 - charts.LABELS)))
