"""The parts of the comparison page that groups of runs fill."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import controls, tables, vega
from pages.ui.comparison import alt_text, bandcharts, configurations, findings, frames, groups
from pages.ui.comparison.frames import View
from pages.ui.comparison.groups import Group, Versus
from pages.ui.scripts.fill import fill
from pages.ui.training import run_service
from pages.ui.training.charts import KINDS
from pages.ui.vega import Panels


def curves(found: Sequence[Group], view: View) -> Panels:
    """The groups' curves, a chart for each measure and kind of images; those for a picture."""
    table = frames.bands(frames.single(found, view), view)
    last, longest = float(table["x"].max()), int(table["curve"].str.len().max())
    panels = []
    for measure in ("loss", "accuracy"):
        logarithmic = view.logarithmic and measure == "loss"
        rows = frames.panel(table, measure, logarithmic)
        row = []
        for column, images in zip(st.columns(2, gap="large"), KINDS, strict=True):
            drawn = measure, images, view.against, last, logarithmic, longest
            says = alt_text.shown(measure, images, frames.ends(rows, images))
            key = f"chart:{measure} {images}"
            spec = bandcharts.bands(*drawn)
            column.vega_lite_chart(rows, spec, key=key, alt=says)
            row.append((rows, spec))
        panels.append(row)
    st.caption(alt_text.legend(view, found))
    return panels


def sheet(found: Sequence[Group]) -> None:
    """Settings and figures, a column a group, with what differs marked."""
    st.table(configurations.table(found))
    st.caption(
        "Mean ± standard deviation over the seeds. “Best epoch” is chosen after the fact, on the "
        "validation images themselves: it flatters. Minutes depend on what else the machine was "
        "doing."
    )


def answer(pairs: Sequence[Versus], margin: float) -> None:
    """The page's question, answered."""
    for title, pair in zip(groups.titles(pairs), pairs, strict=True):
        says = findings.answer(pair, margin)
        st.markdown(f"*{title}.* {says}" if title else says)
    if not pairs:
        st.markdown(findings.NO_PAIR)


def certainty(pairs: Sequence[Versus], margin: float) -> None:
    """How sure each answer is: sentences, and the differences seed by seed."""
    sound = [pair for pair in pairs if pair.is_sound]
    if not sound:
        st.markdown(findings.NO_INTERVAL)
    for title, pair in zip(groups.titles(sound), sound, strict=True):
        if title:
            st.subheader(title)
        left, right = st.columns(2, gap="large")
        left.markdown(findings.certainty(pair, margin))
        rows = frames.forest(pair)
        key = f"chart:differences {title}"
        says = ": ".join(filter(None, (title, alt_text.shown_differences(pair))))
        spec = bandcharts.forest(margin, frames.reach(rows, margin), len(rows))
        right.vega_lite_chart(rows, spec, key=key, alt=says)


def parting(pair: Versus) -> None:
    """When runs with the same seed part, beside a run that was only rounded otherwise."""
    again = groups.whole(run_service.made_again((*pair.kl.runs, *pair.ce.runs)))
    rows = frames.partings(pair, again)
    spec = bandcharts.partings(pair.kl.spec.epochs, groups.PARTED)
    st.markdown(findings.parting(pair))
    says = alt_text.shown_parting(pair)
    st.vega_lite_chart(rows, spec, key="chart:parting", alt=says)
    if again:
        st.markdown(findings.rounding(again))


def downloads(found: Sequence[Group], view: View, panels: Panels) -> None:
    """The figures and curves of every run, the charts, and the Python that draws them."""
    runs = [run for group in found for run in group.runs]
    controls.downloads(
        ("Curves as CSV", lambda: tables.to_csv(tables.histories(runs)), "curves.csv", "text/csv"),
        ("Figures as CSV", lambda: tables.to_csv(tables.figures(runs)), "figures.csv", "text/csv"),
        *vega.files(lambda: vega.board(panels), "curves"),
    )
    with st.expander("Copy as Python"):
        controls.python(script(found, view))
        st.caption("Every epoch as it was recorded: nothing smoothed, nothing subtracted.")


def script(found: Sequence[Group], view: View) -> str:
    """The Python that draws the curves."""
    folders = {
        name: [run_service.place(run) for run in group.runs]
        for name, group in zip(groups.names(found), found, strict=True)
    }
    return fill("comparison", folders=folders, spread=view.spread)
