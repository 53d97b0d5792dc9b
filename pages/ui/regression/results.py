"""What kl_core finds for the points: a line under each noise, and how far off the truth it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

import kl_core
from kl_core import LineFit
from pages.ui.regression.cloud import LEFT, RIGHT, Cloud, Line
from pages.ui.regression.noises import DF, NOISES


@dataclass(frozen=True)
class Results:
    """The lines by noise, the least −log q first named; why there is none under the others."""

    lines: dict[str, LineFit]
    refused: dict[str, str]

    @property
    def nearest(self) -> str:
        """The noise whose mean −log q is the least."""
        return min(self.lines, key=lambda noise: self.lines[noise].nats)


@lru_cache(maxsize=256)
def solve(cloud: Cloud) -> Results:
    """A line under each noise."""
    x, y = np.array(cloud.points).T
    lines, refused = {}, {}
    for noise in NOISES:
        try:
            lines[noise] = kl_core.fit_line(x, y, noise, df=DF)
        except ValueError as error:
            refused[noise] = str(error)
    return Results(lines, refused)


def error(line: LineFit, true: Line) -> float:
    """How far a line is from the true one: the root of the mean square over the plot's x.

    Of a difference a + b·x it is √(m² + (b·w)²/12), with m its value in the middle, w the width.
    """
    slope = line.slope - true.slope
    middle = line.intercept - true.intercept + slope * (LEFT + RIGHT) / 2
    return float(np.hypot(middle, slope * (RIGHT - LEFT) / 12**0.5))
