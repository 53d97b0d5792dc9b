"""How the runs on show stand, drawn anew while time goes on: progress, curves, what may be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import streamlit as st

import kl_core
from models.runs.record import Run
from models.runs.spec import LOSSES, RunSpec
from pages.ui import formatting as fmt
from pages.ui import layout, tables, vega
from pages.ui.training import charts, prose, run_service, shown
from pages.ui.training.run_service import Job, Queue

# Seconds between two looks at the queue: where a run on show trains or waits, where another does,
# and where none does.
FOLLOWED, BUSY, IDLE = 1, 15, 60
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
        if _standing(queue) != then:
            st.rerun()  # a run has come, begun, ended or gone: the whole page may say so
        layout.keep()
        _others(queue, names)
        found = [run for name in names if (run := run_service.find(name))]
        if len(found) < len(names):
            st.warning(
                "The files of a run can no longer be read. Choose another.", icon=layout.WARNING
            )
        for run in found:
            _stand(run, queue, with_title=len(found) > 1)
        if found:
            _train_the_other(found[0], queue, names)
        _explain_smoothing(found)
        _curves(found)

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


def _others(queue: Queue, names: list[str]) -> None:
    """What else trains and waits, and what cannot be read."""
    others = [job for job in queue.running + queue.waiting if job.id not in names]
    for job in others:
        with st.container(horizontal=True, vertical_alignment="center"):
            whose = "Your run" if run_service.is_mine(job.id) else "A run"
            waits = f"waits as number {_place(job, queue)}"
            how = "trains" if job.state == "running" else waits
            st.markdown(f"{whose} {how}: {fmt.plain(job.spec.title)}.")
            _button("Show it", f"run:show:{job.id}", shown.show, job.id)
            if run_service.is_mine(job.id):
                _cancel_button(job)
    if queue.damaged:
        with st.expander(prose.damaged(len(queue.damaged))):
            for name, reason in queue.damaged.items():
                st.markdown(f"- **{fmt.plain(name)}**: {fmt.plain(reason)}")
                if run_service.is_mine(name):
                    _button(
                        "Delete this damaged run", f"run:delete:{name}", run_service.delete, name
                    )


def _place(job: Job, queue: Queue) -> int:
    return 1 + sum(other.place < job.place for other in queue.waiting)


def _stand(run: Run | Job, queue: Queue, with_title: bool) -> None:
    """How a run stands, and what its owner may do."""
    if with_title:
        st.markdown(f"**{fmt.plain(run.spec.title)}**")
    if isinstance(run, Job) and run.live:
        _stand_live(run, queue)
        return
    if isinstance(run, Run):
        st.markdown(prose.result(run))
        st.caption(prose.dead_zone(run))
    else:
        _say_why_it_ended(run)
    if run_service.is_mine(run.id):
        _after_the_end(run)


def _stand_live(job: Job, queue: Queue) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if job.state == "queued":
            st.markdown(
                prose.place_in_queue(_place(job, queue), run_service.seconds_until(job, queue))
            )
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
    epochs = f"{len(job.history)} of {job.spec.epochs} epochs"
    kept = " Its curves are kept." if job.history else ""
    if job.state == "cancelled":
        st.info(f"Cancelled after {epochs}.{kept}", icon=":material/cancel:")
    elif job.state == "failed":
        st.error(
            f"Training failed after {epochs}. {fmt.plain(job.error)}{kept}", icon=layout.WARNING
        )
    elif job.state == "done":
        reason = fmt.plain(run_service.why_unreadable(job.id))
        st.error(f"This run has ended, but what it left is damaged: {reason}", icon=layout.WARNING)
    else:
        st.warning(
            f"The training process ended after {epochs} without saying why; the machine may have "
            f"run out of memory or been restarted.{kept}",
            icon=layout.WARNING,
        )


def _after_the_end(run: Run | Job) -> None:
    with st.container(horizontal=True):
        if isinstance(run, Job) and run.state != "done":
            label = f"Go on after epoch {len(run.history)}" if run.resumable else "Start it again"
            _button(label, f"run:resume:{run.id}", run_service.resume, run.id)
        with st.popover("Delete this run"):
            st.markdown("Its curves and its weights will be gone for everybody.")
            _button("Delete it for good", f"run:delete:{run.id}", shown.delete, run.id)


def _train_the_other(run: Run | Job, queue: Queue, names: list[str]) -> None:
    """One click to the same run with the other loss, beside this one."""
    other = _with_the_other_loss(run.spec)
    there = run_service.like(other, queue)
    if there is None:
        _button("Train the other loss with the same seed", "run:other", shown.train_beside, other)
    elif there not in names:
        _button("Show the other loss beside it", "run:beside", shown.put_beside, there)


def _button(
    label: str, key: str, do: Callable[..., None], *args: object, disabled: bool = False
) -> None:
    """A button in the fragment whose effect the whole page has to show."""
    if st.button(label, key=key, on_click=shown.attempt, args=(do, *args), disabled=disabled):
        st.rerun()


def _with_the_other_loss(spec: RunSpec) -> RunSpec:
    return replace(spec, loss=next(loss for loss in LOSSES if loss != spec.loss))


def _explain_smoothing(runs: list[Run | Job]) -> None:
    """Where both losses stand side by side on smoothed labels: what parts their curves."""
    specs = [run.spec for run in runs]
    if len(specs) == 2 and specs[0].label_smoothing and specs[1] == _with_the_other_loss(specs[0]):
        label = kl_core.smooth_labels([1] + 9 * [0], specs[0].label_smoothing)
        entropy = float(kl_core.entropy(label))
        st.markdown(prose.smoothing_gap(specs[0].label_smoothing, entropy))


def _curves(runs: list[Run | Job]) -> None:
    """One run: training beside validation in a chart. Two: a chart for each kind of images."""
    panels = _panels(runs)
    for two in (panels[:2], panels[2:]):
        for column, (key, rows, spec, says) in zip(st.columns(2, gap="large"), two, strict=False):
            column.vega_lite_chart(rows, spec, key=f"chart:{key}", alt=says)


def _panels(runs: list[Run | Job]) -> list[tuple[str, pd.DataFrame, vega.Spec, str]]:
    """For each chart its key, its rows, its spec, and what it shows."""
    begun = [run for run in runs if run.history]
    if not begun:
        return []
    history = tables.histories(begun)
    epochs = max(run.spec.epochs for run in runs)
    panels = []
    for measure in ("loss", "accuracy"):
        if len(runs) == 1:
            rows = tables.curves(history, measure)
            says = prose.curves(measure, *tables.two_curves(rows))
            panels.append((measure, rows, charts.one_run(measure, epochs), says))
            continue
        rows = tables.curves(history, measure, panel="images")
        for images in charts.KINDS:
            spec = charts.overlay(measure, images, epochs)
            says = prose.overlay(measure, images, tables.ends(rows, images))
            panels.append((f"{measure} {images}", rows, spec, says))
    return panels
