"""Fit one Gaussian to P, by hand and by a search for the minimum of forward or reverse KL."""

import streamlit as st

from pages.ui import content, layout, recap
from pages.ui.fitting import prose, sections
from pages.ui.fitting.editor import EDITOR

if layout.page("pages/fitting.py"):
    EDITOR.history.open_link()

sections.explore()
st.header(content.heading("fitting/why"))
st.markdown(content.text("fitting/why"))
st.header(content.heading("fitting/minima"))
st.markdown(content.text("fitting/minima"))
st.header(content.heading("fitting/uses"))
st.markdown(content.text("fitting/uses"))
recap.close(content.points("fitting/key-points"), prose.question())
layout.turn_page("pages/fitting.py")
