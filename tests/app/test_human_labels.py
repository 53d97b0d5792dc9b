"""The page Human labels, on recorded networks and votes that nobody gave."""

import hashlib
import io
import json
import math
import urllib.parse

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from models.data import cifar10, cifar10h
from pages.ui import content, controls
from pages.ui.human_labels import sections
from pages.ui.predictions import repository
from tests.app.visit import said
from tests.models.shell import lying


def shown(*folds: str) -> AppTest:
    """The page, with some of its folds open."""
    app = AppTest.from_file("../../app.py", default_timeout=60)
    app.switch_page("pages/human_labels.py")
    for fold in folds:
        app.session_state[f"people:{fold}"] = True
    app.run()
    assert not app.exception
    return app


def labels():
    return repository.predictions(next(iter(repository.matched_runs().values())).kl, "test").labels


@pytest.fixture(scope="module")
def counts():
    """At least 40 of 50 people choose the label; of number 7 each class is chosen by as many."""
    rng = np.random.default_rng(0)
    n = len(labels())
    votes = np.zeros(cifar10h.SHAPE, np.int64)
    votes[np.arange(n), labels()] = 40
    votes[np.arange(n), rng.integers(0, 10, n)] += 10
    votes[n:, 0] = 50
    votes[7] = 5
    return votes


@pytest.fixture
def home(tmp_path, monkeypatch, counts):
    """An empty place for the data, and made-up votes taken for the published file."""
    content = io.BytesIO()
    np.save(content, counts)
    published = tmp_path / "published.npy"
    published.write_bytes(content.getvalue())
    monkeypatch.setenv("KL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(cifar10h, "URL", published.as_uri())
    monkeypatch.setattr(cifar10h, "SHA256", hashlib.sha256(content.getvalue()).hexdigest())
    return tmp_path / "data"


@pytest.fixture
def voted(home):
    """The made-up votes in their place."""
    cifar10h.download()
    return home


def where(app):
    return next(group for group in app.button_group if group.key == "people_where")


def numbers(app):
    return [
        int(link.proto.label.split()[1].replace(",", ""))
        for link in app.get("page_link")
        if link.proto.label.startswith("Open ")
    ]


def test_without_votes_the_page_says_whose_they_are_and_offers_them(home):
    app = shown()
    assert [header.value for header in app.header] == ["Key points"]
    assert "CC BY-NC-SA 4.0" in said(app)
    assert "Peterson, Battleday, Griffiths & Russakovsky (2019)" in said(app)
    assert "Download the votes (0.8 MB)" in [button.label for button in app.button]
    assert not app.get("vega_lite_chart")
    assert not home.exists()


def test_a_press_fetches_the_votes_and_the_figures_stand_there(home):
    app = shown()
    app.button(key="people:fetch").click().run()
    assert not app.exception
    assert not app.error
    assert lying(home) == [cifar10h.FILE]
    assert len(app.get("vega_lite_chart")) == 2


def test_offline_one_sentence_says_what_to_do(home, monkeypatch):
    monkeypatch.setattr(cifar10h, "URL", "http://127.0.0.1:9/nothing-listens-here")
    app = shown()
    app.button(key="people:fetch").click().run()
    assert not app.exception
    assert "CIFAR\\-10H could not be downloaded" in app.error[0].value
    assert "put cifar10h\\-counts.npy from github.com/jcpeterson/cifar\\-10h" in app.error[0].value
    assert app.button(key="people:fetch")


def test_another_file_is_named_and_nothing_is_drawn(home):
    home.mkdir()
    (home / cifar10h.FILE).write_bytes(b"something else")
    app = shown()
    assert "is not the published file" in app.error[0].value
    assert not app.get("vega_lite_chart")


def test_where_a_network_s_predictions_are_missing_one_sentence_says_so(voted, monkeypatch):
    def missing(run, kind):
        raise ValueError("The predictions of this network are missing.")

    first = next(iter(repository.matched_runs().values()))
    monkeypatch.setattr(repository, "matched_runs", lambda: {"1": first})
    monkeypatch.setattr(repository, "predictions", missing)
    sections.evaluated.clear()
    assert [error.value for error in shown().error] == [
        "The predictions of this network are missing."
    ]


def test_the_licence_stands_where_figures_are(voted):
    app = shown("downloads", "figures")
    licence = content.text("human_labels/licence")
    assert [m.value for m in app.markdown].count(licence) == 2
    assert "CC BY-NC-SA 4.0" in licence
    assert len(app.table[0].value) == 5
    assert all("nats" in chart.proto.alt for chart in app.get("vega_lite_chart"))


def test_the_photograph_on_which_people_disagree_most_comes_first(voted):
    app = shown()
    assert len(numbers(app)) == 12
    assert numbers(app)[0] == 7
    card = next(m.value for m in app.markdown if m.value.startswith("**Number 7**"))
    assert "H(P)] = 2.303 nats" in card


def test_each_card_leads_to_its_photograph_with_people_s_votes_as_p(voted):
    app = shown()
    links = [one.proto for one in app.get("page_link") if one.proto.label.startswith("Open ")]
    queries = [dict(urllib.parse.parse_qsl(link.query_string)) for link in links]
    assert len(queries) == 12
    for link, query in zip(links, queries, strict=True):
        assert link.label == f"Open {int(query['image']):,}"
        assert query["pictures"] == "test photographs"
        assert query["p"] == "the votes of people"
        assert query["nets"] == "seed 1, with either loss"


def test_what_the_folds_hold_is_there_when_they_are_opened(voted):
    assert "Miller" not in said(shown())
    assert "asymptotic expansion" in said(shown("bias"))


def test_each_ranking_shows_others_and_says_by_what_it_goes(voted):
    app = shown()
    seen = {tuple(numbers(app))}
    for choice, text in (
        ("nets", "recorded networks trained with one-hot labels"),
        ("part", "Ranked by KL(P‖Q)"),
    ):
        where(app).set_value(choice).run()
        assert not app.exception
        assert text in said(app)
        seen.add(tuple(numbers(app)))
    assert len(seen) == 3


def test_further_pages_show_the_rest_and_another_ranking_begins_anew(voted, counts):
    app = shown()
    first = numbers(app)
    app.session_state["people_page"] = 2
    app.run()
    assert set(numbers(app)).isdisjoint(first)
    last = -(-len(labels()) // 12)
    app.session_state["people_page"] = last
    app.run()
    assert len(numbers(app)) == len(labels()) - 12 * (last - 1)
    where(app).set_value("part").run()
    assert app.session_state["people_page"] == 1
    assert len(numbers(app)) == 12


def test_without_cifar_the_gallery_says_once_how_to_get_the_pictures(voted):
    app = shown()
    assert [m.value for m in app.markdown].count(content.text("human_labels/no-pictures")) == 1
    assert not app.get("image")


def test_with_cifar_each_card_has_its_picture_and_what_it_shows(voted):
    folder = cifar10.folder()
    folder.mkdir(parents=True)
    records = np.zeros((len(labels()), cifar10.RECORD), np.uint8)
    records[:, 0] = labels()
    (folder / cifar10.TEST_FILES[0]).write_bytes(records.tobytes())
    app = shown()
    assert content.text("human_labels/no-pictures") not in [m.value for m in app.markdown]
    alts = [image.proto.imgs[0].alt for image in app.get("image")]
    names = [cifar10.CLASSES[labels()[number]] for number in numbers(app)]
    assert alts == [
        f"Test photograph number {number}, labelled {name}"
        for number, name in zip(numbers(app), names, strict=True)
    ]


def test_the_download_has_a_line_for_each_image_and_the_sum_holds(voted, monkeypatch):
    files = []
    monkeypatch.setattr(controls, "downloads", lambda *them: files.extend(them))
    shown("downloads")
    (_, make, name, kind), (_, draw, *_), _ = (one for one in files if "people" in one[2])
    assert "Cross-entropy H(P, Q)" in draw()
    assert (name, kind) == ("people-and-networks.csv", "text/csv")
    table = pd.read_csv(io.StringIO(make()))
    assert table["number"].tolist() == list(range(len(labels())))
    for loss in ("kl_divergence", "categorical_crossentropy"):
        total = table["people_entropy"] + table[f"{loss}_network_kl"]
        assert table[f"{loss}_network_cross_entropy"].to_numpy() == pytest.approx(total, abs=2e-5)


def test_the_charts_specifications_stay_while_the_ranking_changes(voted):
    app = shown()
    before = [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]
    where(app).set_value("nets").run()
    assert [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")] == before


def disagreement():
    return sections.disagreement(repository.plain_pairs(), labels().tobytes())


def test_all_recorded_networks_with_plain_labels_are_compared():
    apart = disagreement()
    assert apart.networks == 2 * len(repository.plain_pairs()) > 2
    assert apart.values.shape == labels().shape
    assert 0 < apart.values.mean() < math.log(10)


def test_networks_that_cannot_be_read_or_predicted_other_images_are_left_out(monkeypatch):
    one, predictions = repository.plain_pairs()[0].ce, repository.predictions

    def some(run, kind):
        if run.id == one.id:
            raise ValueError("missing")
        return predictions(run, kind)

    whole, others = disagreement().networks, ((labels() + 1) % 10).tobytes()
    monkeypatch.setattr(repository, "predictions", some)
    sections.disagreement.clear()
    assert disagreement().networks == whole - 1
    none = sections.disagreement(repository.plain_pairs(), others)
    assert none.networks == 0
    assert not none.values.any()
    sections.disagreement.clear()


def test_the_closing_question_has_its_number_from_the_entropy_of_four_to_one(home):
    entropy = -(0.8 * math.log(0.8) + 0.2 * math.log(0.2))
    options = shown().radio(key="closing:answer").options
    assert f"KL(P‖Q) is 0, the cross-entropy {entropy:.4f} nats" in options


def test_without_recorded_networks_the_page_says_where_they_come_from(home, monkeypatch):
    monkeypatch.setattr(repository, "matched_runs", dict)
    assert "No networks are recorded here" in shown().info[0].value
