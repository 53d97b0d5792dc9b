"""Trained VAEs: the plane of codes and the picture that moves with the hand."""

from __future__ import annotations

import numpy as np
import streamlit as st

from pages.ui import controls, layout
from pages.ui.editing import component
from pages.ui.vae import choosing, latent_plane, pixels, point, reports, repository, sections
from pages.ui.vae.decoded import decoded, send_decoder
from pages.ui.vae.editor import PLANE, POINT, other_ways
from pages.ui.vae.plane import plane, send
from pages.ui.vae.repository import CLASSES, Vae


@st.fragment  # so that another β draws nothing else anew
def explore() -> None:
    """All that β and the point decide."""
    runs, reasons = repository.recorded()
    if reasons:
        st.error(reports.damaged(reasons), icon=layout.WARNING)
    if not runs:
        st.info(reports.NO_RUNS)
        return
    controls.refusal(POINT.history.refusal(linked=True))
    with st.container(horizontal=True, gap="large"):
        run = choosing.beta(runs)
        pictures = choosing.pictures()
    vae = choosing.opened(run, runs)
    if vae is not None:
        left, right = st.columns([3, 2], gap="large")
        with left:
            _plane(vae, pictures)
        with right:
            _picture(vae)
        st.markdown(reports.cloud(vae))
        with layout.controls("z"):
            _other_ways()
    layout.keep()
    sections.show(runs, vae)


def _plane(vae: Vae, pictures: bool) -> None:
    reach = latent_plane.reach(vae.codes)
    version = f"{vae.run.weights} {vae.run.codes} {pictures}"
    plane(
        POINT.current(),
        version=version,
        reach=reach,
        finding=reports.finding(vae, reach, pictures),
        alone=choosing.alone(),
        address=POINT.address(),
        key=PLANE,
        on_edit=POINT.receive,
    )
    sheet = _sheet(vae, reach) if pictures else None
    send(vae.codes, latent_plane.heads(vae.codes, len(CLASSES)), sheet, version)


# Drawn once: 225 pictures take longer than all the rest.
@st.cache_data(max_entries=10, hash_funcs={Vae: lambda vae: vae.run.weights}, show_spinner=False)
def _sheet(vae: Vae, reach: float) -> pixels.Pixels:
    return pixels.sheet(vae.decode(latent_plane.tiles(reach)), latent_plane.TILES)


def _picture(vae: Vae) -> None:
    z = POINT.current()
    near = latent_plane.nearest(vae.codes, z)
    picture = vae.decode(np.array([[z.first, z.second]]))[0]
    says, name = reports.near(z, near), reports.picture_name(z, near)
    edits = component.heard(PLANE)
    decoded(picture, z, edits=edits, says=says, name=name, key="vae:picture")
    send_decoder(vae.weights, vae.run.weights)


def _other_ways() -> None:
    """What goes with the plane: buttons, numbers if wanted, and the share text."""
    fields = {"first": "First dimension z₁", "second": "Second dimension z₂"}
    other_ways(POINT, "Type the point", fields, point.checked)
    POINT.share_text(
        "Code of the point",
        "The point as text, first:second. It is part of the page’s address too: copy either to "
        "share this picture, paste one here to open it.",
    )
