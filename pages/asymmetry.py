"""Edit P and Q, see KL(P‖Q) against KL(Q‖P)."""

import streamlit as st

from pages.ui import book, content, controls, layout
from pages.ui import formatting as fmt
from pages.ui.pairs import quiz, sections
from pages.ui.pairs.editor import ASYMMETRY
from pages.ui.pairs.presets import PRESETS
from pages.ui.pairs.results import solve
from pages.ui.pairs.state import Pair
from pages.ui.recap import close

if layout.page("pages/asymmetry.py"):
    ASYMMETRY.history.open_link()

with st.container(key="start"):  # on the wall too: there a class says what it expects
    ASYMMETRY.presets(PRESETS)
    quiz.predict_first()
with (
    layout.controls("settings"),
    st.container(horizontal=True, gap="medium", vertical_alignment="bottom"),
):
    unit, _ = controls.unit()
    direction = controls.direction()
sections.both_directions(unit, direction)
st.markdown(content.text("asymmetry/constant-entropy"))
layout.link(
    book.find("pages/predictions.py"),
    "The same bars, with a photograph’s label and a net’s softmax",
)

always_sun = solve(Pair(("sun", "rain"), (1, 0), (0.25, 0.75)), "bits")
close(
    content.points("asymmetry/key-points"),
    content.question(
        "asymmetry/check-yourself",
        costs=fmt.quantity(always_sun.pq.kl, "bits"),
        other=fmt.quantity(always_sun.qp.kl, "bits"),
    ),
)
layout.turn_page("pages/asymmetry.py")
