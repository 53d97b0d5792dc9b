"""What the page shows of a sample, in order; and of the recorded runs."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from pages.ui import content, controls, layout, tables, vega
from pages.ui.loss import charts, editor, prose
from pages.ui.loss.editor import EDITOR
from pages.ui.loss.presets import PRESETS
from pages.ui.loss.results import Cliff, Results, counts, script, solve
from pages.ui.training import run_service


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def explore() -> None:
    """All that the logits and the target decide."""
    editor.address()
    controls.refusal(EDITOR.history.refusal(linked=True))
    EDITOR.notice(PRESETS, content.text("loss/no-preset"))
    results = solve(EDITOR.current())
    with st.container():
        with layout.held("losses"):
            st.metric(":blue[KL(P‖Q)]", prose.figure(results.kl))
            st.metric(":orange[H(P, Q)], cross-entropy", prose.figure(results.cross_entropy))
            st.metric(":green[H(P)], the offset", prose.figure(results.entropy))
        left, right = st.columns([2, 3], gap="large")
        with left:
            editor.logits()
        right.vega_lite_chart(
            *charts.bars(results, "distributions"),
            key="chart:q",
            alt=prose.bars_alt(results, "distributions"),
        )
    editor.target()
    editor.other_ways()
    layout.keep()
    _slopes(results)
    _descent(results)
    _cliff(results)
    _moving(results)
    with layout.controls("more"):
        _more(results)


def _slopes(results: Results) -> None:
    """What lies between the losses, and the slope of both in each logit."""
    st.header(content.heading("loss/slopes"))
    st.markdown(prose.offset(results))
    st.markdown(content.text("loss/slopes"))
    left, right = st.columns(2, gap="large")
    left.vega_lite_chart(
        *charts.bars(results, "gradients"),
        key="chart:slopes",
        alt=prose.bars_alt(results, "gradients"),
    )
    right.table(prose.numbers(results), hide_index=True)
    st.markdown(prose.slopes(results))


def _descent(results: Results) -> None:
    """Gradient descent on each, from the same logits."""
    st.header(content.heading("loss/descent"))
    st.markdown(content.text("loss/descent"))
    editor.descent()
    left, right = st.columns(2, gap="large")
    left.vega_lite_chart(*charts.losses(results), key="chart:losses", alt=prose.losses_alt(results))
    right.vega_lite_chart(*charts.paths(results), key="chart:paths", alt=prose.paths_alt(results))
    st.caption(content.text("loss/lines"))
    st.markdown(prose.descent(results))


def _cliff(results: Results) -> None:
    """Keras's clip, along the true class's logit."""
    st.header(content.heading("loss/cliff"))
    st.markdown(content.text("loss/cliff"))
    editor.lower()
    rows = charts.cliff_rows(results)
    for column, what in zip(st.columns(2, gap="large"), get_args(Cliff), strict=True):
        alt = prose.cliff_alt(results, what)
        column.vega_lite_chart(rows, charts.cliff(what), key=f"chart:cliff {what}", alt=alt)
    st.caption(content.text("loss/points"))
    st.markdown(prose.cliff(results))
    st.table(prose.answers(results.here), hide_index=True)
    st.markdown(content.text("loss/your-code"))


def _moving(results: Results) -> None:
    """Slopes in the target's own logits."""
    st.header(content.heading("loss/moving"))
    st.markdown(content.text("loss/moving"))
    st.vega_lite_chart(
        *charts.bars(results, "moving"), key="chart:moving", alt=prose.bars_alt(results, "moving")
    )
    st.markdown(prose.moved(results))


def _more(results: Results) -> None:
    """What there is to take along."""
    with st.expander(content.heading("loss/script"), key="loss:script", on_change="rerun") as box:
        if box.open:
            st.markdown(content.text("loss/script"))
            controls.python(script(results.sample))

    def curves() -> str:
        return tables.to_csv(charts.losses(results)[0])

    def picture() -> vega.Spec:
        return vega.board([[charts.losses(results), charts.paths(results)]])

    controls.downloads(
        ("Both ways down as CSV", curves, "losses.csv", "text/csv"),
        *vega.files(picture, "losses"),
    )


def dead_zone() -> None:
    """How often Keras's clip was met in the recorded runs."""
    st.header(content.heading("loss/dead-zone"))
    st.markdown(content.text("loss/dead-zone"))
    epochs = counts(run_service.recorded().values())
    st.markdown(prose.measured(epochs))
    if epochs:
        st.vega_lite_chart(*charts.dead(epochs), key="chart:dead", alt=prose.dead_zone_alt(epochs))
