import math

import numpy as np
import pytest
from scipy import stats

from kl_core._pareto import _fit, tail_shape

pytestmark = pytest.mark.filterwarnings("error")


def zhang_stephens(excess: list[float]) -> float:
    """The estimator of Zhang & Stephens (2009), loop by loop, with the prior of Vehtari et al."""
    n, m = len(excess), 30 + math.floor(math.sqrt(len(excess)))
    quartile = sorted(excess)[math.floor(n / 4 + 0.5) - 1]
    thetas, logs = [], []
    for j in range(1, m + 1):
        theta = 1 / max(excess) + (1 - math.sqrt(m / (j - 0.5))) / (3 * quartile)
        k = sum(math.log(1 - theta * x) for x in excess) / n
        thetas.append(theta)
        logs.append(n * (math.log(-theta / k) - k - 1))
    weights = [1 / sum(math.exp(other - log) for other in logs) for log in logs]
    theta = sum(w * t for w, t in zip(weights, thetas, strict=True))
    k = sum(math.log(1 - theta * x) for x in excess) / n
    return (n * k + 10 * 0.5) / (n + 10)


@pytest.mark.parametrize("shape", [-0.5, 0.0, 0.3, 0.7, 1.5])
@pytest.mark.parametrize("n", [5, 20, 95])
def test_the_fit_is_that_of_zhang_and_stephens(shape: float, n: int) -> None:
    excess = np.sort(stats.genpareto(shape).rvs(n, random_state=3))
    assert _fit(excess / excess[-1]) == pytest.approx(zhang_stephens(excess.tolist()), rel=1e-10)


@pytest.mark.parametrize("shape", [-0.5, 0.0, 0.3, 0.7, 1.5])
def test_the_tail_of_a_pareto_distribution_has_its_shape(shape: float) -> None:
    values = stats.genpareto(shape).rvs((40_000, 5), random_state=4)
    found = tail_shape(values)
    assert found.shape == (5,)
    # 600 of them are the tail, and the error of a maximum of likelihood is (1 + k) / √600.
    assert np.all(abs(found - shape) < 4 * (1 + shape) / math.sqrt(600) + 0.01)
    assert tail_shape(7 - 1e9 * values) == pytest.approx(tail_shape(-values), rel=1e-6)


def test_a_tail_of_one_number_ends_there() -> None:
    assert tail_shape(np.repeat([0.0, 1.0], 50)) == -np.inf
    assert tail_shape(np.ones((30, 2, 3))).tolist() == [[-np.inf] * 3] * 2
    assert tail_shape(1 + np.append(np.arange(100) * 1e-16, np.zeros(100))) == -np.inf


def test_a_tail_of_fewer_than_five_numbers_may_go_on() -> None:
    assert tail_shape(np.append(np.zeros(96), [1.0] * 4)) == np.inf
    assert tail_shape(np.append(np.zeros(95), [1.0] * 5)) < 0
    assert tail_shape(np.arange(20.0)) == np.inf
    assert tail_shape(np.arange(21.0)) < 0.5
    assert tail_shape(np.arange(100.0), part=3) < 0.5
    assert tail_shape(np.arange(40.0), part=3) == np.inf


def test_equal_numbers_above_the_rest_have_an_end_where_the_grid_meets_0() -> None:
    # 40 values of θ for 100 numbers, the third of which is 1 − (√(40 / 2.5) − 1) / 3 = 0.
    assert -20 < tail_shape(np.append(np.zeros(1000), np.ones(100))) < -1
