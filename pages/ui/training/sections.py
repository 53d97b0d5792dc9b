"""What the page shows of the runs: how they stand, drawn anew as time goes on, and their files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import streamlit as st

from models.runs.job import Job, Queue
from models.runs.record import Run
from models.runs.spec import LOSSES, RunSpec
from pages.ui import content, controls, layout, tables
from pages.ui import formatting as fmt
from pages.ui.scripts.fill import fill
from pages.ui.training import charts, prose, run_service, selection

# Seconds between two looks at the queue: where a run on show trains or waits, where another does,
# and where none does.
FOLLOWED, BUSY, IDLE = 1, 15, 60
# How it is said that a run has ended; an error where nothing stands here.
ENDED = {"cancelled": (st.info, ":material/cancel:"), "lost": (st.warning, layout.WARNING)}
_pulse = st.components.v2.component("pulse", js=(Path(__file__).parent / "pulse.js").read_text())


def follow(queue: Queue, names: list[str]) -> None:
    """The queue and the runs on show, drawn anew while time goes on."""
    then = _standing(queue)
    live = {job.id for job in queue.running + queue.waiting}
    followed = not live.isdisjoint(names)

    @st.fragment
    def now() -> None:
        queue = run_service.current_queue()
        if followed:
            _ask_again(FOLLOWED)
        else:
            st.empty()
        if _standing(queue) != then:
            st.rerun()  # a run has come, begun, ended or gone: the whole page may say so
        layout.keep()
        _others(queue, names)
        runs = _runs(names)
        if len(runs) < len(names):
            st.warning(content.text("training/unreadable"), icon=layout.WARNING)
        for run in runs:
            _stand(run, queue, with_title=len(runs) > 1)
        if runs:
            _train_the_other(runs[0], queue, names)
        _explain_smoothing(runs)
        _curves(runs)

    @st.fragment
    def ask() -> None:
        _ask_again(BUSY if live else IDLE)
        if _standing(run_service.current_queue()) != then:
            st.rerun()

    now()
    if not followed:
        ask()  # what is on show stays as it is, and is not drawn anew


def _ask_again(seconds: float) -> None:
    _pulse(key="run:pulse", data={"every": seconds}, on_due_change=lambda: None)


def _standing(queue: Queue) -> dict[str, str]:
    return {job.id: job.state for job in queue.jobs} | queue.damaged


def _runs(names: list[str]) -> list[Run | Job]:
    return [run for name in names if (run := run_service.find(name))]


def _others(queue: Queue, names: list[str]) -> None:
    """What else trains and waits, and what cannot be read."""
    others = [job for job in queue.running + queue.waiting if job.id not in names]
    for job in others:
        with st.container(horizontal=True, vertical_alignment="center"):
            is_mine = run_service.is_mine(job.id)
            st.markdown(prose.another(job, _place(job, queue), is_mine))
            _button("Show it", f"run:show:{job.id}", selection.show, job.id)
            if is_mine:
                _cancel_button(job)
    if queue.damaged:
        with st.expander(prose.damaged(len(queue.damaged))):
            for name, reason in queue.damaged.items():
                st.markdown(f"- **{fmt.plain(name)}**: {fmt.plain(reason)}")
                if run_service.is_mine(name):
                    key = f"run:delete:{name}"
                    _button("Delete this damaged run", key, run_service.delete, name)


def _place(job: Job, queue: Queue) -> int:
    return 1 + sum(other.place < job.place for other in queue.waiting)


def _stand(run: Run | Job, queue: Queue, with_title: bool) -> None:
    """How a run stands, and what its owner may do."""
    if with_title:
        st.markdown(f"**{fmt.plain(run.spec.title)}**")
    live = isinstance(run, Job) and run.live
    # Each keeps its place when the run ends: only so is that read out.
    if isinstance(run, Job) and live:
        _stand_live(run, queue)
    else:
        st.empty()
    with layout.heard(f"end:{run.id}"):
        if live:
            st.empty()
        elif isinstance(run, Run):
            st.markdown(prose.result(run))
            st.caption(prose.dead_zone(run))
        else:
            _say_why_it_ended(run)
    if not live and run_service.is_mine(run.id):
        _after_the_end(run)


def _stand_live(job: Job, queue: Queue) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if job.state == "queued":
            seconds = run_service.seconds_until(job, queue)
            st.markdown(prose.place_in_queue(_place(job, queue), seconds))
        else:
            started = job.seconds_left is not None
            st.progress(
                job.share_done if started or job.stage_share is None else job.stage_share,
                prose.progress(len(job.history), job.spec.epochs, job.stage, job.seconds_left),
            )
        if run_service.is_mine(job.id):
            _cancel_button(job)
        else:
            st.caption("Somebody else’s run")


def _cancel_button(job: Job) -> None:
    label = "Cancelling …" if job.cancelling else "Cancel"
    _button(label, f"run:cancel:{job.id}", run_service.cancel, job.id, disabled=job.cancelling)


def _say_why_it_ended(job: Job) -> None:
    box, icon = ENDED.get(job.state, (st.error, layout.WARNING))
    damage = run_service.why_unreadable(job.id) if job.state == "done" else ""
    box(prose.ended(job, damage), icon=icon)


def _after_the_end(run: Run | Job) -> None:
    with st.container(horizontal=True):
        if isinstance(run, Job) and run.state != "done":
            label = f"Go on after epoch {len(run.history)}" if run.resumable else "Start it again"
            _button(label, f"run:resume:{run.id}", run_service.resume, run.id)
        with st.popover(content.heading("training/delete")):
            st.markdown(content.text("training/delete"))
            _button("Delete it for good", f"run:delete:{run.id}", selection.delete, run.id)


def _train_the_other(run: Run | Job, queue: Queue, names: list[str]) -> None:
    """One click to the same run with the other loss, beside this one."""
    other = _with_the_other_loss(run.spec)
    there = run_service.like(other, queue)
    if there is None:
        label = "Train the other loss with the same seed"
        _button(label, "run:other", selection.train_beside, other)
    elif there not in names:
        label = "Show the other loss beside it"
        _button(label, "run:beside", selection.show, there, selection.BESIDE)


def _button(
    label: str, key: str, do: Callable[..., None], *args: object, disabled: bool = False
) -> None:
    """A button in the fragment whose effect the whole page has to show."""
    if st.button(label, key=key, on_click=selection.attempt, args=(do, *args), disabled=disabled):
        st.rerun()


def _with_the_other_loss(spec: RunSpec) -> RunSpec:
    return replace(spec, loss=next(loss for loss in LOSSES if loss != spec.loss))


def _explain_smoothing(runs: list[Run | Job]) -> None:
    """Where both losses stand side by side on smoothed labels: what parts their curves."""
    specs = [run.spec for run in runs]
    if len(specs) == 2 and specs[0].label_smoothing and specs[1] == _with_the_other_loss(specs[0]):
        st.markdown(prose.smoothing_gap(specs[0].label_smoothing))


def _curves(runs: list[Run | Job]) -> None:
    """One run: training beside validation in a chart. Two: a chart for each kind of images."""
    begun = [run for run in runs if run.history]
    if not begun:
        return
    history, epochs = charts.histories(begun), max(run.spec.epochs for run in runs)
    if len(runs) == 1:
        for column, measure in zip(st.columns(2, gap="large"), charts.TITLES, strict=True):
            rows, spec = charts.curves(history, measure), charts.one_run(measure, epochs)
            says = prose.curves(measure, begun[0].history)
            column.vega_lite_chart(rows, spec, key=f"chart:{measure}", alt=says)
        return
    for measure in charts.TITLES:
        rows = charts.curves(history, measure, panel="images")
        for column, images in zip(st.columns(2, gap="large"), charts.KINDS, strict=True):
            spec = charts.overlay(measure, images, epochs)
            says = prose.overlay(measure, images, charts.ends(rows, images))
            column.vega_lite_chart(rows, spec, key=f"chart:{measure} {images}", alt=says)


def downloads(names: list[str]) -> None:
    """The curves of the runs on show, as they are when the button is pressed; who sees a run."""
    if names:
        curves = partial(_table, names)
        controls.downloads(("Curves as CSV", curves, "curves.csv", "text/csv"))
    st.caption(content.text("training/rules", most=str(run_service.MOST_RUNS)))


def _table(names: list[str]) -> str:
    runs = _runs(names)
    return tables.to_csv(charts.histories(runs)) if runs else ""


def script(spec: RunSpec) -> None:
    """The settings as Python, to copy and as a file."""
    st.markdown(content.text("training/code"))
    text = fill("training", **asdict(spec))
    st.download_button(
        "Download the script", text, f"{spec.id}.py", "text/x-python", on_click="ignore"
    )
    with st.container(height=420, border=False):  # unlike st.code's own, the keyboard scrolls it
        controls.python(text)
