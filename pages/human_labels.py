"""People's votes on the test photographs as soft labels, and how far two networks are from them."""

import streamlit as st

import kl_core
from pages.ui import content, layout, recap
from pages.ui import formatting as fmt
from pages.ui.human_labels import sections
from pages.ui.predictions import repository, selection

arrives = layout.page("pages/human_labels.py")

pairs = repository.matched_runs()
if not pairs:
    st.info(content.text("human_labels/no-runs"))
    layout.turn_page("pages/human_labels.py")
    st.stop()
if arrives:
    sections.arrive()
    selection.arrive(pairs, ())
sections.show(pairs)
votes = kl_core.normalize([40, 10])
recap.close(
    content.points("human_labels/key-points"),
    content.question(
        "human_labels/check-yourself", entropy=fmt.quantity(kl_core.entropy(votes), "nats")
    ),
)
layout.turn_page("pages/human_labels.py")
