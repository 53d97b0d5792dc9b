"""KL divergence and cross-entropy as losses of one sample: where they are one, where they part."""

from functools import partial

import streamlit as st

from pages.ui import book, charts, closing, controls, frame, tables
from pages.ui.losses import (
    captions,
    cliff,
    deadzone,
    editor,
    found,
    frames,
    losscharts,
    sentences,
)
from pages.ui.losses.doing import TRAIL
from pages.ui.losses.limits import HIGH, LOW
from pages.ui.losses.sample import Sample
from pages.ui.losses.script import script
from pages.ui.runs import lab


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def explore() -> None:
    """All that the logits and the target decide."""
    editor.address()
    controls.refusal(TRAIL.trouble(linked=True))
    if preset := editor.preset():
        st.info(f"*{preset.title}.* {preset.notice} **{preset.do}**", icon=frame.NOTICE)
    else:
        st.info(
            "Your own sample. Drag the true class’s logit down, and go on below.", icon=frame.NOTICE
        )
    sample = TRAIL.current()
    with st.container():
        one = found.find(sample)
        with frame.held("losses"):
            for name, value in (
                (":blue[KL(P‖Q)]", one.kl),
                (":orange[H(P, Q)], cross-entropy", one.cross_entropy),
                (":green[H(P)], the offset", one.entropy),
            ):
                st.metric(name, sentences.figure(value))
        left, right = st.columns([2, 3], gap="large")
        with left:
            editor.logits()
        with right:
            bars = frames.distributions(sample, one)
            spec = losscharts.distributions(len(sample.names))
            st.vega_lite_chart(bars, spec, key="chart:q", alt=captions.distributions(sample, one))
    editor.target()
    editor.other_ways()
    frame.keep()
    two_losses(sample)
    two_ways_down(sample)
    where_they_part(sample)
    where_p_moves(sample)
    with frame.controls("more"):
        more(sample)


def two_losses(sample: Sample) -> None:
    """What lies between them, and the slope of both in each logit."""
    st.header("What each loss says")
    one = found.find(sample)
    st.markdown(sentences.offset(one))
    st.markdown(
        "A net learns from the **slope** of its loss, its gradient: by how much the loss grows for "
        "each unit that a logit $z_i$ grows."
    )
    left, right = st.columns(2, gap="large")
    bars, spec = frames.gradients(sample, one), losscharts.gradients(len(sample.names))
    left.vega_lite_chart(bars, spec, key="chart:slopes", alt=captions.gradients(sample, one))
    right.table(frames.numbers(sample, one), hide_index=True)
    st.markdown(sentences.slopes(sample, one))


def two_ways_down(sample: Sample) -> None:
    """Gradient descent on each, from the same logits."""
    st.header("Let both learn")
    st.markdown(
        "Each step takes every logit downhill by the step size times its slope. Both begin at your "
        "logits: one goes down KL, one down cross-entropy."
    )
    editor.descent()
    both = found.ways(sample)
    left, right = st.columns(2, gap="large")
    curves = frames.losses(both, found.find(sample).entropy)
    spec = losscharts.losses(sample.descent.steps)
    left.vega_lite_chart(curves, spec, key="chart:losses", alt=captions.losses(sample, both))
    paths, spec = frames.paths(sample, both), losscharts.paths(sample.descent.steps)
    right.vega_lite_chart(paths, spec, key="chart:paths", alt=captions.paths(sample, both))
    st.caption("KL is the wide line; cross-entropy is dashed, and dotted less H(P).")
    st.markdown(sentences.descent(sample, found.find(sample), both))


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
        says = captions.cliff(sample, here, what)
        spec = losscharts.cliff(what, LOW, HIGH)
        column.vega_lite_chart(curves, spec, key=f"chart:cliff {what}", alt=says)
    st.caption(
        "The points on the dotted line are where this logit stands; the other logits stay. "
        "Of a P made by hand, the likeliest class counts as the true one."
    )
    st.markdown(sentences.cliff(sample, here, cliff.border(sample)))
    st.table(frames.answers(here), hide_index=True)
    st.markdown(sentences.WAYS)


def where_p_moves(sample: Sample) -> None:
    """Slopes in the target's own logits."""
    st.header("When the target moves")
    st.markdown(
        "$H(P, Q) = H(P) + \\mathrm{KL}(P \\| Q)$ holds always. But H(P) is a constant only while "
        "P stays. Let P be a softmax too, as a second net’s answer is, and let *its* logits learn "
        "while Q stays."
    )
    moving = found.moving(sample)
    bars, spec = frames.moving(sample, moving), losscharts.moving(len(sample.names))
    st.vega_lite_chart(bars, spec, key="chart:moving", alt=captions.moving(sample, moving))
    st.markdown(sentences.moved(sample, moving))


def more(sample: Sample) -> None:
    """What there is to take along."""
    with st.expander("Copy as Python", key="loss:script", on_change="rerun") as box:
        if box.open:
            st.markdown("The page’s address holds all that you see. So does this script:")
            controls.python(script(sample))
    both, one = found.ways(sample), found.find(sample)
    curves, paths = partial(frames.losses, both, one.entropy), partial(frames.paths, sample, both)

    def picture() -> charts.Spec:
        steps = sample.descent.steps
        row = [(curves(), losscharts.losses(steps)), (paths(), losscharts.paths(steps))]
        return charts.board([row])

    controls.downloads(
        ("Both ways down as CSV", lambda: tables.to_csv(curves()), "losses.csv", "text/csv"),
        *charts.files(picture, "losses"),
    )


if frame.page("pages/loss.py"):
    TRAIL.arrive()

st.title("Is KL the same loss as cross-entropy?")
st.markdown(
    "A net gives each class a number, its **logit** $z_i$; softmax makes of them the probabilities "
    "Q: $q_i = e^{z_i} / \\sum_j e^{z_j}$. The label of the picture is P, the truth. **Drag the "
    "logits** and see what either loss thinks of it. All numbers are in nats, as nets count."
)
with frame.controls("start"):
    editor.presets()
explore()

st.header("How often does the dead zone happen?")
st.markdown(
    "Real nets on real photographs: each run that was recorded for this book counted the training "
    "images whose true class had q below $10^{-7}$ when the net was trained on them."
)
counts = deadzone.counts(lab.recorded().values())
st.markdown(sentences.measured(counts))
if counts:
    spec = losscharts.dead(max(each.epoch for each in counts), sentences.ceiling(counts))
    st.vega_lite_chart(frames.dead(counts), spec, key="chart:dead", alt=captions.dead_zone(counts))
frame.link(book.find("pages/training.py"), "Train with either")
closing.close(sentences.SAYINGS, sentences.question())
frame.turn_page("pages/loss.py")
