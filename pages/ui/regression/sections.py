"""The sections below the points, each with its charts."""

from __future__ import annotations

from functools import partial

import streamlit as st

from models.noise import simulation
from models.noise.study import Study
from pages.ui import book, content, controls, layout, parsing, tables, vega
from pages.ui.regression import (
    alt_text,
    choosing,
    findings,
    frames,
    klcharts,
    losscharts,
    lossframes,
    pointcharts,
    residual,
    sentences,
    studycharts,
    studyframes,
    true_noises,
)
from pages.ui.regression import study as study_on_file
from pages.ui.regression.cloud import Cloud
from pages.ui.regression.lossframes import What
from pages.ui.regression.results import Results
from pages.ui.scripts.fill import fill

WHATS: tuple[What, What] = ("loss", "pull")


def one_residual(shown: Cloud, found: Results) -> None:
    """What one residual costs under each noise."""
    st.header(content.heading("regression/residual"))
    st.markdown(content.text("regression/residual"))
    r, place = choosing.residual()
    costs, here = residual.curves(shown, place), residual.one(shown, place, r)
    for column, what in zip(st.columns(2, gap="large"), WHATS, strict=True):
        says = alt_text.one_residual(here, r, what)
        data, spec = lossframes.curves(costs, here, r, what), losscharts.curves(what)
        column.vega_lite_chart(data, spec, key=f"chart:{what}", alt=says)
    doubled = residual.one(shown, place, 2 * r)
    st.markdown(f"{sentences.one_residual(here, r)} {sentences.twice(here, doubled, r)}")
    with layout.controls("more"):
        _more(shown, found, r, place)


def script(shown: Cloud, found: Results, r: float, place: float) -> str:
    """The Python that prints the lines, and what the residual costs."""
    return fill(
        "regression",
        points=shown.points,
        noises=list(found.lines),
        true_line=shown.true,
        residual=float(parsing.number(r)),  # a slider's 2.9000000000000004 is 2.9
        place=place,
    )


def _more(shown: Cloud, found: Results, r: float, place: float) -> None:
    """What there is to take along."""
    with st.expander(
        content.heading("regression/script"), key="regression:script", on_change="rerun"
    ) as box:
        if box.open:
            st.markdown(content.text("regression/script"))
            controls.python(script(shown, found, r, place))
    costs, here = residual.curves(shown, place), residual.one(shown, place, r)
    table = partial(frames.points, shown, found)

    def picture() -> vega.Spec:
        first = [(frames.picture(shown, found), pointcharts.picture())]
        row = [(lossframes.curves(costs, here, r, w), losscharts.curves(w)) for w in WHATS]
        return vega.board([first, row])

    controls.downloads(
        ("Points as CSV", lambda: tables.to_csv(table()), "points.csv", "text/csv"),
        *vega.files(picture, "regression"),
    )


@st.fragment  # so that another truth draws nothing else anew
def noises() -> None:
    """KL from a true noise to the assumed ones."""
    st.header(content.heading("regression/noises"))
    st.markdown(
        content.text(
            "regression/noises",
            median=f"{simulation.MEDIAN:.3g}",
            outliers=f"{simulation.OUTLIERS:g}",
        )
    )
    noise, share = choosing.truth()
    layout.keep()
    nearest = true_noises.nearest(noise, share)
    data, spec = frames.divergences(nearest), klcharts.divergences()
    nats = dict(zip(data["noise"], data["nats"], strict=True))
    says = alt_text.divergences(nats, sentences.true_noise(noise, share))
    st.vega_lite_chart(data, spec, key="chart:kl", alt=says)
    st.markdown(sentences.divergences(nats, noise, share))


def study() -> None:
    """What the recorded study says, and what the paper does."""
    st.header(content.heading("regression/study"))
    if recorded := study_on_file.recorded():
        _study(recorded)
    else:
        st.info(content.text("regression/no-study"))
    st.markdown(content.text("regression/paper"))
    layout.link(book.find("pages/reference.py"), "The paper, and all sources")


def _study(made: Study) -> None:
    st.markdown(findings.setup(made))
    table = studyframes.every(made)
    top = studyframes.top(made)
    shares = tuple(sorted(table["share"].unique()))
    for place, truth in enumerate(study_on_file.truths(made)):
        if place % 2 == 0:  # a row for two, so that a phone stacks them in their order
            columns = st.columns(2, gap="large")
        data = studyframes.errors(made, truth, top)
        spec = studycharts.errors(data["truth"].iloc[0], shares, top)
        says = findings.caption(made, truth)
        columns[place % 2].vega_lite_chart(data, spec, key=f"chart:{truth}", alt=says)
    st.markdown(f"{findings.answer(made)}\n\n{findings.ranks(made)} {findings.failures(made)}")
    spec = studycharts.against(studyframes.farthest(made), studyframes.highest(made))
    says = findings.caption_against(made)
    st.markdown(content.text("regression/study-legend"))
    st.vega_lite_chart(table, spec, key="chart:against", alt=says)
    with layout.controls("study"):
        controls.downloads(("Study as CSV", lambda: tables.to_csv(table), "study.csv", "text/csv"))
