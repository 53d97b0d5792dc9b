"""Formulas, what each Keras spelling does today, pitfalls, every public name, and the sources."""

import streamlit as st

from pages.ui import frame, lookup

frame.page("pages/reference.py")

st.title("What exactly does it say?")
st.markdown(
    "Every formula of this book in one place, the ways to ask Keras for it, what goes wrong "
    "elsewhere, and where it all comes from. P is always the truth and Q the model, in that order."
)
lookup.everything()
frame.turn_page("pages/reference.py")
