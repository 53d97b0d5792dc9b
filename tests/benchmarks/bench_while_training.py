"""An edit on the page on asymmetry while a run trains on CIFAR-10, against the same edit without.

Run it by hand, from the root: python -m tests.benchmarks.bench_while_training [ROUNDS] [EDITS]
Needs the data in data/ or KL_DATA_DIR. In each of ROUNDS (5) the same visitor makes EDITS (20)
with nothing else going on, goes on editing while a run that was handed to the queue starts, and
makes EDITS more while it trains; then the run is cancelled and its worker has ended before the
next round. The browser is on the same machine, so training takes from both of its ends.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from statistics import quantiles

from playwright.sync_api import sync_playwright

from models.runs import process, queue
from models.runs.folder import RunFolder
from models.runs.job import read_job
from models.runs.spec import RunSpec
from tests.benchmarks.bench_edit import FLAGS, WARM, edit, opened, served

LONG = RunSpec("kl_divergence", epochs=100)  # longer than any block
IDLE, STARTING, TRAINING = "idle", "a run starts", "a run trains"
Edit = dict[str, float]  # what is waited for → milliseconds


def main() -> None:
    """Measure and print."""
    numbers = [int(word) for word in sys.argv[1:]]
    rounds, edits = (*numbers, *(5, 20)[len(numbers) :])
    with (
        tempfile.TemporaryDirectory() as home,
        served(Path.cwd(), home) as address,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = opened(chromium, address)
        page.wait_for_timeout(3000)
        hand = (edit(page, number) for number in count())
        list(islice(hand, WARM))
        found = measure(hand, Path(home), rounds, edits)
        chromium.close()
    tell(found)


def measure(hand: Iterator[Edit], folder: Path, rounds: int, edits: int) -> dict[str, list[Edit]]:
    """What each edit took, by what went on."""
    found: dict[str, list[Edit]] = {IDLE: [], STARTING: [], TRAINING: []}
    for _ in range(rounds):
        found[IDLE] += islice(hand, edits)
        with training(folder) as directory:
            while not trains(directory):
                found[STARTING].append(next(hand))
            found[TRAINING] += islice(hand, edits)
    return found


@contextmanager
def training(folder: Path) -> Iterator[Path]:
    """The folder of a run that the queue has started; it has ended when this is left."""
    directory = folder / queue.submit(LONG, folder)
    try:
        yield directory
    finally:
        queue.cancel(directory)  # raises if it ended by itself, while edits were measured
        while process.is_held(directory):
            time.sleep(0.1)


def trains(directory: Path) -> bool:
    """Whether the worker has told of batches, the first of them a second ago."""
    job = read_job(directory)
    if not job.live:
        sys.exit(f"the run has {job.state}: {job.error}")
    return any(kind == "batch" for kind, _ in RunFolder(directory).read_events())


def tell(found: dict[str, list[Edit]]) -> None:
    """Print p50 and p95 of what was waited for, and how much training adds to the latter."""
    for name in found[IDLE][0]:
        print(name)
        p95 = {}
        for state, edits in found.items():
            cuts = quantiles((took[name] for took in edits), n=20)
            p50, p95[state] = cuts[9], cuts[18]
            print(f"  {state:12} p50 {p50:.0f} ms, p95 {p95[state]:.0f} ms ({len(edits)} edits)")
        print(f"  ratio of p95, {TRAINING} / {IDLE}: {p95[TRAINING] / p95[IDLE]:.2f}")


if __name__ == "__main__":
    main()
