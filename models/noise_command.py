"""The command that makes the noise study anew: python -m models noise-study."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models import noise_study, noise_trials
from models.noise_study import Cell, Study


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to argparse's; `common` has the options that all commands share."""
    repeats, seed = noise_trials.REPEATS, noise_trials.SEED
    parser = commands.add_parser(
        "noise-study",
        help="fit lines under four assumed noises to points of four true ones, and record how well",
        parents=[common],
    )
    parser.add_argument("--repeats", type=int, default=repeats, help=f"of each cell ({repeats})")
    parser.add_argument("--seed", type=int, default=seed, help=f"({seed})")
    parser.add_argument(
        "--out", type=Path, default=noise_study.SAVED, metavar="FILE", help="where to record"
    )


def _noise_study(options: argparse.Namespace) -> int:
    out: Path = options.out
    if out.is_dir() or not os.access(out.absolute().parent, os.W_OK):  # told before, not after
        raise ValueError(f"--out must be a file in a folder that can be written to; got {out}.")
    study = noise_trials.run(
        options.repeats, options.seed, _json_cell if options.json else _show_cell
    )
    noise_study.save(study, out)
    if options.json:
        whole = {k: v for k, v in noise_study.plain(study).items() if k != "cells"}
        print(json.dumps({**whole, "file": str(out)}))
    else:
        _show(study, out)
    return 0


def _json_cell(cell: Cell) -> None:
    print(json.dumps(noise_study.plain(cell)), flush=True)


def _show_cell(cell: Cell) -> None:
    models = ", ".join(
        f"{m.noise} {m.error:.3f} (KL {m.divergence:.3f}{f', {m.failed} failed' * (m.failed > 0)})"
        for m in cell.models
    )
    print(f"{cell.truth}, {cell.share:.0%} outliers: mean error by {models}", flush=True)


def _show(study: Study, out: Path) -> None:
    (low, high), (least, most) = study.rank_interval, study.agreement_interval
    print(
        f"Rank correlation of KL and error: {study.rank_correlation:.3f} ({low:.3f} to {high:.3f})"
    )
    print(f"Least KL, least error: {study.agreement:.0%} of cells ({least:.0%} to {most:.0%})")
    print(out)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"noise-study": _noise_study}
