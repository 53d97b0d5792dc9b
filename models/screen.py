"""Events and runs as the command line prints them: for people, or as JSON for machines."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from models.journal import Job
from models.spec import Run, to_json

Say = Callable[[str, dict[str, Any]], None]


def events(job: Job, as_json: bool) -> Say:
    """What prints a job's events as they come."""
    return _print_json if as_json else _Lines(job.spec.epochs)


class _Lines:
    """A line for each epoch; on a terminal, one that is written over in between."""

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs
        self.passing = sys.stdout.isatty()

    def __call__(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "epoch":
            figures = {name: math.nan if v is None else v for name, v in content.items()}
            print(
                "{clear}epoch {epoch}/{epochs}: loss {loss:.4f}, accuracy {accuracy:.1%}; "
                "validation loss {val_loss:.4f}, accuracy {val_accuracy:.1%}; "
                "{dead_zone} images below 1e-7; {seconds:.1f} s".format(
                    clear=self._clear(), epochs=self.epochs, **figures
                ),
                flush=True,
            )
        elif kind == "resumed" and content["epochs"]:
            print(f"going on after epoch {content['epochs']}", flush=True)
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
