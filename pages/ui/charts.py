"""What is drawn → a Vega-Lite specification. Colours come from the theme: P, Q, entropy, grey.

A specification holds no data: the page hands both to Streamlit, which draws new data into the
same chart. (A chart with its data is built anew at each edit, and one with two data sets can
meet the error "Unrecognized data set".) Each is built once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

Spec = dict[str, Any]

HEIGHT = 300
MANY = 12  # outcomes: of more, names and numbers would lie over each other
LABEL_ROOM = 0.3  # of a curve's width, to the right of it
P_AND_Q = alt.Scale(domain=["P", "Q", "entropy", "same"])
KINDS = ["training", "validation"]
LOSSES = ["KL divergence", "Categorical cross-entropy"]
# For pictures that leave the page: there the theme gives no colours.
EXPORT_COLOURS = ["#0072B2", "#B84A00", "#00785A", "#595959"]
# In a PNG, one sign that the font lacks, as ‖ or ⁻, turns its whole text into any font that has it.
FONTS, FONT = Path(__file__).parent / "fonts", "DejaVu Sans, sans-serif"
# Streamlit's own, which it gives in rem. A presentation enlarges the rem, and then the charts:
# these would be enlarged twice, and what is fixed in pixels would have no room beside them.
PIXELS: dict[str, dict[str, int]] = {
    "title": {"fontSize": 16},
    "axis": {"labelFontSize": 12, "titleFontSize": 14, "labelPadding": 16, "titlePadding": 16},
}
WIDTH, BETWEEN = 420, 100  # of a chart in a picture; from one's right edge to the next one's axis
# Marks that answer the pointer or widen a scale: a screen reader would read out every one of
# them, hundreds a chart, where the chart's alternative text says what they show.
UNSEEN: dict[str, Any] = {"opacity": 0, "aria": False}

TITLES = {"loss": "loss (nats)", "accuracy": "accuracy"}
FORMATS = {"loss": ".4f", "accuracy": ".1%"}


@cache
def distributions(many: bool = False) -> Spec:
    """P and Q as bars side by side. Columns: outcome, distribution, probability.

    `many`: whether there are more than MANY outcomes; their bars bear no names and no numbers.
    """
    height = alt.Y("probability:Q", title="probability", scale=alt.Scale(domainMin=0, nice=True))
    base = alt.Chart().encode(
        x=_outcomes(many),
        xOffset=alt.XOffset("distribution:N"),
        y=height,
        color=alt.Color("distribution:N", scale=P_AND_Q, legend=None),
        tooltip=[
            alt.Tooltip("distribution:N"),
            alt.Tooltip("outcome:N"),
            alt.Tooltip("probability:Q", format=".6g"),
        ],
    )
    # Each bar says whose it is: no legend to look up, no colour to tell apart.
    names = base.mark_text(dy=-16, fontSize=12, fontWeight="bold").encode(text="distribution:N")
    values = base.mark_text(dy=-5, fontSize=11).encode(
        text=alt.Text("probability:Q", format=".2~g")
    )
    if many:
        title = "P (blue) and Q (orange), each with sum 1"
        return layered(base.mark_bar(), title=title)
    return layered(base.mark_bar(), names, values, title="P and Q, each with sum 1")


@cache
def kl_terms(direction: str, unit: str, many: bool = False) -> Spec:
    """Each outcome's share of one direction of KL, on the scale of both directions.

    Columns: outcome, direction, term, likelier, infinite, p, q; rows of both directions. An
    infinite term has no height and stands as ∞ at the top. `many`: as in `distributions`.
    """
    height = alt.Y("term:Q", title=unit, scale=alt.Scale(padding=14))
    # Unseen, and of both directions: so that the two charts share a scale.
    scale = alt.Chart().mark_point(**UNSEEN, tooltip=None).encode(y=height)
    base = (
        alt.Chart()
        .transform_filter(alt.datum.direction == direction)
        .encode(
            x=_outcomes(many),
            y=height,
            color=alt.Color("likelier:N", scale=P_AND_Q, legend=None),
            tooltip=[
                alt.Tooltip("outcome:N"),
                alt.Tooltip("p:Q", title="P", format=".6g"),
                alt.Tooltip("q:Q", title="Q", format=".6g"),
                alt.Tooltip("term:Q", title=unit, format=".6g"),
            ],
        )
    )
    # Unseen, too: bars leave out what is infinite, which would stand last, and not in its place.
    order = base.mark_point(**UNSEEN, tooltip=None).encode(y=alt.value(0))
    values = base.encode(text=alt.Text("term:Q", format=".3~g"))
    above = values.transform_filter(alt.datum.term >= 0).mark_text(dy=-7, fontSize=11)
    below = values.transform_filter(alt.datum.term < 0).mark_text(dy=8, fontSize=11)
    infinite = (
        base.transform_filter(alt.datum.infinite)
        .mark_text(fontSize=12 if many else 30, fontWeight="bold", dy=18)
        .encode(y=alt.value(0), text=alt.value("∞"))
    )
    bars = base.mark_bar(width={"band": 0.6})
    title = f"What each outcome adds to {direction}"
    numbers = () if many else (above, below)
    return layered(order, scale, bars, *numbers, infinite, title=title)


@cache
def code_lengths(many: bool = False) -> Spec:
    """Ideal and real lengths of words. Columns: outcome, length ("ideal", "Huffman"), bits.

    What has no ideal length, as it never comes, has no bar. `many`: as in `distributions`.
    """
    kinds = ["ideal", "Huffman"]
    # Entropy's colour, and grey.
    calculated = alt.Chart().transform_calculate(of="datum.length == 'ideal' ? 'entropy' : 'same'")
    base = calculated.encode(
        x=_outcomes(many),
        xOffset=alt.XOffset("length:N", sort=kinds),
        y=alt.Y("bits:Q", title="bits", scale=alt.Scale(domainMin=0, nice=True)),
        color=alt.Color("of:N", scale=P_AND_Q, legend=None),
        tooltip=[alt.Tooltip("outcome:N"), alt.Tooltip("length:N"), alt.Tooltip("bits:Q")],
    )
    values = base.mark_text(dy=-6, fontSize=11).encode(text=alt.Text("bits:Q", format=".3~g"))
    numbers = () if many else (values,)
    return layered(base.mark_bar(), *numbers, title="Green: ideal length. Grey: Huffman’s")


@cache
def running_mean(unit: str) -> Spec:
    """The mean of log(p/q) so far, what it approaches, and its band.

    Columns: draws, mean, low, high, divergence.
    """
    # Logarithmic, so that the band is seen to narrow however many are drawn.
    scale = alt.Scale(type="log", nice=False)
    axis = alt.Axis(grid=False, format="~s", tickCount=6)
    x = alt.X("draws:Q", title="outcomes drawn", scale=scale, axis=axis)
    title = f"mean of log(p/q) so far, {unit}"
    y = alt.Y("mean:Q", title=title)  # with 0: where KL is infinite, the means may be one number
    chart = alt.Chart().transform_calculate(one="'P'", other="'same'")
    blue, grey = (alt.Color(f"{c}:N", scale=P_AND_Q, legend=None) for c in ("one", "other"))
    tooltip = [alt.Tooltip("draws:Q", title="drawn", format=",")] + [
        alt.Tooltip(f"{column}:Q", title=title, format=".4~g")
        for column, title in (("mean", "mean"), ("low", "band from"), ("high", "to"))
    ]
    band = chart.mark_area(opacity=0.25, tooltip=None).encode(
        x, alt.Y("low:Q", title=title), alt.Y2("high:Q"), color=grey
    )
    level = chart.mark_line(strokeDash=[6, 4]).encode(
        x, alt.Y("divergence:Q", title=title), color=grey
    )
    mean = chart.mark_line(strokeWidth=2, tooltip=None).encode(x, y, color=blue)
    # A line is a small thing to hit: larger, unseen points on it answer the pointer.
    points = chart.mark_point(size=120, **UNSEEN).encode(x, y, tooltip=tooltip)
    return layered(band, level, mean, points, title="Mean so far; dashed: KL(P‖Q)")


@cache
def one_run(measure: str, epochs: int) -> Spec:
    """Training and validation curves of one run. Columns as in `tables.curves`."""
    title = f"{measure.capitalize()} after each epoch"
    return _curves("images", KINDS, "images", measure, epochs, title)


@cache
def overlay(measure: str, images: str, epochs: int) -> Spec:
    """Several runs' curves on the training or the validation images, on the scale of both.

    Columns as in `tables.curves`; rows of both kinds of images.
    """
    title = f"{measure.capitalize()} on the {images} images"
    return _curves("loss", LOSSES, "run", measure, epochs, title, alt.datum.images == images)


def pair(bars: pd.DataFrame, shares: pd.DataFrame, unit: str) -> Spec:
    """P and Q, and below them what each outcome adds to both directions, as one picture.

    Columns as in `tables.distributions` and `tables.kl_terms`.
    """
    many = bars["outcome"].nunique() > MANY
    ways = [(shares, kl_terms(name, unit, many)) for name in ("KL(P‖Q)", "KL(Q‖P)")]
    return board([[(bars, distributions(many))], ways])


Panels = list[list[tuple[pd.DataFrame, Spec]]]  # rows of charts, each with its data


def board(panels: Panels) -> Spec:
    """Rows of charts as one picture that stands by itself, in the light theme's colours.

    A chart that is alone in its row is as wide as the others together.
    """
    most = max(map(len, panels))
    rows = []
    for row in panels:
        width = most * (WIDTH + BETWEEN) - BETWEEN if len(row) == 1 else WIDTH
        charts = [{**_sized(spec, width), "data": _inline(data)} for data, spec in row]
        rows.append({"hconcat": charts, "spacing": BETWEEN, "bounds": "flush"})
    config = {
        "font": FONT,
        "range": {"category": EXPORT_COLOURS},
        "axis": {"labelFontSize": 12, "titleFontSize": 12, "gridColor": "#DDDDDD"},
        "view": {"stroke": None},
    }
    return {"vconcat": rows, "config": config, "background": "white", "padding": 12}


def _sized(spec: Spec, width: int) -> Spec:
    """The same, so wide. Beside others, a chart does not know its size by the names it has here."""
    sizes = {"width": str(width), "height": str(spec["height"])}

    def put(part: Any, key: str = "") -> Any:
        if isinstance(part, dict):
            return {name: put(value, name) for name, value in part.items()}
        if isinstance(part, list):
            return [put(each) for each in part]
        named = r"\b(width|height)\b"
        return re.sub(named, lambda name: sizes[name[0]], part) if key == "expr" else part

    own = {
        name: part for name, part in spec.items() if name != "config"
    }  # the picture's is for all
    return {**put(own), "width": width}


def files(
    picture: Callable[[], Spec], name: str, what: str = "Charts"
) -> list[tuple[str, Callable[[], str | bytes], str, str]]:
    """A picture to take along in both formats, as `controls.downloads` has them."""
    return [
        (f"{what} as SVG", lambda: svg(picture()), f"{name}.svg", "image/svg+xml"),
        (f"{what} as PNG", lambda: png(picture()), f"{name}.png", "image/png"),
    ]


def svg(picture: Spec) -> str:
    """The picture as an SVG document."""
    return _converter().vegalite_to_svg(picture)


def png(picture: Spec) -> bytes:
    """The picture as a PNG, at twice its size in points."""
    return _converter().vegalite_to_png(picture, scale=2)


@cache
def _converter() -> Any:
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    return vl_convert


def _curves(
    group: str,
    groups: list[str],
    label: str,
    measure: str,
    epochs: int,
    title: str,
    shown: Any = "true",
) -> Spec:
    """Lines with their points, a label at each end, the values of an epoch on hovering.

    `group`: the column that decides colour, shape and dashes; `label`: the one that names a
    curve; `shown`: which rows are drawn. All rows decide the scale.
    """
    x = alt.X(
        "epoch:Q",
        title="epoch",
        # Past the last epoch there is room for the labels.
        scale=alt.Scale(domain=[1, max(epochs, 2) * (1 + LABEL_ROOM)], nice=False),
        axis=alt.Axis(values=epoch_ticks(epochs), format="d", grid=False),
    )
    axis = alt.Axis(format="%" if measure == "accuracy" else "~g")
    scale = alt.Scale(zero=False, nice=True)
    y = alt.Y("value:Q", title=TITLES[measure], scale=scale, axis=axis)
    label_y = alt.Y("label_value:Q", title=TITLES[measure])
    tooltip = [
        alt.Tooltip("run:N"),
        alt.Tooltip("images:N"),
        alt.Tooltip("epoch:Q"),
        alt.Tooltip("value:Q", title=measure, format=FORMATS[measure]),
    ]
    color = alt.Color(f"{group}:N", scale=alt.Scale(domain=groups), legend=None)
    shapes = alt.Scale(domain=groups, range=["circle", "square"])
    dashes = alt.Scale(domain=groups, range=[[1, 0], [6, 4]])
    drawn = alt.Chart().transform_filter(shown)
    unseen = alt.Chart().mark_point(**UNSEEN, tooltip=None)
    return layered(
        unseen.encode(x, y),
        unseen.encode(x, label_y),
        drawn.mark_line().encode(
            x, y, color, alt.StrokeDash(f"{group}:N", scale=dashes, legend=None), detail="run:N"
        ),
        drawn.mark_point(filled=True, size=36, opacity=1).encode(
            x, y, color, alt.Shape(f"{group}:N", scale=shapes, legend=None), tooltip=tooltip
        ),
        # A point is a small thing to hit: a larger, unseen one around it answers the pointer.
        drawn.mark_point(size=300, **UNSEEN).encode(x, y, tooltip=tooltip),
        drawn.transform_filter("isValid(datum.label_value)")
        .mark_text(align="left", dx=9, fontSize=12, fontWeight="bold")
        .encode(x, label_y, color, text=f"{label}:N"),
        title=title,
    )


def _outcomes(many: bool) -> alt.X:
    axis = alt.Axis(labelAngle=0, labelLimit=90)
    if many:
        axis = alt.Axis(labelAngle=-90, labelLimit=90, labelOverlap=True, labelFontSize=9)
    # The rows come in the outcomes' order: unsorted is their order.
    return alt.X("outcome:N", title=None, sort=None, axis=axis)


def epoch_ticks(epochs: int) -> list[int]:
    """The first epoch, the last, and round numbers between, about five in all."""
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200) if epochs <= 6 * s)
    between = [n for n in range(step, epochs, step) if 1 < n <= epochs - step / 2]
    return [1, *between, *([epochs] if epochs > 1 else [])]


def layered(*layers: alt.Chart, title: str) -> Spec:
    """Layers over data that the page hands in, as a specification."""
    chart = alt.layer(*layers, data=alt.NamedData("source"), title=title, height=HEIGHT)
    # Tests hold every chart to the schema; to do so here would take most of a page switch.
    spec = chart.to_dict(validate=False)
    return {**spec, "config": PIXELS}  # Altair's own would override the theme's colours


def _inline(data: pd.DataFrame) -> Spec:
    # By way of JSON, which has null where pandas has NaN.
    return {"values": json.loads(data.to_json(orient="records"))}
