"""People's votes beside two networks: tables, and specifications without data, built once."""

from __future__ import annotations

import math
from functools import cache, lru_cache

import altair as alt
import numpy as np
import pandas as pd

from models.data.cifar10 import CLASSES
from pages.ui import formatting as fmt
from pages.ui.human_labels.prose import HEADINGS
from pages.ui.human_labels.results import Results
from pages.ui.vega import LOSSES, UNSEEN, Chart, Spec, coloured, layered

MOST_POINTS = 2_000  # of more, the chart of entropies counts them in cells
CELL = 0.1  # nats
LABEL_ROOM = 1.12  # of the bars' height, for the sums above them
# The theme's first three colours in their order, and grey.
PARTS = alt.Scale(domain=[*LOSSES, "H(P)", "corrected"])
PART = alt.Color("colour:N", scale=PARTS, legend=None)
# Narrow bars, with more room to the right of each, for its labels, than to the left of the first.
BANDS = alt.Scale(paddingInner=0.6, paddingOuter=0.4, align=0.2)
BEYOND = 1.3  # the line's width, in bars: so that it is seen on the border of two colours
TOP = math.log(10)  # the entropy of ten classes where all are equally likely
ENTROPY = alt.Scale(domain=[0, 2.4], nice=False)


@lru_cache(maxsize=16)
def parts(results: Results) -> Chart:
    """Cross-entropy of both networks as a stack: H(P), and KL on top.

    Columns network, part, colour, low, high, value, middle, text, corrected, room.
    Three rows a network: H(P), KL(P‖Q) on top of it, and their sum, which has no bar. An infinite
    one has no height and stands as ∞ on top of H(P).
    """
    rows = []
    for name, loss, means in zip(HEADINGS, LOSSES, results.parts, strict=True):
        entropy, kl, total = means.entropy.value, means.kl.value, means.cross_entropy.value
        top = total if math.isfinite(total) else entropy
        for part, colour, low, high, value in (
            ("H(P)", "H(P)", 0.0, entropy, entropy),
            ("KL(P‖Q)", loss, entropy, top, kl),
            ("H(P, Q)", loss, top, top, total),
        ):
            text = f"{part} {fmt.number(value)}" if part == "H(P, Q)" else fmt.number(value)
            rows.append((name, part, colour, low, high, fmt.number(value), text))
    columns = ["network", "part", "colour", "low", "high", "value", "text"]
    table = pd.DataFrame(rows, columns=columns)
    table = table.assign(
        middle=(table["low"] + table["high"]) / 2,
        corrected=results.parts[0].corrected_entropy.value,
        room=table["high"].max() * LABEL_ROOM,
    )
    return table, _parts()


@cache
def _parts() -> Spec:
    axis = alt.Axis(labelAngle=0, ticks=False, domain=False)
    x = alt.X("network:N", title=None, sort=None, axis=axis, scale=BANDS)
    chart = alt.Chart()
    stacked = chart.transform_filter("datum.part != 'H(P, Q)'")
    sums = chart.transform_filter("datum.part == 'H(P, Q)'")
    return layered(
        chart.mark_point(**UNSEEN, tooltip=None).encode(x, _nats("room")),
        _bars(stacked, x),
        _names(stacked),
        sums.mark_text(dy=-9, fontSize=12, fontWeight="bold").encode(
            x, _nats("high"), PART, text="text:N"
        ),
        sums.transform_calculate(colour="'corrected'")
        .mark_tick(width={"band": BEYOND}, thickness=2, tooltip=None)
        .encode(x, _nats("corrected"), PART),
        title="Cross-entropy H(P, Q) = H(P) + KL(P‖Q)",
    )


def _bars(stacked: alt.Chart, x: alt.X) -> alt.Chart:
    tooltip = [
        alt.Tooltip("network:N"),
        alt.Tooltip("part:N"),
        alt.Tooltip("value:N", title="nats"),
    ]
    bars = stacked.mark_bar(width={"band": 1})
    return bars.encode(x, _nats("low"), alt.Y2("high:Q"), PART, tooltip=tooltip)


def _names(stacked: alt.Chart) -> alt.Chart:
    """What each part is, to the right of its bar."""
    x = alt.X("network:N", sort=None, scale=BANDS, bandPosition=1)
    names = stacked.transform_calculate(
        label="(datum.part == 'H(P)' ? 'H(P) ' : 'KL ') + datum.text"
    ).mark_text(align="left", dx=6, fontSize=11, fontWeight="bold")
    return names.encode(x, _nats("middle"), PART, text="label:N")


def _nats(column: str) -> alt.Y:
    scale = alt.Scale(domainMin=0, nice=True)
    return alt.Y(f"{column}:Q", title="nats, mean over the images", scale=scale)


@lru_cache(maxsize=16)
def entropies(results: Results) -> Chart:
    """H(Q) of KL's network against H(P) of people, with the means of groups.

    Columns row, people, network, low, high, images, number, label: row "image" for each image, or
    "cell" of CELL × CELL nats where they are many, and "group" for each of `Results.groups`.
    """
    groups = pd.DataFrame(
        [("group", people, mean.value, *mean.interval, mean.n) for people, mean in results.groups],
        columns=["row", "people", "network", "low", "high", "images"],
    )
    many = are_many(results)
    rows = [_cells_rows(results) if many else _images(results), groups]
    return pd.concat(rows, ignore_index=True), _entropies(many)


def are_many(results: Results) -> bool:
    """Whether there are too many images to draw each."""
    return results.n > MOST_POINTS


def _images(results: Results) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": "image",
            "people": results.entropy,
            "network": results.kl.entropy,
            "images": 1,
            "number": np.arange(results.n),
            "label": [CLASSES[label] for label in results.labels],
        }
    )


def _cells_rows(results: Results) -> pd.DataFrame:
    cells = np.floor(np.stack([results.entropy, results.kl.entropy], axis=1) / CELL)
    corners, images = np.unique(cells, axis=0, return_counts=True)
    people, network = (corners * CELL).T
    return pd.DataFrame({"row": "cell", "people": people, "network": network, "images": images})


@cache
def _entropies(cells: bool) -> Spec:
    axis = alt.Axis(values=[0, 0.5, 1, 1.5, 2])
    x = alt.X("people:Q", title="H(P) of people, nats", scale=ENTROPY, axis=axis)
    y = alt.Y("network:Q", title="H(Q) of KL’s network, nats", scale=ENTROPY, axis=axis)
    chart = alt.Chart()
    return layered(
        _cells(chart, x, y) if cells else _points(chart, x, y),
        _equal(chart),
        *_means(chart, x, y),
        title="H(Q) of KL’s network against H(P)",
    )


def _equal(chart: alt.Chart) -> alt.Chart:
    """The line on which the network would be as uncertain as people are."""
    line = coloured(chart.transform_aggregate(n="count()"), "same")
    return line.mark_rule(strokeDash=[4, 4], tooltip=None).encode(
        alt.XDatum(0, scale=ENTROPY),
        alt.YDatum(0, scale=ENTROPY),
        alt.X2Datum(TOP),
        alt.Y2Datum(TOP),
    )


def _means(chart: alt.Chart, x: alt.X, y: alt.Y) -> tuple[alt.Chart, alt.Chart]:
    """Each group's interval and its mean."""
    means = coloured(chart.transform_filter(alt.datum.row == "group"), "entropy")
    tooltip = [
        alt.Tooltip("images:Q", title="photographs", format=","),
        alt.Tooltip("people:Q", title="mean H(P)", format=".4~g"),
        alt.Tooltip("network:Q", title="mean H(Q)", format=".4~g"),
        alt.Tooltip("low:Q", title="95 % from", format=".4~g"),
        alt.Tooltip("high:Q", title="to", format=".4~g"),
    ]
    low, high = alt.Y("low:Q", scale=ENTROPY), alt.Y2("high:Q")
    return (
        means.mark_rule(strokeWidth=3).encode(x, low, high, tooltip=tooltip),
        means.mark_point(filled=True, size=120, shape="diamond", opacity=1).encode(
            x, y, tooltip=tooltip
        ),
    )


def _points(chart: alt.Chart, x: alt.X, y: alt.Y) -> alt.Chart:
    images = coloured(chart.transform_filter(alt.datum.row == "image"), "P")
    tooltip = [
        alt.Tooltip("number:Q", title="photograph"),
        alt.Tooltip("label:N"),
        alt.Tooltip("people:Q", title="H(P)", format=".4~g"),
        alt.Tooltip("network:Q", title="H(Q)", format=".4~g"),
    ]
    # Up to thousands: not to be read out one by one.
    points = images.mark_point(filled=True, size=22, opacity=0.35, aria=False)
    return points.encode(x, y, tooltip=tooltip)


def _cells(chart: alt.Chart, x: alt.X, y: alt.Y) -> alt.Chart:
    cells = coloured(chart.transform_filter(alt.datum.row == "cell"), "P").transform_calculate(
        people_end=f"datum.people + {CELL}", network_end=f"datum.network + {CELL}"
    )
    tooltip = [
        alt.Tooltip("images:Q", title="photographs", format=","),
        alt.Tooltip("people:Q", title="H(P) from", format=".3~g"),
        alt.Tooltip("network:Q", title="H(Q) from", format=".3~g"),
    ]
    # Logarithmic: a few cells hold most of the images.
    shades = alt.Scale(type="log", range=[0.15, 1])
    return cells.mark_rect().encode(
        x,
        y,
        alt.X2("people_end:Q"),
        alt.Y2("network_end:Q"),
        opacity=alt.Opacity("images:Q", scale=shades, legend=None),
        tooltip=tooltip,
    )
