"""Figures and charts of two networks; how far networks agree; files and Python of both."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from models.data.cifar10 import Kind
from models.evaluation.predictions import Predictions
from models.runs.record import Run
from pages.ui import content, controls, layout, tables, vega
from pages.ui import formatting as fmt
from pages.ui.evaluation import charts, figures, paircharts, prose, results
from pages.ui.evaluation.results import NAMES, Evaluation, LossOrSeed, PairedEvaluation
from pages.ui.predictions import repository, selection
from pages.ui.predictions.state import MatchedRuns
from pages.ui.scripts.fill import fill

MEASURES = "same", "js"


def chosen(pairs: Mapping[str, MatchedRuns]) -> tuple[MatchedRuns, Kind]:
    """Which networks, and which photographs: one row."""
    with layout.controls("networks"):
        left, right = st.columns(2, gap="medium")
        with left:
            pair = selection.networks(pairs)
        with right:
            return pair, repository.kind(selection.photographs(selection.KINDS))


@repository.cached(max_entries=60)
def evaluated(pair: MatchedRuns, kind: Kind) -> PairedEvaluation:
    """Both networks. Raises ValueError where a file is missing or a training diverged."""
    return PairedEvaluation(
        *(Evaluation.of(repository.predictions(run, kind)) for run in pair.runs)
    )


def compared(kind: Kind) -> LossOrSeed:
    """All recorded pairs with one-hot labels, and their controls."""
    again = repository.rounding_controls(kind)
    return _compared(repository.plain_pairs(), [run for run, _, _ in again], kind, again)


@repository.cached(max_entries=4, show_spinner="Comparing all recorded networks …")
def _compared(
    pairs: list[MatchedRuns],
    runs_again: list[Run],  # those of `_again`, by which the cache knows it
    kind: Kind,
    _again: list[tuple[Run, Predictions, Predictions]],
) -> LossOrSeed:
    def read(run: Run) -> Predictions:
        return repository.predictions(run, kind)

    return results.loss_or_seed(((pair, read(pair.kl), read(pair.ce)) for pair in pairs), _again)


def overview(pair: MatchedRuns, kind: Kind) -> PairedEvaluation | None:
    """Both networks' figures, and the reliability diagram; None where they cannot be read."""
    try:
        both = evaluated(pair, kind)
    except ValueError as error:
        st.warning(fmt.plain(str(error)))
        return None
    left, right = st.columns(2, gap="large")
    with right:
        n, of = f"{both.n:,}", prose.IMAGES[kind]
        st.table(figures.figures(both), hide_index=True)
        st.caption(content.text("evaluation/figures", n=n, kind=of, title=pair.title))
    alt = prose.alt_reliability(both)
    left.vega_lite_chart(*charts.reliability(both), key="chart:reliability", alt=alt)
    return both


def details(pair: MatchedRuns, both: PairedEvaluation) -> None:
    """Calibration, the paired difference, the NLL, classes and the confusion matrix."""
    st.header(content.heading("evaluation/reliability"))
    st.markdown(prose.reliability(both))
    if smoothing := pair.kl.spec.label_smoothing:
        st.markdown(prose.smoothed(smoothing))
    left, right = st.columns(2, gap="large")
    with left:
        st.header(content.heading("evaluation/paired-difference"))
        st.markdown(prose.apart(both))
    with right:
        st.header(content.heading("evaluation/losses"))
        st.vega_lite_chart(*charts.losses(both), key="chart:costs", alt=prose.alt_losses(both))
        st.markdown(prose.losses(both))
    st.header(content.heading("evaluation/classes"))
    left, right = st.columns(2, gap="large")
    left.vega_lite_chart(*charts.classes(both), key="chart:classes", alt=prose.alt_classes(both))
    left.markdown(prose.classes(both))
    with right:
        _confusion(both)


def _confusion(both: PairedEvaluation) -> None:
    with layout.controls("confusion"):
        place = st.segmented_control(
            "Network trained with",
            range(len(NAMES)),
            default=0,
            format_func=NAMES.__getitem__,
            required=True,
            key="quality:net",
        )
    chart, evaluation = charts.confusion(both, place or 0), both.networks[place or 0]
    alt = prose.alt_confusion(NAMES[place or 0], evaluation)
    st.vega_lite_chart(*chart, key="chart:confusion", alt=alt)
    with layout.heard("confusion"):
        st.markdown(prose.confusion(evaluation))


def loss_or_seed(kind: Kind) -> None:
    """How far networks of both losses agree, beside those of two seeds and those of the control."""
    st.header(content.heading("evaluation/loss-or-seed"))
    pairs = compared(kind)
    if len(pairs.losses) < 2:
        st.markdown(prose.too_few(pairs))
        return
    for column, measure in zip(st.columns(2, gap="large"), MEASURES, strict=True):
        chart, alt = paircharts.pairs(pairs, measure), prose.alt_pairs(pairs, measure)
        column.vega_lite_chart(*chart, key=f"chart:pairs {measure}", alt=alt)
    st.markdown(prose.loss_or_seed(pairs))
    with _fold("pairs", content.heading("evaluation/why")) as box:
        if box.open:
            st.table(figures.ranges(pairs), hide_index=True)
            st.caption(content.text("evaluation/ranges"))
            st.markdown(prose.why(pairs))


def methods() -> None:
    """How intervals and the ECE expected by chance are computed, and whose methods they are."""
    with _fold("methods", content.heading("evaluation/methods")) as box:
        if box.open:
            st.markdown(content.text("evaluation/methods"))


def _fold(key: str, label: str) -> ExpanderContainer:
    """What is built only where somebody opens it."""
    return st.expander(label, key=f"evaluation:{key}", on_change="rerun")


def downloads(pair: MatchedRuns, kind: Kind, both: PairedEvaluation) -> None:
    """The figures, every image's values, all charts, and the Python that computes the figures."""
    name = f"{kind}-{pair.file}"
    digits = figures.DIGITS
    with _fold("downloads", content.heading("evaluation/downloads")) as box:
        if not box.open:
            return
        controls.downloads(
            (
                "Figures as CSV",
                lambda: tables.to_csv(figures.sheet(both), digits),
                f"figures-{name}.csv",
                "text/csv",
            ),
            (
                "Every image as CSV",
                lambda: tables.to_csv(figures.images(both), digits),
                f"images-{name}.csv",
                "text/csv",
            ),
            *vega.files(lambda: _picture(both, kind), f"charts-{name}"),
        )
        controls.python(script(pair, kind))


def script(pair: MatchedRuns, kind: Kind) -> str:
    """The Python that computes the figures from the stored predictions."""
    networks = {"KL divergence": pair.kl.id, "Cross-entropy": pair.ce.id}
    return fill("predictions", networks=networks, pictures=kind)


def _picture(both: PairedEvaluation, kind: Kind) -> vega.Spec:
    """All charts of the two networks, and those of pairs where there are enough."""
    pairs = compared(kind)
    measures = MEASURES if len(pairs.losses) > 1 else ()
    return vega.board(
        [
            [charts.reliability(both), charts.losses(both)],
            [charts.classes(both)],
            [charts.confusion(both, place) for place in range(len(NAMES))],
            *([paircharts.pairs(pairs, measure)] for measure in measures),
        ]
    )
