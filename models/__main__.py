"""The command line: python -m models train | data."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from models import datasets, jobs, worker
from models.spec import DATASETS, LOSSES, PRECISIONS, RunSpec


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its exit status."""
    parser = argparse.ArgumentParser(prog="python -m models", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    _add_train(commands.add_parser("train", help="train the ConvNet once and record the run"))
    commands.add_parser("data", help="download CIFAR-10, or check the copy that is here")
    options = parser.parse_args(arguments)
    try:
        return {"train": _train, "data": _data}[options.command](options)
    except (ValueError, OSError, jobs.BusyError, datasets.DataUnavailableError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, jobs.Cancelled):
        print("\nStopped; what was trained so far is in the run's events.jsonl.", file=sys.stderr)
        return 130


def _add_train(parser: argparse.ArgumentParser) -> None:
    spec = RunSpec(next(iter(LOSSES)))
    parser.add_argument("--loss", choices=LOSSES, required=True)
    parser.add_argument("--seed", type=int, default=spec.seed)
    parser.add_argument("--epochs", type=int, default=spec.epochs)
    parser.add_argument(
        "--images", type=int, help="how many training images, before 20 %% are held out (all)"
    )
    parser.add_argument("--label-smoothing", type=float, default=spec.label_smoothing)
    parser.add_argument("--precision", choices=PRECISIONS, default=spec.precision)
    parser.add_argument("--data", choices=DATASETS, default=spec.data)
    parser.add_argument(
        "--runs",
        type=Path,
        metavar="DIR",
        help="record the run in DIR under the name its settings give it "
        "(without this: in runs/, under a name of its own)",
    )


def _train(options: argparse.Namespace) -> int:
    names = ("loss", "seed", "epochs", "images", "label_smoothing", "precision", "data")
    spec = RunSpec(**{name: getattr(options, name) for name in names})
    directory = options.runs / spec.id if options.runs else jobs.new_directory(spec)
    with jobs.create(spec, directory):
        print(f"{spec.title}\n{directory}")
        run = worker.work(directory, verbose=1, on_download=_show_download)
    print(
        f"validation accuracy {run.last.val_accuracy:.1%} after epoch {run.last.epoch}; "
        f"test accuracy {run.test.accuracy:.1%} on {run.test.images:,} images"
    )
    return 0


def _show_download(received: int, total: int) -> None:
    end = "\n" if received == total else ""
    print(f"\rCIFAR-10: {received / 1e6:.0f} of {total / 1e6:.0f} MB", end=end, flush=True)


def _data(options: argparse.Namespace) -> int:
    data = datasets.load("cifar10", _show_download)
    print(
        f"{datasets.data_dir() / datasets.FOLDER}: {len(data.train_labels):,} images to train "
        f"on, {len(data.test_labels):,} to test on"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
