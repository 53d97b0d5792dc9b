"""kl_divergence against scipy.stats.entropy: time, memory beyond the input, and import.

Run by hand, from the root: python -m tests.benchmarks.bench_kl_divergence
Both sides, and one np.log pass over P as a yardstick, take turns, so that a busy machine slows
all three; every figure is a median.
"""

import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from statistics import median

import numpy as np
from scipy import stats

from kl_core import kl_divergence

CASES = {  # shape: (rounds, calls a round)
    (1_000_000, 10): (15, 1),
    (1_000, 10): (60, 20),
    (10,): (60, 200),
}


def main() -> None:
    """Print one line a shape."""
    print(f"{'shape':>14} {'scipy µs':>11} {'kl_core µs':>11} {'ratio':>6}", end=" ")
    print(f"{'np.log µs':>11} {'scipy memory':>13} {'kl_core memory':>15}")
    for shape, (rounds, calls) in CASES.items():
        print(line(shape, rounds, calls))
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
