"""Events and runs as the command line prints them: as text, or as JSON."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from models.data.download import Progress
from models.evaluation import statistics
from models.runs.job import Job
from models.runs.record import Run, to_json
from models.runs.spec import RunSpec
from models.runs.worker import Cancelled
from models.vae.record import VaeEpoch, VaeRun

STOPPED = 130  # as shells report a command that Ctrl-C ended

Say = Callable[[str, dict[str, Any]], None]


def events(job: Job, as_json: bool) -> Say:
    """A function that prints a job's events as they come."""
    return _print_json if as_json else _Lines(job.spec.epochs)


class _Lines:
    """Prints a line per epoch; on a terminal, with a progress line that is overwritten."""

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs
        self.passing = sys.stdout.isatty()

    def __call__(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "epoch":
            figures = {name: math.nan if v is None else v for name, v in content.items()}
            print(
                "{clear}epoch {epoch}/{epochs}: loss {loss:.4f}, accuracy {accuracy:.1%}; "
                "validation loss {val_loss:.4f}, accuracy {val_accuracy:.1%}; "
                "{dead_zone} images with q(true class) < 1e-7; {seconds:.1f} s".format(
                    clear=self._clear(), epochs=self.epochs, **figures
                ),
                flush=True,
            )
        elif kind == "resumed" and content["epochs"]:
            print(f"resuming after epoch {content['epochs']}", flush=True)
        elif kind == "batch":
            done = f"{content['done']} of {content['batches']} batches"
            self._pass(f"epoch {content['epoch']}/{self.epochs}: {done}")
        elif kind == "stage":
            self._pass(f"{content['text']} …")

    def _pass(self, text: str) -> None:
        if self.passing:
            print(f"{self._clear()}{text}", end="", flush=True)

    def _clear(self) -> str:
        return "\r\x1b[K" if self.passing else ""


def _print_json(kind: str, content: dict[str, Any]) -> None:
    print(json.dumps({"kind": kind, **content}), flush=True)


def show_job(job: Job, as_json: bool) -> None:
    """A job that has no run yet."""
    if as_json:
        content = asdict(job)
        del content["owner"]
        history = [to_json(result) for result in job.history]
        print(json.dumps({**content, "history": history}))
        return
    parts = [f"{job.id}  {job.state}", f"{len(job.history)} of {job.spec.epochs} epochs"]
    if job.history:
        parts.append(f"validation accuracy {job.history[-1].val_accuracy:.1%}")
    if job.error:
        parts.append(job.error)
    print(", ".join(parts))


def show_run(run: Run, as_json: bool) -> None:
    """A finished run."""
    if as_json:
        print(json.dumps({"kind": "run", **run.to_json()}))
        return
    print(
        f"validation accuracy {run.last.val_accuracy:.1%} after epoch {run.last.epoch}, on "
        f"{run.images['validation']:,} images; test accuracy {run.test.accuracy:.1%} on "
        f"{run.test.images:,} images"
    )


def study(runs: int, done: int, as_json: bool) -> Callable[[Job], None]:
    """A function that prints a line whenever the state of a study's run changes."""
    told: dict[str, str] = {}
    if not as_json:
        print(f"{done} of {runs} runs are recorded", flush=True)

    def tell(job: Job) -> None:
        nonlocal done
        if told.get(job.id) == job.state:
            return
        told[job.id] = job.state
        done += job.state == "done"
        if not as_json:
            print(f"{done}/{runs}  ", end="")
        show_job(job, as_json)
        sys.stdout.flush()

    return tell


def printed(say: Callable[..., None]) -> Callable[..., None]:
    """The same function, except that an error of the output stops training, as Ctrl-C does."""

    def tell(*event: Any) -> None:
        try:
            say(*event)
        except OSError as error:  # not an error of the run, which would be recorded as failed
            raise Cancelled(f"standard output: {error.strerror}") from error

    return tell


def download(as_json: bool) -> Progress | None:
    """A function that prints the progress of a download; for JSON, nothing."""

    def show(received: int, total: int) -> None:
        end = "\n" if received == total else ""
        print(f"\rCIFAR-10: {received / 1e6:.0f} of {total / 1e6:.0f} MB", end=end, flush=True)

    return None if as_json else printed(show)


def stopped(stop: BaseException, and_then: str = ".") -> int:
    """Print that a command was stopped, with the reason if it is known; returns the exit status."""
    why = f" ({stop})" if str(stop) else ""
    print(f"\nStopped{why}{and_then}", file=sys.stderr)
    return STOPPED


def warn(text: str) -> None:
    """Print a message for people, apart from the output that programs read."""
    print(text, file=sys.stderr, flush=True)


def show_study(runs: Sequence[Run], as_json: bool) -> None:
    """A study's result: mean and standard deviation over seeds, per loss and settings."""
    groups: dict[RunSpec, list[float]] = {}
    for run in runs:
        groups.setdefault(replace(run.spec, seed=0), []).append(run.last.val_accuracy)
    for spec, accuracies in groups.items():
        mean, spread = float(np.mean(accuracies)), statistics.sd(accuracies)
        if as_json:
            found = {"validation_accuracy": mean, "sd": spread if len(accuracies) > 1 else None}
            settings = {n: v for n, v in asdict(spec).items() if n != "seed"}
            print(
                json.dumps({"kind": "study", "spec": settings, "seeds": len(accuracies), **found})
            )
            continue
        seeds = f"{len(accuracies)} seed" + "s" * (len(accuracies) > 1)
        around = f" ± {spread:.2%} (sd)" if len(accuracies) > 1 else ""
        name = spec.id.replace("-seed0", "")
        print(f"{name}: validation accuracy {mean:.2%}{around}, {seeds}")


def vae(beta: float, epochs: int, as_json: bool) -> Callable[[VaeEpoch], None]:
    """A function that prints the epochs of a VAE as they end."""

    def say(done: VaeEpoch) -> None:
        if as_json:
            _print_json("epoch", {"beta": beta, **asdict(done)})
            return
        print(
            f"β = {beta:g}, epoch {done.epoch}/{epochs}: distortion {done.distortion:.2f}, rate "
            f"{done.rate:.2f} nats; test {done.test_distortion:.2f}, {done.test_rate:.2f}; "
            f"{done.seconds:.1f} s",
            flush=True,
        )

    return say


def show_vae(run: VaeRun, as_json: bool) -> None:
    """A recorded VAE, on a line."""
    if as_json:
        _print_json("vae", {"beta": run.beta, "rates": run.rates, **asdict(run.last)})
        return
    each = ", ".join(f"{rate:.2f}" for rate in run.rates)
    print(
        f"β = {run.beta:g}: distortion {run.last.test_distortion:.2f}, rate "
        f"{run.last.test_rate:.2f} nats per test image (by dimension {each})"
    )
