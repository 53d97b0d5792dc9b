"""Every figure against the same sum in 50 digits, by mpmath, from the same floats."""

from typing import Any

import mpmath
import numpy as np
import pytest

from kl_core import cross_entropy, entropy, kl_divergence, kl_terms, normalize

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(2025)
PRECISE = mpmath.mp.clone()
PRECISE.dps = 50


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
