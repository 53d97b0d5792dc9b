"""The state of the runs, redrawn while they train, their learning curves, and their files."""

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

# Seconds between two reads of the queue: if a run that is shown trains or waits, if another does,
# and if none does.
FOLLOWED, BUSY, IDLE = 1, 15, 60
# The kind of message after the end of a run; an error for states that are not named here.
ENDED = {"cancelled": (st.info, ":material/cancel:"), "lost": (st.warning, layout.WARNING)}
_pulse = st.components.v2.component("pulse", js=(Path(__file__).parent / "pulse.js").read_text())


def follow(queue: Queue, names: list[str]) -> None:
    """The runs that are shown and the queue, redrawn while they train."""
    then = _states(queue)
    live = {job.id for job in queue.running + queue.waiting}
    followed = not live.isdisjoint(names)

    @st.fragment
    def now() -> None:
        queue = run_service.current_queue()
        if followed:
            _ask_again(FOLLOWED)
        else:
            st.empty()
        if _states(queue) != then:
            st.rerun()  # a run was added, started, ended or deleted: the whole page may change
        layout.keep()
        runs = _runs(names)
        if len(runs) < len(names):
            st.warning(content.text("training/unreadable"), icon=layout.WARNING)
        for run in runs:
            _progress(run, queue, with_title=len(runs) > 1)
        _curves(runs)
        for run in runs:
            _end(run, with_title=len(runs) > 1)
        _explain_smoothing(runs)
        if runs:
            _compare_losses(runs[0], queue, names)
        _queue(queue, names)

    @st.fragment
    def ask() -> None:
        _ask_again(BUSY if live else IDLE)
        if _states(run_service.current_queue()) != then:
            st.rerun()

    now()
    if not followed:
        ask()  # the runs that are shown have ended: their curves are not redrawn


def _ask_again(seconds: float) -> None:
    _pulse(key="run:pulse", data={"every": seconds}, on_due_change=lambda: None)


def _states(queue: Queue) -> dict[str, str]:
    return {job.id: job.state for job in queue.jobs} | queue.damaged


def _runs(names: list[str]) -> list[Run | Job]:
    return [run for name in names if (run := run_service.find(name))]


def _queue(queue: Queue, names: list[str]) -> None:
    """The other runs that train or wait, and the folders that cannot be read, both folded."""
    running, waiting = (
        [job for job in jobs if job.id not in names] for jobs in (queue.running, queue.waiting)
    )
    mine = {job.id for job in running + waiting if run_service.is_mine(job.id)}
    if running or waiting:
        title = prose.queue(len(running), len(waiting), len(mine))
        with st.expander(title, key="run:queue", icon=":material/hourglass_empty:"):
            for job in running + waiting:
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.markdown(prose.another(job, _place(job, queue), job.id in mine))
                    _button("Show this run", f"run:show:{job.id}", selection.show, job.id)
                    if job.id in mine:
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


def _progress(run: Run | Job, queue: Queue, with_title: bool) -> None:
    """The progress of a run that trains or waits; it keeps its place when the run ends."""
    if isinstance(run, Job) and run.live:
        with st.container():
            if with_title:
                st.markdown(f"**{fmt.plain(run.spec.title)}**")
            _live_status(run, queue)
    else:
        st.empty()


def _end(run: Run | Job, with_title: bool) -> None:
    """The result of a run, and the actions of its owner."""
    live = isinstance(run, Job) and run.live
    # It keeps its place when the run ends: else screen readers would not announce it.
    with layout.heard(f"end:{run.id}"):
        if live:
            st.empty()
        elif isinstance(run, Run):
            title = f"{fmt.plain(run.spec.title)}. " if with_title else ""
            st.markdown(title + prose.result(run))
            st.caption(prose.dead_zone(run))
        else:
            _reason_of_end(run)
    if not live and run_service.is_mine(run.id):
        _after_the_end(run)


def _live_status(job: Job, queue: Queue) -> None:
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
            st.caption("Another visitor’s run")


def _cancel_button(job: Job) -> None:
    label = "Cancelling …" if job.cancelling else "Cancel"
    _button(label, f"run:cancel:{job.id}", run_service.cancel, job.id, disabled=job.cancelling)


def _reason_of_end(job: Job) -> None:
    box, icon = ENDED.get(job.state, (st.error, layout.WARNING))
    damage = run_service.why_unreadable(job.id) if job.state == "done" else ""
    box(prose.ended(job, damage), icon=icon)


def _after_the_end(run: Run | Job) -> None:
    with st.container(horizontal=True):
        if isinstance(run, Job) and run.state != "done":
            label = f"Continue after epoch {len(run.history)}" if run.resumable else "Start again"
            _button(label, f"run:resume:{run.id}", run_service.resume, run.id)
        with st.popover(content.heading("training/delete")):
            st.markdown(content.text("training/delete"))
            _button("Delete permanently", f"run:delete:{run.id}", selection.delete, run.id)


def _compare_losses(run: Run | Job, queue: Queue, names: list[str]) -> None:
    """A button that shows or trains the same run with the other loss."""
    other = _with_the_other_loss(run.spec)
    there = run_service.like(other, queue)
    if there is None:
        label = "Train the other loss with the same seed"
        _button(label, "run:other", selection.train_other, other)
    elif there not in names:
        label = "Compare with the other loss, same seed"
        _button(label, "run:compare", selection.show, there, selection.OTHER)


def _button(
    label: str, key: str, do: Callable[..., None], *args: object, disabled: bool = False
) -> None:
    """A button in the fragment that redraws the whole page."""
    if st.button(label, key=key, on_click=selection.attempt, args=(do, *args), disabled=disabled):
        st.rerun()


def _with_the_other_loss(spec: RunSpec) -> RunSpec:
    return replace(spec, loss=next(loss for loss in LOSSES if loss != spec.loss))


def _explain_smoothing(runs: list[Run | Job]) -> None:
    """Why the curves of both losses differ on smoothed labels."""
    specs = [run.spec for run in runs]
    if len(specs) == 2 and specs[0].label_smoothing and specs[1] == _with_the_other_loss(specs[0]):
        st.markdown(prose.smoothing_gap(specs[0].label_smoothing))


def _curves(runs: list[Run | Job]) -> None:
    """One run: training and validation in a chart. Two: a chart for each kind of images."""
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


def files(names: list[str], spec: RunSpec) -> None:
    """The curves of the runs that are shown, and the settings as a Keras script, folded."""
    title = content.heading("training/files")
    with st.expander(title, key="training:files", on_change="rerun") as box:
        if not box.open:
            return
        if names:
            curves = partial(_table, names)  # as they are when the button is pressed
            controls.downloads(("Curves as CSV", curves, "curves.csv", "text/csv"))
        st.markdown(content.text("training/code"))
        text = fill("training", **asdict(spec))
        st.download_button(
            "Download the script", text, f"{spec.id}.py", "text/x-python", on_click="ignore"
        )
        controls.python(text)


def _table(names: list[str]) -> str:
    runs = _runs(names)
    return tables.to_csv(charts.histories(runs)) if runs else ""
