"""A fresh server and a real browser for each test that wants them."""

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
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.hands import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
expect.set_options(timeout=1000 * PATIENCE)
CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
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


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server started for this module, with no runs and no data of its own."""
    with serve(tmp_path_factory.mktemp("server")) as served:
        yield served


@pytest.fixture
def another_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A second one, which has seen nobody."""
    with serve(tmp_path_factory.mktemp("server")) as served:
        yield served


@contextmanager
def serve(home: Path, port: int | None = None) -> Iterator[Served]:
    """A server whose runs and data lie in `home`; on a port of its own unless one is named."""
    port = port or _free_port()
    environment = {"KL_RUNS_DIR": str(home / "runs"), "KL_DATA_DIR": str(home / "data")}
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    options.append("--server.fileWatcherType=none")  # who edits meanwhile would be offered a rerun
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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails its test for errors in the console and requests to other hosts."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    errors: list[str] = []
    strangers: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: _note(errors, message))
    page.on("request", lambda request: _note_stranger(strangers, request.url))
    yield page
    context.close()
    assert errors == []
    assert strangers == []


def _note(errors: list[str], message) -> None:
    where = message.location.get("url", "")
    if message.type == "error" and not where.endswith(STREAMLITS_OWN_404):
        errors.append(f"{message.text} ({where})")


def _note_stranger(strangers: list[str], url: str) -> None:
    if not url.startswith(("http://127.0.0.1:", "data:", "blob:")):
        strangers.append(url)
