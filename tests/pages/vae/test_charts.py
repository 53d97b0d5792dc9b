"""The VAE page's charts: specifications that hold no data, and the tables that fill them."""

import re
from dataclasses import replace
from functools import partial

import pytest

from pages.ui import vega
from pages.ui.vae import charts, results
from pages.ui.vae.state import Encoded
from tests.made_up_vaes import BETAS, DISTORTIONS, RATES, a_vae
from tests.pages import specs
from tests.pages.test_contrast import MARK
from tests.theme import CONFIG, ROOT, contrast

Q = Encoded(1.5, 0.4)
RUNS = {beta: a_vae(beta) for beta in BETAS}
RUN = RUNS[1.0]
# name → how its table and its specification are made.
CHARTS = {
    "gradients": (lambda: charts.gradients_table(results.solve(Q).gradients), charts.gradients),
    "descents": (lambda: charts.descents_table(results.solve(Q).descents), charts.descents),
    "rate distortion": (lambda: charts.rate_distortion_table(RUNS, 1.0), charts.rate_distortion),
    "spreads": (lambda: charts.spreads_table(RUNS), charts.spreads),
    **{
        what: (partial(charts.training_table, RUN, what), partial(charts.training, what, 3))
        for what in ("distortion", "rate")
    },
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_specification_without_data_that_draws_its_table(name):
    table, spec = (make() for make in CHARTS[name])
    specs.assert_keeps_to_the_schema(spec)
    specs.assert_holds_no_data_and_no_colours(spec)
    specs.assert_reads_only_columns_of(spec, table)
    assert vega.svg(vega.board([[(table, spec)]])).count("<path") > 6
    assert CHARTS[name][1]() is spec  # built once


def test_the_curve_over_beta_writes_every_net_and_marks_the_chosen_one():
    table = charts.rate_distortion_table(RUNS, 1.0)
    drawn = vega.svg(vega.board([[(table, charts.rate_distortion())]]))
    assert all(f"β = {beta:g}" in drawn for beta in BETAS)
    assert table["chosen"].tolist() == [False, True, False]
    assert table["rate"].tolist() == [RATES[beta] for beta in BETAS]
    assert table["distortion"].tolist() == [DISTORTIONS[beta] for beta in BETAS]


def test_gradients_are_written_beside_their_bars():
    table = charts.gradients_table(results.solve(Q).gradients)
    said = table.set_index(["series", "of"])["said"]
    # By hand, from μ = 1.5 and σ = 0.4.
    assert said[charts.KL].tolist() == ["1.5", "−0.84"]
    assert said[charts.CE].tolist() == ["1.5", "0.16"]
    assert said[charts.H].tolist() == ["0", "1"]


def test_both_descents_begin_at_q_and_are_named_at_their_ends():
    table = charts.descents_table(results.solve(Q).descents)
    first = table[table["step"] == 0]
    assert first["std"].tolist() == [0.4, 0.4]
    assert table.dropna()["step"].tolist() == [100, 100]
    assert table.dropna()["label"].tolist() == [charts.KL, charts.CE]


def test_spreads_are_beside_the_border_of_collapse():
    table = charts.spreads_table(RUNS)
    assert table["spread"].tolist() == [90, 80, 1, 0.9, 0.8, 0.001]
    assert set(table["border"]) == {0.01}  # Burda, Grosse and Salakhutdinov (2016)


def test_where_both_curves_of_a_training_end_alike_their_names_stand_apart():
    last = replace(RUN.last, test_distortion=RUN.last.distortion)
    run = replace(RUN, history=(*RUN.history[:-1], last))
    table = charts.training_table(run, "distortion")
    drawn = vega.svg(vega.board([[(table, charts.training("distortion", 3))]]))
    heights = [
        float(re.search(rf"translate\([\d.]+,([\d.]+)\)[^>]*>{name}</text>", drawn)[1])
        for name in ("training", "test")
    ]
    assert abs(heights[0] - heights[1]) >= 12  # as high as their letters


@pytest.mark.parametrize(("place", "theme"), [(1, "light"), (2, "dark")])
def test_every_classs_colour_stands_out_from_the_page(place, theme):
    css = (ROOT / "pages/ui/vae/plane/plane.css").read_text()
    colours = re.findall(r"--dot: light-dark\((#\w{6}), (#\w{6})\)", css)
    assert len({pair[place - 1] for pair in colours}) == 10
    ground = CONFIG["theme"][theme]["backgroundColor"]
    assert min(contrast(pair[place - 1], ground) for pair in colours) >= MARK
