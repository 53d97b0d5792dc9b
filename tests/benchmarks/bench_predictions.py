"""The page Predictions on a server that has cached nothing, and a picture handed in.

Run by hand, from the root: python -m tests.benchmarks.bench_predictions [ROUNDS]
Each round takes a fresh server: it opens the front page, so that Streamlit itself is loaded, and
measures from the click on Predictions; then pictures are handed in, a first one and another in its
place (for which Streamlit first takes the old one away, with a run of its own). In turn
with it goes the smallest app with a second page and a field for a picture, that says its size.
"""

import io
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.bench_edit import FLAGS, VIEWPORT, served

OWN = "predictions?pictures=a+picture+of+yours"
UPLOADS = 12
WARM = 2  # of these do not count
FIRST = 'import streamlit as st\n\nst.page_link("pages/other.py", label="Predictions")\n'
OTHER = """
import streamlit as st

file = st.file_uploader("A picture", ["png"])
st.write(f"It has {len(file.getvalue()) if file else 0} bytes.")
st.write("The last line.")
"""
# Until the number beside the bars, inside their component, is another than it was.
OURS = """
(before) => [...document.querySelectorAll('*')].some((e) => e.shadowRoot
  && [...e.shadowRoot.querySelectorAll('.sums output')].some((o) => o.textContent
  && o.textContent !== '∞ nats' && o.textContent !== before))
"""
NOW = """
() => [...document.querySelectorAll('*')].flatMap((e) => e.shadowRoot
  ? [...e.shadowRoot.querySelectorAll('.sums output')] : [])[0]?.textContent ?? ""
"""
THEIRS = "(size) => document.body.innerText.includes(`It has ${size} bytes.`)"


def pictures() -> list[bytes]:
    """Photograph-like pictures of 640 × 480, each another: noise, blurred."""
    rng = np.random.default_rng(0)
    found = []
    for _ in range(UPLOADS + WARM):
        coarse = Image.fromarray(rng.integers(0, 256, (12, 16, 3), np.uint8))
        file = io.BytesIO()
        coarse.resize((640, 480), Image.Resampling.BICUBIC).save(file, "PNG")
        found.append(file.getvalue())
    return found


def open_page(page: Page, address: str, bars: str, last: str) -> tuple[float, float]:
    """Milliseconds from a click in the front page to what can be used, and to the last line."""
    page.goto(address)
    link = page.get_by_role("link", name="Predictions", exact=True).first
    link.wait_for()
    page.wait_for_timeout(1500)
    start = time.perf_counter()
    link.click()
    page.locator(bars).first.wait_for()
    usable = 1000 * (time.perf_counter() - start)
    page.get_by_text(last).wait_for()
    return usable, 1000 * (time.perf_counter() - start)


def hand_in(page: Page, content: bytes, until: str, told: object) -> float:
    """Milliseconds from handing in a picture to what is made of it."""
    file = {"name": "picture.png", "mimeType": "image/png", "buffer": content}
    start = time.perf_counter()
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.wait_for_function(until, arg=told, polling="raf")
    took = 1000 * (time.perf_counter() - start)
    page.wait_for_timeout(600)
    return took


def round_of(browser: Browser, home: str, times: dict[str, list[float]]) -> None:
    """One fresh server of each side."""
    smallest = Path(home, "smallest")
    with served(Path.cwd(), home) as ours, served(smallest, home) as theirs:
        for side, address, bars, last in (
            ("Predictions", ours, ".dragbars .track", "Key points"),
            ("smallest app", theirs, "[data-testid=stFileUploader]", "The last line."),
        ):
            page = browser.new_context(viewport=VIEWPORT).new_page()
            usable, ended = open_page(page, address, bars, last)
            times.setdefault(f"{side}: to what can be used", []).append(usable)
            times.setdefault(f"{side}: to its last line", []).append(ended)
            for number, content in enumerate(pictures()):
                until, told = (
                    (OURS, page.evaluate(NOW)) if side == "Predictions" else (THEIRS, len(content))
                )
                if number % 2 == 0:  # a new visit
                    page.goto(f"{address}/{OWN if side == 'Predictions' else 'other'}")
                    page.get_by_text(last).wait_for()
                    page.wait_for_timeout(1500)
                    told = "" if side == "Predictions" else told
                took = hand_in(page, content, until, told)
                which = "a first picture handed in" if number % 2 == 0 else "another in its place"
                if number >= WARM:
                    times.setdefault(f"{side}: {which}", []).append(took)
            page.context.close()


def main() -> None:
    """Print the medians and 95th percentiles of each side."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    times: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        Path(home, "smallest", "pages").mkdir(parents=True)
        Path(home, "smallest", "app.py").write_text(FIRST)
        Path(home, "smallest", "pages", "other.py").write_text(OTHER)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        for _ in range(rounds):
            round_of(browser, home, times)
        browser.close()
    for name, found in times.items():
        high = quantiles(found, n=20, method="inclusive")[18] if found[1:] else found[0]
        print(f"{name}: p50 {median(found):.0f} ms, p95 {high:.0f} ms ({len(found)} times)")


if __name__ == "__main__":
    main()
