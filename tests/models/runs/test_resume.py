"""A run that was stopped, however, goes on to the figures that it would have had."""

from dataclasses import replace

import numpy as np
import pytest

from models.convnet import checkpoint
from models.runs import environment, queue, store
from models.runs.folder import CHECKPOINT
from models.runs.job import read_job
from models.runs.spec import RunSpec
from tests.models import kills
from tests.models.shell import events, finish, timeless

pytestmark = pytest.mark.train

SPEC = RunSpec("categorical_crossentropy", seed=3, epochs=3, images=500, data="shapes")


@pytest.fixture(scope="module", params=["float32", "mixed_bfloat16"])
def whole(request, engine, shapes):
    """An uninterrupted run, its weights, and a checkpoint after each epoch."""
    kept = []
    return *engine.train(replace(SPEC, precision=request.param), shapes, kept.append), kept


@pytest.fixture(scope="module")
def plain(engine, shapes):
    kept = []
    return *engine.train(SPEC, shapes, kept.append), kept


def same(weights, others) -> bool:
    return all(weights[name].tobytes() == others[name].tobytes() for name in weights)


@pytest.mark.parametrize("epochs", [1, 2, 3])
def test_from_a_checkpoint_training_goes_on_as_if_it_had_never_stopped(
    whole, engine, shapes, tmp_path, epochs
):
    run, weights, believed, kept = whole
    checkpoint.save(kept[epochs - 1], tmp_path)
    told = []
    again, others, beliefs = engine.train(
        run.spec, shapes, told.append, start=checkpoint.load(tmp_path)
    )
    assert timeless(again.history) == timeless(run.history)
    assert again.history[:epochs] == run.history[:epochs]
    assert again.test == run.test
    assert same(weights, others)
    for kind, those in believed.items():
        assert np.array_equal(beliefs[kind].log_q, those.log_q)
    assert [len(now.history) for now in told] == [2, 3][epochs - 1 :]


def test_every_later_checkpoint_is_the_same_too(plain, engine, shapes):
    *_, kept = plain
    told = []
    engine.train(SPEC, shapes, told.append, start=kept[0])
    for again, first in zip(told, kept[1:], strict=True):
        assert again.arrays.keys() == first.arrays.keys()
        assert same(again.arrays, first.arrays)


@pytest.mark.parametrize("left_out", ["optimizer", "seeds"])
def test_what_the_optimizer_and_dropouts_seeds_hold_decides_the_result(
    plain, engine, shapes, left_out
):
    _, weights, _, kept = plain
    fresh = engine.Network(SPEC).arrays()
    left = {
        "optimizer": [name for name in fresh if name.startswith("optimizer")],
        # Dropout's seeds are the only whole numbers that the model itself holds.
        "seeds": [n for n, a in fresh.items() if n.startswith("model") and a.dtype.kind in "iu"],
    }[left_out]
    assert len(left) >= 2
    arrays = {**kept[0].arrays, **{name: fresh[name] for name in left}}
    _, others, _ = engine.train(SPEC, shapes, lambda _: None, start=replace(kept[0], arrays=arrays))
    assert not same(weights, others)


@pytest.mark.parametrize("name", ["tensorflow", "keras", "numpy", "python", "processor", "threads"])
def test_under_other_conditions_a_run_is_refused_in_one_sentence_that_names_them(
    plain, engine, shapes, name
):
    *_, kept = plain
    now = kept[0].conditions[name]
    start = replace(kept[0], conditions={**kept[0].conditions, name: "0.1"})
    with pytest.raises(ValueError, match=f"under other conditions .{name} 0.1, now ") as error:
        engine.train(SPEC, shapes, lambda _: None, start=start)
    assert now in str(error.value)
    assert str(error.value).endswith("Train it again.")
    assert "\n" not in str(error.value)


def test_another_specs_checkpoint_is_refused(plain, engine, shapes):
    *_, kept = plain
    with pytest.raises(ValueError, match="belongs to another run"):
        engine.train(replace(SPEC, seed=4), shapes, lambda _: None, start=kept[0])


@pytest.mark.parametrize("damage", ["missing", "extra", "shape"])
def test_arrays_of_another_net_are_refused(plain, engine, damage):
    *_, kept = plain
    arrays = dict(kept[0].arrays)
    if damage == "missing":
        del arrays["optimizer_2"]
    elif damage == "extra":
        arrays["model_99"] = np.zeros(1, np.float32)
    else:
        arrays["model_0"] = np.zeros((2, 2), np.float32)
    with pytest.raises(ValueError, match=r"another network|shape"):
        engine.Network(SPEC).restore(arrays)


def test_a_run_killed_five_times_ends_as_the_uninterrupted_one_bit_for_bit(
    folder, uninterrupted, monkeypatch
):
    """Begun and resumed in a shell and through the queue in turn, and killed each time.

    Once there is a checkpoint, another number of threads is offered, and not to be taken.
    """
    threads = environment.threads()
    process, directory = kills.start(folder)
    hits = []
    for number, moment in enumerate(kills.moments(5, seed=20240229)):
        by_queue = number % 2 == 1
        if (directory / CHECKPOINT).exists():
            monkeypatch.setenv(environment.THREADS, str(int(threads) + 1))
        if by_queue:
            queue.resume(directory)
        elif number:
            process = kills.resume(directory)
        before = kills.history(directory)
        hit = (
            kills.kill_in_queue(directory, moment)
            if by_queue
            else kills.kill(process, directory, moment)
        )
        state = read_job(directory).state  # "done": it was leaving when it was hit
        hits.append(hit and state != "done")
        kills.assert_kept(before, directory)
        if not hits[-1]:
            break
        assert state == "lost"
    assert sum(hits) >= 4, hits  # the last may come too late: then the run is there
    if hits[-1]:
        done = finish(kills.resume(directory))
        assert done.returncode == 0, done.stderr
    kills.assert_equal(directory, uninterrupted)
    told = [event["epoch"] for event in events(directory) if event["kind"] == "epoch"]
    assert told == [1, 2, 3, 4, 5]
    assert environment.threads() != threads
    assert store.load(directory).machine["threads"] == threads
