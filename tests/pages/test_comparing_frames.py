"""What is drawn and tabled of groups of runs, against numbers by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from pages.ui.comparison import configurations, frames, groups
from pages.ui.comparison.frames import View
from tests.made_up import CE, KL, NAN, a_run


def grouped(*runs):
    return groups.group([("recorded", run) for run in runs])


def drawn(*runs, view=None):
    view = view or View()
    return frames.bands(frames.single(grouped(*runs), view), view)


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
    linear, log = (rows(frames.panel(table, "loss", way), "mean") for way in (False, True))
    assert linear["low"].tolist() == pytest.approx([2, 1 - math.sqrt(2)])
    assert log["low"].tolist() == [2, pytest.approx(NAN, nan_ok=True)]
    assert log["high"].tolist() == pytest.approx([2, 1 + math.sqrt(2)])
    runs = rows(frames.panel(table, "loss", True), "run")
    assert runs["raw"].isna().tolist() == [False, True, False, False]


@pytest.mark.parametrize("logarithmic", [False, True])
def test_labels_stand_at_the_ends_of_means_apart_and_where_the_axis_can_show_them(logarithmic):
    runs = [a_run(loss, losses=(2.0, last)) for loss, last in ((KL, 0.010), (CE, 0.011))]
    panel = frames.panel(drawn(*runs), "loss", logarithmic)
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
    means = rows(frames.panel(table, "loss"), "mean").set_index(["curve", "epoch"])
    assert means["label_value"].dropna().to_dict() == {("KL", 2): 3.0, ("CE", 3): 1.0}
    everything = frames.panel(drawn(a_run(losses=(NAN, NAN))), "loss")
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
    panel = frames.panel(drawn(a_run(CE, losses=(3.0, 1.5)), *THREE), "loss")
    assert frames.ends(panel, "validation") == {"KL": 3, "CE": 1.5}


def versus(*runs):
    (pair,) = groups.versus(grouped(*runs))
    return pair


def test_the_forest_holds_each_seeds_difference_in_points_and_the_mean_twice():
    pair = versus(
        a_run(KL, 1, accuracies=(0.5, 0.75)),
        a_run(KL, 5, accuracies=(0.5, 0.5)),
        a_run(CE, 1, accuracies=(0.5, 0.73)),
        a_run(CE, 5, accuracies=(0.5, 0.46)),
    )
    table = frames.forest(pair).set_index("row")
    assert table["value"].to_dict() == pytest.approx(
        {"seed 1": 2, "seed 5": 4, "mean, t interval": 3, "mean, bootstrap": 3}
    )
    assert table["kind"].tolist() == ["seed", "seed", "mean", "mean"]
    # Of (2, 4): standard error √2/√2 = 1, and t₀.₉₇₅ = 12.706 with one degree of freedom.
    t = table.loc["mean, t interval"]
    assert (t["low"], t["high"]) == pytest.approx((3 - 12.706, 3 + 12.706), abs=1e-3)
    # Four ways to draw two of two: the extremes have a quarter each.
    assert table.loc["mean, bootstrap", ["low", "high"]].tolist() == pytest.approx([2, 4])


def test_partings_are_the_distances_of_training_losses_beside_those_of_the_control():
    pair = versus(
        a_run(KL, 1, losses=(2.0, 1.0)),
        a_run(CE, 1, losses=(2.0, 1.5)),
        a_run(KL, 2, losses=(2.0, 1.0)),
        a_run(CE, 2, losses=(2.25, 1.0)),
    )
    again = [(a_run(CE, 1, losses=(2.0, 1.5)), a_run(CE, 1, losses=(2.0, 1.625)))]
    table = frames.partings(pair, again)
    runs = table[table["row"] == "run"]
    gaps = runs.groupby("run")["gap"].apply(list).to_dict()
    nothing = pytest.approx(NAN, nan_ok=True)  # equal to the last digit: no logarithm
    assert gaps == {
        "KL − CE, seed 1": [nothing, 0.5],
        "KL − CE, seed 2": [0.25, nothing],
        "CE, seed 1": [nothing, 0.125],
    }
    assert set(table.loc[table["run"] == "CE, seed 1", "kind"]) == {"same"}
    medians = table[table["row"] == "median"].groupby("kind")["gap"].apply(list).to_dict()
    assert medians == {"entropy": [0.125, 0.25], "same": [nothing, 0.125]}
    labels = table.dropna(subset="label").set_index("label")
    assert labels["row"].tolist() == ["median", "median"]
    assert labels["label_value"].to_dict() == pytest.approx(
        {"KL − CE": 0.25, "same loss again": 0.125}  # far enough apart
    )


def test_the_forests_axis_holds_the_margin_and_every_interval():
    rows = pd.DataFrame({"value": [0.2], "low": [-2.6], "high": [2.9]})
    assert frames.reach(rows, 1.0) == 3.0
    assert frames.reach(rows, 3.0) == 3.5


def test_pairs_of_which_a_run_diverged_have_no_distance():
    gone = versus(a_run(KL), a_run(CE, losses=(2.0, NAN)))
    assert frames.partings(gone, []).empty
    same = versus(a_run(KL), a_run(CE))
    assert frames.partings(same, [])["gap"].isna().all()


def test_the_table_marks_the_settings_that_differ_and_no_others():
    found = grouped(a_run(), a_run(CE), a_run(label_smoothing=0.1))
    table = configurations.table(found)
    assert table.columns.tolist() == groups.names(found)
    assert [name for name in table.index if name.startswith("≠")] == ["≠ loss", "≠ label smoothing"]
    assert table.loc["≠ label smoothing"].tolist() == ["**0**", "**0**", "**0.1**"]
    assert not table.loc["epochs"].str.contains("*", regex=False).any()


@pytest.mark.parametrize(
    ("setting", "change", "texts"),
    [
        ("images", {"data": "cifar10"}, {"**shapes**", "**CIFAR-10**"}),
        ("epochs", {"losses": (1.0,)}, {"**2**", "**1**"}),
        ("batch size", {"batch_size": 50}, {"**250**", "**50**"}),
        ("held out", {"validation_split": 0.201}, {"**20\xa0%**", "**20.1\xa0%**"}),
        ("precision", {"precision": "mixed_bfloat16"}, {"**float32**", "**mixed_bfloat16**"}),
    ],
)
def test_each_setting_of_a_run_is_in_the_table(setting, change, texts):
    table = configurations.table(grouped(a_run(), a_run(**change)))
    assert set(table.loc[f"≠ {setting}"]) == texts


def test_different_seeds_and_sources_are_marked_too():
    found = groups.group(
        [("recorded", a_run(seed=s)) for s in (1, 2, 3)] + [("made here", a_run())]
    )
    table = configurations.table(found)
    assert table.loc["≠ seeds"].tolist() == ["**1 to 3**", "**1**"]
    assert table.loc["≠ made"].tolist() == ["**recorded**", "**made here**"]


def test_figures_are_mean_and_standard_deviation_over_the_seeds():
    runs = [
        a_run(seed=1, losses=(2.0, 1.0), accuracies=(0.70, 0.60), seconds=(60.0, 60.0)),
        a_run(seed=2, losses=(2.0, 2.0), accuracies=(0.60, 0.62), seconds=(120.0, 60.0)),
    ]
    column = configurations.table(grouped(*runs))["KL"]
    # (60, 62): 61 ± √2; the best epochs (70, 62): 66 ± √32; losses (1, 2): 1.5 ± √½.
    assert column["validation accuracy, last epoch"] == "61.00 ± 1.41 %"
    assert column["validation accuracy, best epoch"] == "66.00 ± 5.66 %"
    assert column["training loss, last epoch"] == "1.5 ± 0.71"
    assert column["minutes a run"] == "2.5 ± 0.71"
    assert column["test images"] == "1,017"
    alone = configurations.table(grouped(runs[0]))["KL"]
    assert alone["validation accuracy, last epoch"] == "60.00 %"
    assert alone["training loss, last epoch"] == "1"


def test_a_diverged_run_is_counted_and_gives_its_group_no_loss():
    gone = a_run(seed=2, losses=(2.0, NAN), accuracies=(0.6, 0.1))
    table = configurations.table(grouped(a_run(), gone, a_run(CE)))
    assert table.loc[configurations.DIVERGED].to_dict() == {"KL": "1", "CE": "0"}
    assert table.loc["training loss, last epoch"].to_dict() == {"KL": "not a number", "CE": "1"}
    assert configurations.DIVERGED not in configurations.table(grouped(a_run())).index
