"""The two losses compared over many seeds: paired differences, learning curves, separation."""

import streamlit as st

import kl_core
from pages.ui import book, content, layout
from pages.ui import formatting as fmt
from pages.ui.comparison import editor, results, sections
from pages.ui.recap import close

layout.page("pages/comparison.py")

difference = st.container()
with layout.controls("runs"):
    available = editor.available()
    chosen = editor.runs(available)
if not chosen:
    missing = (
        content.text("comparison/no-match") if available else content.text("comparison/no-runs")
    )
    st.info(missing)
    layout.turn_page("pages/comparison.py")
    st.stop()

groups = sections.at_most(results.group(chosen))
pairs = results.versus(groups)
what_if = sections.reliability(pairs)
with difference:  # before the learning curves, which take longer
    sections.difference(pairs, what_if)

st.header(content.heading("comparison/curves"))
curves = st.container()
with layout.controls("options"):
    view = editor.view()
with curves:
    panels = sections.curves(groups, view)
sections.table(groups)
with layout.controls("files"):
    sections.files(groups, view, panels)

st.header(content.heading("comparison/separation"))
for pair in pairs[:1]:
    sections.separation(pair)
label, tenths = [1] + 9 * [0], 10 * [0.1]
clip = kl_core.keras_kl_divergence(label, tenths) - kl_core.kl_divergence(label, tenths)
st.markdown(content.text("comparison/separation", clipped=fmt.quantity(clip, "nats")))
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
