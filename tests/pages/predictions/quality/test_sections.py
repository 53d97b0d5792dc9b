"""The sections on nets' quality with the recorded nets, and the script that they offer."""

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
from models.runs.store import SAVED
from pages.ui import controls
from pages.ui.predictions import repository
from pages.ui.predictions.quality import prose, sections
from pages.ui.predictions.quality.results import NAMES


def page(kind):
    from pages.ui.predictions import repository
    from pages.ui.predictions.quality import sections

    pair = next(iter(repository.matched_runs().values()))
    both = sections.show(pair, kind)
    sections.loss_or_seed(kind)
    if both:
        sections.downloads(pair, kind, both)


@pytest.fixture
def few(monkeypatch):
    """Three of the recorded pairs."""
    pairs = dict(list(repository.matched_runs().items())[:3])
    monkeypatch.setattr(repository, "matched_runs", lambda: pairs)
    return list(pairs.values())


@pytest.fixture
def diverged(monkeypatch):
    """The trainings of all of them; what was found of such nets is not kept for other tests."""

    def predictions(run, kind):
        return Predictions(np.full((4, 10), np.nan), np.zeros(4, np.uint8))

    caches = sections.evaluated, sections._compared
    for cache in caches:
        cache.clear()
    monkeypatch.setattr(repository, "predictions", predictions)
    yield
    for cache in caches:
        cache.clear()


def shown(kind="test"):
    app = AppTest.from_function(page, args=(kind,), default_timeout=60).run()
    assert not app.exception
    return app


def said(app):
    return " ".join(text.value for text in app.markdown)


def test_every_chart_has_its_words_and_both_tables_stand(few):
    app = shown()
    alts = [chart.proto.alt for chart in app.get("vega_lite_chart")]
    assert [alt.split()[0] for alt in alts] == "Reliability Histogram Dot Confusion".split() + 2 * [
        "Strip"
    ]
    first, second = (table.value for table in app.table)
    n = sections.evaluated(few[0], "test").n
    assert first.columns.tolist() == [f"n = {n:,} images", "KL divergence", "Cross-entropy"]
    assert second["Pairs"].tolist() == ["3", "3", "3"]
    assert "smoothed" not in said(app)


def test_the_confusion_is_that_of_the_net_that_is_chosen(few):
    both = sections.evaluated(few[0], "validation")
    app = shown("validation")
    for place, quality in enumerate((both.kl, both.ce)):
        (group,) = app.button_group
        app = group.set_value(place).run()
        assert not app.exception
        assert prose.confusion(quality) in said(app)
        alt = next(c.proto.alt for c in app.get("vega_lite_chart") if "onfusion" in c.proto.alt)
        assert NAMES[place] in alt


def test_that_trainings_diverged_is_said_once_and_the_page_stands(few, diverged):
    app = shown()
    (warning,) = app.warning
    assert "training diverged" in warning.value
    titles = " and ".join([", ".join(pair.title for pair in few[:-1]), few[-1].title])
    assert f"there are none here. Left out, as their training diverged: {titles}." in said(app)
    assert not app.code


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
    shown()
    both = sections.evaluated(few[0], "test")
    seed = "test-cifar10-seed1-25epochs"
    tables = [f"{what}-{seed}.csv" for what in ("figures", "images")]
    assert list(files) == [*tables, f"charts-{seed}.svg", f"charts-{seed}.png"]
    figures, images = (pd.read_csv(io.StringIO(files[name]())) for name in tables)
    assert figures["value"][0] == pytest.approx(both.kl.accuracy.value, rel=1e-5)
    assert len(images) == both.n
    assert (images["label"] == images["kl_guess"]).sum() == both.kl.accuracy.hits
    assert images["ce_nats"].mean() == pytest.approx(both.ce.kl.value, rel=1e-4)
    drawn = files[f"charts-{seed}.svg"]()
    for title in (
        "Accuracy against confidence",
        "Spread of KL(label‖softmax)",
        "Accuracy class by class",
        "Truth and guess, KL divergence",
        "Truth and guess, Cross-entropy",
        "How often two nets guess the same",
        "How far two nets’ beliefs are apart",
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
    for net in (both.kl, both.ce):
        accuracy = net.accuracy
        expected += [
            [accuracy.value, *accuracy.interval, accuracy.n],
            [net.error],
            [net.chance],
            [net.gap.value, *net.gap.interval],
            [net.kl.value, *net.kl.interval],
            [net.median],
            [net.half.value],
        ]
    expected.append([both.difference.value, *both.difference.interval])
    assert [numbers(line) for line in lines] == [pytest.approx(row) for row in expected]


def test_nets_with_smoothed_labels_are_another_matter(monkeypatch):
    smoothed = {k: p for k, p in repository.matched_runs().items() if p.kl.spec.label_smoothing}
    assert smoothed
    monkeypatch.setattr(repository, "matched_runs", lambda: smoothed)
    assert sections.compared("test").losses == ()


def test_the_recorded_nets_are_alike_as_judged_one_pair_at_a_time(few):
    those = sections.compared("test")
    one, two, _ = few
    for pair, first, second in (
        (those.losses[0], one.kl, one.ce),
        (those.kl_seeds[0], one.kl, two.kl),
        (those.ce_seeds[0], one.ce, two.ce),
    ):
        nets = (
            PredictedDistributions.of(repository.predictions(run, "test"))
            for run in (first, second)
        )
        assert pair.agreement == next(nets).agreement(next(nets))
    assert len(those.losses) == len(those.kl_seeds) == len(those.ce_seeds) == 3
