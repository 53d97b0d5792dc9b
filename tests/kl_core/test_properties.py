"""What holds for all distributions, tried on those hypothesis thinks of."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kl_core import (
    chi2_divergence,
    cross_entropy,
    entropy,
    hellinger_distance,
    jeffreys_divergence,
    js_divergence,
    kl_divergence,
    kl_divergence_from_logits,
    kl_terms,
    log_softmax,
    mutual_information,
    normalize,
    perplexity,
    renyi_divergence,
    softmax,
    total_variation,
)

pytestmark = pytest.mark.filterwarnings("error")

Pair = tuple[np.ndarray, np.ndarray]


@st.composite
def pairs(draw: st.DrawFn, least: float = 1e-300, outcomes: int = 1) -> Pair:
    size = draw(st.integers(outcomes, 8))
    weight = st.just(0.0) | st.floats(least, 1.0) | st.floats(0.1, 1.0)
    rows = hnp.arrays(np.float64, size, elements=weight).filter(np.any)
    return normalize(draw(rows)), normalize(draw(rows))


@st.composite
def neighbours(draw: st.DrawFn) -> Pair:
    p, noise = draw(pairs())
    size = draw(st.floats(0, 1))
    return p, normalize(p * (1 + size * noise))


ANY_PAIRS = st.one_of(pairs(), neighbours())
ORDERS = st.floats(0, 10) | st.sampled_from([0.0, 1.0, 1 - 1e-12, 1 + 1e-12, 1e6, np.inf])

DIVERGENCES: dict[str, Callable[[np.ndarray, np.ndarray], Any]] = {
    "KL": kl_divergence,
    "Jeffreys": jeffreys_divergence,
    "Jensen–Shannon": js_divergence,
    "Rényi ½": lambda p, q: renyi_divergence(p, q, 0.5),
    "Rényi 2": lambda p, q: renyi_divergence(p, q, 2),
    "Rényi ∞": lambda p, q: renyi_divergence(p, q, np.inf),
    "χ²": chi2_divergence,
    "total variation": total_variation,
    "Hellinger": hellinger_distance,
}
EVERY_DIVERGENCE = pytest.mark.parametrize("divergence", DIVERGENCES.values(), ids=DIVERGENCES)
Divergence = Callable[[np.ndarray, np.ndarray], Any]


def at_least(value: float) -> float:
    """What a value may round down to."""
    return value * (1 - 1e-12) - 1e-14


@given(ANY_PAIRS, st.floats(-9e-10, 9e-10), st.floats(-9e-10, 9e-10))
def test_kl_is_never_negative_even_where_sums_are_a_little_off(
    pair: Pair, off_p: float, off_q: float
) -> None:
    p, q = pair
    assert kl_divergence(p, q) >= 0
    assert kl_divergence(p * (1 + off_p), q * (1 + off_q)) >= 0


@given(ANY_PAIRS)
def test_kl_of_a_distribution_to_itself_is_exactly_zero(pair: Pair) -> None:
    for p in pair:
        assert kl_divergence(p, p.copy()) == 0
        assert not np.signbit(kl_divergence(p, p.copy()))
        assert not kl_terms(p, p.copy()).any()


@given(ANY_PAIRS)
def test_kl_is_at_least_half_the_squared_l1_distance(pair: Pair) -> None:
    p, q = pair  # Pinsker's inequality
    assert kl_divergence(p, q) >= np.abs(p - q).sum() ** 2 / 2 * (1 - 1e-9)


@given(ANY_PAIRS)
def test_cross_entropy_is_entropy_plus_kl(pair: Pair) -> None:
    p, q = pair
    expected = entropy(p) + kl_divergence(p, q)
    assert cross_entropy(p, q) == pytest.approx(expected, rel=1e-13, abs=1e-14)


@given(ANY_PAIRS)
def test_terms_add_up_to_kl(pair: Pair) -> None:
    p, q = pair
    assert kl_terms(p, q).sum() == pytest.approx(kl_divergence(p, q), rel=1e-13, abs=1e-14)


@given(pairs(least=1e-100), pairs(least=1e-100))
def test_kl_of_independent_pairs_adds_up(first: Pair, second: Pair) -> None:
    p, q = (np.multiply.outer(a, b).ravel() for a, b in zip(first, second, strict=True))
    expected = kl_divergence(*first) + kl_divergence(*second)
    assert kl_divergence(p, q) == pytest.approx(expected, rel=1e-13, abs=1e-14)


@given(pairs(outcomes=2))
def test_merging_two_outcomes_never_raises_kl(pair: Pair) -> None:
    p, q = (np.append(row[2:], row[0] + row[1]) for row in pair)  # data processing
    assert kl_divergence(p, q) <= kl_divergence(*pair) + 1e-13


@given(ANY_PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_outcomes_does_not_matter(pair: Pair, random: "np.random.Random") -> None:
    p, q = pair
    order = random.sample(range(p.size), p.size)
    expected = kl_divergence(p, q)
    assert kl_divergence(p[order], q[order]) == pytest.approx(expected, rel=1e-13, abs=0)


@given(ANY_PAIRS)
def test_entropy_lies_between_0_and_log_k(pair: Pair) -> None:
    for p in pair:
        assert 0 <= entropy(p) <= np.log(p.size) + 1e-14


@given(hnp.arrays(np.float64, st.integers(1, 8), elements=st.floats(-1e308, 1e308)))
def test_softmax_is_a_distribution_and_log_softmax_its_logarithm(logits: np.ndarray) -> None:
    q = softmax(logits)
    assert entropy(q) >= 0  # so it passed as a distribution
    np.testing.assert_allclose(np.exp(log_softmax(logits)), q, rtol=1e-12, atol=1e-300)


@EVERY_DIVERGENCE
@given(pair=ANY_PAIRS)
def test_no_divergence_is_negative_or_nan_and_each_is_0_from_itself(
    divergence: Divergence, pair: Pair
) -> None:
    p, q = pair
    assert divergence(p, q) >= 0
    assert divergence(p, p.copy()) == 0


@EVERY_DIVERGENCE
@given(pair=ANY_PAIRS, random=st.randoms(use_true_random=False))
def test_the_order_of_outcomes_changes_no_divergence(
    divergence: Divergence, pair: Pair, random: "np.random.Random"
) -> None:
    p, q = pair
    order = random.sample(range(p.size), p.size)
    assert divergence(p[order], q[order]) == pytest.approx(divergence(p, q), rel=1e-12, abs=0)


@EVERY_DIVERGENCE
@given(pair=pairs(outcomes=2), seed=st.integers(0, 2**32))
def test_no_channel_raises_a_divergence(divergence: Divergence, pair: Pair, seed: int) -> None:
    channel = np.random.default_rng(seed).dirichlet(np.full(4, 0.5), pair[0].size)
    after = divergence(*(normalize(row @ channel) for row in pair))  # data processing
    assert divergence(*pair) >= at_least(after)


@given(pairs(least=1e-60), pairs(least=1e-60), ORDERS)
def test_renyi_of_independent_pairs_adds_up(first: Pair, second: Pair, order: float) -> None:
    p, q = (np.multiply.outer(a, b).ravel() for a, b in zip(first, second, strict=True))
    expected = renyi_divergence(*first, order) + renyi_divergence(*second, order)
    assert renyi_divergence(p, q, order) == pytest.approx(expected, rel=1e-11, abs=1e-13)


@given(ANY_PAIRS, ORDERS, ORDERS)
def test_renyi_never_falls_as_its_order_rises(pair: Pair, a: float, b: float) -> None:
    lower, higher = (renyi_divergence(*pair, order) for order in sorted((a, b)))
    assert higher >= at_least(lower)


@given(ANY_PAIRS)
def test_divergences_bound_each_other(pair: Pair) -> None:
    tv, hellinger = total_variation(*pair), hellinger_distance(*pair)
    kl, chi2 = kl_divergence(*pair), chi2_divergence(*pair)
    assert kl >= at_least(2 * tv**2)  # Pinsker
    assert tv >= at_least(hellinger**2)  # Le Cam
    assert hellinger * np.sqrt(2 - hellinger**2) >= at_least(tv)
    assert np.log1p(chi2) >= at_least(kl)  # Rényi of order 2 against order 1
    assert renyi_divergence(*pair, 2) == pytest.approx(np.log1p(chi2), rel=1e-11, abs=1e-14)


@given(ANY_PAIRS, st.floats(0, 1))
def test_js_is_at_most_log_2_and_the_entropy_of_its_weight(pair: Pair, weight: float) -> None:
    p, q = pair
    assert np.log(2) >= js_divergence(p, q)
    assert js_divergence(p, q) == pytest.approx(js_divergence(q, p), rel=1e-12, abs=0)
    assert entropy([weight, 1 - weight]) >= at_least(js_divergence(p, q, weight=weight))


@given(hnp.arrays(float, (3, 5), elements=st.just(0.0) | st.floats(1e-9, 1)))
def test_the_root_of_js_obeys_the_triangle_inequality(weights: np.ndarray) -> None:
    p, q, r = normalize(weights + np.eye(3, 5))
    pq, qr, pr = (np.sqrt(js_divergence(*pair)) for pair in ((p, q), (q, r), (p, r)))
    assert pq + qr >= pr - 1e-12


@given(ANY_PAIRS)
def test_perplexity_lies_between_1_and_k(pair: Pair) -> None:
    for p in pair:
        assert 1 <= perplexity(p) <= p.size


@given(hnp.arrays(float, (3, 4), elements=st.just(0.0) | st.floats(1e-9, 1)).filter(np.any))
def test_mutual_information_is_what_entropies_say(weights: np.ndarray) -> None:
    joint = normalize(weights.ravel()).reshape(3, 4)
    marginals = normalize(joint.sum(axis=0)), normalize(joint.sum(axis=1))
    expected = sum(entropy(p) for p in marginals) - entropy(joint.ravel())
    assert mutual_information(joint) == pytest.approx(expected, abs=1e-13)
    assert mutual_information(joint) >= 0


@given(
    hnp.arrays(float, 5, elements=st.floats(-50, 50)),
    hnp.arrays(float, 5, elements=st.floats(-50, 50)),
    st.floats(-100, 100),
)
def test_kl_from_logits_is_that_of_softmaxes_and_no_constant_changes_it(
    a: np.ndarray, b: np.ndarray, constant: float
) -> None:
    expected = kl_divergence(softmax(a), softmax(b))
    assert kl_divergence_from_logits(a, b) == pytest.approx(expected, rel=1e-9, abs=1e-14)
    shifted = kl_divergence_from_logits(a + constant, b)
    assert shifted == pytest.approx(expected, rel=1e-9, abs=1e-12)
