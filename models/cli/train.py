"""The command that trains the ConvNet once: python -m models train."""

from __future__ import annotations

import argparse
import json
from typing import Any

from models.cli import output
from models.cli.options import run_directory, runs_folder, runs_option
from models.cli.worker import train_convnet
from models.runs import queue, scheduler, worker
from models.runs.folder import RunFolder
from models.runs.job import has_ended, read_job
from models.runs.spec import DATASETS, LOSSES, PRECISIONS, RunSpec

SETTINGS = ("loss", "seed", "epochs", "images", "label_smoothing", "precision", "data")


def add_to(commands: Any, *parents: argparse.ArgumentParser) -> None:
    """Add the command to argparse's; `parents` have the common options."""
    parser = commands.add_parser(
        "train", help="train the ConvNet once and record the run", parents=[*parents]
    )
    parser.add_argument("--loss", choices=LOSSES, help="required, unless with --resume")
    parser.add_argument("--seed", type=int, help=f"({RunSpec.seed})")
    parser.add_argument("--epochs", type=int, help=f"({RunSpec.epochs})")
    parser.add_argument(
        "--images", type=int, help="how many training images, before 20 %% are held out (all)"
    )
    parser.add_argument("--label-smoothing", type=float, help=f"({RunSpec.label_smoothing:g})")
    parser.add_argument("--precision", choices=PRECISIONS, help=f"({RunSpec.precision})")
    parser.add_argument("--data", choices=DATASETS, help=f"({RunSpec.data})")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--resume", metavar="ID", help="resume an unfinished run")
    how.add_argument(
        "--queue", action="store_true", help="submit it to the queue of the folder, and return"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    settings = {n: v for n in SETTINGS if (v := getattr(options, n)) is not None}
    folder = runs_folder(options)
    if options.resume is not None:
        if settings:
            raise ValueError("--resume takes its settings from the run: give no other setting.")
        directory, spec = run_directory(options, options.resume), None
    elif "loss" not in settings:
        raise ValueError(f"name the --loss: {' or '.join(LOSSES)}.")
    else:
        spec = RunSpec(**settings)
        if options.queue:
            name = queue.submit(spec, folder)
            print(json.dumps({"id": name}) if options.json else name)
            return 0
        # In a folder given by --runs, a run has its spec's own name, so that it is found again.
        directory = folder / spec.id if options.runs else queue.new_directory(spec, folder)
    with queue.claim(directory, spec):
        job = read_job(directory)
        try:
            if not options.json:
                output.printed(print)(f"{job.spec.title}\n{directory}")
            tell = output.printed(output.events(job, options.json))
            run = worker.work(directory, train_convnet, tell)
        except (KeyboardInterrupt, worker.Cancelled) as stop:
            if not has_ended(directory):  # it was stopped before it began
                RunFolder(directory).append("end", state="cancelled")
            again = f"python -m models train --resume {directory.name}{runs_option(options)}"
            kept = f"finished epochs are kept. Resume with: {again}"
            return output.stopped(stop, f"; {kept}")
        finally:
            scheduler.start_waiting(folder, leaving=directory)  # the jobs that waited for this one
    output.show_run(run, options.json)
    return 0
