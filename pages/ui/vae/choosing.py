"""Which of the recorded VAEs is on show, and how its plane is shown."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.ui import controls, layout
from pages.ui import formatting as fmt
from pages.ui.vae import reports, repository
from pages.ui.vae.repository import CLASSES, Vae, VaeRun

USUAL = 1.0
VIEWS = ("clouds", "pictures")
LAST = "vae:last"  # the β that was last on show


def beta(runs: Mapping[float, VaeRun]) -> VaeRun:
    """The net by its β, the one with β = 1 at first."""
    names = {f"{beta:g}": run for beta, run in runs.items()}
    usual = f"{USUAL if USUAL in runs else next(iter(runs)):g}"
    asked = st.query_params.get("beta") or usual
    chosen = st.segmented_control(
        "β, the price of a nat of code",
        list(names),
        default=usual,
        required=True,
        key="beta",
        bind="query-params",
        help="Each β is a net of its own, trained on distortion + β · rate. β = 0 makes a plain "
        "autoencoder, β = 1 the VAE of its inventors.",
    )
    run = names[chosen or usual]  # none is chosen where the address says “beta=”
    if asked not in names:
        st.warning(reports.unknown(asked, run.beta), icon=layout.WARNING)
    return run


def opened(run: VaeRun, runs: Mapping[float, VaeRun]) -> Vae | None:
    """The chosen net; where its files are damaged the last one that was whole, and a sentence."""
    last = runs.get(st.session_state.get(LAST, USUAL), run)
    for each in dict.fromkeys([run.beta, last.beta, *runs]):
        try:
            vae = repository.opened(runs[each])
        except ValueError as error:
            if each == run.beta:
                st.error(reports.damaged({"": str(error)}), icon=layout.WARNING)
            continue
        st.session_state[LAST] = each
        if each != run.beta:
            st.markdown(f"The page shows **{fmt.plain(f'β = {each:g}')}** instead.")
        return vae
    return None


def alone() -> int | None:
    """The number of the class that the address names, where the plane puts it: shown alone."""
    controls.one_of("class", CLASSES)
    told = st.query_params.get("class")
    return CLASSES.index(told) if told in CLASSES else None


def pictures() -> bool:
    """Whether the plane shows decoded pictures in place of the codes."""
    chosen = st.segmented_control(
        "The plane shows",
        VIEWS,
        default=VIEWS[0],
        required=True,
        key="view",
        bind=controls.one_of("view", VIEWS),
        help="The codes of 2,000 test pictures as dots, or what the decoder makes of an even grid "
        "over the plane.",
    )
    return chosen == VIEWS[1]
