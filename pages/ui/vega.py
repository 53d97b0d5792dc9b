"""Vega-Lite as every chart here uses it: colours of the theme, names, the pointer, pictures.

A specification holds no data: the page hands both to Streamlit, which draws new data into the
same chart. (A chart with its data is built anew at each edit, and one with two data sets can
meet the error "Unrecognized data set".) Each is built once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

Spec = dict[str, Any]

HEIGHT = 300
ROLES = alt.Scale(domain=["P", "Q", "entropy", "same"])  # the theme's colours, in their order
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
GAP = 0.09  # of a scale: the least distance between two names at the ends of curves
WIDTH, BETWEEN = 420, 100  # of a chart in a picture; from one's right edge to the next one's axis
# Marks that answer the pointer or widen a scale: a screen reader would read out every one of
# them, hundreds a chart, where the chart's alternative text says what they show.
UNSEEN: dict[str, Any] = {"opacity": 0, "aria": False}


@dataclass(frozen=True)
class Series:
    """How the series of a column are told apart: by colour, dash and shape, never by one alone.

    `widths` and `sizes`: of two equal ones both are seen, as the first is larger and drawn first.
    """

    column: str
    names: tuple[str, ...] = tuple(LOSSES)
    dashes: tuple[tuple[int, int], ...] = ((1, 0), (6, 4))
    shapes: tuple[str, ...] = ("circle", "square")
    widths: tuple[float, ...] = (4, 2)
    sizes: tuple[float, ...] = (64, 20)

    def color(self) -> alt.Color:
        """The theme's colours, in the order of the names."""
        scale = alt.Scale(domain=list(self.names))
        return alt.Color(f"{self.column}:N", scale=scale, legend=None)

    def dash(self) -> alt.StrokeDash:
        """Solid, then dashed."""
        scale = self._scale([list(dash) for dash in self.dashes])
        return alt.StrokeDash(f"{self.column}:N", scale=scale, legend=None)

    def shape(self) -> alt.Shape:
        """Circles, then squares."""
        return alt.Shape(f"{self.column}:N", scale=self._scale(self.shapes), legend=None)

    def width(self) -> alt.StrokeWidth:
        """Of lines."""
        return alt.StrokeWidth(f"{self.column}:N", scale=self._scale(self.widths), legend=None)

    def size(self) -> alt.Size:
        """Of points."""
        return alt.Size(f"{self.column}:N", scale=self._scale(self.sizes), legend=None)

    def _scale(self, values: Sequence[Any]) -> alt.Scale:
        pairs = list(zip(self.names, values, strict=False))
        return alt.Scale(domain=[name for name, _ in pairs], range=[value for _, value in pairs])


def role(column: str = "colour") -> alt.Color:
    """The colour of what a column names: P, Q, entropy, or the same in both."""
    return alt.Color(f"{column}:N", scale=ROLES, legend=None)


def coloured(chart: alt.Chart, name: str) -> alt.Chart:
    """A chart in one of the theme's colours, by what it stands for."""
    return chart.transform_calculate(colour=f"'{name}'").encode(role())


def hover(
    chart: alt.Chart, x: alt.X, y: alt.Y, tooltip: list[alt.Tooltip], size: int = 120
) -> alt.Chart:
    """What answers the pointer: a line and a point are small things to hit, these are larger."""
    return chart.mark_point(size=size, **UNSEEN).encode(x, y, tooltip=tooltip)


def end_names(chart: alt.Chart, *channels: Any, dx: int = 8, room: str | None = None) -> alt.Chart:
    """Names to the right of where curves end. `room`: their greatest width, an expression."""
    limit: dict[str, Any] = {} if room is None else {"limit": alt.expr(room)}
    text = chart.mark_text(align="left", dx=dx, fontSize=12, fontWeight="bold", **limit)
    return text.encode(*channels)


def end_heights(values: pd.Series, ends: pd.Index, logarithmic: bool = False) -> pd.Series:
    """Where the names of the curves stand that end in these rows: apart, where they would overlap.

    All `values` decide the scale.
    """
    heights = np.log(values) if logarithmic else values
    span = heights.max() - heights.min()
    placed = apart(heights[ends].dropna(), GAP * span if span > 0 else 1.0)
    return np.exp(placed) if logarithmic else placed


def apart(values: pd.Series, least: float) -> pd.Series:
    """The values, moved up or down until neighbours are `least` apart, their mean kept."""
    ordered = values.sort_values()
    moved = ordered.copy()
    for i in range(1, len(moved)):
        moved.iloc[i] = max(moved.iloc[i], moved.iloc[i - 1] + least)
    return moved - (moved.mean() - ordered.mean())


def signed_numbers(bars: alt.Chart) -> tuple[alt.Chart, alt.Chart]:
    """Numbers beside lying bars: to the right, or to the left of those below 0.

    Columns: value, said.
    """
    said = bars.encode(alt.Text("said:N"))
    right = said.transform_filter(alt.datum.value >= 0).mark_text(align="left", dx=4, fontSize=11)
    left = said.transform_filter(alt.datum.value < 0).mark_text(align="right", dx=-4, fontSize=11)
    return right, left


Chart = tuple[pd.DataFrame, Spec]
Panels = list[list[Chart]]  # rows of charts


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
