"""The β-VAE page's charts: specifications that hold no data, and the tables that fill them."""

import re
from dataclasses import replace
from functools import partial

import pytest

from pages.ui import vega
from pages.ui.beta_vae import charts
from tests.made_up_vaes import BETAS, DISTORTIONS, RATES, a_vae
from tests.pages import specs
from tests.pages.test_contrast import MARK
from tests.theme import CONFIG, ROOT, contrast

RUNS = {beta: a_vae(beta) for beta in BETAS}
RUN = RUNS[1.0]
# name → how its table and its specification are made.
CHARTS = {
    "rate distortion": (lambda: charts.rate_distortion_table(RUNS, 1.0), charts.rate_distortion),
    "variances": (lambda: charts.variances_table(RUNS), charts.variances),
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


def test_the_curve_over_beta_writes_every_network_and_marks_the_chosen_one():
    table = charts.rate_distortion_table(RUNS, 1.0)
    drawn = vega.svg(vega.board([[(table, charts.rate_distortion())]]))
    assert all(f"β = {beta:g}" in drawn for beta in BETAS)
    assert table["chosen"].tolist() == [False, True, False]
    assert table["rate"].tolist() == [RATES[beta] for beta in BETAS]
    assert table["distortion"].tolist() == [DISTORTIONS[beta] for beta in BETAS]


def test_variances_are_beside_the_threshold_of_collapse():
    table = charts.variances_table(RUNS)
    assert table["variance"].tolist() == [90, 80, 1, 0.9, 0.8, 0.001]
    assert set(table["threshold"]) == {0.01}  # Burda, Grosse and Salakhutdinov (2016)


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
    css = (ROOT / "pages/ui/beta_vae/plane/plane.css").read_text()
    colours = re.findall(r"--dot: light-dark\((#\w{6}), (#\w{6})\)", css)
    assert len({pair[place - 1] for pair in colours}) == 10
    ground = CONFIG["theme"][theme]["backgroundColor"]
    assert min(contrast(pair[place - 1], ground) for pair in colours) >= MARK
