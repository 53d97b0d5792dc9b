"""The charts of people beside two networks: their tables by hand, specifications and pictures."""

import math
import re

import numpy as np
import pytest

from models.evaluation.predictions import Predictions
from pages.ui import vega
from pages.ui.human_labels import charts, figures, prose
from pages.ui.human_labels.results import Results
from tests.pages import specs
from tests.pages.human_labels.votes import MANY, TWO, ballots, networks

SIZES = pytest.mark.parametrize("n", [300, charts.MOST_POINTS + 1])
CHARTS = {
    "parts": lambda: charts.parts(networks(MANY, 0.6, 0.5)),
    "points": lambda: charts.entropies(networks(MANY, 0.6, 0.5)),
    "cells": lambda: charts.entropies(networks(ballots(charts.MOST_POINTS + 1), 0.6, 0.5)),
}


def test_the_bars_are_stacked_and_end_at_the_cross_entropy():
    rows = charts.parts(networks(TWO, 0.0, 0.0))[0].set_index(["network", "part"])
    for name in prose.HEADINGS:
        # Q gives each of ten classes as much: H(P, Q) is ln 10, and H(P) on average 0.2502.
        assert rows.loc[(name, "H(P)"), ["low", "high"]].tolist() == pytest.approx(
            [0, 0.2502], abs=1e-4
        )
        assert rows.loc[(name, "KL(P‖Q)"), ["low", "high"]].tolist() == pytest.approx(
            [0.2502, math.log(10)], abs=1e-4
        )
        assert rows.loc[(name, "H(P, Q)"), "text"] == "H(P, Q) 2.303"
    # (2 − 1) / 100 for one of two images.
    assert rows["corrected"].tolist() == pytest.approx(6 * [0.2502 + 0.005], abs=1e-4)


def test_an_infinite_mean_has_no_interval_and_no_bar():
    out = Predictions.of(np.array([[1] + 9 * [0], [1] + 9 * [0]], float), np.zeros(2, np.uint8))
    both = Results.of(networks(TWO, 1.0, 0.5).votes, out, out)
    assert figures.figures(both).loc["KL(P‖Q)", "KL divergence"] == "∞"
    rows, spec = charts.parts(both)
    assert np.isfinite(rows[["low", "high", "middle", "room"]].to_numpy()).all()
    assert "∞" in vega.svg(vega.board([[(rows, spec)]]))


@SIZES
def test_every_image_is_in_the_chart_of_entropies_and_in_one_group(n):
    rows, _ = charts.entropies(networks(ballots(n), 0.6, 0.5))
    images = rows.groupby("row")["images"].sum().to_dict()
    assert images == {"image" if n <= charts.MOST_POINTS else "cell": n, "group": n}


def test_an_image_stands_at_the_entropy_of_people_and_of_kls_network():
    rows, _ = charts.entropies(networks(TWO, 0.0, 1.0))
    image = rows[rows["row"] == "image"].iloc[0]
    # By hand: 40 votes and 10 of 50; KL's network gives all ten classes the same.
    by_people = -0.8 * math.log(0.8) - 0.2 * math.log(0.2)
    assert image["people"] == pytest.approx(by_people)
    assert image["network"] == pytest.approx(math.log(10))


def test_a_cell_holds_the_images_within_it():
    both = networks(ballots(charts.MOST_POINTS + 1), 0.6, 0.5)
    rows, _ = charts.entropies(both)
    cell = rows[rows["row"] == "cell"].sort_values("images").iloc[-1]
    inside = [
        (low - 1e-9 <= values) & (values < low + charts.CELL - 1e-9)
        for low, values in ((cell["people"], both.entropy), (cell["network"], both.kl.entropy))
    ]
    assert cell["images"] == np.count_nonzero(inside[0] & inside[1]) > 1


@pytest.mark.parametrize("name", CHARTS)
def test_a_specification_holds_no_data_and_leaves_the_colours_to_the_theme(name):
    rows, spec = CHARTS[name]()
    specs.assert_keeps_to_the_schema(spec)
    specs.assert_holds_no_data_and_no_colours(spec)
    specs.assert_reads_only_columns_of(spec, rows)
    assert CHARTS[name]()[1] is spec


def test_kls_network_stands_left_in_the_first_colour_and_the_entropy_is_green():
    rows, spec = CHARTS["parts"]()
    scale = spec["layer"][1]["encoding"]["color"]["scale"]
    assert scale["domain"][:3] == [*vega.LOSSES, "H(P)"]
    svg = vega.svg(vega.board([[(rows, spec)]]))
    names = [svg.index(f">{name}</text>") for name in prose.HEADINGS]
    assert names == sorted(names)
    fills = re.findall(r'aria-roledescription="bar"[^>]*fill="(#\w+)"', svg)
    blue, orange, green, _ = vega.EXPORT_COLOURS
    assert sorted(fills) == sorted([green, blue, green, orange])


@SIZES
def test_the_picture_of_entropies_has_every_point_or_cell(n):
    rows, spec = charts.entropies(networks(ballots(n), 0.6, 0.5))
    svg = vega.svg(vega.board([[(rows, spec)]]))
    assert "NaN" not in svg
    shape, kinds = ("symbol", ["image", "group"]) if n == 300 else ("rect", ["cell"])
    layers = re.findall(rf'<g class="mark-{shape} role-mark[^>]*>(.*?)</g>', svg)
    marks = sum(layer.count("<path") for layer in layers)
    assert marks == np.count_nonzero(rows["row"].isin(kinds))
