"""Formulas, what each Keras spelling does today, pitfalls, every public name, and the sources."""

import streamlit as st

import kl_core
from pages.ui import formatting as fmt
from pages.ui import layout
from pages.ui.content import Question
from pages.ui.recap import close
from pages.ui.reference import sections

layout.page("pages/reference.py")

st.title("What exactly does it say?")
st.markdown(
    "Every formula of this book in one place, the ways to ask Keras for it, what goes wrong "
    "elsewhere, and where it all comes from. P is always the truth and Q the model, in that order."
)
sections.everything()

keras = fmt.quantity(kl_core.keras_kl_divergence([0.5, 0.5], [1, 0]), "nats")
close(
    (
        "P comes first: in KL(P‖Q), in `kl_core`, and in Keras’s `loss(y_true, y_pred)`. PyTorch "
        "takes Q first, and its logarithm.",
        "A KL divergence below 0, or one that is finite although Q rules out what P expects, is a "
        "sign that somebody clipped, rounded, or did not normalise.",
        "Every number on this page is computed, so you can check it.",
    ),
    Question(
        "P is (½, ½) and Q is (1, 0). What does Keras’s KL divergence answer?",
        ("∞", "an error", keras),
        keras,
        "The divergence is ∞, as Q calls impossible what comes half of the time. Keras lifts that "
        "0 to $10^{-7}$ first, so half of $\\ln(0.5 / 10^{-7})$ is what remains, less a little.",
    ),
)
layout.turn_page("pages/reference.py")
