"""float16 and bfloat16: what rows may sum to, and that results are float32's."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import special

import kl_core
from kl_core import (
    Categorical,
    GridDensity,
    Normal,
    NormalMixture,
    entropy,
    huffman_code,
    kl,
    kl_divergence,
    kl_from_counts,
    kl_terms,
    log_softmax,
    mutual_information,
    normalize,
    renyi_divergence,
    smooth_labels,
    softmax,
)

pytestmark = pytest.mark.filterwarnings("error")

TYPES = ["float16", "bfloat16"]
EPS = {"float16": 2.0**-10, "bfloat16": 2.0**-7}
LEAST = {"float16": 2.0**-24, "bfloat16": 2.0**-133}


def half(dtype: str, values: Any) -> np.ndarray:
    """Numbers rounded to half precision; bfloat16 is that of ml_dtypes, as in Keras."""
    if dtype == "float16":
        return np.asarray(values, np.float16)
    return np.asarray(values).astype(pytest.importorskip("ml_dtypes").bfloat16)


def logits(rows: int, outcomes: int, spread: float) -> np.ndarray:
    return np.random.default_rng(outcomes).normal(size=(rows, outcomes)) * spread


@pytest.mark.parametrize("outcomes", [2, 10, 1000, 50_257])
@pytest.mark.parametrize("spread", [0.0, 0.1, 1, 10])
@pytest.mark.parametrize("dtype", TYPES)
def test_a_softmax_rounded_to_half_precision_is_a_distribution(
    dtype: str, spread: float, outcomes: int
) -> None:
    exact = special.softmax(logits(1 + 2000 // outcomes, outcomes, spread), axis=1)
    rows = half(dtype, exact)
    found = entropy(rows)
    wide = rows.astype(np.float64)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, -special.xlogy(wide, wide).sum(axis=1), rtol=1e-6)


@pytest.mark.parametrize("outcomes", [2, 10, 100, 1000])
def test_a_softmax_computed_in_float16_throughout_is_a_distribution(outcomes: int) -> None:
    scores = logits(200, outcomes, 1).astype(np.float16)
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    rows = weights / weights.sum(axis=1, keepdims=True)
    assert rows.dtype == np.float16
    assert entropy(rows).shape == (200,)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("outcomes", [2, 4096])
def test_sums_may_be_off_by_four_eps_and_half_the_least_number_for_each_outcome(
    dtype: str, outcomes: int
) -> None:
    off = 4 * EPS[dtype] + outcomes * LEAST[dtype] / 2
    row = np.zeros(outcomes)
    for sign in (1, -1):
        row[:2] = 0.5, 0.5 + sign * off * 0.9
        assert entropy(half(dtype, row)) > 0.68
        row[1] = 0.5 + sign * off * 1.25
        with pytest.raises(ValueError, match=r"^p must sum to 1 along its last axis; it sums"):
            entropy(half(dtype, row))


def test_no_number_of_outcomes_makes_a_row_of_zeros_a_distribution() -> None:
    with pytest.raises(ValueError, match=r"^p must sum to 1 along its last axis; it sums to 0\.$"):
        entropy(np.zeros(2**25, np.float16))


@pytest.mark.parametrize("dtype", TYPES)
def test_results_are_those_of_the_same_numbers_in_float32(dtype: str) -> None:
    p, q = half(dtype, [0.5, 0.25, 0.25]), half(dtype, [0.25, 0.125, 0.625])  # exact in all types
    wide = p.astype(np.float32), q.astype(np.float32)
    assert kl_divergence(p, q) == np.float32(0.75 * math.log(2) + 0.25 * math.log(0.4))
    for name in (
        "cross_entropy kl_divergence kl_terms jeffreys_divergence js_divergence chi2_divergence "
        "total_variation hellinger_distance kl_divergence_from_logits logit_gradient "
        "kl_target_gradient cross_entropy_target_gradient keras_kl_divergence torch_kl_div "
        "keras_categorical_crossentropy keras_kl_logit_gradient"
    ).split():
        found = getattr(kl_core, name)(p, q)
        np.testing.assert_array_equal(found, getattr(kl_core, name)(*wide), err_msg=name)
        assert found.dtype == np.float32, name
    for name in "entropy perplexity ideal_code_lengths normalize softmax log_softmax".split():
        found = getattr(kl_core, name)(p)
        np.testing.assert_array_equal(found, getattr(kl_core, name)(wide[0]), err_msg=name)
        assert found.dtype == np.float32, name
    assert renyi_divergence(p, q, 2) == renyi_divergence(*wide, 2)
    assert smooth_labels(p, 0.5).dtype == mutual_information(np.outer(p, q)).dtype == np.float32
    assert huffman_code(p) == ("0", "10", "11")


@pytest.mark.parametrize("dtype", TYPES)
def test_half_beside_another_precision_gives_the_wider(dtype: str) -> None:
    p = half(dtype, [0.5, 0.5])
    assert kl_divergence(p, p.astype(np.float32)).dtype == np.float32
    assert kl_divergence(p, [0.5, 0.5]).dtype == np.float64
    assert kl_terms([0.5, 0.5], half(dtype, [0.25, 0.75])).dtype == np.float64
    mixed = half("float16", [0.5, 0.5]), half(dtype, [0.25, 0.75])
    assert kl_divergence(*mixed).dtype == np.float32


@pytest.mark.parametrize("dtype", TYPES)
def test_batches_along_another_axis_are_read_row_by_row(dtype: str) -> None:
    rows = half(dtype, special.softmax(logits(40, 7, 2), axis=1))
    by_row = np.array([entropy(row) for row in rows])
    np.testing.assert_array_equal(entropy(rows), by_row)
    np.testing.assert_array_equal(entropy(rows.T, axis=0), by_row)
    np.testing.assert_array_equal(entropy(list(rows)), by_row)
    assert normalize(rows.T, axis=0).shape == (7, 40)


@pytest.mark.parametrize("dtype", TYPES)
def test_logits_in_half_precision_are_computed_wider(dtype: str) -> None:
    scores = half(dtype, [[0, 3, -np.inf], [3, 1, 2]])
    wide = scores.astype(np.float64)
    np.testing.assert_allclose(softmax(scores), special.softmax(wide, axis=1), rtol=1e-7)
    np.testing.assert_allclose(log_softmax(scores), special.log_softmax(wide, axis=1), rtol=1e-6)


@pytest.mark.parametrize("dtype", TYPES)
def test_families_counts_and_grids_read_half_precision_as_float64(dtype: str) -> None:
    thirds = half(dtype, [1 / 3, 1 / 3, 1 / 3])
    p = Categorical(thirds)
    assert p.p.dtype == np.float64
    assert kl(p, Categorical(half(dtype, [0.25, 0.25, 0.5]))) > 0
    assert Normal(half(dtype, [0.5, 1]), half(dtype, 2)) == Normal([0.5, 1], 2)
    assert NormalMixture(thirds, half(dtype, [0, 1, 2]), half(dtype, [1, 1, 1])).means[2] == 2
    assert GridDensity(half(dtype, [0, 1, 2]), thirds).x.dtype == np.float64
    counts = kl_from_counts(half(dtype, [3, 1]), half(dtype, [1, 1]))
    assert counts.estimate == kl_from_counts([3, 1], [1, 1]).estimate


def test_other_small_types_are_refused_by_name() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    with pytest.raises(TypeError, match=r"^p must be an array of real numbers; its type is float8"):
        entropy(np.array([0.5, 0.5]).astype(ml_dtypes.float8_e4m3fn))
    with pytest.raises(ValueError, match=r"^p must be finite; it holds nan\.$"):
        entropy(half("bfloat16", [np.nan, 1]))


def test_the_hint_for_a_row_off_by_rounding_is_to_normalize() -> None:
    row = half("float16", special.softmax(logits(1, 1000, 1)[0]))
    off = row.astype(np.float64)
    with pytest.raises(ValueError, match=r": pass rounded numbers through normalize first\.$"):
        entropy(off)
    assert entropy(normalize(off)) == pytest.approx(entropy(row), rel=1e-3)
