"""What a visitor sets: the Gaussian by hand, the point in the plane, and the network on show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

import streamlit as st

from models.data.fashion_mnist import CLASSES
from models.vae.record import VaeRun
from pages.ui import content, controls, layout
from pages.ui import formatting as fmt
from pages.ui.editing.editor import Editor
from pages.ui.editing.history import History
from pages.ui.vae import prose, repository
from pages.ui.vae.presets import HOME
from pages.ui.vae.repository import Vae
from pages.ui.vae.state import Encoded, Point

CURVES, PLANE = "vae:curves", "vae:plane"
GAUSSIAN: Editor[Encoded] = Editor(
    History("vae:q", "cloud", HOME, Encoded.decode),
    {CURVES: lambda edit, now: Encoded.sent(edit.get("q"))},
)
POINT: Editor[Point] = Editor(
    History("vae:z", "point", Point(0.0, 0.0), Point.decode),
    {PLANE: lambda edit, now: Point.sent(edit.get("z"))},
)
USUAL = 1.0  # β
VIEWS = ("clouds", "pictures")
LAST = "vae:last"  # the β that was last on show


def below_curves() -> None:
    """Buttons, numbers if wanted, and the share text of the Gaussian."""
    fields = {"mean": "Mean μ", "std": "Standard deviation σ"}
    _numbers(GAUSSIAN, "Edit as numbers", fields)
    GAUSSIAN.share_text("Code of q", content.text("vae/share-q"))


def below_plane() -> None:
    """The same of the point."""
    fields = {"first": "First dimension z₁", "second": "Second dimension z₂"}
    _numbers(POINT, "Type the point", fields)
    POINT.share_text("Code of the point", content.text("vae/share-point"))


def _numbers(editor: Editor[Any], toggle: str, fields: Mapping[str, str]) -> None:
    """Undo, redo and reset, and fields to type what a hand can do; `fields`: attribute → label."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        editor.steps()
        wanted = st.toggle(toggle, key=f"{editor.name}:numbers")
    if not wanted:
        return

    def put(field: str, value: float) -> None:
        editor.put(lambda now: now.with_number(field, value))

    numbers = asdict(editor.current())
    with st.container(border=True):
        for column, (field, label) in zip(st.columns(len(fields)), fields.items(), strict=True):
            key = f"{editor.name}:{field}"
            controls.number(label, key, numbers[field], partial(put, field), place=column)


def beta(runs: Mapping[float, VaeRun]) -> VaeRun:
    """The network by its β, the one with β = 1 at first."""
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
        help=content.text("vae/beta"),
    )
    run = names[chosen or usual]  # none is chosen where the address says “beta=”
    if asked not in names:
        st.warning(prose.unknown(asked, run.beta), icon=layout.WARNING)
    return run


def pictures() -> bool:
    """Whether the plane shows decoded pictures in place of the codes."""
    chosen = st.segmented_control(
        "The plane shows",
        VIEWS,
        default=VIEWS[0],
        required=True,
        key="view",
        bind=controls.one_of("view", VIEWS),
        help=content.text("vae/view"),
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
