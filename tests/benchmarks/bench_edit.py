"""The pages under the hand: how long an edit, a frame of a drag and a page switch take.

Run by hand, from the root: python -m tests.benchmarks.bench_edit [edits] [switches]
It drives the real app in Chromium and, taking turns with it, the smallest app that Streamlit can
serve: one slider with one sentence, and two pages of one line. That is what no page can beat.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles

from playwright.sync_api import Browser, Locator, Page, ViewportSize, sync_playwright

from pages.ui.book import BOOK

PARTS = ["edits", "switches"]
WARM = 4  # times that do not count
EDITS, SWITCHES, MOVES = 60, 60, 30
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
VIEWPORT: ViewportSize = {"width": 1280, "height": 1000}
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


# The same for the smallest app: from a key on its slider until its sentence has changed.
WATCH_SENTENCE = """
() => {
  const part = document.querySelector('[data-testid=stMarkdown]');
  let start = 0;
  window.edit_ = new Promise((done) => {
    const watch = new MutationObserver(() => {
      watch.disconnect();
      requestAnimationFrame(() => done(performance.now() - start));
    });
    watch.observe(part, { subtree: true, childList: true, characterData: true });
    window.addEventListener("keydown", () => { start = performance.now(); },
      { once: true, capture: true });
  });
}
"""
SMALLEST = """
import streamlit as st

@st.fragment
def edit():
    st.write(f"The value is {st.slider('Value', 0, 1000, 0)}.")

edit()
st.page_link("pages/other.py", label="Other")
st.page_link("app.py", label="First")
"""
OTHER = """
import streamlit as st

st.page_link("app.py", label="First")
st.write("Another page.")
"""


def main() -> None:
    """Print p50 and p95 of each."""
    with tempfile.TemporaryDirectory() as home:
        smallest = Path(home, "smallest")
        Path(smallest, "pages").mkdir(parents=True)
        Path(smallest, "app.py").write_text(SMALLEST)
        Path(smallest, "pages", "other.py").write_text(OTHER)
        with served(Path.cwd(), home) as ours, served(smallest, home) as theirs:
            measure(ours, theirs, sys.argv[1:] or PARTS)


@contextmanager
def served(folder: Path, home: str) -> Iterator[str]:
    """The address of a server for the app in a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options],
        cwd=folder,
        env={**os.environ, "KL_RUNS_DIR": home},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not answers(f"http://127.0.0.1:{port}/_stcore/health"):
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def measure(address: str, smallest: str, parts: list[str]) -> None:
    """Drive both apps in turn and print."""
    times: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = opened(chromium, address)
        other = chromium.new_context(viewport=VIEWPORT).new_page()
        other.goto(smallest)
        other.get_by_role("slider").wait_for()
        page.wait_for_timeout(3000)
        if "edits" in parts:
            edits(page, other, times)
        if "switches" in parts:
            switches(page, other, times)
        chromium.close()
    for name, found in times.items():
        cuts = quantiles(found, n=20)
        print(f"{name}: p50 {cuts[9]:.1f} ms, p95 {cuts[18]:.1f} ms ({len(found)} times)")


def edits(page: Page, other: Page, times: dict[str, list[float]]) -> None:
    """Edits of both apps, in turn."""
    for number in range(-WARM, EDITS):
        page.bring_to_front()
        took = edit(page, number)
        other.bring_to_front()
        took["smallest app: a key on its slider to its sentence"] = edit_smallest(other)
        for name, value in took.items() if number >= 0 else ():
            times.setdefault(name, []).append(value)
    times["script in a frame of a drag"] = page.evaluate("window.frames_")


def switches(page: Page, other: Page, times: dict[str, list[float]]) -> None:
    """Page switches of both apps, in turn."""
    for number in range(-WARM, SWITCHES):
        page.bring_to_front()
        name, value = switch(page, number)
        other.bring_to_front()
        floor = switch_smallest(other, number)
        if number >= 0:
            times.setdefault(f"page switch to {name}", []).append(value)
            times.setdefault("smallest app: page switch", []).append(floor)


def opened(chromium: Browser, address: str) -> Page:
    """The page on asymmetry as a new visitor sees it, its frames watched."""
    page = chromium.new_context(viewport=VIEWPORT).new_page()
    page.add_init_script(WATCH_FRAMES)
    page.goto(f"{address}/asymmetry{PAIR}")
    page.get_by_text("entropy of the truth").wait_for()
    return page


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
    return {
        "release of a drag to both numbers and three charts": took["browser"],
        "release of a drag to Python's sentences and table": took["python"],
    }


def edit_smallest(page: Page) -> float:
    """Milliseconds from a key to the sentence."""
    page.get_by_role("slider").focus()
    page.evaluate(WATCH_SENTENCE)
    page.keyboard.press("ArrowRight")
    took = page.evaluate("window.edit_")
    page.wait_for_timeout(300)
    return float(took)


def switch(page: Page, number: int) -> tuple[str, float]:
    """A page, and milliseconds from a click in the sidebar to its last line."""
    there = 1 + (number + 1) % (len(BOOK) - 1)
    link = page.get_by_role("link", name=BOOK[there].title, exact=True).first
    return BOOK[there].title, clicked(page, link, f"Back: {BOOK[there - 1].title}")


def switch_smallest(page: Page, number: int) -> float:
    """Milliseconds from a click to the other page's last line."""
    name, last = (("Other", "Another page."), ("First", "The value is"))[number % 2]
    return clicked(page, page.get_by_role("link", name=name).first, last)


def clicked(page: Page, link: Locator, last: str) -> float:
    """Milliseconds from a click to the last line of what it opens."""
    start = time.perf_counter()
    link.click()
    page.get_by_text(last).wait_for()
    took = 1000 * (time.perf_counter() - start)
    page.wait_for_timeout(1000)
    return took


if __name__ == "__main__":
    main()
