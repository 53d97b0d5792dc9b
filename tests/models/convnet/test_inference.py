"""Keras is the oracle; the reach of a window is counted by hand."""

import math

import numpy as np
import pytest

from models.convnet import inference
from models.data import cifar10, shapes
from models.runs import store

KEPT = [(loss, seed) for loss in ("kl_divergence", "categorical_crossentropy") for seed in (1, 2)]


def recorded(loss="kl_divergence", seed=1):
    return store.SAVED / f"cifar10-{loss}-seed{seed}-25epochs"


@pytest.fixture(scope="module")
def weights():
    return store.load_weights(recorded())


@pytest.fixture(scope="module")
def pixels():
    """Noise, drawings, black and white: more images than one pass takes at once."""
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (40, 32, 32, 3), dtype=np.uint8)
    drawn = shapes.draw(np.arange(40, dtype=np.uint8) % 10, rng)
    plain = np.array([0, 255], np.uint8)[:, None, None, None].repeat(32, 1).repeat(32, 2)
    return np.concatenate([noise, drawn, plain.repeat(3, 3)])


@pytest.mark.parametrize(("loss", "seed"), KEPT)
def test_the_recorded_nets_believe_what_they_do_in_keras(convnet, loss, seed, pixels):
    weights, model = store.load_weights(recorded(loss, seed)), convnet.build()
    for variable in model.weights:
        variable.assign(weights[variable.path.removeprefix("convnet/")])
    theirs = np.asarray(model(pixels.astype(np.float32) / 255, training=False))
    ours = inference.probabilities(weights, pixels)
    assert (ours.dtype, ours.shape) == (np.float32, (82, 10))
    assert np.abs(ours - theirs).max() < 1e-5


@pytest.mark.skipif(not cifar10.is_present(), reason="CIFAR-10 is not here")
def test_of_the_test_images_they_believe_what_the_run_recorded(weights):
    folder, names = cifar10.folder(), cifar10.TEST_FILES
    images = cifar10.read_records(folder, names)[0][:300]
    ours = inference.probabilities(weights, images)
    stored = store.load_predictions(recorded())["test"].q[:300]
    assert np.abs(ours - stored).max() < 2e-3  # float16 keeps three digits of log q


def test_it_makes_no_difference_which_images_are_asked_about_together(weights, pixels):
    together = inference.probabilities(weights, pixels)
    alone = [inference.probabilities(weights, pixels[i : i + 1])[0] for i in range(len(pixels))]
    assert np.abs(together - alone).max() < 1e-6


def test_of_no_images_nothing_is_believed(weights, pixels):
    assert inference.probabilities(weights, pixels[:0]).shape == (0, 10)


def nothing():
    return {name: np.zeros(shape, np.float32) for name, shape in inference.SHAPES.items()}


@pytest.mark.parametrize("seen", [(21, 21), (24, 24), (21, 24)])
@pytest.mark.parametrize("unseen", [(20, 21), (25, 21), (21, 25)])
def test_a_cell_sees_the_pixels_counted_by_hand(seen, unseen):
    # The first window's middle and the second's first corner: cell (y, x) of the last 6 × 6 is the
    # greatest red of the rows 4y + 1 to 4y + 4 and columns 4x + 1 to 4x + 4. Here y = x = 5.
    weights, pixels = nothing(), np.zeros((2, 32, 32, 3), np.uint8)
    weights["conv_1/kernel"][1, 1, 0, 0] = weights["conv_2/kernel"][0, 0, 0, 0] = 1
    weights["dense_1/kernel"][(5 * 6 + 5) * 64, 0] = weights["dense_2/kernel"][0, 0] = 1
    pixels[0, *seen, 0], pixels[1, *unseen, 0] = 51, 51
    bright = math.exp(0.2) / (math.exp(0.2) + 9)
    assert inference.probabilities(weights, pixels)[:, 0] == pytest.approx([bright, 0.1], rel=1e-6)


def test_relu_and_the_biases_stand_in_their_places():
    # −1 is cut off after conv_1; 2 · 0.5 − 0.25 passes; the logit is 3 · 0.75 + 1.
    weights = nothing()
    weights["conv_1/bias"][:2] = -1, 0.5
    weights["conv_2/kernel"][0, 0, :2, 0] = 1, 2
    weights["conv_2/bias"][0] = -0.25
    weights["dense_1/kernel"][0, 0], weights["dense_2/kernel"][0, 0] = 3, 1
    weights["dense_2/bias"][0] = 1
    q = inference.probabilities(weights, np.zeros((1, 32, 32, 3), np.uint8))
    assert q[0, 0] == pytest.approx(math.exp(3.25) / (math.exp(3.25) + 9), rel=1e-6)


@pytest.mark.parametrize(
    ("pixels", "came"),
    [
        (np.zeros((1, 32, 32, 3)), "they are float64 of (1, 32, 32, 3)"),
        (np.zeros((32, 32, 3), np.uint8), "they are uint8 of (32, 32, 3)"),
        (np.zeros((1, 3, 32, 32), np.uint8), "they are uint8 of (1, 3, 32, 32)"),
        (np.uint8(7), "they are uint8 of ()"),
    ],
)
def test_other_pixels_are_refused(pixels, came):
    with pytest.raises(
        ValueError, match=r"pixels must be uint8 of shape \(n, 32, 32, 3\)"
    ) as error:
        inference.probabilities(nothing(), pixels)
    assert came in str(error.value)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"dense_2/bias": None}, "weights must be conv_1/kernel, .*; they are"),
        ({"dense_3/bias": np.zeros(10, np.float32)}, "they are .*dense_3/bias"),
        ({"dense_2/bias": np.zeros(9, np.float32)}, r"dense_2/bias must be .*; it is .* \(9,\)"),
        ({"dense_2/bias": np.zeros(10)}, "dense_2/bias must be float32 .*; it is float64"),
        (
            {"dense_2/bias": np.full(10, np.nan, np.float32)},
            "the training of this network diverged",
        ),
    ],
)
def test_other_weights_are_refused(change, reason):
    weights = {name: array for name, array in (nothing() | change).items() if array is not None}
    with pytest.raises(ValueError, match=reason):
        inference.probabilities(weights, np.zeros((1, 32, 32, 3), np.uint8))
