"""Widgets → a RunSpec: presets with their times, each setting, the buttons that train.

A key without a colon is bound to the page's address; all others are private.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from models.runs import environment
from models.runs.job import Queue
from models.runs.spec import DATASETS, LOSSES, PRECISIONS, TRAINING_IMAGES, RunSpec
from pages.ui import component, content, controls
from pages.ui import formatting as fmt
from pages.ui.training import prose, run_service, selection

FIRST = RunSpec(next(iter(LOSSES)))  # the defaults
MOST_SMOOTHING, MOST_SEED, FEWEST_IMAGES = 0.9, 9999, 10
SETTINGS = ("loss", "data", "seed", "epochs", "images", "smoothing", "precision")  # their keys


PRESETS = {  # a button's label, and what it sets: all but the loss and the seed
    "taste": ("**Short run**  \n5,000 photos, 3 epochs", replace(FIRST, images=5000, epochs=3)),
    "shapes": ("**No download**  \nshapes, 10 epochs", replace(FIRST, data="shapes", epochs=10)),
    "article": ("**The article’s run**  \nall photos, 25 epochs", FIRST),
}


def fold() -> ExpanderContainer:
    """What holds the settings: open where a link names one of them."""
    return controls.fold(content.heading("training/train"), "train", *SETTINGS)


def presets(queue: Queue) -> None:
    """A button for each preset, with the time that it takes."""
    for column, (key, (label, spec)) in zip(st.columns(len(PRESETS)), PRESETS.items(), strict=True):
        time = run_service.estimate(spec, queue)
        column.button(
            f"{label}, about {fmt.duration(time.seconds)}",
            key=f"preset:{key}",
            width="stretch",
            help=prose.expected(time, run_service.needs_download(spec), 0),
            on_click=_choose,
            args=(spec,),
        )


def _choose(spec: RunSpec) -> None:
    st.session_state.update(
        data=spec.data, smoothing=spec.label_smoothing, precision=spec.precision
    )
    controls.show(epochs=spec.epochs, images=spec.images)


def settings(queue: Queue) -> RunSpec:
    """A widget for each setting of a run, and below them the buttons that train."""
    first, second, third, fourth = st.columns([2, 2, 1, 1])
    below = st.container(gap=None)
    loss = first.selectbox(
        "Loss",
        list(LOSSES),
        format_func=lambda key: LOSSES[key].title,
        key="loss",
        bind=controls.one_of("loss", [choice.title for choice in LOSSES.values()]),
    )
    data = second.selectbox(
        "Images",
        list(DATASETS),
        format_func=lambda key: DATASETS[key].short,
        key="data",
        bind=controls.one_of("data", [choice.short for choice in DATASETS.values()]),
        on_change=_limit_images,
        help=" ".join(f"{choice.short}: {choice.title}." for choice in DATASETS.values()),
    )
    seed = _count(
        "Seed",
        "seed",
        0,
        MOST_SEED,
        place=third,
        below=below,
        says=content.text("training/seed"),
    )
    epochs = _count(
        "Epochs",
        "epochs",
        1,
        run_service.MOST_EPOCHS,
        place=fourth,
        below=below,
        says=content.text("training/epochs"),
    )
    with st.container(horizontal=True):
        buttons = st.container(horizontal=True, width="content")
        with st.popover(content.heading("training/more")):
            images, smoothing, precision = _more(data)
        with st.popover(content.heading("training/rules")):
            st.markdown(content.text("training/rules", most=str(run_service.MOST_RUNS)))
    numbers = {"seed": seed, "epochs": epochs, "images": images}
    with below:
        component.put_in_address(
            "settings:address",
            {k: str(n) if n != getattr(FIRST, k) else "" for k, n in numbers.items()},
        )
    spec = RunSpec(
        loss,
        seed=seed or 0,
        epochs=epochs or 1,
        images=images,
        label_smoothing=smoothing,
        precision=precision,
        data=data,
    )
    with buttons:
        _train_or_load(spec)
    _say_how_long(spec, queue)
    return spec


def _more(data: str) -> tuple[int | None, float, str]:
    """Three settings that few visitors change: images, label smoothing, precision."""
    images = _count(
        "Training images",
        "images",
        FEWEST_IMAGES,
        TRAINING_IMAGES[data],
        empty=f"all {TRAINING_IMAGES[data]:,}",
        says=content.text("training/images"),
    )
    smoothing = st.slider(
        "Label smoothing",
        0.0,
        MOST_SMOOTHING,
        step=0.01,
        key="smoothing",
        bind=controls.between("smoothing", 0, MOST_SMOOTHING),
        help=content.text("training/smoothing"),
    )
    precision = st.selectbox(
        "Precision",
        PRECISIONS,
        key="precision",
        bind=controls.one_of("precision", PRECISIONS),
        help=content.text("training/precision"),
    )
    if precision != "float32" and not environment.has_bfloat16():
        st.caption(content.text("training/slow-precision"))
    return images, round(float(smoothing), 6), precision


def _count(label: str, name: str, least: int, most: int, **how: Any) -> int | None:
    """A field for a whole number, by its name in the address; `how` as in controls.count."""
    number = controls.linked(name, getattr(FIRST, name), least, most)
    controls.count(label, name, least, most, **how)
    return number


def _limit_images() -> None:
    """Use all images if a data set has fewer than were asked for."""
    images = st.session_state.get("images")
    if images is not None and images > TRAINING_IMAGES[st.session_state["data"]]:
        controls.show(images=None)


def _train_or_load(spec: RunSpec) -> None:
    recorded = run_service.recorded().get(spec.id)
    st.button("Train now", type="primary", on_click=selection.train, args=(spec,))
    st.button(
        "Load the recorded run",
        disabled=recorded is None,
        help=None if recorded else "No run with exactly these settings is recorded.",
        on_click=selection.show,
        args=(recorded.id if recorded else "",),
    )


def _say_how_long(spec: RunSpec, queue: Queue) -> None:
    """The estimated time, and how to get the data if they are missing."""
    download = run_service.needs_download(spec)
    time = run_service.estimate(spec, queue)
    st.markdown(prose.expected(time, download, len(queue.running + queue.waiting)))
    if download and not queue.running:  # else the progress of its download is shown
        _missing_data()


def _missing_data() -> None:
    archive, folder = run_service.place_for_data()
    st.info(content.text("training/missing-data"), icon=":material/download:")
    with st.container(horizontal=True):
        st.button(
            "Use the shapes instead",
            on_click=_choose,
            args=(PRESETS["shapes"][1],),
            key="data:shapes",
        )
        with st.popover(content.heading("training/place-files")):
            st.markdown(content.text("training/place-files", archive=archive, folder=folder))
