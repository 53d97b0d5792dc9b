"""What is drawn of nets' quality → Vega-Lite specifications without data, each built once."""

from __future__ import annotations

from functools import cache

import altair as alt

from pages.ui.charts import LOSSES, Spec, layered

NET = alt.Scale(domain=LOSSES)
SHAPES = alt.Scale(domain=LOSSES, range=["circle", "square"])
DASHES = alt.Scale(domain=LOSSES, range=[[1, 0], [6, 4]])
# Of two equal marks both are seen: the first is larger, and drawn first.
WIDTHS = alt.Scale(domain=LOSSES, range=[3.5, 1.5])
SIZES = alt.Scale(domain=LOSSES, range=[90, 28])
KEY = dict(zip(LOSSES, ("● KL divergence", "■ Cross-entropy"), strict=True))
MIXED = "pair"  # of both losses, hence of neither one's colour: grey, the theme's fourth
SERIES = [*LOSSES, "entropy", MIXED]
ROW = 62  # of a kind of pair, in pixels
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
        .transform_calculate(net=f"'{MIXED}'")
        .mark_rule(strokeDash=[2, 3], tooltip=None)
        .encode(
            alt.XDatum(0, scale=scale),
            alt.YDatum(0, scale=scale),
            alt.X2Datum(1),
            alt.Y2Datum(1),
            alt.Color("net:N", scale=alt.Scale(domain=SERIES), legend=None),
        )
    )
    tooltip = [
        alt.Tooltip("net:N", title="trained with"),
        alt.Tooltip("bin:N", title="confidence"),
        alt.Tooltip("confidence:Q", title="mean", format=".1%"),
        *_accuracy(),
    ]
    return layered(
        diagonal,
        rows.mark_rule(tooltip=None).encode(
            x, alt.Y("low:Q", title="accuracy", scale=scale), alt.Y2("high:Q"), _net(), _width()
        ),
        rows.mark_line(tooltip=None).encode(x, y, _net(), _dash(), _width()),
        *_points(rows, x, y, tooltip),
        # Below the diagonal, where only a net that is too sure of itself would have its points.
        *_key("width - 112", "height - 32"),
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
        .encode(x, y, _net()),
        rows.mark_line(interpolate="step-after", tooltip=None).encode(
            x, y, _net(), _dash(), _width()
        ),
        below.transform_calculate(net=f"'{MIXED}'", middle="sqrt(datum.start * datum.end)")
        .mark_text(angle=270, align="left", dx=8, fontSize=11)
        .encode(
            alt.X("middle:Q", title=title, scale=scale),
            y,
            alt.Color("net:N", scale=alt.Scale(domain=SERIES), legend=None),
            text=alt.Text("bin:N"),
        ),
        # A line is a small thing to hit: the whole height of a bin answers the pointer.
        bins.mark_rect(opacity=0).encode(
            x, alt.X2("end:Q"), y=alt.YValue(0), y2=alt.Y2Value("height"), tooltip=tooltip
        ),
        *_key("8", "14"),
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
    rows = alt.Chart().encode(yOffset=alt.YOffset("net:N", scale=NET))
    tooltip = [
        alt.Tooltip("class:N"),
        alt.Tooltip("net:N", title="trained with"),
        *_accuracy(),
    ]
    spec = layered(
        rows.mark_rule(strokeWidth=2, tooltip=None).encode(
            alt.X("low:Q", title=title, scale=scale), y, _net(), alt.X2("high:Q")
        ),
        *_points(rows, x, y, tooltip),
        *_key("8", "14"),
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
                axis=alt.Axis(labelAngle=-60, ticks=False, domain=False),
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
        base.mark_rect().encode(_net(), opacity=alt.Opacity("share:Q", scale=shade, legend=None)),
        # The text's own colour, for either theme: the default one is that of the cells.
        base.mark_text(fontSize=11).encode(
            text=alt.Text("images:Q"), color=alt.ColorValue("currentColor")
        ),
        title=f"Truth and guess, {KEY[net][2:]}",
    )
    return {**spec, "height": TALL}


@cache
def pairs(measure: str, rows: tuple[str, ...]) -> Spec:
    """Pairs of nets, a row a kind, each kind's mean as a tick; `measure`: "same" or "js".

    Columns as in `frames.pairs`; `rows`: those of one loss against the other, of KL, of the other.
    """
    title, form, heading = {
        "same": ("images with the same guess", ".1%", "How often two nets guess the same"),
        "js": ("JS divergence, nats", ".4f", "How far two nets’ beliefs are apart"),
    }[measure]
    axis = alt.Axis(format="%" if measure == "same" else "~g", tickCount=4)
    scale = alt.Scale(zero=False, padding=12)
    x = alt.X(f"{measure}:Q", title=title, scale=scale, axis=axis)
    two_lines = alt.Axis(
        ticks=False, labelExpr="split(datum.label, ', ')", labelLimit=160, labelOffset=-7
    )
    y = alt.Y("row:N", title=None, scale=alt.Scale(domain=list(rows)), axis=two_lines)
    series = dict(zip(rows, (MIXED, *LOSSES), strict=True))
    base = alt.Chart().transform_calculate(
        net=" : ".join([*(f"datum.row == '{r}' ? '{s}'" for r, s in series.items()), "''"])
    )
    color = alt.Color("net:N", scale=alt.Scale(domain=SERIES), legend=None)
    shapes = alt.Scale(domain=SERIES, range=["circle", "square", "cross", "diamond"])
    tooltip = [
        alt.Tooltip("row:N", title="nets"),
        alt.Tooltip("nets:N", title="which"),
        alt.Tooltip(f"{measure}:Q", title=title, format=form),
    ]
    each = base.transform_filter("datum.kind == 'pair'")
    spec = layered(
        base.transform_filter("datum.kind == 'mean'")
        .mark_tick(thickness=3, size=34)
        .encode(x, y, color, tooltip=tooltip),
        each.mark_point(filled=True, size=60, opacity=0.65).encode(
            x, y, color, alt.Shape("net:N", scale=shapes, legend=None), tooltip=tooltip
        ),
        # A point is a small thing to hit: a larger, unseen one around it answers the pointer.
        each.mark_point(size=260, opacity=0).encode(x, y, tooltip=tooltip),
        title=heading,
    )
    return {**spec, "height": {"step": ROW}}


def _net() -> alt.Color:
    return alt.Color("net:N", scale=NET, legend=None)


def _dash() -> alt.StrokeDash:
    return alt.StrokeDash("net:N", scale=DASHES, legend=None)


def _width() -> alt.StrokeWidth:
    return alt.StrokeWidth("net:N", scale=WIDTHS, legend=None)


def _accuracy() -> list[alt.Tooltip]:
    return [
        alt.Tooltip("accuracy:Q", format=".1%"),
        alt.Tooltip("low:Q", title="95 % from", format=".1%"),
        alt.Tooltip("high:Q", title="to", format=".1%"),
        alt.Tooltip("n:Q", title="images", format=","),
    ]


def _points(
    rows: alt.Chart, x: alt.X, y: alt.Y, tooltip: list[alt.Tooltip]
) -> tuple[alt.Chart, alt.Chart]:
    """A point a row, in its net's colour and shape, and a larger one unseen for the pointer."""
    seen = rows.mark_point(filled=True, opacity=1).encode(
        x,
        y,
        _net(),
        alt.Shape("net:N", scale=SHAPES, legend=None),
        alt.Size("net:N", scale=SIZES, legend=None),
        tooltip=tooltip,
    )
    return seen, rows.mark_point(size=260, opacity=0).encode(x, y, tooltip=tooltip)


def _key(left: str, top: str) -> list[alt.Chart]:
    """Both nets' names in their colours, in a corner where nothing else is, in pixels."""
    return [
        alt.Chart()
        .transform_aggregate(n="count()")
        .transform_calculate(net=f"'{net}'", text=f"'{text}'")
        .mark_text(align="left", fontSize=12, fontWeight="bold", tooltip=None)
        .encode(
            _net(),
            x=alt.XValue(alt.expr(left)),
            y=alt.YValue(alt.expr(f"{top} + {17 * place}")),
            text=alt.Text("text:N"),
        )
        for place, (net, text) in enumerate(KEY.items())
    ]
