"""The VAE against Keras's own layers and losses, and its command on made-up pictures."""

import math
import signal
from dataclasses import replace

import numpy as np
import pytest

import kl_core
from models.data import fashion_mnist
from models.vae import decoder, record
from tests.models import idx
from tests.models.shell import begin, finish, lines, models


@pytest.fixture(scope="module")
def clothes(tmp_path_factory):
    return fashion_mnist.load(idx.write(tmp_path_factory.mktemp("clothes")))


@pytest.fixture(scope="module")
def vae(keras):
    from models.vae import train

    return train


@pytest.fixture(scope="module")
def keras_decoder(vae):
    from models.vae import network

    return network.build_decoder()


@pytest.fixture(scope="module")
def net(vae):
    return vae.Network(beta=1.0, seed=3)


def decoded_by_keras(keras_decoder, z):
    import keras

    return keras.ops.convert_to_numpy(keras.ops.sigmoid(keras_decoder(z)))[..., 0]


def test_the_decoder_in_numpy_is_kerass(net):
    z = np.random.default_rng(0).normal(0, 3, (300, 2)).astype(np.float32)
    theirs = decoded_by_keras(net.decoder, z)
    assert decoder.decode(net.weights(), z) == pytest.approx(theirs, abs=1e-5)
    assert theirs.std() > 0.001


@pytest.mark.parametrize("beta", record.BETAS)
def test_a_recorded_decoder_in_numpy_is_kerass(keras_decoder, beta):
    weights = record.load_weights(record.SAVED / record.name(beta))
    for weight in keras_decoder.weights:
        weight.assign(weights[f"decoder/{'/'.join(weight.path.split('/')[-2:])}"])
    z = np.random.default_rng(0).normal(0, 3, (100, 2)).astype(np.float32)
    theirs = decoded_by_keras(keras_decoder, z)
    assert decoder.decode(weights, z) == pytest.approx(theirs, abs=1e-4)
    assert theirs.std() > 0.1


def test_the_two_parts_of_the_loss_are_kerass_cross_entropy_and_kl_cores_kl(
    net, clothes, keras, tf
):
    images, seed = clothes.test_images, [5, 7]
    found = np.asarray(net._forward(images, seed))
    pixels = images[..., None].astype(np.float32) / 255
    mean, log_var = (np.asarray(part, np.float64) for part in net.encoder(pixels))
    q = kl_core.Normal(mean, np.exp(log_var / 2))
    assert found[1] == pytest.approx(kl_core.kl(q, kl_core.Normal(0, 1)).sum() / len(images))

    noise = np.asarray(tf.random.stateless_normal(mean.shape, seed))
    logits = net.decoder((mean + q.std * noise).astype(np.float32))
    each = keras.losses.binary_crossentropy(pixels, logits, from_logits=True)
    assert found[0] == pytest.approx(np.asarray(each).sum() / len(images), rel=1e-5)


def test_distortion_is_kl_of_the_pixels_as_coins(vae, clothes):
    # All pixels are 0 but for rectangles of 200: their entropy is that of a coin of 200/255.
    white = 200 / 255
    count = np.count_nonzero(clothes.test_images) / len(clothes.test_images)
    assert vae._entropy(clothes.test_images) == pytest.approx(
        count * kl_core.entropy([white, 1 - white])
    )


@pytest.mark.train
def test_training_brings_the_loss_down_and_is_the_same_when_it_is_made_again(vae, clothes):
    first, second = (
        vae.train(1.0, clothes, lambda epoch: None, epochs=12, seed=2) for _ in range(2)
    )
    run, weights, codes = first
    assert run.last.distortion < 0.8 * run.history[0].distortion
    assert [epoch.epoch for epoch in run.history] == list(range(1, 13))
    assert run.last.test_rate == pytest.approx(sum(run.rates), rel=1e-4)
    assert codes.labels.tolist() == clothes.test_labels.tolist()
    untimed, again = ([replace(e, seconds=0.0) for e in r.history] for r in (run, second[0]))
    assert untimed == again
    assert all(np.array_equal(weights[key], second[1][key]) for key in weights)


@pytest.mark.train
def test_a_net_that_diverges_is_refused(vae, clothes):
    with pytest.raises(ValueError, match="β = inf diverged in epoch 1"):
        vae.train(math.inf, clothes, lambda epoch: None, epochs=1, seed=1)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    idx.write(home / "data" / "fashion-mnist")
    done = command(models, home, "--beta", 1, "--beta", 0.1, "--epochs", 2)
    return home, done


def command(run, home, *words):
    where = {"KL_DATA_DIR": str(home / "data")}
    return run("train-vae", *words, "--out", home / "vaes", **where)


@pytest.mark.train
def test_the_command_trains_each_beta_and_records_it(trained):
    home, done = trained
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("epoch 2/2") == 2
    assert list(record.recorded(home / "vaes")[0]) == [0.1, 1.0]
    assert "β = 0.1: distortion" in done.stdout


@pytest.mark.train
def test_what_is_recorded_is_not_trained_again_and_can_be_had_as_json(trained, typed):
    home, _ = trained
    done = command(typed, home, "--beta", 0.1, "--epochs", 2, "--json")
    told = lines(done.stdout)
    assert [each["kind"] for each in told] == ["vae", "vae"]
    assert told[0]["beta"] == 0.1
    assert told[0]["rates"] == list(record.recorded(home / "vaes")[0][0.1].rates)


def test_where_nothing_is_missing_no_pictures_are_needed(tmp_path, typed):
    where = {"KL_DATA_DIR": str(tmp_path)}
    done = typed("train-vae", "--pictures", tmp_path / "nowhere", **where)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("nats per test image") == len(record.BETAS)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--beta", "-1"], "--beta must lie between 0 and 1000; got -1."),
        (["--beta", "nan"], "--beta must lie between 0 and 1000; got nan."),
        (["--epochs", "0"], "--epochs must be a whole number from 1 to 1,000; got 0."),
        (["--seed", "0"], "--seed must be a whole number from 1"),
        (["--pictures", "nowhere"], "nowhere has neither train-images-idx3-ubyte"),
    ],
)
def test_bad_input_to_the_command_is_one_line_and_a_status(tmp_path, typed, words, says):
    done = command(typed, tmp_path, *words)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert says in done.stderr


@pytest.mark.train
def test_ctrl_c_leaves_no_half_written_net(tmp_path):
    idx.write(tmp_path / "data" / "fashion-mnist")
    options = ["--beta", "4", "--epochs", "1000", "--out", tmp_path / "vaes"]
    process = begin("train-vae", *options, KL_DATA_DIR=str(tmp_path / "data"))
    assert "epoch 1/1000" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    done = finish(process)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert record.recorded(tmp_path / "vaes") == ({}, {})
