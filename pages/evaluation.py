"""Two networks on all photographs: accuracy, calibration, NLL; and how far networks agree."""

import streamlit as st

from pages.ui import content, layout, recap
from pages.ui import formatting as fmt
from pages.ui.evaluation import sections
from pages.ui.predictions import repository, selection

arrives = layout.page("pages/evaluation.py")

pairs = repository.matched_runs()
if not pairs:
    st.info(content.text("evaluation/no-runs"))
    layout.turn_page("pages/evaluation.py")
    st.stop()
if arrives:
    selection.arrive(pairs, selection.KINDS)
figures = st.container()
pair, kind = sections.chosen(pairs)
with figures:
    both = sections.overview(pair, kind)
if both:
    sections.details(pair, both)
sections.loss_or_seed(kind)
sections.methods()
if both:
    with layout.controls("downloads"):
        sections.downloads(pair, kind, both)
accuracy, confidence, weight = 80 / 100, 0.9, 100 / 1000
gap = abs(accuracy - confidence)
recap.close(
    content.points("evaluation/key-points"),
    content.question(
        "evaluation/check-yourself", gap=fmt.number(gap), part=fmt.number(weight * gap)
    ),
)
layout.turn_page("pages/evaluation.py")
