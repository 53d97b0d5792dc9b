"""The page on losses, run by Streamlit without a browser."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.loss.presets import PRESETS
from pages.ui.loss.results import solve
from pages.ui.loss.state import decode
from pages.ui.training import run_service
from tests.app import visit
from tests.app.visit import said

CODE = "cat:2, dog:1, frog:0; label dog"


@pytest.fixture(autouse=True)
def own_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("KL_RUNS_DIR", str(tmp_path))


def opened(**query: str) -> AppTest:
    app = visit.opened("pages/loss.py", **query)
    assert not app.exception
    return app


def code(app: AppTest) -> str:
    assert not app.exception
    return app.text_input(key="logits").value


def figures(app: AppTest) -> list[str]:
    return [metric.value for metric in app.metric]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_every_preset_opens_with_its_words(preset):
    app = opened()
    app.button(key=f"loss:{preset.key}").click().run()
    assert code(app) == preset.state.encode()
    assert app.info[0].value == f"*{preset.title}.* {preset.notice} **{preset.do}**"


def test_both_losses_of_the_untrained_network_are_ln_5():
    app = opened()
    assert figures(app) == ["1.609 nats", "1.609 nats", "0 nats"]  # ln 5
    app.session_state["loss:values"] = True
    values = app.run().table[0].value
    assert values["gradient of KL(P‖Q)"].tolist() == ["−0.8", *["+0.2"] * 4]
    assert values["gradient of H(P, Q)"].tolist() == values["gradient of KL(P‖Q)"].tolist()


def test_a_link_opens_its_sample():
    app = opened(logits="a:1, b:1; P 1, 3; descent 2:10")
    # P = (¼, ¾), Q = (½, ½): KL = ¼ ln ½ + ¾ ln 3/2, and H(P, Q) = ln 2.
    assert figures(app) == ["0.1308 nats", "0.6931 nats", "0.5623 nats"]
    assert app.slider(key="loss:rate").value == 2
    assert "After 10 steps of size 2" in said(app)


def test_a_dragged_logit_changes_the_losses_and_the_code_and_is_undone():
    app = opened(logits="a:0, b:0; label a")
    app.slider(key="loss:z0").set_value(2.0).run()
    assert code(app) == "a:2, b:0; label a"
    assert figures(app)[0] == "0.1269 nats"  # ln(1 + e⁻²)
    app.button(key="loss:back").click().run()
    assert code(app) == "a:0, b:0; label a"
    assert app.slider(key="loss:z0").value == 0
    app.button(key="loss:on").click().run()
    assert code(app) == "a:2, b:0; label a"
    app.button(key="loss:reset").click().run()
    assert code(app) == "a:0, b:0; label a"


def test_a_button_sets_the_true_classs_logit_to_its_lowest_value():
    app = opened(logits=CODE)
    app.button(key="loss:lower").click().run()
    assert code(app) == "cat:2, dog:-20, frog:0; label dog"
    assert app.button(key="loss:lower").disabled


def test_the_true_classs_logit_leads_into_the_dead_zone():
    app = opened(logits=CODE)
    assert "**its gradient vanishes**" not in said(app)
    app.slider(key="loss:z1").set_value(-18.0).run()
    assert code(app) == "cat:2, dog:-18, frog:0; label dog"
    assert "**dead zone**. Keras’s KL is 16.12 nats and **its gradient vanishes**" in said(app)
    of_keras = app.table[0].value
    # 2 + 18 + ln(1 + e⁻²) without the clip, and −ln 10⁻⁷ with it.
    assert of_keras["nats"].tolist() == ["16.12", "20.13", "16.12"]
    assert of_keras["gradient"].tolist()[1:] == ["−1", "0"]


def test_the_label_is_one_hot_smoothed_or_soft():
    app = opened(logits=CODE)
    app.selectbox(key="loss:label3").set_value(2).run()
    assert code(app).endswith("label frog")
    app.segmented_control(key="loss:kind").set_value("smoothed").run()
    assert code(app).endswith("label frog:0.1")
    app.slider(key="loss:smoothing").set_value(0.3).run()
    assert code(app).endswith("label frog:0.3")
    assert figures(app)[2] == "0.639 nats"  # −0.8 ln 0.8 − 2 · 0.1 ln 0.1
    app.segmented_control(key="loss:kind").set_value("hand").run()
    assert code(app).endswith("P 0.1, 0.1, 0.8")
    app.segmented_control(key="loss:kind").set_value("label").run()
    assert code(app).endswith("label frog")


def test_in_the_dead_zone_the_descents_differ_with_kerass_gradient_and_not_with_the_exact_one():
    app = opened(logits="cat:-15, dog:5, frog:0; label cat")
    assert "Both give the same Q at every step" in said(app)
    app.segmented_control(key="loss:keras").set_value(True).run()
    assert code(app).endswith("descent 1:50:keras")
    assert "**The descents differ**" in said(app)
    app.slider(key="loss:steps").set_value(1).run()
    app.slider(key="loss:rate").set_value(0.5).run()
    assert code(app).endswith("descent 0.5:1:keras")


@pytest.mark.parametrize("damaged", ["cat:99, dog:0; label cat", "<b>$x$</b>"])
def test_a_damaged_link_says_so_and_shows_the_first_example(damaged):
    app = opened(logits=damaged)
    assert "The page shows its first example." in app.error[0].value
    assert figures(app)[0] == "1.609 nats"
    app.text_input(key="logits").set_value(CODE).run()
    assert not app.error
    assert code(app) == CODE


def test_a_damaged_code_leaves_the_last_good_sample():
    app = opened(logits=CODE)
    good = figures(app)
    app.text_input(key="logits").set_value("cat:x, dog:1; label cat").run()
    assert "got “x”. The page is unchanged." in app.error[0].value
    assert figures(app) == good
    app.button(key="loss:back").click().run()
    assert code(app) == CODE


def test_numbers_and_names_are_typed_and_bad_ones_refused():
    app = opened(logits=CODE)
    app.toggle(key="loss:numbers").set_value(True).run()
    app.selectbox(key="loss:which3").set_value(1).run()
    app.text_input(key="loss:typed").set_value("-3.25").run()
    app.text_input(key="loss:name").set_value("wolf; grey").run()
    assert code(app) == "cat:2, wolf grey:-3.25, frog:0; label wolf grey"
    app.text_input(key="loss:typed").set_value("33.0").run()
    assert "must lie between −20 and 20" in app.error[0].value
    assert app.text_input(key="loss:typed").value == "33.0"
    assert code(app) == "cat:2, wolf grey:-3.25, frog:0; label wolf grey"
    app.text_input(key="loss:typed").set_value("−1,5").run()
    assert code(app) == "cat:2, wolf grey:-1.5, frog:0; label wolf grey"
    assert not app.error
    app.text_input(key="loss:name").set_value("cat").run()
    assert "needs a name of its own" in app.error[0].value


def test_classes_are_added_and_removed_and_a_weight_is_typed():
    app = opened(logits="a:0, b:0; P 1, 3")
    app.button(key="loss:add").click().run()
    assert code(app) == "a:0, b:0, class 1:0; P 1, 3, 0"
    app.toggle(key="loss:numbers").set_value(True).run()
    app.selectbox(key="loss:which3").set_value(2).run()
    app.text_input(key="loss:weight").set_value("4.0").run()
    assert code(app).endswith("P 1, 3, 4")
    app.selectbox(key="loss:which3").set_value(0).run()
    app.button(key="loss:drop").click().run()
    assert code(app) == "b:0, class 1:0; P 3, 4"
    assert app.button(key="loss:drop").disabled
    ten = ", ".join(f"c{i}:0" for i in range(10))
    app.text_input(key="logits").set_value(f"{ten}; label c9").run()
    assert len([s for s in app.slider if s.label.startswith("Logit of")]) == 10
    assert app.button(key="loss:add").disabled


def test_markup_in_a_name_is_shown_not_obeyed():
    app = opened(logits="**b**:0, $x$:5; label **b**")
    assert r"Logit of \*\*b\*\*" in [slider.label for slider in app.slider]
    assert r"For \*\*b\*\*, q is" in said(app)


def test_what_is_folded_is_made_once_it_is_opened():
    app = opened(logits=CODE)
    drawn = len(app.get("vega_lite_chart"))
    assert not app.code
    assert "Reshape" not in said(app)
    for fold in ("script", "paths", "not-found", "by-epoch"):
        app.session_state[f"loss:{fold}"] = True
    app.run()
    assert "Reshape" in said(app)
    assert len(app.get("vega_lite_chart")) == drawn + 2
    assert "kl_core.logit_gradient(p, z)" in app.code[0].value
    assert '"dog": 1,' in app.code[0].value


def test_how_often_the_dead_zone_happened_is_counted_from_the_recorded_runs():
    runs = (
        run_service.recorded().values()
    )  # more are recorded while tests run; these are the page's
    dead = sum(epoch.dead_zone for run in runs for epoch in run.history)
    (answer,) = (e.value for e in opened().markdown if " predictions, in " in e.value)
    assert answer.startswith(f"**{dead:,} in all." if dead else "**None.")
    images = sum(int(n.replace(",", "")) for n in re.findall(r"of ([\d,]+) predictions", answer))
    assert images == sum(run.images["training"] * len(run.history) for run in runs)


def test_the_question_answers_either_way():
    app = opened()
    app.radio(key="closing:answer").set_value("∞").run()
    assert "**Not quite.** The answer: 16.12 nats." in said(app)


def test_a_rerun_for_another_widget_computes_nothing_anew():
    app = opened(logits=CODE)
    before = solve.cache_info().misses
    app.toggle(key="loss:numbers").set_value(True).run()
    assert solve.cache_info().misses == before
    assert solve(decode(CODE)).kl > 0


def test_leaving_the_page_and_coming_back_loses_nothing():
    app = opened(logits=CODE)
    app.slider(key="loss:z0").set_value(-1.0).run()
    del app.query_params["logits"]  # as a link to a page does
    app.switch_page("pages/training.py").run()
    app.switch_page("pages/loss.py").run()
    assert code(app) == "cat:-1, dog:1, frog:0; label dog"


def test_a_slider_that_the_browser_reports_late_does_not_take_an_undo_back(monkeypatch):
    monkeypatch.setattr("pages.ui.loss.editor.ECHO", 60.0)
    app = opened(logits="a:0, b:0; label a")
    app.slider(key="loss:z0").set_value(0.9).run()
    app.button(key="loss:back").click().run()
    app.slider(key="loss:z0").set_value(0.9).run()
    assert code(app) == "a:0, b:0; label a"
    app.slider(key="loss:z0").set_value(0.5).run()
    assert code(app) == "a:0.5, b:0; label a"
