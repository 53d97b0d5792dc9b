import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kl_core import batch_mean, kl_divergence

pytestmark = pytest.mark.filterwarnings("error")

INF = math.inf


def rng(seed: int = 40) -> np.random.Generator:
    return np.random.default_rng(seed)


def close(value: Any, rel: float = 1e-13) -> Any:
    return pytest.approx(value, rel=rel, abs=0)


def test_a_mean_without_weights_has_the_textbook_error_and_interval() -> None:
    found = batch_mean([1, 2, 6])
    assert found.estimate == 3
    assert found.standard_error == close(math.sqrt(7 / 3))  # s² = (4 + 1 + 9) / 2
    reach = 1.959963984540054 * math.sqrt(7 / 3)  # 95 % of a normal distribution
    assert found.interval == (pytest.approx(3 - reach, abs=1e-14), close(3 + reach))
    assert (found.bias, found.n) == (0, 3)


def test_a_weighted_mean_matches_the_hand_value() -> None:
    # v̄ = (1·1 + 3·5) / 4 = 4, and √(2 / 1 · (1²·3² + 3²·1²)) / 4 = √36 / 4.
    found = batch_mean([1, 5], weights=[1, 3])
    assert found.estimate == 4
    assert found.standard_error == close(1.5)
    assert math.isnan(found.bias)


@given(st.integers(0, 2**32), st.floats(1e-300, 1e300))
def test_neither_a_unit_of_weights_nor_rows_of_no_weight_change_anything(
    seed: int, unit: float
) -> None:
    values, weights = rng(seed).exponential(size=(2, 20))
    weights[::3] = 0
    found = batch_mean(values, weights=weights)
    kept = weights > 0
    for other in (
        batch_mean(values[kept], weights=weights[kept]),
        batch_mean(np.where(kept, values, INF), weights=weights * unit),
    ):
        assert other.estimate == close(found.estimate)
        assert other.standard_error == close(found.standard_error)
        assert other.n == found.n == kept.sum()
    assert found.estimate == close(np.average(values, weights=weights))


def test_one_inf_makes_the_mean_inf_and_its_error_unknown() -> None:
    found = batch_mean([[1, INF], [1, 3]], axis=1)
    assert found.estimate.tolist() == [INF, 2]
    assert found.standard_error == pytest.approx([math.nan, 1], nan_ok=True)
    assert np.isnan([found.interval[0][0], found.interval[1][0], found.bias[0]]).all()
    one = batch_mean([7])
    assert one.estimate == 7
    assert math.isnan(one.standard_error)


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1e200, 1e307])
def test_values_of_any_size_have_a_mean_and_an_error(scale: float) -> None:
    unit = 2.0 ** round(math.log2(scale))
    found = batch_mean(np.array([1, 2, 6]) * unit)
    assert found.estimate == close(3 * unit, rel=1e-12)
    assert found.standard_error == close(math.sqrt(7 / 3) * unit, rel=1e-4)


def test_batches_along_axes_broadcast_with_weights() -> None:
    values = rng().exponential(size=(4, 5, 3))
    weights = rng(41).exponential(size=5)
    found = batch_mean(np.moveaxis(values, 1, -1), weights=weights, axis=-1)
    assert found.estimate.shape == found.standard_error.shape == found.n.shape == (4, 3)
    np.testing.assert_allclose(
        found.estimate, np.average(values, axis=1, weights=weights), rtol=1e-13
    )
    one = batch_mean(values[2, :, 1], weights=weights)
    assert found.standard_error[2, 1] == close(one.standard_error)
    assert batch_mean(values).estimate == close(values.mean())
    assert batch_mean(values, axis=(0, 2)).estimate == close(values.mean(axis=(0, 2)))


@pytest.mark.parametrize("weighted", [False, True])
def test_intervals_of_divergences_of_a_batch_cover_their_mean(weighted: bool) -> None:
    # Rows drawn at random, with weights that go with how far they are off.
    source = rng()
    p = source.dirichlet([2, 2, 2], (1000, 200))
    rows = kl_divergence(p, [0.3, 0.3, 0.4])
    weights = 0.2 + p[..., 0] if weighted else np.ones(rows.shape)
    expected = (weights * rows).sum() / weights.sum()  # of 200,000 rows
    low, high = batch_mean(rows, weights=weights, axis=-1).interval
    assert abs(((low <= expected) & (expected <= high)).mean() - 0.95) < 0.02


def test_labels_of_values_and_weights_must_agree() -> None:
    values = pd.Series([1.0, 2], index=["a", "b"])
    assert batch_mean(values, weights=values).estimate == close(5 / 3)
    with pytest.raises(ValueError, match=r"^values and weights must have the same labels"):
        batch_mean(values, weights=values[::-1])


REFUSED: dict[str, Callable[[], Any]] = {
    "values must be above -inf; it holds nan.": lambda: batch_mean([1, math.nan]),
    "values must be above -inf; it holds -inf.": lambda: batch_mean([1, -INF]),
    "values must not be empty; its shape is (0,).": lambda: batch_mean([]),
    "values must have an axis of outcomes; it is the one number 1.": lambda: batch_mean(1),
    "weights must not be negative; it holds -1.": lambda: batch_mean([1, 2], weights=[1, -1]),
    "weights must not be all 0; it holds only 0.": lambda: batch_mean([1, 2], weights=[0, 0]),
    "values and weights must have equally many outcomes along axis 0; values has 2, weights "
    "has 3.": (lambda: batch_mean([1, 2], weights=[1, 2, 3])),
    "level must be a number between 0 and 1; got 95.": lambda: batch_mean([1, 2], level=95),
}


@pytest.mark.parametrize(("message", "call"), REFUSED.items())
def test_what_has_no_mean_is_refused_in_words(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 — the message is what is tested
        call()
    assert str(caught.value) == message
