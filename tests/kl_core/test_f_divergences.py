import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kl_core import (
    chi2_divergence,
    f_divergence,
    hellinger_distance,
    jeffreys_divergence,
    js_divergence,
    kl_divergence,
    normalize,
    renyi_divergence,
    total_variation,
)

pytestmark = pytest.mark.filterwarnings("error")

INF = math.inf

NAMES: dict[str, Callable[..., Any]] = {
    "kl": kl_divergence,
    "reverse_kl": lambda p, q: kl_divergence(q, p),
    "jeffreys": jeffreys_divergence,
    "js": js_divergence,
    "chi2": chi2_divergence,
    "reverse_chi2": lambda p, q: chi2_divergence(q, p),
    "total_variation": total_variation,
    "squared_hellinger": lambda p, q: hellinger_distance(p, q) ** 2,
}
FORMULAS: dict[str, Callable[[Any], Any]] = {
    "kl": lambda t: t * np.log(t),
    "reverse_kl": lambda t: -np.log(t),
    "jeffreys": lambda t: (t - 1) * np.log(t),
    "js": lambda t: t / 2 * np.log(2 * t / (t + 1)) + np.log(2 / (t + 1)) / 2,
    "chi2": lambda t: (t - 1) ** 2,
    "reverse_chi2": lambda t: (t - 1) ** 2 / t,
    "total_variation": lambda t: abs(t - 1) / 2,
    "squared_hellinger": lambda t: (np.sqrt(t) - 1) ** 2 / 2,
}
# f(0) and f′(∞), by hand.
LIMITS = {
    "kl": (0, INF),
    "reverse_kl": (INF, 0),
    "jeffreys": (INF, INF),
    "js": (math.log(2) / 2, math.log(2) / 2),
    "chi2": (1, INF),
    "reverse_chi2": (INF, 1),
    "total_variation": (0.5, 0.5),
    "squared_hellinger": (0.5, 0.5),
}
EVERY_NAME = pytest.mark.parametrize("name", NAMES)


def close(value: Any, rel: float = 1e-12) -> Any:
    return pytest.approx(value, rel=rel, abs=0)


def batch(*shape: int, seed: int) -> np.ndarray:
    return normalize(np.random.default_rng(seed).exponential(size=shape))


@EVERY_NAME
def test_a_name_gives_bit_for_bit_what_its_own_function_gives(name: str) -> None:
    p, q = batch(30, 7, seed=1), batch(30, 7, seed=2)
    p[0, 0], q[1, 1], p[2, 2], q[2, 2] = 0, 0, 0, 0
    p, q = normalize(p), normalize(q)
    np.testing.assert_array_equal(f_divergence(p, q, name), NAMES[name](p, q))
    single = f_divergence(p.astype(np.float32), q.astype(np.float32), name)
    assert single.dtype == np.float32
    assert f_divergence(p[0], p[0], name) == 0


@EVERY_NAME
def test_a_name_gives_what_its_formula_gives_in_50_digits(name: str) -> None:
    p, q = batch(6, seed=3), batch(6, seed=4)
    exact = {
        "kl": lambda t: t * mpmath.log(t),
        "reverse_kl": lambda t: -mpmath.log(t),
        "jeffreys": lambda t: (t - 1) * mpmath.log(t),
        "js": lambda t: t / 2 * mpmath.log(2 * t / (t + 1)) + mpmath.log(2 / (t + 1)) / 2,
        "chi2": lambda t: (t - 1) ** 2,
        "reverse_chi2": lambda t: (t - 1) ** 2 / t,
        "total_variation": lambda t: abs(t - 1) / 2,
        "squared_hellinger": lambda t: (mpmath.sqrt(t) - 1) ** 2 / 2,
    }[name]
    with mpmath.workdps(50):
        pairs = zip(map(mpmath.mpf, p.tolist()), map(mpmath.mpf, q.tolist()), strict=True)
        expected = float(sum(b * exact(a / b) for a, b in pairs))
    assert f_divergence(p, q, name) == close(expected, rel=1e-14)
    assert f_divergence(p, q, FORMULAS[name]) == close(expected)


# Where p is 0, where q is, where both are, and where neither is.
P = [[0, 0.5, 0.5], [0.3, 0.7, 0], [0.4, 0.6, 0], [1, 0, 0], [0.2, 0.3, 0.5]]
Q = [[0.2, 0.3, 0.5], [0.3, 0, 0.7], [0.1, 0.9, 0], [0, 0.5, 0.5], [0, 0.2, 0.8]]


@EVERY_NAME
@pytest.mark.parametrize("given", [True, False])
def test_a_formula_with_its_limits_given_or_found_is_right_at_0(name: str, given: bool) -> None:
    found = f_divergence(P, Q, FORMULAS[name], limits=LIMITS[name] if given else None)
    assert found.tolist() == close(f_divergence(P, Q, name).tolist())


@pytest.mark.parametrize("p", [1e-300, 1e-10, 5e-324])
def test_small_probabilities_are_no_zeros(p: float) -> None:
    # Σ (p − q)² / (p + q), Vincze & Le Cam, whose limits are 1 and 1.
    def f(t: Any) -> Any:
        return (t - 1) ** 2 / (t + 1)

    expected = (0.25 - p) ** 2 / (0.25 + p) + 0.0625 / 1.75
    assert f_divergence([p, 1], [0.25, 0.75], f) == close(expected)
    # Where the square of p / q, or p / q itself, is beyond the largest float, p·f′(∞) is left.
    assert f_divergence([0.25, 0.75], [p, 1], f) == close(expected)
    limits = (INF, 0)
    assert f_divergence([p, 1 - p], [0.5, 0.5], lambda t: -np.log(t), limits=limits) == close(
        kl_divergence([0.5, 0.5], [p, 1 - p])
    )


def test_alpha_divergences_are_those_of_renyi() -> None:
    # Σ (pᵃ q¹⁻ᵃ − 1) / (a (a − 1)), as Cressie & Read have it but for a factor.
    for a in (-0.5, 0.2, 0.5, 2, 3):

        def f(t: Any, a: float = a) -> Any:
            return (t**a - a * (t - 1) - 1) / (a * (a - 1))

        p, q = batch(20, 5, seed=5), batch(20, 5, seed=6)
        order = (p, q, a) if a > 0 else (q, p, 1 - a)
        scale = (order[2] - 1) * renyi_divergence(*order)
        np.testing.assert_allclose(
            f_divergence(p, q, f), np.expm1(scale) / (a * (a - 1)), rtol=1e-11
        )
        assert f_divergence([0.5, 0.5], [1, 0], f) == (INF if a > 1 else close(expected(a)))


def expected(a: float) -> float:
    """Half of P on the only outcome of Q: ½ᵃ at t = ½, and f′(∞) = −1 / (a − 1) for the rest."""
    return (0.5**a + a / 2 - 1) / (a * (a - 1)) - 0.5 / (a - 1)


def test_own_functions_have_units_axes_and_blocks() -> None:
    p, q = batch(3, 5000, 4, seed=7), batch(5000, 4, seed=8)
    found = f_divergence(p, q, FORMULAS["kl"], base=2)
    np.testing.assert_allclose(found, kl_divergence(p, q, base=2), rtol=1e-11)
    assert f_divergence(p, q, FORMULAS["js"], keepdims=True).shape == (3, 5000, 1)
    table, other = p[0, :3] / 3, q[:3] / 3
    for f in ("js", FORMULAS["js"]):
        assert f_divergence(table, other, f, axis=None) == close(
            js_divergence(table.ravel(), other.ravel())
        )
    assert f_divergence(p[:, :0], q[:0], "kl", base=2).shape == (3, 0)
    assert f_divergence(p[:, :0], q[:0], FORMULAS["kl"]).shape == (3, 0)


CONVEX: list[Callable[[Any], Any]] = [
    *FORMULAS.values(),
    lambda t: np.maximum(t - 2, 0) + np.maximum(0.5 - t, 0),  # the hockey stick, on both sides
    lambda t: (t - 1) ** 2 / (t + 1),
]


@given(st.integers(0, 2**32), st.sampled_from(CONVEX))
def test_no_channel_raises_a_divergence_of_a_convex_function(seed: int, f: Any) -> None:
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.full(5, 0.3), 2)
    channel = rng.dirichlet(np.full(3, 0.5), 5)
    after = f_divergence(normalize(p @ channel), normalize(q @ channel), f)
    assert 0 <= after <= f_divergence(p, q, f) * (1 + 1e-9) + 1e-12
    assert f_divergence(p, p.copy(), f) == 0


ONE_SIDE = [1, 0]
REFUSED: dict[str, tuple[type[Exception], Callable[[], Any]]] = {
    "f must be a function or one of kl, reverse_kl, jeffreys, js, chi2, reverse_chi2, "
    "total_variation, squared_hellinger; got 'KL'.": (
        ValueError,
        lambda: f_divergence(P, Q, "KL"),
    ),
    "f must be a function or one of kl, reverse_kl, jeffreys, js, chi2, reverse_chi2, "
    "total_variation, squared_hellinger; got [1].": (
        TypeError,
        lambda: f_divergence(P, Q, [1]),  # type: ignore[arg-type]
    ),
    "f must be 0 at 1; it gave 1.": (ValueError, lambda: f_divergence(P, Q, lambda t: t**2)),
    "f must be convex; its slope falls near t = 0.0078125.": (
        ValueError,
        lambda: f_divergence(P, Q, np.log),
    ),
    "f must give one number a ratio; expected (17,), got (1,).": (
        ValueError,
        lambda: f_divergence(P, Q, lambda t: t[:1]),
    ),
    "f must be a number or inf at every t > 0; it gave nan at 1.6.": (
        ValueError,
        lambda: f_divergence([0.8, 0.2], [0.5, 0.5], lambda t: np.where(t == 1.6, np.nan, t - 1)),
    ),
    "limits must be given; f does not tell f′(∞) by its values.": (
        ValueError,
        lambda: f_divergence([0.5, 0.5], [1, 0], lambda t: -(t**0.999) + 1),
    ),
    "limits must be given; f does not tell f(0) by its values.": (
        ValueError,
        lambda: f_divergence([1, 0], [0.5, 0.5], lambda t: -(t**0.001) + 0 / t + 1),
    ),
    "limits must be a pair, f(0) and f′(∞); got (1,).": (
        ValueError,
        lambda: f_divergence(P, Q, FORMULAS["kl"], limits=(1,)),  # type: ignore[arg-type]
    ),
    "limits must be a pair, f(0) and f′(∞); got 1.": (
        TypeError,
        lambda: f_divergence(P, Q, FORMULAS["kl"], limits=1),  # type: ignore[arg-type]
    ),
    "the limit f′(∞) must be a number above -inf; got nan.": (
        ValueError,
        lambda: f_divergence(P, Q, FORMULAS["kl"], limits=(0, math.nan)),
    ),
    "limits must be None where f is a name; got (0, 1).": (
        ValueError,
        lambda: f_divergence(P, Q, "kl", limits=(0, 1)),
    ),
    "base must be None for chi2, which has no unit; got 2.": (
        ValueError,
        lambda: f_divergence(P, Q, "chi2", base=2),
    ),
    "q must sum to 1 along its last axis; it sums to 3: pass counts through normalize first.": (
        ValueError,
        lambda: f_divergence([0.5, 0.5], [1, 2], FORMULAS["kl"]),
    ),
}


@pytest.mark.parametrize(("message", "case"), REFUSED.items())
def test_what_is_no_divergence_is_refused_in_words(
    message: str, case: tuple[type[Exception], Callable[[], Any]]
) -> None:
    error, call = case
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
