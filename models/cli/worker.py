"""The process that trains one run: python -m models.cli.worker FOLDER."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from models.convnet import checkpoint
from models.convnet.checkpoint import Checkpoint
from models.data import datasets
from models.runs import environment, store, worker
from models.runs.job import read_job
from models.runs.record import Run, to_json
from models.runs.worker import Say, stop_if_cancelled


def train_convnet(directory: Path, say: Say) -> Run:
    """Train the ConvNet of a run's folder, from its spec or its checkpoint."""
    spec, known = read_job(directory).spec, read_job(directory).history
    start = checkpoint.load(directory)
    if start:
        checkpoint.check_spec(start, spec)  # before another run's epochs are reported as this one's
        # Before TensorFlow starts: another number of threads changes the last digits.
        os.environ[environment.THREADS] = start.conditions.get("threads", environment.threads())
    say("resumed", epochs=len(start.history) if start else 0)
    for result in start.history[len(known) :] if start else ():
        say("epoch", **to_json(result))  # killed between the checkpoint and the event
    say("stage", text=f"reading {spec.data}")
    data = datasets.load(spec.data, _download_reporter(directory, say))
    say("stage", text="starting TensorFlow")
    # TensorFlow logs a missing GPU as an error; real errors are raised.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Imported here, as Keras takes seconds to load; the visitor has seen the stage by now.
    from models.convnet.train import train

    def keep(now: Checkpoint) -> None:
        checkpoint.save(now, directory)
        say("epoch", **to_json(now.history[-1]))

    run = store.save(train(spec, data, keep, _batch_reporter(directory, say), start), directory)
    checkpoint.remove(directory)
    return run


def _batch_reporter(directory: Path, say: Say) -> Callable[[int, int, int], None]:
    """Stops the training if asked to; else reports a batch at most once a second."""
    current, started, reported = 0, 0.0, 0.0

    def report(epoch: int, done: int, batches: int) -> None:
        nonlocal current, started, reported
        stop_if_cancelled(directory)
        now = time.monotonic()
        if epoch != current:  # its first batch, which also took what an epoch's start takes
            current, started, reported = epoch, now, now
        elif now - reported >= 1:
            reported = now
            pace = round((now - started) / (done - 1), 4)
            say("batch", epoch=epoch, done=done, batches=batches, pace=pace)

    return report


def _download_reporter(directory: Path, say: Say) -> Callable[[int, int], None]:
    """Stops the download if asked to; else reports each new percent."""
    percent = -1

    def report(received: int, total: int) -> None:
        nonlocal percent
        stop_if_cancelled(directory)
        if (now := 100 * received // total) != percent:
            percent = now
            text = f"downloading CIFAR-10: {received / 1e6:.0f} of {total / 1e6:.0f} MB"
            say("stage", text=text, share=min(1.0, received / total))

    return report


if __name__ == "__main__":
    worker.main(train_convnet)
