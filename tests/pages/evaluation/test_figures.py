"""The tables of networks: counted by hand."""

import io
import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from models.data.cifar10 import CLASSES
from pages.ui.evaluation import figures
from pages.ui.evaluation.results import ROWS
from pages.ui.vega import LOSSES
from tests.pages.evaluation.evaluated import BOTH, LABELS, PAIRS

NBSP = "\N{NO-BREAK SPACE}"


def test_the_table_holds_both_networks_with_wilsons_interval_and_the_number_of_images():
    table = figures.figures(BOTH)
    assert table.columns.tolist() == ["n = 6 photographs", "KL divergence", "Cross-entropy"]
    theirs = scipy.stats.binomtest(4, 6).proportion_ci(0.95, method="wilson")
    low, high = (f"{100 * end:.1f}" for end in (theirs.low, theirs.high))
    assert table.iloc[0, 1:].tolist() == 2 * [f"66.7{NBSP}% [{low},{NBSP}{high}]"]
    # |0.667 − 0.8| and |0.667 − 0.45|: all images of a network lie in one bin.
    assert table.iloc[1, 1:].tolist() == [f"13.3{NBSP}%", f"21.7{NBSP}%"]
    # Their gaps by chance: √(2/π · 0.8 · 0.2 / 6), and so with 0.45.
    assert table.iloc[2, 1:].tolist() == [f"13.0{NBSP}%", f"16.2{NBSP}%"]
    kl = [-math.log(0.8)] * 4 + [-math.log(0.2 / 9)] * 2
    low, high = scipy.stats.norm.interval(0.95, np.mean(kl), scipy.stats.sem(kl))
    assert table.iloc[3, 1] == f"{np.mean(kl):.3f} [{low:.3f},{NBSP}{high:.3f}]"


def test_the_table_of_pairs_has_mean_and_range_and_one_pair_has_no_range():
    several = ["2", "87.0 (86.0 to 88.0)", "0.025 (0.020 to 0.030)", "0.150 (0.100 to 0.200)"]
    assert figures.ranges(PAIRS).to_numpy().tolist() == [
        [ROWS[0], *several],
        [ROWS[1], "1", "80.0", "0.050", "0.400"],
        [ROWS[2], "1", "79.0", "0.060", "0.500"],
        [ROWS[3], "2", "86.0 (85.0 to 87.0)", "0.025 (0.020 to 0.030)", "0.150 (0.100 to 0.200)"],
    ]


def test_the_sheet_holds_all_figures_with_their_images():
    rows = figures.sheet(BOTH).set_index(["network", "figure"])
    assert rows.loc[(LOSSES[1], "accuracy, dog"), ["value", "n"]].tolist() == [0, 2]
    kl = rows.loc[(LOSSES[0], "median NLL, KL(label‖softmax)")]
    assert (kl["value"], kl["unit"]) == (pytest.approx(-math.log(0.8)), "nats")
    gap = rows.loc[(LOSSES[0], "accuracy minus confidence")]
    assert (gap["value"], gap["n"]) == (pytest.approx(4 / 6 - 0.8), 6)
    paired = rows.loc["difference"].iloc[0]
    assert (paired["value"], paired["n"]) == (0, 6)
    assert len(rows) == 2 * 17 + 1


def test_each_image_stands_in_the_file_with_what_both_networks_say():
    rows = pd.read_csv(io.StringIO(figures.images(BOTH).to_csv(index=False)))
    assert rows["number"].tolist() == list(range(6))
    assert rows["label"].tolist() == [CLASSES[c] for c in LABELS]
    third = rows.iloc[2]
    assert (third["kl_predicted"], third["ce_predicted"]) == ("dog", "cat")
    assert (third["kl_q_true"], third["ce_q_true"]) == pytest.approx((0.2 / 9, 0.45))
    assert third["kl_nll_nats"] == pytest.approx(-math.log(0.2 / 9))
