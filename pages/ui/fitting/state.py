"""P on the line, a mixture or a histogram drawn by hand, and a Gaussian Q; their share text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from pages.ui import parsing

LOW, HIGH = -8.0, 8.0  # ends of the line; fitmap's scripts get all limits from here
NARROWEST, WIDEST = 0.15, 6.0  # standard deviations
MAX_COMPONENTS = 4
BINS = 32
STEP = (HIGH - LOW) / BINS
CENTRES = tuple(LOW + STEP * (bin + 0.5) for bin in range(BINS))
LEAST, MAX_WEIGHT = 1e-9, 1e6  # of a weight that is not 0
MAX_CODE = 500
FILLING = 1e-3  # of the tallest bin: the height that fills an empty one
TALLEST = 100.0  # of bins that are made from a mixture


class Gaussian(NamedTuple):
    """A Gaussian by its mean and its standard deviation."""

    mean: float
    std: float


class Component(NamedTuple):
    """One component of a mixture: a Gaussian and its weight, not yet normalised."""

    mean: float
    std: float
    weight: float


@dataclass(frozen=True)
class Fit:
    """P, as components or as the heights of 32 bins (either tuple is empty), and the Gaussian Q."""

    components: tuple[Component, ...]
    bins: tuple[float, ...]
    q: Gaussian

    def densities(self, points: Iterable[float]) -> list[float]:
        """P's density at points of the line."""
        if self.bins:
            total = sum(self.bins) * STEP
            places = (math.floor((x - LOW) / STEP) for x in points)
            return [self.bins[i] / total if 0 <= i < BINS else 0.0 for i in places]
        total = sum(component.weight for component in self.components)
        return [
            sum(h.weight / total * _density(h.mean, h.std, x) for h in self.components)
            for x in points
        ]

    def as_histogram(self) -> Fit:
        """The same density, as a histogram."""
        heights = self.densities(CENTRES)
        most = max(heights)
        return replace(
            self, components=(), bins=tuple(three_digits(TALLEST * h / most) for h in heights)
        )

    def with_components(self, components: Sequence[Component]) -> Fit:
        """With other components of P. Raises ValueError as `checked`."""
        return checked(components, (), self.q)

    def with_component(self, place: int, field: str, value: float) -> Fit:
        """With another mean, std or weight of one component. Raises ValueError as `checked`."""
        component = self.components[place]._replace(**{field: value})
        return self.with_components(
            [*self.components[:place], component, *self.components[place + 1 :]]
        )

    def with_q(self, field: str, value: float) -> Fit:
        """With another mean or std of Q. Raises ValueError as `checked`."""
        return checked(self.components, self.bins, self.q._replace(**{field: value}))

    def with_bin(self, place: int, height: float) -> Fit:
        """With another height for one bin. Raises ValueError as `checked`."""
        return checked((), (*self.bins[:place], height, *self.bins[place + 1 :]), self.q)

    def with_another_component(self) -> Fit:
        """With one more component, in the widest gap, of the mean weight of the others."""
        ends = sorted([LOW, *(component.mean for component in self.components), HIGH])
        left, right = max(pairwise(ends), key=lambda gap: gap[1] - gap[0])
        weight = three_digits(
            sum(component.weight for component in self.components) / len(self.components)
        )
        return self.with_components(
            [*self.components, Component(three_digits((left + right) / 2), 0.8, weight)]
        )

    def without_component(self, place: int) -> Fit:
        """Without one component."""
        return self.with_components([*self.components[:place], *self.components[place + 1 :]])

    def with_filled_bins(self) -> Fit:
        """With a thousandth of the tallest bin in each empty one."""
        height = three_digits(FILLING * max(self.bins))
        return replace(self, bins=tuple(each or height for each in self.bins))

    def encode(self) -> str:
        """The share text: "hills -2:0.7:6, 2:1:4; Q 0:1.5" or "bins 0,1,…,0; Q 0:1.5"."""
        if self.bins:
            target = f"bins {','.join(map(parsing.number, self.bins))}"
        else:
            components = (":".join(map(parsing.number, component)) for component in self.components)
            target = f"hills {', '.join(components)}"
        return f"{target}; Q {':'.join(map(parsing.number, self.q))}"


def _density(mean: float, std: float, x: float) -> float:
    return math.exp(-(((x - mean) / std) ** 2) / 2) / (std * math.sqrt(2 * math.pi))


def three_digits(value: float) -> float:
    """Rounded to three significant digits."""
    return float(f"{value:.3g}")


def decode(code: str) -> Fit:
    """The fit of a share text. Raises ValueError, in one sentence, for anything else."""
    if len(code) > MAX_CODE:
        raise ValueError(f"The share text is longer than {MAX_CODE} characters.")
    target, semicolon, model = code.strip().partition(";")
    kind, _, values = target.strip().partition(" ")
    letter, _, q = model.strip().partition(" ")
    if kind not in ("hills", "bins") or not semicolon or letter != "Q":
        raise ValueError(
            "A share text has the form “hills mean:std:weight, …; Q mean:std” or “bins "
            f"height,height,…; Q mean:std”; this one is “{code[:40]}”."
        )
    rows = [row.strip() for row in values.split(",")]
    if kind == "bins":  # without commas, a row or column of a spreadsheet
        return checked((), rows if len(rows) > 1 else values.split() or rows, q.split(":"))
    try:
        return checked([row.split(":") for row in rows], (), q.split(":"))
    except ValueError as error:
        raise ValueError(f"{error}{parsing.comma_in(values)}") from None


def checked(components: Sequence[Any], bins: Sequence[Any], q: Sequence[Any]) -> Fit:
    """A fit from outside values. Raises ValueError, in one sentence, for invalid ones."""
    if len(q) != 2:
        raise ValueError("Q has the form mean:std, as in “Q 0:1.5”.")
    gaussian = Gaussian(_mean(q[0], "Q"), _std(q[1], "Q"))
    if bins:
        return Fit((), _heights(bins), gaussian)
    if not 1 <= len(components) <= MAX_COMPONENTS:
        raise ValueError(f"P can have 1 to {MAX_COMPONENTS} components, not {len(components)}.")
    return Fit(_components(components), (), gaussian)


def _components(rows: Sequence[Any]) -> tuple[Component, ...]:
    components = []
    for number, row in enumerate(rows, 1):
        if len(row) != 3:
            raise ValueError(
                f"A component has the form mean:std:weight; number {number} is "
                f"“{':'.join(map(str, row))[:40]}”."
            )
        name = f"Component {number}"
        components.append(Component(_mean(row[0], name), _std(row[1], name), _weight(row[2], name)))
    if not any(component.weight for component in components):
        raise ValueError("All components have weight 0: give at least one a positive weight.")
    return tuple(components)


def _heights(given: Sequence[Any]) -> tuple[float, ...]:
    if len(given) != BINS:
        raise ValueError(f"A histogram has {BINS} bins; {len(given)} heights came.")
    heights = tuple(_weight(height, f"Bin {place}") for place, height in enumerate(given, 1))
    total = sum(heights)
    if not total:
        raise ValueError("All bins are empty: fill at least four of them.")
    mean = sum(x * h for x, h in zip(CENTRES, heights, strict=True)) / total
    variance = sum((x - mean) ** 2 * h for x, h in zip(CENTRES, heights, strict=True)) / total
    # kl_core's rule: the standard deviation of a density on a grid is at least the grid's step.
    if variance < STEP**2:
        raise ValueError(
            "The histogram is narrower than its bins can resolve: fill at least four of them."
        )
    return heights


def _mean(given: Any, name: str) -> float:
    return parsing.between(given, LOW, HIGH, f"{name}’s mean must lie between −8 and 8")


def _std(given: Any, name: str) -> float:
    rule = f"{name}’s standard deviation must lie between {NARROWEST} and {WIDEST:g}"
    return parsing.between(given, NARROWEST, WIDEST, rule)


def _weight(given: Any, name: str) -> float:
    value = parsing.between(given, 0.0, MAX_WEIGHT, f"{name}’s weight must be a number from 0 up")
    return value if value >= LEAST else 0.0
