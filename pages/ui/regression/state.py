"""Points to lay a line through, the true line where it is known, and the share text of both.

And the noises that are assumed around a line, or true: what they are called. Their order is that of
every chart and table.
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
FEWEST, MOST = 6, 60  # points: the richest model has four numbers to find
MAX_CODE = 900
DECIMALS = 2  # what a hand can aim at
STRAIGHT = 1e-6  # what is less beside a line lies on it
FAR, APART = 9.0, 0.25  # where outliers go, and what they keep from each other
DF = 3.0  # degrees of freedom of the Student-t model


class Noise(NamedTuple):
    """An assumed noise: its title, its short name, its scale's letter, the loss that it makes."""

    title: str
    short: str
    scale: str
    loss: str


NOISES = {
    "normal": Noise("Gaussian, fixed σ", "least squares", "σ", "the square of the residual"),
    "laplace": Noise("Laplace", "Laplace", "b", "its absolute value"),
    "student_t": Noise(
        "Student-t, 3 df", "Student-t", "s", "like the square near 0, like a logarithm far off"
    ),
    "heteroscedastic": Noise(
        "Gaussian, growing σ",
        "growing σ",
        "σ",
        "the square, divided by a variance that depends on x",
    ),
}
SHORT = {key: noise.short for key, noise in NOISES.items()}
# True noises by the labels of their choice, which the page's address holds too.
TRUTHS = {
    "normal": "Gaussian",
    "laplace": "Laplace",
    "student_t": "Student-t",
    "heteroscedastic": "growing σ",
}


class Point(NamedTuple):
    """One observation."""

    x: float
    y: float


class Line(NamedTuple):
    """y = intercept + slope · x."""

    intercept: float
    slope: float

    def at(self, x: float) -> float:
        """Its height at x."""
        return self.intercept + self.slope * x


@dataclass(frozen=True)
class Cloud:
    """Points, and the line that they were drawn around, where there is one."""

    points: tuple[Point, ...]
    true: Line | None = None

    def with_points(self, points: Sequence[Sequence[Any]]) -> Cloud:
        """With other points. Raises ValueError, in one sentence, for what no line can be fitted."""
        return replace(self, points=_checked(points))

    def longer(self) -> Cloud:
        """With one more point: in the widest gap, between its neighbours. Raises ValueError."""
        ends = sorted(self.points)
        ends = [Point(LEFT, ends[0].y), *ends, Point(RIGHT, ends[-1].y)]
        left, right = max(pairwise(ends), key=lambda gap: gap[1].x - gap[0].x)
        return self.with_points([*self.points, ((left.x + right.x) / 2, (left.y + right.y) / 2)])

    def with_outlier(self) -> Cloud:
        """With one more point on the right, far from the others there. Raises ValueError."""
        right = sorted(self.points)[len(self.points) // 2 :]
        here = self.true.at(FAR) if self.true else median(point.y for point in right)
        y = -FAR if here > 0 else FAR
        places = [FAR + shift for shift in (0, -0.5, 0.5, -1, 1, -1.5, -2, -2.5, -3)]
        free = [x for x in places if all(math.dist((x, y), p) > APART for p in self.points)]
        return self.with_points([*self.points, ((free or places)[0], y)])

    def encode(self) -> str:
        """All on one line: "0.5:-1.2 1:0.3 …; true -2:0.6"."""
        points = " ".join(_pair(point) for point in self.points)
        return points if self.true is None else f"{points}; true {_pair(self.true)}"

    def rows(self) -> str:
        """The points as a table to type: x and y, a row each."""
        return "\n".join(_pair(point, "  ") for point in self.points)


def decode(code: str) -> Cloud:
    """What `encode` wrote. Raises ValueError, in one sentence, for anything else."""
    if len(code) > MAX_CODE:
        raise ValueError(f"The code is longer than {MAX_CODE} characters.")
    text = re.sub(r"\s*:\s*", ":", code.strip().rstrip(";"))
    points, semicolon, rest = text.partition(";")
    rows = [pair.split(":") for pair in points.replace(",", " ").split()]
    for number, row in enumerate(rows or [[""]], 1):
        if len(row) != 2:
            raise ValueError(
                "A code is written “x:y x:y …”, with “; true intercept:slope” after it if the true "
                f"line is known; point {number} of this one is “{':'.join(row)[:40]}”."
                f"{parsing.comma_in(points)}"
            )
    return Cloud(_checked(rows), _true(rest) if semicolon else None)


def read_rows(now: Cloud, text: str) -> Cloud:
    """Points typed or pasted as rows of x and y. Raises ValueError, in one sentence."""
    rows = [row for row in text.splitlines() if row.strip()]
    points = []
    for number, row in enumerate(rows, 1):
        # A comma that follows a number parts it from the next, or else it is a decimal comma.
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
    """Points of what came from outside. Raises ValueError where no line can be fitted."""
    if not FEWEST <= len(rows) <= MOST:
        raise ValueError(
            f"A fit takes {FEWEST} to {MOST} points, so that each model has something to go by; "
            f"{len(rows)} came."
        )
    points = tuple(
        Point(
            _rounded(x, LEFT, RIGHT, f"Point {n}: x must lie between {LEFT:g} and {RIGHT:g}"),
            _rounded(y, BOTTOM, TOP, f"Point {n}: y must lie between −{-BOTTOM:g} and {TOP:g}"),
        )
        for n, (x, y) in enumerate(rows, 1)
    )
    if len({point.x for point in points}) == 1:
        raise ValueError("All points stand at one x: a line needs at least two places.")
    if _straight(points):
        raise ValueError(
            "All points lie on one line: no noise is left to fit, and −log q falls without end."
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
