"""How good both nets' beliefs are; whether the loss or the seed decides; both to take along."""

from __future__ import annotations

import streamlit as st

from pages.ui import controls, layout, tables, vega
from pages.ui import formatting as fmt
from pages.ui.predictions.quality import (
    alt_text,
    charts,
    files,
    frames,
    paircharts,
    prose,
    results,
)
from pages.ui.predictions.quality.encodings import SHORT
from pages.ui.predictions.quality.results import PairedEvaluation
from pages.ui.predictions.repository import Kind, MatchedRuns
from pages.ui.scripts.fill import fill
from pages.ui.vega import LOSSES


def show(pair: MatchedRuns, kind: Kind) -> None:
    """Both nets' figures beside each other, and what they rest on, drawn."""
    st.header("How good are these beliefs?")
    try:
        both = results.both(pair, kind)
    except ValueError as error:
        st.warning(fmt.plain(str(error)))
        return
    st.table(frames.figures(both), hide_index=True)
    st.caption(
        f"On {both.n:,} {prose.IMAGES[kind]} photographs; in square brackets, "
        "95\N{NO-BREAK SPACE}% intervals."
    )
    st.markdown(prose.apart(both))
    if pair.kl.spec.label_smoothing:
        st.markdown(prose.smoothed(pair))
    left, right = st.columns(2, gap="large")
    with left:
        _reliability(both)
    with right:
        _costs(both)
    left, right = st.columns(2, gap="large")
    with left:
        _classes(both)
    with right:
        _confusion(both)


def _reliability(both: PairedEvaluation) -> None:
    rows, says = frames.reliability(both), alt_text.reliability(both)
    st.vega_lite_chart(rows, charts.reliability(), key="chart:reliability", alt=says)
    st.markdown(prose.reliability(both))


def _costs(both: PairedEvaluation) -> None:
    spec = charts.costs(frames.FIRST, float(frames.EDGES[-1]))
    st.vega_lite_chart(frames.costs(both), spec, key="chart:costs", alt=alt_text.costs(both))
    st.markdown(prose.costs(both))


def _classes(both: PairedEvaluation) -> None:
    rows, says = frames.classes(both), alt_text.classes(both)
    spec = charts.classes(frames.least(rows))
    st.vega_lite_chart(rows, spec, key="chart:classes", alt=says)
    st.markdown(prose.classes(both))


def _confusion(both: PairedEvaluation) -> None:
    with layout.controls("confusion"):
        place = st.segmented_control(
            "Net",
            range(len(LOSSES)),
            default=0,
            format_func=SHORT.__getitem__,
            required=True,
            key="quality:net",
        )
    quality, name = both.nets[place or 0], SHORT[place or 0]
    spec = charts.confusion(LOSSES[place or 0])
    says = alt_text.confusion(name, quality)
    st.vega_lite_chart(frames.confusion(quality), spec, key="chart:confusion", alt=says)
    st.markdown(prose.confusion(quality))


def loss_or_seed(kind: Kind) -> None:
    """How alike nets of both losses are, beside nets of two seeds."""
    st.header("Is it the loss, or the seed?")
    found = results.loss_or_seed(kind)
    if len(found.losses) < 2:
        st.markdown(prose.missing(found))
        return
    st.markdown(prose.loss_or_seed(found))
    rows = frames.pairs(found)
    for column, measure in zip(st.columns(2, gap="large"), ("same", "js"), strict=True):
        says, spec = alt_text.pairs(found, measure), paircharts.pairs(measure, frames.ROWS)
        column.vega_lite_chart(rows, spec, key=f"chart:pairs {measure}", alt=says)
    st.table(frames.ranges(found), hide_index=True)
    st.caption(
        "Mean over the pairs, in round brackets the range. JS: Jensen–Shannon divergence, at most "
        "ln 2 = 0.6931 nats. KL: the mean of both directions."
    )
    st.markdown(prose.why(found))


def downloads(pair: MatchedRuns, kind: Kind) -> None:
    """The figures, every image's values, all charts, and the Python that computes the figures."""
    try:
        both = results.both(pair, kind)
    except ValueError:
        return  # `show` has said why
    name = f"{kind}-{pair.file}.csv"
    controls.downloads(
        (
            "Figures as CSV",
            lambda: tables.to_csv(files.sheet(both), files.DIGITS),
            f"figures-{name}",
            "text/csv",
        ),
        (
            "Every image as CSV",
            lambda: tables.to_csv(files.images(both), files.DIGITS),
            f"images-{name}",
            "text/csv",
        ),
        *vega.files(lambda: _picture(both, kind), f"charts-{name.removesuffix('.csv')}"),
    )
    with st.expander("Copy as Python"):
        controls.python(script(pair, kind))


def script(pair: MatchedRuns, kind: Kind) -> str:
    """The Python that computes the figures from the stored predictions."""
    nets = {"KL divergence": pair.kl.id, "Cross-entropy": pair.ce.id}
    return fill("predictions", nets=nets, pictures=kind)


def _picture(both: PairedEvaluation, kind: Kind) -> vega.Spec:
    """All charts of the two nets, and those of nets in pairs where there are enough."""
    classes = frames.classes(both)
    costs = charts.costs(frames.FIRST, float(frames.EDGES[-1]))
    found = results.loss_or_seed(kind)
    rows = frames.pairs(found)
    pairs = [[(rows, paircharts.pairs(measure, frames.ROWS))] for measure in ("same", "js")]
    return vega.board(
        [
            [(frames.reliability(both), charts.reliability()), (frames.costs(both), costs)],
            [(classes, charts.classes(frames.least(classes)))],
            [
                (frames.confusion(quality), charts.confusion(net))
                for net, quality in zip(LOSSES, both.nets, strict=True)
            ],
            *(pairs if len(found.losses) > 1 else []),
        ]
    )
