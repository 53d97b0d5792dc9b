"""The command that repeats the noise study: python -m models noise-study."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import Any

from models.noise import simulation, study
from models.noise.study import Cell, Study


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to argparse's; `common` has the options that all commands have."""
    repeats, seed = simulation.REPEATS, simulation.SEED
    parser = commands.add_parser(
        "noise-study",
        help="fit lines under four noise models to data of four kinds, and record the errors",
        parents=[common],
    )
    parser.add_argument("--repeats", type=int, default=repeats, help=f"of each cell ({repeats})")
    parser.add_argument("--seed", type=int, default=seed, help=f"({seed})")
    parser.add_argument(
        "--out", type=Path, default=study.SAVED, metavar="FILE", help="where to record"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    out: Path = options.out
    if out.is_dir() or not os.access(out.absolute().parent, os.W_OK):  # before the study, not after
        raise ValueError(f"--out must be a file in a folder that can be written to; got {out}.")
    on_cell = _json_cell if options.json else _show_cell
    result = simulation.run(options.repeats, options.seed, on_cell)
    study.save(result, out)
    if options.json:
        whole = {k: v for k, v in study.plain(result).items() if k != "cells"}
        print(json.dumps({**whole, "file": str(out)}))
    else:
        _show(result, out)
    return 0


def _json_cell(cell: Cell) -> None:
    print(json.dumps(study.plain(cell)), flush=True)


def _show_cell(cell: Cell) -> None:
    models = ", ".join(
        f"{m.noise} {m.error:.3f} (KL {m.divergence:.3f}{f', {m.failed} failed' * (m.failed > 0)})"
        for m in cell.models
    )
    print(f"{cell.truth}, {cell.share:.0%} outliers: mean error by {models}", flush=True)


def _show(result: Study, out: Path) -> None:
    (low, high), (least, most) = result.rank_interval, result.agreement_interval
    print(
        f"Rank correlation of KL and error: {result.rank_correlation:.3f} ({low:.3f} to {high:.3f})"
    )
    print(f"Least KL, least error: {result.agreement:.0%} of cells ({least:.0%} to {most:.0%})")
    print(out)
