"""The KL term by hand: a Gaussian to drag, its numbers, both slopes, and where they lead."""

from __future__ import annotations

import streamlit as st

from pages.ui import book, controls, frame
from pages.ui.vaes import captions, encoded, found, frames, script, sentences
from pages.ui.vaes.doing import BY_HAND, CODES, CURVES, history, numbers
from pages.ui.vaes.encoded import Encoded
from pages.ui.vaes.gaussian import gaussian
from pages.ui.vaes.presets import PRESETS, QPreset


def presets() -> None:
    """One button for each Gaussian worth looking at."""
    st.markdown("**Start from**")
    with st.container(horizontal=True, gap="small"):
        for each in PRESETS:
            st.button(
                each.title, key=f"vae:from:{each.key}", on_click=BY_HAND.start, args=(each.q,)
            )


def _preset() -> QPreset | None:
    """The preset that the Gaussian on show was made from."""
    return next((each for each in PRESETS if each.q == CODES.origin()), None)


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def explore() -> None:
    """All that q decides."""
    controls.refusal(CODES.trouble(linked=True))
    if preset := _preset():
        st.info(f"*{preset.title}.* {preset.notice} **{preset.do}**", icon=frame.NOTICE)
    else:
        st.info("Your own q. Carry it to where its price is 0.", icon=frame.NOTICE)
    q = CODES.current()
    # Not by bind=: a bound field that Python sets adds to the browser's history each time.
    address = {CODES.address: CODES.in_address()}
    gaussian(q, address=address, key=CURVES, on_edit=BY_HAND.take)
    st.markdown(sentences.price(q, found.find(q)))
    with frame.controls("q"):
        _other_ways()
    frame.keep()
    _both_slopes(q)
    with (
        frame.controls("q script"),
        st.expander("Copy as Python", key="vae:q:script", on_change="rerun") as box,
    ):
        if box.open:
            st.markdown("The page’s address holds this q. So does this script:")
            controls.python(script.by_hand(q))


def _other_ways() -> None:
    """What goes with the curves: buttons, numbers if wanted, and the code."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        history(BY_HAND, "vae:q")
        wanted = st.toggle("Edit as numbers", key="vae:q:numbers")
    if wanted:
        with st.container(border=True):
            fields = {"mean": "Mean μ", "std": "Standard deviation σ"}
            numbers(BY_HAND, fields, encoded.checked, "vae:q")
    says = (
        "q as text, mean:standard deviation. It is part of the page’s address too: copy either to "
        "share this q, paste one here to open it."
    )
    controls.code(CODES, "Code of q", says, BY_HAND.take)


def _both_slopes(q: Encoded) -> None:
    """The slopes of KL and of the cross-entropy, and both descents."""
    # Altair takes half a second to load, which the curves need not wait for.
    from pages.ui.vaes import vaecharts

    st.header("Why not cross-entropy?")
    st.markdown(sentences.MOVING)
    slopes, ways = found.slopes(q), found.descents(q)
    left, right = st.columns(2, gap="large")
    bars = frames.slopes(slopes)
    says = captions.slopes(slopes)
    left.vega_lite_chart(bars, vaecharts.slopes(), key="chart:slopes", alt=says)
    curves, says = frames.descents(ways), captions.descents(ways)
    spec = vaecharts.descents(found.STEPS)
    right.vega_lite_chart(curves, spec, key="chart:descents", alt=says)
    st.markdown(sentences.descents(q, ways))
    frame.link(book.find("pages/loss.py"), "Loss: when the target moves")
