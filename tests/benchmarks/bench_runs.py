"""What many runs and many idle tabs cost the server.

Run it by hand, from the root: python -m tests.benchmarks.bench_runs [TABS] [MINUTES] [RUNS]
First, how long a look at the queue and a submission take among 30, 100 and 1,000 runs that have
ended. Then TABS (200) visitors open the page Training, each with a connection of its own, among
RUNS (30), and ask how the runs stand as often as the page has them ask, for MINUTES (2): the share
of a core that the server takes, by the processor time that the system has counted for it. The
visitors are sessions without a browser: they send what a page sends, and draw nothing.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from json import loads
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from models.runs import job, queue, scheduler
from models.runs.folder import RunFolder
from models.runs.job import list_jobs
from models.runs.record import EpochResult, to_json
from models.runs.spec import RunSpec
from tests.benchmarks.bench_edit import served

SPEC = RunSpec("kl_divergence", data="shapes")


def main() -> None:
    """Measure and print."""
    numbers = [int(word) for word in sys.argv[1:]]
    tabs, minutes, runs = (*numbers, *(200, 2, 30)[len(numbers) :])
    for count in (30, 100, 1000):
        measure_looks(count)
    with tempfile.TemporaryDirectory() as home:
        make_ended(Path(home), runs)
        with served(Path.cwd(), home) as address:
            asyncio.run(measure_tabs(address, server_of(home), tabs, minutes))


def make_ended(folder: Path, count: int) -> None:
    """Runs of 25 epochs that were cancelled, as they lie on disk."""
    with patch.object(scheduler, "start_listed"):
        for number in range(count):
            directory = folder / queue.submit(replace(SPEC, seed=number), folder)
            for epoch in range(1, 26):
                result = EpochResult(epoch, 2 / epoch, 0.5, 2 / epoch, 0.5, 0, 20.0)
                for done in range(1, 20):
                    RunFolder(directory).append(
                        "batch", epoch=epoch, done=done, batches=20, pace=1.0
                    )
                RunFolder(directory).append("epoch", **to_json(result))
            queue.cancel(directory)


def measure_looks(count: int) -> None:
    """Milliseconds of the first look, of those that follow, and of a submission."""
    with tempfile.TemporaryDirectory() as home, patch.object(scheduler, "start_listed"):
        folder = Path(home)
        make_ended(folder, count)
        job._cached._kept.clear()
        job._summary._kept.clear()
        first = milliseconds(lambda: list_jobs(folder))
        later = median(milliseconds(lambda: list_jobs(folder)) for _ in range(20))
        submitted = [
            milliseconds(
                partial(queue.submit, replace(SPEC, seed=10_000 + seed), folder, f"v{seed}")
            )
            for seed in range(5)
        ]
        print(
            f"{count} runs: the first look {first:.0f} ms, a look {later:.1f} ms "
            f"({later / count:.3f} ms a run), a submission {median(submitted):.1f} ms",
            flush=True,
        )


def milliseconds(do: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    do()
    return 1000 * (time.perf_counter() - began)


@dataclass
class Tab:
    """A visit to the page Training: what its question how the runs stand is, and how often."""

    connection: ClientConnection
    page: str
    fragment: str
    every: float


async def measure_tabs(address: str, server: int, count: int, minutes: float) -> None:
    """Open the tabs, let them ask, print."""
    began = seconds_of(server)
    tabs = [await opened(address) for _ in range(count)]
    print(f"{count} tabs opened: {(seconds_of(server) - began) / count:.2f} s of a core each")
    every = tabs[0].every
    asked = [asyncio.create_task(keep_asking(t, n / count)) for n, t in enumerate(tabs)]
    await asyncio.sleep(5)  # what opening them has left to be done
    before, start = seconds_of(server), time.monotonic()
    await asyncio.sleep(60 * minutes)
    took, passed = seconds_of(server) - before, time.monotonic() - start
    polls = count * passed / every
    print(
        f"{count} idle tabs, each asking every {every:g} s: {took / passed:.3f} of a core, "
        f"{1000 * took / polls:.1f} ms a question"
    )
    for task in asked:
        task.cancel()


async def opened(address: str) -> Tab:
    """A tab on the page, when it is drawn."""
    where = f"{address.replace('http', 'ws')}/_stcore/stream"
    connection = await connect(
        where, subprotocols=["streamlit"], max_size=None, ping_interval=None, origin=address
    )
    await connection.send(message(page_name="training"))
    page, found = "", None
    async for message_ in connection:
        told = ForwardMsg.FromString(message_)
        page = told.new_session.page_script_hash or page
        element = told.delta.new_element
        if element.WhichOneof("type") == "bidi_component" and "pulse" in str(element):
            found = told.delta.fragment_id, loads(element.bidi_component.json)["every"]
        if told.WhichOneof("type") == "script_finished":
            break
    assert found, "the page asks for nothing"
    return Tab(connection, page, *found)


async def keep_asking(tab: Tab, phase: float) -> None:
    """Its question, as often as the page asks, from some moment within the first time on."""
    await asyncio.sleep(phase * tab.every)
    while True:
        due = time.monotonic() + tab.every
        await tab.connection.send(message(page_script_hash=tab.page, fragment_id=tab.fragment))
        async for answer in tab.connection:
            if ForwardMsg.FromString(answer).WhichOneof("type") == "script_finished":
                break
        await asyncio.sleep(max(0, due - time.monotonic()))


def message(**state: Any) -> bytes:
    """What a page sends to have Python run."""
    return BackMsg(rerun_script=ClientState(**state)).SerializeToString()


def server_of(home: str) -> int:
    """The process that serves the runs in a folder."""
    wanted = f"KL_RUNS_DIR={home}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                return int(process.name)
        except OSError:
            continue
    raise AssertionError("no server")


def seconds_of(process: int) -> float:
    """The processor time that it has taken so far, all its threads together."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
