"""The curves of groups of runs: what is drawn, against numbers by hand, and how."""

import math
import re

import numpy as np
import pytest

from models.runs.spec import LOSSES
from pages.ui import vega
from pages.ui.comparison import charts, results
from pages.ui.comparison.results import View
from pages.ui.training.charts import ends
from tests.made_up import CE, KL, NAN, a_run, like_real
from tests.pages import specs


def grouped(*runs):
    return results.group([("recorded", run) for run in runs])


def drawn(*runs, view=None):
    view = view or View()
    return charts.with_bands(charts.runs(grouped(*runs), view), view)


def rows(table, row, images="training", measure="loss"):
    of = (table["row"] == row) & (table["images"] == images) & (table["measure"] == measure)
    return table[of].reset_index(drop=True)


THREE = [
    a_run(seed=1, losses=(2.0, 1.0)),
    a_run(seed=2, losses=(4.0, 2.0)),
    a_run(seed=3, losses=(6.0, 6.0)),
]


def test_a_band_is_the_mean_and_one_standard_deviation_of_the_sample_to_either_side():
    means = rows(drawn(*THREE), "mean")
    # (2, 4, 6): mean 4, deviations −2, 0, 2, so sd = √(8/2) = 2. (1, 2, 6): 3; √(14/2) = √7.
    assert means["raw"].tolist() == [4, 3]
    assert means["low"].tolist() == pytest.approx([2, 3 - math.sqrt(7)])
    assert means["high"].tolist() == pytest.approx([6, 3 + math.sqrt(7)])
    assert means["seeds"].tolist() == [3, 3]


def test_a_range_reaches_from_the_lowest_run_to_the_highest():
    means = rows(drawn(*THREE, view=View(spread="range")), "mean")
    assert means[["raw", "low", "high"]].to_numpy().tolist() == [[4, 2, 6], [3, 1, 6]]


def test_each_kind_of_images_and_each_measure_has_values_of_its_own():
    run = a_run(losses=(2.0, 1.0), val_losses=(3.0, 2.5), accuracies=(0.5, 0.75))
    table = drawn(run)
    found = {
        (images, measure): rows(table, "mean", images, measure)["raw"].tolist()
        for images in ("training", "validation")
        for measure in ("loss", "accuracy")
    }
    assert found == {
        ("training", "loss"): [2.0, 1.0],
        ("validation", "loss"): [3.0, 2.5],
        ("training", "accuracy"): pytest.approx([0.4, 0.65]),
        ("validation", "accuracy"): [0.5, 0.75],
    }


def test_every_run_of_several_is_drawn_behind_its_mean():
    runs = rows(drawn(*THREE), "run")
    assert runs.groupby("run")["raw"].apply(list).to_dict() == {
        "KL, seed 1": [2, 1],
        "KL, seed 2": [4, 2],
        "KL, seed 3": [6, 6],
    }


@pytest.mark.parametrize("spread", ["sd", "range"])
def test_a_run_that_is_alone_has_no_band_and_is_not_drawn_twice(spread):
    table = drawn(a_run(CE), *THREE, view=View(spread=spread))
    alone = table[table["curve"] == "CE"]
    assert set(alone["row"]) == {"mean"}
    assert alone[["low", "high"]].isna().all(axis=None)
    assert table.loc[(table["curve"] == "KL") & (table["row"] == "mean"), "low"].notna().all()


def test_lines_are_smoothed_and_points_never():
    view = View(smoothing=0.5)
    runs, plain = a_run(losses=(8.0, 4.0, 1.0)), a_run(seed=2, losses=(8.0, 4.0, 1.0))
    table = drawn(runs, plain, view=view)
    # Weights ½ and 1, then ¼, ½ and 1: (4 + 8/2) / 1.5 and (1 + 4/2 + 8/4) / 1.75.
    smooth = [8, 8 / 1.5, 5 / 1.75]
    for row in (rows(table, "mean"), rows(table, "run").iloc[:3]):
        assert row["value"].tolist() == pytest.approx(smooth)
        assert row["raw"].tolist() == [8, 4, 1]


def test_without_smoothing_lines_go_through_their_points():
    table = drawn(*THREE)
    assert (table["value"] == table["raw"]).all()


def test_seconds_add_up_over_the_epochs_and_the_mean_stands_at_their_mean():
    table = drawn(
        a_run(seed=1, seconds=(10.0, 5.0)),
        a_run(seed=2, seconds=(20.0, 15.0)),
        view=View(against="seconds"),
    )
    assert rows(table, "run")["x"].tolist() == [10, 15, 20, 35]
    assert rows(table, "mean")["x"].tolist() == [15, 25]
    assert rows(table, "mean")["epoch"].tolist() == [1, 2]


def test_subtracting_the_labels_entropy_lays_cross_entropy_on_kl():
    # H of (0.91, 0.01 × 9), by hand.
    above = -0.91 * math.log(0.91) - 0.09 * math.log(0.01)
    kl = a_run(KL, losses=(2.0, 1.0), val_losses=(2.5, 1.5), label_smoothing=0.1)
    ce = a_run(
        CE,
        losses=(2.0 + above, 1.0 + above),
        val_losses=(2.5 + above, 1.5 + above),
        label_smoothing=0.1,
    )
    for only_kl, apart in ((False, 0.5003), (True, 0)):
        table = drawn(kl, ce, view=View(only_kl=only_kl))
        for images in ("training", "validation"):
            means = rows(table, "mean", images).set_index(["curve", "epoch"])["raw"]
            assert (means["CE"] - means["KL"]).tolist() == pytest.approx([apart] * 2, abs=5e-5)
        accuracy = rows(table, "mean", measure="accuracy").groupby("curve")["raw"].apply(list)
        assert accuracy["KL"] == accuracy["CE"]


def test_plain_labels_have_no_entropy_to_subtract():
    pair = a_run(), a_run(CE, losses=(2.5, 1.25))
    assert drawn(*pair, view=View(only_kl=True)).equals(drawn(*pair))


def test_what_has_no_logarithm_is_missing_from_a_logarithmic_axis_only():
    # The band of (0, 2): mean 1, sd √2, so it begins below 0.
    table = drawn(a_run(seed=1, losses=(2.0, 0.0)), a_run(seed=2, losses=(2.0, 2.0)))
    linear, log = (rows(charts.panel(table, "loss", way), "mean") for way in (False, True))
    assert linear["low"].tolist() == pytest.approx([2, 1 - math.sqrt(2)])
    assert log["low"].tolist() == [2, pytest.approx(NAN, nan_ok=True)]
    assert log["high"].tolist() == pytest.approx([2, 1 + math.sqrt(2)])
    runs = rows(charts.panel(table, "loss", True), "run")
    assert runs["raw"].isna().tolist() == [False, True, False, False]


@pytest.mark.parametrize("logarithmic", [False, True])
def test_labels_stand_at_the_ends_of_means_apart_and_where_the_axis_can_show_them(logarithmic):
    runs = [a_run(loss, losses=(2.0, last)) for loss, last in ((KL, 0.010), (CE, 0.011))]
    panel = charts.panel(drawn(*runs), "loss", logarithmic)
    means = rows(panel, "mean").set_index(["curve", "epoch"])
    labels = means["label_value"].unstack()
    assert labels[1].isna().all()
    assert labels.loc["KL", 2] < labels.loc["CE", 2]
    way = np.log if logarithmic else np.asarray
    span = way(2.0) - way(0.010)
    assert way(labels.loc["CE", 2]) - way(labels.loc["KL", 2]) == pytest.approx(0.09 * span)
    if logarithmic:
        assert (labels[2] > 0).all()


def test_where_one_of_several_runs_diverged_there_is_no_mean_and_the_others_stay():
    table = drawn(*THREE[:2], a_run(seed=3, losses=(6.0, NAN)))
    means, runs = rows(table, "mean"), rows(table, "run")
    assert means["raw"].tolist() == [4, pytest.approx(NAN, nan_ok=True)]
    assert means[["low", "high", "value"]].iloc[1].isna().all()
    assert runs["raw"].tolist()[:4] == [2, 1, 4, 2]
    assert math.isnan(runs["raw"].tolist()[5])


def test_smoothing_does_not_carry_a_line_on_after_its_run_diverged():
    table = drawn(a_run(losses=(6.0, NAN, NAN)), view=View(smoothing=0.9))
    assert rows(table, "mean")["value"].isna().tolist() == [False, True, True]


def test_a_run_that_diverged_is_named_where_its_line_ends():
    table = drawn(a_run(losses=(6.0, 3.0, NAN)), a_run(CE, losses=(6.0, 2.0, 1.0)))
    means = rows(charts.panel(table, "loss"), "mean").set_index(["curve", "epoch"])
    assert means["label_value"].dropna().to_dict() == {("KL", 2): 3.0, ("CE", 3): 1.0}
    everything = charts.panel(drawn(a_run(losses=(NAN, NAN))), "loss")
    assert everything["label_value"].isna().all()


def test_every_mean_of_cross_entropy_is_drawn_over_every_mean_of_kl():
    smoothed = [a_run(loss, label_smoothing=0.1) for loss in (KL, CE)]
    means = rows(drawn(a_run(KL), a_run(CE), *smoothed), "mean")
    assert means["curve"].unique().tolist() == [
        "KL, plain labels",
        "KL, smoothing 0.1",
        "CE, plain labels",
        "CE, smoothing 0.1",
    ]


def test_ends_are_the_means_after_the_last_epoch():
    panel = charts.panel(drawn(a_run(CE, losses=(3.0, 1.5)), *THREE), "loss")
    assert ends(panel[panel["row"] == "mean"], "validation", "raw") == {"KL": 3, "CE": 1.5}


# How they are drawn.

DRAWN = {
    "bands": ("loss", "training", "epoch", 25.0, False, 2),
    "log": ("loss", "validation", "epoch", 25.0, True, 17),
    "seconds": ("accuracy", "validation", "seconds", 362.5, False, 2),
    "one epoch": ("accuracy", "training", "epoch", 1.0, False, 2),
}


def spec_of(name):
    return charts.bands(*DRAWN[name])


@pytest.mark.parametrize("name", DRAWN)
def test_a_specification_keeps_to_the_schema_and_holds_neither_data_nor_colours(name):
    specs.assert_keeps_to_the_schema(spec_of(name))
    specs.assert_holds_no_data_and_no_colours(spec_of(name))
    assert spec_of(name) is spec_of(name)  # built once


def scales(spec, channel):
    found = [layer["encoding"].get(channel, {}).get("scale") for layer in spec["layer"]]
    return [scale for scale in found if scale]


def test_the_first_loss_has_the_first_colour_the_round_points_and_the_whole_line():
    titles = [choice.title for choice in LOSSES.values()]
    for channel, first, second in (
        ("shape", "circle", "square"),
        ("strokeDash", [1, 0], [6, 4]),
    ):
        for scale in scales(spec_of("bands"), channel):
            assert (scale["domain"], scale["range"]) == (titles, [first, second])
    assert {tuple(scale["domain"]) for scale in scales(spec_of("bands"), "color")} == {
        tuple(titles)
    }


@pytest.mark.parametrize(("name", "kind"), [("bands", None), ("log", "log")])
def test_only_the_logarithmic_loss_has_a_logarithmic_axis(name, kind):
    kinds = {scale.get("type") for scale in scales(spec_of(name), "y")}
    assert kinds == {kind}


def test_the_epochs_axis_ends_with_the_last_epoch_and_seconds_begin_with_nought():
    epochs = spec_of("bands")["layer"][0]["encoding"]["x"]
    assert epochs["axis"]["values"] == [1, 5, 10, 15, 20, 25]
    assert epochs["scale"]["domain"] == [1, 25]
    assert spec_of("seconds")["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 362.5]
    assert spec_of("one epoch")["layer"][0]["encoding"]["x"]["scale"]["domain"] == [1, 2]


def test_raw_points_of_means_and_of_single_runs_are_drawn_whatever_is_smoothed():
    points = [
        layer
        for layer in spec_of("bands")["layer"]
        if layer["mark"]["type"] == "point" and layer["mark"].get("opacity")
    ]
    assert len(points) == 2
    assert all(layer["encoding"]["y"]["field"] == "raw" for layer in points)
    lines = [layer for layer in spec_of("bands")["layer"] if layer["mark"]["type"] == "line"]
    assert len(lines) == 2
    assert all(layer["encoding"]["y"]["field"] == "value" for layer in lines)


def picture(*runs, view=None):
    view = view or View()
    found = results.group([("recorded", run) for run in runs])
    table = charts.with_bands(charts.runs(found, view), view)
    rows = charts.panel(table, "loss", view.logarithmic)
    longest = int(table["curve"].str.len().max())
    last = float(table["x"].max())
    drawn = "loss", "training", view.against, last, view.logarithmic, longest
    return vega.svg(vega.board([[(rows, charts.bands(*drawn))]]))


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
    (widths,) = scales(spec_of("bands"), "strokeWidth")
    (sizes,) = scales(spec_of("bands"), "size")
    for scale in (widths, sizes):
        first, second = scale["range"]
        assert first > 1.5 * second
