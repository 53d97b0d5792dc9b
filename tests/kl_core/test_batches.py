"""Batches of no rows, and numpy told to raise where a number is too small for a float."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import kl_core
from kl_core import (
    NOISES,
    Bernoulli,
    Categorical,
    Contaminated,
    Exponential,
    Family,
    Geometric,
    GridDensity,
    Laplace,
    MultivariateNormal,
    Normal,
    NormalMixture,
    Poisson,
    StudentT,
    Uniform,
    batch_mean,
    entropy_from_samples,
    f_divergence,
    fit_line,
    information_projection,
    js_divergence,
    kl,
    kl_divergence,
    kl_from_counts,
    kl_from_samples,
    moment_projection,
    monte_carlo_kl,
    mutual_information,
    mutual_information_from_samples,
    nearest_noise,
    normalize,
    renyi_divergence,
    smooth_labels,
    softmax,
)

pytestmark = pytest.mark.filterwarnings("error")

NONE = np.empty(0)
NO_ROWS = np.empty((0, 3))
LEAST = 5e-324

OF_A_ROW = "entropy perplexity"
OF_OUTCOMES = "normalize ideal_code_lengths softmax log_softmax"
OF_A_PAIR = (
    "cross_entropy kl_divergence jeffreys_divergence js_divergence chi2_divergence total_variation "
    "hellinger_distance kl_divergence_from_logits keras_kl_divergence"
)
GRADIENTS = (
    "logit_gradient kl_target_gradient cross_entropy_target_gradient keras_kl_logit_gradient "
    "keras_cross_entropy_logit_gradient"
)
EMPTY_FAMILIES = [
    *(Normal(NONE, 1), Laplace(NONE, 1), Exponential(NONE), Uniform(NONE, [1])),
    *(Bernoulli(NONE), Categorical(NO_ROWS), Poisson(NONE), Geometric(NONE), StudentT(NONE, 0, 1)),
    *(MultivariateNormal(NO_ROWS, np.eye(3)), MultivariateNormal([0] * 3, np.empty((0, 3, 3)))),
]


@pytest.mark.parametrize("name", OF_A_ROW.split())
def test_a_batch_of_no_rows_has_no_numbers(name: str) -> None:
    assert getattr(kl_core, name)(NO_ROWS).shape == (0,)
    assert getattr(kl_core, name)(np.empty((4, 0, 3))).shape == (4, 0)
    assert getattr(kl_core, name)(NO_ROWS.T, axis=0).shape == (0,)


@pytest.mark.parametrize("name", OF_OUTCOMES.split())
def test_a_batch_of_no_rows_keeps_its_shape(name: str) -> None:
    assert getattr(kl_core, name)(NO_ROWS).shape == (0, 3)
    assert getattr(kl_core, name)(NO_ROWS.T, axis=0).shape == (3, 0)
    assert smooth_labels(NO_ROWS, 0.1).shape == kl_core.kl_terms(NO_ROWS, NO_ROWS).shape == (0, 3)


@pytest.mark.parametrize("name", OF_A_PAIR.split())
def test_a_pair_of_batches_of_no_rows_has_no_numbers(name: str) -> None:
    function = getattr(kl_core, name)
    assert function(NO_ROWS, NO_ROWS).shape == (0,)
    assert function([0.5, 0.25, 0.25], np.empty((2, 0, 3))).shape == (2, 0)
    assert function(NO_ROWS.astype(np.float32), NO_ROWS.astype(np.float32)).dtype == np.float32


def test_the_other_functions_take_batches_of_no_rows_too() -> None:
    for order in (0, 0.3, 1, 2, math.inf):
        assert renyi_divergence(NO_ROWS, NO_ROWS, order).shape == (0,)
    assert mutual_information(np.empty((0, 2, 2))).shape == (0,)
    assert mutual_information(np.empty((2, 0, 2)), axis=(0, 2)).shape == (0,)
    for prior in (0, 1):
        estimate = kl_from_counts(NO_ROWS, NO_ROWS, prior=prior)
        assert estimate.estimate.shape == estimate.bias.shape == (0,)


@pytest.mark.parametrize("name", GRADIENTS.split())
def test_a_batch_of_no_rows_has_no_gradients(name: str) -> None:
    assert getattr(kl_core, name)(NO_ROWS, NO_ROWS).shape == (0, 3)


@pytest.mark.parametrize("p", EMPTY_FAMILIES, ids=lambda p: type(p).__name__)
def test_a_batch_of_no_distributions_has_no_draws_and_no_divergence(p: Family) -> None:
    x = [0.0, 0, 0] if p.outcomes == "vectors" else 1.0
    assert p.batch_shape == p.log_prob(x).shape == (0,)
    assert p.sample(np.random.default_rng(0), 5).shape[:2] == (5, 0)
    estimate = monte_carlo_kl(p, p, np.random.default_rng(0), 5)
    assert estimate.estimate.shape == estimate.standard_error.shape == (0,)
    assert isinstance(p, StudentT) or kl(p, p).shape == (0,)


def test_a_row_is_refused_though_it_broadcasts_to_none() -> None:
    with pytest.raises(ValueError, match=r"^q must sum to 1 along its last axis; row 0 sums to 2:"):
        kl_divergence(NO_ROWS, [[1, 1, 0]])


def test_what_needs_rows_refuses_a_batch_of_none() -> None:
    with pytest.raises(ValueError, match=r"^p must not be an empty batch; its shape is \(0,\)\.$"):
        nearest_noise(Normal(NONE, 1))
    with pytest.raises(
        ValueError, match=r"^x must hold at least two different values; it is empty"
    ):
        nearest_noise(Normal(0, 1), "heteroscedastic", x=[])
    with pytest.raises(ValueError, match=r"^x and y must have at least 3 points; they have 0\.$"):
        fit_line([], [])


ROWS = np.array([[0, 1], [LEAST, 1], [1e-310, 1], [1e-200, 1], [0.5, 0.5], [1e-40, 1], [1, 0]])
POSITIVE = ROWS[1:-1]
LOGITS = np.array([[0, -800.0], [0, -740], [1e-320, 0], [-1e308, 1e308], [0, -np.inf], [3, -700]])
PAIR = ROWS[:, None], ROWS
FAMILIES = [
    *(Normal(0, 1), Normal(0, 1e-300), Normal(1e300, 1e-5), Laplace(1e-310, 1e-300)),
    *(Exponential(1e-300), Uniform(0, 1e-310), StudentT(0.5, 0, 1e-290), Geometric(1e-16)),
    *(Bernoulli(LEAST), Bernoulli(0.5), Categorical([LEAST, 1]), Poisson(1e-310), Poisson(1e15)),
    *(
        NormalMixture([LEAST, 1], [0, 1], [1e-300, 1]),
        MultivariateNormal([0, 0], [[1, 0], [0, 1e-300]]),
    ),
]
HILLS = NormalMixture([0.5, 0.5], [-10, 10], [1, 1e-3])
CENTRES = np.linspace(-30, 30, 121)
GRID = GridDensity(CENTRES, normalize(np.exp(-np.minimum(CENTRES**2 / 2, 700))))
NOISE = Contaminated(Normal(1e-310, 1e-99), StudentT(3, 0, 1), 1e-310)
X = np.arange(20.0)
Y = X + np.sin(X) + 1000 * (X == 3)


def of_pairs(*names: str) -> list[Any]:
    return [getattr(kl_core, name)(*PAIR) for name in names]


def of_families() -> list[Any]:
    found: list[Any] = []
    for p in FAMILIES:
        vectors = p.outcomes == "vectors"
        x = [[0, 0], [1e-320, 1e300]] if vectors else [0, 1, 1e-320, -1e300, 40, 1e-300, 1e17]
        found += [p.log_prob(x), p.sample(np.random.default_rng(0), 20)]
        for q in FAMILIES:
            if vectors == (q.outcomes == "vectors"):
                found.append(monte_carlo_kl(p, q, np.random.default_rng(0), 20))
                if not isinstance(p, NormalMixture | StudentT) and type(p) is type(q):
                    found.append(kl(p, q))
    return found


CALLS: dict[str, Callable[[], Any]] = {
    "rows": lambda: [getattr(kl_core, n)(ROWS) for n in f"{OF_A_ROW} ideal_code_lengths".split()],
    "pairs": lambda: of_pairs(
        "kl_terms", *OF_A_PAIR.replace("kl_divergence_from_logits", "").split()
    ),
    "other libraries": lambda: [
        *of_pairs("torch_kl_div"),
        kl_core.keras_categorical_crossentropy(ROWS, ROWS[::-1]),
        kl_core.scipy_entropy(ROWS, ROWS[::-1]),
    ],
    "weights": lambda: [js_divergence(*PAIR, weight=w) for w in (1e-310, 1e-200, 0.3)],
    "orders": lambda: [
        renyi_divergence(*PAIR, order)
        for order in (0, 1e-310, 0.3, 1 - 1e-12, 1, 2, 1e10, math.inf)
    ],
    "joint": lambda: mutual_information([[1e-300, 1e-200], [1e-310, 1]]),
    "labels": lambda: [smooth_labels(ROWS, 1e-310), smooth_labels(ROWS.tolist(), 1e-323)],
    "normalize": lambda: [normalize([1, LEAST]), normalize([1e308, LEAST]), normalize([3, 1e-323])],
    "logits": lambda: [
        *(getattr(kl_core, name)(LOGITS) for name in ("softmax", "log_softmax")),
        kl_core.kl_divergence_from_logits(LOGITS[:, None], LOGITS),
    ],
    "gradients": lambda: [
        *(
            kl_core.logit_gradient(ROWS[:, None], LOGITS),
            kl_core.keras_kl_logit_gradient(ROWS[:, None], LOGITS),
        ),
        kl_core.keras_cross_entropy_logit_gradient(ROWS[:, None], LOGITS, recovers_logits=False),
        kl_core.kl_target_gradient(LOGITS[:, None], POSITIVE),
        kl_core.cross_entropy_target_gradient(LOGITS[:, None], POSITIVE),
    ],
    "counts": lambda: [kl_from_counts([1e15, 1], [1, 1e15], prior=prior) for prior in (0, 1e-310)],
    "samples": lambda: [
        kl_from_samples(np.append(X * 1e-160, 1e150), Y + 0.5),
        kl_from_samples(np.outer(np.append(X * 1e-160, 1e150), [1, 1]), np.outer(Y + 0.5, [1, 2])),
        *(entropy_from_samples(np.append(X * 1e-160, 1e150), k=k) for k in (1, 3)),
        mutual_information_from_samples(np.append(X * 1e-160, 1e150), np.append(1e-310, Y)),
        mutual_information_from_samples(np.outer(X * 1e-320, [1, 1e300]), Y * 1e300, k=1),
    ],
    "convex functions": lambda: [
        *(f_divergence(*PAIR, name) for name in ("kl", "reverse_chi2", "squared_hellinger")),
        f_divergence(*PAIR, lambda t: t * np.log(t)),
        f_divergence(*PAIR, lambda t: (t - 1) ** 2 / (t + 1)),
    ],
    "means": lambda: [
        batch_mean([1e-320, 1e300, 1], weights=weights)
        for weights in (None, [1, 1e-300, 1e300], [LEAST, LEAST, 0])
    ],
    "families": of_families,
    "moments": lambda: [moment_projection(p, start=Normal(0, 0.5)).path for p in (HILLS, GRID)],
    "information": lambda: [[end.path for end in information_projection(p)] for p in (HILLS, GRID)],
    "lines": lambda: [vars(fit_line(X * 1e-99, Y * 1e-99, noise)).values() for noise in NOISES],
    "noises": lambda: [
        nearest_noise(p, noise, x=[0, 1]).divergence
        for noise in NOISES
        for p in (NOISE, StudentT(3, 0, 1e-99))
    ],
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_what_is_too_small_for_a_float_raises_nothing_and_changes_nothing(
    call: Callable[[], Any],
) -> None:
    expected = repr(call())
    with np.errstate(under="raise"):
        assert repr(call()) == expected
    with np.errstate(all="raise"):
        assert repr(call()) == expected


def test_float32_results_too_small_for_it_raise_nothing() -> None:
    single = LOGITS[:2].astype(np.float32)
    with np.errstate(under="raise"):
        assert softmax(single - single[0] / 8).tolist()[0] == [1, 0]
        assert smooth_labels(np.eye(2, dtype=np.float32), 1e-45).tolist() == [[1, 0], [0, 1]]
