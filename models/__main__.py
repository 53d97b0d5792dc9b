"""The command line: python -m models train | study | data | runs | train-vae | noise-study."""

from __future__ import annotations

import argparse
import errno
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models import (
    cluster,
    datasets,
    jobs,
    journal,
    noise_command,
    screen,
    store,
    study,
    vae_command,
    worker,
)
from models.spec import DATASETS, LOSSES, PRECISIONS, RunSpec

STOPPED = 130  # as shells report a command that Ctrl-C ended
UNREAD = 141  # and one whose output nobody reads any more, as after `head`
SETTINGS = ("loss", "seed", "epochs", "images", "label_smoothing", "precision", "data")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        status = COMMANDS[options.command](options)
        _flush()
        return status
    except BrokenPipeError:
        return UNREAD
    except (
        ValueError,
        OSError,
        jobs.BusyError,
        datasets.DataUnavailableError,
    ) as error:
        print(f"{parser.prog}: {worker.first_line(_named(error))}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, worker.Cancelled) as stop:
        print(f"\nStopped{_why(stop)}.", file=sys.stderr)
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="one JSON object a line, for machines")
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--runs", type=Path, metavar="DIR", help="the folder of runs (runs/)")
    train = commands.add_parser(
        "train", help="train the ConvNet once and record the run", parents=[common, where]
    )
    train.add_argument("--loss", choices=LOSSES, help="to be said, unless with --resume")
    train.add_argument("--seed", type=int, help=f"({RunSpec.seed})")
    train.add_argument("--epochs", type=int, help=f"({RunSpec.epochs})")
    train.add_argument(
        "--images", type=int, help="how many training images, before 20 %% are held out (all)"
    )
    train.add_argument("--label-smoothing", type=float, help=f"({RunSpec.label_smoothing:g})")
    train.add_argument("--precision", choices=PRECISIONS, help=f"({RunSpec.precision})")
    train.add_argument("--data", choices=DATASETS, help=f"({RunSpec.data})")
    how = train.add_mutually_exclusive_group()
    how.add_argument("--resume", metavar="ID", help="go on with a run that has not finished")
    how.add_argument(
        "--queue", action="store_true", help="hand it to the queue of the folder, and return"
    )
    many = commands.add_parser(
        "study", help="make the runs of a study that are missing", parents=[common, where]
    )
    many.add_argument("file", type=Path, metavar="FILE", help="the study, in TOML")
    at = many.add_mutually_exclusive_group()
    at.add_argument("--at-once", type=int, default=1, metavar="N", help="so many here (1)")
    at.add_argument("--scheduler", metavar="ADDRESS", help="on the workers of a Dask scheduler")
    commands.add_parser(
        "data", help="download CIFAR-10, or check the copy that is here", parents=[common]
    )
    vae_command.add_to(commands, common)
    noise_command.add_to(commands, common)
    runs = commands.add_parser(
        "runs", help="list, follow, cancel and delete runs", parents=[common, where]
    )
    runs.add_argument("action", choices=ACTIONS, nargs="?", default="list")
    runs.add_argument("id", metavar="ID", nargs="?")
    return parser


def _train(options: argparse.Namespace) -> int:
    settings = {n: v for n in SETTINGS if (v := getattr(options, n)) is not None}
    folder = _folder(options)
    if options.resume is not None:
        if settings:
            raise ValueError("--resume takes its settings from the run: name none beside it.")
        directory, spec = _directory(options, options.resume), None
    elif "loss" not in settings:
        raise ValueError(f"say which --loss: {' or '.join(LOSSES)}.")
    else:
        spec = RunSpec(**settings)
        if options.queue:
            name = jobs.submit(spec, folder)
            print(json.dumps({"id": name}) if options.json else name)
            return 0
        # A folder that was named gets the run under its spec's own name, to be found again.
        directory = folder / spec.id if options.runs else jobs.new_directory(spec, folder)
    with jobs.take(directory, spec):
        job = journal.read(directory)
        try:
            if not options.json:
                _printed(print)(f"{job.spec.title}\n{directory}")
            run = worker.work(directory, _printed(screen.events(job, options.json)))
        except (KeyboardInterrupt, worker.Cancelled) as stop:
            if not journal.has_ended(directory):  # it was stopped before it began
                journal.append(directory, "end", state="cancelled")
            again = f"python -m models train --resume {directory.name}{_runs(options)}"
            kept = f"what was trained is kept. Go on with: {again}"
            print(f"\nStopped{_why(stop)}; {kept}", file=sys.stderr)
            return STOPPED
        finally:
            jobs.start_waiting(folder, leaving=directory)  # what waited for this one
    screen.show_run(run, options.json)
    return 0


def _printed(say: Callable[..., None]) -> Callable[..., None]:
    """What prints the same; where that cannot be, the training stops as by Ctrl-C."""

    def tell(*event: Any) -> None:
        try:
            say(*event)
        except OSError as error:  # no fault of the run's, which would be recorded as failed
            raise worker.Cancelled(f"standard output: {error.strerror}") from error

    return tell


def _why(stop: BaseException) -> str:
    return f" ({stop})" if str(stop) else ""


def _flush() -> None:
    """Print now, while it can be told what is wrong."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise OSError(error.errno, error.strerror, "standard output") from error


def _named(error: Exception) -> Exception:
    """The same; where there is no room, with the place: of a file, whoever writes it says which."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC and error.filename is None:
        return OSError(error.errno, error.strerror, "standard output")
    return error


def _study(options: argparse.Namespace) -> int:
    if options.at_once < 1:
        raise ValueError(f"--at-once must be at least 1; got {options.at_once}.")
    jobs.slots()  # whoever ends a run starts what waits: a wrong setting is told before
    specs, folder = study.read(options.file), _folder(options)
    missing = study.missing(specs, folder)
    told = _printed(screen.study(len(specs), len(specs) - len(missing), options.json))
    try:
        failed = _make(missing, folder, options, told)
    except (KeyboardInterrupt, worker.Cancelled) as stop:
        kept = "what is done is kept, and the same command goes on."
        print(f"\nStopped{_why(stop)}; {kept}", file=sys.stderr)
        return STOPPED
    screen.show_study(study.recorded(specs, folder), options.json)
    if failed:
        raise ValueError(f"{len(failed)} of {len(specs)} runs did not get done.")
    return 0


def _make(
    specs: list[RunSpec], folder: Path, options: argparse.Namespace, told: study.OnJob
) -> list[journal.Job]:
    if specs and options.scheduler is not None:
        return cluster.make(specs, folder, options.scheduler, told, screen.warn)
    for data in {spec.data for spec in specs}:
        datasets.load(data, _show_download(options))  # what cannot be had is told first
    return study.make(specs, folder, options.at_once, told)


def _data(options: argparse.Namespace) -> int:
    data = datasets.load("cifar10", _show_download(options))
    folder, train, test = datasets.cifar10_dir(), len(data.train_labels), len(data.test_labels)
    if options.json:
        found = {"folder": str(folder), "training": train, "test": test, "files": data.files}
        print(json.dumps(found))
    else:
        print(f"{folder}: {train:,} images to train on, {test:,} to test on")
    return 0


def _show_download(options: argparse.Namespace) -> datasets.Progress | None:
    def show(received: int, total: int) -> None:
        end = "\n" if received == total else ""
        print(f"\rCIFAR-10: {received / 1e6:.0f} of {total / 1e6:.0f} MB", end=end, flush=True)

    return None if options.json else _printed(show)


def _runs_command(options: argparse.Namespace) -> int:
    if options.action != "list" and options.id is None:
        raise ValueError(f"say which run to {options.action}: runs {options.action} ID.")
    if options.action == "list" and options.id is not None:
        raise ValueError("runs list takes no ID; runs show ID shows one.")
    return ACTIONS[options.action](options)


def _list(options: argparse.Namespace) -> int:
    folder = _folder(options)
    queue, broken = jobs.look(folder), store.list_runs(folder)[1]
    for job in queue.jobs:
        if job.id not in broken:
            screen.show_job(job, options.json)
    for name, reason in (queue.damaged | broken).items():
        damaged = {"id": name, "state": "damaged", "error": reason}
        print(json.dumps(damaged) if options.json else f"{name}  damaged: {reason}")
    if not (options.json or queue.jobs or queue.damaged or broken):
        print(f"{folder} has no runs yet: python -m models train makes one.", file=sys.stderr)
    return 0


def _show(options: argparse.Namespace) -> int:
    directory = _directory(options, options.id)
    job = journal.read(directory)
    if job.state == "done":
        screen.show_run(store.load(directory), options.json)
    else:
        screen.show_job(job, options.json)
    return 0


def _follow(options: argparse.Namespace) -> int:
    directory = _directory(options, options.id)
    say, told = screen.events(journal.read(directory), options.json), 0
    while True:
        live = journal.read(directory).live  # asked first: what it tells at its end is not missed
        found = list(journal.events(directory))
        for kind, content in found[told:]:
            say(kind, content)
        told = len(found)
        if not live:
            return _show(options)
        jobs.start_waiting(directory.parent)  # whoever looks keeps the queue going
        time.sleep(0.5)


def _cancel(options: argparse.Namespace) -> int:
    jobs.cancel(_directory(options, options.id))
    return 0


def _delete(options: argparse.Namespace) -> int:
    jobs.delete(_directory(options, options.id))
    return 0


def _folder(options: argparse.Namespace) -> Path:
    folder: Path = options.runs or store.runs_dir()
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file: runs need a folder.")
    return folder.absolute()


def _directory(options: argparse.Namespace, name: str) -> Path:
    folder = _folder(options)
    plain = name and Path(name).name == name and not name.startswith(".")
    if not plain or not (folder / name / "spec.json").exists():
        raise ValueError(
            f"{folder} has no run {name!r}; python -m models runs{_runs(options)} lists them."
        )
    return folder / name


def _runs(options: argparse.Namespace) -> str:
    return f" --runs {options.runs}" if options.runs else ""


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "follow": _follow,
    "cancel": _cancel,
    "delete": _delete,
}
COMMANDS = {
    "train": _train,
    "study": _study,
    "data": _data,
    "runs": _runs_command,
    **vae_command.COMMANDS,
    **noise_command.COMMANDS,
}


if __name__ == "__main__":
    status = main()
    try:
        sys.stdout.flush()
    except OSError:  # it was told; Python would complain once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)
