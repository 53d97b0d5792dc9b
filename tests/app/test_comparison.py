"""The comparison page, run by Streamlit without a browser, on runs that nobody trained."""

import io
import json
import math
import re

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from models.files import ROOT
from models.runs import store
from pages.ui import controls
from pages.ui.training import run_service
from tests.app.visit import opened, said
from tests.made_up import CE, KL, NAN, a_run, like_real, saved

PAGE = "pages/comparison.py"
PHOTOGRAPHS = {"data": "cifar10"}
SMOOTHED = {**PHOTOGRAPHS, "label_smoothing": 0.1}
NOTHING = {"only_smoothing": ["0", "0.1"]}  # chosen of the labels: all of them


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """No recorded runs, and none made here; the folder with the places for both."""
    monkeypatch.setenv("KL_RUNS_DIR", str(tmp_path / "here"))
    monkeypatch.setattr(store, "SAVED", tmp_path / "saved")
    monkeypatch.setattr(store, "THREAD_CONTROL", tmp_path / "saved" / "rounded_otherwise")
    for cached in (run_service.recorded, run_service._thread_control):
        cached.clear()
    yield tmp_path
    for cached in (run_service.recorded, run_service._thread_control):
        cached.clear()


@pytest.fixture
def here(folders):
    return folders / "here"


@pytest.fixture
def recorded(folders):
    """As the project ships them, if fewer: plain labels with three seeds, smoothed with two."""
    for loss in (KL, CE):
        for seeds, settings in (((1, 2, 3), PHOTOGRAPHS), ((1, 2), SMOOTHED)):
            for seed in seeds:
                saved(like_real(loss, seed, **settings), folders / "saved")
    return folders / "saved"


def compared(**query) -> AppTest:
    app = opened(PAGE, **query)
    assert not app.exception
    return app


def choice(app: AppTest, key: str):
    return next(group for group in app.button_group if group.key == key)


def answer_of(app: AppTest):
    """The first sentence below the introduction."""
    return app.markdown[2]


def offered(app: AppTest) -> set[str]:
    """The properties that the runs can be chosen by."""
    return {group.key for group in app.button_group if group.key.startswith("only_")}


def charts(app: AppTest) -> list[str]:
    """What each chart says of itself."""
    return [chart.proto.alt for chart in app.get("vega_lite_chart")]


def headed(app: AppTest) -> list[str]:
    """The headings of the forest plots."""
    found = (re.fullmatch(r"\*\*([^*]+)\*\*", element.value) for element in app.markdown)
    return [heading[1] for heading in found if heading]


def columns(app: AppTest) -> list[str]:
    return app.table[0].value.columns.tolist()


def test_the_answer_and_the_paired_differences_come_before_the_learning_curves(recorded):
    app = compared()
    # KL minus CE is −0.1, −0.3 and +0.1 points: −0.1 ± 4.303 · 0.2/√3.
    answer = answer_of(app)
    assert answer.value.replace("\N{NO-BREAK SPACE}", " ").startswith(
        "**No: the accuracies are equivalent.** Over 3 seeds, the final validation accuracy is "
    )
    assert "paired difference** is −0.1 points" in answer.value
    assert "interval** [−0.6,\N{NO-BREAK SPACE}+0.4]" in answer.value
    assert charts(app)[0].startswith("Forest plot")
    assert len(charts(app)) == 6
    assert all(re.search(r"\d", alt) for alt in charts(app))


def test_at_first_the_recorded_photographs_with_plain_labels_are_shown(recorded, here):
    saved(like_real(KL, 9, label_smoothing=0.2), here)
    app = compared()
    assert columns(app) == ["KL", "CE"]
    chosen = {group.key: group.value for group in app.button_group if group.key in offered(app)}
    assert chosen == {
        "only_data": ["CIFAR-10"],
        "only_smoothing": ["0"],
        "only_made": ["recorded"],
        "only_loss": [],
        "only_seed": [],
    }


def test_whatever_is_chosen_is_shown_though_other_choices_would_not_let_it_through(recorded, here):
    saved(like_real(KL, 9, label_smoothing=0.2), here)
    app = compared()
    choice(app, "only_data").set_value(["CIFAR-10", "shapes"]).run()
    assert columns(app) == ["KL, plain labels", "CE, plain labels", "KL, smoothing 0.2"]
    assert choice(app, "only_made").value == ["recorded", "made here"]
    assert choice(app, "only_smoothing").value == ["0", "0.2"]
    assert choice(app, "only_loss").value == []  # which means all
    # Alone, too; and back again from where they are made.
    choice(app, "only_data").set_value(["shapes"]).run()
    assert columns(app) == ["KL"]
    choice(app, "only_made").set_value(["recorded"]).run()
    assert columns(app)[:2] == ["KL", "CE"]
    assert "CIFAR-10" in choice(app, "only_data").value


def test_what_smooths_the_curves_is_not_called_as_what_smooths_the_labels(recorded):
    app = compared()
    assert app.slider(key="smoothing_of_curves").label == "Curve smoothing"
    assert choice(app, "only_smoothing").label == "Label smoothing"


def test_an_answer_points_to_the_choices_which_stand_below_it(here):
    for loss in (KL, CE):
        saved(like_real(loss, 1), here)
    app = compared()
    assert "choose more below" in said(app)


def test_where_there_are_no_such_runs_all_that_there_are_are_shown(here):
    saved(like_real(KL, 1, label_smoothing=0.1, **PHOTOGRAPHS), here)
    saved(like_real(KL, 1), here)
    app = compared()
    assert not app.info
    assert len(columns(app)) == 2
    assert choice(app, "only_smoothing").value == []


def test_only_what_differs_between_runs_can_be_chosen(here):
    saved(like_real(KL, 1), here)
    assert offered(compared()) == set()
    saved(like_real(CE, 2), here)
    assert offered(compared()) == {"only_loss", "only_seed"}
    for settings in (
        {"epochs": 3},
        {"batch_size": 50},
        {"validation_split": 0.25},
        {"precision": "mixed_bfloat16"},
        {"label_smoothing": 0.1},
        {"data": "cifar10"},
    ):
        saved(like_real(KL, 1, **settings), here)
    assert offered(compared()) == {
        "only_loss",
        "only_seed",
        "only_epochs",
        "only_batch",
        "only_held_out",
        "only_precision",
        "only_smoothing",
        "only_data",
    }


def test_each_choice_leaves_the_runs_that_have_it_and_none_chosen_leaves_all(recorded):
    app = compared(**NOTHING)
    assert len(columns(app)) == 4
    choice(app, "only_loss").set_value(["CE"]).run()
    assert columns(app) == ["CE, plain labels", "CE, smoothing 0.1"]
    choice(app, "only_seed").set_value(["2", "3"]).run()
    table = app.table[0].value
    assert table.loc["≠ seeds"].tolist() == ["**2, 3**", "**2**"]
    choice(app, "only_loss").set_value([]).run()
    assert len(columns(app)) == 4


def test_where_the_address_cannot_say_none_all_are_marked_as_chosen(recorded):
    app = compared()
    choice(app, "only_smoothing").set_value([]).run()
    assert choice(app, "only_smoothing").value == ["0", "0.1"]
    assert len(columns(app)) == 4
    again = compared(only_smoothing=app.query_params["only_smoothing"])
    assert columns(again) == columns(app)


EVERYTHING = {
    "only_smoothing": ["0", "0.1"],
    "only_loss": ["KL", "CE"],
    "only_seed": ["1", "2"],
    "band": "lowest to highest",
    "against": "seconds",
    "smoothing_of_curves": "0.3",
    "log": "true",
    "only_kl": "true",
    "margin": "0.4",
}


def test_an_address_brings_back_all_that_was_chosen(recorded):
    app = compared()
    for key in ("only_smoothing", "only_loss", "only_seed"):
        choice(app, key).set_value(EVERYTHING[key])
    choice(app, "band").set_value("range")
    choice(app, "against").set_value("seconds")
    app.slider(key="smoothing_of_curves").set_value(0.3)
    app.slider(key="margin").set_value(0.4)
    app.toggle(key="log").set_value(True)
    app.toggle(key="only_kl").set_value(True)
    app.run()
    by_address = compared(**EVERYTHING)
    assert specs(by_address) == specs(app) != specs(compared())
    assert charts(by_address) == charts(app) != charts(compared())
    assert said(by_address) == said(app)
    assert [c.value for c in by_address.caption] == [c.value for c in app.caption]


def specs(app: AppTest) -> list[str]:
    return [chart.proto.spec for chart in app.get("vega_lite_chart")]


@pytest.mark.parametrize(
    "query",
    [
        {
            "only_seed": "999",
            "only_data": "mnist",
            "only_smoothing": "7",
            "band": "x",
            "against": "hours",
            "margin": "1e9",
            "smoothing_of_curves": "nan",
            "log": "maybe",
            "runs": "unknown",
        },
        {"only_seed": "**", "margin": "-1", "smoothing_of_curves": "1"},
    ],
    ids=["all", "others"],
)
def test_nonsense_in_a_link_changes_nothing(recorded, query):
    app, usual = compared(**query), compared()
    assert (said(app), charts(app), columns(app)) == (said(usual), charts(usual), columns(usual))
    assert not app.info


def test_what_is_left_of_a_stale_link_counts(recorded):
    app = compared(only_seed=["2", "999"])
    assert app.table[0].value.loc["seeds"].tolist() == ["2", "2"]


def test_a_choice_that_disappears_while_somebody_looks_is_dropped(folders, here):
    for seed in (1, 2, 3):
        saved(like_real(KL, seed), here)
    app = compared(only_seed=["2", "3"])
    assert app.table[0].value.loc["seeds"].tolist() == ["2, 3"]
    (here / like_real(KL, 3).id / "run.json").unlink()
    app.run()
    assert not app.exception
    assert choice(app, "only_seed").value == ["2"]
    assert app.table[0].value.loc["seeds"].tolist() == ["2"]


def test_without_any_runs_the_page_says_what_to_do():
    app = compared()
    assert "Train one on the page *Training*" in app.info[0].value
    assert charts(app) == []
    assert app.button(key="present:turn")


def test_where_no_run_matches_the_page_says_what_to_do(recorded):
    app = compared(only_smoothing=["0.1"], only_seed=["3"])
    assert "No runs match. Choose others above" in app.info[0].value
    assert charts(app) == []
    choice(app, "only_seed").set_value([]).run()
    assert columns(app) == ["KL", "CE"]


def test_the_margin_of_the_test_is_fixed_and_another_one_is_only_what_if(here):
    # Differences of 0.4 and 0.6 points: mean 0.5, standard error 0.1, ± 12.706 · 0.1.
    for loss, ends in ((KL, (0.724, 0.726)), (CE, (0.72, 0.72))):
        for seed, last in enumerate(ends, 1):
            saved(a_run(loss, seed, accuracies=(0.5, last)), here)
    app = compared()
    # TOST within 1 point: t = 0.5/0.1 = 5, p = ½ − atan(5)/π = 0.063; within 2: t = 15, 0.021.
    assert round(0.5 - math.atan(5) / math.pi, 3) == 0.063
    assert round(0.5 - math.atan(15) / math.pi, 3) == 0.021
    verdict = answer_of(app).value
    assert verdict.startswith("**These runs cannot tell.**")
    assert "within 1 percentage point (p\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}0.063)" in verdict
    assert "dotted" not in json.loads(specs(app)[0])["title"]
    app.slider(key="margin").set_value(2.0).run()
    assert answer_of(app).value == verdict
    what_if = said(app).replace("\N{NO-BREAK SPACE}", " ")
    assert "With a margin of 2 percentage points, p = 0.021, below 0.05." in what_if
    title = json.loads(specs(app)[0])["title"]
    assert title == "KL − CE; dashed: margin ± 1, dotted: ± 2"


def test_how_curves_are_drawn_changes_their_data_and_their_axes(recorded):
    app = compared(**NOTHING)
    first = charts(app).index(next(alt for alt in charts(app) if "loss on the training" in alt))
    before = app.get("vega_lite_chart")[first].proto
    app.toggle(key="log").set_value(True).run()
    log = app.get("vega_lite_chart")[first].proto
    assert '"log"' in log.spec
    assert '"log"' not in before.spec
    choice(app, "against").set_value("seconds").run()
    assert "seconds of training" in app.get("vega_lite_chart")[first].proto.spec
    with_entropy, plain = charts(app)[first], "CE, smoothing 0.1 ends at"
    app.toggle(key="only_kl").set_value(True).run()
    before, after = (
        float(re.search(rf"{plain} ([\d.]+\d)", text)[1])
        for text in (with_entropy, charts(app)[first])
    )
    assert before - after == pytest.approx(0.5003, abs=1e-3)


def test_seven_groups_are_too_many_and_six_are_drawn(here):
    for smoothing in (0.0, 0.1, 0.2, 0.3):
        for loss in (KL, CE)[: 1 if smoothing == 0.3 else 2]:
            saved(like_real(loss, 1, label_smoothing=smoothing), here)
    app = compared()
    assert (
        "7 groups of runs match, too many for one chart: the first 6 are drawn" in app.info[0].value
    )
    assert len(columns(app)) == 6
    choice(app, "only_loss").set_value(["KL"]).run()
    assert not app.info
    assert len(columns(app)) == 4


def test_pairs_that_differ_in_one_setting_only_each_have_their_answer_and_chart(here):
    # Settings that no title of a run names.
    for settings in ({}, {"batch_size": 50}, {"validation_split": 0.25}):
        for loss in (KL, CE):
            for seed in (1, 2):
                saved(like_real(loss, seed, **settings), here)
    app = compared()
    titles = headed(app)
    assert len(titles) == len(set(titles)) == 3
    assert len(charts(app)) == 4 + 3 + 1


def test_recorded_runs_and_equal_ones_made_here_are_pairs_apart(recorded, here):
    for loss in (KL, CE):
        for seed in (11, 12):
            saved(like_real(loss, seed, **PHOTOGRAPHS), here)
    app = compared(only_made=["recorded", "made here"])
    assert set(headed(app)) == {"Recorded", "Made here"}


def test_one_loss_alone_asks_for_the_other(here):
    saved(like_real(KL, 1), here)
    app = compared()
    assert answer_of(app).value.startswith("Choose runs of both losses")
    assert len(charts(app)) == 4


def test_a_diverged_run_is_told_and_gives_no_verdict(here):
    for seed in (1, 2):
        saved(a_run(KL, seed), here)
        saved(a_run(CE, seed, losses=(2.0, NAN if seed == 2 else 1.0)), here)
    app = compared(log="true", smoothing_of_curves="0.5", only_kl="true")
    assert "one of them diverged" in answer_of(app).value
    assert any("One run diverged" in caption.value for caption in app.caption)
    assert "A confidence interval needs at least two seeds" in said(app)
    assert "CE ends at not a number" in charts(app)[0]
    assert app.table[0].value.loc["runs that diverged"].tolist() == ["0", "1"]


def test_runs_that_all_diverged_at_once_break_nothing(here):
    for loss in (KL, CE):
        saved(a_run(loss, losses=(NAN, NAN)), here)
    app = compared(log="true")
    assert "no separation can be computed" in said(app)


@pytest.fixture
def control(recorded):
    """Seed 1 of either loss again, with losses that leave in the third epoch."""
    for loss in (KL, CE):
        first = like_real(loss, 1, **PHOTOGRAPHS)
        losses = [epoch.loss + 0.01 * (epoch.epoch > 2) for epoch in first.history]
        again = a_run(loss, 1, losses=losses, **PHOTOGRAPHS)
        saved(again, recorded / "rounded_otherwise")


def test_the_control_stands_beside_the_pairs_only_where_there_is_one(recorded):
    assert "control" not in said(compared())


def test_runs_made_again_with_other_rounding_are_the_control(control):
    text = said(compared())
    assert "two runs trained a second time" in text
    assert "first differ by more than 0.001 nats in epoch 3: rounding alone" in text
    assert "n = 2 is too few to show" in text
    # Seed 2 has no such run.
    assert "control" not in said(compared(only_seed="2"))


def downloads(monkeypatch, **query):
    """What the page has to download: name → how to make it."""
    files = {}

    def keep(*those):
        files.update({name: content for _, content, name, _ in those})

    monkeypatch.setattr(controls, "downloads", keep)
    app = compared(**query)
    assert not files
    app.session_state["comparison:script"] = True  # opened
    assert not app.run().exception
    return app, files


def test_the_tables_hold_every_run_that_is_on_show_unrounded(recorded, monkeypatch):
    _, files = downloads(monkeypatch, only_seed=["1", "3"])
    curves = pd.read_csv(io.StringIO(files["curves.csv"]()))
    assert len(curves) == 2 * 2 * 4 * 4  # losses, seeds, epochs, figures
    of = curves.set_index(["loss", "seed", "epoch", "images", "measure"])["value"]
    run = like_real(CE, 3, **PHOTOGRAPHS)
    for epoch in run.history:
        for images, field in (("training", ""), ("validation", "val_")):
            for measure in ("loss", "accuracy"):
                key = ("Categorical cross-entropy", 3, epoch.epoch, images, measure)
                assert of[key] == getattr(epoch, field + measure)
    figures = pd.read_csv(io.StringIO(files["figures.csv"]()))
    assert sorted(figures["seed"]) == [1, 1, 3, 3]
    assert set(figures["validation accuracy, last epoch"]) == {
        like_real(loss, seed, **PHOTOGRAPHS).last.val_accuracy
        for loss in (KL, CE)
        for seed in (1, 3)
    }


def test_the_pictures_have_four_charts_and_a_band_for_each_group(recorded, monkeypatch):
    _, files = downloads(monkeypatch)
    svg = files["curves.svg"]()
    for title in ("Loss on the training", "Accuracy on the validation"):
        assert title in svg
    bands = re.findall(r'aria-roledescription="area mark" d="[^"]+"', svg)
    assert len(bands) == 4 * 2
    assert "NaN" not in svg
    png = files["curves.png"]()
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") > 1600  # its width in pixels


def test_the_script_names_the_folder_of_every_run_on_show(recorded, here):
    made_here = like_real(KL, 7, **PHOTOGRAPHS)
    saved(made_here, here)
    app = compared(only_made=["recorded", "made here"], only_seed=["1", "7"])
    assert not app.code
    app.session_state["comparison:script"] = True  # opened
    script = app.run().code[0].value
    assert "curves.html" in script
    for folder, run in ((recorded, like_real(CE, 1, **PHOTOGRAPHS)), (here, made_here)):
        assert f'"{folder.name}/{run.id}"' in script
    assert str(here.parent) not in script  # where it lies on the server is nobody's business
    assert like_real(KL, 2, **PHOTOGRAPHS).id not in script


def test_folders_within_the_project_are_named_from_it(monkeypatch):
    monkeypatch.setattr(store, "SAVED", ROOT / "models" / "saved")
    monkeypatch.delenv("KL_RUNS_DIR")
    assert run_service.place(like_real(KL, 4)) == f"runs/{like_real(KL, 4).id}"
