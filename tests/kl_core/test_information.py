import importlib
import math
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import digamma, gammaln

from kl_core import (
    _neighbours,
    entropy_from_samples,
    information,
    mutual_information_from_samples,
)
from kl_core.distributions import Exponential, Laplace, Normal, Uniform

pytestmark = pytest.mark.filterwarnings("error")


def rng(seed: int = 40) -> np.random.Generator:
    return np.random.default_rng(seed)


def close(value: Any, rel: float = 1e-12) -> Any:
    return pytest.approx(value, rel=rel, abs=1e-13)


# --- entropy


def entropy_by_brute_force(x: np.ndarray, k: int) -> float:
    n, d = x.shape
    distances = [sorted(math.dist(a, b) for b in x)[k] for a in x]
    ball = d / 2 * math.log(math.pi) - gammaln(d / 2 + 1)
    return float(digamma(n) - digamma(k) + ball + d * np.log(distances).mean())


@pytest.mark.parametrize("k", [1, 3, 29])
@pytest.mark.parametrize("d", [1, 2, 5])
def test_entropy_is_what_brute_force_and_scipys_digamma_give(d: int, k: int) -> None:
    x = rng().normal(size=(30, d))
    found = entropy_from_samples(x, k=k)
    assert found.estimate == close(entropy_by_brute_force(x, k))
    assert found.n == 30
    assert entropy_from_samples(x, k=k, base=2).estimate == close(found.estimate / math.log(2))


def test_the_entropy_of_three_points_matches_the_hand_value() -> None:
    # x = 0, 1, 3: ρ = 1, 1, 2, so ψ(3) − ψ(1) + log 2 + ⅓·log 2, with ψ(3) − ψ(1) = 1 + ½.
    assert float(entropy_from_samples([0, 1, 3], k=1)) == close(1.5 + math.log(2) * 4 / 3)


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        (Normal(3, 2), math.log(2 * math.pi * math.e * 4) / 2),
        (Exponential(0.1), 1 - math.log(0.1)),
        (Laplace(0, 1e-3), 1 + math.log(2e-3)),
        (Uniform(0, 1e200), 200 * math.log(10)),
        (Uniform(0, 1e-300), -300 * math.log(10)),
    ],
    ids=repr,
)
def test_entropy_comes_near_the_formula(p: Any, expected: float) -> None:
    # Its deviation from sample to sample is √((Var log p + ψ′(k)) / n), up to 0.03 here.
    assert abs(entropy_from_samples(p.sample(rng(), 4000)).estimate - expected) < 0.08


def test_entropy_in_space_comes_near_the_formula() -> None:
    covariance = np.array([[2, 0.5, 0], [0.5, 1, 0], [0, 0, 0.1]])
    x = rng().multivariate_normal([1, 2, 3], covariance, 3000)
    expected = stats.multivariate_normal(cov=covariance).entropy()
    assert abs(entropy_from_samples(x).estimate - expected) < 0.12


@given(st.integers(0, 2**32), st.integers(-1000, 1000), st.floats(-100, 100))
def test_a_unit_adds_its_logarithm_to_entropy_and_a_shift_nothing(
    seed: int, power: int, shift: float
) -> None:
    x = np.round(rng(seed).normal(size=(20, 2)) * 2**20)  # so that nothing is rounded
    found = entropy_from_samples(x).estimate
    scaled = entropy_from_samples(x * 2.0**power).estimate
    assert scaled == pytest.approx(found + 2 * power * math.log(2), rel=1e-12)
    assert entropy_from_samples(x + round(shift)).estimate == close(found)


# --- mutual information


def information_by_brute_force(x: np.ndarray, y: np.ndarray, k: int) -> float:
    """Algorithm 1 of Kraskov, Stögbauer & Grassberger, loop by loop; coordinates in their unit."""
    n = len(x)
    x, y = (z / np.subtract(*np.quantile(z, (0.75, 0.25), axis=0)) for z in (x, y))
    total = 0.0
    for i in range(n):
        first, second = abs(x - x[i]).max(axis=1), abs(y - y[i]).max(axis=1)
        reach = np.sort(np.maximum(first, second))[k]
        total += digamma((first < reach).sum()) + digamma((second < reach).sum())
    return float(digamma(k) + digamma(n) - total / n)


@pytest.mark.parametrize("k", [1, 3, 10])
@pytest.mark.parametrize(("d", "e"), [(1, 1), (2, 1), (2, 3)])
def test_mutual_information_is_what_brute_force_gives(d: int, e: int, k: int) -> None:
    x = rng().normal(size=(80, d))
    y = x[:, :1] + rng(41).normal(size=(80, e))
    found = mutual_information_from_samples(x, y, k=k)
    assert found.estimate == close(information_by_brute_force(x, y, k))
    assert mutual_information_from_samples(y, x, k=k).estimate == close(found.estimate)
    assert mutual_information_from_samples(x, y, k=k, base=2).estimate == close(
        found.estimate / math.log(2)
    )
    assert found.n == 80


def test_the_mutual_information_of_four_pairs_matches_the_hand_value() -> None:
    # x = y = 0, 1, 3, 7, whose middle half is as long for both. The nearest pair is 1, 1, 2, 4
    # away, and nothing is nearer in x or y alone: ψ(1) + ψ(4) − 2ψ(1) = 1 + ½ + ⅓.
    x = [0, 1, 3, 7]
    assert float(mutual_information_from_samples(x, x, k=1)) == close(11 / 6)


@pytest.mark.parametrize("rho", [0, 0.3, 0.6, 0.9])
def test_mutual_information_of_normals_comes_near_the_formula(rho: float) -> None:
    # Kraskov et al., figure 4: for normal variables the error is statistical, some 0.02 here.
    expected = -math.log1p(-rho * rho) / 2
    found = []
    for seed in range(5):
        x, y = rng(seed).multivariate_normal([0, 0], [[1, rho], [rho, 1]], 1000).T
        found.append(mutual_information_from_samples(x, 1e6 * y + 3).estimate)
    assert abs(np.mean(found) - expected) < 0.04


def test_mutual_information_of_vectors_is_that_of_their_common_part() -> None:
    # Y = the first coordinate of X and noise of as much variance: ρ² = ½.
    x = rng().normal(size=(2500, 2))
    y = x[:, 0] + rng(41).normal(size=2500)
    found = mutual_information_from_samples(x, y).estimate
    assert abs(found - math.log(2) / 2) < 0.06


@given(st.integers(0, 2**32), st.integers(-900, 900), st.integers(-900, 900))
def test_units_do_not_change_mutual_information(seed: int, a: int, b: int) -> None:
    x, y = rng(seed).normal(size=(2, 40))
    found = mutual_information_from_samples(x, y).estimate
    assert mutual_information_from_samples(x * 2.0**a, -y * 2.0**b).estimate == close(found)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_neighbours_on_the_line_are_counted_exactly(dtype: type) -> None:
    # Where the reach is the distance of a neighbour, it is not nearer, however sums are rounded.
    x = rng().normal(size=400).astype(dtype).astype(float) * 10 + 1e4
    for k in (1, 3, 50, 399):
        reach = np.sort(abs(x[:, None] - x), axis=1)[:, k]
        expected = (abs(x[:, None] - x) < reach[:, None]).sum(axis=1) - 1
        assert information._nearer_on_the_line(x, reach).tolist() == expected.tolist()


def test_with_scipys_tree_and_without_it_is_one_number(monkeypatch: pytest.MonkeyPatch) -> None:
    x = rng().normal(size=(2200, 2))
    y = x + rng(41).normal(size=(2200, 2))
    assert _neighbours.tree_of(x, len(x)) is not None
    found = mutual_information_from_samples(x, y).estimate
    monkeypatch.setattr(_neighbours, "import_module", missing)
    assert _neighbours.tree_of(x, len(x)) is None
    tracemalloc.start()
    assert mutual_information_from_samples(x, y).estimate == found
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 2**20  # all distances would take 37 MiB


def missing(name: str) -> Any:
    return importlib.import_module(f"{name}_that_is_not_installed")


def test_pairs_are_rows_and_their_labels_the_same() -> None:
    table = pd.DataFrame(rng().normal(size=(30, 2)), columns=["a", "b"])
    found = mutual_information_from_samples(table["a"], table["b"]).estimate
    assert found == mutual_information_from_samples(*table.to_numpy().T).estimate
    with pytest.raises(ValueError, match=r"^x and y must have the same labels in the same order;"):
        mutual_information_from_samples(table["a"], table["b"].sort_values())


INSTEAD = "use k=4, or for values that all recur"
REFUSED: dict[str, Callable[[], Any]] = {
    "k must be below the number of points; got 3 of 3.": lambda: entropy_from_samples([1, 2, 3]),
    "k must be below the number of points; got 9 of 5.": (
        lambda: mutual_information_from_samples(range(5), range(5), k=9)
    ),
    "x and y must have equally many points; x has 2, y has 3.": (
        lambda: mutual_information_from_samples([0, 1], [0, 1, 2])
    ),
    "x must be finite; row 1 holds nan.": lambda: entropy_from_samples([0, math.nan]),
    "y must be finite; row 0 holds inf.": (
        lambda: mutual_information_from_samples([0, 1], [math.inf, 1])
    ),
    "x must be shaped (n,) or (n, d); its shape is ().": lambda: entropy_from_samples(1),
    "x must hold no point more than k times; k is 3, row 1 comes 4 times: "
    f"{INSTEAD} entropy of their proportions.": lambda: entropy_from_samples([0, 1, 1, 2, 1, 1]),
    "x must hold no point more than k times; k is 1, row 0 comes 2 times: "
    "use entropy of their proportions.": lambda: entropy_from_samples([[1, 2], [1, 2]], k=1),
    "y must hold no point more than k times; k is 3, row 0 comes 4 times: "
    f"{INSTEAD} mutual_information of a table of their counts.": (
        lambda: mutual_information_from_samples(range(5), [0, 0, 0, 0, 1])
    ),
    "base must be a finite number above 1; got 1.": (
        lambda: mutual_information_from_samples(range(5), range(5), base=1)
    ),
}


@pytest.mark.parametrize(("message", "call"), REFUSED.items())
def test_samples_that_tell_nothing_are_refused_in_words(
    message: str, call: Callable[[], Any]
) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 — the message is what is tested
        call()
    assert str(caught.value) == message


def test_the_k_that_is_advised_gives_an_estimate_of_rounded_samples() -> None:
    x, y = rng().multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 1000).round(2).T
    with pytest.raises(ValueError, match=r": use k=\d+, or for values that all recur"):
        mutual_information_from_samples(x, y)
    k = max(np.unique(z, return_counts=True)[1].max() for z in (x, y))
    found = mutual_information_from_samples(x, y, k=int(k)).estimate
    assert abs(found + math.log1p(-0.36) / 2) < 0.06
