"""Recorded VAEs on disk, and KL of their codes by hand."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from models import files
from models.vae import decoder, record
from models.vae.record import Codes
from tests.made_up_vaes import BETAS, a_vae, weights

CODES = Codes(
    np.array([[0.0, 2.0], [1.0, -1.0]], np.float32),
    np.array([[1.0, 0.5], [2.0, 1.0]], np.float32),
    np.array([3, 9], np.uint8),
)


@pytest.fixture
def folder(tmp_path):
    for beta in reversed(BETAS):
        record.save(a_vae(beta), weights(), CODES, tmp_path)
    return tmp_path


def test_what_is_saved_comes_back_the_least_beta_first(folder):
    runs, damaged = record.recorded(folder)
    assert list(runs) == [0.0, 1.0, 10.0]
    assert damaged == {}
    assert replace(runs[0.0], weights="", codes="") == a_vae(0.0)
    back = record.load_codes(folder / record.name(0.0))
    assert all(np.array_equal(one, other) for one, other in zip(back, CODES, strict=True))
    found = record.load_weights(folder / "beta10")
    assert all(np.array_equal(found[key], value) for key, value in weights().items())


def test_rates_are_minus_half_of_one_plus_log_var_minus_mean_squared_minus_var():
    by_hand = [
        [0.0, 0.5 * (4 + 0.25 - 1 - math.log(0.25))],
        [0.5 * (1 + 4 - 1 - math.log(4)), 0.5],
    ]
    assert record.rates(CODES).tolist() == pytest.approx(np.array(by_hand), abs=1e-14)


def test_a_dimension_has_collapsed_where_the_means_of_all_pictures_are_nearly_one():
    assert a_vae(1.0).collapsed == ()
    assert replace(a_vae(1.0), spreads=(0.0099, 1.2)).collapsed == (0,)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda content: {**content, "schema": 2}, "another version of this project"),
        (lambda content: {**content, "beta": 4.0}, "it holds another one"),
        (lambda content: {**content, "history": []}, "it holds another one"),
        (lambda content: {**content, "history": [{"epoch": 1}]}, "cannot be read"),
        (lambda content: {**content, "colour": "red"}, "colour"),
        (lambda content: {**content, "seed": "one"}, "Expected int, got str (at seed)."),
        (lambda content: {**content, "rates": [10**400]}, "Number out of range (at rates[0])."),
        (lambda content: {"schema": 1}, "cannot be read"),
        (lambda content: [content], "cannot be read"),
    ],
)
def test_a_damaged_record_is_listed_with_its_reason_and_the_others_stay(folder, change, says):
    path = folder / "beta1" / "vae.json"
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    runs, damaged = record.recorded(folder)
    assert list(runs) == [0.0, 10.0]
    assert says in damaged["beta1"]


def test_files_that_are_missing_or_others_than_the_recorded_are_refused(folder):
    directory = folder / "beta1"
    (directory / "codes.npz").unlink()
    with pytest.raises(ValueError, match=r"codes\.npz is not kept here"):
        record.load_codes(directory)
    (directory / "weights.npz").write_bytes((folder / "beta10" / "vae.json").read_bytes())
    with pytest.raises(ValueError, match="not the file that was recorded"):
        record.load_weights(directory)


@pytest.mark.parametrize("wrong", [{"mean": np.zeros((2, 3))}, {"words": np.zeros(2)}])
def test_codes_that_are_none_are_refused(tmp_path, wrong):
    record.save(a_vae(1.0), weights(), CODES, tmp_path)
    directory = tmp_path / "beta1"
    digest = files.write_arrays(directory / "codes.npz", {**CODES._asdict(), **wrong})
    content = json.loads((directory / "vae.json").read_text())
    (directory / "vae.json").write_text(json.dumps({**content, "codes": digest}))
    with pytest.raises(ValueError, match="must hold mean, std and labels"):
        record.load_codes(directory)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_of_a_net_that_diverged_are_refused(tmp_path, value):
    diverged = weights()
    diverged["decoder/up_2/bias"][0] = value
    record.save(a_vae(1.0), diverged, CODES, tmp_path)
    with pytest.raises(ValueError, match="finite decoder/up_2/bias"):
        record.load_weights(tmp_path / "beta1")


def test_a_decoder_whose_weights_are_all_0_but_the_last_bias_paints_one_grey():
    empty = {key: np.zeros_like(value) for key, value in weights().items()}
    empty["decoder/up_2/bias"][0] = math.log(3)
    picture = decoder.decode(empty, np.array([[0.3, -7.0]]))
    assert picture.shape == (1, 28, 28)
    assert picture == pytest.approx(0.75)


def test_many_codes_decode_as_each_does_alone():
    given, z = weights(), np.random.default_rng(1).normal(size=(300, 2))
    together = decoder.decode(given, z)
    assert together[257] == pytest.approx(decoder.decode(given, z[257:258])[0], abs=1e-6)
    assert together.std(axis=0).max() > 0.01


@pytest.mark.parametrize("wrong", [[[100.1, 0.0]], [[math.nan, 0.0]], [[0.0, -math.inf]]])
def test_codes_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match="z must lie within ±100"):
        decoder.decode(weights(), np.array(wrong))


@pytest.mark.parametrize("shape", [(2,), (1, 3), (1, 1, 2)])
def test_codes_of_another_shape_are_refused(shape):
    with pytest.raises(ValueError, match=r"shape \(n, 2\)"):
        decoder.decode(weights(), np.zeros(shape))


@pytest.fixture(scope="module")
def recorded():
    return record.recorded()


def test_six_nets_are_recorded_from_all_of_fashion_mnist(recorded):
    runs, damaged = recorded
    assert damaged == {}
    assert tuple(runs) == record.BETAS
    assert {tuple(run.images.values()) for run in runs.values()} == {(60_000, 10_000)}
    assert len({tuple(sorted(run.files.items())) for run in runs.values()}) == 1


@pytest.mark.parametrize("beta", record.BETAS)
def test_a_recorded_net_is_small_and_its_codes_are_those_of_its_rates(recorded, beta):
    run = recorded[0][beta]
    directory = record.SAVED / record.name(beta)
    assert (directory / "weights.npz").stat().st_size <= 1_000_000
    codes = record.load_codes(directory)
    assert codes.mean.shape == codes.std.shape == (2_000, 2)
    # 2,000 of the 10,000 pictures that the recorded means are over.
    each = record.rates(codes)
    error = 5 * each.std(axis=0) / math.sqrt(len(each))
    assert (abs(each.mean(axis=0) - run.rates) <= error).all()
    assert run.last.test_rate == pytest.approx(sum(run.rates), rel=1e-4, abs=1e-4)
