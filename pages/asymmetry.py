"""Edit P and Q, and compare forward with reverse KL."""

import streamlit as st

from pages.ui import book, content, layout
from pages.ui import formatting as fmt
from pages.ui.pairs import sections
from pages.ui.pairs.editor import ASYMMETRY
from pages.ui.pairs.presets import PRESETS
from pages.ui.pairs.results import solve
from pages.ui.pairs.state import Pair
from pages.ui.recap import close

if layout.page("pages/asymmetry.py"):
    ASYMMETRY.history.open_link()

with st.container(key="start"):  # also in a presentation: each preset asks the class
    ASYMMETRY.presets(PRESETS)
sections.both_directions()
st.header(content.heading("asymmetry/loss"))
st.markdown(content.text("asymmetry/loss"))
layout.link(
    book.find("pages/predictions.py"),
    "Forward KL of a photograph’s label and a network’s softmax",
)

always_sun = solve(Pair(("sun", "rain"), (1, 0), (0.25, 0.75)), "bits")
close(
    content.points("asymmetry/key-points"),
    content.question(
        "asymmetry/check-yourself",
        divergence=fmt.quantity(always_sun.pq.kl, "bits"),
        other=fmt.quantity(always_sun.qp.kl, "bits"),
    ),
)
layout.turn_page("pages/asymmetry.py")
