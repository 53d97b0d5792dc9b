"""What the page shows, in its order: q by hand, then what the recorded networks make.

Altair takes half a second to load, and what is dragged need not wait for it: so each function that
draws a chart imports `charts` itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from models.vae.record import VaeRun
from pages.ui import book, component, content, controls, layout, tables
from pages.ui.scripts.fill import fill
from pages.ui.vae import editor, pixels, prose, repository, results
from pages.ui.vae.decoded import decoded
from pages.ui.vae.editor import CURVES, GAUSSIAN, PLANE, POINT
from pages.ui.vae.gaussian import gaussian
from pages.ui.vae.plane import plane
from pages.ui.vae.presets import PRESETS
from pages.ui.vae.repository import Vae
from pages.ui.vae.results import DRAWS
from pages.ui.vae.state import Encoded, Point

SEED = "sample"  # which draws from the prior; in the address too


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def by_hand() -> None:
    """All that q decides."""
    controls.refusal(GAUSSIAN.history.refusal(linked=True))
    GAUSSIAN.notice(PRESETS, content.text("vae/no-preset"))
    q = GAUSSIAN.current()
    solved = results.solve(q)
    gaussian(q, address=GAUSSIAN.address(), key=CURVES, on_edit=GAUSSIAN.receive)
    st.markdown(prose.price(q, solved))
    with layout.controls("q"):
        editor.below_curves()
    layout.keep()
    _cross_entropy(q, solved)
    with (
        layout.controls("q script"),
        st.expander(content.heading("vae/script"), key="vae:q:script", on_change="rerun") as box,
    ):
        if box.open:
            st.markdown(content.text("vae/script"))
            controls.python(fill("vae", mean=q.mean, std=q.std))


def _cross_entropy(q: Encoded, solved: results.Results) -> None:
    from pages.ui.vae import charts

    st.header(content.heading("vae/cross-entropy"))
    st.markdown(content.text("vae/cross-entropy"))
    left, right = st.columns(2, gap="large")
    table, alt = charts.gradients_table(solved.gradients), prose.gradients_alt(solved.gradients)
    left.vega_lite_chart(table, charts.gradients(), key="chart:slopes", alt=alt)
    table, alt = charts.descents_table(solved.descents), prose.descents_alt(q, solved)
    right.vega_lite_chart(table, charts.descents(), key="chart:descents", alt=alt)
    st.markdown(prose.descents(q, solved))
    layout.link(book.find("pages/loss.py"), "Loss: when the target moves")


@st.fragment  # so that another β draws nothing else anew
def recorded() -> None:
    """All that β and the point decide."""
    runs, reasons = repository.recorded()
    if reasons:
        st.error(prose.damaged(reasons), icon=layout.WARNING)
    if not runs:
        st.info(content.text("vae/no-runs", command=prose.COMMAND))
        return
    controls.refusal(POINT.history.refusal(linked=True))
    with st.container(horizontal=True, gap="large"):
        run = editor.beta(runs)
        pictures = editor.pictures()
    vae = editor.opened(run, runs)
    if vae is not None:
        left, right = st.columns([3, 2], gap="large")
        with left:
            latent_plane(vae, pictures)
        with right:
            picture(vae)
        st.markdown(prose.prior(vae.run, vae.plane))
        with layout.controls("z"):
            editor.below_plane()
    layout.keep()
    run = vae.run if vae else next(iter(runs.values()))
    _rate_distortion(runs, run)
    _collapse(runs, run)
    if vae:
        _draws(vae)
    _training(run)
    with layout.controls("more"):
        _more(runs, run, vae)


def latent_plane(vae: Vae, pictures: bool) -> None:
    """The plane of codes, or of the pictures that are decoded there, and the point in it."""
    plane(
        POINT.current(),
        vae,
        pictures=pictures,
        alt=prose.plane_alt(vae.plane, pictures),
        alone=editor.class_alone(),
        address=POINT.address(),
        key=PLANE,
        on_edit=POINT.receive,
    )


def picture(vae: Vae) -> None:
    """What the decoder makes of the point."""
    z = POINT.current()
    near = results.nearest(vae.codes, z)
    says, alt = prose.near(z, near), prose.picture_alt(z, near)
    decoded(vae, z, edits=component.heard(PLANE), says=says, alt=alt, key="vae:picture")


def _rate_distortion(runs: Mapping[float, VaeRun], run: VaeRun) -> None:
    from pages.ui.vae import charts

    st.header(content.heading("vae/rate-distortion"))
    st.markdown(prose.rate_distortion(run))
    table = charts.rate_distortion_table(runs, run.beta)
    alt = prose.rate_distortion_alt(runs, run.beta)
    st.vega_lite_chart(table, charts.rate_distortion(), key="chart:rate distortion", alt=alt)
    st.markdown(prose.over_beta(runs))


def _collapse(runs: Mapping[float, VaeRun], run: VaeRun) -> None:
    from pages.ui.vae import charts

    st.header(content.heading("vae/collapse"))
    st.markdown(content.text("vae/collapse"))
    st.markdown(prose.collapsed(run))
    st.markdown(content.text("vae/signs"))
    table, alt = charts.spreads_table(runs), prose.spreads_alt(runs)
    st.vega_lite_chart(table, charts.spreads(), key="chart:spreads", alt=alt)
    st.markdown(prose.collapse_over_beta(runs))
    label = content.heading("vae/numbers")
    with st.expander(label, key="vae:dimensions", on_change="rerun") as box:
        if box.open:
            st.table(repository.dimensions(runs), hide_index=True)


@st.fragment  # so that other draws draw nothing else anew
def _draws(vae: Vae) -> None:
    st.header(content.heading("vae/draws"))
    st.markdown(content.text("vae/draws", draws=str(DRAWS)))
    seed = _seed()
    with layout.controls("draws"):
        st.button("Draw from the prior again", on_click=_again)
    z = results.draws(seed)
    near = [results.nearest(vae.codes, Point(*each)) for each in z.tolist()]
    row = pixels.board(vae.decode(z), DRAWS // 2)
    st.image(row, output_format="PNG", alt=f"{DRAWS} decoded draws from the prior")
    st.markdown(prose.draws(near, vae.plane.spacing))
    layout.keep()
    component.put_in_address("vae:address", {SEED: str(seed) if seed else ""})


def _seed() -> int:
    return controls.linked(SEED, 0) or 0


def _again() -> None:
    st.session_state[SEED] = _seed() + 1


def _training(run: VaeRun) -> None:
    from pages.ui.vae import charts

    label = content.heading("vae/training")
    with st.expander(label, key="vae:training", on_change="rerun") as box:
        if not box.open:
            return
        st.markdown(prose.training(run))
        for column, what in zip(st.columns(2, gap="large"), ("distortion", "rate"), strict=True):
            table, spec = charts.training_table(run, what), charts.training(what, run.epochs)
            alt = prose.training_alt(run, what)
            column.vega_lite_chart(table, spec, key=f"chart:{what}", alt=alt)


def _more(runs: Mapping[float, VaeRun], run: VaeRun, vae: Vae | None) -> None:
    from pages.ui import vega
    from pages.ui.vae import charts

    def curve() -> vega.Spec:
        table = charts.rate_distortion_table(runs, run.beta)
        return vega.board([[(table, charts.rate_distortion())]])

    files: list[tuple[str, Callable[[], str | bytes], str, str]] = [
        ("Figures as CSV", lambda: tables.to_csv(repository.figures(runs)), "vaes.csv", "text/csv"),
        *vega.files(curve, "vaes", "Chart"),
    ]
    if vae:
        z = POINT.current()
        label = content.heading("vae/decoder-script")
        with st.expander(label, key="vae:script", on_change="rerun") as box:
            if box.open:
                st.markdown(content.text("vae/decoder-script"))
                controls.python(fill("vae_decoder", beta=run.beta, z=(z.first, z.second)))
        files.append(
            ("Picture as PNG", lambda: pixels.saved(vae.picture(z)), "decoded.png", "image/png")
        )
    controls.downloads(*files)
