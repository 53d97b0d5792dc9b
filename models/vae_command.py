"""The command that trains the VAEs: python -m models train-vae."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from models import fashion, latent, screen

EPOCHS, SEED = 20, 1  # of the VAEs that ship


def add_to(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add the command to argparse's; `common` has the options that all commands share."""
    vae = commands.add_parser(
        "train-vae",
        help="train on Fashion-MNIST the VAEs that are missing",
        parents=[common],
    )
    few = ", ".join(f"{beta:g}" for beta in latent.BETAS)
    vae.add_argument("--beta", type=float, action="append", metavar="B", help=f"only this ({few})")
    vae.add_argument("--epochs", type=int, default=EPOCHS, help=f"({EPOCHS})")
    vae.add_argument("--seed", type=int, default=SEED, help=f"({SEED})")
    vae.add_argument("--pictures", type=Path, metavar="DIR", help="the folder of the IDX files")
    vae.add_argument(
        "--out", type=Path, default=latent.SAVED, metavar="DIR", help="where to record"
    )


def _train_vae(options: argparse.Namespace) -> int:
    _check(options)
    for beta, pictures in _missing(options):
        from models import vae  # TensorFlow takes seconds to load

        say = screen.vae(beta, options.epochs, options.json)
        found = vae.train(beta, pictures, say, epochs=options.epochs, seed=options.seed)
        latent.save(*found, options.out)
    for run in latent.recorded(options.out)[0].values():
        screen.show_vae(run, options.json)
    return 0


def _missing(options: argparse.Namespace) -> list[tuple[float, fashion.Clothes]]:
    """Each β that is not recorded with these settings, and the pictures, read once if at all."""
    there = latent.recorded(options.out)[0].values()
    settings = (options.epochs, options.seed)
    recorded = {run.beta for run in there if (run.epochs, run.seed) == settings}
    wanted = [b for b in dict.fromkeys(options.beta or latent.BETAS) if b not in recorded]
    pictures = [fashion.load(options.pictures)] * len(wanted) if wanted else []
    return list(zip(wanted, pictures, strict=True))


def _check(options: argparse.Namespace) -> None:
    for name, value, high in (("epochs", options.epochs, 1000), ("seed", options.seed, 2**31 - 1)):
        if not 1 <= value <= high:
            raise ValueError(f"--{name} must be a whole number from 1 to {high:,}; got {value}.")
    for beta in options.beta or ():
        if not 0 <= beta <= latent.MOST_BETA:
            raise ValueError(f"--beta must lie between 0 and {latent.MOST_BETA:g}; got {beta:g}.")


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {"train-vae": _train_vae}
