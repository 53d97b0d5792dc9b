"""The points, the true line where it is known, and the share text of both.

And the names of the noise models and of the true noises, in the order of every chart and table.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from pages.ui import parsing

LEFT, RIGHT = 0.0, 10.0  # of the plot; its script gets all limits from here
BOTTOM, TOP = -10.0, 10.0
STEEPEST = 100.0  # of a true line
FEWEST, MOST = 6, 60  # points; the largest model has four parameters
LONGEST = 900
DECIMALS = 2  # of x and y, finer than a pixel of the plot
STRAIGHT = 1e-6  # units of y; a point closer to a line than that lies on it
FAR, APART = 9.0, 0.25  # |x| and |y| of a new outlier; its least distance from other points
DF = 3.0  # degrees of freedom of the Student-t model


class Noise(NamedTuple):
    """A noise model: title, short name, letter of its scale, the loss it implies for a residual."""

    title: str
    short: str
    scale: str
    loss: str


# The noise models that a line is fitted under, by kl_core's names for them.
NOISES = {
    "normal": Noise("Gaussian, homoscedastic", "least squares", "σ", "r² / 2σ²"),
    "laplace": Noise("Laplace", "Laplace", "b", "|r| / b"),
    "student_t": Noise("Student-t, 3 df", "Student-t", "s", "2 log(1 + r² / 3s²)"),
    "heteroscedastic": Noise("Gaussian, heteroscedastic", "heteroscedastic", "σ(x)", "r² / 2σ(x)²"),
}
SHORT = {key: noise.short for key, noise in NOISES.items()}
# The noises that data can truly have, by kl_core's names; the page's address holds these labels.
TRUE_NOISES = {
    "normal": "Gaussian",
    "laplace": "Laplace",
    "student_t": "Student-t",
    "heteroscedastic": "heteroscedastic",
}
OLD_LABELS = {"growing σ": "heteroscedastic"}  # in links that were copied earlier


class Point(NamedTuple):
    """One observation."""

    x: float
    y: float


class Line(NamedTuple):
    """y = intercept + slope · x."""

    intercept: float
    slope: float

    def at(self, x: float) -> float:
        """Its y at x."""
        return self.intercept + self.slope * x


@dataclass(frozen=True)
class Dataset:
    """Points, and the true line that they were drawn around, where it is known."""

    points: tuple[Point, ...]
    true: Line | None = None

    def with_points(self, points: Sequence[Sequence[Any]]) -> Dataset:
        """With other points. Raises ValueError, in one sentence, if no line can be fitted."""
        return replace(self, points=_checked(points))

    def with_new_point(self) -> Dataset:
        """With one more point, in the middle of the widest gap in x. Raises ValueError."""
        ends = sorted(self.points)
        ends = [Point(LEFT, ends[0].y), *ends, Point(RIGHT, ends[-1].y)]
        left, right = max(pairwise(ends), key=lambda gap: gap[1].x - gap[0].x)
        return self.with_points([*self.points, ((left.x + right.x) / 2, (left.y + right.y) / 2)])

    def with_outlier(self) -> Dataset:
        """With one more point on the right, far from the others there. Raises ValueError."""
        right = sorted(self.points)[len(self.points) // 2 :]
        here = self.true.at(FAR) if self.true else median(point.y for point in right)
        y = -FAR if here > 0 else FAR
        places = [FAR + shift for shift in (0, -0.5, 0.5, -1, 1, -1.5, -2, -2.5, -3)]
        free = [x for x in places if all(math.dist((x, y), p) > APART for p in self.points)]
        return self.with_points([*self.points, ((free or places)[0], y)])

    def encode(self) -> str:
        """The share text, on one line: "0.5:-1.2 1:0.3 …; true -2:0.6"."""
        points = " ".join(_pair(point) for point in self.points)
        return points if self.true is None else f"{points}; true {_pair(self.true)}"

    def rows(self) -> str:
        """The points as text for the table field: x and y, a row each."""
        return "\n".join(_pair(point, "  ") for point in self.points)


def decode(code: str) -> Dataset:
    """Read a share text of `encode`. Raises ValueError, in one sentence, for anything else."""
    if len(code) > LONGEST:
        raise ValueError(f"The share text is longer than {LONGEST} characters.")
    text = re.sub(r"\s*:\s*", ":", code.strip().rstrip(";"))
    points, semicolon, rest = text.partition(";")
    rows = [pair.split(":") for pair in points.replace(",", " ").split()]
    for number, row in enumerate(rows or [[""]], 1):
        if len(row) != 2:
            raise ValueError(
                "A share text is written “x:y x:y …”, followed by “; true intercept:slope” if the "
                f"true line is known; point {number} of this one is “{':'.join(row)[:40]}”."
                f"{parsing.comma_in(points)}"
            )
    return Dataset(_checked(rows), _true(rest) if semicolon else None)


def read_rows(now: Dataset, text: str) -> Dataset:
    """Read typed or pasted rows of x and y. Raises ValueError, in one sentence."""
    rows = [row for row in text.splitlines() if row.strip()]
    points = []
    for number, row in enumerate(rows, 1):
        # A comma after a number separates it from the next; any other one is a decimal comma.
        parts = [part.rstrip(",") for part in re.split(r"[\s;:]+", row.strip(" \t,;:"))]
        if len(parts) == 1:
            parts = parts[0].split(",")
        if len(parts) != 2:
            raise ValueError(
                f"A row is written “x y”; row {number} is “{row.strip()[:40]}”."
                f"{parsing.comma_in(row)}"
            )
        points.append(parts)
    return now.with_points(points)


def _true(text: str) -> Line:
    word, _, line = text.strip().partition(" ")
    given = line.strip().split(":")
    if word != "true" or len(given) != 2:
        raise ValueError(
            f"The true line is written “true intercept:slope”; this one is “{text.strip()[:40]}”."
        )
    rule = f"The true line’s {{}} must lie between −{STEEPEST:g} and {STEEPEST:g}"
    names = ("intercept", "slope")
    return Line(
        *(
            parsing.between(value, -STEEPEST, STEEPEST, rule.format(name))
            for value, name in zip(given, names, strict=True)
        )
    )


def _checked(rows: Sequence[Sequence[Any]]) -> tuple[Point, ...]:
    """Points from untrusted rows. Raises ValueError, in one sentence, if no line can be fitted."""
    if not FEWEST <= len(rows) <= MOST:
        raise ValueError(f"The four models need {FEWEST} to {MOST} points; there are {len(rows)}.")
    points = tuple(
        Point(
            _rounded(x, LEFT, RIGHT, f"Point {n}: x must lie between {LEFT:g} and {RIGHT:g}"),
            _rounded(y, BOTTOM, TOP, f"Point {n}: y must lie between −{-BOTTOM:g} and {TOP:g}"),
        )
        for n, (x, y) in enumerate(rows, 1)
    )
    if len({point.x for point in points}) == 1:
        raise ValueError("All points have the same x; a line needs at least two values of x.")
    if _straight(points):
        raise ValueError(
            "All points lie on one line: every residual is 0, and the likelihood has no maximum."
        )
    return points


def _straight(points: Sequence[Point]) -> bool:
    first, last = min(points), max(points)
    slope = (last.y - first.y) / (last.x - first.x)
    return all(abs(y - first.y - slope * (x - first.x)) < STRAIGHT for x, y in points)


def _rounded(given: Any, low: float, high: float, rule: str) -> float:
    return round(parsing.between(given, low, high, rule), DECIMALS) + 0.0  # no −0


def _pair(values: Sequence[float], between: str = ":") -> str:
    return between.join(map(parsing.number, values))
