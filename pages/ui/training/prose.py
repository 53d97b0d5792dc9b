"""What is said of a run that waits, trains or has ended, and of its curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import kl_core
from models.runs.job import Job
from models.runs.record import EpochResult, Run
from pages.ui import formatting as fmt


def progress(done: int, epochs: int, stage: str, seconds_left: float | None) -> str:
    """Where a run in training stands: "Epoch 3 of 25 · about 5 min left"."""
    if seconds_left is None:
        return f"Preparing: {stage or 'starting the process'} …"
    if done == epochs:
        return "Last: the test images …"
    return f"Epoch {done + 1} of {epochs} · about {fmt.duration(seconds_left)} left"


def expected(seconds: float, here: bool, download: bool, ahead: int) -> str:
    """How long training will take, by whose measure, and whether it has to wait for its turn."""
    source = "on this machine" if here else "on the machine of the recorded runs"
    after = " once the photographs are here" if download else ""
    said = f"Training takes about {fmt.duration(seconds)}{after} (as measured {source})."
    if not ahead:
        return said
    others = "the run that trains" if ahead == 1 else f"{fmt.number_of(ahead)} others"
    return f"{said} A new run would wait for {others}."


def place_in_queue(place: int, seconds: float) -> str:
    """Where a run stands that waits, counted from 1: "Next in the queue: …"."""
    which = "Next" if place == 1 else f"Number {place}"
    return f"{which} in the queue; its turn comes in about {fmt.duration(seconds)}."


def another(job: Job, place: int, is_mine: bool) -> str:
    """What a run that is not shown does; `place` as in the queue, counted from 1."""
    whose = "Your run" if is_mine else "A run"
    how = "trains" if job.state == "running" else f"waits as number {place}"
    return f"{whose} {how}: {fmt.plain(job.spec.title)}."


def ended(job: Job, damage: str) -> str:
    """How a run ended that came to nothing; `damage`: why what it left cannot be read."""
    epochs = f"{len(job.history)} of {job.spec.epochs} epochs"
    kept = " Its curves are kept." if job.history else ""
    if job.state == "cancelled":
        return f"Cancelled after {epochs}.{kept}"
    if job.state == "failed":
        return f"Training failed after {epochs}. {fmt.plain(job.error)}{kept}"
    if job.state == "done":
        return f"This run has ended, but what it left is damaged: {fmt.plain(damage)}"
    return (
        f"The training process ended after {epochs} without saying why; the machine may have "
        f"run out of memory or been restarted.{kept}"
    )


def figure(measure: str, value: float) -> str:
    """A loss, or an accuracy as a percentage."""
    return fmt.percent(value) if measure == "accuracy" else fmt.number(value)


def curves(measure: str, history: Sequence[EpochResult]) -> str:
    """What the two curves of one run show, for who cannot see them."""
    training, validation = (
        [figure(measure, getattr(history[place], f"{prefix}{measure}")) for place in (0, -1)]
        for prefix in ("", "val_")
    )
    return (
        f"Line chart of the {measure} after each of {len(history)} epochs: training from "
        f"{training[0]} to {training[1]}, validation from {validation[0]} to {validation[1]}."
    )


def overlay(measure: str, images: str, ends: Mapping[str, float], of: str = "") -> str:
    """What several curves show, for who cannot see them; `ends` by name, `of` what they are of."""
    each = "; ".join(f"{name} ends at {figure(measure, value)}" for name, value in ends.items())
    return f"Line chart of the {measure} on the {images} images after each epoch{of}. {each}."


def result(run: Run) -> str:
    """What a finished run came to, with the number of images that each figure rests on."""
    epochs = f"{run.last.epoch} epoch" + "s" * (run.last.epoch > 1)
    return (
        f"After {epochs}: **{fmt.percent(run.last.val_accuracy)}** of the "
        f"{run.images['validation']:,} validation images right (best: "
        f"{fmt.percent(run.best.val_accuracy)}, epoch {run.best.epoch}), "
        f"{fmt.percent(run.test.accuracy)} of {run.test.images:,} test images."
    )


def dead_zone(run: Run) -> str:
    """How often a training image lay where Keras's KL has no gradient."""
    seen = f"{len(run.history)} × {run.images['training']:,} images"
    count = f"{run.dead_zone:,}" if run.dead_zone else "none"
    return (
        f"Training images whose true class the net gave less than 10⁻⁷, where Keras’s KL stops "
        f"teaching: {count} in {seen}."
    )


def smoothing_gap(smoothing: float) -> str:
    """Why the loss curves of both losses lie apart where the labels are smoothed."""
    entropy = kl_core.entropy(kl_core.smooth_labels([1] + 9 * [0], smoothing))
    return (
        f"With labels smoothed by {smoothing:g} the truth P is uncertain itself: H(P) = "
        f"{fmt.quantity(entropy, 'nats')}. Cross-entropy lies above KL divergence by just that, at "
        "every epoch, and the gradients are the same."
    )


def damaged(folders: int) -> str:
    """How many folders among the runs cannot be read."""
    if folders == 1:
        return "The folder of one run cannot be read"
    return f"The folders of {fmt.number_of(folders)} runs cannot be read"
