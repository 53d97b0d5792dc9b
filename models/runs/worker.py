"""A worker: the process around a training, with its events, its priority and its end."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

import psutil

from models import files
from models.runs import process, scheduler
from models.runs.folder import CANCEL, RunFolder
from models.runs.process import PATIENCE, RunLock
from models.runs.record import Run

NICENESS = 19  # Training uses every idle core, at lower priority than the visitors' server.

Tell = Callable[[str, dict[str, Any]], None]
Say = Callable[..., None]  # an event's type, and its content by name
Trainer = Callable[[Path, Say], Run]


class Cancelled(Exception):  # noqa: N818  # not an error: its owner asked for it
    """The job was asked to stop."""


def work(directory: Path, train: Trainer, tell: Tell = lambda kind, content: None) -> Run:
    """Train the job in `directory` to its end, and record its progress there.

    `train` gets the folder and a function that records events; `tell` gets each event too. The
    caller holds the job's lock. Raises what training raises, after recording it.
    """
    events = RunFolder(directory)

    def say(kind: str, **content: Any) -> None:
        events.append(kind, **content)
        tell(kind, content)

    try:
        run = train(directory, say)
    except (Cancelled, KeyboardInterrupt):
        say("end", state="cancelled")
        raise
    except Exception as error:
        with suppress(OSError):  # the disk is too full to record even this
            say("end", state="failed", error=files.without_folders(first_line(error)))
        raise
    say("end", state="done")
    return run


def first_line(error: Exception) -> str:
    """The first line of an error, for visitors: TensorFlow's are pages long, and in the log."""
    return str(error).strip().split("\n")[0] or type(error).__name__


def stop_if_cancelled(directory: Path) -> None:
    """Raise Cancelled if this job was asked to stop."""
    if RunFolder(directory).has(CANCEL):
        raise Cancelled


def _give_way() -> None:
    psutil.Process().nice(psutil.IDLE_PRIORITY_CLASS if psutil.WINDOWS else NICENESS)
    with suppress(OSError):
        # If Linux schedules by session, niceness counts within a session only; this process has one
        # of its own.
        Path("/proc/self/autogroup").write_text(str(NICENESS))


@contextmanager
def _interrupted_by_cancel(directory: Path) -> Iterator[None]:
    """Raises KeyboardInterrupt if the job is asked to stop, even while TensorFlow starts."""
    over, run_folder = threading.Event(), RunFolder(directory)

    def watch() -> None:
        while not over.wait(0.2):
            if run_folder.has(CANCEL):
                _interrupt()
                return

    signal.signal(signal.SIGINT, signal.default_int_handler)  # the parent process may ignore it
    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _interrupt() -> None:
    """Like Ctrl-C; where threads can be signalled, it also ends a wait for the system."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()


def run(directory: Path, train: Trainer) -> int:
    """Train the job of a process that the queue has started; the exit status."""
    _give_way()
    with RunLock(directory, PATIENCE):
        try:
            with _interrupted_by_cancel(directory):
                work(directory, train)
        except (Cancelled, KeyboardInterrupt):
            return 0
        except Exception:
            traceback.print_exc()  # into worker.log; the job's last event has the sentence
            return 1
        finally:
            scheduler.start_waiting(directory.parent, leaving=directory)
    return 0


def main(train: Trainer) -> NoReturn:
    """Entry point of the processes that the queue starts: FOLDER [bound]."""
    if process.BOUND in sys.argv:
        threading.Thread(target=_end_with_its_starter, daemon=True).start()
    status = run(Path(sys.argv[1]), train)
    sys.stderr.flush()
    os._exit(status)  # everything is on disk; TensorFlow's teardown takes up to a second


def _end_with_its_starter() -> None:
    sys.stdin.buffer.read()
    os._exit(1)
