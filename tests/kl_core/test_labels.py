import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kl_core import (
    GridDensity,
    MultivariateNormal,
    Normal,
    NormalMixture,
    StudentT,
    cross_entropy,
    entropy,
    fit_line,
    js_divergence,
    keras_kl_logit_gradient,
    kl_divergence,
    kl_divergence_from_logits,
    kl_from_counts,
    kl_from_samples,
    kl_target_gradient,
    kl_terms,
    logit_gradient,
    total_variation,
)

pytestmark = pytest.mark.filterwarnings("error")

AAB = pd.Series(list("aab")).value_counts()
AAC = pd.Series(list("aac")).value_counts()
P = pd.Series([0.5, 0.5], index=["a", "b"])
Q = pd.Series([0.9, 0.1], index=["b", "a"])  # 0.1 for a, 0.9 for b
ROWS = pd.DataFrame([[0.5, 0.5], [0.2, 0.8]], columns=["a", "b"])
TURNED = ROWS[["b", "a"]]
EYE = pd.DataFrame(np.eye(2), index=["a", "b"], columns=["a", "b"])
KL = 0.5 * math.log(0.5 / 0.1) + 0.5 * math.log(0.5 / 0.9)


def test_labels_in_the_same_order_are_compared() -> None:
    assert kl_divergence(P, Q[["a", "b"]]) == pytest.approx(KL, rel=1e-14)
    assert kl_divergence(ROWS, ROWS.copy()).tolist() == [0, 0]
    assert kl_divergence(ROWS.T, ROWS.T, axis=0).tolist() == [0, 0]
    assert kl_divergence([P, P], [Q[["a", "b"]]] * 2).tolist() == [pytest.approx(KL)] * 2


def test_counts_that_are_aligned_know_what_q_misses() -> None:
    first, second = AAB.align(AAC, fill_value=0)
    assert kl_from_counts(first, second).estimate == math.inf
    assert kl_from_counts(second, first, prior=1).estimate > 0.1


def test_what_has_no_labels_goes_by_position() -> None:
    found = kl_divergence(P, [0.1, 0.9])
    assert found == kl_divergence(P.to_numpy(), Q.to_numpy()[::-1]) == pytest.approx(KL, rel=1e-14)
    assert kl_divergence(P, Q.to_numpy()) == kl_divergence([0.5, 0.5], [0.9, 0.1])
    assert entropy(Q) == entropy([0.9, 0.1])


def test_a_series_is_a_row_of_a_table_with_its_columns() -> None:
    assert kl_divergence(ROWS, P).tolist() == [0, kl_divergence([0.2, 0.8], [0.5, 0.5])]


def test_one_row_stands_for_any_whatever_it_is_called() -> None:
    assert kl_divergence(ROWS.iloc[:1], ROWS.iloc[1:]).shape == (1,)
    assert kl_divergence(ROWS, ROWS.iloc[1:]).shape == (2,)


def test_a_label_that_is_missing_is_the_same_as_itself() -> None:
    p = pd.Series([0.5, 0.5], index=[np.nan, "a"])
    assert kl_divergence(p, p.copy()) == 0
    levels = pd.Series([0.5, 0.5], index=pd.MultiIndex.from_tuples([(1, "a"), (1, "b")]))
    assert kl_divergence(levels, levels.copy()) == 0


def test_samples_have_rows_of_their_own() -> None:
    x = pd.DataFrame({"a": [0.0, 1, 3], "b": [1.0, 0, 2]})
    y = (x + 0.3).iloc[::-1]
    assert float(kl_from_samples(x, y)) == float(kl_from_samples(x.to_numpy(), y.to_numpy()))
    found = kl_from_samples(x["a"], y["b"])
    assert found.estimate == kl_from_samples([0, 1, 3], [2.3, 0.3, 1.3]).estimate


def test_parameters_with_the_same_labels_make_a_batch() -> None:
    assert Normal(P, P).batch_shape == (2,)
    assert MultivariateNormal(P, EYE).mean.tolist() == [0.5, 0.5]
    assert MultivariateNormal(ROWS, EYE).batch_shape == (2,)


TWO_ARRAYS: list[Callable[[Any, Any], Any]] = [
    kl_divergence,
    cross_entropy,
    kl_terms,
    js_divergence,
    total_variation,
    kl_divergence_from_logits,
    logit_gradient,
    kl_target_gradient,
    keras_kl_logit_gradient,
]


@pytest.mark.parametrize("function", TWO_ARRAYS, ids=lambda function: function.__name__)
def test_labels_that_differ_are_refused_everywhere(function: Callable[[Any, Any], Any]) -> None:
    for first, second in ((P, Q), (ROWS, TURNED), (ROWS, Q), ([P, P], Q), ([P], [Q])):
        with pytest.raises(ValueError, match="must have the same labels in the same order; at 0, "):
            function(first, second)


REFUSED: dict[str, Callable[[], Any]] = {
    "counts_p and counts_q must have the same labels in the same order; at 1, counts_p has 'b' and "
    "counts_q has 'c'": lambda: kl_from_counts(AAB, AAC),
    "p and q must have the same labels in the same order; at 2, p has nothing and q has 'c'": (
        lambda: kl_divergence(P, pd.Series([0.5, 0.3, 0.2], index=["a", "b", "c"]))
    ),
    "p and q must have the same labels in the same order; at 0, p has 'a' and q has 0": (
        lambda: kl_divergence(P, pd.Series([0.5, 0.5]))
    ),
    "p and q must have the same labels in the same order; at 0, p has 'a' and q has 'b'": (
        lambda: kl_divergence(ROWS.T, TURNED.T, axis=-2)
    ),
    "p and q must have the same labels in the same order; at 0, p has 0 and q has 1": (
        lambda: kl_divergence(ROWS, ROWS.iloc[::-1])
    ),
    "p[0] and p[1] must have the same labels in the same order; at 0, p[0] has 'a' and p[1] has "
    "'b'": lambda: entropy([P, Q]),
    "x and y must have the same labels in the same order; at 0, x has 'a' and y has 'b'": (
        lambda: kl_from_samples(ROWS, TURNED)
    ),
    "x and y must have the same labels in the same order; at 0, x has 0 and y has 2": (
        lambda: fit_line(pd.Series([1, 2, 3]), pd.Series([1, 2, 4], index=[2, 1, 0]))
    ),
    "loc and scale must have the same labels in the same order; at 0, loc has 'a' and scale has "
    "'b'": lambda: StudentT(3, P, Q),
    "mean and cov must have the same labels in the same order; at 0, mean has 'b' and cov has "
    "'a'": lambda: MultivariateNormal(Q, EYE),
    "weights and stds must have the same labels in the same order; at 0, weights has 'a' and stds "
    "has 'b'": lambda: NormalMixture(P, [0, 1], Q),
    "x and p must have the same labels in the same order; at 0, x has 0 and p has 2": (
        lambda: GridDensity(pd.Series([0, 1, 2]), pd.Series([0.2, 0.3, 0.5], index=[2, 1, 0]))
    ),
}


@pytest.mark.parametrize(("message", "call"), REFUSED.items())
def test_what_is_named_differently_is_refused_in_words(
    message: str, call: Callable[[], Any]
) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 — the message is what is tested
        call()
    remedy = ": align or reindex one by the other, or pass to_numpy() of both to go by position."
    assert str(caught.value) == message + remedy
    assert re.fullmatch(r"[^\n]*[^.\n]\.", str(caught.value))
