"""The points, the residual and the true noise → tables, and Vega-Lite specifications of them.

The four noise models differ in every chart by dash, shape, name and colour. Each specification is
built once; its table is made beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal

import altair as alt
import numpy as np
import pandas as pd

from pages.ui import formatting as fmt
from pages.ui.regression.results import ALONG, REACH, ResidualLoss, Results, What
from pages.ui.regression.state import BOTTOM, LEFT, NOISES, RIGHT, SHORT, TOP
from pages.ui.vega import UNSEEN, Spec, end_names, layered, role

# Q's colour, entropy's and grey: the two Gaussians share the first, and the dots of the
# heteroscedastic one are visible on the other's line too. P's: the points and the true line.
COLOURS = {"normal": "Q", "laplace": "entropy", "student_t": "same", "heteroscedastic": "Q"}
SHAPE = alt.Shape(
    "noise:N",
    scale=alt.Scale(domain=list(NOISES), range=["circle", "square", "diamond", "triangle-up"]),
    legend=None,
)
LABELS = 0.3  # of a chart's width, for names to the right of its curves
GAP = 0.085  # of a chart's height, from one name to the next
TITLES: dict[What, str] = {"loss": "Loss", "influence": "Influence (derivative of the loss)"}
UNITS: dict[What, str] = {"loss": "nats", "influence": "nats per unit of y"}
ENDS: dict[What, tuple[float, float]] = {"loss": (0.0, 12.0), "influence": (-6.0, 6.0)}
MOST = 0.93  # nats: the longest bar ends at 0.8; the rest is for its number


@dataclass(frozen=True)
class Stroke:
    """Dashes, width and caps of a line; points.css has the same."""

    dash: tuple[float, ...]
    width: float
    cap: Literal["butt", "round"] = "butt"


STROKES = {
    "normal": Stroke((1, 0), 2.5),
    "laplace": Stroke((9, 5), 2.5),
    "student_t": Stroke((12, 4, 2, 4), 2.5),
    "heteroscedastic": Stroke((0.1, 12), 6, "round"),
}


def roomy(low: float, high: float) -> alt.Scale:
    """An x scale that leaves room for the curves' names."""
    return alt.Scale(domain=[low, low + (high - low) / (1 - LABELS)], nice=False)


def by_noise() -> alt.Chart:
    """A chart whose rows get the colour of their noise, by the column `noise`."""
    which = " : ".join(f"datum.noise == '{noise}' ? '{COLOURS[noise]}'" for noise in COLOURS)
    which += " : datum.noise == 'true' ? 'P'"
    return alt.Chart().transform_calculate(colour=f"{which} : 'same'")


def lines(base: alt.Chart, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """A line for each noise model in its stroke; the solid one lies below the dots."""
    return [
        base.transform_filter(alt.datum.noise == noise)
        .mark_line(
            clip=True,
            tooltip=None,
            strokeDash=list(stroke.dash),
            strokeWidth=stroke.width,
            strokeCap=stroke.cap,
        )
        .encode(x, y, role(), detail="noise:N")
        for noise, stroke in STROKES.items()
    ]


def names(base: alt.Chart, x: alt.X, y: Callable[[str], alt.Y]) -> alt.Chart:
    """A curve's name at its end, by the columns label and label_value."""
    labelled = base.transform_filter("isValid(datum.label)")
    return end_names(labelled, x, y("label_value:Q"), role(), alt.Text("label:N"))


def heights(ends: Mapping[str, float], low: float, top: float) -> dict[str, float]:
    """For each curve the height of its name: as near to its end as the other names allow."""
    gap = GAP * (top - low)
    order = sorted(ends, key=lambda name: -ends[name])
    places: dict[str, float] = {}
    most = top
    for name in order:
        places[name] = min(ends[name], most)
        most = places[name] - gap
    least = low
    for name in reversed(order):  # a name below the bottom pushes the others up again
        places[name] = max(places[name], least)
        least = places[name] + gap
    return places


def points_table(results: Results) -> pd.DataFrame:
    """Columns x, y, and for each noise model its line at x and the point's NLL: the download."""
    table = pd.DataFrame(results.dataset.points, columns=["x", "y"])
    x, y = table["x"].to_numpy(), table["y"].to_numpy()
    for noise, line in results.lines.items():
        table[f"{noise} line"] = line.predict(x)
        table[f"{noise} NLL"] = -line.noise_at(x).log_prob(y)
    return table


def picture_table(results: Results) -> pd.DataFrame:
    """Columns noise ("points", "true" or a model), x, y, label, label_value: at a line's end."""
    drawn = {SHORT[noise]: (noise, f.intercept, f.slope) for noise, f in results.lines.items()}
    if true := results.dataset.true:
        drawn["true line"] = ("true", *true)
    ends = {label: a + b * RIGHT for label, (_, a, b) in drawn.items()}
    places = heights(ends, BOTTOM, TOP)
    rows: list[tuple[object, ...]]
    rows = [("points", *point, None, None) for point in results.dataset.points]
    for label, (noise, a, b) in drawn.items():
        rows.append((noise, LEFT, a + b * LEFT, None, None))
        rows.append((noise, RIGHT, ends[label], label, places[label]))
    return pd.DataFrame(rows, columns=["noise", "x", "y", "label", "label_value"])


@cache
def picture() -> Spec:
    """The plot for download: points, lines and their names. Columns as in `picture_table`."""
    axis = alt.Axis(values=[0, 2, 4, 6, 8, 10], grid=False)
    x = alt.X("x:Q", title="x", scale=roomy(LEFT, RIGHT), axis=axis)
    y = partial(alt.Y, title="y", scale=alt.Scale(domain=[BOTTOM, TOP], nice=False))
    base = by_noise()
    given = alt.Chart().transform_calculate(colour="'P'")
    return layered(
        *lines(base, x, y("y:Q")),
        given.transform_filter(alt.datum.noise == "true").mark_line().encode(x, y("y:Q"), role()),
        given.transform_filter(alt.datum.noise == "points")
        .mark_point(filled=True, size=60, opacity=1)
        .encode(x, y("y:Q"), role()),
        names(base, x, y),
        title="Points, and the line under each noise model",
    )


def residual_table(
    along: Mapping[str, ResidualLoss], here: Mapping[str, ResidualLoss], r: float, what: What
) -> pd.DataFrame:
    """Columns noise, residual, value, here, label, label_value: at a curve's end, its name.

    along: at the residuals ALONG; here: at r, in a row of its own.
    """
    curves = {noise: getattr(losses, what) for noise, losses in along.items()}
    low, top = ENDS[what]
    # A little below the top, which would cut off half of a name.
    places = heights({n: float(c[-1]) for n, c in curves.items()}, low, top - 0.03 * (top - low))
    last = len(ALONG) - 1
    row = np.arange(last + 2)
    tables = [
        pd.DataFrame(
            {
                "residual": np.append(ALONG, r),
                "value": np.append(curve, getattr(here[noise], what)),
                "noise": noise,
                "here": row > last,
                "label": [*[None] * last, SHORT[noise], None],
                "label_value": np.where(row == last, places[noise], np.nan),
            }
        )
        for noise, curve in curves.items()
    ]
    return pd.concat(tables, ignore_index=True).sort_values(["noise", "residual"], kind="stable")


@cache
def residual(what: What) -> Spec:
    """Loss or influence over the residual, by noise model. Columns as in `residual_table`."""
    axis = alt.Axis(grid=False, values=[-6, -3, 0, 3, 6])
    title = "residual r, units of y"
    x = alt.X("residual:Q", title=title, scale=roomy(-REACH, REACH), axis=axis)
    scale = alt.Scale(domain=list(ENDS[what]), nice=False)
    y = partial(alt.Y, title=UNITS[what], scale=scale)
    named = " : ".join(f"datum.noise == '{noise}' ? '{short}'" for noise, short in SHORT.items())
    base = by_noise().transform_calculate(model=f"{named} : ''", same="'same'")
    here = base.transform_filter(alt.datum.here)
    tooltip = [
        alt.Tooltip("model:N"),
        alt.Tooltip("residual:Q", format=".4~g"),
        alt.Tooltip("value:Q", title=UNITS[what], format=".4~g"),
    ]
    rule = here.mark_rule(strokeDash=[2, 3], tooltip=None)
    return layered(
        rule.encode(x, role("same")),
        *lines(base, x, y("value:Q")),
        # A thin line is hard to hit: larger, invisible points on it answer the pointer. Only at
        # every quarter, as a thousand of them would take longest to draw of all on the page.
        base.transform_filter("datum.residual * 4 % 1 == 0")
        .mark_point(size=120, clip=True, **UNSEEN)
        .encode(x, y("value:Q"), tooltip=tooltip),
        here.mark_point(filled=True, size=90, opacity=1, clip=True).encode(
            x, y("value:Q"), role(), SHAPE, tooltip=tooltip
        ),
        names(base, x, y),
        title=TITLES[what],
    )


def divergences_table(nats: Mapping[str, float]) -> pd.DataFrame:
    """Columns noise, model, nats, said: the lowest KL from the true noise to each noise model."""
    rows = [(n, NOISES[n].title, value, fmt.number(value)) for n, value in nats.items()]
    return pd.DataFrame(rows, columns=["noise", "model", "nats", "said"])


@cache
def divergences() -> Spec:
    """A bar for each noise model. Columns as in `divergences_table`."""
    scale = alt.Scale(domain=[0, MOST], nice=False)
    axis = alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8], format="~g")
    x = alt.X("nats:Q", title="lowest KL(p‖q), nats", scale=scale, axis=axis)
    y_axis = alt.Axis(labelLimit=170, ticks=False, domain=False)
    base = by_noise().encode(
        x=x,
        y=alt.Y("model:N", title=None, sort=None, axis=y_axis),
        color=role(),
        tooltip=[alt.Tooltip("model:N", title="noise model"), alt.Tooltip("nats:Q", format=".6~g")],
    )
    bars = base.mark_bar(height={"band": 0.6})
    values = base.mark_text(align="left", dx=5, fontSize=12).encode(alt.Text("said:N"))
    return {**layered(bars, values, title="KL from the true noise to each model"), "height": 250}
