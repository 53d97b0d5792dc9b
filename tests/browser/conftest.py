"""A server and a real browser, one of each for all tests of a worker.

A test meets a page as a reload does: Streamlit then knows nothing of the visitor. Only what a
browser keeps between visits is shared, and only training keeps anything there.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    CDPSession,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.browser import workbench
from tests.browser.hands import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
expect.set_options(timeout=1000 * PATIENCE)
CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
# No page here is open for long enough to earn back what its scripts' optimisation costs, and the
# cores have other workers to serve.
FLAGS.append("--js-flags=--no-opt --no-maglev --single-threaded")
SCREEN: ViewportSize = {"width": 1280, "height": 1000}
# On a cold deep link Streamlit first asks for these below the page's own address.
STREAMLITS_OWN_404 = ("/_stcore/health", "/_stcore/host-config")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        assert os.environ.get("CI") != "true", "CI must have Chromium: apt-get install chromium"
        pytest.skip("there is no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Served(str):
    """The address of a server, and the folder with its runs and its data."""

    home: Path
    process: subprocess.Popen


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with no runs and no data of its own."""
    with serve(tmp_path_factory.mktemp("server")) as served:
        yield served


@contextmanager
def serve(home: Path, port: int | None = None) -> Iterator[Served]:
    """A server whose runs and data lie in `home`; on a port of its own unless one is named."""
    port = port or _free_port()
    environment = {"KL_RUNS_DIR": str(home / "runs"), "KL_DATA_DIR": str(home / "data")}
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=(home / "log").open("wb"),
        stderr=subprocess.STDOUT,
    )
    served = Served(f"http://127.0.0.1:{port}")
    served.home, served.process = home, process
    try:
        _wait_until_up(f"{served}/_stcore/health", process)
        yield served
    finally:
        process.terminate()
        process.wait(PATIENCE)
    log = (home / "log").read_text()
    assert "Traceback" not in log, log


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _wait_until_up(url: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(url, timeout=PATIENCE)
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not answer within {PATIENCE} s")


class Watched:
    """What a page has done that no page may do: errors in the console, requests to other hosts."""

    def __init__(self, page: Page) -> None:
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._note)
        page.on("request", lambda request: self._note_stranger(request.url))

    def _note(self, message: ConsoleMessage) -> None:
        where = message.location.get("url", "")
        if message.type == "error" and not where.endswith(STREAMLITS_OWN_404):
            self.faults.append(f"{message.text} ({where})")

    def _note_stranger(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.faults.append(url)


@pytest.fixture(scope="session")
def tab(browser: Browser) -> tuple[Page, Watched]:
    """The one tab, in which what was loaded once need not be loaded again.

    It asks for no motion: to draw Streamlit's takes a sixth of the time of all that browsers do.
    """
    page = browser.new_context(viewport=SCREEN, reduced_motion="reduce").new_page()
    page.set_default_timeout(1000 * PATIENCE)
    return page, Watched(page)


@pytest.fixture(scope="session")
def bench(tab: tuple[Page, Watched]) -> Iterator[workbench.Workbench]:
    """Where components lie on an empty page, in the one tab."""
    with workbench.served() as address:
        yield workbench.Workbench(tab[0], address)


@pytest.fixture
def page(tab: tuple[Page, Watched]) -> Iterator[Page]:
    """The tab as a new visitor has it; what it may not do fails the test that it does it in."""
    page, watched = tab
    page.mouse.up()  # whatever the last test held
    page.set_viewport_size(SCREEN)
    page.emulate_media(
        media="screen",
        color_scheme="light",
        reduced_motion="reduce",
        forced_colors="none",
    )
    watched.faults.clear()
    yield page
    assert watched.faults == []


@pytest.fixture
def finger(page: Page) -> Iterator[CDPSession]:
    """What touches the screen of the tab, which is one for fingers meanwhile."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    yield session
    session.detach()
