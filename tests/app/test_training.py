"""The training page, run by Streamlit without a browser. Workers here only hold their lock."""

import io
import json
import subprocess
from contextlib import ExitStack
from dataclasses import replace
from statistics import fmean, median

import numpy as np
import pandas as pd
import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest, local_script_runner

from models.convnet import checkpoint
from models.convnet.checkpoint import Checkpoint
from models.runs import environment, process, queue, store
from models.runs.folder import RunFolder
from models.runs.job import list_jobs, read_job
from models.runs.record import EpochResult, Run, TestResult, to_json
from models.runs.spec import RunSpec
from pages.ui import controls
from tests.app.visit import opened, said

SPEC = RunSpec("kl_divergence", epochs=3, data="shapes")
OTHER = replace(SPEC, loss="categorical_crossentropy")
MINE, THEIRS = 32 * "a", 32 * "b"
EPOCHS = tuple(EpochResult(n, 2.0 / n, 0.3 * n, 2.1 / n, 0.25 * n, 0, 2.5) for n in (1, 2, 3))


@pytest.fixture(autouse=True)
def own_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("KL_RUNS_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def workers(monkeypatch):
    """Call one with a run's name to have its worker die."""
    with ExitStack() as started:
        living = {}

        def start(directory, lock):
            worker = living[directory.name] = subprocess.Popen(["sleep", "600"])
            lock.hand_over(worker.pid)
            return worker

        def die(name):
            worker = living.pop(name)
            worker.kill()
            worker.wait()

        started.callback(lambda: [die(name) for name in list(living)])
        monkeypatch.setattr(process, "start_worker", start)
        yield die


def visit(token: str = MINE, **query: str) -> AppTest:
    app = AppTest.from_file("../../app.py", default_timeout=60).switch_page("pages/training.py")
    app.session_state["visitor:token"] = token
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def shapes(**query: str) -> AppTest:
    return visit(data="shapes", epochs="3", **query)


def press(app: AppTest, label: str) -> AppTest:
    buttons = [button for button in app.button if button.label == label]
    assert buttons, [button.label for button in app.button]
    buttons[0].click().run()
    assert not app.exception
    return app


def labels(app: AppTest) -> set[str]:
    return {button.label for button in app.button}


def shown(app: AppTest) -> str:
    return app.selectbox(key="run").value


def field(app: AppTest, name: str):
    """The field of a whole number, by its name in the address."""
    return app.text_input(key=f"{name}:typed")


def finish(directory, epochs=EPOCHS) -> None:
    run = Run(
        directory.name,
        SPEC,
        epochs,
        TestResult(0.5, 0.8, 1000),
        {"training": 4000, "validation": 1000},
    )
    store.save(store.Finished(run, {"w": np.zeros(1, np.float32)}, {}), directory)


def test_the_recorded_runs_are_shown_at_once():
    app = opened("pages/training.py")
    assert len(app.get("vega_lite_chart")) == 2
    assert any("on 10,000 images" in element.value for element in app.markdown)


def test_a_link_opens_the_settings_and_the_run_that_it_names():
    app = opened(
        "pages/training.py",
        loss="Categorical cross-entropy",
        data="shapes",
        seed="7",
        epochs="3",
        run="Categorical cross-entropy · CIFAR-10 · seed 1 · 25 epochs · recorded",
    )
    assert app.selectbox(key="loss").value == "categorical_crossentropy"
    assert app.selectbox(key="data").value == "shapes"
    assert (field(app, "seed").value, field(app, "epochs").value) == ("7", "3")
    assert app.selectbox(key="run").value == "cifar10-categorical_crossentropy-seed1-25epochs"


def test_the_settings_are_folded_unless_a_link_names_one_of_them():
    def is_open(app):
        return app.session_state["train"]

    assert not is_open(opened("pages/training.py"))
    assert is_open(opened("pages/training.py", seed="7"))
    assert is_open(opened("pages/training.py", train="true"))
    assert not is_open(opened("pages/training.py", seed="7", train="false"))


def test_loading_the_recorded_run_of_the_other_loss_shows_it():
    app = opened("pages/training.py")
    app.selectbox(key="loss").set_value("categorical_crossentropy").run()
    next(b for b in app.button if b.label == "Load the recorded run").click().run()
    assert app.selectbox(key="run").value == "cifar10-categorical_crossentropy-seed1-25epochs"


def test_without_the_photographs_the_page_says_what_training_would_do(monkeypatch, tmp_path):
    monkeypatch.setenv("KL_DATA_DIR", str(tmp_path / "nothing"))
    app = opened("pages/training.py")
    assert "CIFAR-10 is not on this machine yet" in app.info[0].value
    assert any("cifar-10-binary.tar.gz" in element.value for element in app.markdown)
    app.button(key="data:shapes").click().run()
    assert not app.info
    assert app.selectbox(key="data").value == "shapes"
    # A run that downloads them says so itself, and is not pushed out of sight.
    assert not press(visit(), "Train now").info


def test_a_new_run_is_queued_and_shown_and_belongs_to_the_visitor_who_started_it(own_runs):
    app = press(shapes(), "Train now")
    job = read_job(own_runs / shown(app))
    assert (job.state, job.spec) == ("running", SPEC)
    assert queue.owns(own_runs / job.id, MINE)
    assert not any(MINE in str(value) for value in app.query_params.values())
    assert "Cancel" in labels(app)


def test_a_second_run_waits_and_says_for_how_long(own_runs):
    press(shapes(), "Train now")
    app = press(shapes(loss="Categorical cross-entropy"), "Train now")
    assert read_job(own_runs / shown(app)).state == "queued"
    assert "Next in the queue; starts in about" in said(app)
    assert "Your run is training: KL divergence" in said(app)
    assert "Queue: 1 run training (yours)" in [part.label for part in app.expander]
    assert "A new run would wait for two others" in said(app)


def test_a_full_queue_refuses_and_the_settings_stay(own_runs):
    for seed in range(1 + queue.WAITING):
        queue.submit(replace(SPEC, seed=seed), own_runs, f"visitor {seed}")
    app = press(shapes(seed="7"), "Train now")
    assert "The queue is full\\: 5 runs wait already" in app.warning[0].value
    assert field(app, "seed").value == "7"
    assert len(list_jobs(own_runs).jobs) == 1 + queue.WAITING
    # It is still there when the page looks at the queue again, until something else is done.
    assert app.run().warning


def test_everybody_sees_a_run_and_only_its_owner_can_stop_it(own_runs):
    name = queue.submit(SPEC, own_runs, THEIRS)
    app = visit(run=f"{SPEC.title} · {name[-6:]}")
    assert shown(app) == name
    assert "Cancel" not in labels(app)
    assert "Another visitor’s run" in [caption.value for caption in app.caption]
    owners = visit(THEIRS, run=f"{SPEC.title} · {name[-6:]}")
    assert "Cancel" in labels(owners)
    press(owners, "Cancel")
    assert read_job(own_runs / name).cancelling
    assert "Cancelling …" in labels(owners)


def test_a_waiting_run_is_cancelled_at_once(own_runs):
    press(shapes(), "Train now")
    app = press(shapes(seed="2"), "Train now")
    app.button(key=f"run:cancel:{shown(app)}").click().run()
    assert "Cancelled after 0 of 3 epochs" in app.info[0].value
    assert read_job(own_runs / shown(app)).state == "cancelled"


def test_a_run_whose_process_was_killed_goes_on_at_a_press(own_runs, workers):
    app = press(shapes(), "Train now")
    name = shown(app)
    for result in EPOCHS[:2]:
        RunFolder(own_runs / name).append("epoch", **to_json(result))
    checkpoint.save(Checkpoint(SPEC, EPOCHS[:2], {}, {}), own_runs / name)
    workers(name)
    app.run()
    assert "ended after 2 of 3 epochs without an error message" in app.warning[0].value
    assert len(app.get("vega_lite_chart")) == 2
    press(app, "Continue after epoch 2")
    job = read_job(own_runs / name)
    assert job.state == "running"
    assert len(job.history) == 2


def test_another_visitor_cannot_continue_or_delete_a_run(own_runs, workers):
    name = queue.submit(SPEC, own_runs, THEIRS)
    workers(name)
    app = visit(run=f"{SPEC.title} · {name[-6:]}")
    assert "ended after 0 of 3 epochs" in app.warning[0].value
    assert not {"Start again", "Delete permanently"} & labels(app)


def test_a_deleted_run_is_gone_and_another_is_shown(own_runs, workers):
    app = press(shapes(), "Train now")
    name = shown(app)
    finish(own_runs / name)
    workers(name)
    app.run()
    assert "After 3 epochs: **validation accuracy 75.0" in said(app)
    assert any("none in 3 × 4,000 images" in caption.value for caption in app.caption)
    press(app, "Delete permanently")
    assert not (own_runs / name).exists()
    assert app.info[0].value == "Your run is deleted."
    assert shown(app) == "cifar10-kl_divergence-seed1-25epochs"


def test_a_run_deleted_in_another_tab_no_longer_exists(own_runs, workers):
    app = press(shapes(), "Train now")
    name = shown(app)
    finish(own_runs / name)
    workers(name)
    app.run()
    queue.delete(own_runs / name, MINE)  # from another tab
    app.run()
    assert app.info[0].value == "The run that was shown no longer exists."
    assert shown(app) == "cifar10-kl_divergence-seed1-25epochs"


def test_ones_own_runs_stand_first_and_a_link_that_names_none_shows_everybody_the_same(own_runs):
    theirs = queue.submit(SPEC, own_runs, THEIRS)
    mine = queue.submit(replace(SPEC, seed=2), own_runs, MINE)
    for token, first, last in ((MINE, mine, theirs), (THEIRS, theirs, mine)):
        app = visit(token)
        options = app.selectbox(key="run").options
        assert (options[0][-6:], options[-1][-6:]) == (first[-6:], last[-6:])
        assert shown(app) == "cifar10-kl_divergence-seed1-25epochs"


def test_the_curves_that_are_shown_are_a_file_with_every_epoch(monkeypatch):
    files = {}
    monkeypatch.setattr(
        controls, "downloads", lambda *them: files.update({name: make for _, make, name, _ in them})
    )
    first = "cifar10-kl_divergence-seed1-25epochs"
    second = RunSpec("categorical_crossentropy")
    app = visit(beside=f"{second.title} · recorded")
    assert not files
    app.session_state["training:files"] = True  # opened
    assert "import keras" in app.run().code[0].value
    table = pd.read_csv(io.StringIO(files["curves.csv"]()))
    runs = [store.load(store.SAVED / name) for name in (first, second.id)]
    assert len(table) == 2 * 25 * 4
    of = table.set_index(["run", "epoch", "images", "measure"])["value"]
    for name, run in zip(("KL", "CE"), runs, strict=True):
        for epoch in run.history:
            assert of[name, epoch.epoch, "validation", "loss"] == epoch.val_loss
            assert of[name, epoch.epoch, "training", "accuracy"] == epoch.accuracy


def test_the_compared_run_moves_up_when_the_shown_one_is_deleted(own_runs, workers):
    app = press(shapes(), "Train now")
    first = shown(app)
    press(app, "Train the other loss with the same seed")
    second = app.selectbox(key="beside").value
    for name in (first, second):
        finish(own_runs / name)
        workers(name) if name == first else None
    app.run()
    app.button(key=f"run:delete:{first}").click().run()
    assert shown(app) == second
    assert app.selectbox(key="beside").value == ""


def test_a_run_that_trains_already_is_shown_and_not_trained_twice(own_runs):
    app = press(shapes(), "Train now")
    name = shown(app)
    press(app, "Train now")
    assert shown(app) == name
    assert "training or waiting already" in app.warning[0].value
    assert len(list_jobs(own_runs).jobs) == 1


def test_on_smoothed_labels_the_gap_between_both_losses_is_explained(own_runs):
    app = press(shapes(smoothing="0.1"), "Train now")
    assert "Cross-entropy is larger" not in said(app)
    press(app, "Train the other loss with the same seed")
    # H of (0.91, 0.01 × 9), by hand: −0.91 ln 0.91 − 0.09 ln 0.01.
    assert (
        "H(P) = 0.5003 nats. Cross-entropy is larger than KL divergence by this constant"
        in said(app)
    )


def test_the_other_loss_is_trained_and_compared_by_one_press(own_runs):
    app = press(shapes(seed="4"), "Train now")
    first = shown(app)
    press(app, "Train the other loss with the same seed")
    beside = app.selectbox(key="beside").value
    assert shown(app) == first
    assert read_job(own_runs / beside).spec == replace(OTHER, seed=4)
    assert "Train the other loss with the same seed" not in labels(app)
    for name, epochs in ((first, EPOCHS), (beside, EPOCHS[:1])):
        for result in epochs:
            RunFolder(own_runs / name).append("epoch", **to_json(result))
    app.run()
    # Loss and accuracy, on training and on validation images.
    assert len(app.get("vega_lite_chart")) == 4


def test_the_recorded_runs_of_both_losses_are_laid_side_by_side():
    app = press(visit(), "Compare with the other loss, same seed")
    assert app.selectbox(key="beside").value == "cifar10-categorical_crossentropy-seed1-25epochs"
    assert len(app.get("vega_lite_chart")) == 4


def test_progress_is_told_within_an_epoch_and_of_a_download(own_runs):
    app = press(shapes(), "Train now")
    directory = own_runs / shown(app)
    text = "downloading CIFAR-10: 17 of 170 MB"
    RunFolder(directory).append("stage", text=text, share=0.1)
    bar = app.run().get("progress")[0].proto
    assert (bar.text, bar.value) == (f"Preparing: {text} …", 10)
    RunFolder(directory).append("batch", epoch=1, done=8, batches=16, pace=0.5)
    bar = app.run().get("progress")[0].proto
    # Half of the first of three epochs is done; 8 + 2 × 16 batches of half a second are left.
    assert (bar.text, bar.value) == ("Epoch 1 of 3 · about 20 s left", 16)


def test_a_preset_says_its_time_and_sets_all_but_loss_and_seed():
    app = visit(seed="9", loss="Categorical cross-entropy", smoothing="0.1")
    paces = [
        fmean(epoch["seconds"] for epoch in json.loads(path.read_text())["history"][1:]) / 50_000
        for path in store.SAVED.rglob("run.json")
    ]
    taste = app.button(key="preset:taste")
    typical, fastest, slowest = (
        round(8 + pace * 3 * 5_000) for pace in (median(paces), min(paces), max(paces))
    )
    assert taste.label.endswith(f", about {typical} s")
    assert f"median of {len(paces)} recorded runs" in taste.help
    assert f"range {fastest} s to {slowest} s)" in taste.help
    taste.click().run()
    assert field(app, "images").value == "5000"
    assert field(app, "epochs").value == "3"
    assert app.slider(key="smoothing").value == 0
    assert field(app, "seed").value == "9"
    assert app.selectbox(key="loss").value == "categorical_crossentropy"


def test_a_whole_number_is_taken_as_people_type_it_and_what_is_none_is_refused_at_its_field():
    app = visit()
    for typed, taken in (("5.000", "5000"), ("5,000", "5000"), ("6 000", "6000"), ("1e4", "10000")):
        assert field(field(app, "images").set_value(typed).run(), "images").value == taken
    assert field(field(app, "images").set_value("").run(), "images").value == ""
    for name, bounds, typed in (
        ("seed", "0 to 9,999", "1,5"),
        ("epochs", "1 to 100", "abc"),
        ("seed", "0 to 9,999", ""),
        ("images", "10 to 50,000", "12,5 %"),
        ("images", "10 to 50,000", "9"),
    ):
        app = field(app, name).set_value(typed).run()
        came = f"“{typed}”" if typed else "An empty field"
        said = app.error[0].value.replace("\\", "")
        assert said.startswith(f"{came} is not a whole number from {bounds}. ")
        assert field(app, name).value == typed
        app = field(app, name).set_value("20").run()
        assert not app.error


def test_a_preset_and_other_images_put_an_end_to_a_refused_number():
    app = field(visit(), "epochs").set_value("2,5").run()
    assert "The value stays 25." in app.error[0].value
    app.button(key="preset:article").click().run()
    assert not app.error
    assert field(app, "epochs").value == "25"
    app = field(field(app, "images").set_value("20.000").run(), "images").set_value("a").run()
    app.selectbox(key="data").set_value("shapes").run()
    assert not app.error
    assert field(app, "images").value == ""


def test_times_are_this_machines_as_soon_as_a_run_was_made_here(own_runs, workers):
    assert "recorded runs; range" in said(shapes())
    app = press(shapes(), "Train now")
    finish(own_runs / shown(app))
    workers(shown(app))
    # 8 s to start, and 3 epochs of 2.5 s on all 5,000 drawings.
    assert "Training takes about 16 s (as in one run on this machine)" in said(shapes())
    # For ten times as many a run on the drawings says little.
    assert "recorded runs; range" in said(visit())


def test_every_setting_of_a_link_reaches_the_run(own_runs):
    app = shapes(images="500", smoothing="0.1", precision="mixed_bfloat16", seed="3")
    press(app, "Train now")
    wanted = replace(SPEC, images=500, label_smoothing=0.1, precision="mixed_bfloat16", seed=3)
    assert read_job(own_runs / shown(app)).spec == wanted


@pytest.mark.parametrize(
    "query",
    [
        {"images": "inf"},
        {"images": "20000", "data": "shapes"},
        {"images": "3"},
        {"smoothing": "nan"},
        {"smoothing": "1e400"},
        {"smoothing": "7"},
        {"precision": "float8"},
        {"beside": "nothing"},
        {"epochs": "1000"},
    ],
    ids=str,
)
def test_nonsense_in_a_link_leaves_a_run_that_can_be_trained(query, own_runs):
    app = visit(**query)
    (warning,) = app.warning
    assert all(each in warning.value for each in query if each != "data")
    press(app, "Train now")
    assert read_job(own_runs / shown(app)).spec.label_smoothing in (0, 0.9)


def test_fewer_shapes_than_photographs_are_no_error(own_runs):
    app = visit(images="20000")
    app.selectbox(key="data").set_value("shapes").run()
    assert not app.exception
    assert field(app, "images").value == ""
    press(app, "Train now")
    assert read_job(own_runs / shown(app)).spec.images is None


def test_a_processor_without_bfloat16_is_named_before_it_is_chosen(monkeypatch):
    slow = "no bfloat16 instructions"
    for has in (True, False):
        monkeypatch.setattr(environment, "has_bfloat16", lambda has=has: has)
        app = shapes(precision="mixed_bfloat16")
        assert any(slow in caption.value for caption in app.caption) == (not has)


def test_a_wrong_setting_of_the_server_is_one_sentence(monkeypatch, own_runs):
    monkeypatch.setenv("KL_MAX_JOBS", "many")
    app = press(shapes(), "Train now")
    assert "must be a whole number from 1 to 999; got 'many'" in app.warning[0].value
    assert list_jobs(own_runs).jobs == ()


def test_one_visitor_may_have_three_runs_in_the_queue_and_is_told_so(own_runs):
    for seed in ("1", "2", "3"):
        press(shapes(seed=seed), "Train now")
    app = press(shapes(seed="4"), "Train now")
    assert "3 of your runs train or wait already" in app.warning[0].value
    assert len(list_jobs(own_runs).jobs) == 3
    press(visit(THEIRS, data="shapes", epochs="3", seed="4"), "Train now")
    assert len(list_jobs(own_runs).jobs) == 4


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "end", "state": "failed", "error": 5},
        {"kind": "epoch", **to_json(EPOCHS[0]), "val_accuracy": [1]},
    ],
    ids=["a number for an error", "a list for a figure"],
)
def test_a_damaged_run_is_listed_with_why_and_deleted_by_its_owner_alone(own_runs, workers, event):
    mine, theirs = (queue.submit(SPEC, own_runs, MINE), queue.submit(OTHER, own_runs, THEIRS))
    workers(mine)
    for name in (mine, theirs):
        RunFolder(own_runs / name).append(**event)
    app = visit()
    assert "The folders of two runs cannot be read" in [part.label for part in app.expander]
    assert said(app).count(" cannot be read\\: ") == 2
    assert [b.key for b in app.button if b.label == "Delete this damaged run"] == [
        f"run:delete:{mine}"
    ]
    press(app, "Delete this damaged run")
    assert [path.name for path in own_runs.glob("*/spec.json")] == ["spec.json"]
    assert not (own_runs / mine).exists()


def test_where_the_photographs_go_is_told_without_the_servers_folders(monkeypatch, tmp_path):
    monkeypatch.setenv("KL_DATA_DIR", str(tmp_path / "nothing"))
    app = opened("pages/training.py")
    told = "in the folder that `KL_DATA_DIR` names on the machine that serves this page"
    assert f"`cifar-10-batches-bin` {told}" in said(app)
    assert str(tmp_path) not in said(app)


def pauses(app: AppTest) -> list[float]:
    """Seconds between the page's questions how the runs stand."""
    told = [json.loads(part.proto.json or "null") for part in app.get("bidi_component")]
    return [data["every"] for data in told if data and "every" in data]


def test_a_page_asks_each_second_for_a_run_on_show_that_trains_and_rarely_otherwise(own_runs):
    assert pauses(visit()) == [60]
    name = queue.submit(SPEC, own_runs, THEIRS)
    assert pauses(visit()) == [15]
    assert pauses(visit(run=f"{SPEC.title} · {name[-6:]}")) == [1]


def drawn_by_a_question(monkeypatch, **query: str) -> set[str]:
    """What is drawn anew each time that the page asks how the runs stand."""
    told: list[ForwardMsg] = []
    parse = local_script_runner.parse_tree_from_messages
    keeping = lambda messages: told.extend(messages) or parse(messages)  # noqa: E731
    monkeypatch.setattr(local_script_runner, "parse_tree_from_messages", keeping)
    visit(**query)
    kinds: dict[str, set[str]] = {}
    for message in told:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "bidi_component" and '"every"' in element.bidi_component.json:
            kind = "question"
        kinds.setdefault(message.delta.fragment_id, set()).add(kind)
    (found,) = (kind for kind in kinds.values() if "question" in kind)
    return found - {"question", None}  # None: a container


def test_a_rare_question_draws_nothing_anew_and_one_about_a_run_on_show_its_curves(
    own_runs, monkeypatch
):
    assert drawn_by_a_question(monkeypatch) == set()
    name = queue.submit(SPEC, own_runs, THEIRS)
    assert drawn_by_a_question(monkeypatch) == set()
    for epoch in EPOCHS:
        RunFolder(own_runs / name).append("epoch", **to_json(epoch))
    on_show = f"{SPEC.title} · {name[-6:]}"
    assert "vega_lite_chart" in drawn_by_a_question(monkeypatch, run=on_show)


def test_what_cannot_be_read_is_listed_and_stops_no_page(own_runs):
    for name, content in (("a", b"{"), ("b", b"\xff"), ("c", b"[]"), ("d", b'{"schema": 9}')):
        with queue.claim(own_runs / name, SPEC):
            RunFolder(own_runs / name).append("end", state="done")
        (own_runs / name / "run.json").write_bytes(content)
    (own_runs / "e").mkdir()
    (own_runs / "e" / "spec.json").write_bytes(b"{")
    for file in ("pages/training.py", "pages/comparison.py"):
        assert not opened(file).exception
    app = visit(run=f"{SPEC.title} · a")
    assert "its files are damaged: a/run.json cannot be read" in app.error[0].value
    assert not any(str(own_runs) in element.value for element in (*app.error, *app.markdown))
    assert "The folder of one run cannot be read" in [part.label for part in app.expander]
    assert "**e**: e cannot be read" in said(app)


def test_a_link_to_a_deleted_run_says_that_it_no_longer_exists():
    (warning,) = visit(run="KL divergence · shapes · seed 7 · 3 epochs · 0a1b2c").warning
    assert "run must be a run that still exists" in warning.value
