"""What holds for all distributions, tried on those hypothesis thinks of."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kl_core import cross_entropy, entropy, kl_divergence, kl_terms, log_softmax, normalize, softmax

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
