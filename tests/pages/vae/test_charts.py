"""The VAE page's charts: specifications that hold no data, and the tables that fill them."""

import re
from dataclasses import replace

import pytest

from pages.ui import vega
from pages.ui.vae import alt_text, charts, frames, results
from pages.ui.vae.state import Encoded
from tests.made_up_vaes import BETAS, DISTORTIONS, RATES, a_vae
from tests.pages import specs

Q = Encoded(1.5, 0.4)
RUNS = {beta: a_vae(beta) for beta in BETAS}
RUN = RUNS[1.0]
DRAWN = {
    "slopes": (charts.slopes(), frames.slopes(results.slopes(Q))),
    "descents": (charts.descents(100), frames.descents(results.descents(Q))),
    "rate distortion": (charts.rate_distortion(), frames.rate_distortion(RUNS, 1.0)),
    "spreads": (charts.spreads(), frames.spreads(RUNS)),
    "distortion": (charts.training("distortion", 3), frames.training(RUN, "distortion")),
    "rate": (charts.training("rate", 3), frames.training(RUN, "rate")),
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
    assert drawn.count("<path") > 6


@EACH
def test_every_column_that_a_chart_reads_is_in_its_table(spec, data):
    specs.assert_reads_only_columns_of(spec, data)


def test_each_specification_is_built_once():
    assert charts.slopes() is DRAWN["slopes"][0]
    assert charts.training("rate", 3) is DRAWN["rate"][0]


def test_the_curve_over_beta_writes_every_net_and_marks_the_chosen_one():
    drawn = vega.svg(vega.board([[DRAWN["rate distortion"][::-1]]]))
    assert all(f"β = {beta:g}" in drawn for beta in BETAS)
    table = DRAWN["rate distortion"][1]
    assert table["chosen"].tolist() == [False, True, False]
    assert table["rate"].tolist() == [RATES[beta] for beta in BETAS]
    assert table["distortion"].tolist() == [DISTORTIONS[beta] for beta in BETAS]


def test_slopes_are_written_beside_their_bars():
    said = DRAWN["slopes"][1].set_index(["series", "of"])["said"]
    # By hand, from μ = 1.5 and σ = 0.4.
    assert said[frames.KL].tolist() == ["1.5", "−0.84"]
    assert said[frames.CE].tolist() == ["1.5", "0.16"]
    assert said[frames.H].tolist() == ["0", "1"]


def test_both_descents_begin_at_q_and_are_named_at_their_ends():
    table = DRAWN["descents"][1]
    first = table[table["step"] == 0]
    assert first["std"].tolist() == [0.4, 0.4]
    assert table.dropna()["step"].tolist() == [100, 100]
    assert table.dropna()["label"].tolist() == [frames.KL, frames.CE]


def test_captions_say_the_figures():
    said = alt_text.rate_distortion(RUNS, 10.0)
    assert "β = 0: rate 150, distortion 60" in said
    assert said.endswith("Chosen: β = 10.")
    # After epoch 1: 65 + 5 training, 65 + 6 − 2 test; after epoch 3: 65 + 5/3, and 65.
    assert alt_text.training(RUN, "distortion") == (
        "Line chart of the distortion after each of 3 epochs, β = 1: training from 70 to 66.67, "
        "test from 69 to 65 nats a picture."
    )
    assert "KL: 1.5 in μ, −0.84 in ln σ" in alt_text.slopes(results.slopes(Q))
    assert "from 0.4: down KL it comes to 1" in alt_text.descents(results.descents(Q))


def test_spreads_are_beside_the_border_of_collapse():
    table = DRAWN["spreads"][1]
    assert table["spread"].tolist() == [90, 80, 1, 0.9, 0.8, 0.001]
    assert set(table["border"]) == {0.01}  # Burda, Grosse and Salakhutdinov (2016)
    assert "β = 10: 0.8 and 0.001" in alt_text.spreads(RUNS)


def test_the_table_of_dimensions_says_which_has_collapsed():
    table = frames.dimensions(RUNS)
    assert table["is"].tolist() == ["used"] * 5 + ["collapsed"]
    assert table["dimension"].tolist() == ["z₁", "z₂"] * 3


def test_the_saved_figures_have_a_row_for_each_net_and_all_digits():
    table = frames.figures(RUNS)
    assert table["beta"].tolist() == list(BETAS)
    assert table["rate_nats"].tolist() == [RATES[beta] for beta in BETAS]
    assert table["test_images"].tolist() == [10_000] * 3
    assert table["variance_of_means_2"].tolist() == [80.0, 0.9, 0.001]


def test_where_both_curves_of_a_training_end_alike_their_names_stand_apart():
    last = RUN.last._replace(test_distortion=RUN.last.distortion)
    run = replace(RUN, history=(*RUN.history[:-1], last))
    table = frames.training(run, "distortion")
    drawn = vega.svg(vega.board([[(table, charts.training("distortion", 3))]]))
    heights = [
        float(re.search(rf"translate\([\d.]+,([\d.]+)\)[^>]*>{name}</text>", drawn)[1])
        for name in ("training", "test")
    ]
    assert abs(heights[0] - heights[1]) >= 12  # as high as their letters
