"""What is drawn of nets' quality → Vega-Lite specifications without data, each built once."""

from __future__ import annotations

from functools import cache

import altair as alt

from pages.ui.predictions.quality import encodings
from pages.ui.vega import LOSSES, UNSEEN, Spec, layered

TALL = 400  # of ten classes
DARKEST = 0.5  # so that a count is read on any cell, in either theme


@cache
def reliability() -> Spec:
    """Accuracy against confidence, bin by bin. Columns as in `frames.reliability`."""
    scale, axis = alt.Scale(domain=[0, 1], nice=False), alt.Axis(format="%", tickCount=5)
    title = "confidence (q of the guess)"
    x = alt.X("confidence:Q", title=title, scale=scale, axis=axis)
    y = alt.Y("accuracy:Q", title="accuracy", scale=scale, axis=axis)
    rows = alt.Chart()
    diagonal = (
        rows.transform_aggregate(n="count()")
        .transform_calculate(net=f"'{encodings.MIXED}'")
        .mark_rule(strokeDash=[2, 3], tooltip=None)
        .encode(
            alt.XDatum(0, scale=scale),
            alt.YDatum(0, scale=scale),
            alt.X2Datum(1),
            alt.Y2Datum(1),
            alt.Color("net:N", scale=encodings.GREY, legend=None),
        )
    )
    tooltip = [
        alt.Tooltip("net:N", title="trained with"),
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
            encodings.BY_NET.color(),
            encodings.BY_NET.width(),
        ),
        rows.mark_line(tooltip=None).encode(
            x, y, encodings.BY_NET.color(), encodings.BY_NET.dash(), encodings.BY_NET.width()
        ),
        *encodings.points(rows, x, y, tooltip),
        # Below the diagonal, where only a net that is too sure of itself would have its points.
        *encodings.names("width - 112", "height - 32"),
        title="Accuracy against confidence",
    )


@cache
def costs(first: float, last: float) -> Spec:
    """Spread of KL(label‖softmax). Columns as in `frames.costs`.

    `first`: where the bin without a lower end is drawn from; `last`: the last bin's end.
    """
    scale = alt.Scale(type="log", domain=[first, last], nice=False)
    axis = alt.Axis(values=[0.001, 0.01, 0.1, 1, 10], format="~g", grid=False)
    title = "KL(label‖softmax), nats, logarithmic"
    x = alt.X("start:Q", title=title, scale=scale, axis=axis)
    y = alt.Y(
        "share:Q",
        title="images in the bin",
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
    kl = alt.datum.net == LOSSES[0]
    below = bins.transform_filter(kl).transform_filter(f"datum.start < {1.01 * first}")
    return layered(
        rows.transform_filter(kl)
        .mark_area(interpolate="step-after", opacity=0.16, tooltip=None)
        .encode(x, y, encodings.BY_NET.color()),
        rows.mark_line(interpolate="step-after", tooltip=None).encode(
            x, y, encodings.BY_NET.color(), encodings.BY_NET.dash(), encodings.BY_NET.width()
        ),
        below.transform_calculate(
            net=f"'{encodings.MIXED}'", middle="sqrt(datum.start * datum.end)"
        )
        .mark_text(angle=270, align="left", dx=8, fontSize=11)
        .encode(
            alt.X("middle:Q", title=title, scale=scale),
            y,
            alt.Color("net:N", scale=encodings.GREY, legend=None),
            text=alt.Text("bin:N"),
        ),
        # A line is a small thing to hit: the whole height of a bin answers the pointer.
        bins.mark_rect(**UNSEEN).encode(
            x, alt.X2("end:Q"), y=alt.YValue(0), y2=alt.Y2Value("height"), tooltip=tooltip
        ),
        *encodings.names("8", "14"),
        title="Spread of KL(label‖softmax)",
    )


@cache
def classes(least: float) -> Spec:
    """Accuracy class by class, on an axis from `least`. Columns as in `frames.classes`."""
    scale = alt.Scale(domain=[least, 1], nice=False)
    axis = alt.Axis(format="%", tickCount=5)
    title = "accuracy among the class’s images"
    x = alt.X("accuracy:Q", title=title, scale=scale, axis=axis)
    y = alt.Y("class:N", title=None, sort=None, axis=alt.Axis(ticks=False, grid=True))
    rows = alt.Chart().encode(yOffset=alt.YOffset("net:N", scale=encodings.NET))
    tooltip = [
        alt.Tooltip("class:N"),
        alt.Tooltip("net:N", title="trained with"),
        *encodings.accuracy(),
    ]
    spec = layered(
        rows.mark_rule(strokeWidth=2, tooltip=None).encode(
            alt.X("low:Q", title=title, scale=scale), y, encodings.BY_NET.color(), alt.X2("high:Q")
        ),
        *encodings.points(rows, x, y, tooltip),
        *encodings.names("8", "14"),
        title="Accuracy class by class",
    )
    return {**spec, "height": TALL}


@cache
def confusion(net: str) -> Spec:
    """What images of each class are taken for, in the net's colour. Columns: `frames.confusion`."""
    base = (
        alt.Chart()
        .transform_calculate(net=f"'{net}'")
        .encode(
            alt.X(
                "guess:N",
                title="guess",
                sort=None,
                axis=alt.Axis(labelAngle=-60, labelOverlap=False, ticks=False, domain=False),
            ),
            alt.Y("truth:N", title="truth", sort=None, axis=alt.Axis(ticks=False, domain=False)),
            tooltip=[
                alt.Tooltip("truth:N"),
                alt.Tooltip("guess:N"),
                alt.Tooltip("images:Q", format=","),
                alt.Tooltip("of:Q", title="of", format=","),
                alt.Tooltip("share:Q", format=".1%"),
            ],
        )
    )
    # Its root, so that the few mistakes are told apart beside the many hits.
    shade = alt.Scale(type="sqrt", domain=[0, 1], range=[0, DARKEST])
    spec = layered(
        base.mark_rect().encode(
            encodings.BY_NET.color(), opacity=alt.Opacity("share:Q", scale=shade, legend=None)
        ),
        # The text's own colour, for either theme: the default one is that of the cells.
        base.mark_text(fontSize=11).encode(
            text=alt.Text("images:Q"), color=alt.ColorValue("currentColor")
        ),
        title=f"Truth and guess, {encodings.KEY[net][2:]}",
    )
    return {**spec, "height": TALL}
