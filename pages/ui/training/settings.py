"""Widgets → a RunSpec: presets with their times, the settings one by one, the buttons that train.

A key without a colon is bound to the page's address; all others are private.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from models.runs.spec import DATASETS, LOSSES, PRECISIONS, RunSpec
from pages.ui import controls
from pages.ui import formatting as fmt
from pages.ui.editing import component
from pages.ui.training import prose, run_service, shown
from pages.ui.training.run_service import Queue

FIRST = RunSpec(next(iter(LOSSES)))  # the defaults
MOST_SMOOTHING, MOST_SEED, FEWEST_IMAGES = 0.9, 9999, 10
MORE = ("images", "smoothing", "precision")  # the keys that most visitors leave alone


@dataclass(frozen=True)
class Preset:
    """Settings with a name; loss and seed stay the visitor's."""

    title: str
    says: str
    changes: dict[str, Any] = field(default_factory=dict)


PRESETS = {
    "taste": Preset("A taste", "5,000 photos, 3 epochs", {"images": 5000, "epochs": 3}),
    "shapes": Preset("No download", "shapes, 10 epochs", {"data": "shapes", "epochs": 10}),
    "article": Preset("The article’s run", "all photos, 25 epochs"),
}


def presets(queue: Queue) -> None:
    """A button for each preset, with the time that it takes."""
    for column, (key, preset) in zip(st.columns(len(PRESETS)), PRESETS.items(), strict=True):
        seconds, _ = run_service.expected_seconds(replace(FIRST, **preset.changes), queue)
        column.button(
            f"**{preset.title}**  \n{preset.says}, about {fmt.duration(seconds)}",
            key=f"preset:{key}",
            width="stretch",
            on_click=_choose,
            args=(preset,),
        )


def _choose(preset: Preset) -> None:
    chosen = replace(FIRST, **preset.changes)
    st.session_state.update(
        data=chosen.data, smoothing=chosen.label_smoothing, precision=chosen.precision
    )
    controls.show(epochs=chosen.epochs, images=chosen.images)


def settings() -> RunSpec:
    """Every setting of a run as its widget, those that most leave alone below the others."""
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
        on_change=_mend_images,
        help=" ".join(f"{choice.short}: {choice.title}." for choice in DATASETS.values()),
    )
    seed = controls.linked("seed", FIRST.seed, 0, MOST_SEED)
    controls.count(
        "Seed",
        "seed",
        0,
        MOST_SEED,
        place=third,
        below=below,
        says="Decides everything that is drawn at random: the first weights, the order of the "
        "images, and which values dropout leaves out of a step.",
    )
    epochs = controls.linked("epochs", FIRST.epochs, 1, run_service.MOST_EPOCHS)
    controls.count(
        "Epochs",
        "epochs",
        1,
        run_service.MOST_EPOCHS,
        place=fourth,
        below=below,
        says="How often the net sees every training image.",
    )
    changed = any(name in st.query_params for name in MORE)
    with st.expander("How many images, smoothed labels, precision", expanded=changed):
        images, smoothing, precision = _more(data)
    numbers = {"seed": seed, "epochs": epochs, "images": images}
    component.put_in_address(
        "settings:address",
        {k: str(n) if n != getattr(FIRST, k) else "" for k, n in numbers.items()},
    )
    return RunSpec(
        loss,
        seed=seed or 0,
        epochs=epochs or 1,
        images=images,
        label_smoothing=smoothing,
        precision=precision,
        data=data,
    )


def _more(data: str) -> tuple[int | None, float, str]:
    first, second, third = st.columns(3)
    below = st.container()
    images = controls.linked("images", None, FEWEST_IMAGES, run_service.ALL[data])
    controls.count(
        "Training images",
        "images",
        FEWEST_IMAGES,
        run_service.ALL[data],
        place=first,
        below=below,
        empty=f"all {run_service.ALL[data]:,}",
        says="The first so many. A fifth of them is held out for validation.",
    )
    smoothing = second.slider(
        "Label smoothing",
        0.0,
        MOST_SMOOTHING,
        step=0.01,
        key="smoothing",
        bind=controls.between("smoothing", 0, MOST_SMOOTHING),
        help="The share of each label that is spread evenly over all ten classes. Then H(P) is "
        "above 0, and the two losses differ by it.",
    )
    precision = third.selectbox(
        "Precision",
        PRECISIONS,
        key="precision",
        bind=controls.one_of("precision", PRECISIONS),
        help="mixed_bfloat16 computes the layers with numbers of half the length: faster where the "
        "processor has instructions for it, and not the same figures.",
    )
    if precision != "float32" and run_service.lacks_bfloat16():
        st.caption("This machine’s processor has no bfloat16 instructions: float32 is faster here.")
    return images, round(float(smoothing), 6), precision


def _mend_images() -> None:
    """The shapes are fewer than the photographs."""
    images = st.session_state.get("images")
    if images is not None and images > run_service.ALL[st.session_state["data"]]:
        controls.show(images=None)


def train_or_load(spec: RunSpec, queue: Queue) -> None:
    """The two buttons of the training page, how long training would take, and its data."""
    recorded = run_service.recorded().get(spec.id)
    seconds, here = run_service.expected_seconds(spec, queue)
    download = run_service.needs_download(spec)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Load the recorded run",
            disabled=recorded is None,
            help=None if recorded else "No run with exactly these settings is recorded.",
            on_click=shown.show,
            args=(recorded.id if recorded else "",),
        )
        st.button("Train now", type="primary", on_click=shown.train, args=(spec,))
        # Beside the buttons: so the progress of what they start is seen without scrolling.
        st.markdown(prose.expected(seconds, here, download, len(queue.running + queue.waiting)))
    if download and not queue.running:  # else its download shows, and how far it is
        _missing_data()


def rules() -> None:
    """Who sees a run, and how long it stays."""
    st.caption(
        "Everybody sees every run; only this browser can cancel or delete yours. Beyond "
        f"{run_service.MOST_RUNS} runs that have ended, unfinished ones are deleted first, then "
        "the oldest of the visitor who has most."
    )


def _missing_data() -> None:
    archive, folder = run_service.place_for_data()
    st.info(
        "CIFAR-10 is not on this machine yet. “Train now” downloads it first (170 MB, with its "
        "progress shown here), or:",
        icon=":material/download:",
    )
    with st.container(horizontal=True):
        st.button(
            "Use the shapes instead", on_click=_choose, args=(PRESETS["shapes"],), key="data:shapes"
        )
        with st.popover("Place the files yourself"):
            st.markdown(
                f"Download `{archive}` where there is a network, and put its six `.bin` files into "
                f"{folder}. Then reload the page."
            )
