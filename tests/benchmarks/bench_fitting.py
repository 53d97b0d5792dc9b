"""The page on fits under the hand: a drag step to the redrawn maps, an edit, a page switch.

Run by hand, from the root: python -m tests.benchmarks.bench_fitting
It drives the real app in Chromium, with P of three components and with P drawn in bins.
"""

import shutil
import tempfile
from pathlib import Path
from statistics import quantiles

from playwright.sync_api import Locator, Page, sync_playwright

from pages.ui.fitting.presets import PRESETS
from tests.benchmarks.bench_edit import FLAGS, clicked, served

WARM, DRAGS, MOVES, EDITS, SWITCHES = 2, 6, 30, 25, 20

# Adds up the script of each frame: pointer moves, and what they ask to be painted. And measures
# from each pointer move until the frame after it has been painted.
WATCH = """
window.scripts_ = [];
window.painted_ = [];
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
  ask(() => { if (current > 0.5) window.scripts_.push(current); current = 0; next(); });
})();
add.call(window, "pointermove", (event) => {
  if (!event.buttons) return;
  const start = event.timeStamp;
  // A task that follows a frame runs once that frame has been painted.
  ask(() => { const channel = new MessageChannel();
    channel.port1.onmessage = () => window.painted_.push(performance.now() - start);
    channel.port2.postMessage(0); });
}, { capture: true });
"""
# From the next pointerup until Python's sentence has changed.
WATCH_EDIT = """
() => {
  const part = [...document.querySelectorAll('[data-testid=stMarkdown]')].find(
    (each) => each.textContent.startsWith("Your Q ="));
  window.edit_ = new Promise((done) => {
    let start = 0;
    const watch = new MutationObserver(() => {
      if (!start) return;
      watch.disconnect();
      requestAnimationFrame(() => done(performance.now() - start));
    });
    watch.observe(part, { subtree: true, childList: true, characterData: true });
    window.addEventListener("pointerup", () => { start = performance.now(); },
      { once: true, capture: true });
  });
}
"""


def main() -> None:
    """Print p50 and p95 of each."""
    with (
        tempfile.TemporaryDirectory() as home,
        served(Path.cwd(), home) as address,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = chromium.new_context(viewport={"width": 1440, "height": 1000}).new_page()
        page.add_init_script(WATCH)
        for key, grip in (
            ("three", "P, component 2: mean and weight"),
            ("skewed", "P, bin from 0 to 0.5"),
        ):
            drags(page, address, key, grip)
        edits(page, address)
        switches(page, address)
        chromium.close()


def opened(page: Page, address: str, key: str) -> None:
    """The page with one of its presets."""
    fit = next(preset.state for preset in PRESETS if preset.key == key)
    page.goto(f"{address}/fitting?fit={fit.encode()}")
    page.get_by_text("Key points").wait_for()
    page.wait_for_timeout(2000)


def drags(page: Page, address: str, key: str, name: str) -> None:
    """A drag step of P: script, and from the pointer's move to the painted maps."""
    opened(page, address, key)
    for number in range(-WARM, DRAGS):
        if number == 0:
            page.evaluate("() => { window.scripts_ = []; window.painted_ = []; }")
        carry(page, page.get_by_role("slider", name=name), 90 * (1 if number % 2 else -1), -20)
        page.mouse.up()
        page.wait_for_timeout(1200)
    told(f"{key}: script in a frame of a drag of P", page.evaluate("window.scripts_"))
    told(f"{key}: from a drag step of P to painted maps", page.evaluate("window.painted_"))


def carry(page: Page, held: Locator, across: float, up: float) -> None:
    """Take hold and move, without letting go."""
    box = held.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, MOVES + 1):
        page.mouse.move(x + across * step / MOVES, y + up * step / MOVES)


def edits(page: Page, address: str) -> None:
    """From the release of Q to Python's sentences."""
    opened(page, address, "two")
    found = []
    for number in range(-WARM, EDITS):
        held = page.get_by_role("slider", name="Q: mean")
        carry(page, held, (40 + number) * (1 if number % 2 else -1), 0)
        page.evaluate(WATCH_EDIT)
        page.mouse.up()
        took = page.evaluate("window.edit_")
        page.wait_for_timeout(300)
        if number >= 0:
            found.append(took)
    told("release of Q to Python's sentences", found)


def switches(page: Page, address: str) -> None:
    """From a click in the sidebar until the page's handles can be taken."""
    opened(page, address, "two")
    found = []
    for number in range(-WARM, SWITCHES):
        clicked(
            page,
            page.get_by_role("link", name="Asymmetry", exact=True).first,
            "Back: Entropy",
        )
        start = page.evaluate("performance.now()")
        page.get_by_role("link", name="Fitting", exact=True).first.click()
        page.get_by_role("slider", name="Q: mean").wait_for()
        took = page.evaluate("performance.now()") - start
        page.get_by_text("Key points").wait_for()
        page.wait_for_timeout(1000)
        if number >= 0:
            found.append(took)
    told("page switch to something to take hold of", found)


def told(name: str, found: list[float]) -> None:
    """Print p50 and p95."""
    cuts = quantiles(found, n=20)
    print(f"{name}: p50 {cuts[9]:.1f} ms, p95 {cuts[18]:.1f} ms ({len(found)} times)", flush=True)


if __name__ == "__main__":
    main()
