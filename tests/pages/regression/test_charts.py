"""The regression page's charts: specifications that hold no data, and the tables that fill them."""

import re
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pages.ui import vega
from pages.ui.regression import charts, study_charts
from pages.ui.regression.presets import PRESETS
from pages.ui.regression.results import ALONG, divergences, residual_losses, solve
from pages.ui.regression.state import NOISES, decode
from tests.pages import specs
from tests.pages.regression.made_up import STUDY

LINES = solve(decode("0:0 2:1.4 4:2 6:3 8:4.5 10:6"))


@cache
def drawn(name: str) -> tuple[dict[str, Any], pd.DataFrame]:
    """A chart of this name, and its table."""
    match name:
        case "picture":
            return charts.picture(), charts.picture_table(solve(PRESETS[0].state))
        case "divergences":
            return charts.divergences(), charts.divergences_table(divergences("laplace", 0.1))
        case "errors":
            table = study_charts.errors_table(study_charts.table(STUDY), "normal", 1.0)
            return study_charts.errors("normal", (0.0, 20.0), 1.0), table
        case "against":
            return study_charts.against(1.0, 2.0), study_charts.table(STUDY)
    along, here = residual_losses(LINES, 5.0, ALONG), residual_losses(LINES, 5.0, 3.0)
    return charts.residual(name), charts.residual_table(along, here, 3.0, name)


@pytest.mark.parametrize(
    "name", ["loss", "influence", "picture", "divergences", "errors", "against"]
)
def test_a_specification_holds_no_data_and_draws_marks_from_its_table_in_the_themes_colours(name):
    spec, data = drawn(name)
    specs.assert_keeps_to_the_schema(spec)
    specs.assert_holds_no_data_and_no_colours(spec)
    specs.assert_reads_only_columns_of(spec, data)
    full = vega.svg(vega.board([[(data, spec)]]))
    empty = vega.svg(vega.board([[(data.iloc[:0], spec)]]))
    assert full.count("<path") + full.count("<text") > empty.count("<path") + empty.count("<text")
    assert all(colour in full for colour in vega.EXPORT_COLOURS[1:])


def test_the_four_noise_models_have_four_dashes_and_four_shapes_in_every_chart():
    assert set(charts.STROKES) == set(charts.COLOURS) == set(NOISES)
    assert len({(stroke.dash, stroke.cap) for stroke in charts.STROKES.values()}) == 4
    assert len(set(charts.SHAPE.to_dict()["scale"]["range"])) == 4


def test_each_curve_has_one_name_and_one_mark_where_the_residual_stands():
    _, table = drawn("loss")
    assert sorted(table["label"].dropna()) == [
        "Laplace",
        "Student-t",
        "heteroscedastic",
        "least squares",
    ]
    here = table[table["here"]]
    assert here["residual"].tolist() == [3.0] * 4
    assert (
        here.set_index("noise")["value"]["laplace"]
        == residual_losses(LINES, 5.0, 3.0)["laplace"].loss
    )


def test_names_keep_apart_and_stay_inside():
    crowded = {"a": 50.0, "b": 49.0, "c": 0.1, "d": 0.0}
    heights = charts.heights(crowded, 0.0, 10.0)
    places = sorted(heights.values())
    assert places[0] >= 0
    assert places[-1] == 10
    assert min(np.diff(places)) >= charts.GAP * 10 * (1 - 1e-12)
    assert sorted(heights, key=heights.__getitem__) == ["d", "c", "b", "a"]
    assert charts.heights({"a": 7.0, "b": 2.0}, 0.0, 10.0) == {"a": 7.0, "b": 2.0}


def test_the_charts_of_the_study_end_above_every_interval():
    table = study_charts.table(STUDY)
    assert study_charts.axis_end(table["high"]) == 1.0  # 1.1 · 0.9 = 0.99
    assert study_charts.axis_end(table["kl"]) == pytest.approx(0.6)


def test_a_curve_uses_most_of_the_width_in_a_picture_of_several_charts_too():
    spec, data = drawn("loss")
    svg = vega.svg(vega.board([[(data, spec), (data, spec)]]))
    lines = re.findall(
        r'<path aria-label="[^"]*" role="graphics-symbol"[^>]* d="([^"]*L[^"]*)"', svg
    )
    across = [[float(x) for x in re.findall(r"[ML](-?[\d.]+),", line)] for line in lines]
    assert across
    assert max(max(xs) - min(xs) for xs in across) > 0.4 * vega.WIDTH
