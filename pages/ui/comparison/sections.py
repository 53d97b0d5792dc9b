"""The sections of the comparison page, filled from groups of runs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from pages.ui import content, controls, layout, tables, vega
from pages.ui.comparison import charts, editor, figures, pair_charts, prose, results
from pages.ui.comparison.results import Group, Versus, View
from pages.ui.scripts.fill import fill
from pages.ui.training import run_service
from pages.ui.training.charts import KINDS, ends, histories
from pages.ui.vega import Panels

MOST = 6  # groups of runs in one chart


def at_most(groups: Sequence[Group]) -> Sequence[Group]:
    """As many groups as a chart can hold, with a message if there are more."""
    if len(groups) > MOST:
        st.info(content.text("comparison/too-many", groups=str(len(groups)), most=str(MOST)))
    return groups[:MOST]


def difference(pairs: Sequence[Versus], what_if: float) -> None:
    """The page's answer and, beside it, the paired differences."""
    left, right = st.columns(2, gap="large")
    sound = _sound(pairs)
    with left:
        with layout.heard("answer"):
            _answer(pairs)
        if pairs and not sound:
            st.markdown(content.text("comparison/no-interval"))
    for title, pair in sound.items():
        rows = pair_charts.differences(pair)
        spec = pair_charts.forest(what_if, pair_charts.reach(rows, what_if), len(rows))
        says = ": ".join(filter(None, (title, prose.differences(pair))))
        if title:
            right.markdown(f"**{title}**")
        right.vega_lite_chart(rows, spec, key=f"chart:differences {title}", alt=says)


def reliability(pairs: Sequence[Versus]) -> float:
    """Another margin, which is returned; the effect of the seed; the method, folded."""
    sound, what_if = _sound(pairs), results.MARGIN
    if sound:
        what_if = editor.what_if()
    for say in (partial(prose.what_if, margin=what_if), prose.seed_effect):
        for title, pair in sound.items():
            st.markdown(_titled(title, say(pair)))
    with st.expander(content.heading("comparison/method"), key="comparison:method"):
        margin = prose.in_points(results.MARGIN)
        st.markdown(content.text("comparison/method", margin=margin))
    return what_if


def _sound(pairs: Sequence[Versus]) -> dict[str, Versus]:
    """The pairs of groups that have an interval, by their titles."""
    sound = [pair for pair in pairs if pair.is_sound]
    return dict(zip(results.titles(sound), sound, strict=True))


def _answer(pairs: Sequence[Versus]) -> None:
    for title, pair in zip(results.titles(pairs), pairs, strict=True):
        st.markdown(_titled(title, prose.answer(pair, results.MARGIN)))
    if not pairs:
        st.markdown(content.text("comparison/no-pair"))


def _titled(title: str, says: str) -> str:
    return f"*{title}.* {says}" if title else says


def curves(groups: Sequence[Group], view: View) -> Panels:
    """A chart of the groups for each measure and kind of images; their panels for a picture."""
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


def table(groups: Sequence[Group]) -> None:
    """Settings and results, a column for each group, folded."""
    with st.expander(content.heading("comparison/figures"), key="comparison:table"):
        st.table(figures.by_group(groups))
        st.caption(content.text("comparison/figures"))


def separation(pair: Versus) -> None:
    """When the losses of runs with the same seed separate, and those of the control."""
    again = results.finite(run_service.retrained((*pair.kl.runs, *pair.ce.runs)))
    rows, spec = pair_charts.gaps(pair, again), pair_charts.separation(pair.kl.spec.epochs)
    st.vega_lite_chart(rows, spec, key="chart:separation", alt=prose.gaps(pair))
    st.markdown(prose.separation(pair))
    if again:
        st.markdown(prose.control(again))


def files(groups: Sequence[Group], view: View, panels: Panels) -> None:
    """Results and curves of every run, the charts, and the Python that draws them, folded."""
    runs = [run for group in groups for run in group.runs]
    title = content.heading("comparison/files")
    with st.expander(title, key="comparison:script", on_change="rerun") as box:
        if box.open:
            controls.downloads(
                ("Curves as CSV", lambda: tables.to_csv(histories(runs)), "curves.csv", "text/csv"),
                (
                    "Results as CSV",
                    lambda: tables.to_csv(figures.by_run(runs)),
                    "figures.csv",
                    "text/csv",
                ),
                *vega.files(lambda: vega.board(panels), "curves"),
            )
            folders = {
                name: [run_service.place(run) for run in group.runs]
                for name, group in zip(results.names(groups), groups, strict=True)
            }
            controls.python(fill("comparison", folders=folders, spread=view.spread))
            st.caption(content.text("comparison/files"))
