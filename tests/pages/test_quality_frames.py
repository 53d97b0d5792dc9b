"""The tables of nets' quality: counted by hand."""

import io
import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from models.evaluation.agreement import Agreement
from models.evaluation.metrics import Mean, Share
from models.evaluation.predictions import Predictions
from pages.ui.predictions.quality import files, frames
from pages.ui.predictions.quality.results import Alike, LossOrSeed, PairedEvaluation, Quality
from pages.ui.predictions.repository import CLASSES
from pages.ui.vega import LOSSES

NBSP = "\N{NO-BREAK SPACE}"
BIRD, CAT, DOG = (CLASSES.index(name) for name in ("bird", "cat", "dog"))


def net(labels, guesses, sure=0.8):
    q = np.full((len(labels), 10), (1 - sure) / 9)
    q[np.arange(len(labels)), guesses] = sure
    return Quality.of(Predictions.of(q, np.array(labels, np.uint8)))


# Three cats, two dogs and a bird. KL's net: one cat and the bird wrong; the other: both dogs.
LABELS = [CAT, CAT, CAT, DOG, DOG, BIRD]
BOTH = PairedEvaluation(
    net(LABELS, [CAT, CAT, DOG, DOG, DOG, CAT]), net(LABELS, [CAT, CAT, CAT, CAT, BIRD, BIRD], 0.45)
)


def test_the_table_holds_both_nets_with_wilsons_interval_and_the_number_of_images():
    table = frames.figures(BOTH)
    assert table.columns.tolist() == ["n = 6 images", "KL divergence", "Cross-entropy"]
    theirs = scipy.stats.binomtest(4, 6).proportion_ci(0.95, method="wilson")
    low, high = (f"{100 * end:.1f}" for end in (theirs.low, theirs.high))
    assert table.iloc[0, 1:].tolist() == 2 * [f"66.7{NBSP}% [{low},{NBSP}{high}]"]
    # |0.667 − 0.8| and |0.667 − 0.45|: all images of a net lie in one bin.
    assert table.iloc[1, 1:].tolist() == [f"13.3{NBSP}%", f"21.7{NBSP}%"]
    # Their gaps by chance: √(2/π · 0.8 · 0.2 / 6), and so with 0.45.
    assert table.iloc[2, 1:].tolist() == [f"13.0{NBSP}%", f"16.2{NBSP}%"]
    kl = [-math.log(0.8)] * 4 + [-math.log(0.2 / 9)] * 2
    low, high = scipy.stats.norm.interval(0.95, np.mean(kl), scipy.stats.sem(kl))
    assert table.iloc[3, 1] == f"{np.mean(kl):.3f} [{low:.3f},{NBSP}{high:.3f}]"


def test_empty_bins_are_left_out():
    rows = frames.reliability(BOTH)
    assert rows["net"].tolist() == LOSSES
    assert rows["bin"].tolist() == ["70 to 80 %", "40 to 50 %"]
    assert rows["confidence"].tolist() == pytest.approx([0.8, 0.45])
    assert rows["accuracy"].tolist() == pytest.approx([2 / 3, 2 / 3])
    assert rows["n"].tolist() == [6, 6]


def costing(*nats):
    rest = [math.log(-math.expm1(-c)) if c else -math.inf for c in nats]
    log_q = np.stack([-np.array(nats, float), np.array(rest)], axis=1)
    return Quality.of(Predictions(log_q, np.zeros(len(nats), np.uint8)))


def test_each_image_lies_in_one_bin_of_kl_the_first_and_the_last_of_which_have_no_end():
    nats = [0, 0.0004, 0.0011, 0.05, 1.1, 1.7, 20, 400, math.inf, 0.3]
    rows = frames.costs(PairedEvaluation(costing(*nats), costing(*10 * [1.2])))
    kl = rows[(rows["net"] == LOSSES[0]) & (rows["bin"] != "")]
    held = dict(zip(kl["bin"], kl["share"], strict=True))
    assert {name: share for name, share in held.items() if share} == {
        "below 0.001": 0.2,
        "0.001 to 0.001778": 0.1,
        "0.03162 to 0.05623": 0.1,
        "0.1778 to 0.3162": 0.1,
        "1 to 1.778": 0.2,
        "17.78 and more": 0.3,
    }
    assert kl["share"].sum() == pytest.approx(1)
    other = rows[(rows["net"] == LOSSES[1]) & (rows["share"] > 0)]
    assert other["bin"].tolist() == ["1 to 1.778"]


def test_bins_of_kl_are_equally_wide_on_the_logarithmic_axis_and_meet():
    rows = frames.costs(BOTH)
    kl = rows[(rows["net"] == LOSSES[0]) & (rows["bin"] != "")]
    assert np.diff(np.log10(kl["start"])) == pytest.approx(0.25)
    assert kl["end"].tolist()[:-1] == pytest.approx(kl["start"].tolist()[1:])
    last = rows[rows["net"] == LOSSES[0]].iloc[-1]
    assert (last["bin"], last["start"]) == ("", kl["end"].iloc[-1])


def test_tooltips_of_a_bin_name_the_shares_of_both_nets():
    rows = frames.costs(BOTH)
    for net_name, column in zip(LOSSES, ("kl", "ce"), strict=True):
        own = rows[(rows["net"] == net_name) & (rows["bin"] != "")]
        assert own["share"].tolist() == own[column].tolist()


def test_classes_come_by_the_falling_accuracy_of_kls_net_and_those_without_images_not():
    rows = frames.classes(BOTH)
    assert rows["class"].tolist() == ["dog", "dog", "cat", "cat", "bird", "bird"]
    assert rows["net"].tolist() == 3 * LOSSES
    assert rows["accuracy"].tolist() == pytest.approx([1, 0, 2 / 3, 1, 0, 1])
    assert rows["n"].tolist() == [2, 2, 3, 3, 1, 1]


def test_the_axis_of_the_classes_begins_below_all_intervals():
    assert frames.least(pd.DataFrame({"low": [0.56, 0.432]})) == 0.4
    assert frames.least(pd.DataFrame({"low": [0.0, 0.5]})) == 0


def test_the_confusion_is_shared_out_in_each_row():
    rows = frames.confusion(BOTH.kl).set_index(["truth", "guess"])
    assert rows.loc[("cat", "dog")].tolist() == [1, pytest.approx(1 / 3), 3]
    assert rows.loc[("bird", "cat")].tolist() == [1, 1, 1]
    assert rows.loc[("ship", "ship")].tolist() == [0, 0, 0]
    assert (len(rows), rows["images"].sum()) == (100, 6)


def alike(seeds, same, js, kl):
    mean, there, back = (Mean(value, 0.01, 1000) for value in (js, kl - 0.01, kl + 0.01))
    return Alike(seeds, Agreement(Share(same, 1000), there, back, mean))


FOUND = LossOrSeed(
    (alike((1, 1), 860, 0.02, 0.1), alike((2, 2), 880, 0.03, 0.2)),
    (alike((1, 2), 800, 0.05, 0.4),),
    (alike((1, 2), 790, 0.06, 0.5),),
    (),
)


def test_pairs_come_with_their_seeds_and_each_kind_with_its_mean():
    rows = frames.pairs(FOUND)
    assert rows["row"].unique().tolist() == list(frames.ROWS)
    assert rows["nets"].tolist()[:4] == ["seed 1", "seed 2", "mean of 2", "KL, seeds 1 and 2"]
    mean = rows[rows["kind"] == "mean"].iloc[0]
    assert (mean["same"], mean["js"]) == (pytest.approx(0.87), pytest.approx(0.025))


def test_the_table_of_pairs_has_mean_and_range_and_one_pair_has_no_range():
    several = ["2", "87.0 (86.0 to 88.0)", "0.025 (0.020 to 0.030)", "0.150 (0.100 to 0.200)"]
    assert frames.ranges(FOUND).to_numpy().tolist() == [
        [frames.ROWS[0], *several],
        [frames.ROWS[1], "1", "80.0", "0.050", "0.400"],
        [frames.ROWS[2], "1", "79.0", "0.060", "0.500"],
    ]


def test_the_sheet_holds_all_figures_with_their_images():
    rows = files.sheet(BOTH).set_index(["net", "figure"])
    assert rows.loc[(LOSSES[1], "accuracy, dog"), ["value", "n"]].tolist() == [0, 2]
    kl = rows.loc[(LOSSES[0], "median KL(label‖softmax)")]
    assert (kl["value"], kl["unit"]) == (pytest.approx(-math.log(0.8)), "nats")
    gap = rows.loc[(LOSSES[0], "accuracy minus confidence")]
    assert (gap["value"], gap["n"]) == (pytest.approx(4 / 6 - 0.8), 6)
    paired = rows.loc["difference"].iloc[0]
    assert (paired["value"], paired["n"]) == (0, 6)
    assert len(rows) == 2 * 17 + 1


def test_each_image_stands_in_the_file_with_what_both_nets_say():
    rows = pd.read_csv(io.StringIO(files.images(BOTH).to_csv(index=False)))
    assert rows["number"].tolist() == list(range(6))
    assert rows["label"].tolist() == [CLASSES[c] for c in LABELS]
    third = rows.iloc[2]
    assert (third["kl_guess"], third["ce_guess"]) == ("dog", "cat")
    assert (third["kl_q_true"], third["ce_q_true"]) == pytest.approx((0.2 / 9, 0.45))
    assert third["kl_nats"] == pytest.approx(-math.log(0.2 / 9))
