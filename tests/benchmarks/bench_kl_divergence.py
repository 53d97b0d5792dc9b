"""kl_core against SciPy and plain numpy: time, memory beyond the input, and import.

Run by hand, from the root: python -m tests.benchmarks.bench_kl_divergence
Both sides take turns, so that a busy machine slows both; every figure is a median. For
kl_divergence one np.log pass over P takes turns with them, as a yardstick.
"""

import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats
from scipy.linalg import solve_triangular
from scipy.spatial import cKDTree
from scipy.spatial.distance import jensenshannon

from kl_core import (
    MultivariateNormal,
    Normal,
    _neighbours,
    js_divergence,
    kl,
    kl_divergence,
    kl_divergence_from_logits,
    kl_from_samples,
    softmax,
)

CASES = {  # shape: (rounds, calls a round)
    (1_000_000, 10): (15, 1),
    (1_000, 10): (60, 20),
    (10,): (300, 20),
}
JS_CASES = {(5_000_000,): (5, 1), (500_000, 10): (5, 1), (1_000, 10): (60, 20), (10,): (300, 20)}
LOGIT_CASES = {(200, 50_257): (7, 1), (20_000, 10): (20, 1)}  # a language model's vocabulary


def main() -> None:
    """Print one line a shape."""
    print(f"{'shape':>14} {'scipy µs':>11} {'kl_core µs':>11} {'ratio':>6}", end=" ")
    print(f"{'np.log µs':>11} {'scipy memory':>13} {'kl_core memory':>15}")
    for shape, (rounds, calls) in CASES.items():
        print(line(shape, rounds, calls))
    print(f"{'js_divergence':>40} {'scipy µs':>11} {'kl_core µs':>11}")
    for shape, (rounds, calls) in JS_CASES.items():
        rng = np.random.default_rng(0)
        p, q = (rng.dirichlet(np.ones(shape[-1]), shape[:-1]) for _ in "PQ")
        scipy, ours = partial(squared_distance, p, q), partial(js_divergence, p, q)
        print(pair_line(shape, rounds, calls, p.nbytes, scipy, ours))
    print(f"{'kl_divergence_from_logits, float32':>40} {'scipy µs':>11} {'kl_core µs':>11}")
    for shape, (rounds, calls) in LOGIT_CASES.items():
        rng = np.random.default_rng(0)
        a, b = (rng.normal(0, 3, shape).astype(np.float32) for _ in "PQ")
        scipy, ours = partial(by_log_softmax, a, b), partial(kl_divergence_from_logits, a, b)
        print(pair_line(shape, rounds, calls, a.nbytes, scipy, ours))
    print(f"{'KL(p, q_logits), then near, float32':>40} {'scipy µs':>11} {'kl_core µs':>11}")
    for shape, (rounds, calls) in LOGIT_CASES.items():
        rng = np.random.default_rng(0)
        a, b = (rng.normal(0, 3, shape).astype(np.float32) for _ in "PQ")
        p = softmax(a)
        scipy, ours = partial(with_log_softmax, p, b), partial(kl_divergence, p, q_logits=b)
        print(pair_line(shape, rounds, calls, a.nbytes, scipy, ours))
        near = (a + rng.normal(0, 0.05, shape)).astype(np.float32)
        scipy, ours = partial(by_log_softmax, a, near), partial(kl_divergence_from_logits, a, near)
        print(pair_line(shape, rounds, calls, a.nbytes, scipy, ours))
    print(f"{'families and samples':>40} {'plain µs':>11} {'kl_core µs':>11}")
    for name, (rounds, calls, *pair) in families().items():
        print(pair_line(name, rounds, calls, None, *pair))
    print("Memory: the peak beyond the input, as a multiple of P's size.")
    numpy, ours, scipy = (median(times) for times in zip(*map(imports, range(11)), strict=True))
    print(
        f"import numpy {numpy:.0f} ms, then kl_core {ours:.1f} ms, then scipy.stats {scipy:.0f} ms"
    )


def line(shape: tuple[int, ...], rounds: int, calls: int) -> str:
    """One shape's figures."""
    rng = np.random.default_rng(0)
    p, q = (rng.dirichlet(np.ones(shape[-1]), shape[:-1]) for _ in "PQ")
    sides = [
        lambda: stats.entropy(p, q, axis=-1),
        lambda: kl_divergence(p, q),
        lambda: np.log(p),
    ]
    np.testing.assert_allclose(sides[0](), sides[1](), rtol=1e-10)
    scipy, ours, log = (1e6 * median(times) for times in take_turns(sides, rounds, calls))
    memory = [peak(side) / p.nbytes for side in sides]
    name = " x ".join(f"{size:,}" for size in shape)
    return (
        f"{name:>14} {scipy:11,.1f} {ours:11,.1f} {scipy / ours:6.1f} {log:11,.1f}"
        f" {memory[0]:13.2f} {memory[1]:15.2f}"
    )


def squared_distance(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """SciPy's Jensen-Shannon divergence."""
    return np.square(jensenshannon(p, q, axis=-1))


def by_log_softmax(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """KL divergence of two softmaxes as one writes it with SciPy."""
    log_p, log_q = special.log_softmax(a, axis=-1), special.log_softmax(b, axis=-1)
    return (np.exp(log_p) * (log_p - log_q)).sum(axis=-1)


def families() -> dict[str, tuple[int, int, Callable[[], object], Callable[[], object]]]:
    """Rounds and calls a round, the other side and kl_core's, of distributions by parameters."""
    rng = np.random.default_rng(0)
    one = (0.3, 0.8, -0.5, 1.3)
    means, others = rng.normal(size=(2, 100_000))
    stds, scales = np.exp(rng.normal(0, 0.5, (2, 100_000)))
    many = (means, stds, others, scales)
    factors = rng.normal(size=(2, 200, 400))
    covs = factors @ factors.swapaxes(1, 2) / 400
    vectors = (np.zeros(200), covs[0], np.ones(200), covs[1])
    x, y = rng.normal(size=(2, 5_000, 3))

    def of(family: type, a: object, b: object, c: object, d: object) -> Callable[[], object]:
        p, q = family(a, b), family(c, d)
        return lambda: kl(p, q)

    def made(family: type, a: object, b: object, c: object, d: object) -> Callable[[], object]:
        return lambda: kl(family(a, b), family(c, d))

    plain_one, plain_many = partial(plain_normal, *one), partial(plain_normal, *many)
    plain_vectors, plain_samples = partial(plain_vector, *vectors), partial(by_tree, x, y)
    p, q = rng.dirichlet(np.ones(10), 2)
    return {
        "rel_entr().sum(), 10 outcomes": (
            *(300, 20, lambda: special.rel_entr(p, q).sum()),
            lambda: kl_divergence(p, q),
        ),
        "Normal": (300, 10, plain_one, of(Normal, *one)),
        "Normal, made": (300, 10, plain_one, made(Normal, *one)),
        "100,000 Normal": (30, 1, plain_many, of(Normal, *many)),
        "100,000 Normal, made": (30, 1, plain_many, made(Normal, *many)),
        "MultivariateNormal, d = 200": (30, 1, plain_vectors, of(MultivariateNormal, *vectors)),
        "MultivariateNormal, d = 200, made": (
            *(30, 1, plain_vectors),
            made(MultivariateNormal, *vectors),
        ),
        "kl_from_samples, 5,000 x 3": (9, 1, plain_samples, lambda: float(kl_from_samples(x, y))),
        "kl_from_samples, 5,000 x 3, no tree": (9, 1, plain_samples, partial(without_tree, x, y)),
    }


def plain_normal(m1: Any, s1: Any, m2: Any, s2: Any) -> Any:
    """KL divergence of normal distributions, as one writes it."""
    return np.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5


def plain_vector(m1: Any, cov1: Any, m2: Any, cov2: Any) -> Any:
    """The same of vectors, with SciPy's triangular systems."""
    lower1, lower2 = np.linalg.cholesky(cov1), np.linalg.cholesky(cov2)
    spread = solve_triangular(lower2, lower1, lower=True)
    shift = solve_triangular(lower2, m1 - m2, lower=True)
    volumes = np.log(np.diag(lower2)).sum() - np.log(np.diag(lower1)).sum()
    return 0.5 * ((spread * spread).sum() + shift @ shift - len(m1)) + volumes


def by_tree(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """kl_from_samples, as one writes it with SciPy."""
    own, others = cKDTree(x).query(x, k=[2])[0], cKDTree(y).query(x, k=[1])[0]
    return x.shape[1] * np.mean(np.log(others / own)) + np.log(len(y) / (len(x) - 1))


def without_tree(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """kl_from_samples where SciPy is not installed."""
    with patch.object(_neighbours, "tree_of", lambda points, asked: None):
        return float(kl_from_samples(x, y))


def with_log_softmax(p: NDArray[np.float32], z: NDArray[np.float32]) -> NDArray[np.float32]:
    """KL divergence of probabilities and a softmax as one writes it with SciPy."""
    return (special.xlogy(p, p) - p * special.log_softmax(z, axis=-1)).sum(axis=-1)


def pair_line(
    what: tuple[int, ...] | str,
    rounds: int,
    calls: int,
    size: int | None,
    *sides: Callable[[], object],
) -> str:
    """One case's figures, the other side first; its memory, as a multiple of `size`."""
    np.testing.assert_allclose(sides[0](), sides[1](), rtol=1e-4, atol=1e-5)
    other, ours = (1e6 * median(times) for times in take_turns(list(sides), rounds, calls))
    name = what if isinstance(what, str) else " x ".join(f"{length:,}" for length in what)
    memory = "" if size is None else "".join(f" {peak(side) / size:13.2f}" for side in sides)
    return f"{name:>40} {other:11,.1f} {ours:11,.1f} {other / ours:6.2f}{memory}"


def take_turns(
    sides: list[Callable[[], object]], rounds: int, calls: int
) -> list[tuple[float, ...]]:
    """Seconds a call of each side, in every round."""
    return list(zip(*([clock(side, calls) for side in sides] for _ in range(rounds)), strict=True))


def clock(side: Callable[[], object], calls: int) -> float:
    """Seconds a call."""
    start = time.perf_counter()
    for _ in range(calls):
        side()
    return (time.perf_counter() - start) / calls


def peak(side: Callable[[], object]) -> int:
    """Bytes one call holds at most, its result included."""
    tracemalloc.start()
    try:
        side()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def imports(_: int) -> list[float]:
    """Milliseconds that each import takes in a fresh process, in this order."""
    script = """
import time
times = [time.perf_counter()]
import numpy; times.append(time.perf_counter())
import kl_core; times.append(time.perf_counter())
import scipy.stats; times.append(time.perf_counter())
print(*(1e3 * (b - a) for a, b in zip(times, times[1:])))
"""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    run = [sys.executable, "-c", script]
    out = subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout
    return [float(word) for word in out.split()]


if __name__ == "__main__":
    main()
