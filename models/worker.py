"""What a training process runs: one job's folder from its spec, or its checkpoint, to its run."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from models import alive, checkpoint, datasets, files, jobs, journal, machine, store
from models.checkpoint import Checkpoint
from models.spec import Run, to_json

NICENESS = 19  # Training takes every idle core, and gives way to the visitors' server.

Tell = Callable[[str, dict[str, Any]], None]


class Cancelled(Exception):  # noqa: N818  # no error: its owner asked for it
    """The job was asked to stop."""


def work(directory: Path, tell: Tell = lambda kind, content: None) -> Run:
    """Train the job in `directory` to its end, and record there how it goes.

    The caller holds the job's alive.lock. `tell` hears of each event too. Raises what training
    raises, after recording it.
    """

    def say(kind: str, **content: Any) -> None:
        journal.append(directory, kind, **content)
        tell(kind, content)

    try:
        run = _train(directory, say)
    except (Cancelled, KeyboardInterrupt):
        say("end", state="cancelled")
        raise
    except Exception as error:
        with suppress(OSError):  # the disk is so full that not even this can be told
            say("end", state="failed", error=files.without_folders(first_line(error)))
        raise
    say("end", state="done")
    return run


def _train(directory: Path, say: Callable[..., None]) -> Run:
    spec, known = journal.read(directory).spec, journal.read(directory).history
    start = checkpoint.load(directory)
    if start:
        checkpoint.check_spec(start, spec)  # before another run's epochs are told as this one's
        # Before TensorFlow starts: with another number the last digits would be others.
        os.environ[machine.THREADS] = start.conditions.get("threads", machine.threads())
    say("resumed", epochs=len(start.history) if start else 0)
    for result in start.history[len(known) :] if start else ():
        say("epoch", **to_json(result))  # killed after the checkpoint, before it could tell
    say("stage", text=f"reading {spec.data}")
    data = datasets.load(spec.data, _download_reporter(directory, say))
    say("stage", text="starting TensorFlow")
    # TensorFlow reports a machine without a GPU as an error; what goes wrong here is raised.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Keras takes seconds to import; by now the visitor has been told what happens.
    from models.train import train

    def keep(now: Checkpoint) -> None:
        checkpoint.save(now, directory)
        say("epoch", **to_json(now.history[-1]))

    run = store.save(train(spec, data, keep, _batch_reporter(directory, say), start), directory)
    checkpoint.remove(directory)
    return run


def first_line(error: Exception) -> str:
    """What a visitor is told of an error: TensorFlow's go on for pages, which are in the log."""
    return str(error).strip().split("\n")[0] or type(error).__name__


def stop_if_cancelled(directory: Path) -> None:
    """Raise Cancelled if someone asked this job to stop."""
    if (directory / "CANCEL").exists():
        raise Cancelled


def _batch_reporter(directory: Path, say: Callable[..., None]) -> Callable[[int, int, int], None]:
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


def _download_reporter(directory: Path, say: Callable[..., None]) -> Callable[[int, int], None]:
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


def _give_way() -> None:
    os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    with suppress(OSError):
        # Linux weighs whole sessions against each other where it groups them, and processes only
        # within one: this has its own, so its niceness alone would mean nothing to the server.
        Path("/proc/self/autogroup").write_text(str(NICENESS))


@contextmanager
def _interrupted_by_cancel(directory: Path) -> Iterator[None]:
    """KeyboardInterrupt in here when the job is asked to stop, even while TensorFlow starts."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            if (directory / "CANCEL").exists():
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
                return

    signal.signal(signal.SIGINT, signal.default_int_handler)  # who starts us may ignore it
    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        over.set()


def main() -> int:
    """Entry point of the processes that the queue starts."""
    _give_way()
    directory = Path(sys.argv[1])
    try:
        with _interrupted_by_cancel(directory):
            work(directory)
    except (Cancelled, KeyboardInterrupt):
        return 0
    except Exception:
        traceback.print_exc()  # into worker.log; the job's last event has the sentence
        return 1
    finally:
        jobs.start_waiting(directory.parent, leaving=directory)
    return 0


def _end_with_its_starter() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    if alive.BOUND in sys.argv:
        threading.Thread(target=_end_with_its_starter, daemon=True).start()
    status = main()
    sys.stderr.flush()
    os._exit(status)  # all is on disk; to take TensorFlow apart takes up to a second
