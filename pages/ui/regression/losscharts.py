"""What one residual costs, and how hard it pulls → Vega-Lite specifications, each built once."""

from __future__ import annotations

from functools import cache

import altair as alt

from pages.ui.regression import encodings
from pages.ui.regression.lossframes import ENDS, What
from pages.ui.regression.noises import NOISES
from pages.ui.regression.residual import REACH
from pages.ui.vega import UNSEEN, Spec, end_names, layered, role

TITLES: dict[What, str] = {"loss": "Loss of one residual", "pull": "Its pull at the line"}
UNITS: dict[What, str] = {
    "loss": "nats",
    "pull": "nats per unit of y",
}
NAMED = " : ".join(f"datum.noise == '{key}' ? '{noise.short}'" for key, noise in NOISES.items())


@cache
def curves(what: What) -> Spec:
    """Loss or pull over the residual, for each noise. Columns as in `lossframes.curves`."""
    scale = alt.Scale(domain=encodings.roomy(-REACH, REACH), nice=False)
    axis = alt.Axis(grid=False, values=[-6, -3, 0, 3, 6])
    x = alt.X("residual:Q", title="residual r, units of y", scale=scale, axis=axis)
    y_scale = alt.Scale(domain=list(ENDS[what]), nice=False)
    y = alt.Y("value:Q", title=UNITS[what], scale=y_scale)
    base = encodings.chart().transform_calculate(model=f"{NAMED} : ''", same="'same'")
    here = base.transform_filter(alt.datum.here)
    tooltip = [
        alt.Tooltip("model:N"),
        alt.Tooltip("residual:Q", format=".4~g"),
        alt.Tooltip("value:Q", title=UNITS[what], format=".4~g"),
    ]
    shape = alt.Shape("noise:N", scale=encodings.SHAPES, legend=None)
    label_y = alt.Y("label_value:Q", title=UNITS[what], scale=y_scale)
    labelled = base.transform_filter("isValid(datum.label)")
    rule = here.mark_rule(strokeDash=[2, 3], tooltip=None)
    return layered(
        rule.encode(x, role("same")),
        *encodings.lines(base, x, y),
        # A line is a small thing to hit: larger, unseen points on it answer the pointer. Every
        # quarter, or a thousand of them would take longer to draw than all else on the page.
        base.transform_filter("datum.residual * 4 % 1 == 0")
        .mark_point(size=120, clip=True, **UNSEEN)
        .encode(x, y, tooltip=tooltip),
        here.mark_point(filled=True, size=90, opacity=1, clip=True).encode(
            x, y, encodings.colour(), shape, tooltip=tooltip
        ),
        end_names(labelled, x, label_y, encodings.colour(), alt.Text("label:N")),
        title=TITLES[what],
    )
