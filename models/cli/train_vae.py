"""The command that trains the VAEs: python -m models train-vae."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from models.cli import output
from models.data import fashion_mnist
from models.vae import record

EPOCHS, SEED = 20, 1  # of the VAEs that ship


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to argparse's; `common` has the options that all commands have."""
    parser = commands.add_parser(
        "train-vae",
        help="train the missing VAEs on Fashion-MNIST",
        parents=[common],
    )
    only = f"only this ({', '.join(f'{beta:g}' for beta in record.BETAS)})"
    parser.add_argument("--beta", type=float, action="append", metavar="B", help=only)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"({EPOCHS})")
    parser.add_argument("--seed", type=int, default=SEED, help=f"({SEED})")
    parser.add_argument("--pictures", type=Path, metavar="DIR", help="the folder of the IDX files")
    parser.add_argument(
        "--out", type=Path, default=record.SAVED, metavar="DIR", help="where to record"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    _check(options)
    for beta, pictures in _missing(options):
        from models.vae.train import train  # TensorFlow takes seconds to load

        say = output.vae(beta, options.epochs, options.json)
        found = train(beta, pictures, say, epochs=options.epochs, seed=options.seed)
        record.save(*found, options.out)
    for run in record.recorded(options.out)[0].values():
        output.show_vae(run, options.json)
    return 0


def _missing(options: argparse.Namespace) -> list[tuple[float, fashion_mnist.FashionMnist]]:
    """Each β not yet recorded with these settings, and the images, read only if needed."""
    there = record.recorded(options.out)[0].values()
    settings = (options.epochs, options.seed)
    recorded = {run.beta for run in there if (run.epochs, run.seed) == settings}
    wanted = [b for b in dict.fromkeys(options.beta or record.BETAS) if b not in recorded]
    pictures = [fashion_mnist.load(options.pictures)] * len(wanted) if wanted else []
    return list(zip(wanted, pictures, strict=True))


def _check(options: argparse.Namespace) -> None:
    for name, value, high in (("epochs", options.epochs, 1000), ("seed", options.seed, 2**31 - 1)):
        if not 1 <= value <= high:
            raise ValueError(f"--{name} must be a whole number from 1 to {high:,}; got {value}.")
    for beta in options.beta or ():
        if not 0 <= beta <= record.MOST_BETA:
            raise ValueError(f"--beta must lie between 0 and {record.MOST_BETA:g}; got {beta:g}.")
