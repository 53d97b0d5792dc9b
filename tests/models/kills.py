"""Killing a run at a chosen moment, resuming it, and what must have survived."""

import random
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from models.runs import process, store
from models.runs.job import read_job
from models.runs.record import EpochResult
from models.runs.spec import RunSpec
from tests.models.shell import begin, events, figures, finish, kill_worker, timeless, wait_for

SPEC = RunSpec("kl_divergence", seed=7, epochs=5, images=4000, label_smoothing=0.05, data="shapes")
QUICK = replace(SPEC, images=500)  # where the moment is not left to chance
SETTINGS = (
    "--loss kl_divergence --seed 7 --epochs 5 --images 4000 --label-smoothing 0.05 --data shapes"
).split()
STARTUP = 8.0  # seconds: about what TensorFlow and the first step take


@dataclass(frozen=True)
class Moment:
    """When to kill: so many epochs told by this process, then a share of what comes next."""

    kind: str
    epochs: int
    share: float

    def wait(self, directory: Path, alive: Callable[[], bool]) -> None:
        """Return at that moment, or when the process has ended."""
        wait_for(lambda: not alive() or self._comes(directory))
        if self.kind == "around an epoch's end":
            # The part is there for some milliseconds, before it becomes the checkpoint.
            while alive() and not (directory / "checkpoint.npz.part").exists():
                pass
            pause = self.share * 0.02
        elif self.kind == "startup":
            pause = self.share * STARTUP
        else:
            told = history(directory)
            pause = self.share * (told[-1].seconds if len(told) > 1 else 1.0)
        deadline = time.monotonic() + pause
        while alive() and time.monotonic() < deadline:
            time.sleep(0.001)

    def _comes(self, directory: Path) -> bool:
        kinds = [event["kind"] for event in events(directory)]
        if self.kind == "near the end":
            return len(history(directory)) >= SPEC.epochs - 1
        own = kinds[len(kinds) - kinds[::-1].index("started") :] if "started" in kinds else []
        return own.count("epoch") >= self.epochs and "stage" in own


def moments(count: int, seed: int) -> list[Moment]:
    """Moments spread over startup, the midst and the end of epochs, and the end of the run."""
    dice = random.Random(seed)
    kinds = [
        lambda: Moment("startup", 0, dice.random()),
        lambda: Moment("mid-epoch", 1, dice.random()),
        lambda: Moment("around an epoch's end", dice.randint(0, 1), dice.random()),
        lambda: Moment("mid-epoch", dice.randint(1, 2), dice.random()),
        lambda: Moment("near the end", 0, 0.2 + dice.random()),
    ]
    return [kinds[number % len(kinds)]() for number in range(count)]


def history(directory: Path) -> tuple[EpochResult, ...]:
    """The epochs that a job has told."""
    return read_job(directory).history


def start(folder: Path) -> tuple[subprocess.Popen, Path]:
    """The run, begun as a user begins it; its folder is there when this returns."""
    begun, directory = begin("train", *SETTINGS, "--runs", folder), folder / SPEC.id
    wait_for(lambda: (directory / "spec.json").exists())
    return begun, directory


def resume(directory: Path) -> subprocess.Popen:
    """What a user types."""
    return begin("train", "--resume", directory.name, "--runs", directory.parent)


def kill(begun: subprocess.Popen, directory: Path, moment: Moment) -> bool:
    """SIGKILL at that moment; whether the process was still at work."""
    moment.wait(directory, lambda: begun.poll() is None)
    begun.send_signal(signal.SIGKILL)
    return finish(begun).returncode == -signal.SIGKILL


def kill_in_queue(directory: Path, moment: Moment) -> bool:
    """The same for a worker that the queue has started."""
    moment.wait(directory, lambda: process.is_held(directory))
    return kill_worker(directory)


def assert_kept(before: tuple[EpochResult, ...], directory: Path) -> None:
    """The epochs told before a kill are told after it, the same in every figure."""
    assert timeless(history(directory)[: len(before)]) == timeless(before)


def assert_equal(directory: Path, uninterrupted: Path) -> None:
    """The same history, test figures and weights, to the last bit, and each epoch told once."""
    run, expected = store.load(directory), store.load(uninterrupted)
    assert figures(run) == figures(expected)
    assert read_job(directory).state == "done"
    assert history(directory) == run.history
    ours, theirs = store.load_weights(directory), store.load_weights(uninterrupted)
    assert [w.tobytes() for w in ours.values()] == [w.tobytes() for w in theirs.values()]
