"""Outcomes along several axes, as in a joint table, and axes that stay where a sum is taken."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kl_core
from kl_core import (
    entropy,
    kl_divergence,
    kl_from_counts,
    kl_terms,
    mutual_information,
    normalize,
    renyi_divergence,
    softmax,
)

pytestmark = pytest.mark.filterwarnings("error")

PAIRS: dict[str, Callable[..., Any]] = {
    name: getattr(kl_core, name)
    for name in "cross_entropy kl_divergence jeffreys_divergence js_divergence chi2_divergence "
    "total_variation hellinger_distance".split()
} | {"renyi": lambda p, q, **options: renyi_divergence(p, q, 0.3, **options)}
SINGLE = [kl_core.entropy, kl_core.perplexity]


def weights(*shape: int, seed: int = 40) -> np.ndarray:
    return np.random.default_rng(seed).exponential(size=shape)


def test_a_joint_table_is_normalised_as_a_whole() -> None:
    table = np.array([[1, 2], [3, 10]])
    assert normalize(table, axis=None).tolist() == [[1 / 16, 2 / 16], [3 / 16, 10 / 16]]
    assert normalize(table.astype(np.float32), axis=(0, 1)).dtype == np.float32
    tables = weights(3, 4, 5)
    for axes, rows in (((0, 2), (0, 2, 1)), ((-1, 0), (2, 0, 1)), ([2, 1], (2, 1, 0))):
        found = normalize(tables, axis=axes)
        assert found.shape == tables.shape
        np.testing.assert_allclose(found.sum(axis=tuple(axes)), 1, rtol=1e-15)
        merged = tables.transpose(rows).reshape(-1, tables.shape[rows[2]])
        expected = normalize(merged, axis=0).reshape([tables.shape[at] for at in rows])
        np.testing.assert_allclose(found.transpose(rows), expected, rtol=1e-15)
    assert softmax(tables, axis=None).sum() == pytest.approx(1, rel=1e-15)


@pytest.mark.parametrize("measure", PAIRS.values(), ids=PAIRS)
def test_several_axes_give_bit_for_bit_what_one_of_all_their_outcomes_gives(
    measure: Callable[..., Any],
) -> None:
    p, q = (normalize(weights(6, 4, 5, seed=seed), axis=(0, 2)) for seed in (1, 2))
    rows = [x.transpose(1, 0, 2).reshape(4, 30) for x in (p, q)]
    np.testing.assert_array_equal(measure(p, q, axis=(0, 2)), measure(*rows))
    np.testing.assert_array_equal(measure(p, q, axis=(-3, -1)), measure(*rows))
    whole, other = p / 4, q / 4
    assert measure(whole, other, axis=None) == measure(whole.ravel(), other.ravel())
    assert np.ndim(measure(whole, other, axis=None)) == 0
    assert measure(rows[0][0], rows[1][0], axis=None) == measure(rows[0][0], rows[1][0])


@pytest.mark.parametrize("measure", PAIRS.values(), ids=PAIRS)
def test_axes_that_are_kept_have_a_size_of_1(measure: Callable[..., Any]) -> None:
    p, q = (normalize(weights(2, 3, 4, seed=seed)) for seed in (1, 2))
    for axis, x, y in ((-1, p, q), (0, p.transpose(2, 0, 1), q.transpose(2, 0, 1))):
        plain = measure(x, y, axis=axis)
        kept = measure(x, y, axis=axis, keepdims=True)
        np.testing.assert_array_equal(kept, np.expand_dims(plain, axis))
    # As with numpy, what is kept broadcasts against what came.
    assert measure(p / 6, q / 6, axis=None, keepdims=True).shape == (1, 1, 1)
    assert measure(p / 2, q / 2, axis=(0, 2), keepdims=True).shape == (1, 3, 1)
    assert measure(p[0, 0], q, keepdims=True).shape == (2, 3, 1)
    assert measure(q.T, p[0].T[..., None], axis=0, keepdims=True).shape == (1, 3, 2)
    assert measure(p[:0], q[:0], keepdims=True).shape == (0, 3, 1)


@pytest.mark.parametrize("measure", SINGLE)
def test_one_distribution_along_several_axes(measure: Callable[..., Any]) -> None:
    p = normalize(weights(3, 4, 5), axis=(1, 2))
    np.testing.assert_array_equal(measure(p, axis=(1, 2)), measure(p.reshape(3, 20)))
    assert measure(p, axis=(1, 2), keepdims=True).shape == (3, 1, 1)
    assert measure(p[0], axis=None) == measure(p[0].ravel())


def test_entropies_of_a_table_add_up_by_its_axes() -> None:
    joint = normalize(weights(3, 4), axis=None)
    rows = joint.sum(axis=1)
    within = normalize(joint)
    assert entropy(joint, axis=None) == pytest.approx(
        entropy(rows) + (rows * entropy(within)).sum(), rel=1e-14
    )
    assert mutual_information(joint, keepdims=True).shape == (1, 1)
    assert mutual_information(joint) == pytest.approx(
        kl_divergence(joint, np.outer(rows, joint.sum(axis=0)), axis=None), rel=1e-12
    )


def test_terms_keep_the_axes_of_their_table() -> None:
    p, q = (normalize(weights(2, 3, 4, seed=seed), axis=(2, 0)) for seed in (1, 2))
    found = kl_terms(p, q, axis=(2, 0))
    assert found.shape == p.shape
    np.testing.assert_allclose(found, p * np.log(p / q), rtol=1e-12, atol=1e-16)
    one = kl_terms(p[:, 0], q.transpose(1, 0, 2), axis=(-2, -1))
    np.testing.assert_allclose(one, p[:, 0] * np.log(p[:, 0] / q.transpose(1, 0, 2)), rtol=1e-11)
    assert kl_terms(p.astype(np.float32), q, axis=(0, 2)).dtype == np.float64


def test_counts_of_a_table_are_compared_as_one() -> None:
    p, q = np.array([[1, 2], [3, 4]]), np.array([[2, 2], [3, 3]])
    found, expected = kl_from_counts(p, q, axis=None), kl_from_counts(p.ravel(), q.ravel())
    assert (found.estimate, found.bias) == (expected.estimate, expected.bias)
    assert found.n == (10, 10)


REFUSED: dict[str, Callable[[], Any]] = {
    "p and q must have tables of one shape; along axis, p has (2, 3), q has (3, 2).": (
        lambda: kl_divergence(np.full((2, 3), 1 / 6), np.full((3, 2), 1 / 6), axis=None)
    ),
    "p and q must have tables of one shape; along axis, p has (6,), q has (3, 2).": (
        lambda: kl_divergence(np.full(6, 1 / 6), np.full((3, 2), 1 / 6), axis=None)
    ),
    "p must sum to 1 along its axes (0, 1); it sums to 2: pass counts through normalize first.": (
        lambda: entropy(np.eye(2), axis=None)
    ),
    "p must sum to 1 along its axes (0, 2); row 1 sums to 1.5.": (
        lambda: entropy([[[0.5, 0.5], [1, 0.5]]], axis=(0, -1))
    ),
    "p must not be empty; its shape is (3, 0, 2).": (
        lambda: entropy(np.empty((3, 0, 2)), axis=(1, 2))
    ),
    "p must have an axis of outcomes; it is the one number 1.0.": lambda: entropy(1.0, axis=None),
    "axis must be one that p has; p has 2 axes, got 2.": lambda: entropy(np.eye(2), axis=(0, 2)),
    "axis must not be masked; got a masked integer.": (
        lambda: entropy(np.eye(2), axis=(0, np.ma.array(1, mask=True)))
    ),
    "k must not be masked; got a masked integer.": (
        lambda: kl_core.kl_from_samples([0, 1], [2], k=np.ma.array(1, mask=True))
    ),
}


@pytest.mark.parametrize(("message", "call"), REFUSED.items())
def test_axes_that_no_table_has_are_refused(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 — the message is what is tested
        call()
    assert str(caught.value) == message


def test_a_table_with_labels_is_compared_by_both_of_its_axes() -> None:
    table = pd.DataFrame([[0.1, 0.2], [0.3, 0.4]], index=["x", "y"], columns=["a", "b"])
    assert kl_divergence(table, table.copy(), axis=None) == 0
    for turned in (table[["b", "a"]], table.loc[["y", "x"]]):
        with pytest.raises(ValueError, match=r"^p and q must have the same labels in the same"):
            kl_divergence(table, turned, axis=None)
    assert type(normalize(table, axis=None)) is np.ndarray
