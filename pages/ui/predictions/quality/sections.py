"""How good both networks' predictions are; whether loss or seed decides; both to take along."""

from __future__ import annotations

import streamlit as st

from models.data.cifar10 import Kind
from models.evaluation.predictions import Predictions
from models.runs.record import Run
from pages.ui import content, controls, layout, tables, vega
from pages.ui import formatting as fmt
from pages.ui.predictions import repository
from pages.ui.predictions.quality import charts, figures, paircharts, prose, results
from pages.ui.predictions.quality.results import NAMES, LossOrSeed, PairedEvaluation, Quality
from pages.ui.predictions.state import MatchedRuns
from pages.ui.scripts.fill import fill


@repository.cached(max_entries=60)
def evaluated(pair: MatchedRuns, kind: Kind) -> PairedEvaluation:
    """Both networks. Raises ValueError where a file is missing or a training diverged."""
    return PairedEvaluation(*(Quality.of(repository.predictions(run, kind)) for run in pair.runs))


def compared(kind: Kind) -> LossOrSeed:
    """All recorded pairs with plain labels."""
    return _compared(repository.plain_pairs(), kind)


@repository.cached(max_entries=4, show_spinner="Comparing all recorded nets …")
def _compared(pairs: list[MatchedRuns], kind: Kind) -> LossOrSeed:
    def read(run: Run) -> Predictions:
        return repository.predictions(run, kind)

    return results.loss_or_seed((pair, read(pair.kl), read(pair.ce)) for pair in pairs)


def show(pair: MatchedRuns, kind: Kind) -> PairedEvaluation | None:
    """Both networks' figures beside each other, and what they rest on, drawn; None of none."""
    st.header(content.heading("predictions/quality"))
    try:
        both = evaluated(pair, kind)
    except ValueError as error:
        st.warning(fmt.plain(str(error)))
        return None
    st.table(figures.figures(both), hide_index=True)
    st.caption(content.text("predictions/quality", n=f"{both.n:,}", kind=prose.IMAGES[kind]))
    st.markdown(prose.apart(both))
    if share := pair.kl.spec.label_smoothing:
        st.markdown(content.text("predictions/smoothed", share=f"{share:g}"))
    left, right = st.columns(2, gap="large")
    says = prose.alt_reliability(both)
    left.vega_lite_chart(*charts.reliability(both), key="chart:reliability", alt=says)
    left.markdown(prose.reliability(both))
    right.vega_lite_chart(*charts.losses(both), key="chart:costs", alt=prose.alt_losses(both))
    right.markdown(prose.losses(both))
    left, right = st.columns(2, gap="large")
    left.vega_lite_chart(*charts.classes(both), key="chart:classes", alt=prose.alt_classes(both))
    left.markdown(prose.classes(both))
    with right:
        _confusion(both)
    return both


def _confusion(both: PairedEvaluation) -> None:
    with layout.controls("confusion"):
        place = st.segmented_control(
            "Net",
            range(len(NAMES)),
            default=0,
            format_func=NAMES.__getitem__,
            required=True,
            key="quality:net",
        )
    chart, quality = charts.confusion(both, place or 0), both.networks[place or 0]
    says = prose.alt_confusion(NAMES[place or 0], quality)
    st.vega_lite_chart(*chart, key="chart:confusion", alt=says)
    with layout.heard("confusion"):
        st.markdown(prose.confusion(quality))


def loss_or_seed(kind: Kind) -> None:
    """How alike networks of both losses are, beside networks of two seeds."""
    st.header(content.heading("predictions/loss-or-seed"))
    pairs = compared(kind)
    if len(pairs.losses) < 2:
        st.markdown(prose.too_few(pairs))
        return
    st.markdown(prose.loss_or_seed(pairs))
    for column, measure in zip(st.columns(2, gap="large"), ("same", "js"), strict=True):
        chart, says = paircharts.pairs(pairs, measure), prose.alt_pairs(pairs, measure)
        column.vega_lite_chart(*chart, key=f"chart:pairs {measure}", alt=says)
    st.table(figures.ranges(pairs), hide_index=True)
    st.caption(content.text("predictions/ranges"))
    st.markdown(prose.why(pairs))


def downloads(pair: MatchedRuns, kind: Kind, both: PairedEvaluation) -> None:
    """The figures, every image's values, all charts, and the Python that computes the figures."""
    name = f"{kind}-{pair.file}"
    digits = figures.DIGITS
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
    with st.expander("Copy as Python"):
        controls.python(script(pair, kind))


def script(pair: MatchedRuns, kind: Kind) -> str:
    """The Python that computes the figures from the stored predictions."""
    nets = {"KL divergence": pair.kl.id, "Cross-entropy": pair.ce.id}
    return fill("predictions", nets=nets, pictures=kind)


def _picture(both: PairedEvaluation, kind: Kind) -> vega.Spec:
    """All charts of the two networks, and those of pairs where there are enough."""
    pairs = compared(kind)
    measures = ("same", "js") if len(pairs.losses) > 1 else ()
    return vega.board(
        [
            [charts.reliability(both), charts.losses(both)],
            [charts.classes(both)],
            [charts.confusion(both, place) for place in range(len(NAMES))],
            *([paircharts.pairs(pairs, measure)] for measure in measures),
        ]
    )
