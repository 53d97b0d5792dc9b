"""The app and a training beside it, in the memory that a small free server has."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from models import files
from models.runs import store
from tests.models.shell import wait_for

pytestmark = pytest.mark.train

CAP = 3 * 2**29  # 1.5 GiB
TRAIN = "train --loss kl_divergence --epochs 1 --data shapes"
PAGES = sorted(path.stem for path in (files.ROOT / "pages").glob("[!_]*.py"))


@dataclass(frozen=True)
class Cap:
    """Processes under one limit: a control group where there can be one, else they are measured."""

    group: Path | None = None
    peak_file: str = ""

    def run(self, *words: str, **settings: str) -> subprocess.Popen:
        """Start a Python process under the limit, its every byte included."""
        command = [sys.executable, "-m", *words]
        if self.group:
            # The shell enters the group and then becomes the process.
            enter = f'echo $$ > "{self.group}/cgroup.procs"; exec "$0" "$@"'
            command = ["sh", "-c", enter, *command]
        quiet = subprocess.DEVNULL
        env = {**os.environ, **settings}
        return subprocess.Popen(command, cwd=files.ROOT, env=env, stdout=quiet, stderr=quiet)

    def peak(self, *most: int) -> int:
        """The most that all of them held at once, in bytes; an upper bound where it is added up."""
        if self.group:
            return int((self.group / self.peak_file).read_text())
        return sum(most)


def high_water(pid: int) -> int:
    """The most that a process has held so far, in bytes; 0 once it has ended.

    Not wait4's figure: that counts what the parent held when the process was born.
    """
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return 1024 * int(line.split()[1])
    return 0


def most_until_the_end(process: subprocess.Popen) -> int:
    """Wait for it; the most that it held."""
    most = 0
    while process.poll() is None:
        most = max(most, high_water(process.pid))
        time.sleep(0.01)
    return most


def groups() -> Iterator[tuple[Path, dict[str, str], str]]:
    """Where a group may be made, what to write into it, and where its peak stands."""
    name = f"kl-explorer-{os.getpid()}"
    v1 = {"memory.limit_in_bytes": str(CAP), "memory.swappiness": "0"}
    yield Path("/sys/fs/cgroup/memory") / name, v1, "memory.max_usage_in_bytes"
    v2 = {"memory.max": str(CAP), "memory.swap.max": "0"}
    yield Path("/sys/fs/cgroup") / name, v2, "memory.peak"


@contextmanager
def a_cap() -> Iterator[Cap]:
    for group, settings, peak_file in groups():
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            for name, value in settings.items():
                if not (group / name).exists():
                    raise OSError(f"no {name}")
                (group / name).write_text(value)
        except OSError:
            group.rmdir()
            continue
        try:
            yield Cap(group, peak_file)
        finally:
            wait_for(lambda g=group: gone(g), seconds=20)
        return
    yield Cap()


def gone(group: Path) -> bool:
    """Removed; the kernel needs a moment after the last process has ended."""
    with suppress(OSError):
        group.rmdir()
    return not group.exists()


def answers(port: int) -> bool:
    try:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except OSError:
        return False


def visit(port: int, page: str) -> None:
    """What a browser does: ask for a page, and take all that comes until its script has ended."""
    url, origin = f"ws://127.0.0.1:{port}/_stcore/stream", f"http://127.0.0.1:{port}"
    with connect(url, subprotocols=["streamlit"], origin=origin, max_size=None) as socket:
        ask = BackMsg()
        ask.rerun_script.page_name = page
        socket.send(ask.SerializeToString())
        kind = ""
        while kind != "script_finished":
            message = ForwardMsg()
            message.ParseFromString(socket.recv(timeout=60))
            kind = message.WhichOneof("type")
            assert kind != "page_not_found", page


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read in /proc")
def test_the_app_and_a_training_fit_into_one_and_a_half_gibibytes(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"KL_RUNS_DIR": str(tmp_path / "server"), "TF_CPP_MIN_LOG_LEVEL": "3"}
    with a_cap() as cap:
        server = cap.run(
            *"streamlit run app.py --server.headless=true --server.address=127.0.0.1".split(),
            f"--server.port={port}",
            **own,
        )
        over, visits = threading.Event(), []

        def look_around() -> None:
            while not over.is_set():
                for page in PAGES:
                    visit(port, page)
                    visits.append(page)

        visitor = threading.Thread(target=look_around)
        try:
            wait_for(lambda: answers(port) or server.poll() is not None)
            visitor.start()
            training = cap.run("models", *TRAIN.split(), "--runs", str(tmp_path), **own)
            trained = most_until_the_end(training)
            over.set()
            visitor.join()
            assert server.poll() is None
            assert answers(port)
            served = high_water(server.pid)
        finally:
            over.set()
            server.terminate()
            server.wait()
        assert training.returncode == 0  # the kernel ends what has no room left with SIGKILL
        assert set(visits) == set(PAGES)
        assert len(store.list_runs(tmp_path)[0]) == 1
        # TensorFlow's own libraries take more than a sixth of it: so something was measured.
        assert CAP / 6 < cap.peak(trained, served) <= CAP


def test_under_the_cap_a_process_that_wants_more_is_ended():
    """What makes the test above able to fail."""
    with a_cap() as cap:
        if not cap.group:
            pytest.skip("no control group can be made here: memory is measured instead")
        greedy = f"import sys; x = b'1' * {CAP}; sys.exit(0)"
        process = cap.run("timeit", "-n", "1", "-r", "1", greedy)
        assert process.wait() == -9


def test_where_no_group_can_be_made_the_most_that_each_held_is_added_up():
    hungry = f"import time; x = b'1' * {2**28}; time.sleep(1)"  # long enough to be looked at
    both = [Cap().run("timeit", "-n", "1", "-r", "1", hungry) for _ in range(2)]
    with ThreadPoolExecutor() as watchers:
        most = watchers.map(most_until_the_end, both)
    assert 2 * 2**28 <= Cap().peak(*most) < 3 * 2**28
