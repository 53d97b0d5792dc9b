"""Many visitors at once: how long an edit takes, beside the smallest app under the same load.

Run by hand, from the root: python -m tests.benchmarks.bench_sessions [visitors] [seconds]
Visitors without a browser speak Streamlit's own protocol: each types a pair into Asymmetry, a
second or so apart, and after four edits visits another page and comes back. The smallest app that
Streamlit can serve, a field with one sentence and a second page of one line, takes turns. The
visitors are a process of their own on the same machine.
"""

import asyncio
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from tests.benchmarks.bench_edit import served

VISITORS, SECONDS, ROUNDS = 50, 40, 2
EDITS, THINKS = 4, 1.0  # edits before a visit; seconds between two things that a visitor does
PAGES = ("entropy", "fitting", "loss", "regression", "reference", "")
SMALLEST = """import streamlit as st
@st.fragment
def explore():
    st.markdown("You said " + st.text_input("Share text", key="pq"))
explore()
"""


class Visitor:
    """One session: what it knows of the field that it types into."""

    def __init__(self, socket: websockets.ClientConnection) -> None:
        self.socket = socket
        self.field = self.fragment = ""

    async def ask(self, page: str, *, typed: str | None = None) -> float:
        """Have the script run, for an edit or for a page; the seconds until it has."""
        message = BackMsg()
        message.rerun_script.page_name = page
        if typed is not None:
            message.rerun_script.fragment_id = self.fragment
            state = WidgetState(id=self.field, string_value=typed)
            message.rerun_script.widget_states.widgets.append(state)
        began = time.monotonic()
        await self.socket.send(message.SerializeToString())
        while True:
            heard = ForwardMsg.FromString(await self.socket.recv())
            kind = heard.WhichOneof("type")
            if kind == "delta" and heard.delta.new_element.text_input.label == "Share text":
                self.field = heard.delta.new_element.text_input.id
                self.fragment = heard.delta.fragment_id
            elif kind == "script_finished":
                return time.monotonic() - began


async def visit(address: str, pages: tuple[str, ...], until: float, edits: list[float]) -> None:
    """Edit and visit as long as there is time, and note how long each edit took."""
    dice = random.Random(len(edits))
    stream = f"{address.replace('http', 'ws')}/_stcore/stream"
    async with websockets.connect(
        stream, subprotocols=["streamlit"], max_size=None, origin=address
    ) as socket:
        visitor = Visitor(socket)
        while time.monotonic() < until:
            await visitor.ask(pages[0])
            for _ in range(EDITS):
                await asyncio.sleep(THINKS * dice.uniform(0.5, 1.5))
                typed = f"sun:{dice.random():.4f}:1, rain:1:{dice.random():.4f}, snow:1:1"
                edits.append(await visitor.ask(pages[0], typed=typed))
            await asyncio.sleep(THINKS)
            await visitor.ask(dice.choice(pages[1:]))
            await asyncio.sleep(THINKS)


async def load(address: str, pages: tuple[str, ...], visitors: int, seconds: float) -> list[float]:
    """The seconds of each edit of so many visitors at once."""
    edits: list[float] = []
    until = time.monotonic() + seconds
    await asyncio.gather(*(visit(address, pages, until, edits) for _ in range(visitors)))
    return edits


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["load"]:
        address, pages, visitors, seconds = sys.argv[2:]
        edits = asyncio.run(load(address, tuple(pages.split(",")), int(visitors), float(seconds)))
        print(*edits)
        return
    visitors, seconds = (*map(int, sys.argv[1:]), *(VISITORS, SECONDS)[len(sys.argv) - 1 :])
    found: dict[str, list[float]] = {"the app": [], "the smallest": []}
    with tempfile.TemporaryDirectory() as home:
        smallest = Path(home) / "smallest"
        (smallest / "pages").mkdir(parents=True)
        (smallest / "app.py").write_text(SMALLEST)
        (smallest / "pages" / "other.py").write_text("import streamlit as st\nst.write('Other')\n")
        for _ in range(ROUNDS):
            for name, folder, pages in (
                ("the app", Path.cwd(), ("asymmetry", *PAGES)),
                ("the smallest", smallest, ("", "other")),
            ):
                with served(folder, home) as address:
                    command = [sys.executable, "-m", __spec__.name, "load", address]
                    command += [",".join(pages), str(visitors), str(seconds)]
                    said = subprocess.run(command, capture_output=True, text=True, check=True)
                    found[name] += map(float, said.stdout.split())
    for name, times in found.items():
        print(f"{name}: {len(times)} edits, median {median(times):.2f} s", end=", ")
        print(f"p95 {quantiles(times, n=20)[-1]:.2f} s")
    ends = [quantiles(times, n=20)[-1] for times in found.values()]
    print(f"ratio of the p95: {ends[0] / ends[1]:.2f}")


if __name__ == "__main__":
    main()
