"""The regression page's charts: specifications that hold no data, and the tables that fill them."""

import re

import numpy as np
import pytest

from models.noise.study import Cell, Scored, Study
from pages.ui import vega
from pages.ui.regression import (
    encodings,
    findings,
    frames,
    klcharts,
    labels,
    losscharts,
    lossframes,
    pointcharts,
    residual,
    studycharts,
    studyframes,
    true_noises,
)
from pages.ui.regression.cloud import decode
from pages.ui.regression.noises import NOISES
from pages.ui.regression.presets import PRESETS
from pages.ui.regression.results import solve
from tests.pages import specs

CLOUD = decode("0:0 2:1.4 4:2 6:3 8:4.5 10:6")
COSTS, HERE = residual.curves(CLOUD, 5.0), residual.one(CLOUD, 5.0, 3.0)
MODELS = tuple(NOISES)


def a_cell(truth: str, share: float, errors: list[float], nats: list[float]) -> Cell:
    """A cell with these errors, each known to a tenth of it."""
    models = tuple(
        Scored(
            noise,
            near,
            error,
            (0.9 * error, 1.1 * error),
            error / errors[0],
            (0.9 * error / errors[0], 1.1 * error / errors[0]),
            0,
        )
        for noise, error, near in zip(MODELS, errors, nats, strict=True)
    )
    return Cell(truth, share, 100, 0.8, truth == "normal", models)


STUDY = Study(
    schema=1,
    seed=1,
    repeats=100,
    n=40,
    python="3",
    numpy="2",
    rank_correlation=0.8,
    rank_interval=(0.7, 0.9),
    agreement=0.5,
    agreement_interval=(0.25, 0.75),
    cells=(
        a_cell("normal", 0.0, [0.2, 0.25, 0.21, 0.2], [0.0, 0.05, 0.04, 0.0]),
        a_cell("normal", 0.2, [0.8, 0.3, 0.28, 0.9], [0.6, 0.2, 0.1, 0.6]),
        a_cell("laplace", 0.0, [0.3, 0.24, 0.24, 0.3], [0.07, 0.0, 0.01, 0.07]),
        a_cell("laplace", 0.2, [0.9, 0.3, 0.31, 0.9], [0.5, 0.1, 0.09, 0.5]),
    ),
)
DRAWN = {
    "loss": (losscharts.curves("loss"), lossframes.curves(COSTS, HERE, 3.0, "loss")),
    "pull": (losscharts.curves("pull"), lossframes.curves(COSTS, HERE, 3.0, "pull")),
    "picture": (
        pointcharts.picture(),
        frames.picture(PRESETS[1].state, solve(PRESETS[1].state)),
    ),
    "kl": (klcharts.divergences(), frames.divergences(true_noises.nearest("laplace", 0.1))),
    "errors": (
        studycharts.errors("Gaussian", (0.0, 20.0), 1.0),
        studyframes.errors(STUDY, "normal", 1.0),
    ),
    "against": (studycharts.against(1.0, 2.0), studyframes.every(STUDY)),
}
EACH = pytest.mark.parametrize(("spec", "data"), DRAWN.values(), ids=DRAWN)


@EACH
def test_a_specification_keeps_to_vega_lites_schema(spec, data):
    specs.assert_keeps_to_the_schema(spec)


@EACH
def test_a_specification_holds_no_data_and_leaves_the_colours_to_the_theme(spec, data):
    specs.assert_holds_no_data_and_no_colours(spec)


@EACH
def test_a_chart_draws_marks_from_its_table(spec, data):
    drawn = vega.svg(vega.board([[(data, spec)]]))
    empty = vega.svg(vega.board([[(data.iloc[:0], spec)]]))
    assert drawn.count("<path") + drawn.count("<text") > empty.count("<path") + empty.count("<text")
    assert all(colour in drawn for colour in vega.EXPORT_COLOURS[1:])


@EACH
def test_every_column_that_a_chart_reads_is_in_its_table(spec, data):
    specs.assert_reads_only_columns_of(spec, data)


def test_the_four_noises_have_four_dashes_and_four_shapes_in_every_chart():
    assert set(encodings.STROKES) == set(encodings.COLOURS) == set(NOISES)
    assert len({(stroke.dash, stroke.cap) for stroke in encodings.STROKES.values()}) == 4
    assert len(set(encodings.SHAPES.to_dict()["range"])) == 4


def test_a_loss_begins_at_nothing_and_is_the_logarithm_of_the_density_that_is_left():
    # For the Gaussian r²/2σ², for Laplace |r|/b, for t with 3 df 2·log(1 + r²/3s²), by hand.
    lines = solve(CLOUD).lines
    normal, laplace, t = (lines[noise].scale for noise in ("normal", "laplace", "student_t"))
    assert HERE["normal"] == pytest.approx((9 / (2 * normal**2), 3 / normal**2), rel=1e-6)
    assert HERE["laplace"] == pytest.approx((3 / laplace, 1 / laplace), rel=1e-6)
    loss = 2 * np.log1p(9 / (3 * t**2))
    assert HERE["student_t"] == pytest.approx((loss, 4 * 3 / (3 * t**2 + 9)), rel=1e-6)
    middle = len(residual.ALONG) // 2
    assert all(cost.loss[middle] == 0 for cost in COSTS.values())


def test_each_curve_has_one_name_and_one_mark_where_the_residual_stands():
    table = DRAWN["loss"][1]
    assert sorted(table["label"].dropna()) == ["Laplace", "Student-t", "growing σ", "least squares"]
    here = table[table["here"]]
    assert here["residual"].tolist() == [3.0] * 4
    assert here.set_index("noise")["value"]["laplace"] == HERE["laplace"][0]


def test_names_keep_apart_and_stay_inside():
    crowded = {"a": 50.0, "b": 49.0, "c": 0.1, "d": 0.0}
    found = labels.heights(crowded, 0.0, 10.0)
    places = sorted(found.values())
    assert places[0] >= 0
    assert places[-1] == 10
    assert min(np.diff(places)) >= labels.GAP * 10 * (1 - 1e-12)
    assert sorted(found, key=found.__getitem__) == ["d", "c", "b", "a"]
    assert labels.heights({"a": 7.0, "b": 2.0}, 0.0, 10.0) == {"a": 7.0, "b": 2.0}


def test_the_study_is_told_in_its_own_numbers():
    said = findings.answer(STUDY)
    assert "In 3 of the 4 cells some other model has clearly less error" in said
    # 0.25 / 0.2 is a quarter more, between 0.9 · 1.25 and 1.1 · 1.25.
    assert "Laplace 25.0\N{NO-BREAK SPACE}% more error [12.5" in said
    assert "to 37.5\N{NO-BREAK SPACE}%]" in said
    # 0.3 / 0.8 = 0.375.
    assert "Laplace 62.5\N{NO-BREAK SPACE}% less error [58.8" in said
    ranks = findings.ranks(STUDY)
    assert "is **0.8** on average over the cells [0.7 to 0.9]" in ranks
    assert "It does not in Laplace noise without outliers and Laplace noise with 20" in ranks
    assert "100 times, 40 points" in findings.setup(STUDY)
    assert findings.failures(STUDY) == "Every fit gave a line."


def test_the_charts_of_the_study_end_above_every_interval():
    assert studyframes.top(STUDY) == 1.0  # 1.1 · 0.9 = 0.99
    assert studyframes.farthest(STUDY) == pytest.approx(0.6)


def test_a_curve_uses_most_of_the_width_in_a_picture_of_several_charts_too():
    spec, data = DRAWN["loss"]
    drawn = vega.svg(vega.board([[(data, spec), (data, spec)]]))
    lines = re.findall(
        r'<path aria-label="[^"]*" role="graphics-symbol"[^>]* d="([^"]*L[^"]*)"', drawn
    )
    across = [[float(x) for x in re.findall(r"[ML](-?[\d.]+),", line)] for line in lines]
    assert across
    assert max(max(xs) - min(xs) for xs in across) > 0.4 * vega.WIDTH
