"""Gamma functions against mpmath's, from the same floats."""

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mpf

from kl_core import _special

pytestmark = pytest.mark.filterwarnings("error")

RNG = np.random.default_rng(40)
ANYWHERE = np.concatenate(
    [
        10 ** RNG.uniform(-300, 300, 60),
        10 ** RNG.uniform(-3, 3, 200),
        1 + RNG.normal(size=30) * 10.0 ** RNG.uniform(-16, -1, 30),
        2 + RNG.normal(size=30) * 10.0 ** RNG.uniform(-15, -1, 30),
        np.arange(0.5, 12, 0.5),
        [1e-300, 9.999999, 10.000001, 1e300],
    ]
)


def exactly(function: Callable[[Any], Any], digits: int = 50) -> list[Any]:
    with mpmath.workdps(digits):
        return [function(mpf(float(t))) for t in ANYWHERE]


def off(found: Any, expected: list[Any], least: float = 0.0) -> float:
    """The greatest error, next to the number or to `least`."""
    with mpmath.workdps(50):
        errors = [
            abs(mpf(float(f)) - e) / max(abs(e), least) if f != e else mpf(0)
            for f, e in zip(found, expected, strict=True)
        ]
    return float(max(errors))


def rest(t: Any) -> Any:
    return mpmath.loggamma(t) - t * mpmath.log(t) + t


def test_log_gamma_is_right_to_14_digits_also_near_its_roots() -> None:
    assert off(_special.log_gamma(ANYWHERE), exactly(mpmath.loggamma)) < 2e-15


def test_digamma_is_right_to_14_digits_and_near_its_root_to_1e_15() -> None:
    assert off(_special.digamma(ANYWHERE), exactly(mpmath.digamma), 0.1) < 1e-14


def test_trigamma_is_right_to_14_digits() -> None:
    finite = ANYWHERE > 1e-150
    expected = [
        e for e, kept in zip(exactly(lambda t: mpmath.psi(1, t)), finite, strict=True) if kept
    ]
    assert off(_special.trigamma(ANYWHERE[finite]), expected) < 2e-15


def test_what_stirlings_formula_leaves_is_right_to_14_digits() -> None:
    assert off(_special.log_gamma_rest(ANYWHERE), exactly(rest, 340), 1.0) < 1e-14
    factorials = exactly(lambda t: rest(t) + mpmath.log(t), 640)
    assert off(_special.log_factorial_rest(ANYWHERE), factorials, 1.0) < 1e-14
    falls = exactly(lambda t: mpmath.log(t) - mpmath.digamma(t), 340)
    assert off(_special.log_minus_digamma(ANYWHERE), falls) < 4e-15
    assert _special.log_factorial_rest(0.0) == 0


@pytest.mark.parametrize("apart", [1e-12, 1e-6, 1e-2, 0.3, None])
def test_the_distance_from_a_tangent_is_right_to_14_digits_however_small(
    apart: float | None,
) -> None:
    old = 10 ** RNG.uniform(-8, 12, 60)
    new = 10 ** RNG.uniform(-8, 12, 60) if apart is None else old * (1 + apart)
    with mpmath.workdps(80):
        pairs = [(mpf(float(b)), mpf(float(a))) for b, a in zip(new, old, strict=True)]
        expected = [
            rest(b) - rest(a) - (b - a) * (mpmath.digamma(a) - mpmath.log(a)) for b, a in pairs
        ]
    assert off(_special.rest_divergence(new, old, new - old), expected) < 1e-14


@pytest.mark.parametrize("decades", [3, 100])
def test_log_beta_and_gaps_of_digamma_are_right_where_one_number_is_far_larger(
    decades: float,
) -> None:
    a, b = 10 ** RNG.uniform(-decades, decades, (2, 60))
    with mpmath.workdps(330):
        pairs = [(mpf(float(x)), mpf(float(y))) for x, y in zip(a, b, strict=True)]
        betas = [mpmath.loggamma(x) + mpmath.loggamma(y) - mpmath.loggamma(x + y) for x, y in pairs]
        gaps = [mpmath.digamma(x) - mpmath.digamma(x + y) for x, y in pairs]
        curves = [mpmath.psi(1, x) - mpmath.psi(1, x + y) for x, y in pairs]
    assert off(_special.log_beta(a, b), betas, 0.1) < 1e-14
    assert off(_special.digamma_gap(a, b), gaps, 1e-3) < 1e-12
    assert off(_special.trigamma_gap(a, b), curves, 1e-3) < 1e-12


def test_they_take_any_shape() -> None:
    functions = (_special.log_gamma, _special.digamma, _special.trigamma, _special.log_gamma_rest)
    for function in functions:
        assert np.shape(function(3.5)) == ()
        assert np.shape(function(np.ones((2, 0)))) == (2, 0)
        grid = np.array([[0.3, 1.0], [7.0, 50.0]])
        assert function(grid).tolist() == [[float(function(t)) for t in row] for row in grid]
