"""An image's label as P, a net's softmax as Q: what trained nets believe, and what people do."""

import streamlit as st

import kl_core
from pages.ui import content, layout, recap
from pages.ui import formatting as fmt
from pages.ui.predictions import editor, repository, sections

layout.page("pages/predictions.py")

pairs = repository.matched_runs()
if not pairs:
    st.info(content.text("predictions/no-runs"))
    layout.turn_page("pages/predictions.py")
    st.stop()
with layout.controls("nets"):
    pair, pictures = editor.networks_and_pictures(pairs)
sections.explore(pair, pictures)
sections.links(pair)
sections.figures(pair, pictures)
votes = kl_core.normalize([40, 10])
recap.close(
    content.points("predictions/key-points"),
    content.question(
        "predictions/check-yourself", entropy=fmt.quantity(kl_core.entropy(votes), "nats")
    ),
)
layout.turn_page("pages/predictions.py")
