"""The page on regression, run by Streamlit without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from models.noise import study
from pages.ui.regression.presets import PRESETS
from pages.ui.regression.results import chance_gain, solve
from pages.ui.regression.state import decode
from tests.app import visit
from tests.app.visit import said

CODE = "0:0 2:1 4:2 6:3 8:4.5 10:6; true 0:0.5"


def opened(**query: str) -> AppTest:
    app = visit.opened("pages/regression.py", **query)
    assert not app.exception
    return app


def code(app: AppTest) -> str:
    assert not app.exception
    return app.text_input(key="points").value


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_every_preset_opens_with_its_words(preset):
    app = opened()
    app.button(key=f"regression:{preset.key}").click().run()
    assert code(app) == preset.state.encode()
    assert app.info[0].value == f"*{preset.title}.* {preset.notice} **{preset.do}**"
    assert len(app.table[0].value) == 4


def test_the_table_holds_numbers_worked_out_by_hand():
    # y = 0, 0, 0, 6 at x = 0, 3, 6, 9, and twice more the middle two: slope 27/45 … by hand:
    # mean x 4.5, mean y 1; Sxx = 2·20.25 + 4·2.25 = 49.5, Sxy = 6·4.5 = 27.
    app = opened(points="0:0 3:0 3:0 6:0 6:0 9:6; true 0:0")
    least = app.table[0].value.iloc[0]
    assert least["slope"] == "0.545"  # 27 / 49.5
    assert least["intercept"] == "−1.455"  # 1 − 4.5 · 27/49.5
    # The mean square left over: (30 − 27²/49.5) / 6, where 30 = 36 − 6 · 1².
    assert least["scale"] == "σ = 1.595"
    # (1 + log 2πσ²) / 2, with σ² = 2.5454….
    assert least["mean NLL, nats"] == "1.886"
    # Off y = 0: 1 in the middle, at x = 5 1.273; and 0.5455 · 10 / √12 = 1.575 aside: √(1.62+2.48).
    assert least["RMSE to true line"] == "2.025"


def test_an_outlier_and_a_point_are_added_and_undone():
    app = opened(points=CODE)
    app.button(key="regression:outlier").click().run()
    assert code(app) == decode(CODE).with_outlier().encode()
    app.button(key="regression:add").click().run()
    assert code(app) == decode(CODE).with_outlier().with_new_point().encode()
    app.button(key="regression:back").click().run()
    assert code(app) == decode(CODE).with_outlier().encode()
    app.button(key="regression:on").click().run()
    assert code(app) == decode(CODE).with_outlier().with_new_point().encode()
    app.button(key="regression:reset").click().run()
    assert code(app) == CODE


@pytest.mark.parametrize("damaged", ["3:1 3:2 3:3 3:5 3:4 3:6", "<b>$x$</b>"])
def test_a_damaged_link_says_so_and_shows_the_first_example(damaged):
    app = opened(points=damaged)
    assert "The page shows its first example." in app.error[0].value
    assert len(app.table[0].value) == 4
    app.text_input(key="points").set_value(CODE).run()
    assert not app.error
    app.text_input(key="points").set_value(damaged).run()
    assert "The page is unchanged." in app.error[0].value


def test_rows_are_typed_and_bad_ones_refused():
    app = opened(points=CODE)
    app.toggle(key="regression:table").set_value(True).run()
    rows = app.text_area(key="regression:rows")
    rows.set_value(rows.value.replace("10  6", "10  7")).run()
    assert code(app) == CODE.replace("10:6", "10:7")
    upright = "1 1\n1 2\n1 3\n1 4\n1 5\n1 6"
    app.text_area(key="regression:rows").set_value(upright).run()
    assert app.text_area(key="regression:rows").value == upright
    assert "All points have the same x" in app.error[0].value
    assert code(app) == CODE.replace("10:6", "10:7")


def test_a_noise_without_a_line_is_named_and_the_page_goes_on():
    app = opened(points="0:0 2:1 4:2 6:3 8:4 10:6")  # five of six on one line
    assert "Student-t, 3 df cannot be fitted" in app.warning[0].value
    assert len(app.table[0].value) == 3
    assert "The true line of these points is unknown" in said(app)


@pytest.mark.parametrize(
    ("name", "damaged"),
    [("residual", "inf"), ("residual", "99"), ("place", "7"), ("noise", "b"), ("outliers", "-1")],
)
def test_a_damaged_choice_in_the_address_is_left_aside_and_told(name, damaged):
    app = opened(**{name: damaged})
    assert f"The link says “{name}={damaged}”, but".replace("-", r"\-") in app.warning[0].value
    assert not app.error
    assert "loss at r = 3, nats" in app.table[1].value
    assert "The lowest KL from Gaussian noise is 0 nats" in said(app)


def test_the_residual_and_the_truth_come_from_the_address():
    app = opened(residual="-2", noise="Laplace", outliers="20")
    assert "loss at r = −2, nats" in app.table[1].value
    assert "The lowest KL from Laplace noise with 20\N{NO-BREAK SPACE}% outliers" in said(app)


@pytest.mark.parametrize("content", [None, "{}", "no json"])
def test_without_a_study_the_page_says_how_to_make_one(content, tmp_path, monkeypatch):
    missing = tmp_path / "noise_study.json"
    if content is not None:
        missing.write_text(content)
    monkeypatch.setattr("models.noise.study.SAVED", missing)
    app = opened()
    assert "`python -m models noise-study` makes one" in app.info[1].value
    app.session_state["regression:paper"] = True
    assert "The report contains no experiment." in said(app.run())


def test_the_recorded_study_is_told_with_its_intervals():
    recorded = study.load()
    app = opened()
    assert len(app.info) == 1
    low, high = recorded.rank_interval
    mean = f"is **{recorded.rank_correlation:.2f}** on average over the cases"
    assert f"{mean} [{low:.2f} to {high:.2f}, 95 % interval" in said(app)


def test_a_link_with_the_former_name_of_heteroscedastic_noise_opens_it():
    app = opened(noise="growing σ", residual="-2")
    assert not app.warning
    assert "The lowest KL from heteroscedastic noise is 0 nats" in said(app)
    assert app.query_params["residual"] == "-2"


def test_the_page_opens_on_one_outlier_under_which_the_lines_differ():
    app = opened()
    assert app.info[0].value.startswith("*One outlier.*")
    errors = app.table[0].value["RMSE to true line"].astype(float)
    assert errors[0] > 5 * errors[2]  # least squares, Student-t


def test_doubling_a_residual_multiplies_loss_and_influence_as_the_formulas_say():
    # r² by 4 and its derivative by 2, |r| by 2 and 1.
    app = opened(residual="1")
    rows = app.table[1].value.set_index("noise model")[
        ["loss if r doubles", "influence if r doubles"]
    ]
    assert rows.loc["Gaussian, homoscedastic"].tolist() == ["× 4", "× 2"]
    assert rows.loc["Gaussian, heteroscedastic"].tolist() == ["× 4", "× 2"]
    assert rows.loc["Laplace"].tolist() == ["× 2", "× 1"]
    nothing = opened(residual="0").table[1].value
    assert set(nothing["loss if r doubles"]) == {"× —"}


def test_methods_scales_the_simulation_and_papers_are_folded_and_open():
    recorded = study.load()
    app = opened()
    folds = {
        "methods": "KL from the empirical distribution of the points to any density is infinite",
        "scales": "Outliers are drawn from a Gaussian with σ = 10",
        "study": f"{recorded.repeats:,} data sets of {recorded.n} points",
        "paper": "technical report UTEP-CS-17-95, December 2017",
    }
    for key, words in folds.items():
        assert words not in said(app)
        app.session_state[f"regression:{key}"] = True
        app.run()
        assert not app.exception
        assert words in said(app)
    x = tuple(point.x for point in PRESETS[0].state.points)
    assert f"at these x by {chance_gain(x).mean:.3g} nats on average" in said(app)


def test_the_question_answers_either_way():
    app = opened()
    answers = app.radio(key="closing:answer")
    assert answers.options == [
        "It is multiplied by 10",
        "It does not change",
        "It is multiplied by 0.17",
    ]
    answers.set_value("It does not change").run()
    assert "**Yes.**" in said(app)
    app.radio(key="closing:answer").set_value("It is multiplied by 10").run()
    assert "Not quite" in said(app)


def test_a_rerun_for_another_widget_fits_nothing_anew():
    app = opened(points=CODE)
    before = solve.cache_info().misses
    app.toggle(key="regression:table").set_value(True).run()
    assert solve.cache_info().misses == before
