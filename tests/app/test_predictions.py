"""The page Predictions, run by Streamlit without a browser, on the recorded runs."""

import hashlib
import io
import math
import shutil
import urllib.parse

import numpy as np
import pytest
from PIL import Image
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager as Manager
from streamlit.testing.v1 import AppTest

from models.data import cifar10h
from models.data.cifar10 import CLASSES
from models.runs import store
from pages.ui import controls, images
from pages.ui import formatting as fmt
from pages.ui.predictions import editor, repository, selection
from pages.ui.training import run_service
from tests.app.visit import opened, said
from tests.made_up import CE, KL

PAGE = "pages/predictions.py"
TEST = "test photographs"
PEOPLE = editor.SOURCES["people"]


@pytest.fixture(autouse=True)
def nothing_here(tmp_path, monkeypatch):
    """Neither photographs nor votes, nor runs of a visitor's."""
    monkeypatch.setenv("KL_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("KL_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()


@pytest.fixture
def votes(tmp_path, monkeypatch):
    """Votes that nobody cast, in the published file's place: three to one on photograph 3."""
    counts = np.random.default_rng(0).multinomial(50, np.full(10, 0.1), 10_000)
    counts[3] = [30, 10, *8 * [0]]
    path = tmp_path / "data" / cifar10h.FILE
    np.save(path, counts)
    monkeypatch.setattr(cifar10h, "SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    return counts


def shown(**query) -> AppTest:
    app = opened(PAGE, **query)
    assert not app.exception
    assert not app.error
    return app


def answers(loss=KL, kind="validation", seed=1):
    """log q and labels of a recorded run, read without the project's code."""
    with np.load(store.SAVED / f"cifar10-{loss}-seed{seed}-25epochs" / "predictions.npz") as file:
        log_q = file[f"{kind}_log_q"].astype(float)
        return log_q - np.log(np.exp(log_q).sum(1, keepdims=True)), file[f"{kind}_labels"]


def number(app) -> int:
    return int(app.text_input(key="image:typed").value)


def press(app, name) -> AppTest:
    app = app.button(key=f"belief:{name}").click().run()
    assert not app.exception
    return app


def test_the_first_photograph_has_the_largest_loss_and_its_kl_is_minus_log_q():
    log_q, labels = answers()
    losses = -log_q[np.arange(len(labels)), labels]
    app = shown()
    assert number(app) == losses.argmax()
    assert f"= {fmt.quantity(losses.max(), 'nats')}" in said(app)
    assert f"**{CLASSES[labels[losses.argmax()]]}**" in said(app)
    assert "1 of 10,000" in said(app)


def test_next_and_previous_go_through_the_order():
    log_q, labels = answers()
    order = np.argsort(log_q[np.arange(len(labels)), labels], kind="stable")
    app = shown()
    assert app.button(key="belief:Previous").disabled
    app = press(press(app, "Next"), "Next")
    assert number(app) == order[2]
    assert number(press(app, "Previous")) == order[1]


HALF = ", ".join(f"{name}:{int(name == 'cat')}:{5 * (name in ('cat', 'dog'))}" for name in CLASSES)


def test_a_link_holds_the_bars_of_the_picture_that_it_names_and_of_no_other():
    app = shown(image="17", pq=HALF)
    assert "You have moved the bars" in said(app)
    assert f"= {fmt.quantity(math.log(2), 'nats')}" in said(app)
    press(app, "reset")
    assert "You have moved the bars" not in said(app)
    app = shown(image="17", pq=HALF).text_input(key="image:typed").set_value("18").run()
    assert "You have moved the bars" not in said(app)


@pytest.mark.parametrize("foreign", ["a:1:3, b:1:1", "![](//host/a)", HALF.replace("dog", "god")])
def test_a_link_with_other_bars_than_the_classes_says_so_and_shows_the_prediction(foreign):
    app = opened(PAGE, image="17", pq=foreign)
    assert "but pq must be of this picture’s ten classes" in app.warning[0].value
    assert "You have moved the bars" not in said(app)


def test_the_order_by_predictive_entropy_begins_with_the_largest():
    log_q, _ = answers()
    entropy = -(np.exp(log_q) * log_q).sum(1)
    app = shown(order="largest predictive entropy first")
    assert number(app) == entropy.argmax()


def test_the_photographs_of_one_true_and_another_predicted_class_are_counted():
    log_q, labels = answers()
    cats = (labels == CLASSES.index("cat")) & (log_q.argmax(1) == CLASSES.index("dog"))
    app = shown(truth="cat", guess="dog")
    assert f"1 of {cats.sum():,}" in said(app)
    assert cats[number(app)]
    other = int(np.flatnonzero(~cats)[0])
    app = app.text_input(key="image:typed").set_value(str(other)).run()
    assert f"This one is not among the {cats.sum():,} that match." in said(app)


def test_another_filter_begins_with_its_first_and_the_other_network_keeps_the_photograph():
    app = press(shown(), "Next")
    at = number(app)
    app.session_state["net"] = CE
    app = app.run()
    assert number(app) == at
    app = app.selectbox(key="truth").set_value("frog").run()
    assert answers(CE)[1][number(app)] == CLASSES.index("frog")


def test_what_cross_entropys_network_predicts_is_its_own():
    log_q, labels = answers(CE)
    app = shown(image="17", net="Categorical cross-entropy")
    loss = -log_q[17, labels[17]]
    assert f"**KL(P‖Q)**] = {fmt.quantity(loss, 'nats')}" in said(app)


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ({"image": "inf"}, 10_000),
        ({"image": "-4"}, 10_000),
        ({"image": "10000"}, 10_000),
        ({"pictures": TEST, "image": "1017"}, 1_017),
        (
            {"nets": "../x", "net": "mse", "order": "?", "truth": "unicorn", "pictures": "all"},
            10_000,
        ),
        ({"pictures": TEST, "p": PEOPLE, "order": editor.ORDERS["people"]}, 1_017),
    ],
)
def test_a_damaged_link_opens_the_page_with_the_first_photograph(query, n):
    app = shown(**query)
    assert 0 <= number(app) < n
    assert f"1 of {n:,}" in said(app)


def test_other_networks_predict_for_the_same_photograph_in_the_same_bars():
    app = shown(image="17")
    app = app.selectbox(key="nets").set_value(f"cifar10-{KL}-seed2-25epochs").run()
    log_q, labels = answers(seed=2)
    assert f"**KL(P‖Q)**] = {fmt.quantity(-log_q[17, labels[17]], 'nats')}" in said(app)
    assert "You have moved the bars" not in said(app)


def test_how_the_networks_were_trained_is_one_click_away():
    app = shown(nets="seed 2, with either loss")
    query = next(
        dict(urllib.parse.parse_qsl(link.proto.query_string))
        for link in app.get("page_link")
        if link.proto.label == "How this network was trained"
    )
    app = opened("pages/training.py", **query)
    runs = [app.selectbox(key=key).value for key in ("run", "beside")]
    assert runs == [f"cifar10-{loss}-seed2-25epochs" for loss in (KL, CE)]
    assert not app.warning


def test_people_s_votes_are_a_soft_label_whose_entropy_is_part_of_the_cross_entropy(votes):
    log_q, _ = answers(kind="test")
    p = np.array([0.75, 0.25])
    entropy = -(p * np.log(p)).sum()
    kl = (p * (np.log(p) - log_q[3, :2])).sum()
    app = shown(pictures=TEST, p=PEOPLE, image="3")
    assert "Votes of 40 people: **airplane** (75.0\N{NO-BREAK SPACE}%), then automobile" in said(
        app
    )
    assert f"**KL(P‖Q)**] = {fmt.quantity(kl, 'nats')}" in said(app)
    assert f"**H(P)**] = {fmt.quantity(entropy, 'nats')}" in said(app)
    assert f"H(P) + KL(P‖Q) = {fmt.quantity(entropy + kl, 'nats')}" in said(app)


def test_a_link_to_a_photograph_shows_it_whatever_was_chosen_here_before(votes):
    """As a card of the page Human labels has it: with people's votes as P."""
    app = press(shown(truth="cat", guess="dog"), "Next")
    app.switch_page("pages/human_labels.py").run()
    for name in ("truth", "guess", "image"):
        app.query_params.pop(name, None)
    link = next(link for link in app.get("page_link") if link.proto.label.startswith("Open "))
    query = dict(urllib.parse.parse_qsl(link.proto.query_string))
    for name, value in query.items():
        app.query_params[name] = value
    app = app.switch_page(PAGE).run()
    assert not app.exception
    assert not app.warning
    assert f"Test photograph {int(query['image']):,}" in said(app)
    assert number(app) == int(query["image"]) == int(link.proto.label.split()[1])
    assert "Votes of 50 people: " in said(app)
    assert f" of {len(answers(kind='test')[1]):,}" in said(app)


def test_addresses_from_before_choices_were_renamed_open_what_they_meant(votes):
    log_q, _ = answers()
    entropy = -(np.exp(log_q) * log_q).sum(1)
    app = shown(order="the net least sure first")
    assert number(app) == entropy.argmax()
    assert not app.warning
    app = shown(pictures=TEST, p="what people said", order="people least sure first", image="3")
    assert not app.warning
    assert "Votes of 40 people: " in said(app)


def test_an_address_with_a_ranking_leads_on_to_the_gallery(votes):
    app = shown(people_where="the nets disagree most", people_page="2", image="17")
    assert "It now has a page of its own" in app.info[0].value
    link = next(link for link in app.get("page_link") if link.proto.label == "Open the ranking")
    query = dict(urllib.parse.parse_qsl(link.proto.query_string))
    app = opened("pages/human_labels.py", **query)
    assert not app.exception
    assert not app.warning
    assert "recorded networks trained with one-hot labels" in said(app)
    assert app.session_state["people_page"] == 2


def test_the_networks_chosen_here_are_those_of_the_page_evaluation(votes):
    app = shown().selectbox(key="nets").set_value(f"cifar10-{KL}-seed2-25epochs").run()
    for page in ("pages/evaluation.py", "pages/human_labels.py"):
        app.query_params.pop("nets", None)
        app.switch_page(page).run()
        assert not app.exception
        assert app.selectbox(key="nets").value == f"cifar10-{KL}-seed2-25epochs"


def test_reverse_kl_is_infinite_against_a_one_hot_label_and_one_sentence_says_so():
    app = shown(image="17")
    assert "infinite: P gives probability 0 to nine classes, and Q gives more" in said(app)
    moved = ", ".join(f"{name}:1:{1 + (name == 'cat')}" for name in CLASSES)
    q = np.array([1 + (name == "cat") for name in CLASSES]) / 11
    app = shown(image="17", pq=moved)
    assert f"KL(Q‖P), is {fmt.quantity((q * np.log(q / 0.1)).sum(), 'nats')}." in said(app)


def test_with_another_file_in_the_votes_place_p_is_the_label(tmp_path):
    (tmp_path / "data" / cifar10h.FILE).write_bytes(b"not the votes")
    app = shown(pictures=TEST)
    assert "1 of 1,017" in said(app)
    assert [group.key for group in app.button_group] == ["pictures", "net"]


def test_without_recorded_networks_the_page_says_where_they_come_from(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "SAVED", tmp_path)
    run_service.recorded.clear()
    app = opened(PAGE)
    run_service.recorded.clear()
    assert not app.exception
    assert "No networks are recorded here" in app.info[0].value


@pytest.fixture
def two_pairs(tmp_path, monkeypatch):
    """The folder of copies of seeds 1 and 2, which alone are recorded."""
    for loss in (KL, CE):
        for seed in (1, 2):
            name = f"cifar10-{loss}-seed{seed}-25epochs"
            shutil.copytree(store.SAVED / name, tmp_path / name)
    monkeypatch.setattr(store, "SAVED", tmp_path)
    for cached in (run_service.recorded, repository._predictions, repository._weights):
        cached.clear()
    yield tmp_path
    for cached in (run_service.recorded, repository._predictions, repository._weights):
        cached.clear()


def test_a_pair_whose_predictions_cannot_be_read_is_left_out(two_pairs):
    damaged = two_pairs / f"cifar10-{CE}-seed1-25epochs" / "predictions.npz"
    damaged.write_bytes(damaged.read_bytes()[:1000])
    app = shown()
    assert app.selectbox(key="nets").options == ["seed 2, with either loss"]


def test_the_chart_of_both_predicted_distributions_can_be_downloaded(monkeypatch):
    files = {}
    monkeypatch.setattr(
        controls, "downloads", lambda *them: files.update({name: make for _, make, name, _ in them})
    )
    shown(image="17")
    assert "Predicted distributions of both networks" in files["predicted-distributions.svg"]()


def test_of_a_file_that_was_handed_in_the_server_keeps_the_small_picture_alone(monkeypatch):
    kept: dict[str, int] = {}
    add, remove = Manager.add_file, Manager.remove_file

    def note(self, session_id, file):
        kept[file.file_id] = len(file.data)
        add(self, session_id, file)

    def strike(self, session_id, file_id):
        kept.pop(file_id)
        remove(self, session_id, file_id)

    monkeypatch.setattr(Manager, "add_file", note)
    monkeypatch.setattr(Manager, "remove_file", strike)
    app = opened(PAGE, pictures="a picture of yours")
    assert "middle square" in app.file_uploader[0].label
    assert "Upload a picture" in app.info[0].value
    for content, answer in (
        (b"a letter", "not a picture"),
        (a_picture(), "labelled by you"),
        (b"a letter", "The picture before it stay"),
    ):
        app.file_uploader[0].set_value(("picture.png", content, "image/png")).run()
        assert answer in said(app) + " ".join(one.value for one in app.warning)
        assert not app.info  # what was just refused is not asked for once more
        assert not kept


def handed_in(content: bytes, pictures="a picture of yours", **query) -> AppTest:
    """The page after a file was chosen; the field itself needs a browser."""
    app = opened(PAGE, pictures=pictures, **query)
    app.session_state[editor.KEPT] = "upload 1", images.read(content)
    return app.run()


def a_picture() -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG")
    return file.getvalue()


def test_both_networks_predict_a_picture_of_one_s_own_and_its_label_is_the_visitor_s():
    app = handed_in(a_picture())
    assert not app.exception
    assert "Your picture, labelled by you: **airplane**" in said(app)
    app = app.selectbox(key=editor.LABEL).set_value(CLASSES.index("frog")).run()
    assert "labelled by you: **frog**" in said(app)
    assert app.get("image")[0].proto.imgs[0].alt.endswith("frog")
    app.session_state["pictures"] = "validation"
    app = app.run()
    app.session_state["pictures"] = selection.UPLOAD
    assert "labelled by you: **frog**" in said(app.run())


def test_where_weights_are_not_kept_the_page_says_which_networks_can_predict(two_pairs):
    (two_pairs / f"cifar10-{KL}-seed2-25epochs" / "weights.npz").unlink()
    app = handed_in(a_picture(), nets="seed 2, with either loss")
    assert not app.exception
    assert "choose seed 1." in app.error[0].value


def test_the_closing_question_has_its_number_from_the_true_class():
    options = shown().radio(key="closing:answer").options
    assert f"{-math.log(0.8):.4f} nats" in options
