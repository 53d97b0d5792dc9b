"""Vega-Lite for all charts: theme colours, labels, tooltips, downloads.

A specification contains no data: the page passes both to Streamlit, which draws new data into the
same chart. (A chart with data inside is rebuilt at each edit, and one with two data sets can fail
with "Unrecognized data set".) Each specification is built once.
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
ROLES = alt.Scale(domain=["P", "Q", "entropy", "same"])  # the theme's colours, in this order
LOSSES = ["KL divergence", "Categorical cross-entropy"]
# For downloads, where the theme sets no colours.
EXPORT_COLOURS = ["#0072B2", "#B84A00", "#00785A", "#595959"]
# In a PNG, one character that the font lacks, as ‖ or ⁻, sets the whole text in another font.
FONTS, FONT = Path(__file__).parent / "fonts", "DejaVu Sans, sans-serif"
# Streamlit's sizes, which it gives in rem. A presentation enlarges both the rem and the charts:
# text in rem would be enlarged twice, and leave no room for what is sized in pixels.
PIXELS: dict[str, dict[str, int]] = {
    "title": {"fontSize": 16},
    "axis": {"labelFontSize": 12, "titleFontSize": 14, "labelPadding": 16, "titlePadding": 16},
}
GAP = 0.09  # minimum distance of labels at the ends of curves, as a fraction of the scale
WIDTH, BETWEEN = 420, 100  # of a chart in a download; between a chart and the next one's axis
# Marks for tooltips, or to widen a scale: a screen reader would announce each of them, hundreds a
# chart, while the chart's alternative text already describes them.
UNSEEN: dict[str, Any] = {"opacity": 0, "aria": False}


@dataclass(frozen=True)
class Series:
    """Encodings of a column's series: colour, dash and shape together, never colour alone.

    widths, sizes: decreasing, so that of two equal curves both stay visible.
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
        """Line widths."""
        return alt.StrokeWidth(f"{self.column}:N", scale=self._scale(self.widths), legend=None)

    def size(self) -> alt.Size:
        """Point sizes."""
        return alt.Size(f"{self.column}:N", scale=self._scale(self.sizes), legend=None)

    def _scale(self, values: Sequence[Any]) -> alt.Scale:
        pairs = list(zip(self.names, values, strict=False))
        return alt.Scale(domain=[name for name, _ in pairs], range=[value for _, value in pairs])


def role(column: str = "colour") -> alt.Color:
    """The colour for a column's role: P, Q, entropy, or the same in both."""
    return alt.Color(f"{column}:N", scale=ROLES, legend=None)


def coloured(chart: alt.Chart, name: str) -> alt.Chart:
    """A chart in the theme's colour for a role."""
    return chart.transform_calculate(colour=f"'{name}'").encode(role())


def hover(
    chart: alt.Chart, x: alt.X, y: alt.Y, tooltip: list[alt.Tooltip], size: int = 120
) -> alt.Chart:
    """Invisible marks with tooltips, larger targets than a line or a point."""
    return chart.mark_point(size=size, **UNSEEN).encode(x, y, tooltip=tooltip)


def end_names(chart: alt.Chart, *channels: Any, dx: int = 8, room: str | None = None) -> alt.Chart:
    """Labels to the right of curves' ends; room: their maximum width, an expression."""
    limit: dict[str, Any] = {} if room is None else {"limit": alt.expr(room)}
    text = chart.mark_text(align="left", dx=dx, fontSize=12, fontWeight="bold", **limit)
    return text.encode(*channels)


def end_heights(values: pd.Series, ends: pd.Index, logarithmic: bool = False) -> pd.Series:
    """Heights of the labels of the curves that end in these rows, moved apart where they overlap.

    values: all values of the curves, which set the scale.
    """
    heights = np.log(values) if logarithmic else values
    span = heights.max() - heights.min()
    placed = apart(heights[ends].dropna(), GAP * span if span > 0 else 1.0)
    return np.exp(placed) if logarithmic else placed


def apart(values: pd.Series, least: float) -> pd.Series:
    """Values moved until neighbours are at least `least` apart; their mean stays."""
    ordered = values.sort_values()
    moved = ordered.copy()
    for i in range(1, len(moved)):
        moved.iloc[i] = max(moved.iloc[i], moved.iloc[i - 1] + least)
    return moved - (moved.mean() - ordered.mean())


def signed_numbers(bars: alt.Chart) -> tuple[alt.Chart, alt.Chart]:
    """Numbers beside horizontal bars: to the right, or to the left of negative ones.

    Columns: value, said.
    """
    said = bars.encode(alt.Text("said:N"))
    right = said.transform_filter(alt.datum.value >= 0).mark_text(align="left", dx=4, fontSize=11)
    left = said.transform_filter(alt.datum.value < 0).mark_text(align="right", dx=-4, fontSize=11)
    return right, left


Chart = tuple[pd.DataFrame, Spec]
Panels = list[list[Chart]]  # rows of charts


def board(panels: Panels) -> Spec:
    """Rows of charts as one chart to download, in the light theme's colours.

    A single chart in a row is as wide as the widest row.
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
    """The chart with this width, also in its expressions: in a board, these know no sizes."""
    sizes = {"width": str(width), "height": str(spec["height"])}

    def put(part: Any, key: str = "") -> Any:
        if isinstance(part, dict):
            return {name: put(value, name) for name, value in part.items()}
        if isinstance(part, list):
            return [put(each) for each in part]
        named = r"\b(width|height)\b"
        return re.sub(named, lambda name: sizes[name[0]], part) if key == "expr" else part

    parts = {name: part for name, part in spec.items() if name != "config"}  # the board has its own
    return {**put(parts), "width": width}


def files(
    picture: Callable[[], Spec], name: str, what: str = "Charts"
) -> list[tuple[str, Callable[[], str | bytes], str, str]]:
    """A chart in both formats, in the form that `controls.downloads` takes."""
    return [
        (f"{what} as SVG", lambda: svg(picture()), f"{name}.svg", "image/svg+xml"),
        (f"{what} as PNG", lambda: png(picture()), f"{name}.png", "image/png"),
    ]


def svg(picture: Spec) -> str:
    """The chart as an SVG document."""
    return _converter().vegalite_to_svg(picture)


def png(picture: Spec) -> bytes:
    """The chart as a PNG, two pixels a point."""
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
    """Layers over data from the page, as a specification."""
    chart = alt.layer(*layers, data=alt.NamedData("source"), title=title, height=HEIGHT)
    # Tests validate every chart; here it would take most of the time of a page switch.
    spec = chart.to_dict(validate=False)
    return {**spec, "config": PIXELS}  # Altair's own would override the theme's colours


def _inline(data: pd.DataFrame) -> Spec:
    # By way of JSON, which has null where pandas has NaN.
    return {"values": json.loads(data.to_json(orient="records"))}
