"""Options that several commands have, and their values."""

from __future__ import annotations

import argparse
from pathlib import Path

from models.runs import store
from models.runs.folder import SPEC, RunFolder


def output_options() -> argparse.ArgumentParser:
    """A parent parser: how to print."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    return parser


def folder_options() -> argparse.ArgumentParser:
    """A parent parser: where the runs are."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--runs", type=Path, metavar="DIR", help="the folder of runs (runs/)")
    return parser


def runs_folder(options: argparse.Namespace) -> Path:
    """The folder of runs. Raises ValueError for a file."""
    folder: Path = options.runs or store.runs_dir()
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file: runs need a folder.")
    return folder.absolute()


def run_directory(options: argparse.Namespace, name: str) -> Path:
    """The folder of the run of this name. Raises ValueError if there is none."""
    folder = runs_folder(options)
    plain = name and Path(name).name == name and not name.startswith(".")
    if not plain or not RunFolder(folder / name).has(SPEC):
        raise ValueError(
            f"{folder} has no run {name!r}; python -m models runs{runs_option(options)} lists them."
        )
    return folder / name


def runs_option(options: argparse.Namespace) -> str:
    """The --runs option that a suggested command needs to mean the same folder."""
    return f" --runs {options.runs}" if options.runs else ""
