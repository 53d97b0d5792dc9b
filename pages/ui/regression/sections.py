"""What the page shows, in order.

Altair takes half a second to import, which the points need not wait for: only the sections below
them import the charts.
"""

from __future__ import annotations

import math

import streamlit as st

from models.noise import simulation
from models.noise.study import Study
from pages.ui import book, content, controls, layout, parsing, tables
from pages.ui.regression import editor, prose, study
from pages.ui.regression.editor import EDITOR
from pages.ui.regression.presets import PRESETS
from pages.ui.regression.results import (
    ALONG,
    Results,
    What,
    divergences,
    residual_losses,
    solve,
)
from pages.ui.scripts.fill import fill

WHATS: tuple[What, What] = ("loss", "influence")


@st.fragment  # so that an edit redraws only what depends on the points
def explore() -> None:
    """Everything that depends on the points."""
    controls.refusal(EDITOR.history.refusal(linked=True))
    EDITOR.notice(PRESETS, content.text("regression/no-preset"))
    results = solve(EDITOR.current())
    editor.plot(results)
    with layout.controls("start"):
        EDITOR.presets(PRESETS)
    editor.other_ways()
    layout.keep()
    if refused := prose.refusals(results):
        st.warning(refused, icon=layout.WARNING)
    likelihood(results)
    one_residual(results)


def likelihood(results: Results) -> None:
    """The mean NLL of each line, and what it has to do with KL."""
    st.header(content.heading("regression/likelihood"))
    st.table(prose.table(results), hide_index=True)
    st.markdown(f"{prose.likelihood(results)} {prose.accuracy(results)}")
    st.markdown(content.text("regression/likelihood"))
    title = content.heading("regression/methods")
    with st.expander(title, key="regression:methods", on_change="rerun") as box:
        if box.open:
            st.markdown(prose.methods(results))


def one_residual(results: Results) -> None:
    """The loss and the influence of a residual under each noise model, and the downloads."""
    from pages.ui import vega
    from pages.ui.regression import charts

    st.header(content.heading("regression/residual"))
    r, place = editor.residual()
    along, here, doubled = (residual_losses(results, place, each) for each in (ALONG, r, 2 * r))
    drawn = {w: (charts.residual_table(along, here, r, w), charts.residual(w)) for w in WHATS}
    for column, (what, chart) in zip(st.columns(2, gap="large"), drawn.items(), strict=True):
        says = prose.alt_residual(here, r, what)
        column.vega_lite_chart(*chart, key=f"chart:{what}", alt=says)
    st.table(prose.residual(here, doubled, r), hide_index=True)
    st.markdown(content.text("regression/residual"))

    def picture() -> vega.Spec:
        first = charts.picture_table(results), charts.picture()
        return vega.board([[first], [*drawn.values()]])

    with layout.controls("more"):
        title = content.heading("regression/script")
        with st.expander(title, key="regression:script", on_change="rerun") as box:
            if box.open:
                st.markdown(content.text("regression/script"))
                controls.python(script(results, r, place))
        controls.downloads(
            (
                "Points as CSV",
                lambda: tables.to_csv(charts.points_table(results)),
                "points.csv",
                "text/csv",
            ),
            *vega.files(picture, "regression"),
        )


def script(results: Results, r: float, place: float) -> str:
    """The Python that prints the lines, and the loss of the residual under each."""
    return fill(
        "regression",
        points=results.dataset.points,
        noises=list(results.lines),
        true_line=results.dataset.true,
        residual=float(parsing.number(r)),  # a slider's 2.9000000000000004 is 2.9
        place=place,
    )


@st.fragment  # so that another true noise redraws nothing else
def noises() -> None:
    """KL from a true noise to each noise model."""
    from pages.ui.regression import charts

    st.header(content.heading("regression/noises"))
    noise, fraction = editor.true_noise()
    layout.keep()
    nats = divergences(noise, fraction)
    data, says = charts.divergences_table(nats), prose.alt_divergences(nats, noise, fraction)
    st.vega_lite_chart(data, charts.divergences(), key="chart:kl", alt=says)
    with layout.heard("divergences"):
        st.markdown(prose.divergences(nats, noise, fraction))
    st.markdown(content.text("regression/noises"))
    title = content.heading("regression/scales")
    with st.expander(title, key="regression:scales", on_change="rerun") as box:
        if box.open:
            st.markdown(
                content.text(
                    "regression/scales",
                    median=f"{simulation.MEDIAN:.3g}",
                    growth=f"{math.exp(2 * simulation.REACH * simulation.GROWTH):.2g}",
                    outliers=f"{simulation.OUTLIERS:g}",
                )
            )


def simulated() -> None:
    """The result of the recorded simulation, and what the literature says."""
    st.header(content.heading("regression/study"))
    if recorded := study.recorded():
        result(recorded)
        detail(recorded)
    else:
        st.info(content.text("regression/no-study"))
    literature()


@st.fragment  # so that opening it redraws nothing else
def literature() -> None:
    """What two papers say of KL and squared error."""
    title = content.heading("regression/paper")
    with st.expander(title, key="regression:paper", on_change="rerun") as box:
        if box.open:
            st.markdown(content.text("regression/paper"))
            layout.link(book.find("pages/sources.py"), "All sources")


def result(recorded: Study) -> None:
    """Error against KL in every case, and the two findings."""
    from pages.ui.regression import study_charts

    table = study_charts.table(recorded)
    spec = study_charts.against(*(study_charts.axis_end(table[c]) for c in ("kl", "ratio_high")))
    st.vega_lite_chart(table, spec, key="chart:against", alt=study.alt_against(recorded))
    st.markdown(content.text("regression/study-legend"))
    st.markdown(f"{study.answer(recorded)} {study.ranks(recorded)}")


@st.fragment  # so that opening it redraws nothing else
def detail(recorded: Study) -> None:
    """The method, a chart for each true noise, the exceptions and the download."""
    title = content.heading("regression/study-detail")
    with st.expander(title, key="regression:study", on_change="rerun") as box:
        if not box.open:
            return
        from pages.ui.regression import study_charts

        st.markdown(study.method(recorded))
        table = study_charts.table(recorded)
        top = study_charts.axis_end(table["high"])
        fractions = tuple(sorted(table["outliers"].unique()))
        for place, truth in enumerate(dict.fromkeys(cell.truth for cell in recorded.cells)):
            if place % 2 == 0:  # a row for two, so that a phone stacks them in their order
                columns = st.columns(2, gap="large")
            columns[place % 2].vega_lite_chart(
                study_charts.errors_table(table, truth, top),
                study_charts.errors(truth, fractions, top),
                key=f"chart:{truth}",
                alt=study.alt_errors(recorded, truth),
            )
        st.markdown(study.examples(recorded))
        st.markdown(f"{study.agreement(recorded)} {study.failures(recorded)}")
        with layout.controls("study"):
            controls.downloads(
                ("Study as CSV", lambda: tables.to_csv(table), "study.csv", "text/csv")
            )
