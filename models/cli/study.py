"""The command that trains the missing runs of a study: python -m models study."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from models.cli import output
from models.cli.options import runs_folder
from models.data import datasets
from models.runs import dask, scheduler, study
from models.runs.job import Job
from models.runs.spec import RunSpec
from models.runs.worker import Cancelled


def add_to(commands: Any, *parents: argparse.ArgumentParser) -> None:
    """Add the command to argparse's; `parents` have the common options."""
    parser = commands.add_parser(
        "study", help="train the missing runs of a study", parents=[*parents]
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the study, in TOML")
    at = parser.add_mutually_exclusive_group()
    at.add_argument("--at-once", type=int, default=1, metavar="N", help="runs at once, here (1)")
    at.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, whose workers train")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    if options.at_once < 1:
        raise ValueError(f"--at-once must be at least 1; got {options.at_once}.")
    scheduler.slots()  # each end of a run starts the next: a wrong setting raises before
    specs, folder = study.read(options.file), runs_folder(options)
    missing = study.missing(specs, folder)
    told = output.printed(output.study(len(specs), len(specs) - len(missing), options.json))
    try:
        failed = _make(missing, folder, options, told)
    except (KeyboardInterrupt, Cancelled) as stop:
        kept = "finished runs are kept; the same command resumes the study."
        return output.stopped(stop, f"; {kept}")
    output.show_study(study.recorded(specs, folder), options.json)
    if failed:
        raise ValueError(f"{len(failed)} of {len(specs)} runs failed.")
    return 0


def _make(
    specs: list[RunSpec], folder: Path, options: argparse.Namespace, told: study.OnJob
) -> list[Job]:
    if specs and options.scheduler is not None:
        return dask.make(specs, folder, options.scheduler, told, output.warn)
    for data in {spec.data for spec in specs}:
        datasets.load(data, output.download(options.json))  # missing data raise before any training
    return study.make(specs, folder, options.at_once, told)
