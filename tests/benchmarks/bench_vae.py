"""The page β-VAE during a drag: from a move of the point to its painted image.

Run by hand, from the root: python -m tests.benchmarks.bench_vae [ADDRESS]
It drives the real app in Chromium, with a recorded network, in two ways: single moves with a
rest after each, and a drag of many moves. In turn with it goes the smallest app that Streamlit can
serve, one slider with one sentence. ADDRESS is a server that runs already.
"""

import shutil
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from statistics import quantiles

from playwright.sync_api import Page, sync_playwright

from tests.benchmarks.bench_edit import FLAGS, OTHER, SMALLEST, VIEWPORT, edit_smallest, served

WARM, SINGLE, DRAGS, MOVES = 5, 60, 5, 60
APART = 17  # ms between the moves of a drag: as often as a screen shows one
# Notes when the pointer moved to each point, and how long it takes until that point's picture has
# been painted.
WATCH = """
() => {
  const all = (root) => [...root.querySelectorAll("*")].flatMap(
    (e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
  const canvas = all(document).find((e) => e.matches(".decoded canvas"));
  const began = new Map();
  window.painted_ = [];
  let moved = 0;
  window.addEventListener("pointermove", (event) => { moved = event.timeStamp; },
    { capture: true });
  globalThis["kl:latent"].addEventListener("wish", ({ detail }) => {
    began.set(detail.z.join(" "), moved);
  });
  new MutationObserver(() => {
    const start = began.get(canvas.dataset.z);
    if (start === undefined) return;
    began.delete(canvas.dataset.z);
    // A task that follows a frame runs once that frame has been painted.
    requestAnimationFrame(() => { const channel = new MessageChannel();
      channel.port1.onmessage = () => window.painted_.push(performance.now() - start);
      channel.port2.postMessage(0); });
  }).observe(canvas, { attributes: true, attributeFilter: ["data-z"] });
}
"""


def main() -> None:
    """Print p50 and p95 of each."""
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        smallest = Path(home, "smallest")
        Path(smallest, "pages").mkdir(parents=True)
        Path(smallest, "app.py").write_text(SMALLEST)
        Path(smallest, "pages", "other.py").write_text(OTHER)
        there = nullcontext(sys.argv[1]) if sys.argv[1:] else served(Path.cwd(), home)
        with there as ours, served(smallest, home) as theirs:
            chromium = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS
            )
            page = chromium.new_context(viewport=VIEWPORT).new_page()
            page.goto(f"{ours}/beta_vae")
            page.get_by_text("Key points").wait_for()
            other = chromium.new_context(viewport=VIEWPORT).new_page()
            other.goto(theirs)
            other.get_by_role("slider").wait_for()
            page.wait_for_timeout(3000)
            measure(page, other)
            chromium.close()


def measure(page: Page, other: Page) -> None:
    """Single moves in turn with the smallest app, then drags."""
    page.bring_to_front()
    page.evaluate(WATCH)
    x, y = take(page)
    floor = []
    for number in range(-WARM, SINGLE):
        if number == 0:
            page.evaluate("() => { window.painted_ = []; }")
            floor = []
        page.bring_to_front()
        page.mouse.move(x + 3 * (number % 20), y - 2 * (number % 30))
        page.wait_for_timeout(250)
        other.bring_to_front()
        floor.append(edit_smallest(other))
    told("single moves: to the painted picture", page.evaluate("window.painted_"))
    told("smallest app: a key on its slider to its sentence", floor)
    page.bring_to_front()
    page.mouse.up()
    page.wait_for_timeout(1500)
    drags(page)


def drags(page: Page) -> None:
    """Moves one after the other, as in a drag."""
    page.evaluate("() => { window.painted_ = []; }")
    for number in range(DRAGS):
        x, y = take(page)
        way = 1 if number % 2 else -1
        for step in range(1, MOVES + 1):
            page.mouse.move(x + 2 * way * step, y + way * step)
            page.wait_for_timeout(APART)
        page.mouse.up()
        page.wait_for_timeout(1500)
    found = page.evaluate("window.painted_")
    told("a drag: from each move to its painted picture", found)
    print(f"a drag: {len(found) / DRAGS:.0f} pictures for {MOVES} moves")


def take(page: Page) -> tuple[float, float]:
    """Take hold of the point; where."""
    held = page.get_by_role("slider", name="Point z in the latent space")
    held.scroll_into_view_if_needed()
    box = held.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


def told(name: str, found: list[float]) -> None:
    """Print p50 and p95."""
    cuts = quantiles(found, n=20)
    print(f"{name}: p50 {cuts[9]:.0f} ms, p95 {cuts[18]:.0f} ms ({len(found)} times)", flush=True)


if __name__ == "__main__":
    main()
