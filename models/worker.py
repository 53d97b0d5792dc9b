"""What a training process runs: one job's folder from its spec to its run."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from models import datasets, jobs, store
from models.spec import EpochResult, Run, to_json

NICENESS = 10  # Training takes every idle core, and gives way to the visitors' server.


def work(
    directory: Path,
    verbose: int = 0,
    on_download: Callable[[int, int], None] = lambda received, total: None,
) -> Run:
    """Train the job in `directory` to its end, and record there how it goes.

    The caller holds the job's alive.lock. `verbose` is Keras's; `on_download` hears of the bytes
    that have come, and of all. Raises what training raises, after recording it.
    """
    spec = jobs.read(directory).spec
    try:
        jobs.append(directory, "stage", text=f"reading {spec.data}")
        data = datasets.load(spec.data, _download_reporter(directory, on_download))
        jobs.append(directory, "stage", text="starting TensorFlow")
        # TensorFlow reports a machine without a GPU as an error; what goes wrong here is raised.
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        # Keras takes seconds to import; by now the visitor has been told what happens.
        from models.train import train

        run, weights = train(
            spec,
            data,
            on_epoch=lambda result: _report_epoch(directory, result),
            on_batch=_batch_reporter(directory),
            verbose=verbose,
        )
        run = store.save(run, weights, directory)
    except (jobs.Cancelled, KeyboardInterrupt):
        jobs.append(directory, "end", state="cancelled")
        raise
    except Exception as error:
        jobs.append(directory, "end", state="failed", error=first_line(error))
        raise
    jobs.append(directory, "end", state="done")
    return run


def first_line(error: Exception) -> str:
    """What a visitor is told of an error: TensorFlow's go on for pages, which are in the log."""
    return str(error).strip().split("\n")[0] or type(error).__name__


def _report_epoch(directory: Path, result: EpochResult) -> None:
    jobs.append(directory, "epoch", **to_json(result))


def _batch_reporter(directory: Path) -> Callable[[int, int, int], None]:
    """Stops the training if asked to; else reports a batch at most once a second."""
    current, started, reported = 0, 0.0, 0.0

    def report(epoch: int, done: int, batches: int) -> None:
        nonlocal current, started, reported
        jobs.stop_if_cancelled(directory)
        now = time.monotonic()
        if epoch != current:  # its first batch, which also took what an epoch's start takes
            current, started, reported = epoch, now, now
        elif now - reported >= 1:
            reported = now
            pace = round((now - started) / (done - 1), 4)
            jobs.append(directory, "batch", epoch=epoch, done=done, batches=batches, pace=pace)

    return report


def _download_reporter(
    directory: Path, on_download: Callable[[int, int], None]
) -> Callable[[int, int], None]:
    """Stops the download if asked to; else reports each new percent."""
    percent = -1

    def report(received: int, total: int) -> None:
        nonlocal percent
        jobs.stop_if_cancelled(directory)
        if (now := 100 * received // total) != percent:
            percent = now
            text = f"downloading CIFAR-10: {received / 1e6:.0f} of {total / 1e6:.0f} MB"
            jobs.append(directory, "stage", text=text)
            on_download(received, total)

    return report


def main() -> int:
    """Entry point of the processes that `jobs.submit` starts."""
    os.nice(NICENESS)
    try:
        work(Path(sys.argv[1]))
    except Exception:
        traceback.print_exc()  # into worker.log; the job's last event has the sentence
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
