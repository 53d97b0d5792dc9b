"""The comparison's charts: specifications that hold no data, and the pictures made of them."""

import json
import re

import pytest

from models.runs.spec import LOSSES
from pages.ui import vega
from pages.ui.comparison import bandcharts, frames, groups
from pages.ui.comparison.frames import View
from tests.made_up import CE, KL, a_run, like_real
from tests.pages import specs

SPECS = {
    "bands": bandcharts.bands("loss", "training", "epoch", 25.0, False, 2),
    "log": bandcharts.bands("loss", "validation", "epoch", 25.0, True, 17),
    "seconds": bandcharts.bands("accuracy", "validation", "seconds", 362.5, False, 2),
    "one epoch": bandcharts.bands("accuracy", "training", "epoch", 1.0, False, 2),
    "forest": bandcharts.forest(1.0, 1.5, 12),
    "partings": bandcharts.partings(25, 0.001),
}
EACH = pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)


@EACH
def test_a_specification_keeps_to_vega_lites_schema(spec):
    specs.assert_keeps_to_the_schema(spec)


@EACH
def test_a_specification_holds_no_data_and_leaves_the_colours_to_the_theme(spec):
    specs.assert_holds_no_data_and_no_colours(spec)


def test_each_specification_is_built_once():
    assert bandcharts.bands("loss", "training", "epoch", 25.0, False, 2) is SPECS["bands"]
    assert bandcharts.forest(1.0, 1.5, 12) is SPECS["forest"]
    assert bandcharts.partings(25, 0.001) is SPECS["partings"]


def scales(spec, channel):
    found = [layer["encoding"].get(channel, {}).get("scale") for layer in spec["layer"]]
    return [scale for scale in found if scale]


def test_the_first_loss_has_the_first_colour_the_round_points_and_the_whole_line():
    titles = [choice.title for choice in LOSSES.values()]
    for channel, first, second in (
        ("shape", "circle", "square"),
        ("strokeDash", [1, 0], [6, 4]),
    ):
        for scale in scales(SPECS["bands"], channel):
            assert (scale["domain"], scale["range"]) == (titles, [first, second])
    assert {tuple(scale["domain"]) for scale in scales(SPECS["bands"], "color")} == {tuple(titles)}


@pytest.mark.parametrize(("name", "kind"), [("bands", None), ("log", "log")])
def test_only_the_logarithmic_loss_has_a_logarithmic_axis(name, kind):
    kinds = {scale.get("type") for scale in scales(SPECS[name], "y")}
    assert kinds == {kind}


def test_the_epochs_axis_ends_with_the_last_epoch_and_seconds_begin_with_nought():
    epochs = SPECS["bands"]["layer"][0]["encoding"]["x"]
    assert epochs["axis"]["values"] == [1, 5, 10, 15, 20, 25]
    assert epochs["scale"]["domain"] == [1, 25]
    assert SPECS["seconds"]["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 362.5]
    assert SPECS["one epoch"]["layer"][0]["encoding"]["x"]["scale"]["domain"] == [1, 2]


def test_raw_points_of_means_and_of_single_runs_are_drawn_whatever_is_smoothed():
    points = [
        layer
        for layer in SPECS["bands"]["layer"]
        if layer["mark"]["type"] == "point" and layer["mark"].get("opacity")
    ]
    assert len(points) == 2
    assert all(layer["encoding"]["y"]["field"] == "raw" for layer in points)
    lines = [layer for layer in SPECS["bands"]["layer"] if layer["mark"]["type"] == "line"]
    assert len(lines) == 2
    assert all(layer["encoding"]["y"]["field"] == "value" for layer in lines)


def test_the_margin_stands_in_the_forest_and_in_its_title():
    for margin, text in ((1.0, "± 1"), (0.3, "± 0.3")):
        spec = bandcharts.forest(margin, 2.0, 5)
        assert text in spec["title"]
        edges = re.findall(r'"calculate": "([^"\']+)"', json.dumps(spec))
        assert [float(edge) for edge in edges] == [-margin, 0, margin]


def picture(*runs, view=None):
    view = view or View()
    found = groups.group([("recorded", run) for run in runs])
    table = frames.bands(frames.single(found, view), view)
    rows = frames.panel(table, "loss", view.logarithmic)
    longest = int(table["curve"].str.len().max())
    last = float(table["x"].max())
    drawn = "loss", "training", view.against, last, view.logarithmic, longest
    return vega.svg(vega.board([[(rows, bandcharts.bands(*drawn))]]))


PAIRS = [like_real(loss, seed) for loss in (KL, CE) for seed in (1, 2, 3)]


def filled(svg):
    """The bands of a picture that cover something, each by the points around it."""
    areas = re.findall(r'aria-roledescription="area[^>]* d="([^"]+)"', svg)
    points = [re.findall(r"(-?[\d.]+),(-?[\d.]+)", area) for area in areas]
    return [[(float(x), float(y)) for x, y in area] for area in points]


def test_the_picture_has_a_band_for_each_group_of_several_runs():
    assert len(filled(picture(*PAIRS))) == 2
    assert len(filled(picture(*PAIRS[:4]))) == 1


def test_a_band_reaches_from_the_first_epoch_to_the_room_for_the_labels():
    for area in filled(picture(*PAIRS)):
        # The width of 420, without 20 and 7 for each letter of "KL".
        assert (min(x for x, _ in area), max(x for x, _ in area)) == (0, 420 - 34)
        assert len({x for x, _ in area}) == 4
        assert len({y for _, y in area}) == 8


@pytest.mark.parametrize("view", [View(), View(logarithmic=True), View(against="seconds")], ids=str)
def test_every_label_of_a_picture_is_whole_and_within_it(view):
    smoothed = [like_real(loss, seed, label_smoothing=0.1) for loss in (KL, CE) for seed in (1, 2)]
    svg = picture(*PAIRS, *smoothed, view=view)
    for name in ("KL, plain labels", "CE, plain labels", "KL, smoothing 0.1", "CE, smoothing 0.1"):
        assert f">{name}</text>" in svg
    assert "NaN" not in svg


def test_what_diverged_is_no_mark_in_the_picture():
    nan = float("nan")
    svg = picture(a_run(losses=(2.0, nan)), a_run(CE, losses=(2.0, 1.0)))
    assert "NaN" not in svg
    assert ">KL</text>" in svg


def test_both_curves_are_seen_where_they_are_equal():
    # Below in the order of drawing, and wider: the first loss shows around the second.
    (widths,) = scales(SPECS["bands"], "strokeWidth")
    (sizes,) = scales(SPECS["bands"], "size")
    for scale in (widths, sizes):
        first, second = scale["range"]
        assert first > 1.5 * second
