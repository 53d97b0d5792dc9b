"""A study's runs on several machines, over Dask: each is one task, whose result is sent back.

A worker finds `models` where it is started, which is a checkout of the same version:
`python -m dask worker ADDRESS --nthreads 1`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from models.evaluation import predictions
from models.runs import process, queue, store, worker
from models.runs.folder import RUN, RunFolder
from models.runs.job import Job, read_job
from models.runs.record import Run, to_json
from models.runs.spec import RunSpec
from models.runs.store import Finished

if TYPE_CHECKING:
    from distributed import Client, Future

PATIENCE = 10  # seconds until a scheduler must have answered
_ONE_AT_A_TIME = threading.Lock()  # a run takes the whole processor


def make(
    specs: list[RunSpec],
    folder: Path,
    address: str,
    on_job: Callable[[Job], None],
    warn: Callable[[str], None],
) -> list[Job]:
    """Train runs on the workers of the scheduler at `address`; returns those that failed.

    `on_job` is called as each run is submitted and as it ends; each is saved as it arrives. If a
    worker is lost, another one repeats its run; `warn` is called if there is none. An interrupt
    drops the runs that wait; those that train go on, and the same study takes them over if it is
    started again in time.
    Raises ValueError if Dask is not installed, no scheduler answers, or the scheduler is lost.
    """
    failed = []
    with _connect(address) as client:
        tasks = {_submit(client, spec): spec for spec in specs}
        for spec in specs:
            on_job(Job(spec.id, spec, "queued"))
        for task in _as_they_end(client, tasks, warn):
            if task.cancelled():
                raise ValueError(f"The Dask scheduler at {address} is lost; its results are kept.")
            spec = tasks.pop(task)
            job = _ended(task, spec, folder / spec.id)
            task.release()  # otherwise Dask repeats it if the worker that holds it is lost
            on_job(job)
            failed += [job] if job.state != "done" else []
    return failed


def _connect(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise ValueError(
            'Dask is not installed: pip install -e ".[cluster]", or leave out --scheduler.'
        ) from error
    for name in ("distributed", "distributed.client"):  # errors are reported here, in one line
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        return Client(address, timeout=PATIENCE)
    except Exception as error:  # of many types, as addresses can be wrong in many ways
        reason = worker.first_line(error).rstrip(".")
        raise ValueError(f"No Dask scheduler answers at {address!r}: {reason}.") from error


def _as_they_end(
    client: Client, tasks: Iterable[Future], warn: Callable[[str], None]
) -> Iterator[Future]:
    """The tasks as they end; warns whenever the scheduler has no worker for them."""
    from distributed import as_completed

    ended, idle = as_completed(list(tasks)), False
    while not ended.is_empty():
        if batch := ended.next_batch(block=False):
            yield from batch
            continue
        before, idle = idle, not client.scheduler_info()["workers"]
        if idle and not before:
            warn(
                "The scheduler has no workers, so the runs wait. Start one in a checkout: "
                f"python -m dask worker {client.scheduler.address} --nthreads 1"
            )
        time.sleep(1)


def _submit(client: Client, spec: RunSpec) -> Future:
    def there(settings: dict[str, Any]) -> tuple[Any, ...]:
        # A local function is sent as code, not by name: the scheduler needs no checkout.
        from models.runs import dask

        return dask.train(settings)

    # Under the run's own name: a second request for it waits for the same task.
    return client.submit(there, asdict(spec), key=spec.id)


def _ended(task: Future, spec: RunSpec, directory: Path) -> Job:
    """The result of a run: saved, or the reason why not."""
    try:
        finished = unpack(task.result(), spec)
    except Exception as error:  # any error on another machine is reported, not raised
        return Job(spec.id, spec, "failed", error=worker.first_line(error))
    try:
        _save(finished, directory)
    except queue.BusyError as error:
        return Job(spec.id, spec, "failed", error=str(error))
    return read_job(directory)


def _save(finished: Finished, directory: Path) -> None:
    if (directory / RUN).exists():
        return  # another process was faster: its record stays
    with queue.claim(directory, finished.run.spec):
        for result in finished.run.history:
            RunFolder(directory).append("epoch", **to_json(result))
        store.save(finished, directory)
        RunFolder(directory).append("end", state="done")


def train(settings: dict[str, Any]) -> tuple[Any, ...]:
    """The task of a worker: a run as in run.json, its weights, and predictions as arrays.

    It trains in a separate process: a worker's other threads draw from the random numbers that
    Keras seeds, so two runs of one seed would differ. Raises RuntimeError if the run fails.
    """
    spec = RunSpec(**settings)
    with _ONE_AT_A_TIME, TemporaryDirectory() as folder:
        directory = Path(folder) / spec.id
        with queue.claim(directory, spec) as lock:
            trainer = process.start_worker(directory, lock, bound=True)
        trainer.wait()
        job = read_job(directory)
        if job.state != "done":
            raise RuntimeError(job.error or "The process of the run was killed.")
        run, weights = store.load(directory), store.load_weights(directory)
        predicted = predictions.to_arrays(store.load_predictions(directory))
    return run.to_json(), weights, predicted


def unpack(parts: tuple[Any, ...], spec: RunSpec) -> Finished:
    """What `train` sent. Raises ValueError for another version's run, or another spec's."""
    run, weights, predicted = parts
    finished = Finished(Run.from_json(run), weights, predictions.from_arrays(predicted))
    if finished.run.spec != spec:
        raise ValueError(f"a worker returned another run: {finished.run.spec.id}.")
    return finished
