"""The command that lists, follows, cancels and deletes runs: python -m models runs."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from models.cli import output
from models.cli.options import run_directory, runs_folder
from models.runs import queue, scheduler, store
from models.runs.folder import RunFolder
from models.runs.job import list_jobs, read_job


def add_to(commands: Any, *parents: argparse.ArgumentParser) -> None:
    """Add the command to argparse's; `parents` have the common options."""
    parser = commands.add_parser(
        "runs", help="list, follow, cancel and delete runs", parents=[*parents]
    )
    parser.add_argument("action", choices=ACTIONS, nargs="?", default="list")
    parser.add_argument("id", metavar="ID", nargs="?")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    if options.action != "list" and options.id is None:
        raise ValueError(f"name the run to {options.action}: runs {options.action} ID.")
    if options.action == "list" and options.id is not None:
        raise ValueError("runs list takes no ID; runs show ID shows one.")
    return ACTIONS[options.action](options)


def _list(options: argparse.Namespace) -> int:
    folder = runs_folder(options)
    queue, broken = list_jobs(folder), store.list_runs(folder)[1]
    for job in queue.jobs:
        if job.id not in broken:
            output.show_job(job, options.json)
    for name, reason in (queue.damaged | broken).items():
        damaged = {"id": name, "state": "damaged", "error": reason}
        print(json.dumps(damaged) if options.json else f"{name}  damaged: {reason}")
    if not (options.json or queue.jobs or queue.damaged or broken):
        print(f"{folder} has no runs yet: python -m models train makes one.", file=sys.stderr)
    return 0


def _show(options: argparse.Namespace) -> int:
    directory = run_directory(options, options.id)
    job = read_job(directory)
    if job.state == "done":
        output.show_run(store.load(directory), options.json)
    else:
        output.show_job(job, options.json)
    return 0


def _follow(options: argparse.Namespace) -> int:
    directory = run_directory(options, options.id)
    say, told = output.events(read_job(directory), options.json), 0
    while True:
        live = read_job(directory).live  # checked first, so that its last events are not missed
        found = list(RunFolder(directory).read_events())
        for kind, content in found[told:]:
            say(kind, content)
        told = len(found)
        if not live:
            return _show(options)
        scheduler.start_waiting(directory.parent)  # each look starts the jobs whose turn it is
        time.sleep(0.5)


def _cancel(options: argparse.Namespace) -> int:
    queue.cancel(run_directory(options, options.id))
    return 0


def _delete(options: argparse.Namespace) -> int:
    queue.delete(run_directory(options, options.id))
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "follow": _follow,
    "cancel": _cancel,
    "delete": _delete,
}
