"""How long a fresh server takes to show its first page, against `streamlit hello`.

From the start of the process until the title stands in the browser and the script has ended.
Run it by hand: python -m tests.benchmarks.bench_first_page [ROUNDS]
"""

import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SIDES = {"streamlit hello": ["hello"], "KL Explorer": ["run", "app.py"]}


def first_page(arguments: list[str], browser: Browser) -> float:
    """Seconds until the first page of a new server is interactive."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.perf_counter()
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "streamlit", *arguments),
            *("--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    context = browser.new_context()
    try:
        wait_until_up(f"http://127.0.0.1:{port}/_stcore/health")
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.get_by_role("heading", level=1).first.wait_for(timeout=60_000)
        page.get_by_test_id("stStatusWidget").wait_for(state="detached", timeout=60_000)
        return time.perf_counter() - started
    finally:
        context.close()
        server.terminate()
        server.wait(20)


def wait_until_up(url: str) -> None:
    """Ask until the server answers."""
    while True:
        try:
            urllib.request.urlopen(url, timeout=1)
            return
        except OSError:
            time.sleep(0.02)


def main() -> None:
    """Measure both sides in turn, after one round that does not count."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    times: dict[str, list[float]] = {side: [] for side in SIDES}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for turn in range(rounds + 1):
            for side, arguments in SIDES.items():
                seconds = first_page(arguments, browser)
                if turn:
                    times[side].append(seconds)
    medians = {side: statistics.median(values) for side, values in times.items()}
    for side, values in times.items():
        print(f"{side:16} {medians[side]:.2f} s  ({min(values):.2f} to {max(values):.2f})")
    print(f"ratio of medians {medians['KL Explorer'] / medians['streamlit hello']:.2f}")


if __name__ == "__main__":
    main()
