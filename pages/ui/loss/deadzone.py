"""How often the recorded runs met the dead zone: counts by loss and epoch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.runs.record import Run
from models.runs.spec import LOSSES


@dataclass(frozen=True)
class Count:
    """One epoch of all runs with one loss: images seen in training, those in the dead zone."""

    loss: str
    epoch: int
    runs: int
    images: int
    dead: int


def counts(runs: Iterable[Run]) -> tuple[Count, ...]:
    """The counts of every epoch, KL first; `loss` is its title."""
    found: dict[tuple[str, int], list[tuple[int, int]]] = defaultdict(list)
    for run in runs:
        for epoch in run.history:
            found[run.spec.loss, epoch.epoch].append((run.images["training"], epoch.dead_zone))
    return tuple(
        Count(
            LOSSES[loss].title,
            epoch,
            len(seen),
            sum(images for images, _ in seen),
            sum(dead for _, dead in seen),
        )
        for loss in LOSSES
        for (of, epoch), seen in sorted(found.items())
        if of == loss
    )


def worst(counts: Sequence[Count]) -> float:
    """The highest share of any epoch, in a million images."""
    return max(1e6 * count.dead / count.images for count in counts)
