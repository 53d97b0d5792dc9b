"""What the recorded VAEs show: rate against distortion, what collapsed, draws, their training."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import streamlit as st

from pages.ui import controls, layout, tables, vega
from pages.ui.editing import component
from pages.ui.scripts.fill import fill
from pages.ui.vae import alt_text, frames, latent_plane, pixels, reports
from pages.ui.vae.editor import POINT
from pages.ui.vae.point import Point
from pages.ui.vae.repository import Vae, VaeRun

SEED = "sample"  # which draws from the prior; in the address too


def show(runs: Mapping[float, VaeRun], vae: Vae | None) -> None:
    """All below the plane; of the chosen net, where it is whole."""
    run = vae.run if vae else next(iter(runs.values()))
    _trade(runs, run)
    _dimensions(runs, run)
    if vae:
        _generate(vae)
    _training(run)
    with layout.controls("more"):
        _more(runs, run, vae)


def _trade(runs: Mapping[float, VaeRun], run: VaeRun) -> None:
    # Altair takes half a second to load, which the plane need not wait for.
    from pages.ui.vae import charts

    st.header("What does a nat of code buy?")
    st.markdown(reports.trade(run))
    table, says = frames.rate_distortion(runs, run.beta), alt_text.rate_distortion(runs, run.beta)
    spec = charts.rate_distortion()
    st.vega_lite_chart(table, spec, key="chart:rate distortion", alt=says)
    st.markdown(reports.over_beta(runs))


def _dimensions(runs: Mapping[float, VaeRun], run: VaeRun) -> None:
    from pages.ui.vae import charts

    st.header("Which dimension has collapsed?")
    st.markdown(
        "A VAE may find that a dimension is not worth its price. It then gives every picture the "
        "prior itself there: KL is 0, and the decoder hears nothing. One can tell by the "
        "codes’ means, which no longer vary from picture to picture."
    )
    st.markdown(reports.collapsed(run))
    spread, says = frames.spreads(runs), alt_text.spreads(runs)
    st.markdown(reports.SPREADS)
    st.vega_lite_chart(spread, charts.spreads(), key="chart:spreads", alt=says)
    st.markdown(reports.collapse_over_beta(runs))
    with st.expander("The numbers", key="vae:dimensions", on_change="rerun") as box:
        if box.open:
            st.table(frames.dimensions(runs), hide_index=True)


@st.fragment  # so that other draws draw nothing else anew
def _generate(vae: Vae) -> None:
    st.header("Can it make new clothes?")
    st.markdown(
        f"Draw z from the prior N(0, I), {latent_plane.DRAWS} times, and decode each. Then do the "
        "same with another β."
    )
    seed = _seed()
    with layout.controls("draws"):
        st.button("Draw from the prior again", on_click=_again)
    z = latent_plane.draws(seed)
    says = reports.draws(vae, z)
    row = pixels.board(vae.decode(z), latent_plane.DRAWS // 2)
    st.image(row, output_format="PNG", alt=f"{len(z)} decoded draws from the prior")
    st.markdown(says)
    layout.keep()
    component.put_in_address("vae:address", {SEED: str(seed) if seed else ""})


def _seed() -> int:
    return controls.linked(SEED, 0) or 0


def _again() -> None:
    st.session_state[SEED] = _seed() + 1


def _training(run: VaeRun) -> None:
    from pages.ui.vae import charts

    with st.expander("How these nets were trained", key="vae:training", on_change="rerun") as box:
        if not box.open:
            return
        st.markdown(reports.trained(run))
        for column, what in zip(st.columns(2, gap="large"), ("distortion", "rate"), strict=True):
            table, says = frames.training(run, what), alt_text.training(run, what)
            spec = charts.training(what, run.epochs)
            column.vega_lite_chart(table, spec, key=f"chart:{what}", alt=says)


def _more(runs: Mapping[float, VaeRun], run: VaeRun, vae: Vae | None) -> None:
    from pages.ui.vae import charts

    if vae:
        with st.expander("Copy the picture as Python", key="vae:script", on_change="rerun") as box:
            if box.open:
                st.markdown("This script decodes the point with numpy, and prints its picture:")
                z = POINT.current()
                script = fill("vae_decoder", beta=run.beta, z=(z.first, z.second))
                controls.python(script)

    def curve() -> vega.Spec:
        spec = charts.rate_distortion()
        return vega.board([[(frames.rate_distortion(runs, run.beta), spec)]])

    table = frames.figures(runs)
    files: list[tuple[str, Callable[[], str | bytes], str, str]] = [
        ("Figures as CSV", lambda: tables.to_csv(table), "vaes.csv", "text/csv"),
        *vega.files(curve, "vaes", "Chart"),
    ]
    if vae:
        picture = partial(_picture, vae, POINT.current())
        files.append(("Picture as PNG", picture, "decoded.png", "image/png"))
    controls.downloads(*files)


def _picture(vae: Vae, z: Point) -> bytes:
    return pixels.png(vae.decode(np.array([[z.first, z.second]]))[0], pixels.SAVED_AT)
