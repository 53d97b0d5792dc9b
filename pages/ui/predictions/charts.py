"""What both networks predict for one picture: a table, and a specification without data."""

from __future__ import annotations

from functools import cache

import altair as alt
import pandas as pd

from models.data.cifar10 import CLASSES
from models.runs.spec import LOSSES
from pages.ui import formatting as fmt
from pages.ui import vega
from pages.ui.predictions.state import Subject

HEIGHT = 460  # so that the labels of twenty bars stand apart
AXIS = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format="%")


def probabilities(subject: Subject) -> vega.Chart:
    """Both networks' probabilities of each class: columns outcome, loss, probability, text."""
    rows = [
        (name, LOSSES[loss].title, float(q), f"{LOSSES[loss].short} {fmt.percent(q)}")
        for loss, row in subject.q.items()
        for name, q in zip(CLASSES, row, strict=True)
    ]
    return pd.DataFrame(rows, columns=["outcome", "loss", "probability", "text"]), _probabilities()


@cache
def _probabilities() -> vega.Spec:
    y = alt.Y(
        "outcome:N", title=None, scale=alt.Scale(domain=list(CLASSES)), axis=alt.Axis(ticks=False)
    )
    losses = alt.Scale(domain=vega.LOSSES)
    base = alt.Chart().encode(
        x=alt.X("probability:Q", title="probability q", scale=alt.Scale(domain=[0, 1]), axis=AXIS),
        y=y,
        yOffset=alt.YOffset("loss:N", scale=losses),
        color=alt.Color("loss:N", scale=losses, legend=None),
        tooltip=[
            alt.Tooltip("outcome:N", title="class"),
            alt.Tooltip("loss:N", title="trained with"),
            alt.Tooltip("probability:Q", format=".6g"),
        ],
    )
    values = base.mark_text(align="left", dx=4, fontSize=12).encode(alt.Text("text:N"))
    title = "Predicted distributions of both networks"
    return {**vega.layered(base.mark_bar(), values, title=title), "height": HEIGHT}
