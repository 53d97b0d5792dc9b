import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kl_core import compare_samples, histogram_pair, wasserstein_distance
from kl_core.transport import merged

pytestmark = pytest.mark.filterwarnings("error")

INF = math.inf
SAMPLE = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=1, max_size=30)


def rng(seed: int = 7) -> np.random.Generator:
    return np.random.default_rng(seed)


# --- bins


@pytest.mark.parametrize("bins", [7, [-10.0, -1, 0, 0.5, 10], "fd"])
def test_bins_are_those_of_numpys_histogram(bins: Any) -> None:
    x, y = rng().normal(size=200), rng(8).normal(0.5, 1, 150)
    both = np.concatenate([x, y])
    edges = np.histogram_bin_edges(both, bins)
    found = histogram_pair(x, y, bins=bins)
    assert found.edges == pytest.approx(edges, rel=1e-12, abs=1e-12)
    for counts, values in ((found.counts_x, x), (found.counts_y, y)):
        assert counts.tolist() == np.histogram(values, edges)[0].tolist()


def test_quantiles_hold_equally_many_of_both_or_of_the_reference() -> None:
    x, y = rng().normal(size=400), rng(8).normal(1, 1, 600)
    found = histogram_pair(x, y)
    assert (abs(found.counts_x + found.counts_y - 100) <= 1).all()
    found = histogram_pair(x, y, bins="reference")
    assert (abs(found.counts_y - 60) <= 1).all()
    assert found.counts_x.sum() == 400
    assert (found.edges[0], found.edges[-1]) == (-INF, INF)


def test_a_value_that_comes_often_makes_one_edge_of_several() -> None:
    found = histogram_pair([1, 1, 1, 2, 3], [1, 1, 1, 1, 3])
    assert found.edges.tolist() == [-INF, 2, 3, INF]
    assert found.counts_x.tolist() == [3, 1, 1]
    assert found.counts_y.tolist() == [4, 0, 1]


@given(SAMPLE, SAMPLE)
def test_every_value_is_in_one_bin(x: list[float], y: list[float]) -> None:
    if len({*x, *y}) < 2:
        return
    found = histogram_pair(x, y, bins=3)
    assert (found.counts_x.sum(), found.counts_y.sum()) == (len(x), len(y))


def test_the_range_of_the_largest_floats_has_bins() -> None:
    found = histogram_pair([-1.7e308, 0], [1.7e308], bins=2)
    assert (found.counts_x.tolist(), found.counts_y.tolist()) == ([1, 1], [0, 1])


@pytest.mark.parametrize(
    ("x", "y", "bins", "message"),
    [
        (
            [1, 5],
            [2],
            [0, 3, 4],
            r"^x must lie within the bins, from 0 to 4; 1 of its 2 values lies",
        ),
        ([1, 2], [2], [0, 3, 3], r"^bins must increase; got 3 and 3.$"),
        ([1, 2], [2], [0, math.nan], r"^bins must increase; got 0 and nan.$"),
        ([1, 2], [2], [3], r"^bins must be shaped \(k \+ 1,\), with at least two edges"),
        ([1, 2], [2], 0, r"^bins must be an integer of at least 1; got 0.$"),
        ([1, 2], [2], 10**7, r"^bins must be at most 100000; got 10000000.$"),
        ([1, 2], [2], "sturges", r"^bins must be a number, edges, .*; got 'sturges'.$"),
        ([1, 2], [3, 3], "reference", r"^y must hold more than one value in at least a tenth"),
        ([2, 2], [2, 2], 5, r"^x and y must hold more than one value; all of them are 2.$"),
        ([1, 2, 2, 2], [2, 2, 2, 9], "fd", r"^x and y must differ in their middle half"),
        ([1, 2, 3], [4, 5, 1e9], "fd", r"^x and y must hold no values so far out"),
        ([1, 1 + 2**-52], [1], 9, r"^bins must be wider than rounding; got 9"),
        ([[1, 2]], [2], 3, r"^x must be shaped \(n,\), with at least one value"),
    ],
)
def test_bins_that_are_none_are_refused(x: Any, y: Any, bins: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        histogram_pair(x, y, bins=bins)


# --- the Wasserstein distance


@given(SAMPLE, SAMPLE)
def test_the_distance_is_scipys(x: list[float], y: list[float]) -> None:
    found = wasserstein_distance(x, y)
    assert found == pytest.approx(stats.wasserstein_distance(x, y), rel=1e-12, abs=1e-9)
    assert wasserstein_distance(y, x) == pytest.approx(found, rel=1e-12)
    assert wasserstein_distance(x, x) == 0


def test_the_distance_of_large_samples_is_scipys() -> None:
    x, y = rng().normal(size=3000), rng(8).standard_t(2, 2000)
    assert wasserstein_distance(x, y) == pytest.approx(stats.wasserstein_distance(x, y), rel=1e-12)


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_the_unit_of_samples_does_not_matter(scale: float) -> None:
    x, y = np.array([0, 1, 3, 4.0]), np.array([5, 6, 8, 8.0])
    assert wasserstein_distance(x * scale, y * scale) == pytest.approx(4.75 * scale, rel=1e-12)
    plain, scaled = (
        compare_samples(x * by, y * by, measure="wasserstein", rng=rng()) for by in (1, scale)
    )
    assert scaled.interval[1] == pytest.approx(plain.interval[1] * scale, rel=1e-9)
    assert scaled.p_value == plain.p_value


def test_a_distance_beyond_the_largest_float_is_infinite() -> None:
    assert wasserstein_distance([-1.7e308], [1.7e308]) == INF
    assert wasserstein_distance([-1e307], [1.5e308]) == pytest.approx(1.6e308, rel=1e-12)


def test_neighbours_that_are_merged_keep_the_counts_and_the_distance() -> None:
    x, y = rng().standard_normal(5000), rng(8).standard_exponential(7000)
    values, of_x, of_y, unit = merged(x, y)
    assert (of_x.sum(), of_y.sum()) == (5000, 7000)
    assert values.size < 800
    assert (np.diff(values) > 0).all()
    found = unit * stats.wasserstein_distance(values, values, of_x, of_y)
    assert found == pytest.approx(wasserstein_distance(x, y), rel=1e-3)


@pytest.mark.parametrize(("mean", "deviation"), [(0.0, 1.0), (0.7, 1.0), (0.0, 2.0)])
def test_most_intervals_hold_the_true_distance(mean: float, deviation: float) -> None:
    truth = mean + (deviation - 1) * math.sqrt(2 / math.pi)
    draw, held = rng(), 0
    for _ in range(60):
        x, y = draw.normal(size=100), draw.normal(mean, deviation, 100)
        found = compare_samples(x, y, measure="wasserstein", resamples=99, rng=draw)
        held += found.interval[0] <= truth <= found.interval[1]
    assert held >= 51  # 95 % ± 2.8 %, less what 99 resamples lose
