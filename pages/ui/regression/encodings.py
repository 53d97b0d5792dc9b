"""How the four noises are told apart in every chart: by dash, by shape, by name and by colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import altair as alt

from pages.ui.regression.noises import NOISES
from pages.ui.vega import role

# Q's colour, entropy's and grey: the two Gaussians share the first, and the growing one's beads
# are seen on the other's line too. P's colour belongs to the points and the true line.
COLOURS = {"normal": "Q", "laplace": "entropy", "student_t": "same", "heteroscedastic": "Q"}
LABELS = 0.28  # of a chart's width, to the right of its curves


@dataclass(frozen=True)
class Stroke:
    """A line's look; the plot's style sheet has the same."""

    dash: tuple[float, ...]
    width: float
    cap: Literal["butt", "round"] = "butt"


STROKES = {
    "normal": Stroke((1, 0), 2.5),
    "laplace": Stroke((9, 5), 2.5),
    "student_t": Stroke((12, 4, 2, 4), 2.5),
    "heteroscedastic": Stroke((0.1, 12), 6, "round"),
}
SHAPES = alt.Scale(domain=list(NOISES), range=["circle", "square", "diamond", "triangle-up"])


def roomy(low: float, high: float) -> list[float]:
    """The domain of an x axis that leaves room for the curves' names."""
    return [low, low + (high - low) / (1 - LABELS)]


def chart() -> alt.Chart:
    """A chart whose rows get the colour of their noise, by the column `noise`."""
    which = " : ".join(f"datum.noise == '{noise}' ? '{COLOURS[noise]}'" for noise in COLOURS)
    which += " : datum.noise == 'true' ? 'P'"
    return alt.Chart().transform_calculate(colour=f"{which} : 'same'")


def colour() -> alt.Color:
    """By the noise."""
    return role()


def lines(base: alt.Chart, *channels: object, detail: str = "noise:N") -> list[alt.Chart]:
    """A line for each noise, as its stroke has it; the plain one is below the beads."""
    return [
        base.transform_filter(alt.datum.noise == noise)
        .mark_line(
            clip=True,
            tooltip=None,
            strokeDash=list(stroke.dash),
            strokeWidth=stroke.width,
            strokeCap=stroke.cap,
        )
        .encode(*channels, colour(), detail=detail)
        for noise, stroke in STROKES.items()
    ]
