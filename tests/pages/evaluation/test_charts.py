"""The charts of networks: their tables counted by hand, specifications and pictures."""

import json
import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from models.evaluation.predictions import Predictions
from pages.ui import vega
from pages.ui.evaluation import charts, encodings, paircharts
from pages.ui.evaluation.results import ROWS, Evaluation, PairedEvaluation
from pages.ui.vega import EXPORT_COLOURS, LOSSES
from tests.pages import specs
from tests.pages.evaluation.evaluated import BOTH, PAIRS, with_losses


def network(seed, right):
    """It is correct for most images, and more or less confident of each."""
    rng = np.random.default_rng(seed)
    labels = np.arange(400) % 10
    logits = rng.normal(size=(400, 10)) * 2
    logits[np.arange(400), labels] += np.where(rng.random(400) < right, rng.gamma(2, 3, 400), 0)
    return Evaluation.of(Predictions(logits, labels.astype(np.uint8)))


@cache
def many():
    return PairedEvaluation(network(1, 0.8), network(2, 0.7))


CHARTS = {
    "reliability": lambda: charts.reliability(many()),
    "losses": lambda: charts.losses(many()),
    "classes": lambda: charts.classes(many()),
    "confusion": lambda: charts.confusion(many(), 0),
    "confusion of the other": lambda: charts.confusion(many(), 1),
    "same": lambda: paircharts.pairs(PAIRS, "same"),
    "js": lambda: paircharts.pairs(PAIRS, "js"),
}
EACH = pytest.mark.parametrize("name", CHARTS)


def spec(name):
    return CHARTS[name]()[1]


@EACH
def test_a_specification_holds_no_data_and_leaves_the_colours_to_the_theme(name):
    specs.assert_keeps_to_the_schema(spec(name))
    specs.assert_holds_no_data_and_no_colours(spec(name))
    specs.assert_reads_only_columns_of(*reversed(CHARTS[name]()))


@EACH
def test_each_specification_is_built_once(name):
    assert spec(name) is spec(name)


def test_empty_bins_are_left_out():
    rows = charts.reliability(BOTH)[0]
    assert rows["network"].tolist() == LOSSES
    assert rows["bin"].tolist() == ["70 to 80 %", "40 to 50 %"]
    assert rows["confidence"].tolist() == pytest.approx([0.8, 0.45])
    assert rows["accuracy"].tolist() == pytest.approx([2 / 3, 2 / 3])
    assert rows["n"].tolist() == [6, 6]


def test_each_image_lies_in_one_bin_of_kl_the_first_and_the_last_of_which_have_no_end():
    nats = [0, 0.0004, 0.0011, 0.05, 1.1, 1.7, 20, 400, math.inf, 0.3]
    rows, _ = charts.losses(PairedEvaluation(with_losses(*nats), with_losses(*10 * [1.2])))
    kl = rows[(rows["network"] == LOSSES[0]) & (rows["bin"] != "")]
    held = dict(zip(kl["bin"], kl["fraction"], strict=True))
    assert {name: part for name, part in held.items() if part} == {
        "below 0.001": 0.2,
        "0.001 to 0.001778": 0.1,
        "0.03162 to 0.05623": 0.1,
        "0.1778 to 0.3162": 0.1,
        "1 to 1.778": 0.2,
        "17.78 and more": 0.3,
    }
    assert kl["fraction"].sum() == pytest.approx(1)
    other = rows[(rows["network"] == LOSSES[1]) & (rows["fraction"] > 0)]
    assert other["bin"].tolist() == ["1 to 1.778"]


def test_bins_of_kl_are_equally_wide_on_the_logarithmic_axis_and_meet():
    rows = charts.losses(BOTH)[0]
    kl = rows[(rows["network"] == LOSSES[0]) & (rows["bin"] != "")]
    assert np.diff(np.log10(kl["start"])) == pytest.approx(0.25)
    assert kl["end"].tolist()[:-1] == pytest.approx(kl["start"].tolist()[1:])
    last = rows[rows["network"] == LOSSES[0]].iloc[-1]
    assert (last["bin"], last["start"]) == ("", kl["end"].iloc[-1])


def test_tooltips_of_a_bin_have_the_fractions_of_both_networks():
    rows = charts.losses(BOTH)[0]
    for name, column in zip(LOSSES, ("kl", "ce"), strict=True):
        own = rows[(rows["network"] == name) & (rows["bin"] != "")]
        assert own["fraction"].tolist() == own[column].tolist()


def test_classes_come_by_the_falling_accuracy_of_kls_network_and_those_without_images_not():
    rows = charts.classes(BOTH)[0]
    assert rows["class"].tolist() == ["dog", "dog", "cat", "cat", "bird", "bird"]
    assert rows["network"].tolist() == 3 * LOSSES
    assert rows["accuracy"].tolist() == pytest.approx([1, 0, 2 / 3, 1, 0, 1])
    assert rows["n"].tolist() == [2, 2, 3, 3, 1, 1]


@pytest.mark.parametrize(
    ("wrong", "least"),
    # Of 300 of 1,000 wrong, the interval of the accuracy begins at 0.671; of none right, at 0.
    [(300, 0.6), (1000, 0)],
)
def test_the_axis_of_the_classes_begins_at_a_tenth_below_all_intervals(wrong, least):
    labels = np.zeros(1000, np.uint8)
    q = np.where(np.arange(1000)[:, None] < wrong, np.eye(10)[1], np.eye(10)[0])
    one = Evaluation.of(Predictions.of(q, labels))
    _, drawn = charts.classes(PairedEvaluation(one, one))
    assert {tuple(scale["domain"]) for scale in scales(drawn, "x")} == {(least, 1)}


def test_the_confusion_matrix_has_the_fractions_of_each_row():
    rows = charts.confusion(BOTH, 0)[0].set_index(["true", "predicted"])
    assert rows.loc[("cat", "dog")].tolist() == [1, pytest.approx(1 / 3), 3]
    assert rows.loc[("bird", "cat")].tolist() == [1, 1, 1]
    assert rows.loc[("ship", "ship")].tolist() == [0, 0, 0]
    assert (len(rows), rows["images"].sum()) == (100, 6)


def test_pairs_come_with_their_seeds_and_each_kind_with_its_mean():
    rows = paircharts.pairs(PAIRS, "same")[0]
    assert rows["row"].unique().tolist() == list(ROWS)
    assert rows["networks"].tolist()[:4] == [
        "seed 1",
        "seed 2",
        "mean of 2",
        "KL divergence, seeds 1 and 2",
    ]
    assert rows["networks"].tolist()[-3:-1] == [
        "KL divergence, seed 1",
        "Categorical cross-entropy, seed 1",
    ]
    mean = rows[rows["kind"] == "mean"].iloc[0]
    assert (mean["same"], mean["js"]) == (pytest.approx(0.87), pytest.approx(0.025))


def scales(spec, channel):
    each = [layer["encoding"].get(channel, {}).get("scale") for layer in spec["layer"]]
    return [scale for scale in each if scale]


@EACH
def test_kls_colour_is_the_themes_first_and_what_has_no_network_is_grey_its_fourth(name):
    colours = scales(spec(name), "color")
    assert colours
    for scale in colours:
        assert scale["domain"][:2] == LOSSES
        assert scale["domain"][2:] in ([], ["entropy", encodings.MIXED])


@pytest.mark.parametrize(
    ("channel", "first", "second"), [("shape", "circle", "square"), ("strokeDash", [1, 0], [6, 4])]
)
def test_the_networks_are_told_apart_without_colour_too(channel, first, second):
    those = [scale for name in CHARTS for scale in scales(spec(name), channel)]
    assert len(those) >= 2
    for scale in those:
        assert (scale["domain"][:2], scale["range"][:2]) == (LOSSES, [first, second])


@pytest.mark.parametrize("name", ["reliability", "classes"])
def test_the_ends_of_intervals_lie_within_the_named_axis(name):
    (axis,) = {"reliability": "y", "classes": "x"}[name]
    rows, drawn = CHARTS[name]()
    least = {"reliability": 0, "classes": math.floor(10 * rows["low"].min()) / 10}[name]
    assert len(scales(drawn, axis)) >= 3
    assert all(scale["domain"] == [least, 1] for scale in scales(drawn, axis))


def picture(name):
    return vega.svg(vega.board([[CHARTS[name]()]]))


def drawn_in(svg, kind, colour):
    """How many marks of one kind and colour a picture has."""
    return sum(
        f'aria-roledescription="{kind}"' in element and colour in element
        for element in (path.split(">")[0] for path in svg.split("<path"))
    )


@EACH
def test_a_picture_draws_all_that_is_a_number(name):
    svg = picture(name)
    assert "NaN" not in svg
    assert spec(name)["title"] in svg


@pytest.mark.parametrize("name", ["reliability", "losses", "classes"])
def test_both_networks_are_named_in_their_colours_in_the_picture(name):
    svg = picture(name)
    for text, colour in zip(encodings.KEY.values(), EXPORT_COLOURS, strict=False):
        (element,) = [part for part in svg.split("<text")[1:] if f">{text}<" in part]
        assert colour in element


@pytest.mark.parametrize("name", ["reliability", "classes"])
def test_each_row_is_a_point_in_its_networks_colour(name):
    rows, svg = CHARTS[name]()[0], picture(name)
    for loss, colour in zip(LOSSES, EXPORT_COLOURS, strict=False):
        assert drawn_in(svg, "point", colour) == (rows["network"] == loss).sum()


def test_pairs_have_the_colour_of_their_loss_or_grey_and_each_kind_has_one_tick():
    svg = picture("same")
    blue, orange, _, grey = EXPORT_COLOURS
    # Rounding: a pair of each loss, and a grey tick.
    for colour, points, ticks in ((grey, 2, 2), (blue, 1 + 1, 1), (orange, 1 + 1, 1)):
        assert (drawn_in(svg, "point", colour), drawn_in(svg, "tick", colour)) == (points, ticks)


def test_without_a_control_there_is_no_row_for_it():
    rows, drawn = paircharts.pairs(replace(PAIRS, rounding=()), "same")
    assert rows["row"].unique().tolist() == list(ROWS[:3])
    assert ROWS[3] not in vega.svg(vega.board([[(rows, drawn)]]))


def test_every_cell_of_the_confusion_has_its_count_in_the_texts_own_colour():
    svg = picture("confusion")
    cells = [part for part in svg.split("<text")[1:] if 'fill="currentColor"' in part]
    counts = sorted(int(part.split(">")[1].split("<")[0]) for part in cells)
    assert counts == sorted(many().kl.confusion.ravel().tolist())


def luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return np.dot([0.2126, 0.7152, 0.0722], linear)


@pytest.mark.parametrize(
    ("ground", "text", "colours"),
    [("FFFFFF", "0E1116", ("0072B2", "B84A00")), ("14161A", "E8EAED", ("56B4E9", "F0A050"))],
    ids=["light", "dark"],
)
def test_a_count_is_read_on_the_darkest_cell_in_either_theme(ground, text, colours):
    rgb = {name: np.array(list(bytes.fromhex(name))) / 255 for name in (ground, text, *colours)}
    for colour in colours:
        cell = charts.DARKEST * rgb[colour] + (1 - charts.DARKEST) * rgb[ground]
        lights = sorted(luminance(c) + 0.05 for c in (cell, rgb[text]))
        assert lights[1] / lights[0] >= 4.5  # WCAG 2.2, 1.4.3


def test_the_axis_of_kl_holds_every_bin_and_is_logarithmic():
    those = scales(spec("losses"), "x")
    assert len(those) >= 4
    for scale in those:
        assert scale["domain"] == [charts.FIRST, charts.LAST]
        assert scale["type"] == "log"
    assert math.isclose(charts.FIRST, 0.001 / 10**0.25)
    assert "nats" in json.dumps(spec("losses")["layer"][0]["encoding"]["x"]["title"])
