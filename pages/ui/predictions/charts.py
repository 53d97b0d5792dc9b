"""What two nets believe about one picture → a Vega-Lite specification without data."""

from __future__ import annotations

from functools import cache

import altair as alt

from pages.ui.vega import LOSSES, Spec, layered

HEIGHT = 460  # so that the labels of twenty bars stand apart
AXIS = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format="%")


@cache
def beliefs(classes: tuple[str, ...]) -> Spec:
    """Both nets' probabilities of each class. Columns: outcome, loss, probability, said."""
    y = alt.Y(
        "outcome:N", title=None, scale=alt.Scale(domain=list(classes)), axis=alt.Axis(ticks=False)
    )
    base = alt.Chart().encode(
        x=alt.X("probability:Q", title="probability", scale=alt.Scale(domain=[0, 1]), axis=AXIS),
        y=y,
        yOffset=alt.YOffset("loss:N", scale=alt.Scale(domain=LOSSES)),
        color=alt.Color("loss:N", scale=alt.Scale(domain=LOSSES), legend=None),
        tooltip=[
            alt.Tooltip("outcome:N", title="class"),
            alt.Tooltip("loss:N", title="trained with"),
            alt.Tooltip("probability:Q", format=".6g"),
        ],
    )
    values = base.mark_text(align="left", dx=4, fontSize=12).encode(alt.Text("said:N"))
    title = "What both nets believe"
    return {**layered(base.mark_bar(), values, title=title), "height": HEIGHT}
