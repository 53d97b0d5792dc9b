"""Runs side by side: what many seeds of either loss say together."""

import streamlit as st

import kl_core
from pages.ui import book, content, layout
from pages.ui import formatting as fmt
from pages.ui.comparison import editor, results, sections
from pages.ui.recap import close

layout.page("pages/comparison.py")

answer = layout.heard("answer")
with layout.controls("runs"):
    available = editor.available()
    chosen = editor.runs(available)
    view = editor.view()
if not chosen:
    missing = (
        content.text("comparison/no-match") if available else content.text("comparison/no-runs")
    )
    st.info(missing)
    layout.turn_page("pages/comparison.py")
    st.stop()

groups = sections.at_most(results.group(chosen))
pairs = results.versus(groups)
curves = st.container()
st.header(content.heading("comparison/certainty"))
margin = editor.margin()
with answer:  # before the curves, which take longer
    sections.answer(pairs, margin)
with curves:
    panels = sections.curves(groups, view)
    sections.sheet(groups)
    with layout.controls("downloads"):
        sections.downloads(groups, view, panels)
sections.certainty(pairs, margin)

st.header(content.heading("comparison/parting"))
for pair in pairs[:1]:
    sections.parting(pair)
label, tenths = [1] + 9 * [0], 10 * [0.1]
clip = kl_core.keras_kl_divergence(label, tenths) - kl_core.kl_divergence(label, tenths)
st.markdown(content.text("comparison/parting", clipped=fmt.quantity(clip, "nats")))
layout.link(
    book.find("pages/human_labels.py"),
    "Photographs on which people disagree, and what these networks predict",
)

offset = fmt.quantity(results.target_entropy(0.1), "nats")
close(
    content.points("comparison/key-points"),
    content.question("comparison/check-yourself", offset=offset),
)
layout.turn_page("pages/comparison.py")
