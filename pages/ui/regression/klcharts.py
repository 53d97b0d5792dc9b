"""KL from the true noise to each assumed one → a Vega-Lite specification, built once."""

from __future__ import annotations

from functools import cache

import altair as alt

from pages.ui.regression import encodings
from pages.ui.vega import Spec, layered

MOST = 0.93  # nats: no noise and no share of outliers comes beyond 0.8; then a bar’s number


@cache
def divergences() -> Spec:
    """A bar for each assumed noise. Columns as in `frames.divergences`."""
    scale = alt.Scale(domain=[0, MOST], nice=False)
    axis = alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8], format="~g")
    x = alt.X("nats:Q", title="KL(true‖nearest assumed), nats", scale=scale, axis=axis)
    y_axis = alt.Axis(labelLimit=130, ticks=False, domain=False)
    base = encodings.chart().encode(
        x=x,
        y=alt.Y("model:N", title=None, sort=None, axis=y_axis),
        color=encodings.colour(),
        tooltip=[alt.Tooltip("model:N", title="assumed"), alt.Tooltip("nats:Q", format=".6~g")],
    )
    bars = base.mark_bar(height={"band": 0.6})
    values = base.mark_text(align="left", dx=5, fontSize=12).encode(alt.Text("said:N"))
    return {**layered(bars, values, title="From the true noise to the assumed"), "height": 250}
