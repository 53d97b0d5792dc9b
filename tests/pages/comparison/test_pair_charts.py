"""What pairs of runs with the same seed have drawn, against numbers by hand, and how."""

import json
import re

import pandas as pd
import pytest

from pages.ui.comparison import pair_charts, results
from tests.made_up import CE, KL, NAN, a_run
from tests.pages import specs


def versus(*runs):
    (pair,) = results.versus(results.group([("recorded", run) for run in runs]))
    return pair


def test_the_forest_holds_each_seeds_difference_in_points_and_the_mean_twice():
    pair = versus(
        a_run(KL, 1, accuracies=(0.5, 0.75)),
        a_run(KL, 5, accuracies=(0.5, 0.5)),
        a_run(CE, 1, accuracies=(0.5, 0.73)),
        a_run(CE, 5, accuracies=(0.5, 0.46)),
    )
    table = pair_charts.differences(pair).set_index("row")
    assert table["value"].to_dict() == pytest.approx(
        {"seed 1": 2, "seed 5": 4, "mean, t interval": 3, "mean, bootstrap": 3}
    )
    assert table["kind"].tolist() == ["seed", "seed", "mean", "mean"]
    # Of (2, 4): standard error √2/√2 = 1, and t₀.₉₇₅ = 12.706 with one degree of freedom.
    t = table.loc["mean, t interval"]
    assert (t["low"], t["high"]) == pytest.approx((3 - 12.706, 3 + 12.706), abs=1e-3)
    # Four ways to draw two of two: the extremes have a quarter each.
    assert table.loc["mean, bootstrap", ["low", "high"]].tolist() == pytest.approx([2, 4])


def test_the_separation_has_the_distances_of_the_pairs_and_of_the_control():
    pair = versus(
        a_run(KL, 1, losses=(2.0, 1.0)),
        a_run(CE, 1, losses=(2.0, 1.5)),
        a_run(KL, 2, losses=(2.0, 1.0)),
        a_run(CE, 2, losses=(2.25, 1.0)),
    )
    again = [(a_run(CE, 1, losses=(2.0, 1.5)), a_run(CE, 1, losses=(2.0, 1.625)))]
    table = pair_charts.gaps(pair, again)
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
        {"KL − CE": 0.25, "control": 0.125}  # far enough apart
    )


def test_the_forests_axis_holds_the_margin_and_every_interval():
    rows = pd.DataFrame({"value": [0.2], "low": [-2.6], "high": [2.9]})
    assert pair_charts.reach(rows, 1.0) == 3.0
    assert pair_charts.reach(rows, 3.0) == 3.5


def test_pairs_of_which_a_run_diverged_have_no_distance():
    gone = versus(a_run(KL), a_run(CE, losses=(2.0, NAN)))
    assert pair_charts.gaps(gone, []).empty
    same = versus(a_run(KL), a_run(CE))
    assert pair_charts.gaps(same, [])["gap"].isna().all()


SPECS = {
    "forest": lambda: pair_charts.forest(1.0, 1.5, 12),
    "separation": lambda: pair_charts.separation(25),
}


@pytest.mark.parametrize("spec", SPECS.values(), ids=SPECS)
def test_a_specification_keeps_to_the_schema_and_holds_neither_data_nor_colours(spec):
    specs.assert_keeps_to_the_schema(spec())
    specs.assert_holds_no_data_and_no_colours(spec())
    assert spec() is spec()  # built once


def test_the_fixed_margin_is_in_the_forest_and_in_its_title_and_another_one_is_added():
    for what_if, title, lines in (
        (1.0, "KL − CE; dashed: margin ± 1", [0, -1, 1]),
        (0.3, "KL − CE; dashed: margin ± 1, dotted: ± 0.3", [0, -1, 1, -0.3, 0.3]),
    ):
        spec = pair_charts.forest(what_if, 2.0, 5)
        assert spec["title"] == title
        edges = re.findall(r'"calculate": "([^"\']+)"', json.dumps(spec))
        assert [float(edge) for edge in edges] == lines
