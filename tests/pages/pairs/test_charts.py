"""What the pages on two distributions draw, and the pictures and tables that leave them."""

import io
import re
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from pages.ui import vega
from pages.ui.pairs import charts
from pages.ui.pairs.results import Draws, Results, draw, solve
from pages.ui.pairs.state import Pair
from tests.pages import specs

THREE = solve(Pair(("a", "b", "c"), (3, 2, 0), (1, 2, 2)), "bits")


def of_many(outcomes: int) -> Results:
    names = tuple(f"category {place}" for place in range(outcomes))
    return solve(Pair(names, (1,) * outcomes, (1,) * outcomes), "bits")


@pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
@pytest.mark.parametrize("name", ["distributions", "kl_terms", "code_lengths", "running_mean"])
def test_a_specification_reads_its_table_and_leaves_the_colours_to_the_theme(name, many):
    match name:
        case "distributions":
            spec, data = charts.distributions(many), charts.distributions_table(THREE)
        case "kl_terms":
            spec, data = charts.kl_terms("KL(P‖Q)", "bits", many), charts.kl_terms_table(THREE)
        case "code_lengths":
            spec, data = charts.code_lengths(many), charts.code_lengths_table(THREE)
        case _:
            unit = "nats" if many else "bits"
            draws = draw(THREE, 100, 1)
            spec, data = charts.running_mean(unit), charts.running_mean_table(draws)
    specs.assert_keeps_to_the_schema(spec)
    specs.assert_holds_no_data_and_no_colours(spec)
    specs.assert_reads_only_columns_of(spec, data)


def test_each_bar_is_named_by_its_distribution_and_its_outcome():
    table = charts.distributions_table(solve(Pair(("a", "b"), (1, 4), (1, 1)), "bits"))
    assert table.to_numpy().tolist() == [
        ["a", "P", 0.2],
        ["b", "P", 0.8],
        ["a", "Q", 0.5],
        ["b", "Q", 0.5],
    ]


def test_infinite_terms_have_no_height_and_say_so():
    table = charts.kl_terms_table(solve(Pair(("a", "b"), (1, 1), (1, 0)), "bits"))
    assert table["infinite"].tolist() == [False, True, False, False]
    assert table["term"].isna().tolist() == [False, True, False, False]
    assert table["term"].tolist()[::2] == [-0.5, 1]
    assert table["likelier"].tolist() == ["Q", "P", "Q", "P"]


def test_where_the_divergence_is_infinite_its_level_has_no_height():
    draws = draw(solve(Pair(("a", "b"), (1, 1), (1, 0)), "bits"), 100, 1)
    assert charts.running_mean_table(draws)["divergence"].isna().all()


def test_no_quarter_of_a_picture_of_three_charts_is_empty():
    png = vega.png(charts.picture(THREE))
    seen = (np.asarray(Image.open(io.BytesIO(png)).convert("RGB")) != 255).any(axis=2)
    for rows in np.array_split(seen, 2):
        left, right = (quarter.mean() for quarter in np.array_split(rows, 2, axis=1))
        assert right > left / 3


def test_a_chart_that_is_alone_in_its_row_ends_where_the_others_do():
    drawn = vega.svg(charts.picture(THREE))
    lone, left, right = map(int, re.findall(r'd="M0,0h(\d\d+)v300', drawn))
    assert left == right
    assert f'translate({lone - right},0)"><path class="background"' in drawn


def test_of_many_outcomes_names_stand_upright_and_numbers_leave_the_bars():
    few, many = (vega.svg(charts.picture(of_many(n))) for n in (12, 100))
    label = r'translate\(([\d.]+),[\d.]+\)( rotate\(270\))?[^>]*opacity="1">category'
    assert {turned for _, turned in re.findall(label, few)} == {""}
    places, turns = zip(*re.findall(label, many), strict=True)
    assert len(places) > 100
    assert all(turns)
    # Of each chart: no two closer than their letters are high.
    assert all(not 0 < after - before < 9 for before, after in pairwise(map(float, places)))
    assert few.count(">0.083</text>") == 2 * 12
    assert ">0.01</text>" not in many


@pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
def test_an_infinite_share_stands_in_its_place_among_the_others(many):
    results = solve(Pair(("first", "second", "third"), (2, 0, 2), (1, 1, 2)), "bits")
    shares = charts.kl_terms_table(results)
    drawn = vega.svg(vega.board([[(shares, charts.kl_terms("KL(Q‖P)", "bits", many))]]))
    assert re.findall(r">(first|second|third)<", drawn) == ["first", "second", "third"]


def test_a_mean_that_never_moves_before_it_is_infinite_stands_at_its_number():
    rows = charts.running_mean_table(
        Draws(np.array([1, 2, 3]), np.array([-0.18, -0.18, np.inf]), np.inf, np.nan, (3, "a"))
    )
    drawn = vega.svg(vega.board([[(rows, charts.running_mean("nats"))]]))
    assert ">−0.18</text>" in drawn
