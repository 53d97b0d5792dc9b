"""One image: its label as P, a trained network's softmax as Q, and how far they are apart."""

import streamlit as st

import kl_core
from pages.ui import content, layout, recap
from pages.ui import formatting as fmt
from pages.ui.predictions import editor, repository, sections, selection

arrives = layout.page("pages/predictions.py")

pairs = repository.matched_runs()
if not pairs:
    st.info(content.text("predictions/no-runs"))
    layout.turn_page("pages/predictions.py")
    st.stop()
if arrives:
    editor.arrive()
    selection.arrive(pairs, selection.CHOICES)
sections.moved()
sections.explore(pairs)
label, softmax = [1, 0], [0.8, 0.2]
recap.close(
    content.points("predictions/key-points"),
    content.question(
        "predictions/check-yourself",
        entropy=fmt.quantity(kl_core.entropy(softmax), "nats"),
        loss=fmt.quantity(kl_core.kl_divergence(label, softmax), "nats"),
    ),
)
layout.turn_page("pages/predictions.py")
