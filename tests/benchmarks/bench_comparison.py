"""False alarms and coverage of compare_counts and compare_samples, and how long they take.

Run by hand, from the root: python -m tests.benchmarks.bench_comparison [full]
About a minute; with `full`, about an hour on two cores. A false alarm is p_value ≤ 5 %
where there is no difference; coverage is how often an interval at 95 % holds the true value of the
measure, for samples that of the true shares over the very bins that the interval is of.
"""

import math
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kl_core import comparison, jeffreys_divergence, js_divergence, kl_divergence, transport
from kl_core._inversion import share_as_large
from kl_core.comparison import compare_counts, compare_samples
from kl_core.histograms import histogram_pair

Floats = NDArray[np.float64]

SIZES = ((20, 20), (200, 20), (100, 100), (1000, 1000), (10_000, 500), (10_000, 10_000))
TRUE: dict[str, Callable[[Floats, Floats], Any]] = {
    "kl": kl_divergence,
    "reverse_kl": lambda p, q: kl_divergence(q, p),
    "js": js_divergence,
    "psi": jeffreys_divergence,
}
FALLING = 0.6 ** np.arange(8) / sum(0.6 ** np.arange(8))
SLOWER = 0.8 ** np.arange(8) / sum(0.8 ** np.arange(8))
CATEGORIES: dict[str, tuple[Floats, Floats]] = {
    "2 equal, none": (np.full(2, 0.5), np.full(2, 0.5)),
    "5 equal, none": (np.full(5, 0.2), np.full(5, 0.2)),
    "8 falling, none": (FALLING, FALLING),
    "2, clear": (np.array([0.5, 0.5]), np.array([0.75, 0.25])),
    "5, slight": (np.full(5, 0.2), np.array([0.26, 0.23, 0.2, 0.17, 0.14])),
    "4, large": (np.array([0.6, 0.2, 0.15, 0.05]), np.array([0.1, 0.2, 0.3, 0.4])),
    "8 falling, clear": (FALLING, SLOWER),
    "3, one lacks": (np.array([0.4, 0.4, 0.2]), np.array([0.5, 0.5, 0.0])),
}
# Normals, by the mean and the deviation of y; x has 0 and 1.
NORMALS = {"Normal, none": (0.0, 1.0), "Normal, shift": (0.5, 1.0), "Normal, width": (0.0, 1.5)}
# Exponentials, by the mean of y; x has 1.
EXPONENTIALS = {"skewed, none": 1.0, "skewed, clear": 1.5}
SAMPLES = (*NORMALS, *EXPONENTIALS)
NO_DIFFERENCE = [name for name in (*CATEGORIES, *SAMPLES) if name.endswith("none")]
RESAMPLES = 199


def main() -> None:
    """Print a table of false alarms, one of coverage, and the times."""
    full = "full" in sys.argv[1:]
    sizes = SIZES if full else SIZES[:3:2]
    measures = tuple(TRUE) if full else ("kl", "js")
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        repeats = 2000 if full else 200
        print(heading("false alarms, %", 5, repeats, sizes), flush=True)
        jobs = [
            (name, measure)
            for measure in measures
            for name in NO_DIFFERENCE
            if name not in EXPONENTIALS
        ]
        jobs += [(name, "wasserstein") for name in SAMPLES if name in NO_DIFFERENCE]
        for line in pool.map(partial(row, false_alarms, sizes, repeats), jobs):
            print(line, flush=True)
        repeats = 400 if full else 40
        print(heading("coverage, % (interval too high / too low)", 95, repeats, sizes), flush=True)
        jobs = [(name, measure) for measure in measures for name in (*CATEGORIES, *NORMALS)]
        jobs += [(name, "wasserstein") for name in SAMPLES]
        for line in pool.map(partial(row, coverage, sizes, repeats), jobs):
            print(line, flush=True)
    times()


def heading(what: str, goal: int, repeats: int, sizes: tuple[tuple[int, int], ...]) -> str:
    """What a table shows, and how far off its figures are by chance."""
    off = 2 * math.sqrt(goal * (100 - goal) / repeats)
    columns = "".join(f"{f'{n}:{m}':>20}" for n, m in sizes)
    return f"\n{what}; {repeats} repeats, two standard errors are {off:.1f}\n{'':30}{columns}"


def row(
    figure: Callable[..., str],
    sizes: tuple[tuple[int, int], ...],
    repeats: int,
    job: tuple[str, str],
) -> str:
    """One line: a pair and a measure at each size."""
    name, measure = job
    cells = []
    for size in sizes:
        rng = np.random.default_rng([*size, *map(ord, name + measure)])
        cells.append(figure(name, measure, size, repeats, rng))
    return f"{name:>18} {measure:>11}" + "".join(f"{cell:>20}" for cell in cells)


def false_alarms(
    name: str, measure: str, size: tuple[int, int], repeats: int, rng: np.random.Generator
) -> str:
    """How often p_value ≤ 5 % where there is no difference."""
    alarms = 0
    for _ in range(repeats):
        first, second, _ = drawn(name, size, rng)
        if measure == "wasserstein":
            line = transport.Line(*transport.merged(first, second))
            observed, null = float(line.area(line.gap)), line.dealt(RESAMPLES, rng)
        else:
            if name in NORMALS:
                first, second, _ = histogram_pair(first, second)
            pair = comparison.Pair(*size, comparison.MEASURES[measure])
            seen = first + second > 0
            observed = float(pair.of_counts(first[seen], second[seen]))
            null = pair.dealt((first + second)[seen], RESAMPLES, rng)
        alarms += share_as_large(observed, null) <= 0.05
    return f"{100 * alarms / repeats:.1f}"


def coverage(
    name: str, measure: str, size: tuple[int, int], repeats: int, rng: np.random.Generator
) -> str:
    """How often an interval at 95 % holds the truth, and the misses on either side."""
    above = below = 0
    for _ in range(repeats):
        found, truth = one(name, measure, size, rng)
        lower, upper = found.interval
        above += lower > truth + 1e-12
        below += upper < truth - 1e-12
    percent = 100 / repeats
    return f"{100 - (above + below) * percent:.1f} ({above * percent:.1f}/{below * percent:.1f})"


def drawn(
    name: str, size: tuple[int, int], rng: np.random.Generator
) -> tuple[NDArray[Any], NDArray[Any], float]:
    """Counts or samples, and for samples the Wasserstein distance of what they come from."""
    n, m = size
    if name in CATEGORIES:
        p, q = CATEGORIES[name]
        return rng.multinomial(n, p), rng.multinomial(m, q), math.nan
    if name in EXPONENTIALS:
        mean = EXPONENTIALS[name]
        return rng.exponential(size=n), rng.exponential(mean, m), mean - 1
    mean, deviation = NORMALS[name]
    truth = mean + (deviation - 1) * math.sqrt(2 / math.pi)
    return rng.normal(size=n), rng.normal(mean, deviation, m), truth


def one(
    name: str, measure: str, size: tuple[int, int], rng: np.random.Generator
) -> tuple[Any, float]:
    """One comparison, and the truth."""
    first, second, distance = drawn(name, size, rng)
    compare = compare_counts if name in CATEGORIES else compare_samples
    found = compare(first, second, measure=measure, resamples=RESAMPLES, rng=rng)
    if measure == "wasserstein":
        return found, distance
    if name in CATEGORIES:
        return found, float(TRUE[measure](*CATEGORIES[name]))
    edges = histogram_pair(first, second).edges
    shares = (
        np.diff([of.cdf(e) for e in edges]) for of in (NormalDist(), NormalDist(*NORMALS[name]))
    )
    return found, float(TRUE[measure](*shares))


def times() -> None:
    """How long 1,000,000 values against 1,000,000 take, with 999 resamples."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=1_000_000), rng.normal(0.01, 1, 1_000_000)
    for measure in (*TRUE, "wasserstein"):
        start = time.perf_counter()
        compare_samples(x, y, measure=measure, rng=rng)
        print(f"1,000,000 against 1,000,000, {measure}: {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
