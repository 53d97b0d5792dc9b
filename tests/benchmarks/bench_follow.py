"""How soon the training page shows what a run does, and how soon a run stops that is cancelled.

Run it by hand, from the root: python -m tests.benchmarks.bench_follow [EPOCHS] [CANCELS]
In Chromium, against a server of its own: from the moment in which an epoch is written down to the
frame in which its point stands in the charts (EPOCHS times, 30; the epochs are written by this
script, as a worker would), and from a click on Cancel to the end of the worker: of one that trains
on the shapes, and of one that still starts TensorFlow (CANCELS times each, 10; each time the run is
then resumed).
"""

import re
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import quantiles

from playwright.sync_api import Page, expect, sync_playwright

from models.runs import process, queue
from models.runs.folder import RunFolder
from models.runs.job import Job, list_jobs
from models.runs.record import EpochResult, to_json
from models.runs.spec import RunSpec
from tests.benchmarks.bench_edit import FLAGS, served

SPEC = RunSpec("kl_divergence", epochs=100, data="shapes")
AGAIN = re.compile("Go on after epoch|Start it again")
SHOWN = "(n) => document.querySelector(`[aria-label*='each of ${n} epochs']`) !== null"


def main() -> None:
    """Measure and print."""
    numbers = [int(word) for word in sys.argv[1:]]
    epochs, cancels = (*numbers, *(30, 10)[len(numbers) :])
    with (
        tempfile.TemporaryDirectory() as home,
        served(Path.cwd(), home) as address,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = chromium.new_page()
        page.set_default_timeout(120_000)
        tell("an epoch → its point in the charts", grow(page, address, Path(home), epochs))
        for what, times in stop(page, address, Path(home), cancels).items():
            tell(f"Cancel → a worker that {what} has ended", times)
        chromium.close()


def grow(page: Page, address: str, folder: Path, epochs: int) -> list[float]:
    """Seconds from each event to what is drawn of it."""
    times = []
    with queue.claim(folder / SPEC.id, SPEC):
        page.goto(f"{address}/training")
        page.get_by_role("button", name="Show it").click()
        expect(page.get_by_test_id("stProgress")).to_be_visible()
        for n in range(1, epochs + 1):
            time.sleep(0.37 * (n % 7))  # at any phase of the page's second
            result = EpochResult(n, 2 / n, 1 - 1 / (n + 1), 2.1 / n, 1 - 1 / (n + 1), 0, 1.0)
            start = time.monotonic()
            RunFolder(folder / SPEC.id).append("epoch", **to_json(result))
            page.wait_for_function(SHOWN, arg=n, polling="raf")
            times.append(time.monotonic() - start)
    return times


def stop(page: Page, address: str, folder: Path, cancels: int) -> dict[str, list[float]]:
    """Seconds from the click until no process holds the run any more, by what its worker did."""
    page.goto(f"{address}/training?data=shapes&epochs=100")
    expect(page.get_by_role("textbox", name="Epochs")).to_have_value("100")
    page.get_by_role("button", name="Train now").click()
    times: dict[str, list[float]] = {"trains": [], "starts": []}
    for number in range(2 * cancels):
        what = "trains" if number % 2 == 0 else "starts"
        directory = folder / wait_until(folder, what).id
        time.sleep(0.3 * (number % 7))
        start = time.monotonic()
        page.get_by_role("button", name="Cancel").click()
        while process.is_held(directory):
            time.sleep(0.005)
        times[what].append(time.monotonic() - start)
        page.get_by_role("button", name=AGAIN).click()
    page.get_by_role("button", name="Cancel").click()
    return times


def wait_until(folder: Path, what: str) -> Job:
    """The run, as soon as its worker trains, or has said that it starts."""
    while True:
        for job in list_jobs(folder).running:
            if job.seconds_left is not None if what == "trains" else job.stage:
                return job
        time.sleep(0.1)


def tell(what: str, times: list[float]) -> None:
    """The middle, the 95th percentile and the slowest."""
    steps = quantiles(times, n=20)
    print(f"{what}: p50 {steps[9]:.2f} s, p95 {steps[18]:.2f} s, slowest {max(times):.2f} s")


if __name__ == "__main__":
    main()
