"""A truth P on the line, hills or bins drawn by hand, beside a Gaussian Q; their share text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from pages.ui import parsing

LOW, HIGH = -8.0, 8.0  # of the line on show; fitmap's scripts get all limits from here
NARROWEST, WIDEST = 0.15, 6.0  # standard deviations
MOST_HILLS = 4
BINS = 32
STEP = (HIGH - LOW) / BINS
CENTRES = tuple(LOW + STEP * (bin + 0.5) for bin in range(BINS))
LEAST, MAX_WEIGHT = 1e-9, 1e6  # of a weight that is not 0
MAX_CODE = 500
LITTLE = 1e-3  # of the tallest bin: what an empty one may be given
TALLEST = 100.0  # of bins that were made from hills


class Gaussian(NamedTuple):
    """A Gaussian by its mean and its standard deviation."""

    mean: float
    std: float


class Hill(NamedTuple):
    """One component of a mixture: a Gaussian and its weight, not yet normalised."""

    mean: float
    std: float
    weight: float


@dataclass(frozen=True)
class Fit:
    """P, as hills or as the heights of 32 bins (one of them is empty), and the Gaussian Q."""

    hills: tuple[Hill, ...]
    bins: tuple[float, ...]
    q: Gaussian

    def densities(self, points: Iterable[float]) -> list[float]:
        """P's density at points of the line."""
        if self.bins:
            total = sum(self.bins) * STEP
            places = (math.floor((x - LOW) / STEP) for x in points)
            return [self.bins[i] / total if 0 <= i < BINS else 0.0 for i in places]
        total = sum(hill.weight for hill in self.hills)
        return [
            sum(h.weight / total * _density(h.mean, h.std, x) for h in self.hills) for x in points
        ]

    def drawn(self) -> Fit:
        """The same shape as bins."""
        heights = self.densities(CENTRES)
        most = max(heights)
        return replace(self, hills=(), bins=tuple(few(TALLEST * h / most) for h in heights))

    def with_hills(self, hills: Sequence[Hill]) -> Fit:
        """With other hills for P. Raises ValueError as `checked`."""
        return checked(hills, (), self.q)

    def with_hill(self, place: int, field: str, value: float) -> Fit:
        """With another mean, std or weight of one hill. Raises ValueError as `checked`."""
        hill = self.hills[place]._replace(**{field: value})
        return self.with_hills([*self.hills[:place], hill, *self.hills[place + 1 :]])

    def with_q(self, field: str, value: float) -> Fit:
        """With another mean or std of Q. Raises ValueError as `checked`."""
        return checked(self.hills, self.bins, self.q._replace(**{field: value}))

    def with_bin(self, place: int, height: float) -> Fit:
        """With another height for one bin. Raises ValueError as `checked`."""
        return checked((), (*self.bins[:place], height, *self.bins[place + 1 :]), self.q)

    def longer(self) -> Fit:
        """With one more hill, in the widest gap, as heavy as the others on average."""
        ends = sorted([LOW, *(hill.mean for hill in self.hills), HIGH])
        left, right = max(pairwise(ends), key=lambda gap: gap[1] - gap[0])
        weight = few(sum(hill.weight for hill in self.hills) / len(self.hills))
        return self.with_hills([*self.hills, Hill(few((left + right) / 2), 0.8, weight)])

    def without(self, place: int) -> Fit:
        """Without one hill."""
        return self.with_hills([*self.hills[:place], *self.hills[place + 1 :]])

    def with_a_little(self) -> Fit:
        """With a thousandth of the tallest bin in each empty one."""
        little = few(LITTLE * max(self.bins))
        return replace(self, bins=tuple(height or little for height in self.bins))

    def encode(self) -> str:
        """The share text: "hills -2:0.7:6, 2:1:4; Q 0:1.5" or "bins 0,1,…,0; Q 0:1.5"."""
        if self.bins:
            target = f"bins {','.join(map(parsing.number, self.bins))}"
        else:
            hills = (":".join(map(parsing.number, hill)) for hill in self.hills)
            target = f"hills {', '.join(hills)}"
        return f"{target}; Q {':'.join(map(parsing.number, self.q))}"


def _density(mean: float, std: float, x: float) -> float:
    return math.exp(-(((x - mean) / std) ** 2) / 2) / (std * math.sqrt(2 * math.pi))


def few(value: float) -> float:
    """Three significant digits, which is what a hand can aim at."""
    return float(f"{value:.3g}")


def decode(code: str) -> Fit:
    """The fit of a share text. Raises ValueError, in one sentence, for anything else."""
    if len(code) > MAX_CODE:
        raise ValueError(f"The code is longer than {MAX_CODE} characters.")
    target, semicolon, model = code.strip().partition(";")
    kind, _, values = target.strip().partition(" ")
    letter, _, q = model.strip().partition(" ")
    if kind not in ("hills", "bins") or not semicolon or letter != "Q":
        raise ValueError(
            "A code is written “hills mean:std:weight, …; Q mean:std” or “bins height,height,…; "
            f"Q mean:std”; this one is “{code[:40]}”."
        )
    rows = [row.strip() for row in values.split(",")]
    if kind == "bins":  # without commas as a spreadsheet's row or column is pasted
        return checked((), rows if len(rows) > 1 else values.split() or rows, q.split(":"))
    try:
        return checked([row.split(":") for row in rows], (), q.split(":"))
    except ValueError as error:
        raise ValueError(f"{error}{parsing.comma_in(values)}") from None


def checked(hills: Sequence[Any], bins: Sequence[Any], q: Sequence[Any]) -> Fit:
    """A fit of what came from outside. Raises ValueError, in one sentence, for what is none."""
    if len(q) != 2:
        raise ValueError("Q is written mean:std, as in “Q 0:1.5”.")
    gaussian = Gaussian(_mean(q[0], "Q"), _std(q[1], "Q"))
    if bins:
        return Fit((), _heights(bins), gaussian)
    if not 1 <= len(hills) <= MOST_HILLS:
        raise ValueError(f"P can have 1 to {MOST_HILLS} hills, not {len(hills)}.")
    return Fit(_hills(hills), (), gaussian)


def _hills(rows: Sequence[Any]) -> tuple[Hill, ...]:
    hills = []
    for number, row in enumerate(rows, 1):
        if len(row) != 3:
            raise ValueError(
                f"A hill is written mean:std:weight; number {number} is "
                f"“{':'.join(map(str, row))[:40]}”."
            )
        who = f"Hill {number}"
        hills.append(Hill(_mean(row[0], who), _std(row[1], who), _weight(row[2], who)))
    if not any(hill.weight for hill in hills):
        raise ValueError("All hills have weight 0: give at least one a weight above it.")
    return tuple(hills)


def _heights(given: Sequence[Any]) -> tuple[float, ...]:
    if len(given) != BINS:
        raise ValueError(f"There are {BINS} bins; {len(given)} heights came.")
    heights = tuple(_weight(height, f"Bin {place}") for place, height in enumerate(given, 1))
    total = sum(heights)
    if not total:
        raise ValueError("All bins are empty: draw at least four of them.")
    mean = sum(x * h for x, h in zip(CENTRES, heights, strict=True)) / total
    variance = sum((x - mean) ** 2 * h for x, h in zip(CENTRES, heights, strict=True)) / total
    # kl_core's rule: a density known only at the points of a grid is as wide as a step of it.
    if variance < STEP**2:
        raise ValueError(
            "The heap is narrower than the bins can tell: spread it over at least four of them."
        )
    return heights


def _mean(given: Any, who: str) -> float:
    return parsing.between(given, LOW, HIGH, f"{who}’s mean must lie between −8 and 8")


def _std(given: Any, who: str) -> float:
    rule = f"{who}’s standard deviation must lie between {NARROWEST} and {WIDEST:g}"
    return parsing.between(given, NARROWEST, WIDEST, rule)


def _weight(given: Any, who: str) -> float:
    value = parsing.between(given, 0.0, MAX_WEIGHT, f"{who}’s weight must be a number from 0 up")
    return value if value >= LEAST else 0.0
