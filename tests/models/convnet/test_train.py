"""The engine, on the built-in shapes."""

import math
from dataclasses import replace

import numpy as np
import pytest

from models.runs import environment
from models.runs.record import to_json
from models.runs.spec import LOSSES, PRECISIONS, RunSpec

SPEC = RunSpec("kl_divergence", epochs=1, images=1000, data="shapes")


@pytest.fixture(scope="module")
def one_epoch(engine, shapes):
    """The same short run with either loss."""
    return {loss: engine.train(replace(SPEC, loss=loss), shapes, lambda _: None) for loss in LOSSES}


def test_the_convnet_is_the_articles(convnet):
    model = convnet.build()
    assert model.count_params() == 612_042
    kinds = [type(layer).__name__ for layer in model.layers]
    block = ["Conv2D", "MaxPooling2D", "Dropout"]
    assert kinds == [*block, *block, "Flatten", "Dense", "Dense"]
    assert [layer.rate for layer in model.layers if hasattr(layer, "rate")] == [0.5, 0.5]
    assert model.output_shape == (None, 10)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_probabilities_are_float32_in_every_precision(convnet, precision):
    pixels = np.random.default_rng(0).random((4, 32, 32, 3), np.float32)
    q = np.asarray(convnet.build(precision)(pixels))
    assert q.dtype == np.float32
    assert np.allclose(q.sum(axis=1), 1, atol=1e-6)


def test_every_loss_key_has_its_keras_loss(keras):
    from models.convnet.losses import KERAS_LOSSES

    assert KERAS_LOSSES.keys() == LOSSES.keys()
    p, q = np.array([[0.2, 0.8]], np.float32), np.array([[0.5, 0.5]], np.float32)
    # By hand: 0.2 ln 0.4 + 0.8 ln 1.6 and ln 2.
    values = {key: float(loss()(p, q)) for key, loss in KERAS_LOSSES.items()}
    assert values["kl_divergence"] == pytest.approx(0.192745, abs=1e-6)
    assert values["categorical_crossentropy"] == pytest.approx(math.log(2), abs=1e-6)


@pytest.mark.train
def test_with_one_hot_targets_the_two_losses_start_equal(one_epoch):
    kl, ce = (one_epoch[loss][0].history[0] for loss in LOSSES)
    assert kl.loss == pytest.approx(ce.loss, abs=1e-4)
    assert kl.val_loss == pytest.approx(ce.val_loss, abs=1e-4)


@pytest.mark.train
def test_a_run_says_what_its_figures_rest_on(one_epoch, keras, tf):
    run, weights, _ = one_epoch["kl_divergence"]
    assert run.images == {"training": 800, "validation": 200}
    assert run.test.images == 1000
    assert set(run.versions) == {"python", "keras", "tensorflow", "numpy"}
    assert run.versions["keras"] == keras.__version__
    assert run.versions["tensorflow"] == tf.__version__
    assert run.machine == environment.describe()
    assert sum(w.size for w in weights.values()) == 612_042
    assert {w.dtype for w in weights.values()} == {np.dtype(np.float32)}
    assert "conv_1/kernel" in weights


@pytest.mark.train
def test_the_weights_give_the_figures_of_the_run(convnet, one_epoch, shapes):
    run, weights, _ = one_epoch["kl_divergence"]
    model = convnet.build()
    model.set_weights(list(weights.values()))
    q = model.predict(shapes.test_images / np.float32(255), verbose=0)
    true = q[np.arange(1000), shapes.test_labels]
    assert np.mean(q.argmax(axis=1) == shapes.test_labels) == pytest.approx(run.test.accuracy)
    assert np.mean(-np.log(true)) == pytest.approx(run.test.loss, rel=1e-4)


@pytest.mark.train
def test_predictions_are_kerass_own_and_give_the_figures_of_the_run(convnet, one_epoch, shapes):
    run, weights, believed = one_epoch["kl_divergence"]
    model = convnet.build()
    model.set_weights(list(weights.values()))
    held_out = shapes.train_images[800:1000], shapes.train_labels[800:1000]
    test = shapes.test_images, shapes.test_labels
    for (images, labels), those in zip((held_out, test), believed.values(), strict=True):
        q = model.predict(images / np.float32(255), verbose=0)
        assert np.allclose(those.q, q, atol=1e-6)
        assert np.array_equal(those.labels, labels)
    assert list(believed) == ["validation", "test"]
    assert believed["validation"].accuracy == pytest.approx(run.last.val_accuracy)
    assert believed["test"].accuracy == pytest.approx(run.test.accuracy)


@pytest.mark.train
def test_the_same_spec_gives_the_same_run(engine, one_epoch, shapes):
    again, weights, _ = engine.train(SPEC, shapes, lambda _: None)
    run, first, _ = one_epoch["kl_divergence"]
    assert replace(again.history[0], seconds=0) == replace(run.history[0], seconds=0)
    assert all(np.array_equal(weights[name], first[name]) for name in first)


@pytest.mark.train
def test_label_smoothing_parts_the_values_by_the_targets_entropy(engine, shapes):
    smooth = replace(SPEC, label_smoothing=0.1, images=500)
    kl, ce = (
        engine.train(replace(smooth, loss=loss), shapes, lambda _: None)[0].history[0]
        for loss in LOSSES
    )
    # H of (0.91, 0.01 × 9), by hand: −0.91 ln 0.91 − 0.09 ln 0.01.
    entropy = -0.91 * math.log(0.91) - 0.09 * math.log(0.01)
    assert ce.loss - kl.loss == pytest.approx(entropy, abs=1e-3)
    assert ce.val_loss - kl.val_loss == pytest.approx(entropy, abs=1e-3)


def test_the_order_depends_on_seed_and_epoch_alone(engine, shapes, monkeypatch):
    orders = {}

    def note(net, training, order, on_batch):
        orders.setdefault(net.seed, []).append(order.tolist())
        return 1.0, 0.5, 0

    def with_seed(net, spec):
        net.seed = spec.seed
        return made(net, spec)

    made = engine.Network.__init__
    monkeypatch.setattr(engine.Network, "__init__", with_seed)
    monkeypatch.setattr(engine.Network, "learn", note)
    monkeypatch.setattr(engine.Network, "evaluate", lambda net, batches: (1.0, 0.5))
    for seed in (1, 2, 1):
        engine.train(replace(SPEC, seed=seed, epochs=2), shapes, lambda _: None)
    first, second, *again = orders[1]
    assert again == [first, second]
    assert first != second
    assert first not in orders[2]
    assert all(sorted(order) == list(range(800)) for order in orders[1] + orders[2])


def test_batches_hold_each_image_with_its_label_once_in_the_order_asked_for(engine, shapes):
    batches = engine.Batches(shapes.train_images[:300], shapes.train_labels[:300], 250)
    order = np.random.default_rng(5).permutation(300)
    parts = list(batches.gather(order))
    assert [len(pixels) for pixels, _ in parts] == [250, 50]
    assert len(batches) == 2
    images, labels = (np.concatenate(kind) for kind in zip(*parts, strict=True))
    assert images.dtype == np.uint8
    assert np.array_equal(images, shapes.train_images[order])
    assert np.array_equal(labels, shapes.train_labels[order])


def test_without_an_order_batches_come_as_they_lie(engine, shapes):
    batches = engine.Batches(shapes.test_images, shapes.test_labels, 300)
    labels = np.concatenate([labels for _, labels in batches.gather()])
    assert np.array_equal(labels, shapes.test_labels)


@pytest.mark.train
def test_an_epochs_figures_are_keras_fits(engine, convnet, keras, shapes):
    """One batch a step, dropout off: the same weights must come out of `fit` as out of ours."""
    images, labels = shapes.train_images[:400], shapes.train_labels[:400]
    net = engine.Network(replace(SPEC, batch_size=100))
    theirs = convnet.build()
    theirs.set_weights([np.asarray(weight) for weight in net.model.weights])
    for model in (net.model, theirs):
        for layer in model.layers:
            if hasattr(layer, "rate"):
                layer.rate = 0.0
    loss, accuracy, _ = net.learn(
        engine.Batches(images, labels, 100), np.arange(400), lambda done, batches: None
    )
    theirs.compile(keras.optimizers.Adam(), "kl_divergence", metrics=["accuracy"])
    pixels, targets = images / np.float32(255), np.eye(10, dtype=np.float32)[labels]
    fit = theirs.fit(pixels, targets, batch_size=100, shuffle=False, verbose=0).history
    assert loss == pytest.approx(fit["loss"][0], rel=1e-5)
    assert accuracy == pytest.approx(fit["accuracy"][0])
    for our, their in zip(net.model.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(our, their, atol=2e-5)
    judged = net.evaluate(engine.Batches(shapes.test_images, shapes.test_labels, 300))
    expected = net.model.predict(shapes.test_images / np.float32(255), verbose=0)
    true = expected[np.arange(1000), shapes.test_labels]
    assert judged[1] == pytest.approx(np.mean(expected.argmax(axis=1) == shapes.test_labels))
    assert judged[0] == pytest.approx(np.mean(-np.log(true)), rel=1e-4)


def test_the_dead_zone_is_what_numpy_counts_strictly_below_1e_7(engine):
    rng = np.random.default_rng(3)
    q = rng.dirichlet(np.full(10, 0.02), 500).astype(np.float32)  # many below 1e-7, some exactly 0
    labels = rng.integers(0, 10, 500).astype(np.uint8)
    true = q[np.arange(500), labels]
    # float32 knows three neighbours here: the number itself lies outside the zone.
    border = np.float32(1e-7)
    true[:3] = [np.nextafter(border, np.float32(0)), border, np.nextafter(border, np.float32(1))]
    q[np.arange(500), labels] = true
    below = np.count_nonzero(true < border)
    assert 1 < below < 500
    assert int(engine.count_dead(q, labels)) == below
    assert int(engine.count_dead(q[:3], labels[:3])) == 1


@pytest.mark.parametrize("loss", LOSSES)
def test_the_dead_zone_is_counted_for_either_loss(engine, shapes, loss):
    net = engine.Network(replace(SPEC, loss=loss))
    kernel, _ = net.model.get_layer("dense_2").get_weights()
    # Class 0 gets a share of e⁻³⁰ whatever the image: 10⁻¹³ or less.
    net.model.get_layer("dense_2").set_weights([0 * kernel, np.array([-30.0] + [0.0] * 9)])
    labels = shapes.train_labels[:250]
    batches = engine.Batches(shapes.train_images[:250], labels, 250)
    *_, dead = net.learn(batches, np.arange(250), lambda done, batches: None)
    assert dead == np.count_nonzero(labels == 0) > 0


@pytest.mark.train
def test_every_epoch_tells_its_dead_zone_as_a_whole_number(one_epoch):
    for run, *_ in one_epoch.values():
        counts = [to_json(result)["dead_zone"] for result in run.history]
        assert [type(count) for count in counts] == [int]
        assert 0 <= counts[0] <= 800


@pytest.mark.train
def test_what_a_callback_raises_stops_the_training(engine, shapes):
    class EnoughError(Exception):
        pass

    def stop_at_the_third_batch(epoch, done, batches):
        assert (epoch, batches) == (1, 4)
        if done == 3:
            raise EnoughError

    epochs = []
    with pytest.raises(EnoughError):
        engine.train(SPEC, shapes, epochs.append, stop_at_the_third_batch)
    assert epochs == []


@pytest.mark.train
def test_training_in_bfloat16_keeps_its_weights_in_float32(engine, shapes):
    spec = replace(SPEC, precision="mixed_bfloat16", images=500)
    run, weights, _ = engine.train(spec, shapes, lambda _: None)
    assert run.history[0].loss == pytest.approx(2.3, abs=0.5)  # near ln 10, as at any start
    assert {w.dtype for w in weights.values()} == {np.dtype(np.float32)}


def test_more_images_than_there_are_is_refused(engine, shapes):
    few = replace(
        shapes, train_images=shapes.train_images[:500], train_labels=shapes.train_labels[:500]
    )
    with pytest.raises(ValueError, match="images must be at most 500; got 1,000"):
        engine.train(SPEC, few, lambda _: None)


@pytest.mark.train
def test_the_shapes_are_neither_too_easy_nor_too_hard(engine, shapes):
    class PassedError(Exception):
        pass

    reached = []

    def stop_above_80_percent(checkpoint):
        reached.append(checkpoint.history[-1].val_accuracy)
        if reached[-1] > 0.8:
            raise PassedError

    with pytest.raises(PassedError):
        engine.train(
            RunSpec("kl_divergence", epochs=10, data="shapes"), shapes, stop_above_80_percent
        )
    assert reached[0] < 0.95
