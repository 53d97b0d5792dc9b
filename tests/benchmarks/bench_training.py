"""Training on CIFAR-10: an epoch and its memory, the way to the first batch, the dead zone's cost.

Run it by hand, from the root: python -m tests.benchmarks.bench_training [PART …] [ROUNDS] [EPOCHS]
Needs the data in data/ or KL_DATA_DIR. Every figure is a median, with the least and the greatest
in brackets; the sides take turns, ROUNDS (3) times. The parts, all of them if none is named:

epochs     Seconds of an epoch with its validation, and peak memory, against the article's script,
           each in a process of its own that trains EPOCHS (2). Taken from outside, between the
           lines printed as epochs end, so ours has its checkpoints in it. The first epoch of each
           process, in which its steps are traced, is left out.
start      Seconds from the start of `python -m models train` to the very end of its first batch,
           against a process that only imports Keras: no training can begin before that.
dead_zone  What counting the dead zone adds to a batch: two nets that differ in nothing else, by
           blocks of batches in one process, 15 blocks of each in a round.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch

import numpy as np

from models.data import datasets
from models.runs.spec import LOSSES, PRECISIONS, RunSpec

ROOT = Path(__file__).resolve().parents[2]
ARTICLE = "the article's script"
TRAIN = ["train", "--loss", "kl_divergence", "--json"]
# The article's script prints Keras's line of an epoch, ours an event.
EPOCH_ENDS = re.compile(r'\d+/\d+ - \d+s - |{"kind": "epoch"')

# The command as it is, but for who hears of its batches: that tells of the first and ends it.
TO_FIRST_BATCH = """
import runpy
from models.cli import worker
from models.runs.worker import Cancelled

def first(epoch, done, batches):
    print("here", flush=True)
    raise Cancelled

worker._batch_reporter = lambda directory, say: first
runpy.run_module("models", run_name="__main__", alter_sys=True)
"""
IMPORT = 'import keras; print("here", flush=True)'
STOPPED = 130  # the command's status when its run is cancelled

BATCHES, BLOCKS = 20, 15  # in a block; in a round, of each net


def main() -> None:
    """Measure the parts that are asked for."""
    words = sys.argv[1:]
    parts = [word for word in words if not word.isdigit()]
    numbers = [int(word) for word in words if word.isdigit()]
    rounds, epochs = (*numbers, *(3, 2)[len(numbers) :])
    if wrong := [part for part in parts if part not in PARTS]:
        sys.exit(f"no such part: {' '.join(wrong)}; there are: {' '.join(PARTS)}")
    for part, measure in PARTS.items():
        if part in parts or not parts:
            measure(rounds, epochs)


def measure_epochs(rounds: int, epochs: int) -> None:
    """An epoch's seconds and the peak memory of each side."""
    if epochs < 2:
        sys.exit("EPOCHS must be at least 2: the first is left out.")
    seconds: dict[str, list[float]] = {}
    peaks: dict[str, list[float]] = {}
    for _ in range(rounds):
        for side, command in training_sides(epochs):
            lines, peak = run(command)
            ends = [came for came, line in lines if EPOCH_ENDS.match(line)]
            assert len(ends) == epochs, lines
            seconds.setdefault(side, []).extend(np.diff(ends))
            peaks.setdefault(side, []).append(peak)
    for side in seconds:
        times, peak = (median(found[side]) / median(found[ARTICLE]) for found in (seconds, peaks))
        print(f"{side:28} epoch {spread(seconds[side], 's')}, ratio {times:.2f}", end="; ")
        print(f"peak {spread(peaks[side], 'GiB')}, ratio {peak:.2f}", flush=True)


def training_sides(epochs: int) -> Iterator[tuple[str, list[str]]]:
    """Each side, and what Python is to run for it."""
    yield ARTICLE, ["-m", "tests.benchmarks.article_script", str(epochs)]
    for precision in PRECISIONS:
        with tempfile.TemporaryDirectory() as runs:
            ours = ["-m", "models", *TRAIN, "--precision", precision, "--runs", runs]
            yield f"models train, {precision}", [*ours, "--epochs", str(epochs)]


def measure_start(rounds: int, _epochs: int) -> None:
    """Seconds to the first batch; the first round does not count."""
    seconds: dict[str, list[float]] = {"import keras": [], "models train to its first batch": []}
    for number in range(rounds + 1):
        with tempfile.TemporaryDirectory() as runs:
            commands = [IMPORT], [TO_FIRST_BATCH, *TRAIN, "--runs", runs]
            for found, command in zip(seconds.values(), commands, strict=True):
                lines, _ = run(["-c", *command])
                came = next(came for came, line in lines if line == "here\n")
                found += [came] if number else []
    for side, found in seconds.items():
        print(f"{side:31} {spread(found, 's')}", flush=True)
    imported, trained = map(median, seconds.values())
    print(f"{'ratio of medians':31} {trained / imported:.2f}", flush=True)


def run(arguments: list[str]) -> tuple[list[tuple[float, str]], float]:
    """The lines that a process prints, each with the second it came at; and its peak in GiB."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    lines = [(time.perf_counter() - began, line) for line in process.stdout]
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, STOPPED):
        sys.exit("".join(line for _, line in lines)[-2000:])
    return lines, usage.ru_maxrss / 2**20


def spread(found: list[float], unit: str) -> str:
    """The median, and from where to where the figures lie."""
    return f"{median(found):.2f} {unit} ({min(found):.2f} to {max(found):.2f})"


def measure_dead_zone(rounds: int, _epochs: int) -> None:
    """A batch with the counting and without it, for each loss."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    data = datasets.load("cifar10")
    for loss in LOSSES:
        seconds = [
            pair for number in range(rounds) for pair in block_seconds(RunSpec(loss), data, number)
        ]
        counting, without = (1000 * median(side) / BATCHES for side in zip(*seconds, strict=True))
        low, _, high = quantiles(ours / theirs for ours, theirs in seconds)
        print(
            f"{loss:25} a batch {counting:.1f} ms counting the dead zone, {without:.1f} ms without,"
            f" ratio {counting / without:.3f}"
            f" (middle half of {len(seconds)} pairs of blocks: {low:.3f} to {high:.3f})",
            flush=True,
        )


def block_seconds(spec: RunSpec, data: datasets.Dataset, turn: int) -> list[tuple[float, float]]:
    """Seconds of each block of batches: by a net that counts, by one that does not.

    The nets are new in each turn, and built in turn: where a net lies in memory costs more time or
    less than the counting does.
    """
    blocks = cut(data, spec.batch_size)
    nets = two_nets(spec, blocks[0], counting_first=turn % 2 == 0)
    seconds = []
    for number in range(BLOCKS):
        block = blocks[number % len(blocks)]
        order = np.random.default_rng(number).permutation(len(block.labels))
        took = [0.0, 0.0]
        for side in (0, 1) if number % 2 else (1, 0):
            began = time.perf_counter()
            nets[side].learn(block, order, lambda done, batches: None)
            took[side] = time.perf_counter() - began
        seconds.append((took[0], took[1]))
    return seconds


def cut(data: datasets.Dataset, batch_size: int) -> list[Any]:
    """The training images in blocks of whole batches: a smaller one would be traced anew."""
    # Not above: what this process holds, its children start with.
    from models.convnet.train import Batches

    size = BATCHES * batch_size
    starts = range(0, len(data.train_images) - size + 1, size)
    parts = (slice(start, start + size) for start in starts)
    return [Batches(data.train_images[p], data.train_labels[p], batch_size) for p in parts]


def two_nets(spec: RunSpec, block: Any, counting_first: bool) -> tuple[Any, Any]:
    """A net whose compiled step counts the dead zone, and one whose step does not; both traced."""
    from models.convnet import losses, train

    nets = {}
    for counts in (True, False) if counting_first else (False, True):
        nets[counts] = train.Network(spec)
        count = losses.count_dead if counts else lambda q, labels: 0
        with patch.object(train, "count_dead", count):
            nets[counts].learn(block, np.arange(len(block.labels)), lambda done, batches: None)
    return nets[True], nets[False]


PARTS = {"epochs": measure_epochs, "start": measure_start, "dead_zone": measure_dead_zone}

if __name__ == "__main__":
    main()
