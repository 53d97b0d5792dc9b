"""Groups of runs that differ only in their seed, and paired comparisons of two of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import combinations, permutations

import kl_core
from models.evaluation.statistics import Differences
from models.runs.record import Run
from models.runs.spec import DATASETS, LOSSES, RunSpec

SEPARATED = 1e-3  # nats between two training losses: from here on, the curves are separated
MARGIN = 1.0  # percentage points: the margin of the equivalence test, whatever the data
CLASSES = 10


@dataclass(frozen=True)
class View:
    """How curves are drawn.

    `spread`: what a band shows, "sd" or "range"; `against`: "epoch" or "seconds"; `smoothing`:
    the weight of the earlier epochs, from 0; `only_kl`: whether H(P) is subtracted.
    """

    spread: str = "sd"
    against: str = "epoch"
    smoothing: float = 0.0
    logarithmic: bool = False
    only_kl: bool = False


@dataclass(frozen=True)
class Group:
    """The runs of one loss with the same settings, by seed. `source`: "recorded" or "made here"."""

    source: str
    runs: tuple[Run, ...]

    @property
    def spec(self) -> RunSpec:
        """Their settings, with the seed of the first."""
        return self.runs[0].spec

    @property
    def seeds(self) -> list[int]:
        """Their seeds."""
        return [run.spec.seed for run in self.runs]

    @property
    def accuracies(self) -> list[float]:
        """The validation accuracy of each run after its last epoch."""
        return [run.last.val_accuracy for run in self.runs]

    def values(self, figure: Callable[[Run], float]) -> list[float]:
        """One figure of each run."""
        return [figure(run) for run in self.runs]


@dataclass(frozen=True)
class Versus:
    """KL and cross-entropy with the same settings, each with the same seeds."""

    kl: Group
    ce: Group

    @property
    def pairs(self) -> list[tuple[Run, Run]]:
        """Runs with the same seed: they start from the same weights."""
        return list(zip(self.kl.runs, self.ce.runs, strict=True))

    @cached_property
    def differences(self) -> Differences:
        """KL's validation accuracy after the last epoch, minus cross-entropy's.

        Raises ValueError for fewer than two pairs, and where a run diverged.
        """
        # A network of NaN still predicts some class: its accuracy is a number without meaning.
        return Differences(
            tuple(
                math.nan
                if diverged(kl) or diverged(ce)
                else kl.last.val_accuracy - ce.last.val_accuracy
                for kl, ce in self.pairs
            )
        )

    @property
    def is_sound(self) -> bool:
        """Whether there are two pairs or more, and all differences are finite."""
        try:
            return bool(self.differences)
        except ValueError:
            return False


def group(runs: Sequence[tuple[str, Run]]) -> list[Group]:
    """Runs with their sources → groups, KL first; of equal runs, the first counts."""
    alike: dict[tuple[str, RunSpec], dict[int, Run]] = {}
    for source, run in runs:
        key = source, replace(run.spec, seed=0)
        alike.setdefault(key, {}).setdefault(run.spec.seed, run)
    groups = [
        Group(source, tuple(by_seed[seed] for seed in sorted(by_seed)))
        for (source, _), by_seed in alike.items()
    ]
    losses, settings = list(LOSSES), list(dict.fromkeys(map(_parts, groups)))
    return sorted(groups, key=lambda g: (settings.index(_parts(g)), losses.index(g.spec.loss)))


def versus(groups: Sequence[Group]) -> list[Versus]:
    """Each pair of groups that differ in the loss alone, with the seeds that both have."""
    pairs = []
    for kl, ce in permutations(groups, 2):
        common = set(kl.seeds) & set(ce.seeds)
        if (kl.spec.loss, ce.spec.loss) == tuple(LOSSES) and _parts(kl) == _parts(ce) and common:
            pairs.append(Versus(_only(kl, common), _only(ce, common)))
    return sorted(pairs, key=lambda v: -len(v.pairs))


def _only(group: Group, seeds: set[int]) -> Group:
    return replace(group, runs=tuple(run for run in group.runs if run.spec.seed in seeds))


def names(groups: Sequence[Group]) -> list[str]:
    """For each group its loss, and the settings that make it unique: "KL, shapes"."""
    return [
        ", ".join([LOSSES[group.spec.loss].short, *parts])
        for group, parts in zip(groups, _special(groups), strict=True)
    ]


def titles(pairs: Sequence[Versus]) -> list[str]:
    """For each pair the settings that make it unique: "Smoothing 0.1"."""
    special = map(", ".join, _special([pair.kl for pair in pairs]))
    return [title[:1].upper() + title[1:] for title in special]


def _special(groups: Sequence[Group]) -> list[tuple[str, ...]]:
    """For each group the fewest settings that make it unique."""
    full = [_parts(group) for group in groups]
    places = range(len(full[0]) if full else 0)
    for chosen in (some for size in range(len(places)) for some in combinations(places, size)):
        short = [tuple(parts[place] for place in chosen) for parts in full]
        if len(set(short)) == len(set(full)):
            return short
    return full


def _parts(group: Group) -> tuple[str, ...]:
    """A group's settings without loss and seed, each in a few words; equal for equal ones only."""
    spec = group.spec
    return (
        f"smoothing {spec.label_smoothing}" if spec.label_smoothing else "plain labels",
        DATASETS[spec.data].short,
        f"{spec.epochs} epochs",
        f"{spec.images:,} images" if spec.images else "all images",
        f"batches of {spec.batch_size}",
        percentage(spec.validation_split) + " held out",
        spec.precision,
        group.source,
    )


def percentage(fraction: float) -> str:
    """A fraction among the settings with all its digits: "20 %"."""
    return f"{100 * fraction:.12g}\N{NO-BREAK SPACE}%"


def diverged(run: Run) -> bool:
    """Whether a run's losses are NaN or infinite at the end."""
    return not (math.isfinite(run.last.loss) and math.isfinite(run.last.val_loss))


@cache
def target_entropy(smoothing: float) -> float:
    """H(P) of smoothed labels, in nats: cross-entropy minus KL divergence."""
    label = [1.0] + (CLASSES - 1) * [0.0]
    return float(kl_core.entropy(kl_core.smooth_labels(label, smoothing)))


def offset(spec: RunSpec) -> float:
    """The part of a run's loss that is not KL divergence."""
    if spec.loss == "kl_divergence":
        return 0.0
    return target_entropy(spec.label_smoothing)


def loss_gaps(one: Run, other: Run) -> list[float]:
    """The distance of two training losses after each epoch, in nats, without H(P)."""
    off = offset(one.spec) - offset(other.spec)
    return [abs(a.loss - b.loss - off) for a, b in zip(one.history, other.history, strict=True)]


def finite(pairs: Sequence[tuple[Run, Run]]) -> list[tuple[Run, Run]]:
    """The pairs of which neither run diverged."""
    return [(one, other) for one, other in pairs if not (diverged(one) or diverged(other))]


def separation_epoch(one: Run, other: Run) -> int | None:
    """The first epoch after which two training losses differ by more than 0.001 nats."""
    return next(
        (epoch for epoch, gap in enumerate(loss_gaps(one, other), 1) if gap > SEPARATED), None
    )
