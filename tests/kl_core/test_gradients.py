"""Every way to give P and Q, and the gradients of both losses in the logits of each."""

import math
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
import pytest

from kl_core import (
    cross_entropy_gradient,
    cross_entropy_target_gradient,
    kl_divergence_gradient,
    kl_target_gradient,
    logit_gradient,
    softmax,
)

pytestmark = pytest.mark.filterwarnings("error")

INF = math.inf
PRECISE = mpmath.mp.clone()
PRECISE.dps = 60
BOTH: dict[str, Callable[..., Any]] = {
    "kl": kl_divergence_gradient,
    "cross-entropy": cross_entropy_gradient,
}
WAYS = [("p", "q"), ("p", "q_logits"), ("p_logits", "q"), ("p_logits", "q_logits")]
EACH = pytest.mark.parametrize("gradient", BOTH.values(), ids=BOTH)
WAY = pytest.mark.parametrize("way", WAYS, ids=" ".join)
IN = pytest.mark.parametrize("wrt", ["q_logits", "p_logits"])


def logs(name: str, values: list[float]) -> list[Any]:
    """Logits to 60 digits: those given, or the logarithms of probabilities."""
    numbers = [PRECISE.mpf(x) for x in values]
    return numbers if "logits" in name else [PRECISE.log(x) for x in numbers]


def loss(gradient: Any, w: list[Any], z: list[Any]) -> Any:
    p, q = ([PRECISE.exp(x) for x in row] for row in (w, z))
    p, q = ([x / PRECISE.fsum(row) for x in row] for row in (p, q))
    over = p if gradient is kl_divergence_gradient else [PRECISE.mpf(1)] * len(p)
    return PRECISE.fsum(a * PRECISE.log(c / b) for a, b, c in zip(p, q, over, strict=True))


def slopes(gradient: Any, way: Any, wrt: str, first: list[float], second: list[float]) -> list:
    """By central differences, which are right to 30 digits."""
    w, z = logs(way[0], first), logs(way[1], second)
    step = PRECISE.mpf(10) ** -18

    def at(i: int, moved: Any) -> Any:
        there = [x + moved * (i == j) for j, x in enumerate(w if wrt == "p_logits" else z)]
        return loss(gradient, *((there, z) if wrt == "p_logits" else (w, there)))

    return [float((at(i, step) - at(i, -step)) / (2 * step)) for i in range(len(w))]


def given_as(way: tuple[str, str], w: np.ndarray, z: np.ndarray) -> list[np.ndarray]:
    pairs = zip(way, (w, z), strict=True)
    return [x if "logits" in name else softmax(x) for name, x in pairs]


@EACH
@WAY
@IN
@pytest.mark.parametrize("size", [0.01, 1, 12])
def test_each_gradient_is_the_slope_of_its_loss(
    gradient: Any, way: Any, wrt: str, size: float
) -> None:
    rng = np.random.default_rng(3)
    w = rng.normal(0, 2, 5)
    pair = given_as(way, w, w + rng.normal(0, size, 5))
    found = gradient(**dict(zip(way, pair, strict=True)), wrt=wrt)
    expected = slopes(gradient, way, wrt, *(x.tolist() for x in pair))
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("way", "wrt"), [*((way, "p_logits") for way in WAYS), (WAYS[-1], "q_logits")], ids=str
)
@pytest.mark.parametrize("size", [1e-9, 1e-5, 0.3])
def test_the_gradient_keeps_12_digits_where_p_is_near_q(way: Any, wrt: str, size: float) -> None:
    rng = np.random.default_rng(4)
    w = rng.normal(0, 2, 5)
    pair = given_as(way, w, w + rng.normal(0, size, 5))
    found = kl_divergence_gradient(**dict(zip(way, pair, strict=True)), wrt=wrt)
    expected = slopes(kl_divergence_gradient, way, wrt, *(x.tolist() for x in pair))
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=0)


def test_what_rounding_to_1_would_lose_is_kept() -> None:
    small = 1 / (1 + math.exp(50))
    expected = pytest.approx([-small, small], rel=1e-14, abs=0)
    assert kl_divergence_gradient([1, 0], q_logits=[50, 0]) == expected
    assert kl_divergence_gradient(p_logits=[0, -INF], q_logits=[50, 0]) == expected
    assert (-kl_divergence_gradient(p_logits=[50, 0], q=[1, 0])) == expected
    # q − p = p·(q / p − 1), with e⁻⁵⁰ and e⁻⁵¹ of the second outcome
    other = 1 / (1 + math.exp(51))
    found = kl_divergence_gradient(p_logits=[51, 0], q_logits=[50, 0])
    assert found == pytest.approx([other - small, small - other], rel=1e-13, abs=0)


def test_probabilities_alone_have_their_difference() -> None:
    found = kl_divergence_gradient([0.5, 0.5, 0], [0.25, 0, 0.75])
    assert found.tolist() == [-0.25, -0.5, 0.75]


@EACH
@WAY
@IN
def test_gradients_broadcast_and_keep_type_and_axis(gradient: Any, way: Any, wrt: str) -> None:
    rng = np.random.default_rng(5)
    first, second = given_as(way, rng.normal(0, 2, (3, 1, 5)), rng.normal(0, 2, (4, 5)))
    found = gradient(**{way[0]: first, way[1]: second}, wrt=wrt)
    assert found.shape == (3, 4, 5)
    np.testing.assert_allclose(found.sum(axis=-1), 0, atol=1e-14)
    one = gradient(**{way[0]: first[2, 0], way[1]: second[1]}, wrt=wrt)
    np.testing.assert_array_equal(found[2, 1], one)
    turned = gradient(
        **{way[0]: np.moveaxis(first, -1, 0), way[1]: np.moveaxis(second, -1, 0)}, wrt=wrt, axis=0
    )
    np.testing.assert_array_equal(np.moveaxis(turned, 0, -1), found)
    narrow = [x.astype(np.float32) for x in (first, second)]
    assert gradient(**dict(zip(way, narrow, strict=True)), wrt=wrt).dtype == np.float32
    assert gradient(**{way[0]: narrow[0], way[1]: second}, wrt=wrt).dtype == np.float64
    assert gradient(**{way[0]: first[:0], way[1]: second}, wrt=wrt).shape == (0, 4, 5)


def test_the_older_names_are_the_same_gradients() -> None:
    rng = np.random.default_rng(6)
    w, z = rng.normal(0, 2, (2, 4, 5))
    p, q = softmax(w), softmax(z)
    for gradient in BOTH.values():
        assert logit_gradient(p, z).tolist() == gradient(p, q_logits=z).tolist()
    found = kl_divergence_gradient(p_logits=w, q=q, wrt="p_logits")
    assert kl_target_gradient(w, q).tolist() == found.tolist()
    found = cross_entropy_gradient(p_logits=w, q=q, wrt="p_logits")
    assert cross_entropy_target_gradient(w, q).tolist() == found.tolist()


@EACH
def test_extreme_logits_raise_no_warning(gradient: Any) -> None:
    for z in ([1e308, -1e308], [0, -INF], [-1e308, -1e308], [800, 0]):
        for arguments in ({"p_logits": z, "q_logits": [0, 0]}, {"p": [1, 0], "q_logits": z}):
            for wrt in ("p_logits", "q_logits"):
                found = gradient(**arguments, wrt=wrt)
                assert np.isfinite(found).all()


REFUSED: dict[str, dict[str, Any]] = {
    "q must be above 0 wherever p is; it holds 0.": {
        "p": [0.5, 0.5],
        "q": [0, 1],
        "wrt": "p_logits",
    },
    "q_logits must be above -inf wherever p is; row 1 holds -inf.": {
        "p_logits": [0, 0],
        "q_logits": [[0, 0], [-INF, 0]],
        "wrt": "p_logits",
    },
    "wrt must be one of q_logits, p_logits; got 'z'.": {
        "p": [0.5, 0.5],
        "q": [0.5, 0.5],
        "wrt": "z",
    },
    "p must sum to 1 along its last axis; it sums to 0.9.": {"p": [0.5, 0.4], "q": [0.5, 0.5]},
    "q_logits must be finite or -inf; it holds nan.": {"p": [1, 0], "q_logits": [math.nan, 0]},
}


@EACH
@pytest.mark.parametrize(("message", "arguments"), REFUSED.items())
def test_what_has_no_gradient_is_refused_in_words(
    gradient: Any, message: str, arguments: dict
) -> None:
    with pytest.raises(ValueError, match="must") as caught:
        gradient(**arguments)
    assert str(caught.value) == message


@EACH
def test_p_and_q_are_each_given_once(gradient: Any) -> None:
    with pytest.raises(TypeError, match=r"^q must be given by one of q and q_logits; got neither"):
        gradient([0.5, 0.5])
