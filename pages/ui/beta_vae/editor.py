"""What a visitor sets: the latent z, and the network by its β."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from models.data.fashion_mnist import CLASSES
from models.vae.record import VaeRun
from pages.ui import content, controls, layout
from pages.ui import formatting as fmt
from pages.ui.beta_vae import prose, repository
from pages.ui.beta_vae.repository import Vae
from pages.ui.beta_vae.state import Point
from pages.ui.editing import fields
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import History

PLANE = "vae:plane"
POINT: Editor[Point] = Editor(
    History("vae:z", "point", Point(0.0, 0.0), Point.decode),
    {PLANE: lambda edit, now: Point.sent(edit.get("z"))},
)
USUAL = 1.0  # β
VIEWS = ("latents", "pictures")
LAST = "vae:last"  # the β that was last on show


def below_plane() -> None:
    """Buttons, fields for the two numbers, and the share text of z."""
    fields.numbers(
        POINT, "Edit z as numbers", {"first": "First dimension z₁", "second": "Second dimension z₂"}
    )
    POINT.share_text("Share text of z", content.text("beta_vae/share-point"))


def beta(runs: Mapping[float, VaeRun]) -> VaeRun:
    """Choose the network by its β, the one with β = 1 at first."""
    names = {f"{beta:g}": run for beta, run in runs.items()}
    usual = f"{USUAL if USUAL in runs else next(iter(runs)):g}"
    asked = st.query_params.get("beta") or usual
    chosen = st.segmented_control(
        "β, the weight of the KL term",
        list(names),
        default=usual,
        required=True,
        key="beta",
        bind="query-params",
        help=content.text("beta_vae/beta"),
    )
    run = names[chosen or usual]  # none is chosen where the address says “beta=”
    if asked not in names:
        st.warning(prose.unknown(asked, run.beta), icon=layout.WARNING)
    return run


def pictures() -> bool:
    """Choose whether the plane shows decoded images in place of the test images' means."""
    chosen = st.segmented_control(
        "The plane shows",
        VIEWS,
        default=VIEWS[0],
        required=True,
        key="view",
        # Older links call the first one “clouds”.
        bind=controls.one_of("view", (*VIEWS, "clouds")),
        help=content.text("beta_vae/view"),
    )
    return chosen == VIEWS[1]


def class_alone() -> int | None:
    """The number of the class that the address names, where the plane puts it: shown alone."""
    controls.one_of("class", CLASSES)
    name = st.query_params.get("class")
    return CLASSES.index(name) if name in CLASSES else None


def opened(run: VaeRun, runs: Mapping[float, VaeRun]) -> Vae | None:
    """The chosen network; where its files are damaged the last whole one, and a sentence."""
    last = runs.get(st.session_state.get(LAST, USUAL), run)
    for each in dict.fromkeys([run.beta, last.beta, *runs]):
        try:
            vae = repository.opened(runs[each])
        except ValueError as error:
            if each == run.beta:
                st.error(prose.damaged({"": str(error)}), icon=layout.WARNING)
            continue
        st.session_state[LAST] = each
        if each != run.beta:
            st.markdown(f"The page shows **{fmt.plain(f'β = {each:g}')}** instead.")
        return vae
    return None
