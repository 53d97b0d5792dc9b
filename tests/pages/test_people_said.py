"""Figures, sentences and charts of people beside two nets, on votes that nobody gave."""

import math
import re

import altair as alt
import numpy as np
import pytest

from models.data.cifar10h import Votes
from models.evaluation.predictions import Predictions
from pages.ui import vega as drawing
from pages.ui.predictions.people import alt_text, charts, frames, prose
from pages.ui.predictions.people.results import Apart, Results
from tests.pages import specs

SPECS = {
    "parts": charts.parts(),
    "points": charts.doubts(False, frames.CELL),
    "cells": charts.doubts(True, frames.CELL),
}
EACH = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)


def nets(votes, *shares, labels=None):
    """Two nets that mix the votes' shares with the same for all, by these weights."""
    counts = np.asarray(votes)
    p = counts / counts.sum(axis=1, keepdims=True)
    k = counts.shape[1]
    labels = np.zeros(len(p), np.uint8) if labels is None else labels
    return Results.of(Votes(counts), *(Predictions.of(w * p + (1 - w) / k, labels) for w in shares))


def ballots(n, seed=0):
    rng = np.random.default_rng(seed)
    return np.array([rng.multinomial(50, row) for row in rng.dirichlet(np.full(10, 0.3), n)])


MANY = ballots(300)
TWO = [[40, 10] + 8 * [0], [50] + 9 * [0]]  # H(P) of 0.2 and 0.8: 0.5004 nats; and 0


def test_the_bars_are_stacked_and_end_at_the_cross_entropy():
    rows = frames.parts(nets(TWO, 0.0, 0.0)).set_index(["net", "part"])
    for name in prose.HEADINGS:
        # Q gives each of ten classes as much: H(P, Q) is ln 10, and H(P) on average 0.2502.
        assert rows.loc[(name, "H(P)"), ["low", "high"]].tolist() == pytest.approx(
            [0, 0.2502], abs=1e-4
        )
        assert rows.loc[(name, "KL(P‖Q)"), ["low", "high"]].tolist() == pytest.approx(
            [0.2502, math.log(10)], abs=1e-4
        )
        assert rows.loc[(name, "H(P, Q)"), "said"] == "H(P, Q) 2.303"
    # (2 − 1) / 100 for one of two images.
    assert rows["corrected"].tolist() == pytest.approx(6 * [0.2502 + 0.005], abs=1e-4)


def test_the_table_holds_both_parts_their_sum_and_the_correction_with_intervals():
    table = frames.figures(nets(TWO, 0.0, 0.0))
    assert list(table.columns) == list(prose.HEADINGS)
    first = table[prose.HEADINGS[0]]
    values = [float(re.match(r"\*\*([\d.]+)\*\*", said)[1]) for said in first]
    assert values == pytest.approx([0.2502, 2.0524, 2.303, 0.2552, 2.0474], abs=6e-4)
    # The sums are equal, so their interval is a point.
    assert first["H(P, Q), their sum"] == "**2.303** [2.303,\N{NO-BREAK SPACE}2.303]"


def test_an_infinite_mean_has_no_interval_and_no_bar():
    found = nets(TWO, 1.0, 0.5)
    out = Predictions.of(np.array([[1] + 9 * [0], [1] + 9 * [0]], float), found.labels)
    found = Results.of(found.votes, out, out)
    assert frames.figures(found).loc["KL(P‖Q)", "KL’s net"] == "∞"
    rows = frames.parts(found)
    assert np.isfinite(rows[["low", "high", "middle", "room"]].to_numpy()).all()
    assert "∞" in drawing.svg(drawing.board([[(rows, charts.parts())]]))


@pytest.mark.parametrize("n", [300, frames.MOST_POINTS + 1])
def test_every_image_is_in_the_chart_of_doubts_and_in_one_group(n):
    found = nets(ballots(n), 0.6, 0.5)
    rows = frames.doubts(found)
    images = rows.groupby("row")["images"].sum().to_dict()
    assert images == {"image" if n <= frames.MOST_POINTS else "cell": n, "group": n}


def test_an_image_stands_at_the_entropy_of_people_and_of_kls_net():
    rows = frames.doubts(nets(TWO, 0.0, 1.0))
    image = rows[rows["row"] == "image"].iloc[0]
    # By hand: 40 votes and 10 of 50; KL's net gives all ten classes the same.
    by_people = -0.8 * math.log(0.8) - 0.2 * math.log(0.2)
    assert image["people"] == pytest.approx(by_people)
    assert image["net"] == pytest.approx(math.log(10))


def test_a_cell_holds_the_images_within_it():
    found = nets(ballots(frames.MOST_POINTS + 1), 0.6, 0.5)
    rows = frames.doubts(found)
    cell = rows[rows["row"] == "cell"].sort_values("images").iloc[-1]
    inside = [
        (low - 1e-9 <= values) & (values < low + frames.CELL - 1e-9)
        for low, values in ((cell["people"], found.entropy), (cell["net"], found.kl.entropy))
    ]
    assert cell["images"] == np.count_nonzero(inside[0] & inside[1]) > 1


def test_those_on_which_all_agree_are_a_group_of_their_own():
    groups = frames.groups(nets([*TWO, *TWO, *ballots(30)], 0.6, 0.5))
    assert groups.loc[0, ["people", "images"]].tolist() == [0, 2]
    assert (groups["people"][1:] > 0).all()
    alone = frames.groups(nets([TWO[1]] * 3, 0.6, 0.5))
    assert alone[["people", "images"]].to_numpy().tolist() == [[0, 3]]


def test_the_file_for_each_image_holds_figures_and_no_votes():
    table = frames.values(nets(TWO, 0.6, 0.5))
    assert table.columns.tolist() == [
        "number",
        "label",
        "people_entropy",
        "people_entropy_corrected",
        "kl_divergence_net_kl",
        "kl_divergence_net_cross_entropy",
        "categorical_crossentropy_net_kl",
        "categorical_crossentropy_net_cross_entropy",
    ]
    assert table.loc[0, "people_entropy"] == pytest.approx(0.5004, abs=1e-4)


@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ((0.9, 0.5), "**Nearer to people is :blue[KL’s net].**"),
        ((0.5, 0.9), "**Nearer to people is :orange[cross-entropy’s net].**"),
        ((0.5, 0.5), "**Neither net is shown to be nearer to people.**"),
    ],
)
def test_which_net_is_nearer_follows_from_the_interval(shares, verdict):
    found = nets(MANY, *shares)
    said = prose.paired(found)
    assert said.startswith(verdict)
    low, high = found.difference.interval
    assert (low <= 0 <= high) == ("holds 0" in said) != ("leaves out 0" in said)
    assert "the same 300 photographs" in said


def test_with_an_infinite_one_no_difference_is_told_but_of_how_many():
    votes = nets(TWO, 0.5, 0.5).votes
    out = Predictions.of(np.array([[1] + 9 * [0]] * 2, float), np.zeros(2, np.uint8))
    fine = Predictions.of(np.full((2, 10), 0.1), np.zeros(2, np.uint8))
    said = prose.paired(Results.of(votes, fine, out))
    assert said.startswith("**No mean difference.**")
    assert "∞ of :orange[cross-entropy’s net] for 1 of 2 photographs" in said


def test_whether_the_net_doubts_with_people_follows_from_the_interval():
    assert "tends to doubt more.**" in prose.doubts(nets(MANY, 0.9, 0.5))
    found = nets(MANY, 0.9, 0.5)
    order, doubt = np.argsort(found.entropy), np.sort(found.kl.entropy)
    for values, said in ((doubt[::-1], "doubt less.**"), (_shuffled(doubt), "**No common order")):
        turned = np.empty_like(doubt)
        turned[order] = values
        net = type(found.kl)(**{**vars(found.kl), "entropy": turned})
        other = Results(**{**vars(found), "kl": net})
        assert said in prose.doubts(other)
    assert prose.doubts(nets([TWO[1]] * 5, 0.5, 0.5)).startswith("No order can be compared")


def _shuffled(values):
    return np.random.default_rng(5).permutation(values)


def test_the_sentence_on_few_votes_tells_both_parts_before_and_after():
    said = prose.bias(nets(TWO, 0.0, 0.0))
    assert "only about 50 votes" in said
    assert "takes part of that away" in said
    assert "H(P) rises from 0.2502 to 0.2552 nats" in said
    assert "from 2.052 to 2.047 (KL’s net) and from 2.052 to 2.047 (cross-entropy’s net)" in said


def test_a_card_says_what_most_people_chose_and_ties_name_all():
    found = nets([[25, 25] + 8 * [0], TWO[0]], 0.5, 0.5, labels=np.array([1, 3], np.uint8))
    percent = "50.0\N{NO-BREAK SPACE}% each"
    assert f"People: airplane and automobile, {percent}" in alt_text.card(found, 0, "people", None)
    card = alt_text.card(found, 1, "part", None)
    assert card.startswith("**Number 1**, labelled **cat**")
    assert "People: airplane, 80.0\N{NO-BREAK SPACE}%" in card
    assert f"KL(people‖net) = {found.kl.kl[1]:.4f}"[:22] in card
    apart = Apart(np.array([0.25, 0.5]), 4)
    assert "Nets apart: 0.5 nats" in alt_text.card(found, 1, "nets", apart)
    assert alt_text.picture(found, 1) == "Test photograph number 1, labelled cat"


def test_the_ranking_by_nets_says_how_many_there_are():
    assert "all 6 recorded nets" in prose.ranked("nets", Apart(np.zeros(1), 6))
    assert "none disagree" in prose.ranked("nets", Apart(np.zeros(1), 1))


@EACH
def test_a_specification_keeps_to_vega_lites_schema(spec):
    specs.assert_keeps_to_the_schema(spec)


@EACH
def test_a_specification_holds_no_data_and_leaves_the_colours_to_the_theme(spec):
    specs.assert_holds_no_data_and_no_colours(spec)


def test_kls_net_stands_left_in_the_first_colour_and_the_entropy_is_green():
    scale = alt.LayerChart.from_dict(SPECS["parts"]).to_dict()["layer"][1]["encoding"]["color"]
    assert scale["scale"]["domain"][:3] == [*drawing.LOSSES, "H(P)"]
    rows = frames.parts(nets(MANY, 0.6, 0.5))
    svg = drawing.svg(drawing.board([[(rows, SPECS["parts"])]]))
    names = [svg.index(f">{name}</text>") for name in prose.HEADINGS]
    assert names == sorted(names)
    fills = re.findall(r'aria-roledescription="bar"[^>]*fill="(#\w+)"', svg)
    blue, orange, green, _ = drawing.EXPORT_COLOURS
    assert sorted(fills) == sorted([green, blue, green, orange])


@pytest.mark.parametrize("n", [300, frames.MOST_POINTS + 1])
def test_the_picture_of_doubts_has_every_point_or_cell(n):
    found = nets(ballots(n), 0.6, 0.5)
    rows, cells = frames.doubts(found), n > frames.MOST_POINTS
    svg = drawing.svg(drawing.board([[(rows, charts.doubts(cells, frames.CELL))]]))
    assert "NaN" not in svg
    shape = "rect" if cells else "symbol"
    layers = re.findall(rf'<g class="mark-{shape} role-mark[^>]*>(.*?)</g>', svg)
    marks = sum(layer.count("<path") for layer in layers)
    drawn = rows["row"].isin(["cell"] if cells else ["image", "group"])
    assert marks == np.count_nonzero(drawn)


def test_what_the_charts_show_is_told_in_numbers():
    found = nets(TWO, 0.0, 0.0)
    assert "cross-entropy of KL’s net 2.303 nats, made of H(P) = 0.2502" in alt_text.parts(found)
    said = alt_text.doubts(found, frames.groups(found))
    assert "mean H(Q) 2.303 where H(P) is about 0.5004 (n = 1)" in said
