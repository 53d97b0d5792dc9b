"""Widgets for runs: their settings, which to show, how one stands.

A key without a colon is bound to the page's address; all others are private.
"""

from __future__ import annotations

from typing import Literal

import streamlit as st

from models.spec import DATASETS, LOSSES, Run, RunSpec
from pages.ui import lab, words
from pages.ui.lab import Job

RUN = "run"  # the key of the run on show, and its name in the URL
REFUSED = "run:refused"


def settings() -> RunSpec:
    """Loss, data, seed and epochs of a run."""
    first, second, third, fourth = st.columns([2, 2, 1, 1])
    loss = first.selectbox(
        "Loss",
        list(LOSSES),
        format_func=lambda key: LOSSES[key].title,
        key="loss",
        bind="query-params",
    )
    data = second.selectbox(
        "Images",
        list(DATASETS),
        format_func=lambda key: DATASETS[key].short,
        key="data",
        bind="query-params",
        help=" ".join(f"{choice.short}: {choice.title}." for choice in DATASETS.values()),
    )
    seed = third.number_input(
        "Seed",
        0,
        9999,
        1,
        key="seed",
        bind=_bind_number("seed"),
        help="Decides everything that is drawn at random: the first weights, the order of the "
        "images, and which values dropout leaves out of a step.",
    )
    epochs = fourth.number_input(
        "Epochs",
        1,
        100,
        25,
        key="epochs",
        bind=_bind_number("epochs"),
        help="How often the net sees every training image.",
    )
    return RunSpec(loss, seed=int(seed), epochs=int(epochs), data=data)


def _bind_number(name: str) -> Literal["query-params"] | None:
    """Binds a whole number to the address, unless a link holds something else there.

    Streamlit's whole-number field raises at ?seed=inf.
    """
    return "query-params" if st.query_params.get(name, "1").isdigit() else None


def train_or_load(spec: RunSpec) -> None:
    """The two buttons of the training page, and how long training would take."""
    recorded = lab.recorded_like(spec)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Load the recorded run",
            disabled=recorded is None,
            help=None if recorded else "No run with exactly these settings is recorded.",
            on_click=_show,
            args=(recorded.id if recorded else "",),
        )
        st.button("Train now", type="primary", on_click=_train, args=(spec,))
        st.markdown(f"Training takes about {words.duration(lab.expected_seconds(spec))}.")
    if refused := st.session_state.pop(REFUSED, ""):
        st.warning(refused, icon="⏳")
    if lab.needs_download(spec):
        st.info(
            "CIFAR-10 is not on this machine yet: training downloads it first (170 MB). With no "
            "network, choose the built-in shapes.",
            icon="📦",
        )


def on_show() -> str | None:
    """The id of the run that the visitor wants to see; None where there is none yet."""
    choices = lab.choices()
    if st.session_state.get(RUN, "") not in choices:
        st.session_state.pop(RUN, None)
    if not choices:
        st.info("No runs yet. Ten epochs on the shapes take about half a minute.", icon="🌱")
        return None
    return st.selectbox(
        "Run on show",
        list(choices),
        format_func=lambda name: choices[name],
        key=RUN,
        bind="query-params",
    )


def follow(job: Job) -> None:
    """How a run stands that is not finished; while it trains, a way to stop it."""
    epochs = f"{len(job.history)} of {job.spec.epochs} epochs"
    kept = " Its curves are kept." if job.history else ""
    if job.state == "running":
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(
                job.share_done,
                words.progress(len(job.history), job.spec.epochs, job.stage, job.seconds_left),
            )
            st.button(
                "Cancelling …" if job.cancelling else "Cancel",
                key="run:cancel",
                disabled=job.cancelling,
                on_click=lab.cancel,
                args=(job.id,),
            )
    elif job.state == "cancelled":
        st.info(f"Cancelled after {epochs}.{kept}", icon="✋")
    elif job.state == "failed":
        st.error(f"Training failed after {epochs}. {words.plain(job.error)}", icon="⚠️")
    elif job.state == "done":
        st.error("This run has ended, but its run.json cannot be read.", icon="⚠️")
    else:
        st.warning(
            f"The training process ended after {epochs} without saying why; the machine may have "
            f"run out of memory or been restarted.{kept} Press “Train now” to start over.",
            icon="⚠️",
        )


def to_compare() -> list[Run]:
    """The finished runs that the visitor wants to lay over each other."""
    finished = lab.finished()
    titles = lab.choices()
    if "runs" in st.session_state:  # one of them may be gone since
        st.session_state["runs"] = [n for n in st.session_state["runs"] if n in finished]
    chosen = st.multiselect(
        "Runs",
        list(finished),
        list(lab.recorded())[:2],
        format_func=lambda name: titles.get(name, name),
        max_selections=8,
        key="runs",
        bind="query-params",
    )
    return [finished[name] for name in chosen]


def _show(name: str) -> None:
    st.session_state[RUN] = name


def _train(spec: RunSpec) -> None:
    try:
        _show(lab.start(spec))
    except lab.BusyError as error:
        st.session_state[REFUSED] = f"{error} Wait until it ends, or cancel it."
        if (live := lab.live()) is not None:
            _show(live.id)
    except OSError as error:
        st.session_state[REFUSED] = f"The run could not be started: {error.strerror or error}."
