import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kl_core import _rowwise, kl_divergence
from kl_core._rowwise import blocks

pytestmark = pytest.mark.filterwarnings("error")


@given(st.lists(st.integers(1, 7), max_size=4).map(tuple), st.integers(0, 60))
def test_blocks_cover_every_entry_once_and_stay_small(shape: tuple[int, ...], size: int) -> None:
    visits = np.zeros(shape, int)
    for where in blocks(shape, size):
        visits[where] += 1
        assert np.size(visits[where]) <= max(1, size)
    assert (visits == 1).all()


@pytest.mark.parametrize("size", [1, 7, 40, 1000])
def test_the_size_of_blocks_does_not_change_results(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(10), (5, 1, 3)), rng.dirichlet(np.ones(10), (4, 3))
    expected = kl_divergence(p, q)
    monkeypatch.setattr(_rowwise, "BLOCK", size)
    np.testing.assert_allclose(kl_divergence(p, q), expected, rtol=1e-13)


def peak_of_kl(p: np.ndarray, q: np.ndarray) -> int:
    tracemalloc.start()
    kl_divergence(p, q)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("nearness", [1.0, 1e-6])
@pytest.mark.parametrize(("rows", "limit"), [(300_000, 0.3), (1, 1.2)])
def test_kl_needs_little_memory_beyond_its_input(nearness: float, rows: int, limit: float) -> None:
    weights = np.random.default_rng(0).exponential(size=(2, rows, 3_000_000 // rows))
    p, q = weights / weights.sum(axis=-1, keepdims=True)
    assert peak_of_kl(p, (1 - nearness) * p + nearness * q) < limit * p.nbytes
