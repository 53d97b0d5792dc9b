"""The command line: python -m models train | study | data | runs | train-vae | noise-study."""

from __future__ import annotations

import argparse
import errno
import json
import sys
from typing import Any

from models.cli import noise_study, options, output, runs, study, train, train_vae
from models.data import cifar10, datasets
from models.data.download import DataUnavailableError
from models.runs.process import BusyError
from models.runs.worker import Cancelled, first_line

UNREAD = 141  # as shells report a command whose output is closed, as by `head`


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit status."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
        _flush()
        return status
    except BrokenPipeError:
        return UNREAD
    except (ValueError, OSError, BusyError, DataUnavailableError) as error:
        print(f"{parser.prog}: {first_line(_named(error))}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, Cancelled) as stop:
        return output.stopped(stop)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    common, where = options.output_options(), options.folder_options()
    train.add_to(commands, common, where)
    study.add_to(commands, common, where)
    _add_data(commands, common)
    train_vae.add_to(commands, common)
    noise_study.add_to(commands, common)
    runs.add_to(commands, common, where)
    return parser


def _add_data(commands: Any, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "data", help="download CIFAR-10, or check the local copy", parents=[common]
    )
    parser.set_defaults(run=_data)


def _data(options: argparse.Namespace) -> int:
    data = datasets.load("cifar10", output.download(options.json))
    folder, train, test = cifar10.folder(), len(data.train_labels), len(data.test_labels)
    if options.json:
        found = {"folder": str(folder), "training": train, "test": test, "files": data.files}
        print(json.dumps(found))
    else:
        print(f"{folder}: {train:,} images to train on, {test:,} to test on")
    return 0


def _flush() -> None:
    """Flush now, while an error can still be reported."""
    try:
        sys.stdout.flush()
    except OSError as error:
        raise OSError(error.errno, error.strerror, "standard output") from error


def _named(error: Exception) -> Exception:
    """The same error; on a full disk, with the name of the output that was being written."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC and error.filename is None:
        return OSError(error.errno, error.strerror, "standard output")
    return error
