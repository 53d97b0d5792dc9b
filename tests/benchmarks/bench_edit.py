"""The asymmetry page under the hand: how long an edit, a frame of a drag and a page switch take.

Run by hand, from the root: python -m tests.benchmarks.bench_edit
It starts a server of its own and drives the real page in Chromium. An edit lasts from the release
of a bar until both numbers and all three charts are new; a frame is the script that runs in it.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from statistics import quantiles

from playwright.sync_api import Page, sync_playwright

from pages.ui.book import BOOK

EDITS, SWITCHES, MOVES = 60, 84, 30
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PAIR = "?pq=" + ",".join(f"n{i}:{w}:{7 - w}" for i, w in enumerate((1, 2, 3, 4, 5)))

# Adds up the script of each frame: pointer moves and what they ask to be painted.
WATCH_FRAMES = """
window.frames_ = [];
let current = 0;
const timed = (work) => function (...args) {
  const start = performance.now();
  try { return work.apply(this, args); } finally { current += performance.now() - start; }
};
const add = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (kind, work, ...rest) {
  const watched = kind === "pointermove" && typeof work === "function" ? timed(work) : work;
  return add.call(this, kind, watched, ...rest);
};
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (work) => ask(timed(work));
(function next() {
  ask(() => { if (current) window.frames_.push(current); current = 0; next(); });
})();
"""
# From the next pointerup: until the frame after it is drawn, in which the bars' own numbers and
# charts stand, and until Python's sentences and table have changed. Told by what changes in the
# page: to compare what is shown in every frame would itself take most of the time.
WATCH_EDIT = """
() => {
  const parts = [
    [...document.querySelectorAll('[data-testid=stMarkdown]')].find(
      (part) => part.textContent.startsWith("KL(P‖Q) =")),
    document.querySelector('[data-testid=stTable]'),
  ];
  const waiting = new Set(parts);
  const times = {};
  window.edit_ = new Promise((done) => {
    let start = 0;
    const watch = new MutationObserver((changes) => {
      if (!start) return;
      for (const { target } of changes) {
        for (const part of parts) if (part.contains(target)) waiting.delete(part);
      }
      if (waiting.size === 0) {
        watch.disconnect();
        requestAnimationFrame(() => done({ ...times, python: performance.now() - start }));
      }
    });
    const kinds = { subtree: true, childList: true, characterData: true, attributes: true };
    for (const part of parts) watch.observe(part, kinds);
    window.addEventListener("pointerup", () => {
      start = performance.now();
      requestAnimationFrame(() => requestAnimationFrame(() => {
        times.browser = performance.now() - start;
      }));
    }, { once: true, capture: true });
  });
}
"""


def main() -> None:
    """Print p50 and p95 of each."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    with tempfile.TemporaryDirectory() as home:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", *options],
            env={**os.environ, "KL_RUNS_DIR": home},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            measure(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait(20)


def measure(address: str) -> None:
    """Drive the page and print."""
    while not answers(f"{address}/_stcore/health"):
        time.sleep(0.1)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = chromium.new_page(viewport={"width": 1280, "height": 1000})
        page.add_init_script(WATCH_FRAMES)
        page.goto(f"{address}/asymmetry{PAIR}")
        page.get_by_text("entropy of the truth").wait_for()
        page.wait_for_timeout(3000)
        edits = [edit(page, number) for number in range(EDITS)]
        frames = page.evaluate("window.frames_")
        switches = [switch(page, number) for number in range(SWITCHES)]
        chromium.close()
    for name, times in (
        ("release of a drag to its numbers and charts", [edit["browser"] for edit in edits[5:]]),
        ("release of a drag to Python's words and table", [edit["python"] for edit in edits[5:]]),
        ("script in a frame of a drag", frames),
        *(
            (f"page switch to {page.title}", switches[(index - 2) % 4 + 4 :: 4])
            for index, page in enumerate(BOOK[1:], 1)
        ),
    ):
        cuts = quantiles(times, n=20)
        print(f"{name}: p50 {cuts[9]:.1f} ms, p95 {cuts[18]:.1f} ms ({len(times)} times)")


def answers(url: str) -> bool:
    """Whether the server is up."""
    try:
        urllib.request.urlopen(url, timeout=1)
    except OSError:
        return False
    return True


def edit(page: Page, number: int) -> dict[str, float]:
    """Milliseconds from the release of a bar to what the browser and what Python make of it."""
    bar = page.get_by_role("slider").nth(number % 10)
    box = bar.bounding_box()
    assert box is not None
    y, now = box["y"] + box["height"] / 2, float(bar.get_attribute("aria-valuenow") or 0)
    page.mouse.move(box["x"] + now * box["width"], y)
    page.mouse.down()
    page.evaluate(WATCH_EDIT)
    page.mouse.move(box["x"] + (0.15 + 0.013 * (number % 7)) * box["width"], y, steps=MOVES)
    page.mouse.up()
    took = page.evaluate("window.edit_")
    page.wait_for_timeout(300)
    return dict(took)


def switch(page: Page, number: int) -> float:
    """Milliseconds from a click in the sidebar to the last line of the other page."""
    there = BOOK[1 + (number + 1) % 4]
    link = page.get_by_role("link", name=there.title, exact=True).first
    start = time.perf_counter()
    link.click()
    page.get_by_text(f"Back: {BOOK[BOOK.index(there) - 1].title}").wait_for()
    took = 1000 * (time.perf_counter() - start)
    page.wait_for_timeout(1000)
    return took


if __name__ == "__main__":
    main()
