"""Every figure against the same sum in 50 digits, by mpmath, from the same floats."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
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
    mutual_information,
    normalize,
    renyi_divergence,
    total_variation,
)

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(2025)
PRECISE = mpmath.mp.clone()
PRECISE.dps = 50
VERY_PRECISE = mpmath.mp.clone()
VERY_PRECISE.dps = 400  # where exponentials reach down to 1e-300


def exact_term(p: float, q: float) -> Any:
    if p == 0:
        return PRECISE.mpf(0)
    return PRECISE.mpf(p) * PRECISE.log(PRECISE.mpf(p) / PRECISE.mpf(q)) if q else PRECISE.inf


def exact_kl(p: np.ndarray, q: np.ndarray) -> Any:
    pairs = [(float(a), float(b)) for a, b in zip(p, q, strict=True)]
    return PRECISE.fsum(exact_term(a, b) - a + PRECISE.mpf(b) for a, b in pairs)


def exact_cross_entropy(p: np.ndarray, q: np.ndarray) -> Any:
    pairs = [(PRECISE.mpf(float(a)), float(b)) for a, b in zip(p, q, strict=True)]
    return -PRECISE.fsum(a * PRECISE.log(PRECISE.mpf(b)) for a, b in pairs)


def worst_error(found: Any, expected: list[Any]) -> float:
    errors = [abs(PRECISE.mpf(float(f)) - e) / abs(e) for f, e in zip(found, expected, strict=True)]
    return float(max(errors))


def spread(rows: int, outcomes: int, decades: float) -> np.ndarray:
    return normalize(10 ** RNG.uniform(-decades, 0, (rows, outcomes)))


def nudged(p: np.ndarray, size: float) -> np.ndarray:
    return normalize(p * np.exp(size * RNG.standard_normal(p.shape)))


@pytest.mark.parametrize("outcomes", [2, 3, 10, 64, 65])
@pytest.mark.parametrize("size", [1e-12, 1e-9, 1e-6, 1e-3, 0.02, 0.1, 0.2, 0.5, 2])
def test_kl_is_right_to_13_digits_however_close_the_pair(outcomes: int, size: float) -> None:
    p = spread(2 + 300 // outcomes, outcomes, 2)
    q = nudged(p, size)
    expected = [exact_kl(*row) for row in zip(p, q, strict=True)]
    assert worst_error(kl_divergence(p, q), expected) < 1e-13


@pytest.mark.parametrize("decades", [3, 30, 300, 320])
def test_kl_is_right_to_13_digits_for_q_as_small_as_floats_go(decades: float) -> None:
    p, q = spread(40, 10, 1), spread(40, 10, decades)
    expected = [exact_kl(*row) for row in zip(p, q, strict=True)]
    assert worst_error(kl_divergence(p, q), expected) < 1e-13


@pytest.mark.parametrize("decades", [3, 30, 300, 320])
def test_kl_is_right_to_13_digits_for_p_as_small_as_floats_go(decades: float) -> None:
    p, q = spread(40, 10, decades), spread(40, 10, 1)
    expected = [exact_kl(*row) for row in zip(p, q, strict=True)]
    assert worst_error(kl_divergence(p, q), expected) < 1e-13


def test_kl_is_right_to_13_digits_where_p_and_q_share_zeros() -> None:
    p = spread(60, 10, 1) * (RNG.random((60, 10)) < 0.5) + np.eye(10)[0]
    p, q = normalize(p), normalize(p * np.exp(RNG.standard_normal(p.shape) / 10))
    expected = [exact_kl(*row) for row in zip(p, q, strict=True)]
    assert worst_error(kl_divergence(p, q), expected) < 1e-13


@pytest.mark.parametrize("size", [1e-6, 0.3])
def test_kl_of_a_row_longer_than_a_block_is_right_to_13_digits(size: float) -> None:
    p = spread(1, 33_000, 2)[0]
    q = nudged(p, size)
    assert worst_error([kl_divergence(p, q)], [exact_kl(p, q)]) < 1e-13


@pytest.mark.parametrize("outcomes", [2, 100])
@pytest.mark.parametrize("size", [1e-9, 0.1, 2])
def test_kl_of_sums_a_little_off_1_is_the_generalised_form(outcomes: int, size: float) -> None:
    p = spread(20, outcomes, 1)
    q = nudged(p, size) * (1 - 8e-10)
    expected = [exact_kl(*row) for row in zip(p, q, strict=True)]
    assert worst_error(kl_divergence(p, q), expected) < 1e-13


@pytest.mark.parametrize(("p", "q"), [(0.5, 5e-324), (1e-310, 0.5), (1e-320, 1e-300)])
def test_kl_with_subnormal_probabilities_stays_finite_and_right(p: float, q: float) -> None:
    pair = np.array([p, 1 - p]), np.array([q, 1 - q])
    expected = exact_kl(*pair)
    assert abs(kl_divergence(*pair) - expected) <= 1e-13 * expected + PRECISE.mpf(5e-324)


@pytest.mark.parametrize("size", [1e-9, 1e-3, 0.1, 1, 10])
def test_terms_are_right_to_14_digits(size: float) -> None:
    p = spread(30, 10, 2)
    q = nudged(p, size)
    expected = [exact_term(float(a), float(b)) for a, b in zip(p.flat, q.flat, strict=True)]
    assert worst_error(kl_terms(p, q).flat, expected) < 1e-14


@pytest.mark.parametrize("decades", [1, 30, 300])
def test_entropy_and_cross_entropy_are_right_to_14_digits(decades: float) -> None:
    p, q = spread(40, 10, decades), spread(40, 10, 300)
    for model, found in ((p, entropy(p)), (q, cross_entropy(p, q))):
        expected = [exact_cross_entropy(*row) for row in zip(p, model, strict=True)]
        assert worst_error(found, expected) < 1e-14


@st.composite
def batches_of_pairs(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Twenty pairs: Q log-uniform down to 1e-300, or as near P as 1e-9 and nearer."""
    shape = 20, draw(st.integers(2, 6))
    decades = draw(st.sampled_from([0.5, 3, 30, 300]))
    p = normalize(draw(hnp.arrays(float, shape, elements=st.floats(1e-3, 1), fill=st.nothing())))
    unit = hnp.arrays(float, shape, elements=st.floats(-1, 1), fill=st.nothing())
    if draw(st.booleans()):
        return p, normalize(10 ** (decades * (draw(unit) - 1) / 2))
    size = 10.0 ** -draw(st.integers(1, 12))
    return p, normalize(p * (1 + size * draw(unit)))


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(batches_of_pairs())
def test_kl_of_10_000_pairs_is_right_to_13_digits_batched_and_single(
    pairs: tuple[np.ndarray, np.ndarray],
) -> None:
    expected = [exact_kl(p, q) for p, q in zip(*pairs, strict=True)]
    single = [kl_divergence(p, q) for p, q in zip(*pairs, strict=True)]
    for found, exact, batched in zip(single, expected, kl_divergence(*pairs), strict=True):
        assert abs(found - exact) <= 1e-13 * exact
        assert abs(batched - exact) <= 1e-13 * exact


def mixed(p: np.ndarray, q: np.ndarray) -> list[Any]:
    pairs = zip(p.tolist(), q.tolist(), strict=True)
    return [
        (PRECISE.mpf(a), PRECISE.mpf(b), (PRECISE.mpf(a) + PRECISE.mpf(b)) / 2) for a, b in pairs
    ]


def exact_js(p: np.ndarray, q: np.ndarray) -> Any:
    terms = [(PRECISE.log(a / m) * a + PRECISE.log(b / m) * b) for a, b, m in mixed(p, q)]
    return PRECISE.fsum(terms) / 2


def exact_jeffreys(p: np.ndarray, q: np.ndarray) -> Any:
    return PRECISE.fsum((a - b) * PRECISE.log(a / b) for a, b, _ in mixed(p, q))


def exact_chi2(p: np.ndarray, q: np.ndarray) -> Any:
    return PRECISE.fsum((a - b) ** 2 / b for a, b, _ in mixed(p, q))


def exact_total_variation(p: np.ndarray, q: np.ndarray) -> Any:
    return PRECISE.fsum(abs(a - b) for a, b, _ in mixed(p, q)) / 2


def exact_hellinger(p: np.ndarray, q: np.ndarray) -> Any:
    roots = [(PRECISE.sqrt(a) - PRECISE.sqrt(b)) ** 2 for a, b, _ in mixed(p, q)]
    return PRECISE.sqrt(PRECISE.fsum(roots) / 2)


def exact_renyi(order: float) -> Callable[[np.ndarray, np.ndarray], Any]:
    above = PRECISE.mpf(order) - 1

    def exact(p: np.ndarray, q: np.ndarray) -> Any:
        # The rounding of sums around 1, which KL leaves out, is left out here too.
        pairs = [(a, b) for a, b, _ in mixed(p, q)]
        powers = PRECISE.fsum(a * PRECISE.expm1(above * PRECISE.log(a / b)) for a, b in pairs)
        return PRECISE.log1p(powers + above * PRECISE.fsum(b - a for a, b in pairs)) / above

    return exact


def renyi(order: float) -> Callable[[np.ndarray, np.ndarray], Any]:
    return lambda p, q: renyi_divergence(p, q, order)


@pytest.mark.parametrize("size", [1e-9, 1e-6, 1e-3, 0.02, 0.1, 1, 10])
@pytest.mark.parametrize(
    ("measure", "exact"),
    [
        (js_divergence, exact_js),
        (jeffreys_divergence, exact_jeffreys),
        (chi2_divergence, exact_chi2),
        (total_variation, exact_total_variation),
        (hellinger_distance, exact_hellinger),
    ],
)
def test_other_divergences_are_right_to_13_digits(
    measure: Callable[..., Any], exact: Callable[..., Any], size: float
) -> None:
    p = spread(20, 8, 2)
    q = nudged(p, size)
    expected = [exact(*row) for row in zip(p, q, strict=True)]
    assert worst_error(measure(p, q), expected) < 1e-13


@pytest.mark.parametrize("size", [0.02, 0.05, 0.1, 0.2])
def test_js_a_little_apart_keeps_14_digits(size: float) -> None:
    p = spread(60, 8, 2)
    q = nudged(p, size)
    expected = [exact_js(*row) for row in zip(p, q, strict=True)]
    assert worst_error(js_divergence(p, q), expected) < 2e-14


@pytest.mark.parametrize("size", [1e-6, 1e-3, 0.02, 0.1, 1, 10, 60])
@pytest.mark.parametrize("order", [1e-6, 0.01, 0.3, 0.5, 0.7, 1 - 1e-9, 1 + 1e-9, 2, 30, 1e4])
def test_renyi_is_right_to_12_digits(order: float, size: float) -> None:
    p = spread(20, 8, 1)
    q = nudged(p, size)
    expected = [exact_renyi(order)(*row) for row in zip(p, q, strict=True)]
    assert worst_error(renyi(order)(p, q), expected) < 1e-12


def exact_log_softmax(logits: np.ndarray) -> list[Any]:
    values = [VERY_PRECISE.mpf(float(z)) for z in logits]
    total = VERY_PRECISE.log(VERY_PRECISE.fsum(VERY_PRECISE.exp(z) for z in values))
    return [z - total for z in values]


def exact_kl_from_logits(a: np.ndarray, b: np.ndarray) -> Any:
    pairs = zip(exact_log_softmax(a), exact_log_softmax(b), strict=True)
    return VERY_PRECISE.fsum(VERY_PRECISE.exp(x) * (x - y) for x, y in pairs)


@pytest.mark.parametrize("scale", [1, 30, 100])
@pytest.mark.parametrize("size", [1e-9, 1e-3, 0.1, 1, 100])
def test_kl_from_logits_is_right_to_12_digits(size: float, scale: float) -> None:
    a = RNG.normal(0, scale, (20, 8))
    b = a + RNG.normal(0, size, a.shape) + 3.3
    expected = [exact_kl_from_logits(*row) for row in zip(a, b, strict=True)]
    assert worst_error(kl_divergence_from_logits(a, b), expected) < 1e-12


def test_mutual_information_is_right_to_13_digits() -> None:
    tables = spread(30, 12, 3).reshape(30, 3, 4)
    assert math.isclose(tables.sum(), 30)
    expected = []
    for table in tables:
        rows, columns = table.sum(axis=1), table.sum(axis=0)
        product = np.multiply.outer(rows, columns)
        expected.append(exact_kl(table.ravel(), product.ravel()))
    assert worst_error(mutual_information(tables), expected) < 1e-13


def beside_certainty(a: np.ndarray) -> np.ndarray:
    """Rows of a probability near the least float, and of what is 1 beside it."""
    return np.stack([a, np.ones_like(a)], axis=-1)


def subnormal_pairs() -> tuple[np.ndarray, np.ndarray]:
    """Far apart, near each other, and neighbours."""
    p = 10 ** RNG.uniform(-323, -300, 300)
    near = p * (1 + 10 ** RNG.uniform(-16, 1, 300))
    q = np.concatenate([10 ** RNG.uniform(-323, -290, 100), near[100:200], near[200:]])
    q[200:] = np.nextafter(p[200:], 1)
    return p, q


def test_renyi_of_order_infinity_is_right_to_13_digits_between_subnormal_numbers() -> None:
    p, q = subnormal_pairs()
    greater, lesser = np.maximum(p, q), np.minimum(p, q)
    expected = [
        PRECISE.log(PRECISE.mpf(float(a)) / PRECISE.mpf(float(b)))
        for a, b in zip(greater, lesser, strict=True)
    ]
    pairs = beside_certainty(greater), beside_certainty(lesser)
    same = np.array([e == 0 for e in expected])
    found = renyi_divergence(*pairs, np.inf)
    assert np.all(found[same] == 0)
    assert worst_error(found[~same], [e for e in expected if e]) < 1e-15


@pytest.mark.parametrize("order", [1e3, 1e6, 1e12])
def test_renyi_of_a_large_order_is_right_to_13_digits_between_subnormal_numbers(
    order: float,
) -> None:
    found, expected = [], []
    for a, b in zip(*map(np.ndarray.tolist, subnormal_pairs()), strict=True):
        p, q = VERY_PRECISE.mpf(max(a, b)), VERY_PRECISE.mpf(min(a, b))
        exact = VERY_PRECISE.log1p(p * (p / q) ** (order - 1)) / (order - 1)
        if exact > 1e-3:
            found.append(renyi_divergence([float(p), 1], [float(q), 1], order))
            expected.append(exact)
    assert len(found) > 20
    assert worst_error(found, expected) < 1e-13


def test_hellinger_distance_is_right_to_14_digits_between_subnormal_numbers() -> None:
    p, q = (np.append(x, end) for x, end in zip(subnormal_pairs(), (0, 5e-324), strict=True))
    expected = [
        abs(PRECISE.sqrt(float(a)) - PRECISE.sqrt(float(b))) / PRECISE.sqrt(2)
        for a, b in zip(p, q, strict=True)
    ]
    kept = [e > 0 for e in expected]
    found = hellinger_distance(beside_certainty(p), beside_certainty(q))
    assert worst_error(found[kept], [e for e in expected if e]) < 1e-14
    # √(½·2⁻¹⁰⁷⁴)
    assert hellinger_distance([0, 1], [5e-324, 1]) == math.sqrt(0.5) * 2.0**-537


def test_normalizing_rounds_once_whatever_the_weights() -> None:
    weights = 10 ** RNG.uniform(-323, 308, (200, 3))
    weights[:50] = 10 ** RNG.uniform(-323, -300, (50, 3))
    weights[50:60] = [1, 3, 5e-324]
    found = normalize(weights)
    for row, shares in zip(weights.tolist(), found.tolist(), strict=True):
        total = sum(map(Fraction, row))
        for weight, share in zip(row, shares, strict=True):
            exact = Fraction(weight) / total
            assert abs(Fraction(share) - exact) <= max(exact * Fraction(1, 2**52), Fraction(5e-324))
    assert normalize([1, 5e-324]).tolist() == [1, 5e-324]
