import json
import math
from dataclasses import replace

import pytest

from models.runs.record import EpochResult, Run, TestResult
from models.runs.spec import SCHEMA, RunSpec, check_schema


def a_run(**changes) -> Run:
    run = Run(
        id="shapes-kl_divergence-seed1-2epochs",
        spec=RunSpec("kl_divergence", epochs=2, data="shapes"),
        history=(
            EpochResult(1, 2.0, 0.3, 1.5, 0.6, 7, 1.25),
            EpochResult(2, 1.0, 0.5, 0.8, 0.7, 0, 1.0),
        ),
        test=TestResult(0.9, 0.68, 1000),
        images={"training": 4000, "validation": 1000},
        files={"a.bin": "00ff"},
        versions={"keras": "3.15.1"},
        machine={"processor": "a processor", "threads": "2"},
        weights="abcd",
    )
    return replace(run, **changes)


WHY = (
    "schema|not a run|no epochs|loss must be|not numbered|number of images|"
    r"^Expected .* \(at |^Object missing required field .* \(at |has no field"
)


def test_the_defaults_are_the_articles_settings():
    spec = RunSpec("kl_divergence")
    assert (spec.epochs, spec.batch_size, spec.validation_split) == (25, 250, 0.2)
    assert (spec.images, spec.label_smoothing, spec.precision, spec.data) == (
        None,
        0.0,
        "float32",
        "cifar10",
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"loss": "mse"}, "loss must be 'kl_divergence' or 'categorical_crossentropy'; got 'mse'"),
        ({"data": "mnist"}, "data must be 'cifar10' or 'shapes'"),
        ({"precision": "float16"}, "precision must be"),
        ({"seed": -1}, "seed must be a whole number from 0"),
        ({"seed": 1.5}, "seed must be a whole number"),
        ({"epochs": 0}, "epochs must be a whole number from 1"),
        ({"epochs": True}, "epochs must be a whole number"),
        ({"images": 5}, "images must be a whole number from 10"),
        ({"batch_size": 0}, "batch_size must be"),
        ({"validation_split": 1.0}, "validation_split must lie between 0 and 1"),
        ({"label_smoothing": 1.0}, "label_smoothing must lie in"),
        ({"label_smoothing": math.nan}, "label_smoothing must lie in"),
        ({"label_smoothing": "a"}, "label_smoothing must lie in"),
        ({"label_smoothing": False}, "label_smoothing must lie in"),
        ({"validation_split": "half"}, "validation_split must lie between 0 and 1"),
        ({"validation_split": None}, "validation_split must lie between 0 and 1"),
        ({"loss": ["kl_divergence"]}, "loss must be 'kl_divergence' or"),
        ({"images": 6000, "data": "shapes"}, "images must be a whole number from 10 to 5,000"),
        ({"images": 50_001}, "images must be a whole number from 10 to 50,000"),
        ({"images": 10, "validation_split": 0.95}, "must leave an image to train on"),
        ({"validation_split": 1e-17}, "must leave an image to train on and hold one out; of 50"),
    ],
)
def test_a_spec_that_cannot_be_trained_is_refused_by_name(change, says):
    with pytest.raises(ValueError, match=says):
        RunSpec(**{"loss": "kl_divergence", **change})


@pytest.mark.parametrize(
    ("images", "split", "trained_on"),
    [(10, 0.2, 8), (10, 0.85, 1), (10, 0.01, 9), (None, 0.2, 4000)],
)
def test_what_is_not_held_out_is_trained_on(images, split, trained_on):
    spec = RunSpec("kl_divergence", images=images, validation_split=split, data="shapes")
    assert spec.trained_on(images or 5000) == trained_on


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": 0},
        {"epoch": 1.0},
        {"epoch": True},
        {"loss": "2"},
        {"loss": None},
        {"val_accuracy": [1]},
        {"accuracy": 10**400},
        {"dead_zone": 0.5},
        {"seconds": math.nan},
        {"seconds": math.inf},
        {"seconds": -1},
    ],
    ids=str,
)
def test_what_is_no_figure_of_an_epoch_is_refused_by_name(change):
    with pytest.raises(ValueError, match=f"{next(iter(change))} must be"):
        replace(a_run().last, **change)


def test_specs_that_differ_anywhere_have_different_ids():
    base = RunSpec("kl_divergence")
    changes = {
        "loss": "categorical_crossentropy",
        "seed": 2,
        "epochs": 3,
        "images": 5000,
        "batch_size": 32,
        "validation_split": 0.1,
        "label_smoothing": 0.1,
        "precision": "mixed_bfloat16",
        "data": "shapes",
    }
    ids = {base.id} | {replace(base, **{name: value}).id for name, value in changes.items()}
    assert len(ids) == 1 + len(changes)


def test_an_id_is_a_plain_folder_name():
    spec = RunSpec("kl_divergence", images=5000, label_smoothing=0.1, precision="mixed_bfloat16")
    assert spec.id == (
        "cifar10-kl_divergence-seed1-25epochs-images5000-smoothing0.1-mixed_bfloat16"
    )


def test_a_title_leaves_out_what_was_left_alone():
    assert RunSpec("kl_divergence").title == "KL divergence · CIFAR-10 · seed 1 · 25 epochs"
    assert RunSpec("kl_divergence", epochs=1, images=5000).title.endswith("1 epoch · 5,000 images")


def test_a_run_survives_its_journey_through_json():
    assert Run.from_json(json.loads(json.dumps(a_run().to_json()))) == a_run()


def test_a_diverged_loss_travels_as_null_and_returns_as_nan():
    diverged = a_run(history=(EpochResult(1, math.nan, 0.1, math.inf, 0.1, 400, 1.0),))
    content = json.loads(json.dumps(diverged.to_json(), allow_nan=False))
    assert content["history"][0]["loss"] is None
    assert math.isnan(Run.from_json(content).history[0].val_loss)


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        {},
        {**a_run().to_json(), "schema": 99},
        {**a_run().to_json(), "spec": {"loss": "mse"}},
        {**a_run().to_json(), "history": [{"epoch": 1}]},
        {**a_run().to_json(), "history": [1]},
        {**a_run().to_json(), "history": []},
        {**a_run().to_json(), "images": {}},
        {**a_run().to_json(), "images": {"training": "8", "validation": 2}},
        {**a_run().to_json(), "images": {"training": 8, "validation": -2}},
        {**a_run().to_json(), "history": a_run().to_json()["history"][::-1]},
        {**a_run().to_json(), "history": [{**a_run().to_json()["history"][0], "mood": 1.0}]},
        {**a_run().to_json(), "test": {"loss": [1], "accuracy": 0.5, "images": 10}},
        {**a_run().to_json(), "machine": {"threads": 2}},
        {**a_run().to_json(), "files": ["a.bin"]},
        {**a_run().to_json(), "id": 5},
        {**a_run().to_json(), "weights": 5},
        *(
            {k: v for k, v in a_run().to_json().items() if k != name}
            for name in ("test", "machine")
        ),
    ],
)
def test_what_is_not_a_run_is_refused(content):
    with pytest.raises(ValueError, match=WHY):
        Run.from_json(content)


def test_the_best_epoch_is_the_earliest_of_the_highest_validation_accuracy():
    epochs = [
        EpochResult(n, 1, 0.5, 1, accuracy, 0, 1) for n, accuracy in enumerate((0.5, 0.7, 0.7), 1)
    ]
    assert a_run(history=tuple(epochs)).best.epoch == 2
    assert a_run(history=tuple(epochs)).last.epoch == 3


@pytest.mark.parametrize(
    ("schema", "who"),
    [
        (SCHEMA + 1, "a newer"),
        (SCHEMA - 1, "another"),
        (None, "another"),
        ("9", "another"),
        (True, "another"),
    ],
)
def test_a_file_of_another_version_is_refused_and_a_newer_one_is_called_newer(schema, who):
    with pytest.raises(ValueError, match=f"^it was written by {who} version of this project"):
        check_schema({"schema": schema})
    check_schema({"schema": SCHEMA})


def test_the_dead_zone_travels_as_a_whole_number():
    content = json.loads(json.dumps(a_run().to_json()))
    assert [epoch["dead_zone"] for epoch in content["history"]] == [7, 0]
    assert type(Run.from_json(content).history[0].dead_zone) is int
