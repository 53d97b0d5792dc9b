"""The KL term by hand: a Gaussian to drag, its numbers, both slopes, and where they lead."""

from __future__ import annotations

import streamlit as st

from pages.ui import book, controls, layout
from pages.ui.scripts.fill import fill
from pages.ui.vae import alt_text, frames, prose, results, state
from pages.ui.vae.editor import CURVES, GAUSSIAN, other_ways
from pages.ui.vae.gaussian import gaussian
from pages.ui.vae.presets import PRESETS
from pages.ui.vae.state import Encoded


@st.fragment  # so that an edit draws anew what depends on it, and nothing else
def explore() -> None:
    """All that q decides."""
    controls.refusal(GAUSSIAN.history.refusal(linked=True))
    GAUSSIAN.notice(PRESETS, "Your own q. Carry it to where its price is 0.")
    q = GAUSSIAN.current()
    gaussian(q, address=GAUSSIAN.address(), key=CURVES, on_edit=GAUSSIAN.receive)
    st.markdown(prose.price(q, results.solve(q)))
    with layout.controls("q"):
        _other_ways()
    layout.keep()
    _both_slopes(q)
    with (
        layout.controls("q script"),
        st.expander("Copy as Python", key="vae:q:script", on_change="rerun") as box,
    ):
        if box.open:
            st.markdown("The page’s address holds this q. So does this script:")
            controls.python(fill("vae", mean=q.mean, std=q.std))


def _other_ways() -> None:
    """What goes with the curves: buttons, numbers if wanted, and the share text."""
    fields = {"mean": "Mean μ", "std": "Standard deviation σ"}
    other_ways(GAUSSIAN, "Edit as numbers", fields, state.checked)
    GAUSSIAN.share_text(
        "Code of q",
        "q as text, mean:standard deviation. It is part of the page’s address too: copy either to "
        "share this q, paste one here to open it.",
    )


def _both_slopes(q: Encoded) -> None:
    """The slopes of KL and of the cross-entropy, and both descents."""
    # Altair takes half a second to load, which the curves need not wait for.
    from pages.ui.vae import charts

    st.header("Why not cross-entropy?")
    st.markdown(prose.MOVING)
    slopes, ways = results.slopes(q), results.descents(q)
    left, right = st.columns(2, gap="large")
    bars = frames.slopes(slopes)
    says = alt_text.slopes(slopes)
    left.vega_lite_chart(bars, charts.slopes(), key="chart:slopes", alt=says)
    curves, says = frames.descents(ways), alt_text.descents(ways)
    spec = charts.descents(results.STEPS)
    right.vega_lite_chart(curves, spec, key="chart:descents", alt=says)
    st.markdown(prose.descents(q, ways))
    layout.link(book.find("pages/loss.py"), "Loss: when the target moves")
