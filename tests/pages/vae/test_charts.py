"""The VAE page's charts: specifications that hold no data, and the tables that fill them."""

import pytest

from pages.ui import vega
from pages.ui.vae import charts, results
from pages.ui.vae.state import Posterior
from tests.pages import specs

Q = Posterior(1.5, 0.4)
# name → how its table and its specification are made.
CHARTS = {
    "gradients": (lambda: charts.gradients_table(results.solve(Q).gradients), charts.gradients),
    "descents": (lambda: charts.descents_table(results.solve(Q).descents), charts.descents),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_specification_without_data_that_draws_its_table(name):
    table, spec = (make() for make in CHARTS[name])
    specs.assert_keeps_to_the_schema(spec)
    specs.assert_holds_no_data_and_no_colours(spec)
    specs.assert_reads_only_columns_of(spec, table)
    assert vega.svg(vega.board([[(table, spec)]])).count("<path") > 6
    assert CHARTS[name][1]() is spec  # built once


def test_gradients_are_written_beside_their_bars():
    table = charts.gradients_table(results.solve(Q).gradients)
    said = table.set_index(["series", "variable"])["said"]
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
