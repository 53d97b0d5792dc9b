"""The curves of runs: their tables and names, what is drawn of them, and the picture."""

from dataclasses import replace

import pandas as pd
import pytest

from models.runs.spec import LOSSES
from pages.ui import vega
from pages.ui.training import charts
from tests.made_up import CE as CROSS_ENTROPY
from tests.made_up import a_run as made_up
from tests.pages import specs


def a_run(*of, accuracies=(0.5, 0.7), **settings):
    n = len(accuracies)
    losses, val_losses = ([first / epoch for epoch in range(1, n + 1)] for first in (2.0, 1.5))
    return made_up(*of, losses=losses, val_losses=val_losses, accuracies=accuracies, **settings)


KL, CE = a_run(), a_run(CROSS_ENTROPY)


def test_a_history_has_four_rows_an_epoch():
    table = charts.histories([KL])
    assert len(table) == 8
    row = table[(table.epoch == 2) & (table.images == "validation") & (table.measure == "accuracy")]
    assert row["value"].item() == 0.7


def test_no_epochs_give_an_empty_table_with_its_columns():
    assert charts.histories([replace(KL, history=())]).columns.tolist()[-1] == "value"


def test_names_are_as_short_as_telling_runs_apart_allows():
    assert list(charts.short_names([KL, CE]).values()) == ["KL", "CE"]
    assert list(charts.short_names([KL, a_run(seed=2)]).values()) == ["KL, seed 1", "KL, seed 2"]
    twins = [KL, a_run(suffix="-ab12cd")]
    assert list(charts.short_names(twins).values()) == [
        "KL, seed 1, recorded",
        "KL, seed 1, ab12cd",
    ]


def test_no_two_runs_ever_share_a_name():
    other_epochs = a_run(accuracies=(0.5,))
    runs = [KL, CE, other_epochs, a_run(seed=2), a_run(suffix="-ab12cd"), a_run(suffix="-ef34ab")]
    names = charts.short_names(runs)
    assert len(set(names.values())) == len(names) == 6


def test_a_diverged_run_takes_no_other_label_away():
    diverged = a_run(seed=2, accuracies=(0.5, float("nan")))
    table = charts.curves(charts.histories([KL, diverged]), "accuracy", panel="images")
    assert charts.ends(table, "validation")["KL, seed 1"] == 0.7
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
    table = charts.curves(curves_ending_at(a=1.0, b=1.001, c=0.5), "loss")
    last = table[table["epoch"] == 2].set_index("run")
    assert last["value"].to_dict() == {"a": 1.0, "b": 1.001, "c": 0.5}
    labels = last["label_value"].sort_values()
    assert labels.index.tolist() == ["c", "a", "b"]
    assert labels.diff().min() > 0.0899
    assert table.loc[table["epoch"] == 1, "label_value"].isna().all()


def test_labels_in_different_charts_need_no_distance():
    table = charts.curves(charts.histories([KL]), "loss", panel="images")
    last = table[table["epoch"] == 2]
    assert last["label_value"].tolist() == last["value"].tolist()
    assert charts.ends(table, "validation") == {"KL": 0.75}


@pytest.fixture
def picture():
    table = charts.curves(charts.histories([KL, CE]), "loss", panel="images")
    return vega.board([[(table, charts.overlay("loss", kind, 2)) for kind in charts.KINDS]])


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
    spec = charts.one_run("loss", epochs)
    assert spec["layer"][0]["encoding"]["x"]["axis"]["values"] == ticks


@pytest.mark.parametrize(
    "spec",
    [lambda: charts.one_run("loss", 25), lambda: charts.overlay("accuracy", "training", 25)],
    ids=["one run", "overlay"],
)
def test_a_specification_keeps_to_the_schema_and_holds_neither_data_nor_colours(spec):
    specs.assert_keeps_to_the_schema(spec())
    specs.assert_holds_no_data_and_no_colours(spec())
