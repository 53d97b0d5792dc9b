"""Widgets → plain values. What a visitor can get wrong is prevented or answered here.

A key without a colon is bound to the page's address; all others are private.
"""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from models.spec import DATASETS, LOSSES, Run, RunSpec
from pages.ui import lab, pair, words
from pages.ui.lab import Job
from pages.ui.pair import PRESETS, Pair

UNITS = {"bits": 2.0, "nats": None}
CODE = "pq"  # the key of the visible code, and its name in the URL
TRAIL = "pair:trail"  # the pairs so far, the last one on show
WEIGHT_WIDTH, BUTTON_WIDTH = 88, 42  # pixels: a row fits a phone
RUN = "run"  # the key of the run on show, and its name in the URL
REFUSED = "run:refused"


def unit() -> tuple[str, float | None]:
    """The unit and its logarithm's base."""
    name = st.radio("Unit", list(UNITS), horizontal=True, key="unit", bind="query-params")
    return name, UNITS[name]


def presets() -> None:
    """One button for each pair worth looking at."""
    st.markdown("**Start from**")
    with st.container(horizontal=True, gap="small"):
        for number, preset in enumerate(PRESETS):
            st.button(preset.title, key=f"preset:{number}", on_click=_set, args=(preset.pair,))


def two_distributions() -> Pair:
    """The editor of P and Q. The visible code, which is also in the URL, is its memory."""
    editor = st.container()
    code = st.text_input(
        "Distribution code",
        PRESETS[0].pair.encode(),
        max_chars=pair.MAX_CODE,
        key=CODE,
        bind="query-params",
        help="All that you see, as text: name:P:Q, one outcome after the other. It is part of "
        "the page's address too: copy either to share this pair, paste one here to open it.",
    )
    trail = st.session_state.setdefault(TRAIL, [])
    try:
        current = pair.decode(code or "")
    except ValueError as error:
        current = trail[-1] if trail else PRESETS[0].pair
        what = words.plain(str(error))
        st.error(f"{what} Shown is still the last pair that could be read.", icon="⚠️")
    if trail[-1:] != [current]:
        trail.append(current)
        del trail[:-50]
    with editor:
        _rows(current)
        _buttons(current)
    return current


def run_spec() -> RunSpec:
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
        bind="query-params",
        help="Decides the first weights, the order of the images and what dropout leaves out.",
    )
    epochs = fourth.number_input(
        "Epochs",
        1,
        100,
        25,
        key="epochs",
        bind="query-params",
        help="How often the net sees every training image.",
    )
    return RunSpec(loss, seed=int(seed), epochs=int(epochs), data=data)


def _rows(current: Pair) -> None:
    with _row():
        st.markdown("Outcome", width="stretch")
        st.markdown("weight in :blue[**P**]", width=WEIGHT_WIDTH)
        st.markdown("weight in :orange[**Q**]", width=WEIGHT_WIDTH)
        st.markdown("", width=BUTTON_WIDTH)
    for index, name in enumerate(current.names):
        # The code decides; the widgets only show it.
        for part, value in (("name", name), ("p", current.p[index]), ("q", current.q[index])):
            st.session_state[f"pair:{part}{index}"] = value
        with _row():
            st.text_input(
                f"Name of outcome {index + 1}",
                key=f"pair:name{index}",
                max_chars=pair.MAX_NAME,
                label_visibility="collapsed",
                on_change=_edit,
                args=(current,),
            )
            for part in "pq":
                st.number_input(
                    f"{part.upper()}, {name}",
                    0.0,
                    pair.MAX_WEIGHT,
                    step=0.1,
                    format="%g",
                    key=f"pair:{part}{index}",
                    label_visibility="collapsed",
                    width=WEIGHT_WIDTH,
                    on_change=_edit,
                    args=(current,),
                )
            st.button(
                "✕",
                key=f"pair:drop{index}",
                width=BUTTON_WIDTH,
                help=f"Remove {words.plain(name)}",
                disabled=len(current.names) == pair.MIN_OUTCOMES,
                on_click=_set,
                args=(current.without(index),),
            )


def _row() -> DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall")


def _buttons(current: Pair) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Add an outcome",
            key="pair:add",
            disabled=len(current.names) == pair.MAX_OUTCOMES,
            on_click=_set,
            args=(current.longer(),),
        )
        st.button("Swap P and Q", key="pair:swap", on_click=_set, args=(current.swapped(),))
        nothing = len(st.session_state[TRAIL]) < 2
        st.button("Undo", key="pair:back", disabled=nothing, on_click=_undo)


def _edit(before: Pair) -> None:
    """What the widgets show, back into the code. A name that is empty or taken is refused."""
    count = len(before.names)
    state = st.session_state
    names = [pair.tidy_name(state[f"pair:name{i}"] or "") for i in range(count)]
    if "" in names or len(set(names)) < count:
        st.toast("Each outcome needs a name of its own: the old name stays.", icon="⚠️")
        names = list(before.names)
    # An emptied number field is None: the old weight stays.
    p, q = (
        tuple(
            old if (new := state[f"pair:{part}{i}"]) is None else new
            for i, old in enumerate(getattr(before, part))
        )
        for part in "pq"
    )
    _set(Pair(tuple(names), p, q))


def _set(new: Pair) -> None:
    st.session_state[CODE] = new.encode()


def _undo() -> None:
    trail = st.session_state[TRAIL]
    trail.pop()
    _set(trail[-1])


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


def run_on_show() -> str | None:
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
        st.info(f"Cancelled after {epochs}; their curves are kept.", icon="✋")
    elif job.state == "failed":
        st.error(f"Training failed after {epochs}. {words.plain(job.error)}", icon="⚠️")
    else:
        st.warning(
            f"The training process ended after {epochs} without saying why; the machine may have "
            "run out of memory or been restarted. Press “Train now” to start over.",
            icon="⚠️",
        )


def runs_to_compare() -> list[Run]:
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
        st.session_state[REFUSED] = f"The run could not be started: {error.strerror}."
