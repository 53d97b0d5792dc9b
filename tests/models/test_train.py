"""The engine, on the built-in shapes."""

import math
from dataclasses import replace

import keras
import numpy as np
import pytest

from models import convnet, datasets
from models.losses import KERAS_LOSSES
from models.spec import LOSSES, PRECISIONS, RunSpec
from models.train import Batches, train

SPEC = RunSpec("kl_divergence", epochs=1, images=1000, data="shapes")


@pytest.fixture(scope="module")
def shapes():
    return datasets.load("shapes")


@pytest.fixture(scope="module")
def one_epoch(shapes):
    """The same short run with either loss."""
    return {loss: train(replace(SPEC, loss=loss), shapes, lambda _: None) for loss in LOSSES}


def test_the_convnet_is_the_articles():
    model = convnet.build()
    assert model.count_params() == 612_042
    kinds = [type(layer).__name__ for layer in model.layers]
    block = ["Conv2D", "MaxPooling2D", "Dropout"]
    assert kinds == [*block, *block, "Flatten", "Dense", "Dense"]
    assert [layer.rate for layer in model.layers if hasattr(layer, "rate")] == [0.5, 0.5]
    assert model.output_shape == (None, 10)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_probabilities_are_float32_in_every_precision(precision):
    pixels = np.random.default_rng(0).random((4, 32, 32, 3), np.float32)
    q = np.asarray(convnet.build(precision)(pixels))
    assert q.dtype == np.float32
    assert np.allclose(q.sum(axis=1), 1, atol=1e-6)


def test_every_loss_key_has_its_keras_loss():
    assert KERAS_LOSSES.keys() == LOSSES.keys()
    p, q = np.array([[0.2, 0.8]], np.float32), np.array([[0.5, 0.5]], np.float32)
    # By hand: 0.2 ln 0.4 + 0.8 ln 1.6 and ln 2.
    values = {key: float(loss()(p, q)) for key, loss in KERAS_LOSSES.items()}
    assert values["kl_divergence"] == pytest.approx(0.192745, abs=1e-6)
    assert values["categorical_crossentropy"] == pytest.approx(math.log(2), abs=1e-6)


def test_with_one_hot_targets_the_two_losses_start_equal(one_epoch):
    kl, ce = (one_epoch[loss][0].history[0] for loss in LOSSES)
    assert kl.loss == pytest.approx(ce.loss, abs=1e-4)
    assert kl.val_loss == pytest.approx(ce.val_loss, abs=1e-4)


def test_a_run_says_what_its_figures_rest_on(one_epoch):
    run, weights = one_epoch["kl_divergence"]
    assert run.images == {"training": 800, "validation": 200}
    assert run.test.images == 1000
    assert set(run.versions) == {"python", "keras", "tensorflow", "numpy"}
    assert run.versions["keras"] == keras.__version__
    assert sum(w.size for w in weights.values()) == 612_042
    assert {w.dtype for w in weights.values()} == {np.dtype(np.float32)}
    assert "conv_1/kernel" in weights


def test_the_weights_give_the_figures_of_the_run(one_epoch, shapes):
    run, weights = one_epoch["kl_divergence"]
    model = convnet.build()
    model.set_weights(list(weights.values()))
    q = model.predict(shapes.test_images / np.float32(255), verbose=0)
    true = q[np.arange(1000), shapes.test_labels]
    assert np.mean(q.argmax(axis=1) == shapes.test_labels) == pytest.approx(run.test.accuracy)
    assert np.mean(-np.log(true)) == pytest.approx(run.test.loss, rel=1e-4)


def test_the_same_spec_gives_the_same_run(one_epoch, shapes):
    again, weights = train(SPEC, shapes, lambda _: None)
    run, first = one_epoch["kl_divergence"]
    assert replace(again.history[0], seconds=0) == replace(run.history[0], seconds=0)
    assert all(np.array_equal(weights[name], first[name]) for name in first)


def test_label_smoothing_parts_the_values_by_the_targets_entropy(shapes):
    smooth = replace(SPEC, label_smoothing=0.1)
    kl, ce = (
        train(replace(smooth, loss=loss), shapes, lambda _: None)[0].history[0] for loss in LOSSES
    )
    # H of (0.91, 0.01 × 9), by hand: −0.91 ln 0.91 − 0.09 ln 0.01.
    entropy = -0.91 * math.log(0.91) - 0.09 * math.log(0.01)
    assert ce.loss - kl.loss == pytest.approx(entropy, abs=1e-3)
    assert ce.val_loss - kl.val_loss == pytest.approx(entropy, abs=1e-3)


def test_the_order_depends_on_seed_and_epoch_alone(shapes):
    def orders(seed):
        batches = Batches(
            shapes.train_images[:100], shapes.train_labels[:100], replace(SPEC, seed=seed), True
        )
        found = []
        for _ in range(2):
            batches.on_epoch_begin()
            found.append(batches.order.tolist())
        return found

    assert orders(1) == orders(1)
    assert orders(1)[0] != orders(1)[1]
    assert orders(1) != orders(2)
    assert all(sorted(order) == list(range(100)) for order in orders(1))


def test_batches_hold_pixels_over_255_and_one_hot_targets(shapes):
    batches = Batches(shapes.train_images[:300], shapes.train_labels[:300], SPEC)
    pixels, targets = batches[1]
    assert len(batches) == 2
    assert pixels.shape == (50, 32, 32, 3)
    assert pixels.dtype == np.float32
    assert np.array_equal(pixels, shapes.train_images[250:300] / np.float32(255))
    assert np.array_equal(targets.argmax(axis=1), shapes.train_labels[250:300])
    assert np.array_equal(np.sort(targets, axis=1)[:, :9], np.zeros((50, 9)))


def test_what_a_callback_raises_stops_the_training(shapes):
    class EnoughError(Exception):
        pass

    def stop_at_the_third_batch(epoch, done, batches):
        assert (epoch, batches) == (1, 4)
        if done == 3:
            raise EnoughError

    epochs = []
    with pytest.raises(EnoughError):
        train(SPEC, shapes, epochs.append, stop_at_the_third_batch)
    assert epochs == []


def test_training_in_bfloat16_keeps_its_weights_in_float32(shapes):
    spec = replace(SPEC, precision="mixed_bfloat16", images=500)
    run, weights = train(spec, shapes, lambda _: None)
    assert run.history[0].loss == pytest.approx(2.3, abs=0.5)  # near ln 10, as at any start
    assert {w.dtype for w in weights.values()} == {np.dtype(np.float32)}


def test_more_images_than_there_are_is_refused(shapes):
    with pytest.raises(ValueError, match="images must be at most 5,000; got 6,000"):
        train(replace(SPEC, images=6000), shapes, lambda _: None)


def test_the_shapes_are_neither_too_easy_nor_too_hard(shapes):
    class PassedError(Exception):
        pass

    reached = []

    def stop_above_80_percent(result):
        reached.append(result.val_accuracy)
        if result.val_accuracy > 0.8:
            raise PassedError

    with pytest.raises(PassedError):
        train(RunSpec("kl_divergence", epochs=10, data="shapes"), shapes, stop_above_80_percent)
    assert reached[0] < 0.95
