"""The page Evaluation with the recorded networks, and the script that it offers."""

import io
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from models.evaluation.agreement import PredictedDistributions
from models.evaluation.predictions import Predictions
from models.runs import store
from models.runs.store import SAVED
from pages.ui import controls
from pages.ui import formatting as fmt
from pages.ui.evaluation import prose, sections
from pages.ui.evaluation.results import NAMES, ROWS
from pages.ui.predictions import repository, selection
from pages.ui.training import run_service
from tests.app.visit import said


@pytest.fixture
def few(monkeypatch, tmp_path):
    """Three of the recorded pairs, and no control."""
    monkeypatch.setattr(store, "THREAD_CONTROL", tmp_path / "none")
    run_service._thread_control.clear()
    pairs = dict(list(repository.matched_runs().items())[:3])
    monkeypatch.setattr(repository, "matched_runs", lambda: pairs)
    yield list(pairs.values())
    run_service._thread_control.clear()


@pytest.fixture
def diverged(monkeypatch):
    """The trainings of all of them; what was found of such networks is not kept for other tests."""

    def predictions(run, kind):
        return Predictions(np.full((4, 10), np.nan), np.zeros(4, np.uint8))

    caches = sections.evaluated, sections._compared
    for cache in caches:
        cache.clear()
    monkeypatch.setattr(repository, "predictions", predictions)
    yield
    for cache in caches:
        cache.clear()


def shown(kind="test", *folds, **query):
    """The page, with some of its folds open."""
    app = AppTest.from_file("../../app.py", default_timeout=60)
    app.switch_page("pages/evaluation.py")
    for name, value in {"pictures": selection.KINDS[kind], **query}.items():
        app.query_params[name] = value
    for fold in folds:
        app.session_state[f"evaluation:{fold}"] = True
    app.run()
    assert not app.exception
    return app


def test_every_chart_has_its_words_and_both_tables_stand(few):
    app = shown("test", "pairs")
    alts = [chart.proto.alt for chart in app.get("vega_lite_chart")]
    assert [alt.split()[0] for alt in alts] == "Reliability Histogram Dot Confusion".split() + 2 * [
        "Strip"
    ]
    first, second = (table.value for table in app.table)
    n = sections.evaluated(few[0], "test").n
    assert first.columns.tolist() == [f"n = {n:,} photographs", "KL divergence", "Cross-entropy"]
    assert second["n"].tolist() == ["3", "3", "3"]
    assert "smoothed" not in said(app)
    assert "has no recorded predictions" in said(app)


def test_the_confusion_is_that_of_the_net_that_is_chosen(few):
    both = sections.evaluated(few[0], "validation")
    app = shown("validation")
    for place, evaluation in enumerate((both.kl, both.ce)):
        group = next(one for one in app.button_group if one.key == "quality:net")
        app = group.set_value(place).run()
        assert not app.exception
        assert prose.confusion(evaluation) in said(app)
        alt = next(c.proto.alt for c in app.get("vega_lite_chart") if "onfusion" in c.proto.alt)
        assert NAMES[place] in alt


def test_that_trainings_diverged_is_said_once_and_the_page_stands(few, diverged):
    app = shown()
    (warning,) = app.warning
    assert "training diverged" in warning.value
    titles = " and ".join([", ".join(pair.title for pair in few[:-1]), few[-1].title])
    assert f"there are none here. Left out, as their training diverged: {titles}." in said(app)
    assert not app.code


def test_without_recorded_networks_the_page_says_where_they_come_from(monkeypatch):
    monkeypatch.setattr(repository, "matched_runs", dict)
    assert "No networks are recorded here" in shown().info[0].value


def test_one_seed_alone_answers_nothing_and_says_so(few, monkeypatch):
    monkeypatch.setattr(repository, "matched_runs", lambda: {few[0].key: few[0]})
    app = shown()
    assert "there is only one seed here" in said(app)
    assert len(app.table) == 1


def test_the_files_hold_what_the_page_shows(few, monkeypatch):
    files = {}
    monkeypatch.setattr(
        controls,
        "downloads",
        lambda *those: files.update({name: make for _, make, name, _ in those}),
    )
    shown("test", "downloads")
    both = sections.evaluated(few[0], "test")
    seed = "test-cifar10-seed1-25epochs"
    tables = [f"{what}-{seed}.csv" for what in ("figures", "images")]
    assert list(files) == [*tables, f"charts-{seed}.svg", f"charts-{seed}.png"]
    figures, images = (pd.read_csv(io.StringIO(files[name]())) for name in tables)
    assert figures["value"][0] == pytest.approx(both.kl.accuracy.value, rel=1e-5)
    assert len(images) == both.n
    assert (images["label"] == images["kl_predicted"]).sum() == both.kl.accuracy.hits
    assert images["ce_nll_nats"].mean() == pytest.approx(both.ce.kl.value, rel=1e-4)
    drawn = files[f"charts-{seed}.svg"]()
    for title in (
        "Reliability diagram",
        "Distribution of the negative log-likelihood",
        "Accuracy by class",
        "Confusion matrix, KL divergence",
        "Confusion matrix, Cross-entropy",
        "Same predicted class",
        "Mean JS divergence of two predictions",
    ):
        assert f">{title}</text>" in drawn
    assert files[f"charts-{seed}.png"]().startswith(b"\x89PNG")


def numbers(line):
    return [float(text) for text in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", line)]


@pytest.mark.parametrize("kind", repository.KINDS)
def test_the_script_prints_the_figures_of_the_page(kind):
    pair = next(iter(repository.matched_runs().values()))
    code = sections.script(pair, kind)
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=SAVED.parent.parent,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    lines = [line.split(": ")[1] for line in done.stdout.splitlines()]
    both = sections.evaluated(pair, kind)
    expected = []
    for one in both.networks:
        accuracy = one.accuracy
        expected += [
            [accuracy.value, *accuracy.interval, accuracy.n],
            [one.ece],
            [one.ece_by_chance],
            [one.gap.value, *one.gap.interval],
            [one.kl.value, *one.kl.interval],
            [one.median],
            [one.half.value],
        ]
    expected.append([both.difference.value, *both.difference.interval])
    assert [numbers(line) for line in lines] == [pytest.approx(row) for row in expected]


def test_networks_with_smoothed_labels_are_another_matter(monkeypatch):
    smoothed = {k: p for k, p in repository.matched_runs().items() if p.kl.spec.label_smoothing}
    assert smoothed
    monkeypatch.setattr(repository, "matched_runs", lambda: smoothed)
    assert sections.compared("test").losses == ()


def test_the_recorded_networks_agree_as_one_pair_at_a_time(few):
    those = sections.compared("test")
    one, two, _ = few
    for pair, first, second in (
        (those.losses[0], one.kl, one.ce),
        (those.kl_seeds[0], one.kl, two.kl),
        (those.ce_seeds[0], one.ce, two.ce),
    ):
        networks = (
            PredictedDistributions.of(repository.predictions(run, "test"))
            for run in (first, second)
        )
        assert pair.agreement == next(networks).agreement(next(networks))
    assert len(those.losses) == len(those.kl_seeds) == len(those.ce_seeds) == 3


def test_a_control_with_predictions_is_a_row_of_its_own(few, tmp_path, monkeypatch):
    """Made up: the second training of each network of seed 1 predicts what seed 2 predicts."""
    one, two, _ = few
    for run, other in zip(one.runs, two.runs, strict=True):
        folder = tmp_path / run.id
        folder.mkdir()
        predicted = {kind: repository.predictions(other, kind) for kind in repository.KINDS}
        store.save(store.Finished(run, {}, predicted), folder)
    monkeypatch.setattr(store, "THREAD_CONTROL", tmp_path)
    run_service._thread_control.clear()
    app = shown("test", "pairs")
    table = app.table[1].value
    assert table.iloc[:, 0].tolist() == list(ROWS)
    assert table["n"].tolist() == ["3", "3", "3", "2"]
    expected = [
        np.mean(
            repository.predictions(first, "test").log_q.argmax(1)
            == repository.predictions(second, "test").log_q.argmax(1)
        )
        for first, second in zip(one.runs, two.runs, strict=True)
    ]
    low, high = sorted(map(fmt.percent, expected))
    assert f"(two pairs, {low} to {high})" in said(app)
    assert "less than rounding alone" in said(app)


@pytest.mark.parametrize("kind", repository.KINDS)
def test_the_key_point_on_loss_and_seed_is_what_the_figures_say(kind):
    prose = said(shown(kind))
    assert "two that differ only in their loss agree more than two that differ" in prose
    assert "**Another loss changes the predictions less than another seed.**" in prose
    assert "(four pairs, " in prose
    assert "**another loss changes the predictions about as much as rounding alone.**" in prose


def test_the_closing_question_is_computed_from_its_bin():
    options = shown().radio(key="closing:answer").options
    assert "0.01, and the network is overconfident there" in options


def test_methods_and_sources_are_one_click_away():
    assert "Naeini" not in said(shown())
    assert "Naeini" in said(shown("test", "methods"))
    assert "Wilson" in said(shown("test", "methods"))
