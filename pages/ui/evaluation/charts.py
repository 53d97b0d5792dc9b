"""Charts of two networks: each table beside its specification, built once, without data."""

from __future__ import annotations

import math
from functools import cache

import altair as alt
import numpy as np
import pandas as pd

from models.data.cifar10 import CLASSES
from pages.ui import formatting as fmt
from pages.ui.evaluation import encodings
from pages.ui.evaluation.encodings import BY_NETWORK
from pages.ui.evaluation.results import PairedEvaluation
from pages.ui.vega import LOSSES, UNSEEN, Chart, Spec, layered

# Nats: four bins a factor of ten, and below them one that has no lower end, as 0 has no logarithm.
EDGES = 10 ** (np.arange(-12, 7) / 4)
FIRST, LAST = float(EDGES[0] ** 2 / EDGES[1]), float(EDGES[-1])  # where they are drawn from, and to
TALL = 400  # of ten classes
DARKEST = 0.5  # so that a count is read on any cell, in either theme


def reliability(both: PairedEvaluation) -> Chart:
    """Accuracy against confidence, in each bin with images.

    Columns network, bin, confidence, accuracy, low, high, n.
    """
    rows = [
        (
            network,
            f"{100 * b.low:.0f} to {100 * b.high:.0f} %",
            b.confidence,
            b.accuracy.value,
            *b.accuracy.interval,
            b.accuracy.n,
        )
        for network, evaluation in zip(LOSSES, both.networks, strict=True)
        for b in evaluation.bins
        if b.accuracy.n
    ]
    columns = ["network", "bin", "confidence", "accuracy", "low", "high", "n"]
    return pd.DataFrame(rows, columns=columns), _reliability()


@cache
def _reliability() -> Spec:
    scale, axis = alt.Scale(domain=[0, 1], nice=False), alt.Axis(format="%", tickCount=5)
    title = "confidence: q of the predicted class"
    x = alt.X("confidence:Q", title=title, scale=scale, axis=axis)
    y = alt.Y("accuracy:Q", title="accuracy", scale=scale, axis=axis)
    rows = alt.Chart()
    diagonal = (
        rows.transform_aggregate(n="count()")
        .transform_calculate(network=f"'{encodings.MIXED}'")
        .mark_rule(strokeDash=[2, 3], tooltip=None)
        .encode(
            alt.XDatum(0, scale=scale),
            alt.YDatum(0, scale=scale),
            alt.X2Datum(1),
            alt.Y2Datum(1),
            alt.Color("network:N", scale=encodings.GREY, legend=None),
        )
    )
    tooltip = [
        alt.Tooltip("network:N", title="trained with"),
        alt.Tooltip("bin:N", title="confidence"),
        alt.Tooltip("confidence:Q", title="mean", format=".1%"),
        *encodings.accuracy(),
    ]
    return layered(
        diagonal,
        rows.mark_rule(tooltip=None).encode(
            x,
            alt.Y("low:Q", title="accuracy", scale=scale),
            alt.Y2("high:Q"),
            BY_NETWORK.color(),
            BY_NETWORK.width(),
        ),
        rows.mark_line(tooltip=None).encode(
            x, y, BY_NETWORK.color(), BY_NETWORK.dash(), BY_NETWORK.width()
        ),
        *encodings.points(rows, x, y, tooltip),
        # Below the diagonal, where only an overconfident network would have its points.
        *encodings.names("width - 112", "height - 32"),
        title="Reliability diagram",
    )


def losses(both: PairedEvaluation) -> Chart:
    """Distribution of the NLL: the fraction of images in each bin.

    Columns bin, start, end, kl, ce, network, fraction: kl and ce are those of both networks. A last
    row for each closes its line.
    """
    places = (np.searchsorted(EDGES[:-1], q.losses, "right") for q in both.networks)
    kl, ce = (np.bincount(place, minlength=len(EDGES)) / both.n for place in places)
    starts = np.append(FIRST, EDGES[:-1])
    names = [f"{fmt.number(a)} to {fmt.number(b)}" for a, b in zip(starts, EDGES, strict=True)]
    names[0], names[-1] = f"below {EDGES[0]:g}", f"{fmt.number(starts[-1])} and more"
    rows = [*zip(names, starts, EDGES, kl, ce, strict=True), ("", LAST, LAST, np.nan, np.nan)]
    bins = pd.DataFrame(rows, columns=["bin", "start", "end", "kl", "ce"])
    parts = [
        bins.assign(network=network, fraction=np.append(fraction, fraction[-1]))
        for network, fraction in zip(LOSSES, (kl, ce), strict=True)
    ]
    return pd.concat(parts, ignore_index=True), _losses()


@cache
def _losses() -> Spec:
    scale = alt.Scale(type="log", domain=[FIRST, LAST], nice=False)
    axis = alt.Axis(values=[0.001, 0.01, 0.1, 1, 10], format="~g", grid=False)
    title = "NLL, nats, logarithmic"
    x = alt.X("start:Q", title=title, scale=scale, axis=axis)
    y = alt.Y(
        "fraction:Q",
        title="photographs in the bin",
        scale=alt.Scale(domainMin=0, nice=True),
        axis=alt.Axis(format="%", tickCount=5),
    )
    rows = alt.Chart()
    bins = rows.transform_filter("datum.bin != ''")
    tooltip = [
        alt.Tooltip("bin:N", title="nats"),
        alt.Tooltip("kl:Q", title=LOSSES[0], format=".2%"),
        alt.Tooltip("ce:Q", title=LOSSES[1], format=".2%"),
    ]
    kl = alt.datum.network == LOSSES[0]
    below = bins.transform_filter(kl).transform_filter(f"datum.start < {1.01 * FIRST}")
    return layered(
        rows.transform_filter(kl)
        .mark_area(interpolate="step-after", opacity=0.16, tooltip=None)
        .encode(x, y, BY_NETWORK.color()),
        rows.mark_line(interpolate="step-after", tooltip=None).encode(
            x, y, BY_NETWORK.color(), BY_NETWORK.dash(), BY_NETWORK.width()
        ),
        below.transform_calculate(
            network=f"'{encodings.MIXED}'", middle="sqrt(datum.start * datum.end)"
        )
        .mark_text(angle=270, align="left", dx=8, fontSize=11)
        .encode(
            alt.X("middle:Q", title=title, scale=scale),
            y,
            alt.Color("network:N", scale=encodings.GREY, legend=None),
            text=alt.Text("bin:N"),
        ),
        # A line is a small thing to hit: the whole height of a bin answers the pointer.
        bins.mark_rect(**UNSEEN).encode(
            x, alt.X2("end:Q"), y=alt.YValue(0), y2=alt.Y2Value("height"), tooltip=tooltip
        ),
        *encodings.names("8", "14"),
        title="Distribution of the negative log-likelihood",
    )


def classes(both: PairedEvaluation) -> Chart:
    """Accuracy by class, that of KL's network falling.

    Columns class, network, accuracy, low, high, n.
    """
    with_images = [c for c, share in enumerate(both.kl.by_class) if share.n]
    rows = [
        (CLASSES[c], network, share.value, *share.interval, share.n)
        for c in sorted(with_images, key=lambda c: -both.kl.by_class[c].value)
        for network, evaluation in zip(LOSSES, both.networks, strict=True)
        for share in [evaluation.by_class[c]]
    ]
    table = pd.DataFrame(rows, columns=["class", "network", "accuracy", "low", "high", "n"])
    return table, _classes(math.floor(10 * table["low"].min()) / 10)


@cache
def _classes(least: float) -> Spec:
    # The axis begins at a tenth, below all intervals.
    scale = alt.Scale(domain=[least, 1], nice=False)
    axis = alt.Axis(format="%", tickCount=5)
    title = "accuracy among the class’s photographs"
    x = alt.X("accuracy:Q", title=title, scale=scale, axis=axis)
    y = alt.Y("class:N", title=None, sort=None, axis=alt.Axis(ticks=False, grid=True))
    rows = alt.Chart().encode(yOffset=alt.YOffset("network:N", scale=alt.Scale(domain=LOSSES)))
    tooltip = [
        alt.Tooltip("class:N"),
        alt.Tooltip("network:N", title="trained with"),
        *encodings.accuracy(),
    ]
    spec = layered(
        rows.mark_rule(strokeWidth=2, tooltip=None).encode(
            alt.X("low:Q", title=title, scale=scale), y, BY_NETWORK.color(), alt.X2("high:Q")
        ),
        *encodings.points(rows, x, y, tooltip),
        *encodings.names("8", "14"),
        title="Accuracy by class",
    )
    return {**spec, "height": TALL}


def confusion(both: PairedEvaluation, place: int) -> Chart:
    """The confusion matrix of KL's network, place 0, or of the other's.

    Columns true, predicted, images, fraction, of: of the `of` images with that true class.
    """
    rows = [
        (
            CLASSES[true],
            CLASSES[predicted],
            int(images),
            float(images / max(row.sum(), 1)),
            row.sum(),
        )
        for true, row in enumerate(both.networks[place].confusion)
        for predicted, images in enumerate(row)
    ]
    columns = ["true", "predicted", "images", "fraction", "of"]
    return pd.DataFrame(rows, columns=columns), _confusion(LOSSES[place])


@cache
def _confusion(network: str) -> Spec:
    base = (
        alt.Chart()
        .transform_calculate(network=f"'{network}'")
        .encode(
            alt.X(
                "predicted:N",
                title="predicted class",
                sort=None,
                axis=alt.Axis(labelAngle=-60, labelOverlap=False, ticks=False, domain=False),
            ),
            alt.Y(
                "true:N", title="true class", sort=None, axis=alt.Axis(ticks=False, domain=False)
            ),
            tooltip=[
                alt.Tooltip("true:N", title="true class"),
                alt.Tooltip("predicted:N", title="predicted class"),
                alt.Tooltip("images:Q", title="photographs", format=","),
                alt.Tooltip("of:Q", title="of", format=","),
                alt.Tooltip("fraction:Q", title="of the true class", format=".1%"),
            ],
        )
    )
    # Its root, so that few photographs are told apart beside many.
    shade = alt.Scale(type="sqrt", domain=[0, 1], range=[0, DARKEST])
    spec = layered(
        base.mark_rect().encode(
            BY_NETWORK.color(), opacity=alt.Opacity("fraction:Q", scale=shade, legend=None)
        ),
        # The text's own colour, for either theme: the default one is that of the cells.
        base.mark_text(fontSize=11).encode(
            text=alt.Text("images:Q"), color=alt.ColorValue("currentColor")
        ),
        title=f"Confusion matrix, {encodings.KEY[network][2:]}",
    )
    return {**spec, "height": TALL}
