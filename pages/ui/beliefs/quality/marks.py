"""How the two nets look in all charts of their quality: colours, shapes, dashes and names."""

from __future__ import annotations

import altair as alt

from pages.ui.charts import LOSSES, UNSEEN

SHORT = ("KL divergence", "Cross-entropy")
KEY = {net: f"{sign} {name}" for net, sign, name in zip(LOSSES, "●■", SHORT, strict=True)}
MIXED = "pair"  # of both losses, hence of neither one's colour: grey, the theme's fourth
NET = alt.Scale(domain=LOSSES)
SERIES = [*LOSSES, "entropy", MIXED]
GREY = alt.Scale(domain=SERIES)
SHAPES = alt.Scale(domain=LOSSES, range=["circle", "square"])
DASHES = alt.Scale(domain=LOSSES, range=[[1, 0], [6, 4]])
# Of two equal marks both are seen: the first is larger, and drawn first.
WIDTHS = alt.Scale(domain=LOSSES, range=[3.5, 1.5])
SIZES = alt.Scale(domain=LOSSES, range=[90, 28])


def color() -> alt.Color:
    """Each net's own. Column: net."""
    return alt.Color("net:N", scale=NET, legend=None)


def dash() -> alt.StrokeDash:
    """KL's net solid, the other dashed. Column: net."""
    return alt.StrokeDash("net:N", scale=DASHES, legend=None)


def width() -> alt.StrokeWidth:
    """KL's net wider, as it is drawn first. Column: net."""
    return alt.StrokeWidth("net:N", scale=WIDTHS, legend=None)


def accuracy() -> list[alt.Tooltip]:
    """What a pointer is told of an accuracy. Columns: accuracy, low, high, n."""
    return [
        alt.Tooltip("accuracy:Q", format=".1%"),
        alt.Tooltip("low:Q", title="95 % from", format=".1%"),
        alt.Tooltip("high:Q", title="to", format=".1%"),
        alt.Tooltip("n:Q", title="images", format=","),
    ]


def points(
    rows: alt.Chart, x: alt.X, y: alt.Y, tooltip: list[alt.Tooltip]
) -> tuple[alt.Chart, alt.Chart]:
    """A point a row, in its net's colour and shape, and a larger one unseen for the pointer."""
    seen = rows.mark_point(filled=True, opacity=1).encode(
        x,
        y,
        color(),
        alt.Shape("net:N", scale=SHAPES, legend=None),
        alt.Size("net:N", scale=SIZES, legend=None),
        tooltip=tooltip,
    )
    return seen, rows.mark_point(size=260, **UNSEEN).encode(x, y, tooltip=tooltip)


def names(left: str, top: str) -> list[alt.Chart]:
    """Both nets' names in their colours, in a corner where nothing else is, in pixels."""
    return [
        alt.Chart()
        .transform_aggregate(n="count()")
        .transform_calculate(net=f"'{net}'", text=f"'{text}'")
        .mark_text(align="left", fontSize=12, fontWeight="bold", tooltip=None)
        .encode(
            color(),
            x=alt.XValue(alt.expr(left)),
            y=alt.YValue(alt.expr(f"{top} + {17 * place}")),
            text=alt.Text("text:N"),
        )
        for place, (net, text) in enumerate(KEY.items())
    ]
