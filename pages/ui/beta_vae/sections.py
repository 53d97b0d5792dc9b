"""What the page shows, in its order: the latent space, rate and distortion, collapse, samples.

Altair takes half a second to load, and what is dragged need not wait for it: so each function that
draws a chart imports `charts` itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from models.vae.record import VaeRun
from pages.ui import component, content, controls, layout, tables
from pages.ui.beta_vae import editor, latent_prose, pixels, prose, repository, results
from pages.ui.beta_vae.decoded import decoded
from pages.ui.beta_vae.editor import PLANE, POINT
from pages.ui.beta_vae.plane import plane
from pages.ui.beta_vae.repository import Vae
from pages.ui.beta_vae.results import SAMPLES
from pages.ui.beta_vae.state import Point
from pages.ui.scripts.fill import fill

SEED = "sample"  # of the samples from the prior; in the address too


@st.fragment  # so that another β draws nothing else anew
def recorded() -> None:
    """All that β and the point decide."""
    runs, reasons = repository.recorded()
    if reasons:
        st.error(prose.damaged(reasons), icon=layout.WARNING)
    if not runs:
        st.info(content.text("beta_vae/no-runs", command=prose.COMMAND))
        return
    controls.refusal(POINT.history.refusal(linked=True))
    run = editor.beta(runs)
    vae = editor.opened(run, runs)
    run = vae.run if vae else next(iter(runs.values()))
    with layout.heard("rate and distortion"):
        st.markdown(prose.figures(run))
    if vae:
        _latent_space(vae)
    layout.keep()
    _rate_distortion(runs, run)
    _collapse(runs, run)
    if vae:
        _samples(vae)
    _training(runs, run)
    with layout.controls("more"):
        _more(runs, run, vae)


def _latent_space(vae: Vae) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        place = st.container()
        pictures = editor.pictures()
    with place:
        latent_plane(vae, pictures)
    with right:
        picture(vae)
        st.markdown(latent_prose.plane())
        st.markdown(latent_prose.aggregate(vae.run, vae.plane))
    with layout.controls("z"):
        editor.below_plane()


def latent_plane(vae: Vae, pictures: bool) -> None:
    """The plane with the means of q, or with the images that are decoded there, and the point."""
    plane(
        POINT.current(),
        vae,
        pictures=pictures,
        alt=latent_prose.plane_alt(vae.plane, pictures),
        alone=editor.class_alone(),
        address=POINT.address(),
        key=PLANE,
        on_edit=POINT.receive,
    )


def picture(vae: Vae) -> None:
    """The image that the network decodes at the point."""
    z = POINT.current()
    near = results.nearest(vae.latents, z)
    says, alt = latent_prose.near(z, near), latent_prose.picture_alt(z, near)
    decoded(vae, z, edits=component.heard(PLANE), says=says, alt=alt, key="vae:picture")


def _rate_distortion(runs: Mapping[float, VaeRun], run: VaeRun) -> None:
    from pages.ui.beta_vae import charts

    st.header(content.heading("beta_vae/rate-distortion"))
    table = charts.rate_distortion_table(runs, run.beta)
    alt = prose.rate_distortion_alt(runs, run.beta)
    st.vega_lite_chart(table, charts.rate_distortion(), key="chart:rate distortion", alt=alt)
    st.markdown(prose.rate_distortion(run))
    st.markdown(prose.over_beta(runs))
    label = content.heading("beta_vae/measures")
    with st.expander(label, key="vae:measures", on_change="rerun") as box:
        if box.open:
            st.markdown(prose.measures(runs, run))


def _collapse(runs: Mapping[float, VaeRun], run: VaeRun) -> None:
    from pages.ui.beta_vae import charts

    st.header(content.heading("beta_vae/collapse"))
    st.markdown(content.text("beta_vae/signs"))
    table, alt = charts.variances_table(runs), prose.variances_alt(runs)
    st.vega_lite_chart(table, charts.variances(), key="chart:spreads", alt=alt)
    st.markdown(content.text("beta_vae/collapse"))
    st.markdown(f"{prose.collapsed(run)} {prose.collapse_over_beta(runs)}")
    label = content.heading("beta_vae/numbers")
    with st.expander(label, key="vae:dimensions", on_change="rerun") as box:
        if box.open:
            st.table(repository.dimensions(runs), hide_index=True)


@st.fragment  # so that other samples draw nothing else anew
def _samples(vae: Vae) -> None:
    st.header(content.heading("beta_vae/samples"))
    seed = _seed()
    z = results.samples(seed)
    near = [results.nearest(vae.latents, Point(*each)) for each in z.tolist()]
    row = pixels.board(vae.decode(z), SAMPLES // 2)
    st.image(row, output_format="PNG", alt=f"{SAMPLES} images decoded from samples of the prior")
    with layout.controls("draws"):
        st.button("Sample from the prior again", on_click=_again)
    st.markdown(content.text("beta_vae/samples", samples=str(SAMPLES)))
    st.markdown(latent_prose.samples(near, vae.plane.spacing))
    layout.keep()
    component.put_in_address("vae:address", {SEED: str(seed) if seed else ""})


def _seed() -> int:
    return controls.linked(SEED, 0) or 0


def _again() -> None:
    st.session_state[SEED] = _seed() + 1


def _training(runs: Mapping[float, VaeRun], run: VaeRun) -> None:
    from pages.ui.beta_vae import charts

    label = content.heading("beta_vae/training")
    with st.expander(label, key="vae:training", on_change="rerun") as box:
        if not box.open:
            return
        st.markdown(prose.training(runs, run))
        for column, what in zip(st.columns(2, gap="large"), ("distortion", "rate"), strict=True):
            table, spec = charts.training_table(run, what), charts.training(what, run.epochs)
            alt = prose.training_alt(run, what)
            column.vega_lite_chart(table, spec, key=f"chart:{what}", alt=alt)


def _more(runs: Mapping[float, VaeRun], run: VaeRun, vae: Vae | None) -> None:
    from pages.ui import vega
    from pages.ui.beta_vae import charts

    def curve() -> vega.Spec:
        table = charts.rate_distortion_table(runs, run.beta)
        return vega.board([[(table, charts.rate_distortion())]])

    files: list[tuple[str, Callable[[], str | bytes], str, str]] = [
        ("Figures as CSV", lambda: tables.to_csv(repository.figures(runs)), "vaes.csv", "text/csv"),
        *vega.files(curve, "vaes", "Chart"),
    ]
    if vae:
        z = POINT.current()
        label = content.heading("beta_vae/decoder-script")
        with st.expander(label, key="vae:script", on_change="rerun") as box:
            if box.open:
                st.markdown(content.text("beta_vae/decoder-script"))
                controls.python(fill("vae_decoder", beta=run.beta, z=(z.first, z.second)))
        files.append(
            ("Image as PNG", lambda: pixels.saved(vae.picture(z)), "decoded.png", "image/png")
        )
    controls.downloads(*files)
