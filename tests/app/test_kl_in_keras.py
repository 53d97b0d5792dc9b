"""The page KL divergence in Keras, run by Streamlit without a browser."""

from tests.app.visit import opened, said

PAGE = "pages/kl_in_keras.py"


def test_the_clip_is_what_the_slider_and_the_address_say():
    app = opened(PAGE)
    assert app.table[0].value["loss in nats"].tolist() == ["16.12", "16.12", "20.72"]
    app.slider[0].set_value(-2.0).run()
    assert app.table[0].value["loss in nats"].tolist() == ["4.605", "4.605", "4.605"]
    linked = opened(PAGE, log10_q="-12")
    assert linked.table[0].value["loss in nats"].tolist()[2] == "27.63"


def test_the_evidence_is_that_of_the_recorded_runs():
    assert "Over 10 seeds on CIFAR-10" in said(opened(PAGE))


def test_what_is_folded_comes_when_it_is_opened():
    app = opened(PAGE)
    before = len(app.code)
    for key in ("keras:paste", "keras:found", "keras:masks"):
        app.session_state[key] = True
    app.run()
    assert len(app.code) == before + 3
    assert any("class KLDivergenceFromLogits" in block.value for block in app.code)
