import csv
import io

import numpy as np
import pandas as pd
import pytest

from models.runs.record import EpochResult, Run, TestResult
from models.runs.spec import LOSSES, RunSpec
from pages.ui import tables, vega
from pages.ui.training import charts as curves
from tests.pages import specs


def a_run(loss="kl_divergence", seed=1, suffix="", accuracies=(0.5, 0.7)) -> Run:
    spec = RunSpec(loss, seed=seed, epochs=len(accuracies), data="shapes")
    history = tuple(
        EpochResult(n, 2.0 / n, a - 0.1, 1.5 / n, a, 0, 1.0) for n, a in enumerate(accuracies, 1)
    )
    images = {"training": 4000, "validation": 1000}
    return Run(spec.id + suffix, spec, history, TestResult(0.9, 0.68, 1000), images)


KL, CE = a_run(), a_run("categorical_crossentropy")


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_name_that_a_spreadsheet_would_compute_stands_as_text_in_a_file(sign):
    name = f"{sign}HYPERLINK(1)"
    file = tables.to_csv(pd.DataFrame({"outcome": [name, "a-b", "="[:0]], "p": [-0.25, 1e-9, 2]}))
    rows = list(csv.reader(io.StringIO(file, newline="")))
    assert rows == [["outcome", "p"], [f"'{name}", "-0.25"], ["a-b", "1e-09"], ["", "2.0"]]


def test_words_of_0s_and_1s_keep_their_leading_0s_in_a_spreadsheet():
    table = pd.DataFrame({"outcome": ["7", "0.5", "x"], "word": ["010", "11", ""]})
    found = pd.read_csv(io.StringIO(tables.to_csv(table)), keep_default_na=False)
    assert found["word"].tolist() == ["'010", "'11", ""]
    assert found["outcome"].tolist() == ["7", "0.5", "x"]


def test_what_is_infinite_is_infinite_in_a_file_too():
    table = pd.DataFrame({"term": [0.5, np.nan], "low": [np.nan, 1.0]})
    file = tables.to_csv(tables.infinite(table, "term").assign(unit="nats"))
    assert file.splitlines()[1:] == ['0.5,"","nats"', 'inf,1.0,"nats"']


def test_where_a_semicolon_separates_cells_it_begins_none_in_a_file():
    file = tables.to_csv(pd.DataFrame({"outcome": ["a;=1+1", "b"], "p": [0.5, np.nan]}))
    assert list(csv.reader(io.StringIO(file), delimiter=";")) == [
        ['outcome,"p"'],
        ["a;=1+1,0.5"],
        ['b,""'],
    ]


def test_a_file_has_all_digits_of_its_numbers_or_as_many_as_asked_for():
    table = pd.DataFrame({"n": [1_234_567, -3], "x": [1 / 3, -2e-7 / 3]})
    assert pd.read_csv(io.StringIO(tables.to_csv(table))).equals(table)
    assert tables.to_csv(table, 6).splitlines()[1:] == ["1234567,0.333333", "-3,-6.66667e-08"]


def test_a_history_has_four_rows_an_epoch():
    table = tables.history("x", KL.spec, KL.history)
    assert len(table) == 8
    row = table[(table.epoch == 2) & (table.images == "validation") & (table.measure == "accuracy")]
    assert row["value"].item() == 0.7
    assert tables.two_curves(table[table.measure == "loss"]) == ([2.0, 1.0], [1.5, 0.75])


def test_no_epochs_give_an_empty_table_with_its_columns():
    assert tables.history("x", KL.spec, ()).columns.tolist()[-1] == "value"


def test_names_are_as_short_as_telling_runs_apart_allows():
    assert list(tables.short_names([KL, CE]).values()) == ["KL", "CE"]
    assert list(tables.short_names([KL, a_run(seed=2)]).values()) == ["KL, seed 1", "KL, seed 2"]
    twins = [KL, a_run(suffix="-ab12cd")]
    assert list(tables.short_names(twins).values()) == [
        "KL, seed 1, recorded",
        "KL, seed 1, ab12cd",
    ]


def test_no_two_runs_ever_share_a_name():
    other_epochs = a_run(accuracies=(0.5,))
    runs = [KL, CE, other_epochs, a_run(seed=2), a_run(suffix="-ab12cd"), a_run(suffix="-ef34ab")]
    names = tables.short_names(runs)
    assert len(set(names.values())) == len(names) == 6


def test_a_diverged_run_takes_no_other_label_away():
    diverged = a_run(seed=2, accuracies=(0.5, float("nan")))
    table = tables.curves(tables.histories([KL, diverged]), "accuracy", panel="images")
    assert tables.ends(table, "validation")["KL, seed 1"] == 0.7
    last = table[(table.epoch == 2) & (table.images == "validation")].set_index("run")
    assert last["label_value"].dropna().to_dict() == {"KL, seed 1": 0.7}


def test_the_charts_know_the_losses_by_their_titles():
    assert [choice.title for choice in LOSSES.values()] == vega.LOSSES


def curves_ending_at(**values: float) -> pd.DataFrame:
    rows = [
        ("validation", "loss", run, epoch, value)
        for run, last in values.items()
        for epoch, value in ((1, 0.0), (2, last))
    ]
    return pd.DataFrame(rows, columns=["images", "measure", "run", "epoch", "value"])


def test_labels_at_the_ends_of_close_curves_are_moved_apart():
    table = tables.curves(curves_ending_at(a=1.0, b=1.001, c=0.5), "loss", gap=0.1)
    last = table[table["epoch"] == 2].set_index("run")
    assert last["value"].to_dict() == {"a": 1.0, "b": 1.001, "c": 0.5}
    labels = last["label_value"].sort_values()
    assert labels.index.tolist() == ["c", "a", "b"]
    assert labels.diff().min() > 0.0999
    assert table.loc[table["epoch"] == 1, "label_value"].isna().all()


def test_labels_in_different_charts_need_no_distance():
    table = tables.curves(tables.histories([KL]), "loss", panel="images")
    last = table[table["epoch"] == 2]
    assert last["label_value"].tolist() == last["value"].tolist()
    assert tables.ends(table, "validation") == {"KL": 0.75}


def test_figures_give_last_and_best_and_what_they_rest_on():
    run = a_run(accuracies=(0.5, 0.8, 0.7))
    row = tables.figures([run]).iloc[0]
    assert row["validation accuracy, last epoch"] == 0.7
    assert row["validation accuracy, best epoch"] == 0.8
    assert row["best epoch"] == 2
    assert row["test images"] == 1000


@pytest.fixture
def picture():
    table = tables.curves(tables.histories([KL, CE]), "loss", panel="images")
    return vega.board([[(table, curves.overlay("loss", kind, 2)) for kind in curves.KINDS]])


SPECS = [
    curves.one_run("loss", 25),
    curves.overlay("accuracy", "training", 25),
]


@pytest.mark.parametrize("spec", SPECS)
def test_a_specification_keeps_to_vega_lites_schema(spec):
    specs.assert_keeps_to_the_schema(spec)


@pytest.mark.parametrize("spec", SPECS)
def test_a_specification_holds_no_data_and_leaves_the_colours_to_the_theme(spec):
    specs.assert_holds_no_data_and_no_colours(spec)


def test_the_board_is_rendered_as_svg_and_png(picture):
    svg = vega.svg(picture)
    assert svg.startswith("<svg")
    assert "Loss on the training images" in svg
    assert "Loss on the validation images" in svg
    for colour in vega.EXPORT_COLOURS[:2]:
        assert colour.lower() in svg.lower()
    png = vega.png(picture)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") > 1600  # its width in pixels


@pytest.mark.parametrize(
    ("epochs", "ticks"),
    [
        (1, [1]),
        (2, [1, 2]),
        (5, [1, 2, 3, 4, 5]),
        (10, [1, 2, 4, 6, 8, 10]),
        (25, [1, 5, 10, 15, 20, 25]),
    ],
)
def test_the_epochs_axis_shows_its_first_and_last_epoch(epochs, ticks):
    spec = curves.one_run("loss", epochs)
    assert spec["layer"][0]["encoding"]["x"]["axis"]["values"] == ticks
