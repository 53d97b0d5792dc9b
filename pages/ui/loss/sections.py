"""The page's sections: a sample, in order, and the recorded runs."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from pages.ui import content, controls, layout, tables, vega
from pages.ui.loss import alt_texts, charts, editor, keras_charts, prose
from pages.ui.loss.editor import EDITOR
from pages.ui.loss.presets import PRESETS
from pages.ui.loss.results import Results, Sweep, counts, script, solve
from pages.ui.training import run_service


@st.fragment  # so that an edit redraws only what depends on it
def explore() -> None:
    """Everything that depends on the logits and the target."""
    editor.address()
    controls.refusal(EDITOR.history.refusal(linked=True))
    results = solve(EDITOR.current())
    with st.container():
        with layout.held("losses"):
            st.metric(":blue[KL(P‖Q)], KL divergence", prose.figure(results.kl))
            st.metric(":orange[H(P, Q)], cross-entropy", prose.figure(results.cross_entropy))
            st.metric(":green[H(P)], their difference", prose.figure(results.entropy))
        left, right = st.columns([2, 3], gap="large")
        with left:
            editor.logits()
        right.vega_lite_chart(
            *charts.bars(results, "distributions"),
            key="chart:q",
            alt=alt_texts.bars(results, "distributions"),
        )
    with layout.controls("start"):
        EDITOR.presets(PRESETS)
    EDITOR.notice(PRESETS, content.text("loss/no-preset"))
    editor.target()
    editor.other_ways()
    layout.keep()
    _gradient(results)
    _descent(results)
    _clipping(results)
    _moving_target(results)
    with layout.controls("more"):
        _more(results)


def _gradient(results: Results) -> None:
    """The difference of the losses, and the gradient of both in the logits."""
    st.header(content.heading("loss/gradient"))
    st.markdown(content.text("loss/gradient"))
    st.vega_lite_chart(
        *charts.bars(results, "gradients"),
        key="chart:gradients",
        alt=alt_texts.bars(results, "gradients"),
    )
    st.markdown(prose.gradient(results))
    st.markdown(prose.difference(results))
    st.markdown(prose.identity())
    label = content.heading("loss/values")
    with st.expander(label, key="loss:values", on_change="rerun") as box:
        if box.open:
            st.table(prose.values(results), hide_index=True)


def _descent(results: Results) -> None:
    """Gradient descent on each loss, from the same logits."""
    st.header(content.heading("loss/descent"))
    st.markdown(content.text("loss/descent"))
    chart, settings = st.columns([3, 2], gap="large")
    with settings:
        editor.descent()
    chart.vega_lite_chart(
        *charts.losses(results), key="chart:losses", alt=alt_texts.losses(results)
    )
    chart.caption(content.text("loss/lines"))
    st.markdown(prose.descent(results))
    label = content.heading("loss/paths")
    with st.expander(label, key="loss:paths", on_change="rerun") as box:
        if box.open:
            st.vega_lite_chart(
                *charts.paths(results), key="chart:paths", alt=alt_texts.paths(results)
            )


def _clipping(results: Results) -> None:
    """Keras's losses against the true class's logit, and which of them is computed where."""
    st.header(content.heading("loss/clipping"))
    st.markdown(content.text("loss/clipping"))
    editor.lower()
    rows = keras_charts.sweep_rows(results)
    for column, what in zip(st.columns(2, gap="large"), get_args(Sweep), strict=True):
        alt = alt_texts.sweep(results, what)
        column.vega_lite_chart(rows, keras_charts.sweep(what), key=f"chart:sweep {what}", alt=alt)
    st.caption(content.text("loss/points"))
    st.markdown(prose.dead_zone(results))
    st.table(prose.keras_values(results.current), hide_index=True)
    st.markdown(content.text("loss/your-code"))
    label = content.heading("loss/not-found")
    with st.expander(label, key="loss:not-found", on_change="rerun") as box:
        if box.open:
            st.markdown(content.text("loss/not-found"))


def _moving_target(results: Results) -> None:
    """Gradients in the target's own logits."""
    st.header(content.heading("loss/moving"))
    st.markdown(content.text("loss/moving"))
    st.vega_lite_chart(
        *charts.bars(results, "moving"), key="chart:moving", alt=alt_texts.bars(results, "moving")
    )
    st.markdown(prose.moving_target(results))


def _more(results: Results) -> None:
    """Python and downloads, folded."""
    with st.expander(content.heading("loss/script"), key="loss:script", on_change="rerun") as box:
        if box.open:
            st.markdown(content.text("loss/script"))
            controls.python(script(results.sample))

            def curves() -> str:
                return tables.to_csv(charts.losses(results)[0])

            def picture() -> vega.Spec:
                return vega.board([[charts.losses(results), charts.paths(results)]])

            controls.downloads(
                ("Descents as CSV", curves, "losses.csv", "text/csv"),
                *vega.files(picture, "losses"),
            )


@st.fragment
def recorded_runs() -> None:
    """How often the recorded runs met the dead zone of Keras's KL."""
    st.header(content.heading("loss/dead-zone"))
    st.markdown(content.text("loss/dead-zone"))
    epochs = counts(run_service.recorded().values())
    st.markdown(prose.measured(epochs))
    if not epochs:
        return
    label = content.heading("loss/by-epoch")
    with st.expander(label, key="loss:by-epoch", on_change="rerun") as box:
        if box.open:
            st.vega_lite_chart(
                *keras_charts.by_epoch(epochs),
                key="chart:by-epoch",
                alt=alt_texts.by_epoch(epochs),
            )
            st.markdown(content.text("loss/by-epoch"))
