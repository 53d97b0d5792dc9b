"""Every page, run by Streamlit without a browser."""

import gc
import re
import sys
from types import SimpleNamespace

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

import kl_core
from pages.ui import content, layout
from pages.ui import formatting as fmt
from pages.ui.pairs.presets import PRESETS
from pages.ui.pairs.quiz import REASONS
from pages.ui.reference import sources
from tests.app.visit import opened


@pytest.fixture(autouse=True)
def own_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("KL_RUNS_DIR", str(tmp_path))
    return tmp_path


def with_table(**query: str) -> AppTest:
    """The asymmetry page with its table open."""
    return opened("pages/asymmetry.py", **query).toggle(key="pair:table").set_value(True).run()


def numbers(app: AppTest) -> list[str]:
    """KL(P‖Q) and KL(Q‖P), as the sentences below the bars give them."""
    said = " ".join(element.value for element in app.markdown)
    return re.findall(r"KL\(.‖.\)\*\*\] = ([^:,]*)[:,]", said)


def notice(app: AppTest) -> str:
    """What stands above the bars."""
    return app.info[0].value


@pytest.mark.parametrize(
    ("file", "query"),
    [
        ("pages/training.py", {"epochs": "abc", "seed": "-5"}),
        ("pages/training.py", {"epochs": "1e9", "loss": "mse", "data": "../x"}),
        ("pages/training.py", {"epochs": "inf", "seed": "1e999"}),
        ("pages/training.py", {"run": "../../etc/passwd"}),
    ],
)
def test_a_damaged_link_opens_its_page_with_the_defaults(file, query):
    app = opened(file, **query)
    assert not app.exception
    assert app.title[0].value == content.title("training").topic


IN_VAIN = {
    "pages/asymmetry.py": {"unit": "miles", "direction": "qq", "tab": "![](//host/a)"},
    "pages/entropy.py": {"seed": "-1"},
    "pages/fitting.py": {"step": "two", "fit_tab": ""},
    "pages/reference.py": {"pitfalls": "Excel"},
    "pages/comparison.py": {"margin": "nan", "log": "yes", "only_smoothing": "x", "band": "sd"},
    "pages/predictions.py": {
        "nets": "seed 99",
        "net": "mse",
        "image": "1e3",
        "order": "alphabetical",
        "truth": "zebra",
    },
    "pages/beta_vae.py": {"class": "hat", "view": "3d", "sample": "x"},
    "pages/evaluation.py": {"nets": "seed 99", "pictures": "a picture of yours"},
    "pages/human_labels.py": {"nets": "seed 99"},
}


@pytest.mark.parametrize("file", IN_VAIN)
def test_what_a_link_says_in_vain_is_told_a_sentence_each_until_the_page_is_left(file):
    app = opened(file, **IN_VAIN[file])
    assert not app.exception
    (warning,) = app.warning
    told = sorted(warning.value.split("\n\n"))
    for sentence, (name, value) in zip(told, sorted(IN_VAIN[file].items()), strict=True):
        says = fmt.plain(f"The link says “{name}={value}”, but {name} must be ")
        assert sentence.startswith(says)
        assert sentence.endswith(": it is ignored.".replace(":", r"\:"))
    assert [each.value for each in app.run().warning] == [warning.value]
    app.switch_page("app.py").run()
    assert not app.warning
    for key in (*IN_VAIN[file], *app.query_params):
        app.query_params.pop(key, None)
    assert not app.switch_page(file).run().warning


@pytest.mark.parametrize(
    ("file", "editor", "name", "code"),
    [
        ("app.py", "front", "pq", "a:1:3, b:1:1"),
        ("pages/entropy.py", "entropy", "pq", "a:1:3, b:1:1"),
        ("pages/asymmetry.py", "pair", "pq", "a:1:3, b:1:1"),
        ("pages/fitting.py", "fit", "fit", "hills 0:1:1; Q 2:1"),
        ("pages/loss.py", "loss", "logits", "a:1, b:0; label a"),
    ],
)
def test_who_comes_back_by_a_link_or_the_browsers_back_finds_what_the_address_names(
    file, editor, name, code
):
    app = opened(file)
    app.switch_page("pages/reference.py").run()
    app.query_params[name] = code
    app.switch_page(file).run()
    assert app.session_state[f"{editor}:history"].steps[-1].state.encode() == code


def test_markup_in_a_name_is_shown_not_obeyed():
    app = opened("pages/asymmetry.py", pq="**b**:1:1,$x$ <b>:1:0")
    assert not app.exception
    shown = " ".join(element.value for element in app.markdown)
    assert r"Q gives probability 0 to “\$x\$ \<b\>”" in shown


BINOMIAL = "0 heads:9:1, 1 head:12:1, 2 heads:4:1"


def test_wikipedias_pair_shows_its_values_in_both_units():
    app = opened("pages/asymmetry.py", pq=BINOMIAL, unit="nats")
    assert numbers(app) == ["0.0853 nats", "0.09746 nats"]
    app.radio(key="unit").set_value("bits").run()
    assert numbers(app) == ["0.1231 bits", "0.1406 bits"]


def test_only_the_open_tab_is_made():
    app = opened("pages/asymmetry.py", pq=BINOMIAL, unit="nats")
    for tab, says in (
        (None, "H(P, Q) = 1.099"),
        ("Other divergences", "Jensen–Shannon"),
        ("In SciPy, Keras, PyTorch", "Agrees to about 1"),
    ):
        if tab:
            app.session_state["tab"] = tab
            app.run()
        (table,) = app.table
        assert says in table.value.to_string()
    app.session_state["tab"] = "Copy as Python"
    app.run()
    assert not app.table
    assert "kl_core.kl_divergence(p, q" in app.code[0].value


def test_a_link_opens_a_tab_also_by_its_former_name():
    app = opened("pages/asymmetry.py", pq=BINOMIAL, tab="The same pair elsewhere")
    assert not app.warning
    assert "Agrees to about 1" in app.table[0].value.to_string()


def test_undo_redo_and_reset_lead_back_and_on_until_another_edit():
    app = opened("pages/asymmetry.py", pq=BINOMIAL, unit="nats")
    app.button(key="pair:swap").click().run()
    assert numbers(app) == ["0.09746 nats", "0.0853 nats"]
    app.button(key="pair:back").click().run()
    assert numbers(app) == ["0.0853 nats", "0.09746 nats"]
    app.button(key="pair:on").click().run()
    assert numbers(app) == ["0.09746 nats", "0.0853 nats"]
    app.button(key="pair:back").click().run()
    assert not app.button(key="pair:on").disabled
    app.button(key="pair:add").click().run()
    assert app.button(key="pair:on").disabled
    app.button(key="pair:reset").click().run()
    assert app.text_input(key="pq").value == BINOMIAL


def test_the_table_shows_the_pair_and_follows_it():
    app = with_table(pq="a:9!:1, b:12:1")
    assert app.data_editor[0].value.to_numpy().tolist() == [
        ["a", "9", "1", True, False],
        ["b", "12", "1", False, False],
    ]
    app.button(key="pair:swap").click().run()
    assert app.data_editor[0].value["P"].tolist() == ["1", "1"]
    assert app.data_editor[0].value["Q locked"].tolist() == [True, False]


def test_swapping_p_and_q_swaps_the_numbers():
    app = opened("pages/asymmetry.py", pq=BINOMIAL, unit="nats")
    app.button(key="pair:swap").click().run()
    assert numbers(app) == ["0.09746 nats", "0.0853 nats"]


def test_outcomes_are_added_as_long_as_there_can_be_more():
    app = opened("pages/asymmetry.py", pq=BINOMIAL)
    app.button(key="pair:add").click().run()
    assert app.text_input(key="pq").value == f"{BINOMIAL}, outcome 1:0:0"
    app.text_input(key="pq").set_value(", ".join(f"{n}:1:1" for n in range(100))).run()
    assert app.button(key="pair:add").disabled


def test_a_right_prediction_is_praised_and_a_wrong_one_explained():
    app = opened("pages/asymmetry.py")
    for reason, says in (
        ("q", "Right, and for the right reason."),
        ("p", "Right divergence, wrong reason."),
    ):
        app.button(key="pair:label").click().run()
        assert numbers(app) == []
        app.radio(key="predict:larger").set_value("qp").run()
        app.radio(key="predict:reason").set_value(reason).run()
        next(b for b in app.button if b.label == "Check my prediction").click().run()
        assert says in " ".join(element.value for element in app.markdown)
        assert numbers(app) == ["0.5146 bits", "∞ bits"]
    assert set(REASONS) >= {"q", "p"}


def test_who_does_not_want_to_predict_is_not_asked():
    app = opened("pages/asymmetry.py")
    app.button(key="pair:near").click().run()
    next(b for b in app.button if b.label == "Show the numbers").click().run()
    assert len(numbers(app)) == 2
    app.toggle(key="predict:on").set_value(False).run()
    app.button(key="pair:disjoint").click().run()
    assert numbers(app) == ["∞ bits", "∞ bits"]


def test_a_question_stays_until_it_is_answered_or_waved_away():
    app = opened("pages/asymmetry.py")
    app.button(key="pair:near").click().run()
    app.text_input(key="pq").set_value("red:0.5:0.6, green:0.3:0.2, blue:0.2:0.2").run()
    assert numbers(app) == []
    app.toggle(key="predict:on").set_value(False).run()
    assert len(numbers(app)) == 2


def test_the_notice_is_of_the_pair_on_show_and_reset_leads_back_to_it():
    app = opened("pages/asymmetry.py")
    app.toggle(key="predict:on").set_value(False).run()
    app.button(key="pair:one-zero").click().run()
    app.button(key="pair:label").click().run()
    app.button(key="pair:back").click().run()
    assert notice(app).startswith("*One outcome ruled out.*")
    app.button(key="pair:swap").click().run()
    assert notice(app).startswith("P and Q are your own.")
    app.button(key="pair:swap").click().run()
    assert notice(app).startswith("*One outcome ruled out.*")
    app.text_input(key="pq").set_value("a:1:3, b:1:1").run()
    assert notice(app).startswith("P and Q are your own.")
    app.button(key="pair:swap").click().run()
    app.button(key="pair:back").click().run()
    app.button(key="pair:add").click().run()
    app.button(key="pair:reset").click().run()
    assert app.text_input(key="pq").value == "a:1:3, b:1:1"


def test_an_infinite_divergence_is_shown_and_explained():
    app = opened("pages/asymmetry.py", pq="sun:1:1,snow:1:0")
    assert numbers(app)[0] == "∞ bits"
    text = " ".join(element.value for element in app.markdown)
    assert "Q gives probability 0 to “snow”, but P does not" in text


def test_a_damaged_code_is_met_with_a_sentence_and_the_last_good_pair():
    app = opened("pages/asymmetry.py", pq="a:1:3,b:1:1")
    good = numbers(app)
    app.text_input(key="pq").set_value("a:1:3,b:one:1").run()
    assert "“b” has “one”" in app.error[0].value
    assert numbers(app) == good
    app.text_input(key="pq").set_value("a:1:3," * 1200).run()  # longer than any code
    assert "longer than 7,000 characters" in app.error[0].value
    assert app.text_input(key="pq").value == "a:1:3," * 1200
    assert numbers(app) == good


def test_weights_that_are_all_zero_are_met_with_a_sentence_and_the_editor_stays():
    app = opened("pages/asymmetry.py", pq="a:0:3,b:0:1")
    assert "All weights of P are 0" in app.error[0].value
    app.text_input(key="pq").set_value("a:1:3,b:0:1").run()
    assert not app.error
    assert len(numbers(app)) == 2


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_every_preset_opens_and_says_what_to_do_and_what_to_notice(preset):
    app = opened("pages/asymmetry.py")
    app.toggle(key="predict:on").set_value(False).run()
    app.button(key=f"pair:{preset.key}").click().run()
    assert not app.exception
    assert notice(app) == f"*{preset.title}.* {preset.notice} **{preset.do}**"
    assert len(numbers(app)) == 2


def test_undo_leads_back_from_a_code_that_could_not_be_read():
    app = opened("pages/asymmetry.py", pq="a:1:3,b:1:1")
    app.text_input(key="pq").set_value("nonsense").run()
    assert app.error
    app.button(key="pair:back").click().run()
    assert not app.error
    assert app.text_input(key="pq").value == "a:1:3, b:1:1"


PARTS = [
    "Formulas",
    "KL divergence in Keras",
    "Pitfalls",
    "In Python",
    "Sources",
]


def parts_of(app: AppTest) -> list[str]:
    """The parts of the reference page that are on show."""
    return [element.value for element in app.header if element.value in PARTS]


def test_the_reference_page_describes_every_public_name_once_it_is_opened():
    app = opened("pages/reference.py")
    labels = [expander.label for expander in app.expander]
    assert len(labels) == len(kl_core.__all__)
    assert all(any(label.startswith(f"`{name}`: ") for label in labels) for name in kl_core.__all__)
    assert not any(code.value.startswith("kl_from_samples(x, y") for code in app.code)
    app.session_state["api:kl_from_samples"] = True
    app.run()
    assert any(code.value.startswith("kl_from_samples(x, y") for code in app.code)


def test_one_search_goes_through_all_parts_of_the_reference_page():
    app = opened("pages/reference.py")
    assert parts_of(app) == PARTS[:-1]
    assert any("1.443 bits" in each.value for each in app.markdown)  # a nat
    for wanted, parts in (
        ("expected SURPRISAL model", ["Formulas"]),
        ("kullback_leibler_divergence", ["KL divergence in Keras"]),
        ("batchmean", ["Pitfalls", "In Python"]),
        ("nearest NEIGHBOUR", ["In Python"]),
        ("12553", ["Pitfalls", "Sources"]),
        ("krizhevsky", ["Sources"]),
    ):
        app.text_input(key="search").set_value(wanted).run()
        assert parts_of(app) == parts
    (to,) = [link for link in app.get("page_link") if "Show them" in link.proto.label]
    assert (to.proto.page, to.proto.query_string) == ("sources", "source=krizhevsky")
    app.text_input(key="search").set_value("no such zebra").run()
    assert parts_of(app) == []
    assert "Try fewer" in app.info[0].value
    app.text_input(key="search").set_value(" ").run()
    assert parts_of(app) == PARTS[:-1]


def test_the_page_sources_lists_every_source_and_searches_them():
    def lines() -> list[str]:
        every = "\n".join(each.value for each in app.markdown)
        return re.findall(r"(?m)^- .*", every)

    app = opened("pages/sources.py")
    shown, folded = len(lines()), [expander.label for expander in app.expander]
    every = sum(map(len, sources.groups().values()))
    assert shown + sum(int(label.rpartition("(")[2][:-1]) for label in folded) == every
    for expander in sources.of_the_libraries():
        app.session_state[f"sources:{expander}"] = True
    app.run()
    assert len(lines()) == every
    app.text_input(key="source").set_value("huffman 1952").run()
    assert ["Minimum-Redundancy" in line for line in lines()] == [True]
    app.text_input(key="source").set_value("no such zebra").run()
    assert not lines()
    assert "Try fewer" in app.info[0].value
    app = opened("pages/sources.py", source="cifar-10h")
    assert ["Peterson" in line for line in lines()] == [True]


def test_a_link_opens_the_reference_page_with_its_search():
    app = opened("pages/reference.py", search="7.366")
    assert parts_of(app) == ["Pitfalls"]
    assert [element.value for element in app.subheader] == ["Keras"]
    assert app.code[0].value.endswith("keras.losses.kl_divergence(p, q)")
    assert "Result: **7.366 nats**. Correct: **∞ nats**." in [e.value for e in app.markdown]


def test_the_reference_page_shows_the_pitfalls_of_one_library_at_a_time():
    app = opened("pages/reference.py")

    def calls() -> set[str]:
        return {code.value.splitlines()[-1].partition("(")[0] for code in app.code}

    assert "keras.losses.kl_divergence" in calls()
    assert "scipy.stats.entropy" not in calls()
    app.session_state["pitfalls"] = "SciPy"
    app.run()
    assert "scipy.stats.entropy" in calls()
    assert "keras.losses.kl_divergence" not in calls()


def test_garbage_is_looked_for_every_ten_seconds_and_not_after_each_run(monkeypatch):
    assert not config.get_option("runner.postScriptGC")
    now, looks = [1000.0], []
    monkeypatch.setattr(layout, "_imported", [len(sys.modules)])
    monkeypatch.setattr(layout, "_collected", [0.0])
    monkeypatch.setattr(layout, "time", SimpleNamespace(monotonic=lambda: now[0]))
    monkeypatch.setattr(gc, "collect", lambda *_: looks.append(now[0]))
    for now[0] in (1000.0, 1001.0, 1009.0, 1011.0, 1012.0):
        layout._collect()
    assert looks == [1000.0, 1011.0]


def test_what_is_imported_is_set_aside_before_garbage_is_looked_for(monkeypatch):
    monkeypatch.setattr(layout, "_imported", [0])
    gc.unfreeze()
    opened("pages/asymmetry.py")
    assert gc.get_freeze_count() > len(gc.get_objects())
    frozen = gc.get_freeze_count()
    opened("pages/asymmetry.py")
    assert gc.get_freeze_count() <= frozen  # once, or each visit would stay


def test_the_search_in_the_sidebar_leads_to_a_section_of_another_page():
    app = opened("pages/entropy.py")
    field = next(each for each in app.sidebar.text_input if each.key == "find:all")
    assert not app.sidebar.get("page_link")[0].proto.query_string
    field.set_value("sample weights").run()
    first = app.sidebar.get("page_link")[0].proto
    assert first.page == "kl_in_keras"
    assert "section=Reductions" in first.query_string
    field = next(each for each in app.sidebar.text_input if each.key == "find:all")
    field.set_value("xylophone").run()
    assert any("Nothing here is about “xylophone”" in each.value for each in app.sidebar.markdown)
