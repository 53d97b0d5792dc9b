"""KL divergence and cross-entropy as losses of one sample: where they are one, where they part."""

from functools import partial

import streamlit as st

from pages.ui import book, controls, layout, recap, tables, vega
from pages.ui.loss import (
    alt_text,
    cliff,
    deadzone,
    editor,
    frames,
    losscharts,
    prose,
    results,
)
from pages.ui.loss.editor import EDITOR
from pages.ui.loss.limits import HIGH, LOW
from pages.ui.loss.presets import PRESETS
from pages.ui.loss.sample import Sample
from pages.ui.training import run_service


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def explore() -> None:
    """All that the logits and the target decide."""
    editor.address()
    controls.refusal(EDITOR.history.refusal(linked=True))
    EDITOR.notice(PRESETS, "Your own sample. Drag the true class’s logit down, and go on below.")
    sample = EDITOR.current()
    with st.container():
        one = results.solve(sample)
        with layout.held("losses"):
            for name, value in (
                (":blue[KL(P‖Q)]", one.kl),
                (":orange[H(P, Q)], cross-entropy", one.cross_entropy),
                (":green[H(P)], the offset", one.entropy),
            ):
                st.metric(name, prose.figure(value))
        left, right = st.columns([2, 3], gap="large")
        with left:
            editor.logits()
        with right:
            bars = frames.distributions(sample, one)
            spec = losscharts.distributions(len(sample.names))
            st.vega_lite_chart(bars, spec, key="chart:q", alt=alt_text.distributions(sample, one))
    editor.target()
    editor.other_ways()
    layout.keep()
    two_losses(sample)
    two_ways_down(sample)
    where_they_part(sample)
    where_p_moves(sample)
    with layout.controls("more"):
        more(sample)


def two_losses(sample: Sample) -> None:
    """What lies between them, and the slope of both in each logit."""
    st.header("What each loss says")
    one = results.solve(sample)
    st.markdown(prose.offset(one))
    st.markdown(
        "A net learns from the **slope** of its loss, its gradient: by how much the loss grows for "
        "each unit that a logit $z_i$ grows."
    )
    left, right = st.columns(2, gap="large")
    bars, spec = frames.gradients(sample, one), losscharts.gradients(len(sample.names))
    left.vega_lite_chart(bars, spec, key="chart:slopes", alt=alt_text.gradients(sample, one))
    right.table(frames.numbers(sample, one), hide_index=True)
    st.markdown(prose.slopes(sample, one))


def two_ways_down(sample: Sample) -> None:
    """Gradient descent on each, from the same logits."""
    st.header("Let both learn")
    st.markdown(
        "Each step takes every logit downhill by the step size times its slope. Both begin at your "
        "logits: one goes down KL, one down cross-entropy."
    )
    editor.descent()
    both = results.ways(sample)
    left, right = st.columns(2, gap="large")
    curves = frames.losses(both, results.solve(sample).entropy)
    spec = losscharts.losses(sample.descent.steps)
    left.vega_lite_chart(curves, spec, key="chart:losses", alt=alt_text.losses(sample, both))
    paths, spec = frames.paths(sample, both), losscharts.paths(sample.descent.steps)
    right.vega_lite_chart(paths, spec, key="chart:paths", alt=alt_text.paths(sample, both))
    st.caption("KL is the wide line; cross-entropy is dashed, and dotted less H(P).")
    st.markdown(prose.descent(sample, results.solve(sample), both))


def where_they_part(sample: Sample) -> None:
    """Keras's clip, along the true class's logit."""
    st.header("Where they part")
    st.markdown(
        "That was mathematics. Keras’s KL first raises every q below $10^{-7}$ to $10^{-7}$, so "
        "there it is flat. (It raises P’s zeros as well, which changes next to nothing.) **Drag "
        "the true class’s logit down until its q is below $10^{-7}$**, or:"
    )
    editor.lower()
    places, along = cliff.along(sample)
    here, now = cliff.here(sample), sample.logits[sample.true]
    curves = frames.cliff(places, along, now)
    for column, what in zip(st.columns(2, gap="large"), ("value", "slope"), strict=True):
        says = alt_text.cliff(sample, here, what)
        spec = losscharts.cliff(what, LOW, HIGH)
        column.vega_lite_chart(curves, spec, key=f"chart:cliff {what}", alt=says)
    st.caption(
        "The points on the dotted line are where this logit stands; the other logits stay. "
        "Of a P made by hand, the likeliest class counts as the true one."
    )
    st.markdown(prose.cliff(sample, here, cliff.border(sample)))
    st.table(frames.answers(here), hide_index=True)
    st.markdown(prose.WAYS)


def where_p_moves(sample: Sample) -> None:
    """Slopes in the target's own logits."""
    st.header("When the target moves")
    st.markdown(
        "$H(P, Q) = H(P) + \\mathrm{KL}(P \\| Q)$ holds always. But H(P) is a constant only while "
        "P stays. Let P be a softmax too, as a second net’s answer is, and let *its* logits learn "
        "while Q stays."
    )
    moving = results.moving(sample)
    bars, spec = frames.moving(sample, moving), losscharts.moving(len(sample.names))
    st.vega_lite_chart(bars, spec, key="chart:moving", alt=alt_text.moving(sample, moving))
    st.markdown(prose.moved(sample, moving))


def more(sample: Sample) -> None:
    """What there is to take along."""
    with st.expander("Copy as Python", key="loss:script", on_change="rerun") as box:
        if box.open:
            st.markdown("The page’s address holds all that you see. So does this script:")
            controls.python(results.script(sample))
    both, one = results.ways(sample), results.solve(sample)
    curves, paths = partial(frames.losses, both, one.entropy), partial(frames.paths, sample, both)

    def picture() -> vega.Spec:
        steps = sample.descent.steps
        row = [(curves(), losscharts.losses(steps)), (paths(), losscharts.paths(steps))]
        return vega.board([row])

    controls.downloads(
        ("Both ways down as CSV", lambda: tables.to_csv(curves()), "losses.csv", "text/csv"),
        *vega.files(picture, "losses"),
    )


if layout.page("pages/loss.py"):
    EDITOR.history.open_link()

st.title("Is KL the same loss as cross-entropy?")
st.markdown(
    "A net gives each class a number, its **logit** $z_i$; softmax makes of them the probabilities "
    "Q: $q_i = e^{z_i} / \\sum_j e^{z_j}$. The label of the picture is P, the truth. **Drag the "
    "logits** and see what either loss thinks of it. All numbers are in nats, as nets count."
)
with layout.controls("start"):
    EDITOR.presets(PRESETS)
explore()

st.header("How often does the dead zone happen?")
st.markdown(
    "Real nets on real photographs: each run that was recorded for this book counted the training "
    "images whose true class had q below $10^{-7}$ when the net was trained on them."
)
counts = deadzone.counts(run_service.recorded().values())
st.markdown(prose.measured(counts))
if counts:
    spec = losscharts.dead(max(each.epoch for each in counts), prose.ceiling(counts))
    st.vega_lite_chart(frames.dead(counts), spec, key="chart:dead", alt=alt_text.dead_zone(counts))
layout.link(book.find("pages/training.py"), "Train with either")
recap.close(prose.SAYINGS, prose.question())
layout.turn_page("pages/loss.py")
