import math
import re
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from kl_core import kl_divergence
from kl_core._neighbours import kth_distance
from kl_core.distributions import (
    MultivariateNormal,
    Normal,
)
from kl_core.distributions.kl_registry import kl
from kl_core.estimation import kl_from_counts, kl_from_samples

pytestmark = pytest.mark.filterwarnings("error")

NAN, INF = math.nan, math.inf


def rng(seed: int = 40) -> np.random.Generator:
    return np.random.default_rng(seed)


def close(value: Any, rel: float = 1e-13) -> Any:
    return pytest.approx(value, rel=rel, abs=0)


# --- samples


def by_brute_force(x: np.ndarray, y: np.ndarray, k: int) -> float:
    """The estimator of Wang, Kulkarni & Verdú, loop by loop."""
    n, d = x.shape
    m = len(y)
    total = 0.0
    for i in range(n):
        own = sorted(math.dist(x[i], x[j]) for j in range(n) if j != i)
        others = sorted(math.dist(x[i], y[j]) for j in range(m))
        total += math.log(others[k - 1] / own[k - 1])
    return d / n * total + math.log(m / (n - 1))


@pytest.mark.parametrize("k", [1, 2, 5, 29])
@pytest.mark.parametrize("d", [1, 2, 4])
def test_neighbours_give_what_brute_force_gives(d: int, k: int) -> None:
    x, y = rng().normal(size=(30, d)), rng(41).normal(size=(40, d)) + 0.5
    found, turned = kl_from_samples(x, y, k=k), kl_from_samples(y, x, k=k)
    assert float(found) == pytest.approx(by_brute_force(x, y, k), rel=1e-12)
    assert float(turned) == pytest.approx(by_brute_force(y, x, k), rel=1e-12)
    assert (found.n, turned.n) == ((30, 40), (40, 30))


def test_base_2_gives_bits_and_what_samples_do_not_tell_is_nan() -> None:
    nats, bits = kl_from_samples([0, 1], [4]), kl_from_samples([0, 1], [4], base=2)
    assert bits.estimate == close(nats.estimate / math.log(2))
    assert np.isnan([nats.bias, nats.standard_error, nats.p_value, *nats.interval]).all()


def test_two_points_of_p_and_one_of_q_match_the_hand_value() -> None:
    # x = 0, 1 and y = 4: ρ = 1, 1, ν = 4, 3, so ½·(log 4 + log 3) + log(1 / 1).
    assert kl_from_samples([0, 1], [4]).estimate == close(math.log(12) / 2)


@pytest.mark.parametrize("d", [1, 3])
def test_neighbours_of_many_points_agree_with_scipys_tree(d: int) -> None:
    # More points than one block of distances holds.
    x, y = rng().normal(size=(3000, d)), rng(41).standard_t(3, size=(2000, d))
    for k in (1, 4):
        own = cKDTree(x).query(x, k=[k + 1])[0][:, 0]
        others = cKDTree(y).query(x, k=[k])[0][:, 0]
        expected = d * np.log(others / own).mean() + math.log(2000 / 2999)
        assert float(kl_from_samples(x, y, k=k)) == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize(
    ("p", "q"),
    [
        (Normal(0, 1), Normal(1, 1.5)),
        (
            MultivariateNormal([0, 0, 0], np.eye(3)),
            MultivariateNormal([1, 0, 0], [[2, 0.5, 0], [0.5, 1, 0], [0, 0, 1]]),
        ),
    ],
    ids=["1 dimension", "3 dimensions"],
)
def test_neighbours_come_near_the_formula_as_samples_grow(p: Any, q: Any) -> None:
    # The mean over seeds is off by its standard error and by a bias, which shrinks with n.
    expected, spreads = kl(p, q), []
    for n in (100, 1600):
        found = [
            float(kl_from_samples(p.sample(rng(seed), n), q.sample(rng(seed + 500), n), k=3))
            for seed in range(12)
        ]
        off = abs(np.mean(found) - expected)
        assert off <= 5 * np.std(found, ddof=1) / math.sqrt(12) + 0.1 * expected * (100 / n) ** 0.5
        spreads.append(np.sqrt(np.mean((np.array(found) - expected) ** 2)))
    assert spreads[1] < spreads[0] / 2
    assert spreads[1] < 0.15 * expected


def test_an_estimate_from_samples_may_be_negative() -> None:
    # x = 0, 3 and y = 1, 2: ρ = 3, ν = 1, so −log 3 + log 2.
    assert kl_from_samples([0, 3], [1, 2]).estimate == close(math.log(2 / 3))


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("scale", [1e-310, 1e-160, 1e150, 1e307])
def test_the_unit_of_samples_does_not_matter(d: int, scale: float) -> None:
    # Multiples of 2⁻¹⁰, so that scaling by a power of two near 10³⁰⁰ rounds nothing.
    unit = 2.0 ** round(math.log2(scale))
    x, y = (np.round(rng(s).normal(size=(50, d)) * 2**10) + s / 4 for s in (40, 41))
    x[:, 0] += np.arange(50) * 2**5
    found = kl_from_samples(x * (unit / 2**15), y * (unit / 2**15))
    assert found.estimate == pytest.approx(kl_from_samples(x, y).estimate, rel=1e-9)


def test_points_near_each_other_and_far_from_0_keep_their_distances() -> None:
    x, y = np.array([[0, 0], [3, 4], [9, 9.0]]), np.array([[6, 8.0], [1, 1]])
    found = kl_from_samples(x + 2.0**40, y + 2.0**40)
    assert found.estimate == close(by_brute_force(x, y, 1))


def test_neighbours_of_many_points_need_little_memory_at_a_time() -> None:
    x, y = rng().normal(size=(3000, 3)), rng(41).normal(size=(3000, 3))
    tracemalloc.start()
    kl_from_samples(x, y)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * 2**20  # all distances would take 69 MiB


# --- counts


def test_the_estimate_from_counts_is_the_divergence_of_the_shares() -> None:
    found = kl_from_counts([9, 12, 4], [1, 1, 1])
    assert found.estimate == close(kl_divergence([9 / 25, 12 / 25, 4 / 25], np.full(3, 1 / 3)))
    assert type(found.estimate) is type(found.bias) is np.float64
    assert found.n == (25, 3)
    assert np.isnan([found.standard_error, found.p_value, *found.interval]).all()


def test_a_prior_is_added_to_every_count() -> None:
    found = kl_from_counts([1, 0], [0, 3], prior=0.5).estimate
    assert found == close(kl_divergence([0.75, 0.25], [0.125, 0.875]))


def test_the_bias_of_two_fair_coins_matches_hand_values() -> None:
    # (2 − 1) / (2·10) + (½ / ½ + ½ / ½ − 1) / (2·20)
    fair = kl_from_counts([5, 5], [10, 10])
    assert (fair.estimate, fair.bias) == (0, close(1 / 20 + 1 / 40))
    # p / q = ½ and 3/2, so (2 − 1) / (2·4) + (½ + 3/2 − 1) / (2·4)
    assert kl_from_counts([1, 3], [2, 2]).bias == close(1 / 8 + 1 / 8)
    # One outcome of P was seen, with p / q = 2: (1 − 1) / (2·4) + (2 − 1) / (2·4)
    assert kl_from_counts([4, 0], [2, 2]).bias == close(1 / 8)


SIMULATED = [
    ([0.5, 0.3, 0.2], [0.3, 0.3, 0.4], 300, 200, 0.0),
    ([0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1], 150, 400, 0.0),
    ([0.5, 0.3, 0.2], [0.5, 0.3, 0.2], 200, 200, 0.0),
    ([0.5, 0.5, 0.0], [0.3, 0.3, 0.4], 200, 200, 0.0),
    ([0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1], 150, 400, 0.5),
    ([0.7, 0.2, 0.1], [0.2, 0.3, 0.5], 300, 200, 1.0),
]


@pytest.mark.parametrize(("p", "q", "n", "m", "prior"), SIMULATED)
def test_the_bias_is_what_repeated_counting_shows(
    p: list[float], q: list[float], n: int, m: int, prior: float
) -> None:
    trials, source = 100_000, rng()
    counts = source.multinomial(n, p, trials), source.multinomial(m, q, trials)
    found = kl_from_counts(*counts, prior=prior)
    off = found.estimate - kl_divergence(p, q)
    error = off.std() / math.sqrt(trials)
    expected = leading_bias(p, q, n, m, prior)
    next_order = 8 * (1 / n + 1 / m) ** 2
    assert error < abs(expected) / 10
    assert abs(off.mean() - expected) <= 5 * error + next_order
    assert abs(found.bias.mean() - expected) <= 5 * error + next_order
    assert abs((off - found.bias).mean()) < abs(off.mean()) / 4


def leading_bias(p: list[float], q: list[float], n: int, m: int, prior: float) -> float:
    """Σ of ½·variance·second derivative + shift·first derivative, at the true p and q."""
    k, total = len(p), 0.0
    for a, b in zip(p, q, strict=True):
        if a > 0:
            total += n * a * (1 - a) / (n + k * prior) ** 2 / (2 * a)
            total += prior * (1 - k * a) / (n + k * prior) * (math.log(a / b) + 1)
        total += m * b * (1 - b) / (m + k * prior) ** 2 * a / (2 * b * b)
        total -= prior * (1 - k * b) / (m + k * prior) * a / b
    return total


def test_what_q_never_counted_makes_the_estimate_inf_and_its_bias_nan() -> None:
    found = kl_from_counts([[1, 1], [0, 2]], [0, 3])
    assert found.estimate.tolist() == [INF, 0]
    assert np.isnan(found.bias[0])
    assert found.bias[1] == 0  # each is sure of its one outcome
    assert kl_from_counts([1, 1], [0, 3], prior=1).estimate < 1


def test_counts_of_nothing_leave_the_prior_alone() -> None:
    nothing = kl_from_counts([0, 0], [0, 0], prior=0.5)
    assert (nothing.estimate, nothing.bias, nothing.n) == (0, 0, (0, 0))
    assert kl_from_counts([0, 0], [3, 1], prior=1).estimate == close(math.log(3 / math.sqrt(8)))


def test_batches_of_counts_broadcast_along_any_axis() -> None:
    p, q = rng().integers(1, 9, (3, 1, 4)), rng().integers(1, 9, (2, 4))
    found = kl_from_counts(p, q)
    assert found.estimate.shape == found.bias.shape == (3, 2)
    for i in range(3):
        for j in range(2):
            one = kl_from_counts(p[i, 0], q[j])
            assert one.estimate == close(found.estimate[i, j])
            assert one.bias == close(found.bias[i, j])
            assert one.n == (p[i, 0].sum(), q[j].sum()) == (found.n[0][i, j], found.n[1][i, j])
    turned = kl_from_counts(p[:, 0].T, q[0][:, None], axis=0)
    np.testing.assert_allclose(turned.estimate, found.estimate[:, 0])
    np.testing.assert_allclose(turned.bias, found.bias[:, 0])


def test_base_2_gives_bits_of_both() -> None:
    nats, bits = kl_from_counts([1, 3], [2, 2]), kl_from_counts([1, 3], [2, 2], base=2)
    assert bits.estimate == close(nats.estimate / math.log(2))
    assert bits.bias == close(nats.bias / math.log(2))


TIED = "x must hold no point more than k times, nor one that y holds k times;"
COUNTED = "or for a few values that all recur kl_from_counts."

WRONG_TYPES: dict[str, Callable[[], Any]] = {
    "prior must be a finite number of at least 0; got '1'.": (
        lambda: kl_from_counts([1, 1], [1, 1], prior="1")
    ),
}
REFUSED: dict[str, Callable[[], Any]] = {
    "x must be finite; row 1 holds nan.": lambda: kl_from_samples([0, NAN], [1]),
    "y must be finite; row 0 holds inf.": lambda: kl_from_samples([[0, 1], [1, 1]], [[1, INF]]),
    "x must be shaped (n,) or (n, d); its shape is ().": lambda: kl_from_samples(1, [1]),
    "y must be shaped (n,) or (n, d); its shape is (1, 1, 1).": (
        lambda: kl_from_samples([0, 1], [[[1]]])
    ),
    "x must be shaped (n,) or (n, d); its shape is (0,).": lambda: kl_from_samples([], [1]),
    "x and y must have equally many coordinates; x has 1, y has 2.": (
        lambda: kl_from_samples([0, 1], [[0, 1]])
    ),
    "k must be an integer of at least 1; got 0.": lambda: kl_from_samples([0, 1], [3], k=0),
    "k must be below the number of points of x and at most y's; k is 1, x has 1, y has 2.": (
        lambda: kl_from_samples([0], [1, 2])
    ),
    "k must be below the number of points of x and at most y's; k is 3, x has 4, y has 2.": (
        lambda: kl_from_samples([0, 1, 2, 3], [4, 5], k=3)
    ),
    f"{TIED} k is 1, row 1 comes 2 times in x and 0 times in y: use k=2, {COUNTED}": (
        lambda: kl_from_samples([0, 1, 2, 1], [5, 6])
    ),
    f"{TIED} k is 2, row 1 comes 3 times in x and 1 times in y: use k=3, {COUNTED}": (
        lambda: kl_from_samples([0, 1, 2, 1, 1], [5, 6, 1], k=2)
    ),
    f"{TIED} k is 1, row 0 comes 2 times in x and 0 times in y: use kl_from_counts.": (
        lambda: kl_from_samples([[0, 0], [0, 0]], [[1, 1]])
    ),
    f"{TIED} k is 1, row 2 comes 1 times in x and 1 times in y: use k=2, {COUNTED}": (
        lambda: kl_from_samples([0, 1, 2], [2, 3])
    ),
    f"{TIED} k is 2, row 0 comes 3 times in x and 2 times in y: use k=3, {COUNTED}": (
        lambda: kl_from_samples([[1, 2]] * 3 + [[3, 4]], [[1, 2]] * 2 + [[3, 4]], k=2)
    ),
    "counts_p must not be negative; it holds -1.": lambda: kl_from_counts([1, -1], [1, 1]),
    "counts_q must be finite; row 1 holds nan.": (
        lambda: kl_from_counts([1, 1], [[1, 1], [1, NAN]])
    ),
    "counts_p must be whole numbers up to 2**53; it holds 0.5.": (
        lambda: kl_from_counts([0.5, 0.5], [1, 1])
    ),
    "counts_q must be whole numbers up to 2**53; it holds 1e+300.": (
        lambda: kl_from_counts([1, 1], [1, 1e300])
    ),
    "counts_p must not be all 0 without a prior; row 1 holds only 0.": (
        lambda: kl_from_counts([[1, 1], [0, 0]], [1, 1])
    ),
    "counts_p and counts_q must have equally many outcomes along axis -1; "
    "counts_p has 2, counts_q has 3.": lambda: kl_from_counts([1, 1], [1, 1, 1]),
    "prior must be a finite number of at least 0; got -1.": (
        lambda: kl_from_counts([1, 1], [1, 1], prior=-1)
    ),
    "prior must be a finite number of at least 0; got nan.": (
        lambda: kl_from_counts([1, 1], [1, 1], prior=NAN)
    ),
    "base must be a finite number above 1; got 0.5.": (
        lambda: kl_from_counts([1, 1], [1, 1], base=0.5)
    ),
}


@pytest.mark.parametrize(("message", "call"), (WRONG_TYPES | REFUSED).items())
def test_what_cannot_be_estimated_is_refused_in_words(
    message: str, call: Callable[[], Any]
) -> None:
    kind = TypeError if message in WRONG_TYPES else ValueError
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
    assert re.fullmatch(r"[^\n]*[^.\n]\.", message)


def test_of_rounded_samples_the_k_that_is_advised_gives_the_estimate() -> None:
    x, y = rng().normal(0, 1, 1000).round(2), rng().normal(0.5, 1, 1200).round(2)
    with pytest.raises(ValueError, match=TIED) as caught:
        kl_from_samples(x, y)
    k = int(re.findall(r"use k=(\d+), or", str(caught.value))[0])
    with pytest.raises(ValueError, match=rf" k is {k - 1}, "):
        kl_from_samples(x, y, k=k - 1)
    assert float(kl_from_samples(x, y, k=k)) == pytest.approx(0.125, abs=0.08)  # ½·0.5²


@pytest.mark.parametrize(("d", "k", "decimals"), [(2, 1, 12), (3, 1, 12), (5, 20, 12), (3, 40, 1)])
def test_a_search_tree_finds_the_same_number_as_all_distances(
    monkeypatch: pytest.MonkeyPatch, d: int, k: int, decimals: int
) -> None:
    source = rng()
    x, y = (source.normal(size=(n, d)).round(decimals) * 1e200 for n in (500, 400))
    monkeypatch.setattr("kl_core._neighbours.tree_of", lambda points, asked: None)
    expected = float(kl_from_samples(x, y, k=k))
    monkeypatch.undo()
    monkeypatch.setattr("kl_core._neighbours.MANY", 0)
    assert float(kl_from_samples(x, y, k=k)) == expected


def test_without_scipy_large_samples_are_searched_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x, y = rng().normal(size=(2, 300, 3))
    expected = float(kl_from_samples(x, y))
    monkeypatch.setattr("kl_core._neighbours.MANY", 0)
    monkeypatch.setitem(sys.modules, "scipy.spatial", None)  # as if it were not installed
    assert float(kl_from_samples(x, y)) == expected


@pytest.mark.parametrize("k", [1, 2, 16, 17, 60])
def test_thekth_distance_is_that_of_sorted_distances(k: int) -> None:
    x, y = np.split(rng().normal(size=(130, 4)), [70])
    expected = np.sort(cdist(x, y), axis=1)[:, k - 1]
    np.testing.assert_allclose(kth_distance(x, y, k), expected, rtol=1e-14)
