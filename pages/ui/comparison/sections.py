"""The parts of the comparison page that groups of runs fill."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import content, controls, tables, vega
from pages.ui.comparison import charts, figures, pair_charts, prose, results
from pages.ui.comparison.results import Group, Versus, View
from pages.ui.scripts.fill import fill
from pages.ui.training import run_service
from pages.ui.training.charts import KINDS, ends, histories
from pages.ui.vega import Panels

MOST = 6  # groups of runs in one chart


def at_most(groups: Sequence[Group]) -> Sequence[Group]:
    """As many groups as a chart can hold; that there are more is said."""
    if len(groups) > MOST:
        st.info(content.text("comparison/too-many", groups=str(len(groups)), most=str(MOST)))
    return groups[:MOST]


def answer(pairs: Sequence[Versus], margin: float) -> None:
    """The page's question, answered."""
    for title, pair in zip(results.titles(pairs), pairs, strict=True):
        says = prose.answer(pair, margin)
        st.markdown(f"*{title}.* {says}" if title else says)
    if not pairs:
        st.markdown(content.text("comparison/no-pair"))


def curves(groups: Sequence[Group], view: View) -> Panels:
    """The groups' curves, a chart for each measure and kind of images; those for a picture."""
    table = charts.with_bands(charts.runs(groups, view), view)
    last, longest = float(table["x"].max()), int(table["curve"].str.len().max())
    panels = []
    for measure in ("loss", "accuracy"):
        logarithmic = view.logarithmic and measure == "loss"
        rows = charts.panel(table, measure, logarithmic)
        means = rows[rows["row"] == "mean"]
        row = []
        for column, images in zip(st.columns(2, gap="large"), KINDS, strict=True):
            spec = charts.bands(measure, images, view.against, last, logarithmic, longest)
            says = prose.curves(measure, images, ends(means, images, "raw"))
            column.vega_lite_chart(rows, spec, key=f"chart:{measure} {images}", alt=says)
            row.append((rows, spec))
        panels.append(row)
    st.caption(prose.legend(view, groups))
    return panels


def sheet(groups: Sequence[Group]) -> None:
    """Settings and figures, a column a group, with what differs marked."""
    st.table(figures.by_group(groups))
    st.caption(content.text("comparison/figures"))


def certainty(pairs: Sequence[Versus], margin: float) -> None:
    """How sure each answer is: sentences, and the differences seed by seed."""
    sound = [pair for pair in pairs if pair.is_sound]
    if not sound:
        st.markdown(content.text("comparison/no-interval"))
    for title, pair in zip(results.titles(sound), sound, strict=True):
        if title:
            st.subheader(title)
        left, right = st.columns(2, gap="large")
        left.markdown(prose.certainty(pair, margin))
        rows = pair_charts.differences(pair)
        spec = pair_charts.forest(margin, pair_charts.reach(rows, margin), len(rows))
        says = ": ".join(filter(None, (title, prose.differences(pair))))
        right.vega_lite_chart(rows, spec, key=f"chart:differences {title}", alt=says)


def parting(pair: Versus) -> None:
    """When runs with the same seed part, beside a run that was only rounded otherwise."""
    again = results.whole(run_service.retrained((*pair.kl.runs, *pair.ce.runs)))
    rows, spec = pair_charts.gaps(pair, again), pair_charts.partings(pair.kl.spec.epochs)
    st.markdown(prose.parting(pair))
    st.vega_lite_chart(rows, spec, key="chart:parting", alt=prose.gaps(pair))
    if again:
        st.markdown(prose.rounding(again))


def downloads(groups: Sequence[Group], view: View, panels: Panels) -> None:
    """The figures and curves of every run, the charts, and the Python that draws them."""
    runs = [run for group in groups for run in group.runs]
    controls.downloads(
        ("Curves as CSV", lambda: tables.to_csv(histories(runs)), "curves.csv", "text/csv"),
        ("Figures as CSV", lambda: tables.to_csv(figures.by_run(runs)), "figures.csv", "text/csv"),
        *vega.files(lambda: vega.board(panels), "curves"),
    )
    title = content.heading("comparison/script")
    with st.expander(title, key="comparison:script", on_change="rerun") as box:
        if box.open:
            folders = {
                name: [run_service.place(run) for run in group.runs]
                for name, group in zip(results.names(groups), groups, strict=True)
            }
            controls.python(fill("comparison", folders=folders, spread=view.spread))
            st.caption(content.text("comparison/script"))
