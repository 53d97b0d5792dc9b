"""The loss page's charts: specifications that hold no data, and the tables that fill them."""

import re

import numpy as np
import pytest

from models.runs.spec import LOSSES
from pages.ui import vega
from pages.ui.loss import cliff, deadzone, frames, losscharts, results
from pages.ui.loss.presets import PRESETS
from tests.made_up import CE, KL, a_run
from tests.pages import specs

SAMPLE = next(preset.state for preset in PRESETS if preset.key == "smoothed")
PLAIN = PRESETS[0].state
COUNTS = deadzone.counts([a_run(KL), a_run(CE)])
PLACES, ALONG = cliff.along(SAMPLE)
DRAWN = {
    "distributions": (
        losscharts.distributions(5),
        frames.distributions(SAMPLE, results.solve(SAMPLE)),
    ),
    "gradients": (losscharts.gradients(5), frames.gradients(SAMPLE, results.solve(SAMPLE))),
    "moving": (losscharts.moving(5), frames.moving(SAMPLE, results.moving(SAMPLE))),
    "losses": (losscharts.losses(50), frames.losses(results.ways(SAMPLE), 0.39)),
    "paths": (losscharts.paths(50), frames.paths(SAMPLE, results.ways(SAMPLE))),
    "cliff": (losscharts.cliff("value", -20.0, 20.0), frames.cliff(PLACES, ALONG, 2.0)),
    "slopes": (losscharts.cliff("slope", -20.0, 20.0), frames.cliff(PLACES, ALONG, 2.0)),
    "dead": (losscharts.dead(25, 1.0), frames.dead(COUNTS)),
}
EACH = pytest.mark.parametrize(("spec", "data"), DRAWN.values(), ids=DRAWN)


@EACH
def test_a_specification_keeps_to_vega_lites_schema(spec, data):
    specs.assert_keeps_to_the_schema(spec)


@EACH
def test_a_specification_holds_no_data_and_leaves_the_colours_to_the_theme(spec, data):
    specs.assert_holds_no_data_and_no_colours(spec)


@EACH
def test_a_chart_draws_marks_from_its_table(spec, data):
    drawn = vega.svg(vega.board([[(data, spec)]]))
    assert drawn.count("<path") > 10


@EACH
def test_every_column_that_a_chart_reads_is_in_its_table(spec, data):
    specs.assert_reads_only_columns_of(spec, data)


def test_each_specification_is_built_once():
    assert losscharts.losses(50) is losscharts.losses(50)
    assert losscharts.cliff("value", -20.0, 20.0) is DRAWN["cliff"][0]


def test_the_curves_are_named_as_the_losses_are():
    assert [frames.KL, frames.CE] == [choice.title for choice in LOSSES.values()] == vega.LOSSES


def test_curves_that_end_together_share_a_label():
    labels = frames.losses(results.ways(PLAIN), 0.0)["label"].dropna().tolist()
    assert labels == ["KL, H(P, Q)"]
    ways = results.ways(SAMPLE)
    labels = frames.losses(ways, results.solve(SAMPLE).entropy).dropna()
    assert sorted(labels["label"]) == ["H(P, Q)", "KL, H(P, Q) − H(P)"]
    assert (labels["step"] == 50).all()


def test_many_small_classes_share_a_label_that_counts_them():
    labels = frames.paths(PLAIN, results.ways(PLAIN))["label"].dropna().tolist()
    assert labels == ["cat", "dog, frog, 2 more"]


def test_a_long_path_is_thinned_and_keeps_its_ends():
    ways = results.ways(SAMPLE.with_descent(steps=200))
    table = frames.losses(ways, 0.0)
    steps = table[table["curve"] == frames.KL]["step"]
    assert (steps.min(), steps.max(), len(steps)) == (0, 200, 61)
    assert table["value"].iloc[0] == ways[0].loss[0]


def test_the_rounding_of_nought_is_shown_as_nought():
    table = frames.moving(PLAIN, results.moving(PLAIN))
    of_cross_entropy = table[table["series"] == "H(P, Q)"]
    assert of_cross_entropy["said"].tolist() == ["0"] * 5  # Q is uniform
    assert np.isfinite(table["value"]).all()


def test_in_a_picture_beside_another_the_curves_keep_their_width():
    one = DRAWN["losses"]
    drawn = vega.svg(vega.board([[(data, spec) for spec, data in (one, DRAWN["paths"])]]))
    lines = re.findall(r'aria-roledescription="line mark"[^>]* d="([^"]+)"', drawn)
    places = [[float(x) for x in re.findall(r"[ML](-?[\d.]+),", line)] for line in lines]
    assert len(places) >= 4
    for line in places:  # all of the width but the share that is left to the labels
        assert (min(line), max(line)) == pytest.approx((0, vega.WIDTH * (1 - losscharts.LABELS)))
