"""A component on an empty page, with the app's Python behind it, and Streamlit left out.

What a hand, a key or a typed value does to a component, and what Python makes of that, do not
depend on Streamlit's page, which takes a second to load and half of one to answer. What does is
tested on the page itself: that Python is told, answers and takes nothing back; presets, sentences,
links, phones.
"""

import inspect
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any

import pytest
import streamlit as st
from playwright.sync_api import Page

from tests.theme import CONFIG

LIGHT = "".join(
    f"--st-{''.join('-' + c.lower() if c.isupper() else c for c in name)}: {value};"
    for name, value in CONFIG["theme"]["light"].items()
    if isinstance(value, str)
)
QUIET = "streamlit.runtime.scriptrunner_utils.script_run_context"  # warns that it is left out
MOUNT = """async ({ parts, label, told, theme }) => {
  document.body.innerHTML = `<input readonly style="width: 60rem">
    <div style="width: 60rem; --kl-header: 0; font: 16px sans-serif; ${theme}"></div>`;
  const [field, page] = document.body.children;
  field.setAttribute("aria-label", label);
  const mounted = {};
  for (const [key, { html, css, js }] of Object.entries(parts)) {
    const root = page.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
    root.innerHTML = `<style>${css}</style><div>${html}</div>`;
    const url = URL.createObjectURL(new Blob([js], { type: "text/javascript" }));
    mounted[key] = [root.lastChild, (await import(url)).default];
  }
  const draw = (answer) => {
    const { code, data } = JSON.parse(answer);
    field.value = code;
    for (const [key, [parentElement, component]] of Object.entries(mounted)) {
      const setStateValue = (name, value) => toPython(key, name, value).then(draw);
      component({ data: data[key], parentElement, setStateValue });
    }
  };
  draw(told);
}"""


class Workbench:
    """A tab's: `open` puts components on it, `monkeypatch` takes Streamlit out of them."""

    def __init__(self, page: Page, address: str) -> None:
        self._page, self._address = page, address
        self._streamlits: dict[tuple[ModuleType, str], Callable[..., object]] = {}
        self._sources: dict[str, dict[str, str]] = {}
        self._data: dict[str, Any] = {}
        self._heard: dict[tuple[str, str], Callable[[], None]] = {}
        page.expose_function("toPython", self._hear)

    def open(
        self,
        monkeypatch: pytest.MonkeyPatch,
        modules: tuple[str, ...],
        start: Callable[[], object],
        draw: Callable[[], object],
        label: str,
        code: Callable[[], str],
    ) -> None:
        """Show what `draw` mounts of the components that `modules` declare; to a new visitor.

        Beside it is a field, named `label`, with the code of what Python has on show.
        """
        self._page.goto(self._address)  # first: what lay there may have something to say as it goes
        monkeypatch.setattr(logging.getLogger(QUIET), "disabled", True)
        st.session_state.clear()
        start()
        for module in map(sys.modules.__getitem__, modules):
            for name in {"_mount", "_messenger"} & vars(module).keys():
                streamlits = self._streamlits.setdefault((module, name), getattr(module, name))
                monkeypatch.setattr(module, name, self._mount(streamlits))
        self._draw, self._code = draw, code
        self._sources.clear()
        told = self._told()
        parts = dict(self._sources)
        self._page.evaluate(MOUNT, {"parts": parts, "label": label, "told": told, "theme": LIGHT})

    def _mount(self, streamlits: Callable[..., object]) -> Callable[..., None]:
        source = inspect.getclosurevars(streamlits).nonlocals

        def mount(*, key: str, data: object, **callbacks: Callable[[], None]) -> None:
            self._sources[key] = {part: source[part] or "" for part in ("html", "css", "js")}
            self._data[key] = data
            for name, callback in callbacks.items():
                self._heard[key, name] = callback

        return mount

    def _hear(self, key: str, name: str, value: object) -> str:
        st.session_state[key] = {**st.session_state.get(key, {}), name: value}
        self._heard[key, f"on_{name}_change"]()
        return self._told()

    def _told(self) -> str:
        self._draw()
        return json.dumps({"code": self._code(), "data": self._data})


class _Empty(BaseHTTPRequestHandler):
    """An address of its own, which a component may write to."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Workbench</title>")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    """The address of an empty page."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Empty) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
