"""How the two networks look in all charts of this page: colours, shapes, dashes and names."""

from __future__ import annotations

import altair as alt

from pages.ui.evaluation.results import NAMES
from pages.ui.vega import LOSSES, Series, hover

KEY = {network: f"{sign} {name}" for network, sign, name in zip(LOSSES, "●■", NAMES, strict=True)}
MIXED = "pair"  # of both losses, hence of neither one's colour: grey, the theme's fourth
SERIES = [*LOSSES, "entropy", MIXED]
GREY = alt.Scale(domain=SERIES)
BY_NETWORK = Series("network", widths=(3.5, 1.5), sizes=(90, 28))


def accuracy() -> list[alt.Tooltip]:
    """The tooltip of an accuracy. Columns: accuracy, low, high, n."""
    return [
        alt.Tooltip("accuracy:Q", format=".1%"),
        alt.Tooltip("low:Q", title="95 % from", format=".1%"),
        alt.Tooltip("high:Q", title="to", format=".1%"),
        alt.Tooltip("n:Q", title="photographs", format=","),
    ]


def points(
    rows: alt.Chart, x: alt.X, y: alt.Y, tooltip: list[alt.Tooltip]
) -> tuple[alt.Chart, alt.Chart]:
    """A point a row, in its network's colour and shape, and a larger one unseen for the pointer."""
    seen = rows.mark_point(filled=True, opacity=1).encode(
        x,
        y,
        BY_NETWORK.color(),
        BY_NETWORK.shape(),
        BY_NETWORK.size(),
        tooltip=tooltip,
    )
    return seen, hover(rows, x, y, tooltip, size=260)


def names(left: str, top: str) -> list[alt.Chart]:
    """Both networks' names in their colours, in a corner where nothing else is, in pixels."""
    return [
        alt.Chart()
        .transform_aggregate(n="count()")
        .transform_calculate(network=f"'{network}'", text=f"'{text}'")
        .mark_text(align="left", fontSize=12, fontWeight="bold", tooltip=None)
        .encode(
            BY_NETWORK.color(),
            x=alt.XValue(alt.expr(left)),
            y=alt.YValue(alt.expr(f"{top} + {17 * place}")),
            text=alt.Text("text:N"),
        )
        for place, (network, text) in enumerate(KEY.items())
    ]
