"""What the page shows, in order.

Charts take half a second to load, which the points need not wait for: only what is below them
imports what draws.
"""

from __future__ import annotations

import streamlit as st

from models.noise import simulation
from models.noise.study import Study
from pages.ui import book, content, controls, layout, parsing, tables
from pages.ui.regression import editor, prose, study
from pages.ui.regression.editor import EDITOR
from pages.ui.regression.presets import PRESETS
from pages.ui.regression.results import ALONG, Results, What, costs, divergences, solve
from pages.ui.scripts.fill import fill

WHATS: tuple[What, What] = ("loss", "pull")


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def explore() -> None:
    """All that the points decide."""
    controls.refusal(EDITOR.history.refusal(linked=True))
    EDITOR.notice(PRESETS, content.text("regression/no-preset"))
    results = solve(EDITOR.current())
    editor.plot(results)
    editor.other_ways()
    layout.keep()
    if refused := prose.refusals(results):
        st.warning(refused, icon=layout.WARNING)
    st.header(content.heading("regression/nearest"))
    st.table(prose.table(results), hide_index=True)
    st.markdown(f"{prose.nearest(results)}\n\n{prose.truth(results)}")
    st.markdown(content.text("regression/nearest"))
    one_residual(results)


def one_residual(results: Results) -> None:
    """What one residual costs under each noise, and what there is to take along."""
    from pages.ui import vega
    from pages.ui.regression import charts

    st.header(content.heading("regression/residual"))
    st.markdown(content.text("regression/residual"))
    r, place = editor.residual()
    along, here, doubled = (costs(results, place, each) for each in (ALONG, r, 2 * r))
    drawn = {w: (charts.residual_table(along, here, r, w), charts.residual(w)) for w in WHATS}
    for column, (what, chart) in zip(st.columns(2, gap="large"), drawn.items(), strict=True):
        says = prose.alt_residual(here, r, what)
        column.vega_lite_chart(*chart, key=f"chart:{what}", alt=says)
    st.markdown(prose.residual(here, doubled, r))

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
    """The Python that prints the lines, and what the residual costs."""
    return fill(
        "regression",
        points=results.cloud.points,
        noises=list(results.lines),
        true_line=results.cloud.true,
        residual=float(parsing.number(r)),  # a slider's 2.9000000000000004 is 2.9
        place=place,
    )


@st.fragment  # so that another truth draws nothing else anew
def noises() -> None:
    """KL from a true noise to the assumed ones."""
    from pages.ui.regression import charts

    st.header(content.heading("regression/noises"))
    st.markdown(
        content.text(
            "regression/noises",
            median=f"{simulation.MEDIAN:.3g}",
            outliers=f"{simulation.OUTLIERS:g}",
        )
    )
    noise, share = editor.truth()
    layout.keep()
    nats = divergences(noise, share)
    data, says = charts.divergences_table(nats), prose.alt_divergences(nats, noise, share)
    st.vega_lite_chart(data, charts.divergences(), key="chart:kl", alt=says)
    with layout.heard("divergences"):
        st.markdown(prose.divergences(nats, noise, share))


def is_kl_better() -> None:
    """What the recorded study says, and what the paper does."""
    st.header(content.heading("regression/study"))
    if recorded := study.recorded():
        experiment(recorded)
    else:
        st.info(content.text("regression/no-study"))
    st.markdown(content.text("regression/paper"))
    layout.link(book.find("pages/reference.py"), "The paper, and all sources")


def experiment(recorded: Study) -> None:
    """Its set-up, its charts and its answer."""
    from pages.ui.regression import study_charts

    st.markdown(study.setup(recorded))
    table = study_charts.table(recorded)
    top = study_charts.axis_end(table["high"])
    shares = tuple(sorted(table["share"].unique()))
    for place, truth in enumerate(dict.fromkeys(cell.truth for cell in recorded.cells)):
        if place % 2 == 0:  # a row for two, so that a phone stacks them in their order
            columns = st.columns(2, gap="large")
        columns[place % 2].vega_lite_chart(
            study_charts.errors_table(table, truth, top),
            study_charts.errors(truth, shares, top),
            key=f"chart:{truth}",
            alt=study.alt_errors(recorded, truth),
        )
    st.markdown(f"{study.answer(recorded)}\n\n{study.ranks(recorded)} {study.failures(recorded)}")
    st.markdown(content.text("regression/study-legend"))
    spec = study_charts.against(*(study_charts.axis_end(table[c]) for c in ("nats", "ratio_high")))
    st.vega_lite_chart(table, spec, key="chart:against", alt=study.alt_against(recorded))
    with layout.controls("study"):
        controls.downloads(("Study as CSV", lambda: tables.to_csv(table), "study.csv", "text/csv"))
