"""Sentences about a run that waits, trains or has ended, and about its learning curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import kl_core
from models.evaluation.metrics import Share
from models.runs.job import Job
from models.runs.record import EpochResult, Run
from pages.ui import formatting as fmt
from pages.ui.training.estimate import Estimate

NBSP = "\N{NO-BREAK SPACE}"


def progress(done: int, epochs: int, stage: str, seconds_left: float | None) -> str:
    """The progress of a run in training: "Epoch 3 of 25 · about 5 min left"."""
    if seconds_left is None:
        return f"Preparing: {stage or 'starting the process'} …"
    if done == epochs:
        return "Evaluating the test images …"
    return f"Epoch {done + 1} of {epochs} · about {fmt.duration(seconds_left)} left"


def expected(time: Estimate, download: bool, ahead: int) -> str:
    """How long training takes, what that estimate rests on, and how many runs come first."""
    after = " after the download" if download else ""
    said = f"Training takes about {fmt.duration(time.seconds)}{after} ({_source(time)})."
    if not ahead:
        measured = " While it trains, the time left is measured on this machine."
        return said if time.here else said + measured
    others = "the run in training" if ahead == 1 else f"{fmt.number_of(ahead)} others"
    return f"{said} A new run would wait for {others}."


def _source(time: Estimate) -> str:
    """What an estimate rests on: where runs were made, how many, and their range."""
    if not time.runs:
        return "a rough guess, as no run was measured yet"
    if time.runs == 1:
        return "as in one run on this machine" if time.here else "as in one recorded run"
    low, high = map(fmt.duration, (time.fastest, time.slowest))
    runs = f"{time.runs} runs on this machine" if time.here else f"{time.runs} recorded runs"
    return f"median of {runs}; range {low} to {high}"


def place_in_queue(place: int, seconds: float) -> str:
    """The place of a waiting run, counted from 1: "Next in the queue: …"."""
    which = "Next" if place == 1 else f"Number {place}"
    return f"{which} in the queue; starts in about {fmt.duration(seconds)}."


def queue(running: int, waiting: int, mine: int) -> str:
    """What else is in the queue, as the heading of a fold: "Queue: 1 run training, 2 waiting"."""
    parts = []
    if running:
        parts.append(f"{running} run{'s' * (running > 1)} training")
    if waiting:
        parts.append(f"{waiting} {'' if running else 'runs '}waiting".replace("1 runs", "1 run"))
    yours = (
        f" ({'yours' if mine == running + waiting else f'{mine} of them yours'})" if mine else ""
    )
    return f"Queue: {', '.join(parts)}{yours}"


def another(job: Job, place: int, is_mine: bool) -> str:
    """The state of a run that is not shown; `place` as in the queue, counted from 1."""
    whose = "Your run" if is_mine else "A run"
    state = "is training" if job.state == "running" else f"waits as number {place}"
    return f"{whose} {state}: {fmt.plain(job.spec.title)}."


def ended(job: Job, damage: str) -> str:
    """How a run ended without a result; `damage`: why its files cannot be read."""
    epochs = f"{len(job.history)} of {job.spec.epochs} epochs"
    kept = " Its curves are kept." if job.history else ""
    if job.state == "cancelled":
        return f"Cancelled after {epochs}.{kept}"
    if job.state == "failed":
        return f"Training failed after {epochs}. {fmt.plain(job.error)}{kept}"
    if job.state == "done":
        return f"This run has ended, but its files are damaged: {fmt.plain(damage)}"
    return (
        f"The training process ended after {epochs} without an error message; the machine may "
        f"have run out of memory or been restarted.{kept}"
    )


def figure(measure: str, value: float) -> str:
    """A loss, or an accuracy as a percentage."""
    return fmt.percent(value) if measure == "accuracy" else fmt.number(value)


def curves(measure: str, history: Sequence[EpochResult]) -> str:
    """The alternative text of the two curves of one run."""
    training, validation = (
        [figure(measure, getattr(history[place], f"{prefix}{measure}")) for place in (0, -1)]
        for prefix in ("", "val_")
    )
    return (
        f"Line chart of the {measure} after each of {len(history)} epochs: training from "
        f"{training[0]} to {training[1]}, validation from {validation[0]} to {validation[1]}."
    )


def overlay(measure: str, images: str, ends: Mapping[str, float], of: str = "") -> str:
    """The alternative text of several curves; `ends` by name, `of` what they show."""
    each = "; ".join(f"{name} ends at {figure(measure, value)}" for name, value in ends.items())
    return f"Line chart of the {measure} on the {images} images after each epoch{of}. {each}."


def result(run: Run) -> str:
    """The accuracies of a finished run, each with its number of images and its interval."""
    epochs = f"{run.last.epoch} epoch" + "s" * (run.last.epoch > 1)
    return (
        f"After {epochs}: **validation accuracy {fmt.percent(run.last.val_accuracy)}** on "
        f"{run.images['validation']:,} images (95{NBSP}% interval "
        f"{_interval(run.last.val_accuracy, run.images['validation'])}), test accuracy "
        f"{fmt.percent(run.test.accuracy)} on {run.test.images:,} images "
        f"({_interval(run.test.accuracy, run.test.images)}). The intervals cover the sampling of "
        f"images, not other seeds. Best epoch: {run.best.epoch}, with "
        f"{fmt.percent(run.best.val_accuracy)} on the validation images."
    )


def _interval(accuracy: float, images: int) -> str:
    """Wilson's interval of an accuracy: what varies are the images, not the training."""
    low, high = Share(round(accuracy * images), images).interval
    return f"{100 * low:.1f} to {fmt.percent(high)}"


def dead_zone(run: Run) -> str:
    """How many training images had a vanishing gradient of Keras's KL."""
    seen = f"{len(run.history)} × {run.images['training']:,} images"
    count = f"{run.dead_zone:,}" if run.dead_zone else "none"
    return (
        "Training images whose true class had q < 10⁻⁷, where the gradient of Keras’s KL "
        f"divergence vanishes: {count} in {seen}."
    )


def smoothing_gap(smoothing: float) -> str:
    """Why the two losses differ where the labels are smoothed."""
    entropy = kl_core.entropy(kl_core.smooth_labels([1] + 9 * [0], smoothing))
    return (
        f"Labels smoothed by {smoothing:g} have an entropy of H(P) = "
        f"{fmt.quantity(entropy, 'nats')}. Cross-entropy is larger than KL divergence by this "
        "constant, at every epoch, and the gradients are the same."
    )


def damaged(folders: int) -> str:
    """How many folders among the runs cannot be read."""
    if folders == 1:
        return "The folder of one run cannot be read"
    return f"The folders of {fmt.number_of(folders)} runs cannot be read"
